"""Texts that broke some tokenizer, the characters they are made of, and strategies over both."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

# Every White_Space character, and three that only look like one.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
NOT_WHITE_SPACE = "\x1c\x1f\u180e\u200b\u2060\ufeff"

LETTERS = "aZsStTdDmMlLvVeErR\xe9\xc9\xdf\u0130\u0131\u017f\u212a\u0436\u0416\u05d0\u0639\u0e01"
TITLE_CASE = "\u01c5\u01c8\u1f88\u1fbc"
MODIFIERS = "\u02b0\u02bc\u0559\u1d2c\u3005\u30fc\uff70"
OTHER_LETTERS = "\u4e9c\u6d32\ud55c\u304b\u30ab\u0915\u0ba4\xaa\xba\u2135\U00020000\U0001f130"
MARKS = "\u0301\u0308\u0903\u093f\u0bbe\u20dd\ufe0f\U0001e8d0\U000e0100"
NUMBERS = "0129\xb2\xbd\u2167\u2460\u0663\u0967\u3007\u3021\U0001d7d8"
PUNCTUATION = "'\"/\\-_.,;:!?()[]{}<|>#$%&*+=@^`~\u2019\u2014\u3002\uff0c\xab\u20ac\u2211\xb4"
OTHERS = "\x00\x7f\x80\xad\u200d\u202e\u2066\ufffd\ufffe\U0001f30d\U0001f468\U0001f3fd\U0001f1e9"
UNUSUAL = "\u0378\ue000\U000e0001\U000f0000\U0010ffff"

CHARACTERS = "".join(
    (WHITE_SPACE, NOT_WHITE_SPACE, LETTERS, TITLE_CASE, MODIFIERS, OTHER_LETTERS)
    + (MARKS, NUMBERS, PUNCTUATION, OTHERS, UNUSUAL)
)
WORDS = (
    "'s 'S 't 'T 're 'RE 'Ve 'vE 'm 'M 'll 'LL 'lL 'd 'D '\u017f '\u212a 'l 'v 'r ' '' \u2019s"
    " hello Hello HELLO helloWorld HTTPServer don't I'LL x'\u017fT 123 1234567 3.14 // /// ==="
    " --- <| |> <|endoftext|> <|endoftext <|fim_prefix|> \u4e9c\u6d32AV"
    " \u0915\u093f\u0924\u093e\u092c"
).split()
RUNS = ("  ", "   ", "\n\n", "\r\n", "\n ", " \n", "\n\t", "\t\t", "/\n", "\n/", " /\r\n/", "\r\r")
ATOMS = (*CHARACTERS, *WORDS, *RUNS, *" \n'/as1")  # the last ones stand in twice

REGRESSIONS = [
    "",
    " ",
    "\t's",
    "\n\t\t(program",
    "\n\t#include",
    "\u4e9c\u6d32AV",
    "a \n \n b",
    "\x85 \u6587",
    "\u20dd,b",
    "'a'" + "\u0301" * 50,
    "\n \n",
    "x\n \n",
    "a\n\n\n ",
    "  \r\n\r\n  x",
    "'\u017f",
    "a'\u017f'TX",
    "x'\u017f",
    "I'\u017fx 'LLama",
    "\u212a\u212a",
    "\xb2\xbd\u2167\u24601234",
    "a\u2028b\u2029c",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "\u202eabc\u2066def",
    "a\x00b\x00",
    "\ufffd\ufffd",
    "\u01c5\u01c8abcDEF\u02b0Ab",
    "A\u0301B\u0301c \u0301A",
    "ABC\u0301\u4e9cDEf",
    "\u0301\u0301a",
    " \u0301a",
    "don't DON'T don'\u017f",
    "!!!\r\n\r\n///\n/x",
    " !\n/\n",
    "path//\n//x",
    "1234567890",
    " 1 22 333 4444",
    "\u30fc\u3005\u30fcabc",
    "\U00032d47\ud55c",  # a letter since Unicode 17 only
    "\ud55c\U00032d47",
    "a\u2026 b\u060c  c\u0964d, (e) | f!\xa0?g\u06d4 \u3001 \u3002\n \uff0ch",
    "<|endoftext|>",
    "<|endoftext|><|endoftext|>",
    "<|end<|endoftext|>oftext|>",
    "def f(x):\n    return x  # '\u017f\n\n\n\nclass A:\n\tpass\n",
]

# What may stand around a single character; together they reach every branch of every family.
CONTEXTS = [
    ("before a letter", "", "a "),
    ("behind a letter", "a", " "),
    ("behind a space, before a capital", " ", "B"),
    ("behind an apostrophe", "x'", "s\n"),
    ("between numbers", "1", "2"),
    ("between punctuation and newlines", "!", "\n/ \n"),
]

SURROGATES = [
    "\ud800",
    "\udfff",
    "a\ud800b",
    "\ud83c\udf0d",
    "\udf0d\ud83c",
    "\ud83c\ud83c\udf0d\udf0d",
    "x\ud83d\udc68\u200d\ud83d",
    "\ufeff\ud800\ufffe",
    "\U0001f30d\ud83c",
    "'\udcff's",
    " \udc80 ",
]

# UTF-8 that is none: tails alone, cut sequences, overlong ones, surrogates, beyond U+10FFFF.
INVALID_UTF8 = [
    b"\x80",
    b"a\xff b\xfe",
    b"\xc3",
    b"\xc3(",
    b"\xc0\xaf",
    b"\xe2\x82",
    b"\xe2\x28\xa1",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x8c",
    b"\xf0\x80\x80\x80",
    b"\xf4\x90\x80\x80",
    b"\xf8\x88\x80\x80\x80",
    b"it\xe2's \xf0\x9f\x8c\x8d\x8d 12\xe1\x80 \n\xbf\n",
]


def random_texts(seed: int, count: int, longest: int = 24) -> Iterator[str]:
    """As many texts over the atoms; a seed always gives the same."""
    source = random.Random(seed)
    for _ in range(count):
        yield "".join(source.choices(ATOMS, k=source.randint(1, longest)))


def surrogate_texts() -> list[str]:
    """Each surrogate alone, and the texts above."""
    return SURROGATES + [f"a{chr(unit)} {chr(unit)}" for unit in range(0xD800, 0xE000)]


def code_points(template: tuple[str, str, str], step: int = 512) -> Iterator[str]:
    """Every code point, surrogates too, in one context; `step` of them a text."""
    _, before, behind = template
    between = behind + before
    for first in range(0, 0x110000, step):
        yield before + between.join(map(chr, range(first, first + step))) + behind


nasty = st.lists(st.sampled_from(ATOMS), max_size=30).map("".join)
any_text = st.one_of(nasty, st.text(max_size=60))
any_bytes = st.one_of(
    st.binary(max_size=60),
    st.lists(st.sampled_from([*INVALID_UTF8, *(a.encode() for a in ATOMS)]), max_size=20).map(
        b"".join
    ),
)
