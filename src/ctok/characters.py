"""An alphabet of characters: what training starts from when no token may end inside of one.

As sentencepiece with byte fallback: the frequent characters are tokens before anything is learned,
and the bytes of all others stay single. A character of several bytes is merged from its first bytes
on, so its beginnings are tokens too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from .counting import Run
from .patterns import utf8_sizes


def frequent(run: Run, coverage: float) -> list[str]:
    """The most frequent characters, until they make up a share of all; of equals the lower first.

    Bytes of no valid sequence are no characters.
    """
    data, lengths, numbers = run
    characters, at = _characters(data)
    pieces = np.searchsorted(np.cumsum(lengths, dtype=np.int64), at, side="right")
    found, places = np.unique(characters, return_inverse=True)
    counts = np.zeros(len(found), dtype=np.int64)
    np.add.at(counts, places, numbers[pieces])
    valid = (found < 0xD800) | (found > 0xDFFF)
    found, counts = found[valid], counts[valid]
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    return [chr(point) for point in found[order][before < coverage * counts.sum()].tolist()]


def merges_of(
    alphabet: Iterable[str], byte_ids: npt.NDArray[np.uint32], next_id: int
) -> npt.NDArray[np.uint32]:
    """The merges that make the alphabet's characters from bytes, shape (n, 2).

    Raises
    ------
    ValueError
        Something in the alphabet is not a single character.
    """
    ids: dict[bytes, int] = {}
    merges: list[tuple[int, int]] = []
    for character in alphabet:
        if len(character) != 1 or 0xD800 <= ord(character) <= 0xDFFF:
            raise ValueError(f"an alphabet has single characters, not {character!r}")
        data = character.encode()
        left = int(byte_ids[data[0]])
        for size in range(2, len(data) + 1):
            if data[:size] not in ids:
                merges.append((left, int(byte_ids[data[size - 1]])))
                ids[data[:size]] = next_id + len(merges) - 1
            left = ids[data[:size]]
    return np.array(merges, dtype=np.uint32).reshape(-1, 2)


def without_others(run: Run, alphabet: Iterable[str]) -> Run:
    """What remains when pieces are cut at characters that the alphabet lacks.

    Parts are in no order, and equal ones stand apart, each with the count of its piece.
    """
    data, lengths, numbers = run
    characters, at = _characters(data)
    kept = np.isin(characters, np.array([ord(character) for character in alphabet], np.uint32))
    if kept.all():
        return run
    ends = np.cumsum(lengths, dtype=np.int64)
    pieces = np.searchsorted(ends, at, side="right")
    # A part starts where a piece does, or behind a character that is left out.
    first = np.ones(len(at), dtype=bool)
    first[1:] = (pieces[1:] != pieces[:-1]) | ~kept[:-1]
    starts = np.flatnonzero(first & kept)
    part = np.cumsum(first) - 1
    sizes = np.diff(at, append=len(data))
    part_sizes = np.bincount(part[kept], weights=sizes[kept]).astype(np.int64)
    lengths = part_sizes[part[starts]].astype(np.uint32)
    return data[np.repeat(kept, sizes)], lengths, numbers[pieces[starts]]


def _characters(
    data: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """The code points of UTF-8 bytes, and where each starts; a stray byte is a lone surrogate."""
    text = data.tobytes().decode("utf-8", "surrogateescape")
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = utf8_sizes(text)
    return characters, np.cumsum(sizes) - sizes
