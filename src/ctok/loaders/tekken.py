"""Reads tekken.json, Mistral's file: ranks of bytes behind a block of special tokens."""

from __future__ import annotations

import binascii
import os
from pathlib import Path

import numpy as np

from ..errors import VocabError
from ..spec import VocabSpec
from .fields import Fields, no_collection, parse_json, read_file

MAX_IDS = 1 << 21

# Files before version 7 do not name their special tokens; these are the ones they mean.
UNNAMED = (
    "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS]"
    " [/TOOL_RESULTS] [TOOL_CALLS] [IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE] [SUFFIX]"
    " [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CONTENT]"
).split()


def load(path: str | os.PathLike[str], *, name: str | None = None) -> VocabSpec:
    """A VocabSpec from a tekken.json.

    Raises
    ------
    VocabError
        What the file says wrong; the message names the field.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    with no_collection():
        value = parse_json(read_file(path), str(path))
        return parse(value, source=str(path), name=name or path.stem)


def parse(value: object, *, source: str, name: str) -> VocabSpec:
    """A VocabSpec from a tekken.json's value; `source` is what messages call it."""
    top = Fields(value, source)
    config = top.fields("config")
    n_special = config.get("default_num_special_tokens", int)
    size = config.get("default_vocab_size", int)
    pattern = config.get("pattern", str)
    if not 0 <= n_special < size <= MAX_IDS:
        raise VocabError(
            f"{config.where}: {n_special} special tokens in a vocabulary of {size}; at most"
            f" {MAX_IDS} ids fit"
        )
    tokens = _tokens(top, size - n_special)
    lengths = [0] * n_special + [len(token) for token in tokens]
    offsets = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return VocabSpec(
        name=name,
        token_bytes=b"".join(tokens),
        token_offsets=offsets.astype(np.uint32),
        pattern=pattern,
        specials=_specials(top, n_special),
    )


def _tokens(top: Fields, n: int) -> list[bytes]:
    """The first n tokens, in the order of their ranks."""
    result: list[bytes | None] = [None] * n
    for value, where in top.items("vocab"):
        item = Fields(value, where)
        rank = item.get("rank", int)
        if rank >= n:
            continue  # the file holds more than the model has
        if rank < 0 or result[rank] is not None:
            raise VocabError(f"{where}.rank: {rank} is negative or was given before")
        text = item.get("token_bytes", str)
        try:
            token = binascii.a2b_base64(text, strict_mode=True)
        except ValueError as error:
            raise VocabError(f"{where}.token_bytes: not base64: {error}") from None
        if not token:
            raise VocabError(f"{where}.token_bytes: the token is empty")
        result[rank] = token
    tokens = [token for token in result if token is not None]
    if len(tokens) != n:
        raise VocabError(f"{top.path('vocab')}: no token of rank {result.index(None)}")
    return tokens


def _specials(top: Fields, n: int) -> dict[str, int]:
    names: dict[str, int] = {}
    if "special_tokens" in top:
        for value, where in top.items("special_tokens"):
            item = Fields(value, where)
            text, rank = item.get("token_str", str), item.get("rank", int)
            if not 0 <= rank < n or not text or text in names:
                raise VocabError(f"{where}: {text[:60]!r} with rank {rank} of {n}")
            names[text] = rank
    else:
        names = dict(zip(UNNAMED[:n], range(n), strict=False))
    taken = set(names.values())
    if len(taken) != len(names):
        raise VocabError(f"{top.path('special_tokens')}: two of one rank")
    for rank in range(n):
        if rank not in taken:
            names[f"<SPECIAL_{rank}>"] = rank
    return names
