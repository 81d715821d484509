"""Where the ids of a text stand in it, and in which piece, whatever is done to the text before."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import splits
from .alignment import Aligned
from .decoding import MARK, TokenTexts
from .encoded import AT_SPACES, INSIDE, ONE_PIECE, SOMEWHERE, UNKNOWN, WHOLE, Places
from .encoder import ALLOWED, Core, Rules
from .errors import CtokError
from .front import Found, Front
from .spec import VocabSpec

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the ids of a text stand.

    Parameters
    ----------
    offsets : numpy.ndarray of int64, shape (n, 2)
        Start and end of each id in characters of the text. A token that holds a part of a
        character covers the whole character; one that stands for nothing in the text has the
        place of the character behind it.
    pieces : numpy.ndarray of int64, shape (n,)
        The number of each id's piece. An added token is a piece.
    found : dict of int to str
        By their index, the added tokens that were found in the text, and what they took of it.
    """

    offsets: Ints
    pieces: Ints
    found: dict[int, str]


class Tracer:
    """Traces the texts of one vocabulary.

    Parameters
    ----------
    spec : VocabSpec
    core : Core
    front : Front, optional
    """

    def __init__(self, spec: VocabSpec, core: Core, front: Front | None) -> None:
        self._spec, self._core = spec, core
        self._front = front or Front(spec, core)
        self._lengths = core.vocab.token_lengths.astype(np.int64)
        # Whether an id has so many bytes wherever it stands.
        self._has_lengths = spec.unknown is None and spec.places is None
        self._only_spaces_start = not spec.splits and spec.splits is not None
        self._places = None
        if spec.places is not None:
            self._places = {(symbol, place) for symbol, place, _ in spec.places.tolist()}
        self._texts = TokenTexts(spec, core.vocab)
        self._spans = splits.spans_of(() if core.kernel >= 0 else spec.splits or ())

    def trace(self, text: str, rules: Rules | None, ids: npt.NDArray[np.uint32]) -> Trace:
        """Where ids stand in the text that they are the ids of.

        Raises
        ------
        CtokError
            They are not its ids, or a part of a token stands for more than one place.
        """
        if self._has_lengths and self._front.is_plain(text, rules):
            plain = self._plain(text, ids)
            if plain is not None:
                return plain
        offsets, pieces = np.zeros((len(ids), 2), np.int64), np.zeros(len(ids), np.int64)
        found: dict[int, str] = {}
        done = number = 0  # of ids, of pieces
        for part in self._front.aligned(text, rules):
            if isinstance(part, Found):
                if done == len(ids) or ids[done] != part.id:
                    raise self._lost(text)
                offsets[done] = part.start, part.end
                pieces[done] = number
                found[done] = part.text
                done, number = done + 1, number + 1
            elif part.text:
                places, inner, count = self._stretch(part, ids[done:])
                here = slice(done, done + len(places))
                offsets[here], pieces[here] = places, number + inner
                done, number = done + len(places), number + count
        if done != len(ids):
            raise self._lost(text)
        return Trace(offsets, pieces, found)

    def places(self, rules: Rules | None) -> Places:
        """What `trace` says of texts to which nothing is done but to put a space before them."""
        cut: int | Callable[[bytes], tuple[bytes, npt.NDArray[np.intp]]] = self._core.kernel
        if self._only_spaces_start:
            cut = AT_SPACES if self._spec.space_starts else ONE_PIECE
        elif self._core.kernel < 0:
            cut = self._core.piece_ends
        lead = None
        if Front.needed(self._spec):
            lead = functools.partial(self._front.lead, rules=rules)
        encode = functools.partial(self._core.encode_list, rules=rules)
        return Places(self._core.vocab, self._kinds(rules), cut, lead, encode)

    def _kinds(self, rules: Rules | None) -> npt.NDArray[np.uint8]:
        """What each id is to the places of a text, in the words of `Places`."""
        if not self._has_lengths:
            return np.zeros(0, np.uint8)
        kinds = np.full(self._core.vocab.n_ids, INSIDE, np.uint8)
        looked_for = rules.rule if rules is not None else bytes(len(self._core.vocab.added_tokens))
        added = self._core.vocab.added_tokens
        # One that is not a word by itself hides, all the same, those that begin in it.
        hiding = {c for token in added if token.single_word for c in token.content}
        for token, rule in zip(added, looked_for, strict=True):
            data = self._core.vocab.token(token.id) or b""
            content = token.content.encode()
            taken = token.lstrip or token.rstrip or token.normalized or token.decoded
            if taken or self._front.prefix:
                kinds[token.id] = UNKNOWN
            elif len(data) < len(content):
                pass  # merges end in it; where it is found, the text has more bytes than the ids
            elif data == content and rule == ALLOWED and token.content[:1] not in hiding:
                kinds[token.id] = WHOLE
            else:  # where it is not found, merges may still end in it
                kinds[token.id] = SOMEWHERE
        return kinds

    def _stretch(self, part: Aligned, ids: npt.NDArray[np.uint32]) -> tuple[Ints, Ints, int]:
        """Offsets and pieces of the first of the ids, those of a stretch; how many pieces it has."""
        data, ends, kept = self._cut(part.text)
        stops = self._stops(ids, data, ends)
        if (stops[-1] if len(stops) else 0) != len(data):
            raise self._lost(part.text)
        starts = np.concatenate([np.zeros(1, np.int64), stops])[: len(stops)]
        first, last = (starts, stops - 1) if kept is None else (kept[starts], kept[stops - 1])
        if not part.text.isascii():
            character = _character_of_byte(part.text.encode())
            first, last = character[first], character[last]
        places = np.stack([part.starts[first], part.ends[last]], axis=1)
        return places, ends.searchsorted(starts, side="right"), len(ends)

    def _lost(self, text: str) -> CtokError:
        name, start = self._spec.name, text[:60]
        return CtokError(f"{name!r}: where the ids of {start!r} stand in it is not known")

    def _plain(self, text: str, ids: npt.NDArray[np.uint32]) -> Trace | None:
        """The trace of a text that is for the core as it is; None where a part of it is left out.

        The same as the general way, in a third of the time.
        """
        data, ends, kept = self._cut(text)
        lengths = self._lengths[ids]
        stops = lengths.cumsum()
        if kept is not None or (stops[-1] if len(ids) else 0) != len(data):
            return None
        starts = stops - lengths
        offsets = np.empty((len(ids), 2), np.int64)
        if len(text) == len(data):
            offsets[:, 0], offsets[:, 1] = starts, stops
        else:
            character = _character_of_byte(data)
            offsets[:, 0], offsets[:, 1] = character[starts], character[stops - 1] + 1
        return Trace(offsets, ends.searchsorted(starts, side="right"), {})

    def _cut(self, text: str) -> tuple[bytes, Ints, Ints | None]:
        """What is left of a prepared text, where its pieces end, and which bytes these are.

        None for the last means all of them.
        """
        data = text.encode()
        if self._only_spaces_start:
            ends = [len(data)]
            if self._spec.space_starts:
                bytes_ = np.frombuffer(data, np.uint8)
                ends = [i for i in np.flatnonzero(bytes_ == 0x20).tolist() if i] + ends
            return data, np.array(ends, np.int64), None
        left, piece_ends = self._core.piece_ends(data)
        ends_ = piece_ends.astype(np.int64)
        if len(left) == len(data):
            return data, ends_, None
        at = [0, *_byte_ends(text).tolist()]
        ranges = [np.arange(at[a], at[b]) for a, b in self._spans(text)]
        return left, ends_, np.concatenate([np.empty(0, np.int64), *ranges])

    def _stops(self, ids: npt.NDArray[np.uint32], data: bytes, ends: Ints) -> Ints:
        """Where each of the first ids ends in data, as many of them as it has."""
        if self._has_lengths:
            # An id has a byte at least, so no more of them are looked at than could be needed.
            stops = self._lengths[ids[: len(data)]].cumsum()
            return stops[: stops.searchsorted(len(data), side="right")]
        # One by one too: there may be many more of them than a stretch has.
        stops_ = self._stops_one_by_one(map(int, ids), data, ends.tolist())
        return np.fromiter(stops_, np.int64)

    def _stops_one_by_one(self, ids: Iterable[int], data: bytes, ends: list[int]) -> Iterator[int]:
        """The same, where the id of unknown characters is among them, or tokens have affixes."""
        prefix, suffix = map(self._size, self._spec.affixes)
        at = piece = start = 0
        for number in ids:
            if at == len(data):
                return
            while ends[piece] <= at:
                start = ends[piece]
                piece += 1
            if number == self._spec.unknown:
                at = _next_character(data, at)
                while self._spec.fuse_unknown and at < ends[piece]:
                    after = _next_character(data, at)
                    if self._is_symbol(data[at:after], 3 if after == ends[piece] else 1):
                        break
                    at = after
            elif self._spec.places is None:
                at += int(self._lengths[number])
            else:  # a token's text may start as the prefix does where it has none
                at += self._size(self._texts(number) or "") - (prefix if at > start else 0)
                at -= suffix if at - suffix == ends[piece] else 0
            yield at

    def _is_symbol(self, character: bytes, place: int) -> bool:
        """Whether a character that is not a piece's first is a token there."""
        if self._places is None:
            return self._core.vocab.find(character) is not None
        return (ord(character.decode()), place) in self._places

    def _size(self, text: str) -> int:
        """How many bytes of a text a token's own text stands for."""
        if self._spec.spelling == "alphabet":
            return len(text)
        return len(text.replace(MARK, " ").encode())


def _character_of_byte(data: bytes) -> Ints:
    """For each byte of UTF-8, which character it belongs to."""
    leads = (np.frombuffer(data, np.uint8) & 0xC0) != 0x80
    character: Ints = leads.cumsum(dtype=np.int64) - 1
    return character


def _byte_ends(text: str) -> Ints:
    """For each character, where it ends in UTF-8."""
    data = np.frombuffer(text.encode(), np.uint8)
    return np.append(np.flatnonzero((data & 0xC0) != 0x80)[1:], len(data))


def _next_character(data: bytes, at: int) -> int:
    at += 1
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at
