"""Writes src/ctok/properties.py from the pinned Unicode data, or checks it with --check.

The data come from the PyPI package regex at exactly the version named below, the last one that
carries Unicode 16.0: install it to a folder of its own and put that on PYTHONPATH. Its categories
are compared with those of unicode_tables.h, character by character.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import regex
import unicodedata2
import written

UNICODE_VERSION = "16.0.0"
REGEX_VERSION = "2.5.148"  # its own name for 2024.11.6
MODULE = Path(__file__).resolve().parent.parent / "src" / "ctok" / "properties.py"
BINARY = ("ALPHABETIC", "LOWERCASE", "UPPERCASE")
EVERY = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)


def members(pattern: str) -> list[tuple[int, int]]:
    """The ranges of the characters that a regex for one character matches."""
    found: list[tuple[int, int]] = []
    for match in regex.finditer(f"{pattern}+", EVERY):
        points = match.group()
        for character in points:
            point = ord(character)
            if found and found[-1][1] == point - 1:
                found[-1] = (found[-1][0], point)
            else:
                found.append((point, point))
    return found


def spell(ranges: Iterable[tuple[int, int]]) -> str:
    """Ranges as text."""
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in ranges)


def scripts() -> dict[str, tuple[list[str], str]]:
    """Each script's first name, its other names and its ranges; one of no character is left out."""
    _, values = regex._regex_core.PROPERTIES["SCRIPT"]
    names: dict[int, list[str]] = {}
    for name, number in values.items():
        names.setdefault(number, []).append(name)
    result = {}
    for aliases in names.values():
        first = max(aliases, key=lambda name: (len(name), name))
        ranges = members(rf"\p{{Script={first}}}")
        if ranges and first != "UNKNOWN":
            result[first] = (sorted(set(aliases) - {first}), spell(ranges))
    return dict(sorted(result.items()))


def folds() -> list[str]:
    """The sets of characters that are equal but for case, by simple folding.

    The regex module also takes the dotted and the dotless i for I, which Unicode leaves to Turkish.
    """
    cased = "".join(
        c
        for c in EVERY
        if regex.match(r"\p{Changes_When_Casefolded}|\p{Changes_When_Casemapped}", c)
    )
    turkish = {"\u0130", "\u0131"}
    result = set()
    for c in cased:
        equal = set(regex.findall(f"(?i:{regex.escape(c)})", cased)) - turkish
        if c not in turkish and len(equal) > 1:
            result.add("".join(sorted(equal)))
    assert len("".join(result)) == len(set("".join(result)))
    return sorted(result)


def render() -> str:
    """The module's text."""
    lines = [
        f'"""Scripts, some other properties and case of Unicode {UNICODE_VERSION}.',
        "",
        "Written by tools/make_property_tables.py; do not edit, run `make tables`. Ranges are",
        'hexadecimal: "41-5a 61" is A to Z and a.',
        '"""',
        "",
        f'UNICODE_VERSION = "{UNICODE_VERSION}"',
        "",
        "# fmt: off",
    ]

    def table(title: str, name: str, rows: dict[str, str]) -> None:
        lines.extend(["", f"# {title}", f"{name} = {{"])
        for key, text in rows.items():
            lines.append(f'    "{key}":')
            words = re.findall(r".{1,84}(?: |$)", text)
            lines.extend(f'        "{part}"' for part in words)
            lines[-1] += ","
        lines.append("}")

    found = scripts()
    table("The characters of each script.", "SCRIPTS", {k: v for k, (_, v) in found.items()})
    aliases = {alias: name for name, (others, _) in found.items() for alias in others}
    lines.extend(["", "# Scripts by their other names.", "SCRIPT_ALIASES = {"])
    lines.extend(f'    "{alias}": "{name}",' for alias, name in sorted(aliases.items()))
    lines.append("}")
    table(
        "Properties that a character has or has not.",
        "BINARY",
        {name: spell(members(rf"\p{{{name}}}")) for name in BINARY},
    )
    lines.extend(["", "# Characters that are equal but for case.", "FOLDS = ("])
    groups = " ".join("+".join(f"{ord(c):x}" for c in group) for group in folds())
    lines.extend(f'    "{part}"' for part in re.findall(r".{1,88}(?: |$)", groups))
    lines.extend([")", ""])
    return "\n".join(lines)


def checked() -> str:
    """The module's text, of the pinned versions, whose categories are the same."""
    if (regex.__version__, unicodedata2.unidata_version) != (REGEX_VERSION, UNICODE_VERSION):
        sys.exit(f"this needs regex 2024.11.6 and unicodedata2 {UNICODE_VERSION}")
    for name in "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split():
        theirs = "".join(regex.findall(rf"\p{{{name}}}+", EVERY))
        assert theirs == "".join(c for c in EVERY if unicodedata2.category(c) == name), name
    return render()


if __name__ == "__main__":
    sys.exit(written.main(MODULE, __doc__, checked))
