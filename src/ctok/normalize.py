"""What is done to a text before it is cut: Unicode forms, case, accents, replacements, prefixes.

Each kind of step is a row of a table. A step knows texts that it leaves as they are, so that an
ordinary text costs one look at it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import kernels, unicode9
from .errors import VocabError
from .spec import Step

# (what a step does to a text, whether it leaves a text as it is)
Change = Callable[[str], str]
IsPlain = Callable[[str], bool]


def _unicode_form(form: unicode9.Form) -> tuple[Change, IsPlain]:
    def change(text: str) -> str:
        return unicode9.normalize(form, text)

    def is_plain(text: str) -> bool:
        return text.isascii() or unicodedata.is_normalized(form, text)

    return (_compose, _is_composed) if form == "NFC" else (change, is_plain)


def _compose(text: str) -> str:
    """NFC of a text, most of which is looked at once and left; all of it, where nothing changes."""
    parts = []
    at = 0
    for start, end in kernels.uncomposed(text):
        parts += [text[at:start], unicode9.normalize("NFC", text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _is_composed(text: str) -> bool:
    """Whether NFC leaves a text as it is."""
    if text.isascii():
        return True
    stretches = kernels.uncomposed(text)
    return all(unicodedata.is_normalized("NFC", text[a:b]) for a, b in stretches)


def _strip_accents(text: str) -> str:
    return "".join(c for c in text if c < "\u0300" or not unicode9.is_mark(c))


def _strip(arguments: Mapping[str, Any]) -> tuple[Change, IsPlain]:
    spaces = "".join(map(chr, WHITE_SPACE))

    def change(text: str) -> str:
        text = text.lstrip(spaces) if arguments["left"] else text
        return text.rstrip(spaces) if arguments["right"] else text

    return change, lambda text: change(text) == text


# White_Space, Unicode 6.3 and later.
WHITE_SPACE = (
    *range(0x09, 0x0E),
    *(0x20, 0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200B),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
)


def _squeeze(_: Mapping[str, Any]) -> tuple[Change, IsPlain]:
    def is_plain(text: str) -> bool:
        return "  " not in text and not text.startswith(" ") and not text.endswith(" ")

    return (lambda text: re.sub(" {2,}", " ", text.strip(" "))), is_plain


def replacement(arguments: Mapping[str, Any]) -> tuple[Change, IsPlain]:
    """The step "replace": a text or a regex by a text."""
    pattern, content = str(arguments["pattern"]), str(arguments["content"])
    if not arguments["regex"]:
        return (
            lambda text: text.replace(pattern, content),
            lambda text: pattern not in text,
        )
    from .patterns import compile_regex, found_by

    compiled = compile_regex(pattern, lines=True)

    def change(text: str) -> str:
        parts = []
        at = 0
        for start, end in found_by(compiled, text):
            parts += [text[at:start], content]
            at = end
        return "".join([*parts, text[at:]])

    return change, lambda text: compiled.search(text) is None


# What takes no character, or opens what takes none; and what holds such a text that is none.
_TAKES_NONE = re.compile(
    r"(\\[AZzGbB]|[\^$])|(\(\?<?[=!])|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL
)


def _may_find_nothing(pattern: str) -> bool:
    """Whether a regex may find a place without a character, whatever stands around it."""
    from .patterns import compile_regex

    free = _TAKES_NONE.sub(
        lambda found: "(?:)" if found[1] else "(?:|" if found[2] else found[0], pattern
    )
    compile_regex(pattern, lines=True)  # so that a message has the pattern as it is
    return "\\K" in pattern or compile_regex(free, lines=True).fullmatch("") is not None


def _replace(arguments: Mapping[str, Any]) -> tuple[Change, IsPlain]:
    """The same as a step of a normalizer."""
    if arguments["regex"] and _may_find_nothing(pattern := str(arguments["pattern"])):
        raise VocabError(
            f"the regex {pattern!r} finds places without a character in them, where tokenizers"
            " may put what replaces them twice"
        )
    return replacement(arguments)


def _prepend(arguments: Mapping[str, Any]) -> tuple[Change, IsPlain]:
    prefix, unless_there = str(arguments["text"]), bool(arguments.get("unless_there"))

    def is_plain(text: str) -> bool:
        return not text or (unless_there and text.startswith(prefix))

    return (lambda text: text if is_plain(text) else prefix + text), is_plain


_STEPS: dict[str, Callable[[Mapping[str, Any]], tuple[Change, IsPlain]]] = {
    "nfc": lambda _: _unicode_form("NFC"),
    "nfd": lambda _: _unicode_form("NFD"),
    "nfkc": lambda _: _unicode_form("NFKC"),
    "nfkd": lambda _: _unicode_form("NFKD"),
    "lowercase": lambda _: (unicode9.lower, lambda text: unicode9.lower(text) == text),
    "strip_accents": lambda _: (_strip_accents, lambda text: text.isascii()),
    "strip": _strip,
    "squeeze": _squeeze,
    "replace": _replace,
    "prepend": _prepend,
}


_CLOSED = {"nfc", "nfd", "nfkc", "nfkd", "lowercase", "strip_accents", "replace"}


class Normalizer:
    """The steps of a vocabulary's normalizer, in order.

    Parameters
    ----------
    steps : iterable of Step

    Raises
    ------
    VocabError
        A step of an unknown kind, or a regex that does not compile.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)
        self._changes: list[tuple[Change, IsPlain, bool]] = []
        # Steps whose plain texts have only plain texts inside.
        self._closed = all(
            step.kind in _CLOSED and not step.arguments.get("regex") for step in self.steps
        )
        for step in self.steps:
            if step.kind not in _STEPS:
                raise VocabError(f"ctok knows no normalizer {step.kind!r}")
            change, is_plain = _STEPS[step.kind](step.arguments)
            self._changes.append((change, is_plain, bool(step.arguments.get("first"))))

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __call__(self, text: str, *, at_start: bool = True) -> str:
        """The normalized text.

        Parameters
        ----------
        text : str
            A whole text, or a stretch between two added tokens.
        at_start : bool
            Whether nothing stands before it.
        """
        for change, is_plain, first in self._changes:
            if first and not at_start:
                continue
            if change is _compose or not is_plain(text):
                text = change(text)
        return text

    def leaves(self, text: str) -> bool:
        """Whether a text, and so every stretch of it, stays as it is, for certain."""
        return self._closed and all(is_plain(text) for _, is_plain, _ in self._changes)

    def leaves_one(self, text: str) -> bool:
        """Whether no step does anything to this text."""
        return all(is_plain(text) for _, is_plain, _ in self._changes)

    def content(self, text: str) -> str:
        """What a token of that text is looked for as, in normalized text."""
        for step, (change, is_plain, _) in zip(self.steps, self._changes, strict=True):
            if not step.arguments.get("texts_only") and not is_plain(text):
                text = change(text)
        return text
