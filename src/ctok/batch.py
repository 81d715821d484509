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

    A batch is a sequence of uint32 arrays, one a text, that are views of ``ids``. A list or array of
    row numbers, or of bools, chooses rows: ``batch[batch.lengths > 0]``.

    Parameters
    ----------
    ids : array of uint32, shape (total,)
        All ids, one text after the other.
    offsets : array of int64, shape (n + 1,)
        Text ``i`` has ``ids[offsets[i]:offsets[i + 1]]``.

    Raises
    ------
    TypeError
        Ids that are no integers.
    ValueError
        Ids that 32 bits do not hold; offsets that do not start at 0, go back, or do not end at the
        number of ids.
    """

    __slots__ = ("ids", "offsets")
    __hash__ = None  # type: ignore[assignment]  # arrays can change

    ids: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.int64]

    def __init__(self, ids: npt.ArrayLike, offsets: npt.ArrayLike) -> None:
        self.ids = _as_ids(ids)
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
        arrays = [_as_ids(row).reshape(-1) for row in rows]
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
    def __getitem__(
        self, index: slice | list[int] | list[bool] | npt.NDArray[Any]
    ) -> TokenBatch: ...
    def __getitem__(
        self, index: int | slice | list[int] | list[bool] | npt.NDArray[Any]
    ) -> npt.NDArray[np.uint32] | TokenBatch:
        if isinstance(index, list) or (isinstance(index, np.ndarray) and index.ndim):
            rows = np.asarray(index, dtype=None if len(index) else np.intp)
            return self._cut(self.offsets[:-1][rows], self.lengths[rows])
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return self._cut(self.offsets[:-1][index], self.lengths[index])
            stop = max(start, stop)
            first, last = self.offsets[start], self.offsets[stop]
            return TokenBatch(self.ids[first:last], self.offsets[start : stop + 1] - first)
        if not -len(self) <= index < len(self):
            raise IndexError(f"text {index} of {len(self)}")
        index = index % len(self)
        return self.ids[self.offsets[index] : self.offsets[index + 1]]

    def _cut(self, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> TokenBatch:
        """The batch whose rows are so many ids from these places on."""
        if starts.ndim != 1:
            raise IndexError(f"rows are chosen by one dimension, not {starts.ndim}")
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        index = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return TokenBatch.trusted(self.ids[index], offsets)

    def tolist(self) -> list[list[int]]:
        """The ids as a list of int for each text."""
        return lists_of(np.ascontiguousarray(self.ids), self.offsets)

    def pad(
        self,
        length: int | None = None,
        pad_id: int = 0,
        side: Literal["right", "left"] = "right",
        *,
        dtype: npt.DTypeLike = np.uint32,
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """All texts at one length, as a matrix.

        Parameters
        ----------
        length : int, optional
            Ids a row; by default those of the longest text.
        pad_id : int
            The id that fills a row up.
        side : {"right", "left"}
            Where the filling goes.
        dtype : numpy.dtype
            Of the ids. Torch's embeddings take int64, which also holds -100 for what a loss passes
            over.

        Returns
        -------
        ids : numpy.ndarray, shape (n, length)
        mask : numpy.ndarray of bool, shape (n, length)
            True where the text has an id.

        Raises
        ------
        ValueError
            A text longer than length: truncate first. A pad_id, or ids, that the dtype cannot hold.
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
        limits = np.iinfo(dtype)
        highest = max(pad_id, int(self.ids.max(initial=0)))
        if pad_id < limits.min or highest > limits.max:
            wrong = pad_id if pad_id < limits.min else highest
            raise ValueError(f"{limits.dtype} does not hold the id {wrong}; dtype=numpy.int64 does")
        ids = np.full((len(self), length), pad_id, dtype=dtype)
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
        return self._cut(starts, kept)

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


def _as_ids(ids: npt.ArrayLike) -> npt.NDArray[np.uint32]:
    """Ids as an array of uint32, seen to be integers that fit."""
    array = np.asarray(ids)
    if array.dtype == np.uint32:
        return array
    if array.size == 0:
        return array.astype(np.uint32)
    if array.dtype.kind not in "iub":
        raise TypeError(f"ids are integers, not {array.dtype}")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high > 0xFFFFFFFF:
        raise ValueError(f"{low if low < 0 else high} is no id: they are 0 to 2**32 - 1")
    return array.astype(np.uint32)


def _check_side(side: str) -> None:
    if side not in ("right", "left"):
        raise ValueError(f'side is "right" or "left", not {side!r}')
