"""Vocabulary files of every kind for tests, small and made here."""

from __future__ import annotations

import base64
import functools
import json
import struct
from typing import Any

from .. import models, vocabs

NUMBER_FORMS = {bool: (7, "<?"), int: (4, "<I"), float: (6, "<f")}


def varint(value: int) -> bytes:
    """A number as protobuf writes it."""
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*result, value])


def message(*fields: tuple[int, object]) -> bytes:
    """A protobuf message of numbers, floats, strings and messages."""
    parts = []
    for number, value in fields:
        if isinstance(value, float):
            parts.append(varint(number << 3 | 5) + struct.pack("<f", value))
        elif isinstance(value, int):
            parts.append(varint(number << 3) + varint(value))
        else:
            data = value.encode() if isinstance(value, str) else value
            assert isinstance(data, bytes)
            parts.append(varint(number << 3 | 2) + varint(len(data)) + data)
    return b"".join(parts)


def pieces() -> list[tuple[str, float, int]]:
    """The pieces of a sentencepiece model: those of the trained characters' vocabulary."""
    value = models.marks()
    vocab = sorted(value["model"]["vocab"].items(), key=lambda row: row[1])
    kinds = {"<unk>": 2, "<s>": 3, "</s>": 3}
    result = []
    for text, number in vocab:
        single = len(text) == 6 and text.startswith("<0x")
        result.append((text, float(-number), 6 if single else kinds.get(text, 1)))
    return result


def sentencepiece(*, model_type: int = 2, charsmap: bytes = b"", **flags: int) -> bytes:
    """A .model file."""
    rows = [(1, message((1, text), (2, score), (3, kind))) for text, score, kind in pieces()]
    trainer = message((3, model_type), (35, 1), (24, flags.get("suffix", 0)))
    normalizer = message(
        (1, "identity"),
        (2, charsmap),
        (3, flags.get("prefix", 1)),
        (4, flags.get("squeeze", 0)),
        (5, 1),
    )
    return message(*rows, (2, trainer), (3, normalizer))


def gguf(fields: dict[str, Any], *, version: int = 3) -> bytes:
    """The head of a GGUF file."""

    def text(value: str) -> bytes:
        data = value.encode()
        return struct.pack("<Q", len(data)) + data

    def typed(value: Any) -> tuple[int, bytes]:
        if isinstance(value, str):
            return 8, text(value)
        if isinstance(value, list):
            items = [typed(item) for item in value]
            kind = items[0][0] if items else 4
            head = struct.pack("<IQ", kind, len(items))
            return 9, head + b"".join(data for _, data in items)
        kind, form = NUMBER_FORMS[type(value)]
        return kind, struct.pack(form, value)

    rows = []
    for key, value in fields.items():
        kind, data = typed(value)
        rows.append(text(key) + struct.pack("<I", kind) + data)
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(rows)) + b"".join(rows)


def gguf_byte_level(**changes: Any) -> dict[str, Any]:
    """The fields of a GGUF with the trained byte-level vocabulary."""
    model = models.byte_level()["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    return {
        "general.architecture": "llama",
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3 if token.startswith("<|") else 1 for token in tokens],
        "tokenizer.ggml.merges": merges,
        "tokenizer.chat_template": "{{ messages }}",
        **changes,
    }


def gguf_sentencepiece() -> dict[str, Any]:
    """The fields of a GGUF with the trained characters' vocabulary."""
    rows = pieces()
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": [text for text, _, _ in rows],
        "tokenizer.ggml.scores": [score for _, score, _ in rows],
        "tokenizer.ggml.token_type": [kind for _, _, kind in rows],
        "tokenizer.ggml.add_space_prefix": True,
    }


def tekken() -> dict[str, Any]:
    """A tekken.json of the first 1,000 ranks of cl100k_base."""
    ranks = vocabs.ranks_of(vocabs.bundled("cl100k_base")[0])
    rows = [
        {"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
        for token, rank in ranks.items()
        if rank < 1000
    ]
    return {
        "config": {
            "pattern": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+",
            "num_vocab_tokens": 1000,
            "default_vocab_size": 920,
            "default_num_special_tokens": 20,
            "version": "v3",
        },
        "vocab": rows,
    }


@functools.cache
def every_kind() -> dict[str, tuple[str, bytes]]:
    """A file of each kind: its name and bytes."""
    return {
        "tokenizer.json": ("tokenizer.json", json.dumps(models.byte_level()).encode()),
        "tokenizer.json-marks": ("tokenizer.json", json.dumps(models.marks()).encode()),
        "sentencepiece": ("tokenizer.model", sentencepiece()),
        "tekken": ("tekken.json", json.dumps(tekken()).encode()),
        "gguf": ("model.gguf", gguf(gguf_byte_level())),
        "gguf-sentencepiece": ("model.gguf", gguf(gguf_sentencepiece())),
    }
