"""Reads and writes .tiktoken rank files: a line a token, its bytes in base64 and its rank."""

from __future__ import annotations

import binascii
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import VocabError
from ..spec import VocabSpec
from .fields import split_lines

MAX_FILE_BYTES = 256 << 20
MAX_LINE_BYTES = 2 << 20
MAX_IDS = 1 << 21


def load(
    path: str | os.PathLike[str],
    *,
    pattern: str,
    specials: Mapping[str, int] | None = None,
    name: str | None = None,
) -> VocabSpec:
    """A VocabSpec from a rank file.

    Parameters
    ----------
    path : path
        The file.
    pattern : str
        The regex that cuts text into pieces; a rank file does not say.
    specials : mapping of str to int, optional
        Special tokens and their ids.
    name : str, optional
        What to call the vocabulary; by default the file's name without its ending.

    Raises
    ------
    VocabError
        A file of more than 256 MiB, or a line that is not a token in base64, a space and a rank
        below 2**21; two tokens with one rank; no token at all. The message names file and line.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise VocabError(f"{path}: {size} bytes; a rank file has at most {MAX_FILE_BYTES}")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    return parse(data, source=str(path), pattern=pattern, specials=specials, name=name or path.stem)


def parse(
    data: bytes,
    *,
    source: str,
    pattern: str,
    specials: Mapping[str, int] | None = None,
    name: str,
) -> VocabSpec:
    """A VocabSpec from a rank file's bytes; `source` is what messages call them."""
    by_rank: dict[int, bytes] = {}
    for number, line in enumerate(split_lines(data, source), 1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_BYTES:
            raise VocabError(f"{source}, line {number}: {len(line)} bytes long")
        rank, token = _parse_line(line, f"{source}, line {number}")
        if rank in by_rank:
            raise VocabError(f"{source}, line {number}: the rank {rank} was given before")
        by_rank[rank] = token
    if not by_rank:
        raise VocabError(f"{source}: no token in it")
    return from_ranks(by_rank, name=name, pattern=pattern, specials=specials)


def _parse_line(line: bytes, where: str) -> tuple[int, bytes]:
    """(rank, token) of a line."""
    fields = line.split()
    if len(fields) != 2:
        raise VocabError(f"{where}: not a token and a rank but {line[:60]!r}")
    # Whisper's file gives an id to no token, as `=`, which others decode to nothing.
    nothing = fields[0] == b"="
    try:
        token = b"" if nothing else binascii.a2b_base64(fields[0], strict_mode=True)
    except binascii.Error as error:
        raise VocabError(f"{where}: {fields[0][:60]!r} is not base64: {error}") from None
    if not token and not nothing:
        raise VocabError(f"{where}: the token is empty")
    if not fields[1].isdigit() or len(fields[1]) > 10 or int(fields[1]) >= MAX_IDS:
        raise VocabError(f"{where}: the rank {fields[1][:20]!r} is not a number below {MAX_IDS}")
    return int(fields[1]), token


def from_ranks(
    by_rank: Mapping[int, bytes],
    *,
    name: str,
    pattern: str,
    specials: Mapping[str, int] | None = None,
) -> VocabSpec:
    """A VocabSpec from tokens by rank; ranks may have gaps."""
    n_ids = max(by_rank, default=-1) + 1
    if n_ids > MAX_IDS:
        raise VocabError(f"{name!r}: the rank {n_ids - 1} is not below {MAX_IDS}")
    lengths = np.zeros(n_ids + 1, dtype=np.int64)
    for rank, token in by_rank.items():
        if rank < 0:
            raise VocabError(f"{name!r}: the rank {rank} is negative")
        lengths[rank + 1] = len(token)
    total = np.cumsum(lengths)
    if total[-1] >= 1 << 32:
        raise VocabError(f"{name!r}: {total[-1]} bytes of tokens")
    return VocabSpec(
        name=name,
        token_bytes=b"".join(by_rank[rank] for rank in sorted(by_rank)),
        token_offsets=total.astype(np.uint32),
        pattern=pattern,
        specials=dict(specials or {}),
    )


def dump(spec: VocabSpec) -> bytes:
    """The rank file of a vocabulary, byte for byte as OpenAI's are written."""
    data, ends = spec.token_bytes, spec.token_offsets.tolist()
    return b"".join(
        binascii.b2a_base64(data[start:end], newline=False) + b" %d\n" % rank
        for rank, (start, end) in enumerate(zip(ends, ends[1:], strict=False))
        if end > start
    )
