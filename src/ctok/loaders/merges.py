"""Reads vocab.json with merges.txt, GPT-2's pair of files."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import VocabError
from ..spec import VocabSpec
from . import huggingface
from .fields import no_collection, parse_json, read_file, split_lines

_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}


def load(
    vocab: str | os.PathLike[str],
    merges: str | os.PathLike[str] | None = None,
    *,
    name: str | None = None,
) -> VocabSpec:
    """A VocabSpec from a vocab.json and a merges.txt, by default the one beside it.

    The files do not say how to cut a text: GPT-2's own pattern and alphabet of bytes is meant.
    ``<|endoftext|>`` is a special token where the vocabulary has it.

    Raises
    ------
    VocabError
        What the files say wrong; the message names field or line.
    OSError
        A file cannot be read.
    """
    vocab = Path(vocab)
    merges = Path(merges) if merges is not None else vocab.with_name("merges.txt")
    if not merges.exists():
        raise VocabError(f"{vocab}: a vocabulary without merges; no {merges.name} is beside it")
    with no_collection():
        tokens = parse_json(read_file(vocab), str(vocab))
        return parse(
            *(tokens, read_file(merges)),
            source=str(vocab),
            merges_source=f"{vocab} with {merges.name}",
            name=name or vocab.parent.name or "vocab",
        )


def parse(
    tokens: object, merges: bytes, *, source: str, merges_source: str, name: str
) -> VocabSpec:
    """A VocabSpec from a vocab.json's value and a merges.txt's bytes; messages call them so."""
    try:
        lines = [line.decode("utf-8") for line in split_lines(merges, merges_source)]
    except UnicodeDecodeError as error:
        raise VocabError(f"{merges_source}, which is not UTF-8: {error}") from None
    if lines and lines[0].startswith("#version"):
        lines = lines[1:]
    value: dict[str, object] = {
        "model": {
            "type": "BPE",
            "vocab": tokens,
            "merges": [s.rstrip("\r") for s in lines if s.strip()],
        },
        "pre_tokenizer": _BYTE_LEVEL,
        "decoder": {"type": "ByteLevel"},
        "added_tokens": [],
    }
    if isinstance(tokens, dict) and isinstance(tokens.get("<|endoftext|>"), int):
        value["added_tokens"] = [
            {"content": "<|endoftext|>", "id": tokens["<|endoftext|>"], "special": True}
        ]
    called = {"vocab": source, "merges": f"{merges_source}, merges"}
    return huggingface.parse(value, source=source, name=name, called=called)
