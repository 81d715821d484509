"""TokenBatch: the ids of many texts in one flat array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from .encoder import lists_of

if TYPE_CHECKING:
    import numpy.typing as npt


class TokenBatch(Sequence["npt.NDArray[np.uint32]"]):
    """The ids of many texts: one flat array, and where each text starts in it.

    A batch is a sequence of uint32 arrays, one a text, that are views of ``ids``.

    Parameters
    ----------
    ids : array of uint32, shape (total,)
        All ids, one text after the other.
    offsets : array of int64, shape (n + 1,)
        Text ``i`` has ``ids[offsets[i]:offsets[i + 1]]``.

    Raises
    ------
    ValueError
        Offsets that do not start at 0, go back, or do not end at the number of ids.
    """

    __slots__ = ("ids", "offsets")
    __hash__ = None  # type: ignore[assignment]  # arrays can change

    ids: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.int64]

    def __init__(self, ids: npt.ArrayLike, offsets: npt.ArrayLike) -> None:
        self.ids = np.asarray(ids, dtype=np.uint32)
        self.offsets = np.asarray(offsets, dtype=np.int64)
        if self.ids.ndim != 1 or self.offsets.ndim != 1 or len(self.offsets) == 0:
            raise ValueError("ids and offsets have one dimension, and offsets at least one entry")
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.ids):
            raise ValueError(f"offsets go from 0 to {len(self.ids)}, the number of ids")
        if (self.lengths < 0).any():
            raise ValueError("offsets never go back")

    @classmethod
    def trusted(cls, ids: npt.NDArray[np.uint32], offsets: npt.NDArray[np.int64]) -> TokenBatch:
        """A batch from what `Core.batch` gives: nothing is checked."""
        batch = cls.__new__(cls)
        batch.ids, batch.offsets = ids, offsets
        return batch

    @classmethod
    def from_lists(cls, rows: Iterable[npt.ArrayLike]) -> TokenBatch:
        """A batch from one sequence of ids a text."""
        arrays = [np.asarray(row, dtype=np.uint32).reshape(-1) for row in rows]
        offsets = np.zeros(len(arrays) + 1, dtype=np.int64)
        np.cumsum([len(array) for array in arrays], out=offsets[1:])
        return cls(np.concatenate([np.empty(0, np.uint32), *arrays]), offsets)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many ids each text has, shape (n,)."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> npt.NDArray[np.uint32]: ...
    @overload
    def __getitem__(self, index: slice) -> TokenBatch: ...
    def __getitem__(self, index: int | slice) -> npt.NDArray[np.uint32] | TokenBatch:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return TokenBatch.from_lists(self[i] for i in range(start, stop, step))
            stop = max(start, stop)
            first, last = self.offsets[start], self.offsets[stop]
            return TokenBatch(self.ids[first:last], self.offsets[start : stop + 1] - first)
        if not -len(self) <= index < len(self):
            raise IndexError(f"text {index} of {len(self)}")
        index = index % len(self)
        return self.ids[self.offsets[index] : self.offsets[index + 1]]

    def tolist(self) -> list[list[int]]:
        """The ids as a list of int for each text."""
        return lists_of(np.ascontiguousarray(self.ids), self.offsets)

    def pad(
        self,
        length: int | None = None,
        pad_id: int = 0,
        side: Literal["right", "left"] = "right",
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
        """All texts at one length, as a matrix.

        Parameters
        ----------
        length : int, optional
            Ids a row; by default those of the longest text.
        pad_id : int
            The id that fills a row up.
        side : {"right", "left"}
            Where the filling goes.

        Returns
        -------
        ids : numpy.ndarray of uint32, shape (n, length)
        mask : numpy.ndarray of bool, shape (n, length)
            True where the text has an id.

        Raises
        ------
        ValueError
            A text longer than length: truncate first.
        """
        _check_side(side)
        lengths = self.lengths
        longest = int(lengths.max(initial=0))
        length = longest if length is None else length
        if longest > length:
            raise ValueError(f"a text has {longest} ids; truncate({length}) before pad({length})")
        columns = np.arange(length)
        if side == "right":
            mask = columns < lengths[:, None]
        else:
            mask = columns >= length - lengths[:, None]
        ids = np.full((len(self), length), pad_id, dtype=np.uint32)
        ids[mask] = self.ids
        return ids, mask

    def truncate(self, n: int, side: Literal["right", "left"] = "right") -> TokenBatch:
        """At most n ids of each text; what is too much is cut off on the given side."""
        _check_side(side)
        if n < 0:
            raise ValueError(f"n is {n}; a text cannot have fewer than 0 ids")
        lengths = self.lengths
        kept = np.minimum(lengths, n)
        starts = self.offsets[:-1] + (lengths - kept if side == "left" else 0)
        offsets = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(kept, out=offsets[1:])
        index = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], kept)
        return TokenBatch(self.ids[index], offsets)

    def between(self, before: Sequence[int], behind: Sequence[int]) -> TokenBatch:
        """The same texts, each with some ids before it and some behind it."""
        added = len(before) + len(behind)
        offsets = self.offsets + added * np.arange(len(self) + 1)
        ids = np.empty(offsets[-1], dtype=np.uint32)
        shift = len(before) + added * np.arange(len(self))
        ids[np.arange(len(self.ids)) + np.repeat(shift, self.lengths)] = self.ids
        for place, number in enumerate(before):
            ids[offsets[:-1] + place] = number
        for place, number in enumerate(behind):
            ids[offsets[1:] - len(behind) + place] = number
        return TokenBatch(ids, offsets)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TokenBatch):
            return NotImplemented
        return np.array_equal(self.ids, other.ids) and np.array_equal(self.offsets, other.offsets)

    def __reduce__(self) -> tuple[Any, ...]:
        return TokenBatch, (self.ids, self.offsets)

    def __repr__(self) -> str:
        longest = int(self.lengths.max(initial=0))
        return f"TokenBatch(texts={len(self)}, ids={len(self.ids)}, longest={longest})"


def _check_side(side: str) -> None:
    if side not in ("right", "left"):
        raise ValueError(f'side is "right" or "left", not {side!r}')
