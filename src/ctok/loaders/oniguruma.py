"""Regexes as `tokenizers` reads them, by Oniguruma, written as the `regex` module reads them.

Most say the same to both. What says something else is written so that it does not, or refused.
"""

from __future__ import annotations

import functools
import re

from ..errors import VocabError

# What `\w` is; a bare one takes six characters more. The joiners are none, as they are elsewhere.
_WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"
_BARE = f"[{_WORD}\u00b2\u00b3\u00b9\u00bc-\u00be]"
_BOUNDARY = f"(?:(?<={_BARE})(?!{_BARE})|(?<!{_BARE})(?={_BARE}))"

_OUTSIDE = {
    "\\w": _BARE,
    "\\W": f"[^{_BARE[1:]}",
    "\\b": _BOUNDARY,
    "\\B": f"(?!{_BOUNDARY})",
    "^": r"(?:\A|(?<=\n)(?!\Z))",
    "\\Z": r"(?=\n?\Z)",
}
_IN_CLASS = {"\\w": _WORD, "\\W": r"\W\u200c\u200d"}

_REFUSED = {
    "\\h": "a hexadecimal digit",
    "\\H": "all but a hexadecimal digit",
    "\\G": "where the last match ended",
    "[:alnum:]": "no ASCII class",
    "[:digit:]": "no ASCII class",
    "[:punct:]": "a class of symbols too",
    "[:word:]": "a class without joiners",
    "\\p{Word}": "a class without joiners",
}
_PART = re.compile(
    r"\[:\^?\w+:\]|\[\^?\]?|\\[pP]\{[^}]*\}|\\.|\(\?[a-zA-Z]*-?[a-zA-Z]*[:)]|\{\d*,?\d*\}\+|.",
    re.DOTALL,
)
_ANY_CASE = re.compile(r"\(\?[a-zA-Z]*i")


def translated(pattern: str, where: str) -> str:
    r"""A regex of a tokenizer.json for the `regex` module; most are it as they are.

    Parameters
    ----------
    pattern : str
    where : str
        What messages call it.

    Raises
    ------
    VocabError
        It has what says something else to Oniguruma, and cannot be written here.

    Examples
    --------
    >>> translated(r"\p{N}{1,3}|^x", "here")
    '\\p{N}{1,3}|(?:\\A|(?<=\\n)(?!\\Z))x'
    """
    _check_cases(pattern, where)
    result = []
    depth = 0  # of classes
    nested = "&&" in pattern or "[[" in pattern  # as patterns.compile_regex has it
    for match in _PART.finditer(pattern):
        part, at = match.group(), match.start()
        said = _says(part, in_class=depth > 0)
        if said:
            raise VocabError(f"{where}: {part!r} at {at} is {said} to tokenizers")
        opens = part in ("[", "[^", "[]", "[^]")
        closes = part == "]" and depth > 0
        inner = not nested and (depth > 0 if opens else closes and depth > 1)
        if inner and (part not in "[]" or "-" in pattern[at - 1 : at + 2]):
            raise VocabError(f"{where}: a class in a class, {part!r} at {at}, is not known")
        depth += opens - closes
        if not inner:  # a class in a class adds what is in it
            result.append((_IN_CLASS if depth else _OUTSIDE).get(part, part))
    return "".join(result)


def _check_cases(pattern: str, where: str) -> None:
    """Refuses letters that are several ones in another case, where case is ignored."""
    if not _ANY_CASE.search(pattern):
        return
    text = re.sub(r"\\[pP]\{[^}]*\}", "", pattern).casefold()
    for letter, others in _several().items():
        if letter in pattern or others in text:
            raise VocabError(
                f"{where}: {letter!r} is {others!r} in another case to tokenizers, not to ctok"
            )


@functools.cache
def _several() -> dict[str, str]:
    """Letters that are several ones in another case, and these."""
    letters = (chr(c) for c in range(0x10000) if not 0xD800 <= c < 0xE000)
    return {c: c.casefold() for c in letters if len(c.casefold()) > 1}


def _says(part: str, *, in_class: bool) -> str | None:
    """What a part of a pattern is to Oniguruma, where that cannot be written here."""
    if part in ("\\p", "\\P"):
        return "a letter"
    if part.startswith("[:"):
        return _REFUSED.get(part.replace("^", ""))
    if in_class:
        return _REFUSED.get(part) if part[:2] in ("\\h", "\\H", "\\p") else None
    if part.startswith("{") and part.endswith("}+"):
        return "a repeat that is repeated"
    if part.startswith("(?") and "m" in part:
        return "a dot that takes newlines"
    return _REFUSED.get(part)
