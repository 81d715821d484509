"""The pieces of work that ctok's speed is judged by, and the ratio that each is to reach."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .corpus import Corpus, part
from .measure import Bench, Result
from .rivals import OURS

# Ratios to gigatoken, by kind of text; other corpora have none.
WARM = {"en": 2.0, "code": 2.0, "multi": 2.5, "cjk": 3.0}
COLD = {"en": 3.0, "code": 2.5, "multi": 4.0, "cjk": 6.0}
SEEN = {5: 2.5, 100: 2.0, 1_000: 2.0, 10_000: 2.0}  # by bytes a string
NEW = dict.fromkeys(SEEN, 4.0)
LOAD_MS, LOADED_MB = 60, 25
BYTES = "MB/s"

Inputs = Callable[[int, float], Sequence[Any]]


def _utf8(texts: Sequence[str]) -> int:
    return sum(len(text.encode()) for text in texts)


def _parts(corpus: Corpus, forms: Mapping[str, Any] | None = None) -> Inputs:
    """A share of a corpus in every round, or what stands for its texts."""

    def inputs(_round: int, share: float) -> Sequence[Any]:
        texts = corpus.part(share)
        return texts if forms is None else [forms[text] for text in texts]

    return inputs


def _count(items: Sequence[Any]) -> int:
    return len(items)


def _slices(text: str, size: int, n: int, seed: object) -> list[str]:
    """Different parts of a text, wherever they start."""
    pick = random.Random(repr(seed))
    last = max(1, len(text) - size)
    return [text[at : at + size] for at in (pick.randrange(last) for _ in range(n))]


def unrepeated_words(n_bytes: int, seed: object, n_texts: int = 20) -> list[str]:
    """Texts of words of five to nine letters, none of which occurs twice."""
    pick = random.Random(repr(seed))
    words: set[str] = set()
    size = 0
    while size < n_bytes:
        word = "".join(pick.choices(string.ascii_lowercase, k=pick.randint(5, 9)))
        if word not in words:
            words.add(word)
            size += len(word) + 1
    every = sorted(words)
    pick.shuffle(every)
    return [" ".join(every[i::n_texts]) for i in range(n_texts)]


def measure_encoding(bench: Bench, corpora: list[Corpus]) -> None:
    """Many texts: to arrays and to lists, warm and cold."""
    for corpus in corpora:
        inputs = _parts(corpus)
        name, size = corpus.name, _utf8
        bench.time(
            f"array/warm/{name}", "array", inputs, again=True, size=size, goal=WARM.get(name)
        )
        bench.time(
            f"lists/warm/{name}",
            "lists",
            inputs,
            again=True,
            size=size,
            goal=3.0 if name == "en" else None,
        )
        bench.fresh(
            "array",
            corpus.texts,
            [
                (
                    Result(f"array/cold/{name}", BYTES, {}, bench.baseline, COLD.get(name)),
                    lambda report: report["bytes"] / report["calls"][0] / 1e6,
                )
            ],
        )


def measure_calls(bench: Bench, english: str) -> None:
    """Single calls on strings of several sizes, and batches of small ones."""
    n = bench.scale.n_strings
    for size, goal in SEEN.items():
        seen = _slices(english, size, n, ("seen", size))
        bench.time(
            f"encode/seen/{size}B",
            "encode",
            lambda _round, share, seen=seen: part(seen, share),
            again=True,
            unit="us",
            goal=goal,
            size=_count,
        )
    for size, goal in NEW.items():
        rounds = [_slices(english, size, n, ("new", size, i)) for i in range(bench.scale.rounds)]
        bench.time(
            f"encode/new/{size}B",
            "encode",
            lambda i, share, rounds=rounds: part(rounds[i], share),
            again=False,
            unit="us",
            goal=goal,
            size=_count,
        )
    batch = _slices(english, 100, 1_000, "batch")
    bench.time(
        "array/1000x100B",
        "array",
        lambda _round, _share: batch,
        again=True,
        goal=3.0,
        size=_utf8,
    )
    texts = [unrepeated_words(bench.scale.n_words, i) for i in range(bench.scale.rounds)]
    bench.time(
        "array/unrepeated-words",
        "array",
        lambda i, share: part(texts[i], share),
        again=False,
        goal=5.0,
        size=_utf8,
    )


def measure_lengths(bench: Bench, english: str) -> None:
    """Single calls on texts from 4 bytes to 64 KB, for a plot."""
    for power in range(2, 17, 2):
        n = max(5, min(bench.scale.n_strings, 1_000_000 >> power))
        seen = _slices(english, 1 << power, n, ("length", power))
        bench.time(
            f"length/{1 << power}",
            "encode",
            lambda _round, share, seen=seen: part(seen, share),
            again=True,
            size=_utf8,
        )


def measure_decoding(bench: Bench, corpora: list[Corpus]) -> None:
    """Ids to text; sizes are those of the text."""
    for corpus in corpora:
        lists = dict(zip(corpus.texts, bench.ours.encode_batch(corpus.texts).tolist(), strict=True))
        arrays = {text: np.array(ids, np.uint32) for text, ids in lists.items()}
        sizes = {
            id(ids): len(text.encode()) for forms in (lists, arrays) for text, ids in forms.items()
        }
        for call in ("decode", "decode_batch", "decode_array"):
            bench.time(
                f"{call}/{corpus.name}",
                call,
                _parts(corpus, arrays if call == "decode_array" else lists),
                again=True,
                size=lambda items, sizes=sizes: sum(sizes[id(ids)] for ids in items),
                goal=2.0,
            )


def measure_counting(bench: Bench, corpora: list[Corpus]) -> None:
    """Counts, against ctok's own encoding."""
    for corpus in corpora:
        inputs = _parts(corpus)
        for call, against in (("count", "numpy"), ("count_batch", "array")):
            bench.time(
                f"{call}/{corpus.name}",
                call,
                inputs,
                again=True,
                size=_utf8,
                goal=1.2,
                against=against,
            )


def measure_loading(bench: Bench) -> None:
    """From the import to the first id, and what is then resident."""
    load = Result("load/first-id", "ms", {}, bench.baseline, 5.0, LOAD_MS)
    memory = Result("memory/loaded", "MB", {}, bench.baseline, None, LOADED_MB)
    bench.fresh(
        "encode",
        None,
        [
            (load, lambda report: report["first"] * 1e3),
            (memory, lambda report: report["memory"] / 1e6),
        ],
    )


def measure_scaling(bench: Bench, english: Corpus) -> None:
    """Two threads against one, and the most memory held, on the same big batch."""
    texts = english.texts * max(1, round(bench.scale.n_big / english.n_bytes))
    only = (OURS, bench.baseline)
    one, two = "threads/1", "threads/2"
    for name, threads in ((one, 1), (two, 2)):
        speed = Result(name, BYTES, {}, bench.baseline)
        peak = Result(
            f"memory/peak/{name}", "MB", {}, bench.baseline, 1 / 0.6 if threads == 1 else None
        )
        bench.fresh(
            "parallel",
            texts,
            [
                (speed, lambda report: report["bytes"] / min(report["calls"]) / 1e6),
                (peak, lambda report: report["peak"] / 1e6),
            ],
            threads=threads,
            repeat=3,
            only=only,
            parts=False,
        )
    values = {result.name: result.values for result in bench.results}
    for name in only:
        if name in values[two]:
            baseline = f"{name} on one thread"
            pair = {OURS: values[two][name], baseline: values[one][name]}
            goal = 1.85 if name == OURS else None
            bench.add(Result(f"threads/2-to-1/{name}", BYTES, pair, baseline, goal))
    bench.fresh(
        "array",
        unrepeated_words(bench.scale.n_words, "memory"),
        [
            (
                Result("memory/peak/unrepeated-words", "MB", {}, bench.baseline),
                lambda report: report["peak"] / 1e6,
            )
        ],
        parts=False,
        only=only,
    )


AREAS: dict[str, Callable[[Bench, list[Corpus]], None]] = {
    "encoding": measure_encoding,
    "calls": lambda bench, corpora: measure_calls(bench, _ascii(corpora)),
    "lengths": lambda bench, corpora: measure_lengths(bench, _ascii(corpora)),
    "decoding": measure_decoding,
    "counting": measure_counting,
    "loading": lambda bench, _corpora: measure_loading(bench),
    "scaling": lambda bench, corpora: measure_scaling(bench, corpora[0]),
}


def _ascii(corpora: list[Corpus]) -> str:
    """The first corpus as one text of ASCII, so that bytes are characters."""
    return "\n".join(corpora[0].texts).encode("ascii", "ignore").decode()
