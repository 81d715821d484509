"""Reads and writes the bundled encodings: rank files packed to a third of their size.

magic     8 bytes, b"ctokpack"
version   uint32, little-endian, 1
n         uint32, how many ids
rest      zlib: uint16[n] token lengths, 0 for gaps; uint16[n] where each token is cut into
          the two that merge into it (low bytes first, then high bytes); the tokens' bytes
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

from ..errors import VocabError

MAGIC = b"ctokpack"
VERSION = 1
_HEAD = struct.Struct("<8sII")


def pack(
    token_bytes: bytes, lengths: npt.NDArray[np.uint16], split_at: npt.NDArray[np.uint16]
) -> bytes:
    """The packed file of a proper vocabulary."""
    planes = [_planes(lengths), _planes(split_at), token_bytes]
    return _HEAD.pack(MAGIC, VERSION, len(lengths)) + zlib.compress(b"".join(planes), 9)


def unpack(
    data: bytes, *, source: str, sha256: str
) -> tuple[bytes, npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """(token_bytes, lengths, split_at) of a packed file.

    Raises
    ------
    VocabError
        The data's sha256 is not the expected one: the file is damaged or another's.
    """
    import hashlib  # here, for it loads OpenSSL: a tenth of the time of importing ctok

    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise VocabError(
            f"{source}: the sha256 is {found}, not {sha256}; the installation is damaged,"
            " install ctok again"
        )
    _, _, n = _HEAD.unpack_from(data)
    raw = zlib.decompress(memoryview(data)[_HEAD.size :])
    planes = np.frombuffer(raw, dtype=np.uint8, count=4 * n).reshape(4, n).astype(np.uint32)
    return raw[4 * n :], planes[0] | planes[1] << 8, planes[2] | planes[3] << 8


def _planes(values: npt.NDArray[np.uint16]) -> bytes:
    """All low bytes, then all high bytes."""
    return (values & 0xFF).astype(np.uint8).tobytes() + (values >> 8).astype(np.uint8).tobytes()
