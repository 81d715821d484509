"""Writes include/ctok/unicode_tables.h from the pinned Unicode data, or checks it with --check.

The data come from the PyPI package unicodedata2 at exactly the version named below, which
carries the Unicode Character Database. tiktoken 0.14 and tokenizers 0.23 use the same version;
the counts asserted here are theirs. What NFC does to a character is of Unicode 9.0, as in
tokenizers: src/ctok/unicode9.py says what is newer.
"""

import importlib.util
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import unicodedata2
import written

UNICODE_VERSION = "16.0.0"
ROOT = Path(__file__).resolve().parent.parent
HEADER = ROOT / "include" / "ctok" / "unicode_tables.h"
CODE_POINTS = 0x110000
PAGE = 256
COMPOSING_PAGE = 128

# The general categories in the order of their numbers in the table (see unicode.h).
CATEGORIES = (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn"
).split()

# White_Space is a property of PropList.txt, not a category. It has not changed since Unicode 6.3.
WHITE_SPACE = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)} | {
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
}
WHITE_SPACE_FLAG = 0x20

# What composes by a rule, not by the data: the parts of Hangul, and the syllables.
HANGUL_FIRSTS = {*range(0x1100, 0x1113), *range(0xAC00, 0xD7A4)}
HANGUL_SECONDS = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
SURROGATES = range(0xD800, 0xE000)
# The values of composing(); composed.h reads them.
FIRST, SECOND, CHANGES = 1, 128, 255

# Sets of characters of three bytes, of many pages of 64 or often met, told by a table a byte: each
# row is a bit of these. It has leads and seconds, and of thirds those that are in the set behind all.


def is_kana(c: str) -> bool:
    """What DeepSeek's pattern tells apart; CTOK_SCRIPT_KANA of families.h."""
    return "\u4e00" <= c <= "\u9fa5" or "\u3040" <= c <= "\u30ff"


SETS: dict[str, tuple[Callable[[str], bool], tuple[tuple[str, str], ...]]] = {
    "words": (
        lambda c: unicodedata2.category(c) in {"Lm", "Lo"},
        (
            *(("E5-E9 EB-EC", "80-BF"), ("E4", "80-B6 B8-BF"), ("EA", "B0-BF"), ("ED", "80-9D")),
            *(("E3", "90-BF"), ("E3", "81"), ("E3", "82"), ("E3", "83")),
        ),
    ),
    "signs": (
        lambda c: unicodedata2.category(c)[0] in "PS",
        (("E3", "80"), ("EF", "BC"), ("EF", "BD"), ("E2", "80")),
    ),
    "kana": (
        is_kana,
        (("E5-E8", "80-BF"), ("E3", "81-83"), ("E4", "B8-BF"), ("E9", "80-BD"), ("E9", "BE")),
    ),
    "han": (
        lambda c: unicodedata2.category(c) == "Lo",
        (("E5-E9", "80-BF"), ("E4", "80-B6 B8-BF"), ("E3", "90-BF")),
    ),
}

EXPECTED_COUNTS = {"L": 141_028, "N": 1_911, "Lu": 1_858, "M": 2_501, "White_Space": 25}


def table() -> list[int]:
    """One byte a code point: the category's number, and a flag for White_Space."""
    number = {name: i for i, name in enumerate(CATEGORIES)}
    return [
        number[unicodedata2.category(chr(cp))] | (WHITE_SPACE_FLAG if cp in WHITE_SPACE else 0)
        for cp in range(CODE_POINTS)
    ]


def check_counts(values: list[int]) -> None:
    """Raises AssertionError unless the table holds the counts that tiktoken and tokenizers hold."""
    names = [CATEGORIES[value & 31] for value in values]
    counts = {
        "L": sum(name[0] == "L" for name in names),
        "N": sum(name[0] == "N" for name in names),
        "Lu": sum(name == "Lu" for name in names),
        "M": sum(name[0] == "M" for name in names),
        "White_Space": sum(bool(value & WHITE_SPACE_FLAG) for value in values),
    }
    assert counts == EXPECTED_COUNTS, f"{counts} is not {EXPECTED_COUNTS}"


def composing() -> list[int]:
    """One byte a code point: what NFC may do to it, as composed.h says."""
    spec = importlib.util.spec_from_file_location("unicode9", ROOT / "src" / "ctok" / "unicode9.py")
    assert spec is not None and spec.loader is not None
    unicode9 = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unicode9)
    firsts, seconds = set(HANGUL_FIRSTS), set(HANGUL_SECONDS)
    for cp in range(CODE_POINTS):
        parts = unicodedata2.decomposition(chr(cp)).split()
        if not parts or parts[0][0] == "<":
            continue
        firsts.add(cp)  # a mark behind it may join its first part
        codes = [int(part, 16) for part in parts]
        if unicodedata2.normalize("NFC", "".join(map(chr, codes))) == chr(cp):
            firsts.add(codes[0])
            seconds.add(codes[1])
    classes = sorted({unicodedata2.combining(chr(cp)) for cp in range(CODE_POINTS)})

    def value(cp: int) -> int:
        if cp in SURROGATES:
            return 0
        if unicode9.NEWER.match(chr(cp)) or unicodedata2.normalize("NFC", chr(cp)) != chr(cp):
            return CHANGES
        order = classes.index(unicodedata2.combining(chr(cp)))
        own = order + FIRST if order else 0
        if cp in seconds:
            return SECOND | own
        return own or (FIRST if cp in firsts else 0)

    return [value(cp) for cp in range(CODE_POINTS)]


def in_ranges(text: str) -> list[int]:
    """The bytes of "E5-E9 EB"."""
    ends = ([int(end, 16) for end in part.split("-")] for part in text.split())
    return [byte for end in ends for byte in range(end[0], end[-1] + 1)]


def set_tables(
    inside: Callable[[str], bool], groups: tuple[tuple[str, str], ...]
) -> list[list[int]]:
    """The three tables of a set, 64 numbers each: bit k of [byte & 63] is row k."""
    tables = [[0] * 64 for _ in range(3)]
    for row, group in enumerate(groups):
        leads, seconds = map(in_ranges, group)
        thirds = [
            third
            for third in range(0x80, 0xC0)
            if all(inside(bytes((*pair, third)).decode()) for pair in product(leads, seconds))
        ]
        for table, found in zip(tables, (leads, seconds, thirds), strict=True):
            for byte in found:
                table[byte & 63] |= 1 << row
    return tables


def sets() -> str:
    """The tables of all sets as C."""
    return "\n".join(
        f"static const uint8_t ctok_set_of_{name}[3][64] = {{\n"
        + "\n".join(f"    {{\n{rows(table)}\n    }}," for table in set_tables(*row))
        + "\n};\n"
        for name, row in SETS.items()
    )


def rows(values: list[int], width: int = 32) -> str:
    """The numbers as lines of C."""
    lines = (values[i : i + width] for i in range(0, len(values), width))
    return "\n".join("    " + ",".join(map(str, line)) + "," for line in lines)


def paged(values: list[int], size: int) -> tuple[list[int], dict[tuple[int, ...], int]]:
    """Which page each stretch of so many code points is, and the pages, each once."""
    pages: dict[tuple[int, ...], int] = {}
    index = [
        pages.setdefault(tuple(values[i : i + size]), len(pages))
        for i in range(0, CODE_POINTS, size)
    ]
    assert len(pages) <= 256 and index[0] == 0
    return index, pages


def arrays(name: str, names: str, values: list[int], size: int) -> str:
    """The two arrays of a table as C."""
    index, pages = paged(values, size)
    body = "\n".join(f"    /* page {i} */\n{rows(list(page))}" for page, i in pages.items())
    return f"""\
static const uint8_t ctok_{name}_pages[{len(index)}] = {{
{rows(index)}
}};

static const uint8_t ctok_{names}[{len(pages)} * {size}] = {{
{body}
}};
"""


def render(values: list[int], composes: list[int]) -> str:
    """The header's text."""
    return f"""\
/*  unicode_tables.h: each code point's category, Unicode {UNICODE_VERSION}, and what NFC does to it.
 *
 *  Written by tools/make_unicode_tables.py; do not edit, run `make tables`.
 *
 *      page      ctok_category_pages[code point >> 8]
 *      value     ctok_categories[page << 8 | (code point & 255)]
 *      category  value & 31, numbered as in unicode.h; value & 32 is White_Space
 *
 *      page      ctok_composing_pages[code point >> 7]
 *      value     ctok_composings[page << 7 | (code point & 127)]; composed.h says what it means
 *
 *      ctok_set_of_words   most Lm Lo of three bytes: a character of three bytes is one if the
 *                          numbers at [0][first & 63], [1][second & 63] and [2][third & 63] have
 *                          a bit in common
 *      ctok_set_of_signs   some P S, the same
 *      ctok_set_of_kana    4E00-9FA5 3040-30FF, the same
 *      ctok_set_of_han     most Han that is Lo, the same
 */
#ifndef CTOK_UNICODE_TABLES_H
#define CTOK_UNICODE_TABLES_H

#include "ctok/base.h"

#define CTOK_UNICODE_VERSION "{UNICODE_VERSION}"

{arrays("category", "categories", values, PAGE)}
{arrays("composing", "composings", composes, COMPOSING_PAGE)}
{sets()}
#endif /* CTOK_UNICODE_TABLES_H */
"""


def checked() -> str:
    """The header's text, of the pinned version and with its counts."""
    if unicodedata2.unidata_version != UNICODE_VERSION:
        sys.exit(f"unicodedata2 has {unicodedata2.unidata_version}, not {UNICODE_VERSION}")
    values = table()
    check_counts(values)
    return render(values, composing())


if __name__ == "__main__":
    sys.exit(written.main(HEADER, __doc__, checked))
