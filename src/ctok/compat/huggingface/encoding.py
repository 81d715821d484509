"""Encoding: the ids of a text, or of two, and all that can be asked about them.

An encoding is a row of parts. A part is a stretch of a source's ids; a source is a text, which
works out tokens, offsets and words when they are first asked for, or ids that stand for no text.
So truncating, padding and merging move parts about, and ids alone cost no more than ids.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from ...encoded import Encoded
from .added_token import ignored

Offsets = tuple[int, int]
T = TypeVar("T")
Direction = Literal["left", "right"]
Column = Literal["type_id", "attention", "special"]


class Trim(NamedTuple):
    """How a ByteLevel post-processor takes white space out of offsets."""

    add_prefix_space: bool
    first: int  # the index in the source of the encoding's first token; -1 if it is not in it


class Source(Protocol):
    """Ids and what they stand for."""

    @property
    def ids(self) -> list[int]:
        """The ids."""

    def tokens(self, start: int, stop: int) -> list[str]:
        """The tokens from start to stop."""

    def words(self, start: int, stop: int) -> list[int | None]:
        """The numbers of their words."""

    def offsets(self, start: int, stop: int, trims: tuple[Trim, ...]) -> list[Offsets]:
        """Where they stand in their text."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Ids that stand for no text, or whose places are known already."""

    ids: list[int]
    texts: list[str]
    known_words: list[int | None] | None = None
    known_offsets: list[Offsets] | None = None

    def tokens(self, start: int, stop: int) -> list[str]:
        """The tokens from start to stop."""
        return self.texts[start:stop]

    def words(self, start: int, stop: int) -> list[int | None]:
        """Their words."""
        if self.known_words is None:
            return [None] * (stop - start)
        return self.known_words[start:stop]

    def offsets(self, start: int, stop: int, trims: tuple[Trim, ...]) -> list[Offsets]:
        """Their offsets."""
        if self.known_offsets is None:
            return [(0, 0)] * (stop - start)
        return self.known_offsets[start:stop]


class Part(NamedTuple):
    """A stretch of a source's ids in an encoding."""

    source: Source
    start: int
    stop: int
    type_id: int = 0
    attention: int = 1
    special: int = 0
    trims: tuple[Trim, ...] = ()
    shift: int = 0  # of the offsets


class Encoding(Encoded):
    """The output of a Tokenizer."""

    # A lean one has none of these until more is asked of it than its frame says.
    __slots__ = ("_overflowing", "_parts", "_ranges")
    _parts: Sequence[Part]
    _ranges: dict[int, tuple[int, int]]
    _overflowing: list[Encoding]

    def __init__(self) -> None:
        self._parts = ()
        self._ranges = {}
        self._overflowing = []

    def __getattr__(self, name: str) -> Any:
        """Makes what a frame stands for, when it is first missed."""
        if name not in Encoding.__slots__:
            raise AttributeError(f"'Encoding' object has no attribute {name!r}")
        if not self._is_lean():  # another thread has made it since
            return object.__getattribute__(self, name)
        made, filling = self._make(), self._filled_with()
        if filling is not None:
            made.padded(*filling)
        # all of it first: another thread may read it meanwhile
        self._parts, self._ranges, self._overflowing = made._parts, made._ranges, []
        self._leave()
        return getattr(self, name)

    @classmethod
    def of(cls, *parts: Part) -> Encoding:
        """The encoding of some parts."""
        self = cls.__new__(cls)
        self._parts = parts
        self._ranges = {}
        self._overflowing = []
        return self

    def copied(self) -> Encoding:
        """Another one with the same parts."""
        other = Encoding.of(*self._parts)
        other._ranges = dict(self._ranges)
        other._overflowing = [more.copied() for more in self._overflowing]
        return other

    # ---- columns

    def __len__(self) -> int:
        if self._is_lean():
            return self._size()
        return sum([part.stop - part.start for part in self._parts])

    def _joined(self, name: str) -> list[Any]:
        """A column, of the parts."""
        return _COLUMNS[name](self)

    def column(self, name: Column) -> list[int]:
        """One of those columns that a part has one value of."""
        result: list[int] = []
        for part in self._parts:
            result += [getattr(part, name)] * (part.stop - part.start)
        return result

    def _ids_of_parts(self) -> list[int]:
        result: list[int] = []
        for part in self._parts:
            result += part.source.ids[part.start : part.stop]
        return result

    def _tokens_of_parts(self) -> list[str]:
        result: list[str] = []
        for part in self._parts:
            result += part.source.tokens(part.start, part.stop)
        return result

    def _words_of_parts(self) -> list[int | None]:
        result: list[int | None] = []
        for part in self._parts:
            result += part.source.words(part.start, part.stop)
        return result

    def _offsets_of_parts(self) -> list[Offsets]:
        result: list[Offsets] = []
        for part in self._parts:
            found = part.source.offsets(part.start, part.stop, part.trims)
            if part.shift:
                found = [(start + part.shift, end + part.shift) for start, end in found]
            result += found
        return result

    def _sequences_of_parts(self) -> list[int | None]:
        result: list[int | None] = [None] * len(self)
        for number in range(self.n_sequences):
            start, stop = self._range(number)
            result[start:stop] = [number] * (stop - start)
        return result

    @property
    def words(self) -> list[int | None]:
        """`word_ids` under its old name."""
        warnings.warn(
            "Encoding.words is deprecated, please use Encoding.word_ids instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.word_ids

    # ---- sequences

    @property
    def n_sequences(self) -> int:
        """How many texts it is of."""
        return 1 if self._is_lean() else len(self._ranges) or 1

    def set_sequence_id(self, sequence_id: int) -> None:
        """Makes all tokens those of the text of that number."""
        self._known = None
        self._ranges[_natural(sequence_id)] = (0, len(self))

    def _range(self, number: int) -> tuple[int, int]:
        return self._ranges.get(number) or (0, len(self))

    def token_to_sequence(self, token_index: int) -> int | None:
        """The number of the text that a token is of."""
        if _natural(token_index) > len(self):
            return None
        if not self._ranges:
            return 0
        for number, (start, stop) in self._ranges.items():
            if start <= token_index < stop:
                return number
        return None

    # ---- from one to another

    def _once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, the same until the encoding changes."""
        known = self._known
        if known is None:
            known = self._known = {}
        if key not in known:
            known[key] = make()
        result: T = known[key]
        return result

    def _known_offsets(self) -> list[Offsets]:
        return self._once("offsets", lambda: self.offsets)

    def _known_words(self) -> list[int | None]:
        return self._once("words", lambda: self.word_ids)

    def token_to_chars(self, token_index: int) -> Offsets | None:
        """Where a token stands in its text."""
        if self.token_to_sequence(token_index) is None or token_index >= len(self):
            return None
        return self._known_offsets()[token_index]

    def token_to_word(self, token_index: int) -> int | None:
        """The number of a token's word."""
        if self.token_to_sequence(token_index) is None or token_index >= len(self):
            return None
        return self._known_words()[token_index]

    def char_to_token(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """The index of the token that holds a character."""
        _natural(char_pos)
        first, stop = self._range(_natural(sequence_index))
        holders = self._once((first, stop), lambda: _holders(self._known_offsets()[first:stop]))
        if char_pos >= len(holders) or holders[char_pos] < 0:
            return None
        return first + int(holders[char_pos])

    def char_to_word(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """The number of the word that holds a character."""
        token = self.char_to_token(char_pos, sequence_index)
        return None if token is None else self.token_to_word(token)

    def word_to_tokens(self, word_index: int, sequence_index: int = 0) -> Offsets | None:
        """The index of a word's first token, and of the one behind its last."""
        _natural(word_index)
        first, stop = self._range(_natural(sequence_index))
        spans = self._once((first, stop, "words"), lambda: _spans(self._known_words()[first:stop]))
        found = spans.get(word_index)
        return None if found is None else (first + found[0], first + found[1])

    def word_to_chars(self, word_index: int, sequence_index: int = 0) -> Offsets | None:
        """Where a word stands in its text."""
        tokens = self.word_to_tokens(word_index, sequence_index)
        if tokens is None:
            return None
        offsets = self._known_offsets()
        return offsets[tokens[0]][0], offsets[tokens[1] - 1][1]

    # ---- changes

    def pad(self, length: int, **kwargs: Any) -> None:
        """Makes it, and what overflows, at least so long.

        Parameters
        ----------
        length : int
        direction : {"right", "left"}
        pad_id, pad_type_id : int
        pad_token : str
        """
        known = {"direction": "right", "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}
        for key, value in kwargs.items():
            if key in known:
                known[key] = value
            else:
                ignored(key)
        check_direction(known["direction"])
        self.padded(_natural(length), **known)  # type: ignore[arg-type]

    def padded(
        self, length: int, direction: Direction, pad_id: int, pad_type_id: int, pad_token: str
    ) -> None:
        """`pad` with arguments that were checked."""
        if self._fill(length, direction == "left", pad_id, pad_type_id, pad_token):
            return
        self._known = None
        for more in self._overflowing:
            more.padded(length, direction, pad_id, pad_type_id, pad_token)
        n = length - len(self)
        if n <= 0:
            return
        filling = Part(Fixed([pad_id] * n, [pad_token] * n), 0, n, pad_type_id, 0, 1)
        if direction == "left":
            self._parts = (filling, *self._parts)
            self._ranges = {k: (start + n, stop + n) for k, (start, stop) in self._ranges.items()}
        else:
            self._parts = (*self._parts, filling)

    def truncate(self, max_length: int, stride: int = 0, direction: str = "right") -> None:
        """Cuts it; what is too much overflows into encodings of their own.

        Parameters
        ----------
        max_length : int
        stride : int
            How many tokens of the one before each overflowing encoding begins with.
        direction : {"right", "left"}

        Raises
        ------
        ValueError
            A stride that is not below max_length.
        """
        if direction not in ("left", "right"):
            raise ValueError(f"Invalid truncation direction value : {direction}")
        self.truncated(_natural(max_length), _natural(stride), direction)  # type: ignore[arg-type]

    def truncated(self, length: int, stride: int, direction: Direction) -> None:
        """`truncate` with arguments that were checked."""
        n = len(self)
        if length >= n:
            return
        self._known = None
        if length == 0:
            whole = self.copied()
            self._parts, self._ranges, self._overflowing = (), {}, [whole]
            return
        if stride >= length:
            raise ValueError(
                f"`stride` must be strictly less than `max_len={length}` (note that `max_len` may be"
                " shorter than the max length of the original model, as it subtracts the number of"
                " special characters"
            )
        step = length - stride
        # How many windows: the last is the first that reaches the far end.
        count = 1 + -(-(n - length) // step)
        if direction == "right":
            windows = [(k * step, min(k * step + length, n)) for k in range(count)]
        else:
            windows = [(max(n - k * step - length, 0), n - k * step) for k in range(count)]
        cuts = [self._window(start, stop) for start, stop in windows]
        self._parts, self._ranges = cuts[0], {}
        self._overflowing = [Encoding.of(*parts) for parts in cuts[1:]]

    def _window(self, start: int, stop: int) -> list[Part]:
        result = []
        at = 0
        for part in self._parts:
            size = part.stop - part.start
            first, last = max(start - at, 0), min(stop - at, size)
            if first < last:
                result.append(part._replace(start=part.start + first, stop=part.start + last))
            at += size
        return result

    @staticmethod
    def merge(encodings: Sequence[Encoding], growing_offsets: bool = True) -> Encoding:
        """All of them in one.

        Parameters
        ----------
        encodings : sequence of Encoding
        growing_offsets : bool
            Whether the offsets of each go on where those of the one before end.
        """
        return merged([encoding.copied() for encoding in encodings], growing=growing_offsets)

    def extend(self, other: Encoding, *, growing: bool) -> None:
        """Appends another one; what overflows of both is combined, each with each."""
        self._known = None
        overflowing = []
        for mine in self._overflowing:
            for pair in (other, *other._overflowing):
                more = mine.copied()
                more.extend(pair, growing=growing)
                overflowing.append(more)
        for pair in other._overflowing:
            more = self.copied()
            more.extend(pair, growing=growing)
            overflowing.append(more)
        n = len(self)
        for number, (start, stop) in other._ranges.items():
            self._ranges[number] = (start + n, stop + n)
        parts = other._parts
        if growing and n and (shift := self._end()):
            parts = [part._replace(shift=part.shift + shift) for part in parts]
        self._parts = (*self._parts, *parts)
        self._overflowing = overflowing

    def _end(self) -> int:
        """Where the last token ends."""
        last = next(part for part in reversed(self._parts) if part.stop > part.start)
        ((_, end),) = last.source.offsets(last.stop - 1, last.stop, last.trims)
        return end + last.shift

    def change_parts(self, change: Any) -> None:
        """Puts change(part, how many tokens stand before it) in the place of each part."""
        self._known = None
        at = 0
        result = []
        for part in self._parts:
            result.append(change(part, at))
            at += part.stop - part.start
        self._parts = result

    # ---- as an object

    def __repr__(self) -> str:
        names = "ids, type_ids, tokens, offsets, attention_mask, special_tokens_mask, overflowing"
        return f"Encoding(num_tokens={len(self)}, attributes=[{names}])"

    def __reduce__(self) -> tuple[Any, ...]:
        parts = [
            (
                part.source.ids[part.start : part.stop],
                part.source.tokens(part.start, part.stop),
                part.source.words(part.start, part.stop),
                Encoding.of(part).offsets,
                *(part.type_id, part.attention, part.special),
            )
            for part in self._parts
        ]
        return _rebuild, (parts, self._ranges, self._overflowing)


# What a lean encoding is not asked for, by name.
_COLUMNS: dict[str, Callable[[Encoding], list[Any]]] = {
    "ids": Encoding._ids_of_parts,
    "type_ids": lambda encoding: encoding.column("type_id"),
    "attention_mask": lambda encoding: encoding.column("attention"),
    "special_tokens_mask": lambda encoding: encoding.column("special"),
    "tokens": Encoding._tokens_of_parts,
    "offsets": Encoding._offsets_of_parts,
    "word_ids": Encoding._words_of_parts,
    "sequence_ids": Encoding._sequences_of_parts,
    "overflowing": lambda encoding: [more.copied() for more in encoding._overflowing],
}


def _rebuild(
    parts: Iterable[tuple[Any, ...]],
    ranges: dict[int, tuple[int, int]],
    overflowing: list[Encoding],
) -> Encoding:
    made = []
    for ids, tokens, words, offsets, *how in parts:
        made.append(Part(Fixed(ids, tokens, words, offsets), 0, len(ids), *how))
    result = Encoding.of(*made)
    result._ranges, result._overflowing = ranges, overflowing
    return result


def merged(encodings: Iterable[Encoding], *, growing: bool) -> Encoding:
    """One encoding of several, which nobody else holds."""
    result: Encoding | None = None
    for encoding in encodings:
        if result is None:
            result = encoding
        else:
            result.extend(encoding, growing=growing)
    return Encoding() if result is None else result


def trimmed(
    offsets: npt.NDArray[np.int64],
    before: npt.NDArray[np.int64],
    behind: npt.NDArray[np.int64],
    start: int,
    trims: tuple[Trim, ...],
) -> npt.NDArray[np.int64]:
    """Offsets without the white space of their tokens.

    Parameters
    ----------
    offsets : numpy.ndarray of int64, shape (n, 2)
    before, behind : numpy.ndarray of int64, shape (n,)
        How many characters of white space each token begins and ends with.
    start : int
        The index in the source of the first of them.
    trims : tuple of Trim
        Each is done to what the one before left.
    """
    for add_prefix_space, first in trims:
        left, right = offsets[:, 0], offsets[:, 1]
        taken = before
        if add_prefix_space:  # a single space at the start was not in the text
            at_start = (left == 0) | (np.arange(start, start + len(left)) == first)
            taken = np.where(at_start & (before == 1), 0, before)
        left = np.minimum(left + taken, right)
        shorter = (behind > 0) & (right >= behind)
        right = np.where(shorter, np.maximum(right - behind, left), right)
        offsets = np.stack([left, right], axis=1)
    return offsets


def _holders(offsets: Sequence[Offsets]) -> npt.NDArray[np.int32]:
    """For each character the first of the tokens that hold it, -1 for none."""
    rows = np.array(offsets, dtype=np.int64).reshape(-1, 2)[::-1]
    starts, widths = rows[:, 0], np.maximum(rows[:, 1] - rows[:, 0], 0)
    ends = widths.cumsum()
    at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts + widths - ends, widths)
    result = np.full(at.max(initial=-1) + 1, -1, dtype=np.int32)
    # Of places that stand there twice the last stays: the first token's.
    result[at] = np.repeat(np.arange(len(rows), dtype=np.int32)[::-1], widths)
    return result


def _spans(words: Sequence[int | None]) -> dict[int, Offsets]:
    """For each word its first token, and what stands behind its last before any later word."""
    result: dict[int, Offsets] = {}
    latest = -1
    for index, word in enumerate(words):
        if word is not None and word >= latest:
            latest = word
            result[word] = (result[word][0] if word in result else index, index + 1)
    return result


def check_direction(direction: object, dot: str = "") -> None:
    """Raises ValueError for anything but a direction."""
    if direction not in ("left", "right"):
        raise ValueError(f"Unknown `direction`: `{direction}`. Use one of `left` or `right`{dot}")


def _natural(number: int) -> int:
    if number < 0:
        raise OverflowError("can't convert negative int to unsigned")
    return number
