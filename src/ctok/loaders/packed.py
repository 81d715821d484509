"""Reads and writes the bundled encodings: rank files in a third of their size, read in one pass.

magic     8 bytes, b"ctokpack"
version   uint32, little-endian, 2
n         uint32, how many ids
lengths   uint8[n], the bytes of each token, 0 for gaps
splits    uint8[n], where each token is cut into the two that merge into it
tokens    their bytes

Nothing is compressed: a wheel is, and unpacking would take longer than all other work on it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from ..errors import VocabError

if TYPE_CHECKING:
    import numpy.typing as npt

MAGIC = b"ctokpack"
VERSION = 2
_HEAD = struct.Struct("<8sII")


def pack(
    token_bytes: bytes, lengths: npt.NDArray[np.uint32], split_at: npt.NDArray[np.uint32]
) -> bytes:
    """The packed file of a proper vocabulary whose tokens are under 256 bytes long."""
    if max(lengths, default=0) > 0xFF:
        raise ValueError(f"a token of {max(lengths)} bytes; 255 are the most")
    columns = [np.asarray(column, dtype=np.uint8).tobytes() for column in (lengths, split_at)]
    return b"".join([_HEAD.pack(MAGIC, VERSION, len(lengths)), *columns, token_bytes])


def unpack(
    data: bytes, *, source: str
) -> tuple[bytes, npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """(token_bytes, token_offsets, split_at) of a packed file.

    Raises
    ------
    VocabError
        A file that is not what it should be by its head or its length. Whether its bytes are
        those that were written, the caller has to know.
    """
    magic, version, n = _HEAD.unpack_from(data) if len(data) >= _HEAD.size else (b"", 0, 0)
    columns = np.frombuffer(data, dtype=np.uint8)[_HEAD.size : _HEAD.size + 2 * n]
    offsets = np.zeros(n + 1, dtype=np.uint32)
    token_bytes = data[_HEAD.size + 2 * n :]
    if (magic, version, len(columns)) == (MAGIC, VERSION, 2 * n):
        np.cumsum(columns[:n], out=offsets[1:])
        if offsets[n] == len(token_bytes):
            return token_bytes, offsets, columns[n:].copy()
    raise VocabError(f"{source}: not a packed encoding of version {VERSION}, or cut off")
