"""The steps of normalize.py, followed: where each character of their result comes from.

A step takes a character's place from the text that it is given: what stands for another character
has its place, and what is put in has the place of the character before it. The rules are those of
`tokenizers`, on which the offsets of its users rest.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import unicode9
from .normalize import Normalizer
from .patterns import compile_regex, found_by
from .spec import Step
from .unicode9 import Form

# A text's characters after a step, and the index of the one that each has its place from.
Followed = tuple[str, list[int]]
Follow = Callable[[str], Followed]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text and where each of its characters stands in the original.

    Parameters
    ----------
    text : str
    starts, ends : numpy.ndarray of int64, shape (len(text),)
        In characters of the original.
    """

    text: str
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @classmethod
    def original(cls, text: str, start: int = 0) -> Aligned:
        """A stretch of an original text, as it is."""
        starts = np.arange(start, start + len(text))
        return cls(text, starts, starts + 1)

    def cut(self, start: int, end: int) -> Aligned:
        """The characters from start to end."""
        return Aligned(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def after(self, step: Follow) -> Aligned:
        """The text after a step."""
        text, places = step(self.text)
        index = np.array(places, dtype=np.intp)
        return Aligned(text, self.starts[index], self.ends[index])


# ---- Unicode forms

# What a form can change: characters beyond ASCII, and the one before them that they may join.
_STRETCH = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
# A character, and how many of the original's it takes: one and -change more, or with 1 none.
_Change = tuple[str, int]


def _decomposed(text: str, form: Form) -> list[_Change]:
    """The characters of a text in NFD or NFKD, each with the place it had or came from."""
    result: list[_Change] = []
    pending = 0  # where the marks begin that are still to be sorted
    for character in text:
        for i, part in enumerate(unicode9.normalize(form, character)):
            if unicode9.combining(part) == 0:
                result[pending:] = sorted(result[pending:], key=_class)
                pending = len(result) + 1
            result.append((part, int(i > 0)))
    result[pending:] = sorted(result[pending:], key=_class)
    return result


def _class(item: _Change) -> int:
    return unicode9.combining(item[0])


@functools.lru_cache(4096)
def _pair(left: str, right: str) -> str | None:
    """The character that two compose to."""
    joined = unicode9.normalize("NFC", left + right)
    return joined if len(joined) == 1 else None


def _composed(items: Iterable[_Change]) -> list[_Change]:
    result: list[_Change] = []
    starter, before = -1, 0  # the index of the last starter; the class of what stands behind it
    for character, change in items:
        own = unicode9.combining(character)
        if starter >= 0 and (before < own or before == 0):
            left, taken = result[starter]
            joined = _pair(left, character)
            if joined is not None:
                result[starter] = (joined, taken + change - 1)
                continue
        if own == 0:
            starter = len(result)
        before = own
        result.append((character, change))
    return result


def _form(form: Form) -> Follow:
    full: Form = "NFKD" if form in ("NFKC", "NFKD") else "NFD"
    composes = form in ("NFC", "NFKC")

    def follow(text: str) -> Followed:
        parts: list[str] = []
        places: list[int] = []
        at = 0
        for match in () if text.isascii() else _STRETCH.finditer(text):
            start, end = match.span()
            parts.append(text[at:start])
            places += range(at, start)
            items = _decomposed(match.group(), full)
            parts += _laid(_composed(items) if composes else items, start, places)
            at = end
        parts.append(text[at:])
        places += range(at, len(text))
        return "".join(parts), places

    return follow


def _laid(items: list[_Change], at: int, places: list[int]) -> Iterator[str]:
    """The characters of items; their places are appended, the first of them being `at`."""
    for character, change in items:
        if change > 0:
            places.append(at - 1)
        else:
            places.append(at)
            at += 1 - change
        yield character


# ---- the other steps


def _lowercase(text: str) -> Followed:
    lower = [unicode9.lower(character) for character in text]
    return "".join(lower), [i for i, part in enumerate(lower) for _ in part]


def _kept(keeps: Callable[[str], list[int]]) -> Follow:
    """A step that only leaves characters out."""

    def follow(text: str) -> Followed:
        places = keeps(text)
        return "".join([text[i] for i in places]), places

    return follow


def _strip_accents(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if not unicode9.is_mark(c)]


def _strip(arguments: Mapping[str, Any]) -> Follow:
    sides = Step("strip", {"left": arguments["left"], "right": False})
    left = Normalizer([sides])
    both = Normalizer([Step("strip", arguments)])

    def keeps(text: str) -> list[int]:
        start = len(text) - len(left(text))
        return list(range(start, start + len(both(text))))

    return _kept(keeps)


def _squeeze(text: str) -> list[int]:
    inner = [i for i, c in enumerate(text) if c != " " or text[i - 1 : i] != " "]
    if inner and text[inner[0]] == " ":
        del inner[0]
    if inner and text[inner[-1]] == " ":
        del inner[-1]
    return inner


def _replace(arguments: Mapping[str, Any]) -> Follow:
    pattern, content = str(arguments["pattern"]), str(arguments["content"])
    if arguments["regex"]:
        compiled = compile_regex(pattern, lines=True)
    else:
        compiled = re.compile(re.escape(pattern))

    def follow(text: str) -> Followed:
        parts: list[str] = []
        places: list[int] = []
        at = 0
        for start, end in found_by(compiled, text):
            parts += [text[at:start], content]
            places += range(at, start)
            places += [max(end - 1, 0)] * len(content)
            at = end
        parts.append(text[at:])
        places += range(at, len(text))
        return "".join(parts), places

    return follow


def _prepend(arguments: Mapping[str, Any]) -> Follow:
    change = Normalizer([Step("prepend", arguments)])

    def follow(text: str) -> Followed:
        done = change(text)
        return done, [0] * (len(done) - len(text)) + list(range(len(text)))

    return follow


_STEPS: dict[str, Callable[[Mapping[str, Any]], Follow]] = {
    "nfc": lambda _: _form("NFC"),
    "nfd": lambda _: _form("NFD"),
    "nfkc": lambda _: _form("NFKC"),
    "nfkd": lambda _: _form("NFKD"),
    "lowercase": lambda _: _lowercase,
    "strip_accents": lambda _: _kept(_strip_accents),
    "strip": _strip,
    "squeeze": lambda _: _kept(_squeeze),
    "replace": _replace,
    "prepend": _prepend,
}


class Follower:
    """A normalizer that keeps where characters come from.

    Parameters
    ----------
    normalizer : Normalizer
    """

    def __init__(self, normalizer: Normalizer) -> None:
        self._normalizer = normalizer
        self._steps = [
            (_STEPS[step.kind](step.arguments), bool(step.arguments.get("first")))
            for step in normalizer.steps
        ]

    def __call__(self, aligned: Aligned, *, at_start: bool = True) -> Aligned:
        """The normalized text; the arguments are `Normalizer`'s."""
        if self._normalizer.leaves_one(aligned.text):  # more than coming to the same text
            return aligned
        for step, first in self._steps:
            if at_start or not first:
                aligned = aligned.after(step)
        return aligned
