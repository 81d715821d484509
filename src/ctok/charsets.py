"""Sets of characters, as the regexes of pre-tokenizers name them, over Unicode 16.

A set is a sorted array of the code points at which being in it begins or ends, the first one a
beginning: A to Z is [0x41, 0x5b]. A byte that belongs to no character counts as `BROKEN`, a code
point that no text has, with the category of a symbol (see unicode.h).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from . import kernels

Set = npt.NDArray[np.int32]
END = 0x110000
BROKEN = 0xD800
CATEGORIES = (
    "LU LL LT LM LO MN MC ME ND NL NO PC PD PS PE PI PF PO SM SC SK SO ZS ZL ZP CC CF CS CO CN"
).split()
_NAMES = {
    "LETTER": "L",
    "MARK": "M",
    "NUMBER": "N",
    "PUNCTUATION": "P",
    "PUNCT": "P",
    "SYMBOL": "S",
    "SEPARATOR": "Z",
    "OTHER": "C",
}
_SYMBOL = CATEGORIES.index("SO")


def of_ranges(ranges: Iterable[tuple[int, int]]) -> Set:
    """The set of all code points from a first one to a last one, for each of the pairs."""
    points: list[int] = []
    for first, last in sorted(ranges):
        if points and first <= points[-1]:
            points[-1] = max(points[-1], last + 1)
        else:
            points += [first, last + 1]
    return np.array([point for point in points if point < END], np.int32)


def has(members: Set, points: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which of the points are in a set."""
    return (np.searchsorted(members, points, side="right") & 1).astype(np.bool_)


def _combine(how: Callable[..., npt.NDArray[np.bool_]], *sets: Set) -> Set:
    points = np.unique(np.concatenate([np.zeros(1, np.int32), *sets]))
    return _changes(points, how(*(has(members, points) for members in sets)))


def _changes(points: npt.NDArray[np.int32], inside: npt.NDArray[np.bool_]) -> Set:
    """The set from which of the points on characters are in it, up to the next one."""
    result: Set = points[np.concatenate([inside[:1], inside[1:] != inside[:-1]])]
    return result


EMPTY: Set = np.empty(0, np.int32)


def union(*sets: Set) -> Set:
    """What is in any of the sets."""
    if len(sets) == 1:
        return sets[0]
    return _combine(lambda *inside: np.logical_or.reduce(inside), *sets) if sets else EMPTY


def both(a: Set, b: Set) -> Set:
    """What is in both sets."""
    return _combine(np.logical_and, a, b)


def without(a: Set, b: Set) -> Set:
    """What is in the first set only."""
    return _combine(lambda in_a, in_b: in_a & ~in_b, a, b)


def invert(members: Set) -> Set:
    """What is not in the set."""
    return _combine(np.logical_not, members)


def same(a: Set, b: Set) -> bool:
    """Whether two sets have the same members."""
    return bool(np.array_equal(a, b))


@functools.cache
def _runs() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where the table's byte changes (see unicode_tables.h), and what it is from there on."""
    values = kernels.categories()
    values[0xD800:0xE000] = _SYMBOL
    starts = np.concatenate([np.zeros(1, np.intp), np.flatnonzero(values[1:] != values[:-1]) + 1])
    return starts.astype(np.int32), values[starts]


def _where(inside: npt.NDArray[np.bool_]) -> Set:
    """From which of the runs are in a set to the set."""
    return _changes(_runs()[0], inside)


@functools.cache
def white_space() -> Set:
    r"""What ``\s`` matches."""
    return _where(_runs()[1] & 32 != 0)


@functools.cache
def words() -> Set:
    r"""What ``\w`` matches."""
    parts = (named(name) for name in ("ALPHABETIC", "M", "ND", "PC"))
    return union(of_ranges([(0x200C, 0x200D)]), *(part for part in parts if part is not None))


@functools.cache
def named(name: str) -> Set | None:
    """The characters with a property: a category, a script, or one of properties.BINARY.

    Parameters
    ----------
    name : str
        As it stands between the braces of ``\\p{}``.

    Returns
    -------
    Set or None
        None for a property that is not known.
    """
    # Only here: few patterns name what is in there.
    from . import properties

    kind, _, value = "".join(c for c in name.upper() if c not in " _-").rpartition("=")
    if not value:
        return None
    if kind in ("", "GENERALCATEGORY", "GC", "CATEGORY"):
        short = _NAMES.get(value, value)
        wanted = [i for i, category in enumerate(CATEGORIES) if category.startswith(short)]
        if wanted and len(short) <= 2:
            return _where(np.isin(_runs()[1] & 31, wanted))
    if kind in ("", "SCRIPT", "SC"):
        script = properties.SCRIPT_ALIASES.get(value, value)
        if script in properties.SCRIPTS:
            return _read(properties.SCRIPTS[script])
    if kind == "" and value in ("WHITESPACE", "WSPACE", "SPACE"):
        return white_space()
    return _read(properties.BINARY[value]) if kind == "" and value in properties.BINARY else None


def _read(text: str) -> Set:
    ranges = []
    for part in text.split():
        first, _, last = part.partition("-")
        ranges.append((int(first, 16), int(last or first, 16)))
    return of_ranges(ranges)


@functools.cache
def _folds() -> dict[int, tuple[int, ...]]:
    from . import properties

    result: dict[int, tuple[int, ...]] = {}
    for text in properties.FOLDS.split():
        group = tuple(int(point, 16) for point in text.split("+"))
        result |= dict.fromkeys(group, group)
    return result


def fold(members: Set) -> Set:
    """The set and all characters that are equal to one of its members but for case."""
    points = np.fromiter(_folds(), np.int32)
    found = points[has(members, points)].tolist()
    more = {other for point in found for other in _folds()[point]}
    return union(members, of_ranges((point, point) for point in more)) if more else members
