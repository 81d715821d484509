"""Look-ups of kernels.pyx that plain Python can do, slower."""

from __future__ import annotations

import platform
import random
import sys
from pathlib import Path

import pytest

from ctok import kernels

# What a backend's functions are compiled for (simd/*.h), by Linux's names.
AVX2 = {"avx2", "bmi1", "bmi2", "abm", "popcnt"}
AVX512 = AVX2 | {f"avx512{name}" for name in ("f", "bw", "dq", "vl", "vbmi", "_vbmi2")} | {"gfni"}


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="read from /proc/cpuinfo"
)
def test_backends_are_those_that_the_system_says_the_processor_runs():
    lines = Path("/proc/cpuinfo").read_text("ascii").splitlines()
    flags = next(set(line.split()) for line in lines if line.startswith("flags"))
    runs = {"avx2": flags >= AVX2, "avx512": flags >= AVX512}
    compiled = dict.fromkeys(backend for _, backend in kernels.kernels())
    assert kernels.backends() == [name for name in compiled if runs.get(name, True)]


def naive_merges(vocab, merges, prefix):
    """The ids by dict and str; None where a merge is none."""
    rows = []
    for merge in merges:
        parts = merge.split(" ") if isinstance(merge, str) else merge
        if not isinstance(parts, list | tuple) or list(map(type, parts)) != [str, str]:
            return None
        texts = (*parts, parts[0] + parts[1].removeprefix(prefix))
        if not parts[1].startswith(prefix) or not all(text in vocab for text in texts):
            return None
        rows.append([vocab[text] for text in texts])
    return rows


@pytest.mark.parametrize("prefix", ["", "##", "\u2581", "\ud800"])
def test_merges_are_found_as_by_dict(prefix):
    pick = random.Random(11)
    letters = ["a", "b", "\u0120", "\u2581", "\U0001f600", "#", "\xe9"]
    for round_ in range(300):
        parts = ["".join(pick.choices(letters, k=pick.choice((1, 2, 5, 40)))) for _ in range(12)]
        parts += [prefix + part for part in parts]
        pairs = [
            (pick.choice(parts), pick.choice(parts)) for _ in range(pick.choice((0, 1, 33, 90)))
        ]
        texts = {*parts, *(a + b.removeprefix(prefix) for a, b in pairs)} - {""}
        vocab = {text: number * 3 + 1 for number, text in enumerate(sorted(texts))}
        merges = [pick.choice((f"{a} {b}", [a, b], (a, b))) for a, b in pairs]
        if round_ % 3 == 0 and merges:
            odd = (
                "a",
                "a b c",
                "a  b",
                " a",
                "a ",
                "",
                [],
                ["a"],
                ["a", 7],
                ["a", "\ud800"],
                7,
                None,
            )
            merges[pick.randrange(len(merges))] = pick.choice(odd)
        got = kernels.find_merges(vocab, merges, prefix)
        expected = naive_merges(vocab, merges, prefix)
        assert (got is None) == (expected is None)
        assert got is None or got.tolist() == expected


def test_a_lone_surrogate_in_a_merge_is_no_replacement_character():
    vocab = {"a": 0, "\ufffd": 1, "a\ufffd": 2}
    assert kernels.find_merges(vocab, ["a \ufffd"]).tolist() == [[0, 1, 2]]
    assert kernels.find_merges(vocab, ["a \ud800"]) is None
