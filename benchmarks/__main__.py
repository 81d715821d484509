"""Measures ctok beside other tokenizers: ids are compared first, then all take turns.

    python -m benchmarks                     the goals; every library that is installed
    python -m benchmarks --quick             the same in a minute, for a first look
    python -m benchmarks stages              ctok's own stages, by family and backend
    python -m benchmarks latency             quantiles of single calls
    python -m benchmarks train               trainers: merges, time, memory
    python -m benchmarks plots RECORD        pictures of a record
    python -m benchmarks readme RECORD       README's table from a record
    python -m benchmarks corpus              the texts that would be used

A record of each run is written under benchmarks/records. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.metadata
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import corpus, goals, latency, measure, record, rivals, train
from .measure import Bench, Contender, Result
from .rivals import OURS, Difference


class UsageError(ValueError):
    """An argument that cannot be."""


def main(argv: list[str] | None = None) -> int:
    """Runs a command; 0, or 1 where ctok's ids are not tiktoken's, or 2 for bad arguments."""
    arguments = _parser().parse_args(argv)
    try:
        run: Callable[[argparse.Namespace], int] = arguments.run
        return run(arguments)
    except (UsageError, corpus.CorpusError, OSError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _common(parser)
    _peers(parser)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=list(goals.AREAS),
        default=list(goals.AREAS),
        metavar="AREA",
        help=f"of {', '.join(goals.AREAS)}",
    )
    parser.set_defaults(run=run_goals)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    stages = commands.add_parser("stages", help="ctok's own stages")
    _common(stages)
    stages.set_defaults(run=run_stages)

    calls = commands.add_parser("latency", help="quantiles of single calls")
    _common(calls)
    _peers(calls)
    calls.add_argument("--calls", type=_positive, help="how many on prose; 100,000 by default")
    calls.set_defaults(run=run_latency)

    training = commands.add_parser("train", help="trainers: merges first, then time and memory")
    _common(training)
    training.add_argument("--vocab-size", type=_positive, default=32_768, metavar="N")
    training.add_argument("--threads", type=_positive, default=2, metavar="N")
    training.add_argument(
        "--trainers",
        nargs="*",
        choices=list(train.TRAINERS),
        default=list(train.TRAINERS),
        metavar="NAME",
        help=f"of {', '.join(train.TRAINERS)}; by default all",
    )
    training.add_argument(
        "--sizes",
        nargs="*",
        type=_positive,
        default=list(train.SIZES),
        metavar="N",
        help="of vocabularies that ctok alone trains, from the same counts",
    )
    training.set_defaults(run=run_train, rounds=3)

    plots = commands.add_parser("plots", help="pictures of a record")
    plots.add_argument("record", type=Path)
    plots.add_argument("--into", type=Path, default=Path("docs/plots"), help="a folder")
    plots.set_defaults(run=run_plots)

    readme = commands.add_parser("readme", help="puts a record's table into README.md")
    readme.add_argument("record", type=Path)
    readme.add_argument("--into", type=Path, default=Path("README.md"))
    readme.add_argument("--pictures", nargs="*", default=[], metavar="PATH", help="shown below it")
    readme.set_defaults(run=run_readme)

    texts = commands.add_parser("corpus", help="the texts that would be used")
    _common(texts)
    texts.set_defaults(run=run_corpus)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="little text, short turns")
    parser.add_argument("--tiny", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--encoding",
        nargs="+",
        default=["o200k_base"],
        metavar="NAME",
        help="r50k_base, cl100k_base, o200k_base (the default)",
    )
    parser.add_argument(
        "--corpus",
        nargs="+",
        default=list(corpus.KINDS),
        metavar="KIND|PATH|KIND=PATH",
        help=f"of {', '.join(corpus.KINDS)}, or a .txt, .jsonl or .jsonl.gz file; English first",
    )
    parser.add_argument("--bytes", type=_positive, help="bytes of each corpus")
    parser.add_argument("--rounds", type=_positive, help="turns of each contender")
    parser.add_argument("--records", type=Path, help="where records go; benchmarks/records")
    parser.add_argument("--no-record", action="store_true", help="write none")


def _peers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rivals",
        nargs="+",
        metavar="NAME",
        help=f"of {', '.join(rival.name for rival in rivals.RIVALS)}; by default all",
    )
    parser.add_argument(
        "--against",
        metavar="NAME",
        help="whom ratios are to: by default gigatoken, or tiktoken without it",
    )


def _positive(text: str) -> int:
    value = int(text.replace("_", "").replace(",", ""))
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def _scale(arguments: argparse.Namespace) -> measure.Scale:
    scale = measure.FULL
    if arguments.quick:
        scale = measure.QUICK
    if arguments.tiny:
        scale = measure.TINY
    if arguments.bytes:
        scale = dataclasses.replace(scale, n_bytes=arguments.bytes)
    if arguments.rounds:
        scale = dataclasses.replace(scale, rounds=arguments.rounds)
    return scale


def _save(arguments: argparse.Namespace, told: dict[str, Any]) -> None:
    if not arguments.no_record:
        print(f"record: {record.write(told, arguments.records)}")


@contextlib.contextmanager
def _workplace() -> Iterator[Path]:
    """A folder for the rivals' files, with the environment that they read."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as name:
        os.environ.update(rivals.environment(name))
        try:
            yield Path(name)
        finally:
            os.environ.clear()
            os.environ.update(before)


# ---- who takes part


def _contenders(
    arguments: argparse.Namespace,
    encoding: str,
    folder: Path,
    corpora: list[corpus.Corpus],
) -> tuple[list[Contender], list[Difference]]:
    """The libraries with their tokenizers, ids compared; who cannot encode is left out."""
    try:
        found, absent = rivals.available(arguments.rivals, encoding)
    except ValueError as error:
        raise UsageError(str(error)) from None
    for line in absent:
        print(line)
    rivals.write_files(encoding, folder)
    contenders, differences = [], []
    ours: Any = None
    for rival in found:
        tokenizer = rival.make(encoding, folder)
        ours = ours or tokenizer
        told = []
        for texts in corpora:
            part = texts.part(rival.share)
            ids = ours.encode_batch(part).tolist()
            told.append(rivals.compare(rival, tokenizer, ids, part, texts.name))
            print(f"ids: {told[-1]}", flush=True)
        differences += told
        if not any(difference.error for difference in told):
            contenders.append(Contender(rival, tokenizer))
    return contenders, differences


def _baseline(arguments: argparse.Namespace, contenders: list[Contender]) -> str:
    names = [contender.rival.name for contender in contenders]
    wanted = [arguments.against] if arguments.against else ["gigatoken", "tiktoken", *names[1:]]
    found = [name for name in wanted if name in names]
    if not found and arguments.against:
        raise UsageError(f"{arguments.against!r} takes no part; there are {', '.join(names)}")
    return found[0] if found else ""


def _exit_code(differences: list[Difference]) -> int:
    """1 where ctok and the reference differ."""
    wrong = [one for one in differences if one.differing and one.rival in (OURS, "tiktoken")]
    for one in wrong:
        print(f"benchmarks: {one}: figures mean nothing", file=sys.stderr)
    return 1 if wrong else 0


# ---- the commands


def run_goals(arguments: argparse.Namespace) -> int:
    """The goals of every encoding."""
    scale = _scale(arguments)
    corpora = corpus.gather(arguments.corpus, scale.n_bytes)
    runs: list[dict[str, Any]] = []
    told = record.describe(
        "goals",
        scale=dataclasses.asdict(scale),
        corpora=[texts.facts() for texts in corpora],
        calls={rival.name: dict(rival.calls) for rival in rivals.RIVALS},
        runs=runs,
    )
    code = 0
    with _workplace() as folder:
        for encoding in arguments.encoding:
            contenders, differences = _contenders(arguments, encoding, folder, corpora)
            code = max(code, _exit_code(differences))
            baseline = _baseline(arguments, contenders)
            names = [contender.rival.name for contender in contenders]

            def say(result: Result, names: list[str] = names) -> None:
                print("  ".join(cell for cell in record.row_of(result, names) if cell), flush=True)

            bench = Bench(encoding, folder, contenders, baseline, scale, on_result=say)
            run = {
                "encoding": encoding,
                "pretokenizer": bench.ours.pretokenizer,
                "baseline": baseline,
                "differences": [dataclasses.asdict(one) for one in differences],
            }
            try:
                for area in arguments.only:
                    goals.AREAS[area](bench, corpora)
            finally:  # what was measured before an interruption is kept
                run["results"] = [result.facts() for result in bench.results]
                runs.append(run)
                head = ["work", "unit", *_marked(names, differences), f"to {baseline}", "goal", ""]
                rows = [record.row_of(result, names) for result in bench.results]
                title = f"{encoding}, {bench.ours.pretokenizer}: medians of {scale.rounds}"
                record.show(title, head, rows)
    print("* has other ids than ctok and tiktoken" if _inexact(runs) else "", end="")
    _save(arguments, told)
    return code


def _marked(names: list[str], differences: list[Difference]) -> list[str]:
    inexact = {one.rival for one in differences if one.differing}
    return [name + "*" * (name in inexact) for name in names]


def _inexact(runs: list[dict[str, Any]]) -> bool:
    return any(one["differing"] for run in runs for one in run["differences"])


def run_stages(arguments: argparse.Namespace) -> int:
    """ctok's stages."""
    from .stages import Stages

    scale = _scale(arguments)
    corpora = corpus.gather(arguments.corpus, scale.n_bytes)

    def say(result: Result) -> None:
        print(f"{result.name:60} {result.median(OURS):10.1f} {result.unit}", flush=True)

    stages = Stages(scale, say)
    stages.pretokenize(corpora)
    for encoding in arguments.encoding:
        stages.encoding(encoding, corpora)
    told = record.describe(
        "stages",
        scale=dataclasses.asdict(scale),
        corpora=[texts.facts() for texts in corpora],
        results=[result.facts() for result in stages.results],
    )
    _save(arguments, told)
    return 0


def run_latency(arguments: argparse.Namespace) -> int:
    """Quantiles of single calls."""
    scale = _scale(arguments)
    calls = arguments.calls or scale.latency_calls
    corpora = corpus.gather(arguments.corpus[:1], scale.n_bytes)
    text = "\n".join(corpora[0].texts).encode("ascii", "ignore").decode()
    runs = []
    code = 0
    with _workplace() as folder:
        for encoding in arguments.encoding:
            contenders, differences = _contenders(arguments, encoding, folder, corpora)
            code = max(code, _exit_code(differences))
            rows = latency.measure(contenders, text, calls, lambda _row: None)
            runs.append({"encoding": encoding, "rows": rows})
            record.show(
                f"{encoding}: microseconds of one call on strings of {latency.SIZE} bytes",
                list(rows[0]),
                [
                    [f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row.values()]
                    for row in rows
                ],
            )
    told = record.describe(
        "latency", corpora=[texts.facts() for texts in corpora], calls=calls, runs=runs
    )
    _save(arguments, told)
    return code


def run_train(arguments: argparse.Namespace) -> int:
    """Trainers on all corpora together: tokens compared, then time and memory."""
    scale = _scale(arguments)
    corpora = corpus.gather(arguments.corpus, scale.n_bytes)
    absent = [
        name
        for name in train.packages(arguments.trainers)
        if importlib.util.find_spec(name) is None
    ]
    for name in absent:
        print(f"{name} is not installed")
    names = [name for name in arguments.trainers if name.partition("/")[0] not in absent]
    facts = {"vocab_size": arguments.vocab_size, "threads": arguments.threads}
    with _workplace() as folder:
        path = folder / "texts.jsonl"
        train.write_texts([text for part in corpora for text in part.texts], path)
        rows = train.compare(path, **facts, rounds=scale.rounds, trainers=names)
        grown = arguments.sizes and train.scaling(
            path, arguments.threads, scale.rounds, arguments.sizes
        )
    size = sum(part.n_bytes for part in corpora)
    print(f"{size / 1e6:.1f} MB, {scale.rounds} rounds, {facts}\n")
    print(train.table(rows))
    if grown:
        print("\n" + train.scaling_table(grown))
    told = record.describe(
        "train",
        trained_by={name: importlib.metadata.version(name) for name in train.packages(names)},
        **facts,
        rounds=scale.rounds,
        corpora=[part.facts() for part in corpora],
        trainers=rows,
        scaling=grown,
    )
    _save(arguments, told)
    return 0 if all(row["same_tokens"] for row in rows) else 1


def run_plots(arguments: argparse.Namespace) -> int:
    """Pictures of a record."""
    from . import plots

    try:
        for path in plots.draw(arguments.record, arguments.into):
            print(path)
    except plots.PlotError as error:
        raise UsageError(str(error)) from None
    return 0


def run_readme(arguments: argparse.Namespace) -> int:
    """README's table."""
    told = record.read(arguments.record)
    if told["what"] != "goals":
        raise UsageError(f"{arguments.record} has no goals but {told['what']}")
    try:
        record.write_readme(arguments.into, record.markdown(told, arguments.pictures))
    except ValueError as error:
        raise UsageError(str(error)) from None
    return 0


def run_corpus(arguments: argparse.Namespace) -> int:
    """What texts there are."""
    corpora = corpus.gather(arguments.corpus, _scale(arguments).n_bytes)
    rows = [list(texts.facts().values()) for texts in corpora]
    record.show("corpora", ["name", "texts", "bytes", "sha256"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
