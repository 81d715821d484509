"""Writes include/ctok/unicode_tables.h from the pinned Unicode data, or checks it with --check.

The data come from the PyPI package unicodedata2 at exactly the version named below, which
carries the Unicode Character Database. tiktoken 0.14 and tokenizers 0.23 use the same version;
the counts asserted here are theirs.
"""

import sys
from pathlib import Path

import unicodedata2
import written

UNICODE_VERSION = "16.0.0"
HEADER = Path(__file__).resolve().parent.parent / "include" / "ctok" / "unicode_tables.h"
CODE_POINTS = 0x110000
PAGE = 256

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


def rows(values: list[int], width: int = 32) -> str:
    """The numbers as lines of C."""
    lines = (values[i : i + width] for i in range(0, len(values), width))
    return "\n".join("    " + ",".join(map(str, line)) + "," for line in lines)


def render(values: list[int]) -> str:
    """The header's text."""
    pages: dict[tuple[int, ...], int] = {}
    index = [
        pages.setdefault(tuple(values[i : i + PAGE]), len(pages))
        for i in range(0, CODE_POINTS, PAGE)
    ]
    assert len(pages) <= 256 and index[0] == 0
    body = "\n".join(f"    /* page {i} */\n{rows(list(page))}" for page, i in pages.items())
    return f"""\
/*  unicode_tables.h: the category of every code point, Unicode {UNICODE_VERSION}.
 *
 *  Written by tools/make_unicode_tables.py; do not edit, run `make tables`.
 *
 *      page      ctok_category_pages[code point >> 8]
 *      value     ctok_categories[page << 8 | (code point & 255)]
 *      category  value & 31, numbered as in unicode.h; value & 32 is White_Space
 */
#ifndef CTOK_UNICODE_TABLES_H
#define CTOK_UNICODE_TABLES_H

#include "ctok/base.h"

#define CTOK_UNICODE_VERSION "{UNICODE_VERSION}"

static const uint8_t ctok_category_pages[{len(index)}] = {{
{rows(index)}
}};

static const uint8_t ctok_categories[{len(pages)} * {PAGE}] = {{
{body}
}};

#endif /* CTOK_UNICODE_TABLES_H */
"""


def checked() -> str:
    """The header's text, of the pinned version and with its counts."""
    if unicodedata2.unidata_version != UNICODE_VERSION:
        sys.exit(f"unicodedata2 has {unicodedata2.unidata_version}, not {UNICODE_VERSION}")
    values = table()
    check_counts(values)
    return render(values)


if __name__ == "__main__":
    sys.exit(written.main(HEADER, __doc__, checked))
