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
    "\\N": "all but a newline",
    "\\m": "a letter",
    "\\M": "a letter",
    "\\U": "a letter",
    "{,}": "no repeat",
}
_REFUSED_PROPERTIES = ("xdigit", "diacritic", "extendedpictographic")
_CASES = {
    *("lu", "ll", "lt", "uppercaseletter", "lowercaseletter", "titlecaseletter"),
    *("upper", "lower", "uppercase", "lowercase"),
}
_TURKISH = [*map(ord, "iI\u0130\u0131")]
_PART = re.compile(
    r"\[:\^?\w+:\]|\[\^?\]?|\\[pP]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\k<\w+>|\\."
    r"|\(\?[a-zA-Z\d]*-?[a-zA-Z]*[:)]|\(\?P?<\w+>|\{\d*,?\d*\}[+?]?|--|\|\||~~|.",
    re.DOTALL,
)
_FUZZY = re.compile(r"\{[^{}]*[a-zA-Z<][^{}]*\}")
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
    cases = [False]  # whether case is ignored, in each open group
    matches = list(_PART.finditer(pattern))
    for number, match in enumerate(matches):
        part, at = match.group(), match.start()
        said = _says(part, in_class=depth > 0) or _says_here(match, depth > 0, nested)
        if cases[-1]:
            around = [_point(other.group()) for other in matches[max(number - 1, 0) : number + 2]]
            said = said or _says_without_case(part, around, in_class=depth > 0)
        if said:
            raise VocabError(f"{where}: {part!r} at {at} is {said} to tokenizers")
        if not depth:
            _follow_case(part, cases)
        opens = part in ("[", "[^", "[]", "[^]")
        closes = part == "]" and depth > 0
        inner = not nested and (depth > 0 if opens else closes and depth > 1)
        if inner and (part not in "[]" or "-" in pattern[at - 1 : at + 2]):
            raise VocabError(f"{where}: a class in a class, {part!r} at {at}, is not known")
        depth += opens - closes
        if not depth and cases[-1] and part in ("i", "I"):
            result.append("(?-i:[iI])")  # the dotted and the dotless one are others
        elif not inner:  # a class in a class adds what is in it
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


# Where such letters stand; to look through all of Unicode takes a tenth of the time to load Llama 3.
_SEVERAL = (
    *([0xDF], [0x130], [0x149], [0x1F0], [0x390], [0x3B0], [0x587]),
    *(range(0x1E96, 0x1E9F), range(0x1F50, 0x1FFD), range(0xFB00, 0xFB18)),
)


@functools.cache
def _several() -> dict[str, str]:
    """Letters that are several ones in another case, and these."""
    letters = [chr(c) for part in _SEVERAL for c in part]
    return {c: c.casefold() for c in letters if len(c.casefold()) > 1}


def _says_here(match: re.Match[str], in_class: bool, nested: bool) -> str | None:
    """The same as `_says`, of what matters by where it stands."""
    part, at = match.group(), match.start()
    if in_class:
        return "no operator" if nested and part in ("--", "||", "~~") else None
    if at and part[:2] == "(?" and part[-1] == ")":
        return "a flag for what stands behind it"
    return "no bound of errors" if part == "{" and _FUZZY.match(match.string, at) else None


def _follow_case(part: str, cases: list[bool]) -> None:
    """Whether case is ignored behind a part that is in no class."""
    if part.startswith("("):
        on, _, off = part[2:-1].partition("-")
        flags = part[-1] in ":)" and part.startswith("(?")
        ignored = (cases[-1] or (flags and "i" in on)) and not (flags and "i" in off)
        if part.endswith(")"):
            cases[-1] = ignored
        else:
            cases.append(ignored)
    elif part == ")" and len(cases) > 1:
        cases.pop()


def _point(part: str) -> int | None:
    """The code point that a part of a class stands for, if it is one."""
    if len(part) == 1:
        return ord(part)
    return int(part[2:], 16) if part[:2] in ("\\x", "\\u") and len(part) > 2 else None


def _says_without_case(part: str, around: list[int | None], *, in_class: bool) -> str | None:
    """What a part is to Oniguruma where case is ignored; around it are the points of a range."""
    if part[:2] in ("\\p", "\\P", "[:") and _name(part) in _CASES:
        return "of one case"
    first, last = around[0], around[-1]
    if in_class and part == "-" and len(around) == 3 and first is not None and last is not None:
        if any(first <= point <= last for point in _TURKISH):
            return "a range without the Turkish letters of another case"
    elif _point(part) in (_TURKISH if in_class or len(part) > 1 else _TURKISH[2:]):
        return "a letter without the Turkish ones of another case"
    return None


def _name(part: str) -> str:
    """The name of a property, as it is looked up."""
    return re.sub(r"[\W_]", "", part[2:]).lower()


def _says(part: str, *, in_class: bool) -> str | None:
    """What a part of a pattern is to Oniguruma, where that cannot be written here."""
    if part in ("\\p", "\\P"):
        return "a letter"
    if part.startswith("[:"):
        return _REFUSED.get(part.replace("^", ""))
    if part[:2] in ("\\p", "\\P") and _name(part) in _REFUSED_PROPERTIES:
        return "a class of another Unicode"
    if in_class:
        return _REFUSED.get(part) if part[:2] in ("\\h", "\\H", "\\p", "\\U") else None
    if part.startswith("{") and part.endswith("}+"):
        return "a repeat that is repeated"
    if part.startswith("{") and part.endswith("}?"):
        part = part[:-1]
        if part[1:-1].isdigit():
            return "a repeat that may be left out"
    if part.startswith("(?") and any(c in part for c in "LV"):
        return "no flag that is known"
    if part.startswith("(?") and "m" in part:
        return "a dot that takes newlines"
    return _REFUSED.get(part)
