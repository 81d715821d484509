"""A text, or the words of one, as a source of encodings: its details are worked out when asked for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...tokenizer import Tokenizer
from .encoding import Offsets, Trim, trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int64]
SPACE = "\u0120"  # a space in the alphabet of bytes


def special_rules(*, encoded: bool) -> dict[str, Any]:
    """The arguments of `ctok.Tokenizer.encode` under which special tokens are found, or are text."""
    if encoded:
        return {"allowed_special": frozenset(), "disallowed_special": ()}
    return {"allowed_special": "all"}


class Vocabulary:
    """A ctok tokenizer, and what encodings look up in it.

    Parameters
    ----------
    tokenizer : ctok.Tokenizer
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    @functools.cached_property
    def texts(self) -> list[str | None]:
        """The token of each id."""
        return [self.tokenizer.id_to_token(i) for i in range(self.tokenizer.n_vocab)]

    @functools.cached_property
    def spaces(self) -> tuple[Ints, Ints]:
        """How many characters of white space each token begins and ends with."""
        pairs = [spaces_of(text or "") for text in self.texts]
        before, behind = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return before, behind


def spaces_of(token: str) -> tuple[int, int]:
    """How many characters of white space a token begins and ends with, as its file writes it."""
    n = len(token)
    if token[:1].isalnum() and token[:1] != SPACE and token[-1:].isalnum() and token[-1:] != SPACE:
        return 0, 0
    plain = "".join(" " if c == SPACE or is_space(c) else "x" for c in token)
    return n - len(plain.lstrip(" ")), n - len(plain.rstrip(" "))


def is_space(character: str) -> bool:
    """Whether a character is white space; to Python four separators are too."""
    return character.isspace() and not "\x1c" <= character <= "\x1f"


class Details(NamedTuple):
    """What a source works out: all have one entry an id."""

    tokens: list[str]
    words: list[int | None]
    offsets: Ints
    before: Ints  # white space that its token begins with
    behind: Ints


class Texts:
    """The ids of one text, or of words that were cut before.

    Parameters
    ----------
    vocabulary : Vocabulary
    encodes_special : bool
        Whether special tokens were taken for text.
    texts : list of str
    ids : list of int
        Of all texts, one after the other.
    counts : list of int or None
        How many ids each text has, where the texts are words.
    """

    __slots__ = ("_counts", "_details", "_encodes_special", "_texts", "_vocabulary", "ids")

    def __init__(
        self,
        vocabulary: Vocabulary,
        encodes_special: bool,
        texts: Sequence[str],
        ids: list[int],
        counts: list[int] | None = None,
    ) -> None:
        self._vocabulary, self._encodes_special = vocabulary, encodes_special
        self._texts, self.ids, self._counts = texts, ids, counts
        self._details: Details | None = None

    def tokens(self, start: int, stop: int) -> list[str]:
        """The tokens from start to stop."""
        return self._known().tokens[start:stop]

    def words(self, start: int, stop: int) -> list[int | None]:
        """The numbers of their words."""
        return self._known().words[start:stop]

    def offsets(self, start: int, stop: int, trims: tuple[Trim, ...]) -> list[Offsets]:
        """Where they stand in their text."""
        known = self._known()
        offsets = known.offsets[start:stop]
        if trims:
            white = known.before[start:stop], known.behind[start:stop]
            offsets = trimmed(offsets, *white, start, trims)
        return list(zip(offsets[:, 0].tolist(), offsets[:, 1].tolist(), strict=True))

    def _known(self) -> Details:
        if self._details is None:
            self._details = self._work_out()
        return self._details

    def _work_out(self) -> Details:
        tokenizer, rules = self._vocabulary.tokenizer, special_rules(encoded=self._encodes_special)
        ids = np.array(self.ids, dtype=np.uint32)
        texts = self._vocabulary.texts
        tokens = [texts[number] or "" for number in self.ids]
        before, behind = (white[ids] for white in self._vocabulary.spaces)
        counts = [len(ids)] if self._counts is None else self._counts
        words: list[Any] = []
        offsets = [np.zeros((0, 2), np.int64)]
        at = 0
        for number, (text, n) in enumerate(zip(self._texts, counts, strict=True)):
            trace = tokenizer.trace(text, ids[at : at + n], **rules)
            for index, found in trace.found.items():
                tokens[at + index] = found
                before[at + index], behind[at + index] = spaces_of(found)
            offsets.append(trace.offsets)
            words += trace.pieces.tolist() if self._counts is None else [number] * n
            at += n
        return Details(tokens, words, np.concatenate(offsets), before, behind)
