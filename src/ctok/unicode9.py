"""Unicode as the normalizers of `tokenizers` know it: 9.0, and Rust's letters of today.

Python's own tables are of 2021 and later. A character that Unicode has got since 9.0 is nothing to
these normalizers: no mark, no composition and no decomposition. tests/test_normalize.py compares
every code point.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

# Marks, and characters that are composed or decomposed, of Unicode 10.0 to 18.0.
NEWER = re.compile(
    "(["
    "\u0558\u058b-\u058c\u05c8-\u05c9\u07fd\u0897-\u089f\u08ca-\u08d3\u09fe\u0afa-\u0aff"
    "\u0b53-\u0b55\u0c04\u0c3c\u0cf3-\u0d00\u0d3b-\u0d3c\u0d81\u0eba\u0ece\u1715\u180f"
    "\u1abf-\u1af0\u1cf7\u1df6-\u1dfa\u209d-\u209f\u32ff\ua7f1-\ua7f4\ua82c\ua8ff\uab69"
    "\U000105c9\U000105d2\U000105da\U000105e4\U00010781-\U000107bf\U00010d24-\U00010d27"
    "\U00010d69-\U00010d6d\U00010eab-\U00010eac\U00010ecb-\U00010ecf\U00010ef0-\U00010eff"
    "\U00010f46-\U00010f50\U00010f82-\U00010f85\U00011070\U00011073-\U00011074\U000110c2"
    "\U00011145-\U00011146\U000111c9\U000111ce-\U000111cf\U00011241\U0001133b"
    "\U00011382-\U00011385\U0001138b-\U00011391\U000113b8-\U000113d0\U000113d2"
    "\U000113e1-\U000113e2\U0001145e\U0001182c-\U0001183a\U00011930-\U0001193e\U00011940"
    "\U00011942-\U00011943\U000119d1-\U000119e0\U000119e4\U00011a01-\U00011a0a"
    "\U00011a33-\U00011a39\U00011a3b-\U00011a3e\U00011a47\U00011a51-\U00011a5b"
    "\U00011a8a-\U00011a99\U00011b60-\U00011b67\U00011d31-\U00011d45\U00011d47"
    "\U00011d8a-\U00011d97\U00011df0\U00011ef3-\U00011ef6\U00011f00-\U00011f01\U00011f03"
    "\U00011f34-\U00011f42\U00011f5a\U00013440\U00013447-\U00013455\U0001611e-\U0001612f"
    "\U00016d63\U00016d67-\U00016d6a\U00016f4f\U00016f7f-\U00016f87\U00016fe4-\U00016ff1"
    "\U0001b123-\U0001b126\U0001ccd6-\U0001ccf9\U0001cf00-\U0001cf46\U0001d127-\U0001d128"
    "\U0001d250-\U0001d252\U0001d25b-\U0001d25c\U0001d25f\U0001d280-\U0001d281\U0001d6a6"
    "\U0001df95\U0001dfcd-\U0001dfff\U0001e030-\U0001e08f\U0001e130-\U0001e136\U0001e2ae"
    "\U0001e2ec-\U0001e2ef\U0001e4ec-\U0001e4ef\U0001e5ee-\U0001e5ef\U0001e6e3\U0001e6e6"
    "\U0001e6ee-\U0001e6ef\U0001e6f5\U0001f16c\U0001fbf0-\U0001fbf9"
    "])"
)
# What has a combining class, and what becomes nothing else when it is decomposed: in a row so long
# that to sort it costs something.
LONG_ROW = re.compile(
    "["
    "\u0300-\u034e\u0350-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711"
    "\u0730-\u074a\u07eb-\u07f3\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d"
    "\u0859-\u085b\u08d4-\u08e1\u08e3-\u08ff\u093c\u094d\u0951-\u0954\u09bc\u09cd\u0a3c\u0a4d"
    "\u0abc\u0acd\u0b3c\u0b4d\u0bcd\u0c4d\u0c55-\u0c56\u0cbc\u0ccd\u0d4d\u0dca\u0e38-\u0e3a"
    "\u0e48-\u0e4b\u0eb8-\u0eb9\u0ec8-\u0ecb\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f71-\u0f75"
    "\u0f7a-\u0f7d\u0f80-\u0f84\u0f86-\u0f87\u0fc6\u1037\u1039-\u103a\u108d\u135d-\u135f\u1714"
    "\u1734\u17d2\u17dd\u18a9\u1939-\u193b\u1a17-\u1a18\u1a60\u1a75-\u1a7c\u1a7f\u1ab0-\u1abd"
    "\u1b34\u1b44\u1b6b-\u1b73\u1baa-\u1bab\u1be6\u1bf2-\u1bf3\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce0"
    "\u1ce2-\u1ce8\u1ced\u1cf4\u1cf8-\u1cf9\u1dc0-\u1df5\u1dfb-\u1dff\u20d0-\u20dc\u20e1"
    "\u20e5-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099-\u309a\ua66f\ua674-\ua67d"
    "\ua69e-\ua69f\ua6f0-\ua6f1\ua806\ua8c4\ua8e0-\ua8f1\ua92b-\ua92d\ua953\ua9b3\ua9c0\uaab0"
    "\uaab2-\uaab4\uaab7-\uaab8\uaabe-\uaabf\uaac1\uaaf6\uabed\ufb1e\ufe20-\ufe2f\uff9e-\uff9f"
    "\U000101fd\U000102e0\U00010376-\U0001037a\U00010a0d\U00010a0f\U00010a38-\U00010a3a"
    "\U00010a3f\U00010ae5-\U00010ae6\U00011046\U0001107f\U000110b9-\U000110ba"
    "\U00011100-\U00011102\U00011133-\U00011134\U00011173\U000111c0\U000111ca"
    "\U00011235-\U00011236\U000112e9-\U000112ea\U0001133c\U0001134d\U00011366-\U0001136c"
    "\U00011370-\U00011374\U00011442\U00011446\U000114c2-\U000114c3\U000115bf-\U000115c0"
    "\U0001163f\U000116b6-\U000116b7\U0001172b\U00011c3f\U00016af0-\U00016af4"
    "\U00016b30-\U00016b36\U0001bc9e\U0001d165-\U0001d169\U0001d16d-\U0001d172"
    "\U0001d17b-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244"
    "\U0001e000-\U0001e006\U0001e008-\U0001e018\U0001e01b-\U0001e021\U0001e023-\U0001e024"
    "\U0001e026-\U0001e02a\U0001e8d0-\U0001e8d6\U0001e944-\U0001e94a"
    "]{64,}"
)
# Marks of 9.0 that are letters now.
FORMER_MARKS = "\u1cf2\u1cf3"
# Capitals that Rust knows and Python may not: first, last, and how far their small letters are.
_CAPITALS = (
    (0x1C89, 0x1C89, 1),
    (0xA7CB, 0xA7CB, 0x264 - 0xA7CB),
    *((capital, capital, 1) for capital in (0xA7CC, 0xA7CE, 0xA7D2, 0xA7D4, 0xA7DA)),
    (0xA7DC, 0xA7DC, 0x19B - 0xA7DC),
    (0x10D50, 0x10D65, 0x20),
    (0x16EA0, 0x16EB8, 0x1B),
)
_TO_SMALL = {
    capital: capital + far for first, last, far in _CAPITALS for capital in range(first, last + 1)
}
_NEWER_CAPITALS = re.compile("[" + "".join(map(chr, _TO_SMALL)) + "]")


def normalize(form: Form, text: str) -> str:
    """A text in a form of Unicode 9.0.

    A text that is in the form by later tables is in it by those of 9.0 too.
    """
    if NEWER.search(text) is None:
        return _normalize(form, text)
    parts = NEWER.split(text)  # each second one is a newer character, which stays
    parts[::2] = [_normalize(form, part) for part in parts[::2]]
    return "".join(parts)


def _normalize(form: Form, text: str) -> str:
    """The same without newer characters.

    Python moves each mark of a row past those before it, one by one: what is long is sorted before.
    """
    if len(text) >= 64:
        full: Form = "NFKD" if form in ("NFKC", "NFKD") else "NFD"
        text = LONG_ROW.sub(lambda row: _sorted_row(full, row.group()), text)
    return unicodedata.normalize(form, text)


def _sorted_row(form: Form, row: str) -> str:
    """A row of marks decomposed, and those between two without a class in the order of classes."""
    parts: list[str] = []
    marks = "".join(unicodedata.normalize(form, character) for character in row)
    for _, some in itertools.groupby(marks, lambda mark: unicodedata.combining(mark) > 0):
        parts += sorted(some, key=unicodedata.combining)
    return "".join(parts)


def combining(character: str) -> int:
    """The canonical combining class of a character in Unicode 9.0."""
    return 0 if NEWER.match(character) else unicodedata.combining(character)


def is_mark(character: str) -> bool:
    """Whether a character is a mark in Unicode 9.0."""
    if unicodedata.category(character)[0] != "M":
        return character in FORMER_MARKS
    return NEWER.match(character) is None


def lower(text: str) -> str:
    """A text in small letters, character by character.

    `str.lower` knows that a sigma ends a word; Rust's characters by themselves do not.
    """
    result = "".join(map(str.lower, text)) if "\u03a3" in text else text.lower()
    if result.isascii() or _NEWER_CAPITALS.search(result) is None:
        return result
    return result.translate(_TO_SMALL)
