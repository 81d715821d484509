"""A text, or the words of one, as a source of encodings: its details are worked out when asked for."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...decoding import MARK, TokenTexts
from ...encoded import Frame, Places
from ...errors import VocabError
from ...front import tokens_of
from ...normalize import Normalizer
from ...tokenizer import Tokenizer
from ...tracing import Trace
from .encoding import Encoding, Fixed, Offsets, Source, Trim, trimmed
from .processing import Around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        spec = tokenizer.vocab.spec
        normalizer = Normalizer(s for s in spec.normalizer if not s.arguments.get("late"))
        if spec.document is None and spec.merges is None:  # a rank file, as it is exported
            spec = replace(spec, spelling="alphabet")
        self._token_text = TokenTexts(spec, tokenizer.vocab)
        self._marks = MARK in json.dumps(
            (spec.document or {}).get("normalizer"), ensure_ascii=False
        )
        normalized = {t.id: t.content for t in tokens_of(spec) if t.normalized}
        self._normalized = normalized.keys()
        # What decoding takes added tokens for: they are normalized as texts are.
        found = {i: self.found(i, normalizer.content(text)) for i, text in normalized.items()}
        self.renamed = {i: text for i, text in found.items() if text != normalized[i]}

    def found(self, number: int, text: str) -> str:
        """An added token as its encoding has it, from what it took of the text."""
        return text.replace(" ", MARK) if self._marks and number in self._normalized else text

    def text(self, number: int) -> str | None:
        """The token of an id, as `tokenizers` says it; None for an id without a token."""
        return self.renamed.get(number) or self._token_text(number)

    @functools.cached_property
    def texts(self) -> list[str | None]:
        """The token of each id as its file writes it."""
        return [self._token_text(number) for number in range(self.tokenizer.n_vocab)]

    @functools.cached_property
    def certain(self) -> list[str | None]:
        """The same, "" for none; None for added tokens whose text may be another in an encoding."""
        result: list[str | None] = [text or "" for text in self.texts]
        for token in self.tokenizer.vocab.added_tokens:
            if token.lstrip or token.rstrip or token.normalized:
                result[token.id] = None
        return result

    @functools.cached_property
    def white(self) -> npt.NDArray[np.uint32]:
        """How many characters of white space each token begins and ends with."""
        pairs = [spaces_of(text or "") for text in self.texts]
        return np.array(pairs, dtype=np.uint32).reshape(-1, 2)


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


class Texts:
    """The ids of one text, or of words that were cut before.

    Parameters
    ----------
    call : Call
    texts : list of str
    ids : list of int
        Of all texts, one after the other.
    counts : list of int or None
        How many ids each text has, where the texts are words.
    """

    __slots__ = ("_call", "_counts", "_known", "_texts", "_trace", "ids")

    def __init__(
        self, call: Call, texts: Sequence[str], ids: list[int], counts: list[int] | None = None
    ) -> None:
        self._call = call
        self._texts, self.ids, self._counts = texts, ids, counts
        self._trace: Trace | None = None
        self._known: dict[Any, Any] = {}

    def tokens(self, start: int, stop: int) -> list[str]:
        """The tokens from start to stop."""
        vocabulary = self._call.vocabulary
        some = self.ids[start:stop]
        certain = [vocabulary.certain[number] for number in some]
        if None not in certain:
            return certain  # type: ignore[return-value]
        result = [vocabulary.texts[number] or "" for number in some]
        for at, found in self._found(start, stop):
            result[at] = vocabulary.found(some[at], found)
        return result

    def words(self, start: int, stop: int) -> list[int | None]:
        """The numbers of their words."""
        if "words" not in self._known:
            words: Any = None
            if self._counts is None and self._trace is None:
                words = self._call.places.words(self._texts[0], self.ids)
            self._known["words"] = self._traced().pieces.tolist() if words is None else words
        result: list[int | None] = self._known["words"][start:stop]
        return result

    def offsets(self, start: int, stop: int, trims: tuple[Trim, ...]) -> list[Offsets]:
        """Where they stand in their text."""
        if self._counts is None and self._trace is None and len(trims) < 2:
            quick = self._quick_offsets(start, stop, trims)
            if quick is not None:
                return quick
        return self._exact_offsets(start, stop, trims)

    def _quick_offsets(
        self, start: int, stop: int, trims: tuple[Trim, ...]
    ) -> list[Offsets] | None:
        """The same, where the ids say it by themselves."""
        prefix = bool(trims) and trims[0].add_prefix_space
        key = (bool(trims), prefix)
        if key not in self._known:
            white = self._call.vocabulary.white if trims else None
            self._known[key] = self._call.places.offsets(self._texts[0], self.ids, white, prefix)
        places: list[Offsets] | None = self._known[key]
        if places is None:
            return None
        result = places[start:stop]
        if prefix and start <= trims[0].first < stop:  # the first of an encoding keeps a space
            at = trims[0].first
            if self._call.vocabulary.white[self.ids[at], 0] == 1:
                result[at - start : at - start + 1] = self._exact_offsets(at, at + 1, trims)
        return result

    def _exact_offsets(self, start: int, stop: int, trims: tuple[Trim, ...]) -> list[Offsets]:
        trace = self._traced()
        offsets = trace.offsets[start:stop]
        if trims:
            white = self._call.vocabulary.white
            before, behind = white[self.ids[start:stop]].astype(np.int64).T
            for at, found in self._found(start, stop):
                before[at], behind[at] = spaces_of(found)
            offsets = trimmed(offsets, before, behind, start, trims)
        return list(zip(offsets[:, 0].tolist(), offsets[:, 1].tolist(), strict=True))

    def _found(self, start: int, stop: int) -> Iterator[tuple[int, str]]:
        """The added tokens among those from start to stop: where each stands there, and its text.

        There may be many others: these are looked up one by one.
        """
        found = self._traced().found
        return ((i - start, found[i]) for i in range(start, min(stop, len(self.ids))) if i in found)

    def _traced(self) -> Trace:
        """Where the ids stand in their text; worked out once."""
        if self._trace is None:
            self._trace = self._work_out()
        return self._trace

    def _work_out(self) -> Trace:
        tokenizer, rules = self._call.vocabulary.tokenizer, self._call.rules
        ids = np.array(self.ids, dtype=np.uint32)
        if self._counts is None:
            return tokenizer.trace(self._texts[0], ids, **rules)
        offsets = [np.zeros((0, 2), np.int64)]
        found: dict[int, str] = {}
        at = 0
        for text, n in zip(self._texts, self._counts, strict=True):
            trace = tokenizer.trace(text, ids[at : at + n], **rules)
            offsets.append(trace.offsets)
            found.update({at + index: token for index, token in trace.found.items()})
            at += n
        words = np.repeat(np.arange(len(self._counts)), self._counts)
        return Trace(np.concatenate(offsets), words, found)


def _check_shared(tokenizer: Tokenizer) -> None:
    """Refuses a special token that another added token stands in, or begins in."""
    tokens = tokenizer.vocab.added_tokens
    specials = [token.content for token in tokens if token.special]
    inside: dict[str, str] = {}
    ends: dict[str, str] = {}
    for text in specials:
        ends.update({text[i:]: text for i in range(1, len(text))})
        for i in range(len(text)):
            inside.update({text[i:j]: text for j in range(i + 1, len(text) + 1)})
    for token in tokens:
        text = token.content
        shared = inside.get(text) or next(
            (ends[text[:i]] for i in range(1, len(text)) if text[:i] in ends), None
        )
        if shared is not None and not token.special:
            raise VocabError(
                f"{tokenizer.name!r}: encode_special_tokens: the special token {shared!r} shares text"
                f" with the added token {text!r}"
            )


class Call:
    """How the ids of texts become sources of encodings.

    Parameters
    ----------
    vocabulary : Vocabulary
    encodes_special : bool
        Whether special tokens are taken for text.
    details : bool
        Whether there are offsets, tokens and words.

    Raises
    ------
    VocabError
        Special tokens are to be text, and share some with an ordinary added token: tokenizers finds
        this one there or not by where the other stands.
    """

    def __init__(self, vocabulary: Vocabulary, encodes_special: bool, *, details: bool) -> None:
        self.vocabulary, self.details = vocabulary, details
        if encodes_special:
            _check_shared(vocabulary.tokenizer)
        self.rules = special_rules(encoded=encodes_special)

    @functools.cached_property
    def places(self) -> Places:
        """What says most of a text's details."""
        return self.vocabulary.tokenizer.places(**self.rules)

    def source(
        self, texts: Sequence[str], ids: list[int], counts: list[int] | None = None
    ) -> Source:
        """The source of the ids of a text, or of words."""
        if not self.details:
            return Fixed(ids, [""] * len(ids))
        return Texts(self, texts, ids, counts)


def frame_of(call: Call, around: Around) -> Frame:
    """What the encodings of texts by themselves have in common.

    Parameters
    ----------
    call : Call
    around : Around
        What stands around a text.
    """
    vocabulary, trims = call.vocabulary, around.trims
    tokenizer = vocabulary.tokenizer

    def make(text: str, ids: list[int]) -> Encoding:
        return around.put(call.source([text], ids))

    return Frame(
        call.places if call.details else None,
        vocabulary.certain if call.details else [],
        around.ids,
        around.tokens,
        *around.columns,
        white=vocabulary.white if call.details and len(trims) == 1 else None,
        prefix=bool(trims) and trims[0].add_prefix_space,
        trims_once=len(trims) < 2,
        has_range=around.has_range,
        encode=tokenizer.encoding_with(**call.rules),
        make=make,
    )
