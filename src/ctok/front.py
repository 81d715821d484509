"""What stands between a text and the core: normalizing, and tokens found in normalized text.

text -> added tokens -> normalize -> normalized added tokens -> prefix -> core
        (raw text)      (between them)                       (a stretch each)
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from . import kernels
from .encoder import ALLOWED, PREFIX_EVERY, PREFIX_FIRST, PREFIX_UNLESS, Core, Rules
from .errors import SpecialTokenError, VocabError
from .normalize import WHITE_SPACE, Normalizer
from .spec import AddedToken, Step, VocabSpec

if TYPE_CHECKING:
    from dataclasses import dataclass

    import numpy.typing as npt

    from .alignment import Aligned, Follower
else:
    from .records import dataclass

Text = str | bytes
_SPACES = "".join(map(chr, WHITE_SPACE))
_WORD_CATEGORIES = {*"Lu Ll Lt Lm Lo Mn Mc Me Nd Nl Pc".split()}
_ALPHABETIC_SYMBOLS = (
    ("\u24b6", "\u24e9"),
    ("\U0001f130", "\U0001f149"),
    ("\U0001f150", "\U0001f169"),
    ("\U0001f170", "\U0001f189"),
)


def _is_word(character: str) -> bool:
    """Whether a word may go on with a character; special.h has the same rule."""
    if unicodedata.category(character) in _WORD_CATEGORIES or character in "\u200c\u200d":
        return True
    return any(first <= character <= last for first, last in _ALPHABETIC_SYMBOLS)


@dataclass(frozen=True)
class Found:
    """An added token in a text: its id, what it took of the text, and where."""

    id: int
    text: str
    start: int
    end: int


class Front:
    """Prepares the texts of one vocabulary.

    Parameters
    ----------
    spec : VocabSpec
    core : Core

    Attributes
    ----------
    prefix : int
        Before which stretches the core puts a space itself, in the words of `Rules`; 0 for none.
    """

    def __init__(self, spec: VocabSpec, core: Core) -> None:
        self._core = core
        self.prefix = _prefix(spec) if core.kernel < 0 and core.split is None else 0
        others = [s for s in spec.normalizer if not (self.prefix and s.kind == "prepend")]
        # What the core takes as it is: none of these steps changes it.
        self._untouched = Normalizer(others)
        self._at_once = not any(step.arguments.get("late") for step in others)
        early, late = _early_and_late(spec)
        self.normalizer, self.late = Normalizer(early), Normalizer(late)
        self._added = core.vocab.added_tokens
        self._masked: dict[tuple[bytes, bool], Rules] = {}
        normalized = [token for token in self._added if token.normalized]
        self._contents = _contents(spec.name, normalized, self.normalizer)
        self._finds_normalized = bool(normalized) and bool(self.normalizer)
        # Behind the prefix these are found too, so it stands alone before them.
        before = self.prefix and not any(self.late.steps)
        self._behind_prefix = tuple(self._contents) if before else ()
        # One look for all tokens is the same as two when no two of them can share text, and when
        # the normalized ones stand in a normalized text as they are.
        self._one_look = all(t.content == text for text, t in self._contents.items()) and not (
            _need_two_looks(self._added)
        )
        # Which texts are for the core as they are, for certain: all, or those in NFC.
        as_it_is = self._one_look and self._at_once and not self._behind_prefix
        self.takes_all = as_it_is and not others
        self.takes_composed = as_it_is and [step.kind for step in others] == ["nfc"]

    @staticmethod
    def needed(spec: VocabSpec) -> bool:
        """Whether a vocabulary's texts need any of this.

        Raises
        ------
        VocabError
            Added tokens of which one may take the white space that another begins with.
        """
        _check_white_space(spec)
        return bool(spec.normalizer) or _need_two_looks(spec.added)

    def plain(self, text: Text, rules: Rules | None) -> Text | None:
        """The text as the core may take it at once, with the same rules.

        None when it has to be taken apart first.
        """
        if self.takes_composed and type(text) is str and kernels.is_composed(text):
            return text
        if not isinstance(text, str | bytes):
            raise TypeError(f"a text is str or UTF-8 bytes, not {type(text).__name__}")
        whole = text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")
        if (
            self._one_look
            and self._at_once
            and not self.takes_composed  # one more look would say no more
            and self._untouched.leaves(whole)
            and not (self._behind_prefix and whole.startswith(self._behind_prefix))
        ):
            return text
        looks = rules is not None and rules.allows
        if not self.prefix and not looks and not self._finds_normalized:
            done = self.late(self.normalizer(whole))
            if done == whole:
                return text
            return done if isinstance(text, str) else done.encode("utf-8", "surrogateescape")
        if self.prefix or not self._one_look or not self._at_once:
            return None
        done = self.normalizer(whole)
        if self.takes_composed and done == whole:
            return text
        prepared = self._between_tokens(text, done, rules)
        if prepared is None or isinstance(text, str):
            return prepared
        return prepared.encode("utf-8", "surrogateescape")

    def to_prepare(self, texts: list[Text]) -> Iterable[int]:
        """The places of those among many texts that may not be for the core as they are."""
        if self.takes_all:
            return ()
        return kernels.not_composed(texts) if self.takes_composed else range(len(texts))

    def _between_tokens(self, text: Text, done: str, rules: Rules | None) -> str | None:
        """A text normalized between the tokens that are looked for before that.

        `done` is what it is where there are none. None where the core may not find the same tokens
        in what it is.
        """
        mask = self._mask(rules, False)
        try:
            parts = self._core.stretches(text, mask)
            if len(parts) == 1:
                return done if len(self._core.stretches(done, mask)) == 1 else None
            data = self._core.utf8(text)
            wanted: list[bytes | int] = []
            every: list[bytes] = []
            at = 0
            for i, (part, end) in enumerate(parts):
                if isinstance(part, int):
                    wanted.append(part)
                    every.append(data[at:end])
                else:
                    stretch = part.decode("utf-8", "surrogateescape")
                    stretch = self.normalizer(stretch, at_start=i == 0)
                    every.append(stretch.encode("utf-8", "surrogateescape"))
                    wanted.append(every[-1])
                at = end
            prepared = b"".join(every)
            found = [part for part, _ in self._core.stretches(prepared, mask)]
        except SpecialTokenError:
            return None  # `parts` says so, or knows better
        return prepared.decode("utf-8", "surrogateescape") if found == wanted else None

    def leads(
        self, ids: npt.NDArray[np.uint32], lengths: npt.NDArray[np.int64], data: bytes
    ) -> npt.NDArray[np.int64]:
        """Which ids start with a space that the core put before a stretch: 1 for those.

        Parameters
        ----------
        ids : numpy.ndarray
            Of a text that `plain` gave back as it was.
        lengths : numpy.ndarray
            How many bytes each of them has.
        data : bytes
            The text.
        """
        result = np.zeros(len(ids), dtype=np.int64)
        if not self.prefix or not len(ids):
            return result
        added = np.isin(ids, np.array([token.id for token in self._added], dtype=np.uint32))
        starts = np.flatnonzero(~added & np.append(True, added[:-1])).tolist()
        ends = np.cumsum(lengths)
        found = 0
        for start in starts if self.prefix & PREFIX_EVERY else [i for i in starts if i == 0]:
            at = int(ends[start - 1]) - found if start else 0
            if not (self.prefix & PREFIX_UNLESS and data[at : at + 1] == b" "):
                result[start] = 1
                found += 1
        return result

    def takes_space(self, ids: npt.NDArray[np.uint32]) -> bool:
        """Whether one of these ids is a token that takes the white space beside it."""
        greedy = [token.id for token in self._added if token.lstrip or token.rstrip]
        return bool(greedy) and bool(np.isin(ids, np.array(greedy, dtype=np.uint32)).any())

    def lead(self, text: str, rules: Rules | None) -> int | None:
        """How many spaces stand before a text that is for the core as it is, without added tokens.

        None where more is done to it.
        """
        if self.plain(text, rules) is not text:
            return None
        return int(bool(self.prefix) and not (self.prefix & PREFIX_UNLESS and text[:1] == " "))

    def parts(self, text: Text, rules: Rules | None) -> list[bytes | int]:
        """A text taken apart: stretches for the core, and ids between them.

        In the stretches nothing is looked for any more.
        """
        result: list[bytes | int] = []
        for i, (stretch, _) in enumerate(self._core.stretches(text, self._mask(rules, False))):
            if isinstance(stretch, int):
                result.append(stretch)
                continue
            inner = self.normalizer(stretch.decode("utf-8", "surrogateescape"), at_start=i == 0)
            for j, (part, _) in enumerate(self._find_normalized(inner, rules)):
                if isinstance(part, int):
                    result.append(part)
                elif part:
                    done = self.late(part, at_start=i == 0 and j == 0)
                    result.append(done.encode("utf-8", "surrogateescape"))
        return result

    def is_plain(self, text: str, rules: Rules | None) -> bool:
        """Whether a text is for the core as it is, for certain, and has no added tokens."""
        if self.late or not self._one_look or not self.normalizer.leaves(text):
            return False
        return len(self._core.stretches(text, rules)) == 1

    def aligned(self, text: str, rules: Rules | None) -> list[Aligned | Found]:
        """What `parts` gives, with the places in the text; it has no half surrogate pair."""
        from .alignment import Aligned

        follow, follow_late = self._followers
        data = text.encode()
        result: list[Aligned | Found] = []
        at = end = 0  # in bytes, in characters
        for i, (part, stop) in enumerate(self._core.stretches(text, self._mask(rules, False))):
            whole = data[at:stop].decode()
            at, start, end = stop, end, end + len(whole)
            if isinstance(part, int):
                result.append(Found(part, whole, start, end))
                continue
            inner = follow(Aligned.original(whole, start), at_start=i == 0)
            first = 0
            for j, (piece, last) in enumerate(self._find_normalized(inner.text, rules)):
                if isinstance(piece, int):
                    what = inner.text[first:last]
                    left, right = int(inner.starts[first]), int(inner.ends[last - 1])
                    result.append(Found(piece, what, left, right))
                elif piece:
                    cut = inner.cut(first, last)
                    result.append(follow_late(cut, at_start=i == 0 and j == 0))
                first = last
        return result

    @functools.cached_property
    def _followers(self) -> tuple[Follower, Follower]:
        """What `aligned` follows texts with."""
        from .alignment import Follower

        return Follower(self.normalizer), Follower(self.late)

    def _mask(self, rules: Rules | None, normalized: bool) -> Rules | None:
        """The rules for the tokens of one kind only."""
        if rules is None:
            return None
        key = (rules.rule, normalized)
        known = self._masked.get(key)  # one look: another thread may clear it between two
        if known is None:
            if len(self._masked) > 256:
                self._masked.clear()
            kinds = zip(rules.rule, self._added, strict=True)
            rule = bytes(
                value if token.normalized == normalized or value != ALLOWED else 0
                for value, token in kinds
            )
            known = self._masked[key] = Rules(self._core.vocab, rule)
        return known

    def _find_normalized(self, text: str, rules: Rules | None) -> list[tuple[str | int, int]]:
        """A normalized stretch cut at the tokens that are looked for in it; where each part ends."""
        if rules is None or not self._contents:
            return [(text, len(text))]
        wanted = {
            token.content
            for value, token in zip(rules.rule, self._added, strict=True)
            if token.normalized and value == ALLOWED
        }
        contents = sorted(
            (c for c, t in self._contents.items() if t.content in wanted and c), key=len
        )
        if not contents:
            return [(text, len(text))]
        finder = re.compile("|".join(map(re.escape, reversed(contents))))
        result: list[tuple[str | int, int]] = []
        at = 0
        for match in finder.finditer(text):
            token = self._contents[match.group()]
            start, end = match.span()
            if token.single_word and (
                (start > 0 and _is_word(text[start - 1]))
                or (end < len(text) and _is_word(text[end]))
            ):
                continue
            if token.lstrip:
                while start > at and text[start - 1] in _SPACES:
                    start -= 1
            if token.rstrip:
                while end < len(text) and text[end] in _SPACES:
                    end += 1
            if start > at:
                result.append((text[at:start], start))
            result.append((token.id, end))
            at = end
        result.append((text[at:], len(text)))
        return result


def _prefix(spec: VocabSpec) -> int:
    """The prefix that the core can put before stretches: one space, by a step of its own.

    It is put there by the normalizer, so before tokens are looked for in normalized text, or late,
    behind that.
    """
    steps = [step for step in spec.normalizer if step.kind == "prepend"]
    if (
        len(steps) != 1
        or steps[0].arguments["text"] != " "
        or any(map(_sees_spaces, spec.normalizer))
    ):
        return 0
    how = steps[0].arguments
    in_tokens = not how.get("late") and not how.get("texts_only")
    if in_tokens and any(token.normalized for token in spec.added):
        return 0
    unless = PREFIX_UNLESS if how.get("unless_there") else 0
    return unless | (PREFIX_FIRST if how.get("first") else PREFIX_EVERY)


def _sees_spaces(step: Step) -> bool:
    """Whether a space before a text may change what a step does to it."""
    return step.kind == "replace" and (
        bool(step.arguments["regex"]) or " " in str(step.arguments["pattern"])
    )


def check_added(spec: VocabSpec) -> None:
    """Raises VocabError for added tokens that texts cannot be prepared with."""
    _check_white_space(spec)
    normalized = [token for token in spec.added if token.normalized]
    _contents(spec.name, normalized, Normalizer(_early_and_late(spec)[0]))


def _early_and_late(spec: VocabSpec) -> tuple[list[Step], list[Step]]:
    """What is done to texts before tokens are looked for in normalized text, and what behind it."""
    late = [step for step in spec.normalizer if step.arguments.get("late")]
    return [step for step in spec.normalizer if step not in late], late


def _contents(
    name: str, tokens: Iterable[AddedToken], normalizer: Normalizer
) -> dict[str, AddedToken]:
    """The tokens that are looked for in normalized text, by what they are there."""
    result: dict[str, AddedToken] = {}
    for token in tokens:  # of two that are the same, tokenizers finds one by chance
        text = normalizer.content(token.content)
        if not text:
            raise VocabError(
                f"{name!r}: nothing is left of the added token {token.content!r} once normalized"
            )
        other = result.setdefault(text, token)
        if other is not token:
            raise VocabError(
                f"{name!r}: the added tokens {other.content!r} and {token.content!r} are"
                f" both {text!r} once normalized"
            )
    return result


def _check_white_space(spec: VocabSpec) -> None:
    """Refuses tokens of which tokenizers finds one in what another took: both ids, for one space."""
    for takes in spec.added:
        for begins in spec.added if takes.rstrip else ():
            if begins.content[:1] in _SPACES and begins.normalized == takes.normalized:
                raise VocabError(
                    f"{spec.name!r}: the added token {begins.content!r} begins with white space, and"
                    f" {takes.content!r} takes white space behind it (rstrip)"
                )


def _need_two_looks(tokens: Iterable[AddedToken]) -> bool:
    """Whether tokens that are looked for in normalized text get in the way of the others.

    One that has to be a word by itself does not see what a token beside it stands for, and white
    space that one takes may be what the other ends or begins with.
    """
    raw: list[AddedToken] = []
    late: list[AddedToken] = []
    for token in tokens:
        (late if token.normalized else raw).append(token)
    if raw and any(token.single_word for token in late):
        return True
    if any(t.lstrip for t in raw) and any(t.content[-1:] in _SPACES for t in late):
        return True
    if any(t.rstrip for t in late) and any(t.content[:1] in _SPACES for t in raw):
        return True
    return _may_overlap([t.content for t in raw], [t.content for t in late])


def _may_overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a text of each list can share characters in one text."""
    some, others = list(some), list(others)
    if not some or not others:
        return False
    return any(_touch(a, b) or _touch(b, a) for a in some for b in others)


def _touch(a: str, b: str) -> bool:
    """Whether b stands in a, or a start of b is an end of a."""
    if b in a:
        return True
    return any(a.endswith(b[:k]) for k in range(1, min(len(a), len(b))))


def tokens_of(spec: VocabSpec) -> tuple[AddedToken, ...]:
    """All added tokens of a vocabulary, special ones too."""
    return spec.added or tuple(AddedToken(text, number) for text, number in spec.specials.items())
