"""Unicode as the normalizers of `tokenizers` know it: 9.0, and Rust's letters of today.

Python's own tables are of 2021 and later. A character that Unicode has got since 9.0 is nothing to
these normalizers: no mark, no composition and no decomposition. tests/test_normalize.py compares
every code point.
"""

from __future__ import annotations

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
        return unicodedata.normalize(form, text)
    parts = NEWER.split(text)  # each second one is a newer character, which stays
    parts[::2] = [unicodedata.normalize(form, part) for part in parts[::2]]
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
