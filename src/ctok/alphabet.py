"""GPT-2's alphabet of bytes: each byte as a character that can be seen and is no space.

The 188 bytes that print in Latin-1 stand for themselves; the others are U+0100 and up, in order.
"""

from __future__ import annotations

_PRINTING = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
_REST = [byte for byte in range(256) if byte not in _PRINTING]

CHARACTERS = "".join(
    chr(byte) if byte in _PRINTING else chr(256 + _REST.index(byte)) for byte in range(256)
)
BYTES = {character: byte for byte, character in enumerate(CHARACTERS)}
_TO_LATIN = {ord(character): byte for character, byte in BYTES.items()}
_FROM_LATIN = dict(enumerate(CHARACTERS))
# Latin-1 characters that are no letters of the alphabet must not pass for bytes.
_TO_LATIN.update({code: 0x1000 for code in range(256) if chr(code) not in BYTES})


def to_bytes(text: str) -> bytes | None:
    """The bytes that a text in the alphabet stands for; None when a character is not of it."""
    try:
        return text.translate(_TO_LATIN).encode("latin-1")
    except UnicodeEncodeError:
        return None


def to_text(data: bytes) -> str:
    """Bytes in the alphabet."""
    return data.decode("latin-1").translate(_FROM_LATIN)
