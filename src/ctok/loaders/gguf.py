"""Reads the vocabulary in the head of a GGUF file; the model behind it is not touched.

A head is a list of keys and values, little-endian. It is read in blocks as it is needed, and not
beyond `MAX_HEAD_BYTES`, whatever lengths it states.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import VocabError
from ..spec import Template, VocabSpec
from . import components, huggingface, sentencepiece
from .fields import no_collection

MAGIC = b"GGUF"
MAX_HEAD_BYTES = 256 << 20
MAX_KEYS = 1 << 16
MAX_ITEMS = 1 << 23
BLOCK = 1 << 16

_NUMBERS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9

# The arrays that make a vocabulary; others may be as large as a head, and are passed over.
ARRAYS = {f"tokenizer.ggml.{key}" for key in ("tokens", "token_type", "merges", "scores")}

# llama.cpp's names of pre-tokenizers: the patterns, and whether a whole piece is its token first.
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2 = _LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
_QWEN35 = _QWEN2.replace(r"]?\p{L}+", r"]?[\p{L}\p{M}]+").replace(r"\s\p{L}\p", r"\s\p{L}\p{M}\p")
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"


def _cased(ending: str, digits: str) -> str:
    opener = r"[^\r\n\p{L}\p{N}]?"
    return (
        f"{opener}{_UPPER}*{_LOWER}+{ending}|{opener}{_UPPER}+{_LOWER}*{ending}|{digits}"
        r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )


_O200K, _TEKKEN = _cased(_ENDINGS, r"\p{N}{1,3}"), _cased("", r"\p{N}")
_DEEPSEEK = (
    r"\p{N}{1,3}",
    "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
)
_PAUSED = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+"
_FALCON = (r"[\p{P}\$\+<=>\^~\|`]+", components.GPT2, "[0-9][0-9][0-9]")
_SEED_CODER = _QWEN2.replace(r"\p{N}]+[\r\n]*", r"\p{N}\r\n]+")
_BYTE_LEVEL = ("",)  # ByteLevel's own pattern
PRE: dict[str, tuple[tuple[str, ...], bool]] = {
    **dict.fromkeys(
        ("gpt-2", "phi-2", "jina-v2-code", "olmo", "mpt", "trillion", "jais"), (_BYTE_LEVEL, False)
    ),
    **dict.fromkeys(("gigachat", "mellum", "a.x-4.0", "exaone4"), (_BYTE_LEVEL, False)),
    **dict.fromkeys(("llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral"), ((_LLAMA3,), True)),
    **dict.fromkeys(("dbrx", "smaug-bpe", "glm4", "chatglm-bpe"), ((_LLAMA3,), False)),
    **dict.fromkeys(
        ("qwen2", "stablelm2", "deepseek-r1-qwen", "hunyuan", "megrez", "grok-2"),
        ((_QWEN2,), False),
    ),
    "qwen35": ((_QWEN35,), False),
    "seed-coder": ((_SEED_CODER,), False),
    **dict.fromkeys(("gpt-4o", "llama4", "o200k", "minimax-m2"), ((_O200K,), False)),
    "tekken": ((_TEKKEN,), True),
    **dict.fromkeys(("deepseek-v3", "deepseek-r1", "hunyuan-dense"), (_DEEPSEEK, False)),
    **dict.fromkeys(
        ("starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"),
        ((r"\p{N}", ""), False),
    ),
    **dict.fromkeys(("bloom", "poro-chat", "gpt3-finnish"), ((_PAUSED,), False)),
    "viking": ((_PAUSED, r"\p{N}"), False),
    "falcon": (_FALCON, False),
}
# The names under which texts are normalized.
NFC = {"qwen2", "qwen35"}
# Kinds of tokens that are found before anything else.
_FOUND = (sentencepiece.CONTROL, sentencepiece.USER_DEFINED)


class Head:
    """Reads a file's head forwards.

    Parameters
    ----------
    file : binary file
    where : str
        What messages call it.
    """

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file, self.where = file, where
        self._held, self._at, self._read = b"", 0, 0

    def take(self, n: int) -> bytes:
        """The next n bytes."""
        if n > len(self._held) - self._at:
            if n > MAX_HEAD_BYTES or self._read > MAX_HEAD_BYTES:
                raise VocabError(
                    f"{self.where}: the head says {n} bytes; at most {MAX_HEAD_BYTES} are read"
                )
            rest = self._held[self._at :]
            parts, have = [rest], len(rest)
            while have < n:
                part = self._file.read(max(BLOCK, min(n - have, 1 << 20)))
                if not part:
                    raise VocabError(f"{self.where}: the file ends inside its head")
                parts.append(part)
                have += len(part)
                self._read += len(part)
            self._held, self._at = b"".join(parts), 0
        self._at += n
        return self._held[self._at - n : self._at]

    def number(self, form: str) -> Any:
        """A number, by its `struct` format."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self) -> str:
        """A string."""
        try:
            return self.take(self.number("<Q")).decode("utf-8")
        except UnicodeDecodeError as error:
            raise VocabError(f"{self.where}: a string is not UTF-8: {error}") from None

    def skip_text(self) -> None:
        """Passes over a string."""
        self.take(self.number("<Q"))

    def value(self, kind: int, *, wanted: bool) -> Any:
        """A value of a kind; None, though passed over, when it is not wanted."""
        if kind in _NUMBERS:
            return self.number(_NUMBERS[kind])
        if kind == _STRING:
            return self.text() if wanted else self.skip_text()
        if kind != _ARRAY:
            raise VocabError(f"{self.where}: a value of type {kind}")
        inner, n = self.number("<I"), self.number("<Q")
        if n > MAX_ITEMS:
            raise VocabError(f"{self.where}: an array of {n} items; at most {MAX_ITEMS} are read")
        if inner in _NUMBERS:
            size = struct.calcsize(_NUMBERS[inner])
            data = self.take(n * size)
            return list(struct.unpack(f"<{n}{_NUMBERS[inner][1]}", data)) if wanted else None
        if inner != _STRING:
            raise VocabError(f"{self.where}: an array of type {inner}")
        if wanted:
            return [self.text() for _ in range(n)]
        for _ in range(n):
            self.skip_text()
        return None


def read_fields(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The ``tokenizer.*`` keys and values in the head of a GGUF file; of arrays only `ARRAYS`.

    Raises
    ------
    VocabError
        No GGUF of version 2 or 3, or a damaged head.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    result: dict[str, Any] = {}
    with path.open("rb") as file:
        head = Head(file, str(path))
        if head.take(4) != MAGIC:
            raise VocabError(f"{path}: no GGUF file")
        version = head.number("<I")
        if version not in (2, 3):
            raise VocabError(f"{path}: GGUF version {version}; ctok reads 2 and 3, little-endian")
        head.take(8)  # how many tensors
        n = head.number("<Q")
        if n > MAX_KEYS:
            raise VocabError(f"{path}: {n} keys; at most {MAX_KEYS} are read")
        for _ in range(n):
            key, kind = head.text(), head.number("<I")
            head.where = f"{path}, {key[:80]!r}"
            wanted = key.startswith("tokenizer.") and (kind != _ARRAY or key in ARRAYS)
            value = head.value(kind, wanted=wanted)
            if wanted:
                if key in result:
                    raise VocabError(f"{head.where}: the key stands twice")
                result[key] = value
    return result


def load(path: str | os.PathLike[str], *, name: str | None = None) -> VocabSpec:
    """A VocabSpec from the head of a GGUF file; see `read_fields`."""
    path = Path(path)
    with no_collection():
        return parse(read_fields(path), source=str(path), name=name or path.stem)


def _get(fields: dict[str, Any], key: str, kind: type, source: str, default: Any = None) -> Any:
    value = fields.get(f"tokenizer.{key}", default)
    if not isinstance(value, kind):
        said = "is missing" if value is None else f"is {type(value).__name__}, not {kind.__name__}"
        raise VocabError(f"{source}: tokenizer.{key} {said}")
    return value


def parse(fields: dict[str, Any], *, source: str, name: str) -> VocabSpec:
    """A VocabSpec from a head's fields; `source` is what messages call it."""
    model = _get(fields, "ggml.model", str, source)
    tokens: list[str] = _get(fields, "ggml.tokens", list, source)
    kinds = _get(fields, "ggml.token_type", list, source, [1] * len(tokens))
    if not all(isinstance(token, str) for token in tokens):
        raise VocabError(f"{source}: tokenizer.ggml.tokens are not strings")
    if len(kinds) != len(tokens) or not all(isinstance(k, int) and 0 <= k <= 6 for k in kinds):
        raise VocabError(f"{source}: tokenizer.ggml.token_type does not fit the tokens")
    readers: dict[str, Callable[..., VocabSpec]] = {"gpt2": _byte_level, "llama": _sentencepiece}
    if model not in readers:
        raise VocabError(
            f"{source}: tokenizer.ggml.model is {model!r}; ctok reads {', '.join(map(repr, readers))}"
        )
    spec = readers[model](fields, tokens, kinds, source, name)
    changes: dict[str, Any] = {"template": _template(fields, len(tokens), source)}
    template = fields.get("tokenizer.chat_template")
    if isinstance(template, str):
        changes["chat_template"] = template
    return VocabSpec(**{**spec.__dict__, **changes})


def _template(fields: dict[str, Any], n_tokens: int, source: str) -> Template | None:
    """The tokens that the head says to put around a text, and around each of two."""
    sides: list[tuple[tuple[int, ...], ...]] = []
    for role in ("bos", "eos"):
        side: tuple[tuple[int, ...], ...] = ()
        if _get(fields, f"ggml.add_{role}_token", bool, source, False):
            number = _get(fields, f"ggml.{role}_token_id", int, source)
            if not 0 <= number < n_tokens:
                raise VocabError(
                    f"{source}: tokenizer.ggml.{role}_token_id is {number} of {n_tokens} tokens"
                )
            side = ((number,),)
        sides.append(side)
    before, behind = sides
    if not before and not behind:
        return None
    items: tuple[tuple[str | tuple[int, ...], ...], ...]
    items = ((*before, "A", *behind), (*before, "B", *behind))
    one, two = (tuple((item, i) for item in side) for i, side in enumerate(items))
    return Template(one, (*one, *two))


def _byte_level(
    fields: dict[str, Any], tokens: list[str], kinds: list[int], source: str, name: str
) -> VocabSpec:
    pre = _get(fields, "ggml.pre", str, source)
    if pre not in PRE:
        raise VocabError(
            f"{source}: ctok does not know tokenizer.ggml.pre {pre!r}; it knows {', '.join(PRE)}"
        )
    patterns, whole = PRE[pre]
    splits: list[dict[str, object]] = [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}
        for pattern in patterns
        if pattern
    ]
    last = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": not patterns[-1]}
    vocab: dict[str, int] = {}
    for i, (token, kind) in enumerate(zip(tokens, kinds, strict=True)):
        if kind != sentencepiece.UNUSED and vocab.setdefault(token, i) != i:
            raise VocabError(
                f"{source}: tokenizer.ggml.tokens {vocab[token]} and {i} are both {token[:60]!r}"
            )
    found = [i for i, kind in enumerate(kinds) if kind in _FOUND]
    spec = huggingface.parse(
        {
            "model": {
                "type": "BPE",
                "vocab": vocab,
                "merges": _get(fields, "ggml.merges", list, source),
                "ignore_merges": whole,
            },
            "normalizer": {"type": "NFC"} if pre in NFC else None,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*splits, last]},
            "decoder": {"type": "ByteLevel"},
            "added_tokens": [
                {
                    "content": tokens[i],
                    "id": i,
                    "special": kinds[i] == sentencepiece.CONTROL,
                    "normalized": False,
                }
                for i in found
            ],
        },
        source=source,
        name=name,
        called={
            "vocab": f"{source}: tokenizer.ggml.tokens",
            "merges": f"{source}: tokenizer.ggml.merges",
        },
    )
    # They stand among the tokens, but no piece of a text is one of them.
    hidden = np.union1d(() if spec.hidden is None else spec.hidden, found)
    return VocabSpec(**{**spec.__dict__, "hidden": hidden.astype(np.uint32)})


def _sentencepiece(
    fields: dict[str, Any], tokens: list[str], kinds: list[int], source: str, name: str
) -> VocabSpec:
    scores = _get(fields, "ggml.scores", list, source)
    if len(scores) != len(tokens) or not all(isinstance(s, float) and s == s for s in scores):
        raise VocabError(f"{source}: tokenizer.ggml.scores do not fit the tokens")
    pieces = [
        sentencepiece.Piece(token, score, kind or 1)
        for token, score, kind in zip(tokens, scores, kinds, strict=True)
    ]
    prefix = _get(fields, "ggml.add_space_prefix", bool, source, True)
    squeezes = _get(fields, "ggml.remove_extra_whitespaces", bool, source, False)
    return sentencepiece.spec_of(
        pieces,
        source=source,
        name=name,
        byte_fallback=True,
        # llama.cpp looks for tokens first, and puts the prefix before each stretch between them.
        steps=sentencepiece.steps_of(dummy_prefix=prefix, squeezes=squeezes, first=False),
        dummy_prefix=prefix,
        normalized=False,
    )
