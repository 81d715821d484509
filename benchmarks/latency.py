"""How long single calls take, one by one: the median is half of the story, the tail the rest."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from .measure import Contender

SIZE = 200  # bytes a string
TURN = 10_000  # calls before the next contender's turn, whose first calls find cold caches
QUANTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}


def prose(text: str, n: int) -> list[str]:
    """Different parts of a text."""
    pick = random.Random(1)
    return [text[at : at + SIZE] for at in (pick.randrange(len(text) - SIZE) for _ in range(n))]


def one_letter(_text: str, n: int) -> list[str]:
    """One letter, again and again."""
    return [chr(ord("a") + i % 26) * SIZE for i in range(n)]


def spaces(_text: str, n: int) -> list[str]:
    """Blanks and a letter behind them."""
    return [" " * (SIZE - 1) + chr(ord("a") + i % 26) for i in range(n)]


def no_spaces(_text: str, n: int) -> list[str]:
    """Random letters without a blank: one long piece that was never seen."""
    pick = random.Random(2)
    return ["".join(pick.choices("abcdefghijklmnopqrstuvwxyz", k=SIZE)) for _ in range(n)]


def random_characters(_text: str, n: int) -> list[str]:
    """Characters of all planes, of four bytes or fewer, in strings of about SIZE bytes."""
    pick = random.Random(3)
    ranges = [(0x20, 0x7F), (0xA0, 0x800), (0x800, 0xD800), (0xE000, 0xFFFE), (0x10000, 0x1F000)]
    return [
        "".join(chr(pick.randrange(*pick.choice(ranges))) for _ in range(SIZE * 2 // 5))
        for _ in range(n)
    ]


INPUTS: dict[str, Callable[[str, int], list[str]]] = {
    "prose": prose,
    "one letter": one_letter,
    "spaces": spaces,
    "no spaces": no_spaces,
    "random characters": random_characters,
}


def measure(
    contenders: list[Contender], text: str, calls: int, on_row: Callable[[dict[str, Any]], None]
) -> list[dict[str, Any]]:
    """Quantiles of the time of single calls, in microseconds.

    Each contender encodes the same strings, TURN at a time, in turn with the others.

    Parameters
    ----------
    contenders : list of Contender
    text : str
        What prose is cut from.
    calls : int
        How many calls of each; a tenth of them on the inputs that are not prose.
    on_row : callable
        Is told each row as it comes.

    Returns
    -------
    list of dict
        A row for each input and contender: "input", "rival", "calls" and the QUANTILES.
    """
    rows = []
    for name, make in INPUTS.items():
        strings = make(text, calls if name == "prose" else max(100, calls // 10))
        spent = _spent(contenders, strings)
        for contender, nanoseconds in zip(contenders, spent, strict=True):
            row: dict[str, Any] = {
                "input": name,
                "rival": contender.rival.name,
                "calls": len(strings),
            }
            for label, quantile in QUANTILES.items():
                row[label] = float(np.quantile(nanoseconds, quantile, method="higher")) / 1e3
            rows.append(row)
            on_row(row)
    return rows


def _spent(contenders: list[Contender], strings: list[str]) -> list[np.ndarray]:
    """Nanoseconds of each call of each contender."""
    spent = [np.zeros(len(strings), np.int64) for _ in contenders]
    for contender in contenders:  # what a library does once is no part of its calls
        contender.rival.runner("encode")(contender.tokenizer, strings[:100])
    was_on = gc.isenabled()
    gc.disable()
    try:
        for start in range(0, len(strings), TURN):
            part = strings[start : start + TURN]
            for contender, times in zip(contenders, spent, strict=True):
                each = contender.rival.timed("encode")(contender.tokenizer, part)
                times[start : start + len(part)] = each
    finally:
        if was_on:
            gc.enable()
    return spent
