"""The command ``ctok``: text to ids and back from a shell.

A command is one row of `COMMANDS`: its name, what it does, its arguments and its function. What a
user can do wrong ends in one line on the standard error and the exit code 1; a wrong use of the
arguments in 2, as argparse has it.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from . import (
    UNICODE_VERSION,
    CtokError,
    SpecialTokenError,
    Tokenizer,
    __version__,
    encoding_name_for_model,
    get_encoding,
    list_encoding_names,
    load,
    saved,
)
from .errors import naming
from .loaders import tiktoken
from .textfiles import blocks_of as text_blocks
from .textfiles import lines_of, opened, read_texts
from .token_view import print_tokens, readable

STDIN = "-"
FILE_HELP = "default: -; .gz, .bz2, .xz and .zst are unpacked"
DEFAULT_ENCODING = "o200k_base"
SPECIALS_SHOWN = 12
# What a shell calls a process that ended by SIGINT or SIGPIPE.
INTERRUPTED, BROKEN_PIPE = 130, 141

# How each format of `ctok export` writes a vocabulary.
EXPORT_FORMATS: dict[str, Callable[[Tokenizer], bytes]] = {
    "tiktoken": lambda tokenizer: tiktoken.dump(tokenizer.vocab.spec),
    "huggingface": lambda tokenizer: tokenizer.to_tokenizer_json().encode(),
    "ctok": lambda tokenizer: saved.dump(tokenizer.vocab),
}

# What --special means, as arguments of Tokenizer.encode.
SPECIAL: dict[str, dict[str, Any]] = {
    "refuse": {},
    "allow": {"allowed_special": "all"},
    "text": {"disallowed_special": ()},
}


class Command(NamedTuple):
    """A row of `COMMANDS`."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class UserError(Exception):
    """What a user can put right, in one line."""


# ---- arguments that several commands take


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """The options that choose a vocabulary."""
    parser.add_argument(
        "-e",
        "--encoding",
        default=DEFAULT_ENCODING,
        metavar="NAME",
        help="a bundled encoding, a model of OpenAI, or a vocabulary's file (default: %(default)s)",
    )
    add_pattern(parser)


def add_pattern(parser: argparse.ArgumentParser) -> None:
    """The option that a rank file needs."""
    parser.add_argument(
        "--pattern",
        metavar="FAMILY|REGEX",
        help="for a file that does not say how to cut text: a family such as cl100k, or any regex",
    )


def add_special(parser: argparse.ArgumentParser) -> None:
    """The option for special tokens in a text."""
    parser.add_argument(
        "--special",
        choices=list(SPECIAL),
        default="refuse",
        help="special tokens in the text are an error, become their ids, or are ordinary text"
        " (default: %(default)s)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option for output that programs read."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_file(parser: argparse.ArgumentParser) -> None:
    """The one file of a command, or the standard input."""
    parser.add_argument("file", nargs="?", default=STDIN, metavar="FILE|-", help=FILE_HELP)


def add_files(parser: argparse.ArgumentParser) -> None:
    """Any number of files, or the standard input."""
    parser.add_argument("files", nargs="*", default=[STDIN], metavar="FILE", help=FILE_HELP)


def tokenizer_of(name: str, pattern: str | None) -> Tokenizer:
    """The tokenizer of an encoding, a file or a model."""
    if name in list_encoding_names() and pattern is None:
        return get_encoding(name)
    if Path(name).exists():
        try:
            return load(name) if pattern is None else load(name, pattern=pattern)
        except OSError as error:
            raise UserError(f"cannot read {name!r}: {error.strerror or error}") from None
    try:
        model = encoding_name_for_model(name)
    except KeyError:
        raise UserError(
            f"{name!r} is neither an encoding ({', '.join(list_encoding_names())}),"
            " nor a model of OpenAI, nor a file"
        ) from None
    return get_encoding(model)


def blocks_of(name: str, read: Callable[[IO[bytes]], Iterable[Any]]) -> Iterator[Any]:
    """What is read of a file, unpacked, or of the standard input."""
    if name == STDIN:
        if sys.stdin is None:
            raise UserError("the standard input is closed")
        yield from read(sys.stdin.buffer)
        return
    try:
        with opened(Path(name)) as file:
            yield from read(file)
    except OSError as error:
        raise UserError(f"cannot read {name!r}: {error.strerror or error}") from None
    except (ValueError, ImportError) as error:
        raise UserError(str(error)) from None


def read(name: str) -> bytes:
    """All bytes of a file or of the standard input."""
    return b"".join(blocks_of(name, whole))


def whole(file: IO[bytes]) -> list[bytes]:
    """All that is in a file."""
    return [file.read()]


def read_lines(name: str) -> Iterator[tuple[int, list[bytes]]]:
    """The lines of a file or of the standard input as they come, after the number of the first."""
    first = 1
    for lines in blocks_of(name, lines_of):
        yield first, lines
        first += len(lines)


def write(data: bytes) -> None:
    """All of the bytes to the standard output, which may take them in parts (``python -u``)."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]


def say(line: str) -> None:
    """One line on the standard error."""
    print(f"ctok: {line}", file=sys.stderr)


# ---- encode and decode


def add_encode(parser: argparse.ArgumentParser) -> None:
    """The arguments of `encode`."""
    add_file(parser)
    add_encoding(parser)
    add_special(parser)
    parser.add_argument("--lines", action="store_true", help="each line is a text by itself")
    add_json(parser)


def encode(args: argparse.Namespace) -> int:
    """Prints the ids of a text in one line, or of each line in a line."""
    tokenizer = tokenizer_of(args.encoding, args.pattern)
    if not args.lines:
        whole = tokenizer.encode_to_numpy(read(args.file), threads=None, **SPECIAL[args.special])
        print_ids(whole.tolist(), args.json)
        return 0
    for first, lines in read_lines(args.file):
        with naming(lambda i, first=first: f"line {first + i}"):  # type: ignore[misc]
            batch = tokenizer.encode_batch(lines, **SPECIAL[args.special])
        for ids in batch.tolist():
            print_ids(ids, args.json)
        sys.stdout.flush()
    return 0


def print_ids(ids: list[int], as_json: bool) -> None:
    """One line of ids."""
    print(json.dumps(ids) if as_json else " ".join(map(str, ids)))


def add_decode(parser: argparse.ArgumentParser) -> None:
    """The arguments of `decode`."""
    add_file(parser)
    add_encoding(parser)
    parser.add_argument(
        "--lines", action="store_true", help="each line of ids is a text, written with a newline"
    )


def decode(args: argparse.Namespace) -> int:
    """Writes the bytes that ids stand for."""
    tokenizer = tokenizer_of(args.encoding, args.pattern)
    if not args.lines:
        write(tokenizer.decode_bytes(list(numbers_of(read(args.file)))))
        return 0
    for first, lines in read_lines(args.file):
        for number, line in enumerate(lines, first):
            try:
                write(tokenizer.decode_bytes(list(numbers_of(line))) + b"\n")
            except (UserError, CtokError) as error:
                raise UserError(f"line {number}: {error}") from None
        sys.stdout.flush()
    return 0


def numbers_of(line: bytes) -> Iterator[int]:
    """The ids in a line: between blanks and commas, in brackets or not."""
    for word in line.translate(bytes.maketrans(b"[],", b"   ")).split():
        try:
            yield int(word)
        except ValueError:
            raise UserError(f"{word.decode(errors='replace')[:40]!r} is not an id") from None


# ---- count


def add_count(parser: argparse.ArgumentParser) -> None:
    """The arguments of `count`."""
    add_files(parser)
    add_encoding(parser)
    add_special(parser)
    add_json(parser)


def count(args: argparse.Namespace) -> int:
    """Prints how many tokens and bytes each file has, and all of them together."""
    tokenizer = tokenizer_of(args.encoding, args.pattern)
    rows: list[dict[str, Any]] = []
    status = 0
    cut = may_be_cut(tokenizer)
    for name in args.files:
        tokens = size = 0
        try:
            for block in blocks_of(name, text_blocks if cut else whole):
                with behind(size):
                    tokens += tokenizer.count(block, threads=None, **SPECIAL[args.special])
                size += len(block)
        except UserError as error:
            say(str(error))
            status = 1
            continue
        except SpecialTokenError as error:
            say(f"{name}: {special_advice(error)}")
            status = 1
            continue
        rows.append({"file": name, "tokens": tokens, "bytes": size})
        if not args.json:
            print_count(rows[-1])
    if args.json:
        print(json.dumps(rows))
    elif len(args.files) > 1:
        total = {key: sum(row[key] for row in rows) for key in ("tokens", "bytes")}
        print_count({"file": "total", **total})
    return status


def may_be_cut(tokenizer: Tokenizer) -> bool:
    """Whether a text has as many tokens as its parts, cut where every family ends a piece."""
    spec = tokenizer.vocab.spec
    plain = not (spec.added or spec.normalizer or any("\n" in token for token in spec.specials))
    return plain and "/" in tokenizer.pretokenizer


@contextmanager
def behind(start: int) -> Iterator[None]:
    """Corrects the place that is said of a part, which starts there in the text."""
    try:
        yield
    except CtokError as error:
        moved = re.sub(
            r"(?<=at position )\d+", lambda place: str(int(place[0]) + start), str(error), count=1
        )
        raise type(error)(moved) from None


def print_count(row: dict[str, Any]) -> None:
    """One line: tokens, bytes, the file."""
    print(f"{row['tokens']:>10} {row['bytes']:>12} {row['file']}", flush=True)


# ---- show


def add_show(parser: argparse.ArgumentParser) -> None:
    """The arguments of `show`."""
    add_file(parser)
    add_encoding(parser)
    add_special(parser)
    parser.add_argument("--ids", action="store_true", help="one token a line, after its id")
    parser.add_argument(
        "--color",
        choices=["auto", "always", "never"],
        default="auto",
        help="auto: in a terminal, unless NO_COLOR is set",
    )
    add_json(parser)


def show(args: argparse.Namespace) -> int:
    """Prints a text cut into its tokens."""
    tokenizer = tokenizer_of(args.encoding, args.pattern)
    ids = tokenizer.encode(read(args.file), **SPECIAL[args.special])
    tokens = [tokenizer.decode_single_token_bytes(number) for number in ids]
    if args.json:
        for number, token in zip(ids, tokens, strict=True):
            row = {"id": number, "text": readable(token), "bytes": token.hex()}
            print(json.dumps(row, ensure_ascii=False))
    elif args.ids:
        for number, token in zip(ids, tokens, strict=True):
            print(f"{number:>7} {readable(token)}")
    else:
        try:
            print_tokens(tokens, color=args.color)
        except ImportError:
            raise UserError("colour needs the package rich; the extra cli installs it") from None
    return 0


# ---- inspect and export


def add_inspect(parser: argparse.ArgumentParser) -> None:
    """The arguments of `inspect`."""
    add_name(parser)
    add_json(parser)


def add_name(parser: argparse.ArgumentParser) -> None:
    """The vocabulary of a command that reads no text."""
    parser.add_argument(
        "encoding", metavar="NAME", help="a bundled encoding, a model of OpenAI, or a file"
    )
    add_pattern(parser)


def inspect(args: argparse.Namespace) -> int:
    """Prints what a vocabulary is."""
    tokenizer = tokenizer_of(args.encoding, args.pattern)
    lengths = tokenizer.token_byte_lengths()
    specials = tokenizer.special_tokens
    facts = {
        "name": tokenizer.name,
        "n_vocab": tokenizer.n_vocab,
        "tokens": int((lengths > 0).sum()),
        "longest_token_bytes": int(lengths.max(initial=0)),
        "pattern": tokenizer.pattern,
        "pretokenizer": tokenizer.pretokenizer,
        "is_proper": tokenizer.is_proper,
        "unicode_version": UNICODE_VERSION
        if not tokenizer.pretokenizer.startswith("regex")
        else None,
        "table_bytes": int(tokenizer.vocab.nbytes),
    }
    if args.json:
        print(json.dumps({**facts, "special_tokens": specials}, ensure_ascii=False))
        return 0
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<20} {value}")
    print(f"{'special tokens':<20} {len(specials)}")
    for token, number in list(specials.items())[:SPECIALS_SHOWN]:
        print(f"{number:>20} {token}")
    if len(specials) > SPECIALS_SHOWN:
        print(f"{'...':>20} (--json lists all)")
    return 0


def add_export(parser: argparse.ArgumentParser) -> None:
    """The arguments of `export`."""
    add_name(parser)
    parser.add_argument("--format", choices=list(EXPORT_FORMATS), required=True)
    parser.add_argument(
        "-o", "--output", default=STDIN, metavar="FILE|-", help="where to (default: %(default)s)"
    )


def export(args: argparse.Namespace) -> int:
    """Writes a vocabulary as a file of another program."""
    data = EXPORT_FORMATS[args.format](tokenizer_of(args.encoding, args.pattern))
    if args.output == STDIN:
        write(data)
        return 0
    try:
        Path(args.output).write_bytes(data)
    except OSError as error:
        raise UserError(f"cannot write {args.output!r}: {error.strerror or error}") from None
    return 0


# ---- train and evaluate


def add_texts(parser: argparse.ArgumentParser) -> None:
    """The files that texts are read from."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a text; or JSON lines (.jsonl), or a table (.parquet, .arrow), of many texts;"
        " .gz, .bz2, .xz and .zst are unpacked",
    )
    parser.add_argument("--lines", action="store_true", help="each line of a file is a text")
    parser.add_argument(
        "--field",
        default="text",
        metavar="NAME",
        help="where JSON lines and tables have the text (default: %(default)s)",
    )


def texts_of(args: argparse.Namespace) -> Iterator[str | bytes | Path]:
    """The texts of all files, one after the other, or the files where they speak for themselves."""
    for name in args.files:
        if args.lines:
            yield from read_texts(name, lines=True, field=args.field)
        else:
            yield Path(name)


@contextmanager
def reading(args: argparse.Namespace) -> Iterator[None]:
    """Says in one line what is wrong with the files that are read, or with other arguments."""
    try:
        yield
    except SpecialTokenError:  # which has ways out of its own
        raise
    except (ValueError, OverflowError, ImportError) as error:
        raise UserError(str(error)) from None
    except OSError as error:
        if error.filename is None or str(error.filename) not in map(str, map(Path, args.files)):
            raise
        raise UserError(f"cannot read {str(error.filename)!r}: {error.strerror or error}") from None


# Options that go to `ctok.train` as they are.
TRAINING: dict[str, tuple[type, str]] = {
    "min_frequency": (int, "a pair that stands less often is no token"),
    "max_token_bytes": (int, "no token gets longer"),
    "max_piece_bytes": (int, "longer pieces are left out"),
    "min_piece_count": (int, "pieces that stand less often are left out"),
    "character_coverage": (float, "which share of all characters the alphabet makes up"),
    "stage2_pattern": (str, "what cuts texts in a second stage, over pieces of the first"),
    "stage2_at": (int, "how many ids there are when the second stage begins"),
    "threads": (int, "how many count (default: one a processor)"),
}


def add_train(parser: argparse.ArgumentParser) -> None:
    """The arguments of `train`."""
    add_texts(parser)
    parser.add_argument("--vocab-size", type=int, required=True, metavar="N", help="ids in all")
    parser.add_argument("--out", required=True, metavar="FILE", help="where the vocabulary goes")
    parser.add_argument("--format", choices=list(EXPORT_FORMATS), default="tiktoken")
    parser.add_argument(
        "--initial", metavar="NAME", help='an encoding or file to go on from, or "characters"'
    )
    parser.add_argument(
        "--pattern", metavar="FAMILY|REGEX", help="what cuts texts into pieces (default: cl100k)"
    )
    for name, (kind, text) in TRAINING.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=kind,
            metavar="FAMILY|REGEX" if kind is str else "N",
            help=text,
        )
    parser.add_argument("--memory", type=int, metavar="MB", help="for counting, before files are")
    parser.add_argument(
        "--special-token", action="append", default=[], metavar="TOKEN", help="may be given again"
    )
    parser.add_argument("--ties", choices=["rustbpe", "huggingface"], default="rustbpe")
    parser.add_argument("--checkpoint", metavar="FOLDER", help="resumes from it when it is there")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def train(args: argparse.Namespace) -> int:
    """Trains a vocabulary and writes it."""
    from .training import train as train_texts

    options = {name: getattr(args, name) for name in TRAINING if getattr(args, name) is not None}
    if args.memory is not None:
        options["memory_bytes"] = args.memory << 20
    if args.initial is not None:
        named = args.initial == "characters"
        options["initial"] = args.initial if named else tokenizer_of(args.initial, args.pattern)
    with reading(args):
        tokenizer = train_texts(
            texts_of(args),
            args.vocab_size,
            field=args.field,
            pattern=args.pattern,
            special_tokens=args.special_token,
            ties=args.ties,
            checkpoint=args.checkpoint,
            progress=not args.quiet,
            name=Path(args.out).stem,
            **options,
        )
    try:
        Path(args.out).write_bytes(EXPORT_FORMATS[args.format](tokenizer))
    except OSError as error:
        raise UserError(f"cannot write {args.out!r}: {error.strerror or error}") from None
    say(f"{args.out} has {tokenizer.n_vocab} ids, under the pattern {tokenizer.pattern}")
    return 0


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """The arguments of `evaluate`."""
    add_texts(parser)
    parser.add_argument(
        "-e",
        "--encoding",
        action="append",
        metavar="NAME",
        help=f"an encoding, model or file; given again, side by side (default: {DEFAULT_ENCODING})",
    )
    add_pattern(parser)
    add_json(parser)
    parser.add_argument("--draw", metavar="FILE", help="draws the reports too, with matplotlib")


def evaluate(args: argparse.Namespace) -> int:
    """Prints what vocabularies do to texts."""
    from .evaluation import evaluate as evaluate_texts

    names = args.encoding or [DEFAULT_ENCODING]
    tokenizers = [
        tokenizer_of(name, args.pattern if Path(name).exists() else None) for name in names
    ]
    with reading(args):
        first, *others = [
            evaluate_texts(one, texts_of(args), field=args.field) for one in tokenizers
        ]
    try:
        if args.draw is not None:
            first.draw(*others, path=args.draw)
    except (ValueError, ImportError) as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"cannot write {args.draw!r}: {error.strerror or error}") from None
    if args.json:
        print(json.dumps([report.to_dict() for report in (first, *others)]))
    else:
        print(first.table(*others))
    return 0


# ---- tokenize


def add_tokenize(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tokenize`."""
    add_texts(parser)
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where the arrays go")
    add_encoding(parser)
    parser.add_argument(
        "--special",
        choices=list(SPECIAL),
        default="text",
        help="special tokens in the texts are an error, become their ids, or are ordinary text"
        " (default: %(default)s)",
    )
    for name, where in (("prepend", "before"), ("append", "behind")):
        parser.add_argument(f"--{name}", metavar="TOKEN", help=f"a special token {where} each text")
    parser.add_argument(
        "--skip-broken", action="store_true", help="leave out lines that are no JSON with a text"
    )
    parser.add_argument("--threads", type=int, metavar="N", help="default: one a processor")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    add_json(parser)


def tokenize(args: argparse.Namespace) -> int:
    """Writes the ids of files of texts, and goes on where it was stopped."""
    from .corpus import EncodedFile, encode_files

    tokenizer = tokenizer_of(args.encoding, args.pattern)
    for token in filter(None, (args.prepend, args.append)):
        if token not in tokenizer.special_tokens:
            raise UserError(f"{token!r} is no special token of {tokenizer.name!r}")

    def shown(file: EncodedFile) -> None:
        facts = {key: str(v) if isinstance(v, Path) else v for key, v in file._asdict().items()}
        if args.json:
            print(json.dumps(facts), flush=True)
        else:
            more = f", {file.skipped} broken lines left out" if file.skipped else ""
            more += "" if file.made else ", was there"
            print(f"{file.tokens:>12} {file.texts:>10} {file.source}{more}", flush=True)

    with reading(args):
        encode_files(
            args.files,
            args.out,
            tokenizer,
            lines=args.lines,
            field=args.field,
            prepend=args.prepend,
            append=args.append,
            skip_broken=args.skip_broken,
            threads=args.threads,
            progress=not args.quiet,
            on_file=shown,
            **{"disallowed_special": "all", **SPECIAL[args.special]},
        )
    return 0


COMMANDS: tuple[Command, ...] = (
    Command("encode", "a text to ids", add_encode, encode),
    Command("decode", "ids to the bytes they stand for", add_decode, decode),
    Command("count", "tokens and bytes of each file", add_count, count),
    Command("show", "a text cut into its tokens", add_show, show),
    Command("inspect", "facts about a vocabulary", add_inspect, inspect),
    Command("export", "a vocabulary as another program's file", add_export, export),
    Command("tokenize", "files of many texts to arrays of ids", add_tokenize, tokenize),
    Command("train", "a vocabulary from texts", add_train, train),
    Command("evaluate", "what vocabularies do to texts, side by side", add_evaluate, evaluate),
)


def parser_of(commands: Iterable[Command] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="ctok", description="Text to token ids and back, exactly as tiktoken does."
    )
    parser.add_argument(
        "--version", action="version", version=f"ctok {__version__} ({Path(__file__).parent})"
    )
    choices = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        sub = choices.add_parser(command.name, help=command.summary, description=command.summary)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def special_advice(error: SpecialTokenError) -> str:
    """What was found, and the two ways out that the command line has."""
    what = str(error).splitlines()[0].rstrip(".")
    return f"{what}; --special allow makes it its id, --special text makes it ordinary text"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default the process's own.

    Returns
    -------
    int
        The exit code.
    """
    try:
        args = parser_of().parse_args(argv)
        if sys.stdout is None:
            raise UserError("the standard output is closed")
        if isinstance(sys.stdout, io.TextIOWrapper):  # what its encoding lacks comes as \uXXXX
            sys.stdout.reconfigure(errors="backslashreplace")
        status: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # of the output: what cannot be read is a UserError
        drop_output()
        what = "the output" if error.filename is None else repr(str(error.filename))
        say(f"cannot write {what}: {error.strerror or error}")
        return 1
    except SpecialTokenError as error:
        say(special_advice(error))
        return 1
    except (UserError, CtokError) as error:
        say(str(error))
        return 1
    return status


def drop_output() -> None:
    """Makes what is still to be written vanish: Python writes it at exit, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
