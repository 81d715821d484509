"""Small tokenizer.json values for tests, trained by `tokenizers` on the texts of this machine."""

from __future__ import annotations

import copy
import functools
import json
import random
from typing import Any

import numpy as np
import pytest

from ctok import alphabet, kernels
from ctok.vocab import NO_UTF8

from . import corpus, texts

try:
    import tokenizers
    from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers
except ModuleNotFoundError:

    class _Missing:
        def __getattr__(self, name):
            pytest.skip("the extra test has tokenizers", allow_module_level=True)

    tokenizers = decoders = models = normalizers = pre_tokenizers = trainers = _Missing()

Value = dict[str, Any]
MARK = "\u2581"
SIZE = 3000  # tokens that `byte_level` and `marks` have
BYTE_LEVEL = {
    "type": "ByteLevel",
    "add_prefix_space": False,
    "trim_offsets": True,
    "use_regex": True,
}


@functools.cache
def _sample() -> list[str]:
    return [text[:4000] for text in corpus.collect().texts[:300]]


@functools.cache
def _byte_level() -> str:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        show_progress=False,
        special_tokens=["<|end|>", "<|start|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(_sample(), trainer)
    return tokenizer.to_str()


@functools.cache
def _marks() -> str:
    tokenizer = tokenizers.Tokenizer(
        models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)]
    )
    singles = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        limit_alphabet=300,
        show_progress=False,
        special_tokens=["<unk>", "<s>", "</s>", *singles],
    )
    lines = [line for text in _sample() for line in text.split("\n")]
    tokenizer.train_from_iterator(lines, trainer)
    value = json.loads(tokenizer.to_str())
    value["added_tokens"] = value["added_tokens"][:3]
    value["decoder"] = {
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": MARK}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ],
    }
    return json.dumps(value)


def byte_level(**changes: Any) -> Value:
    """A byte-level BPE as GPT-2's, with some parts replaced."""
    return {**json.loads(_byte_level()), **copy.deepcopy(changes)}


def without_bytes_of_no_text(**changes: Any) -> Value:
    """The same without tokens for the bytes that no UTF-8 has, as GPT-NeoX's vocabulary."""
    value = byte_level(**changes)
    letters = [alphabet.to_text(bytes([byte])) for byte in NO_UTF8]
    vocab = {text: number for text, number in value["model"]["vocab"].items() if text not in letters}
    value["model"]["vocab"] = vocab
    return value


def marks(**changes: Any) -> Value:
    """A BPE over characters as Llama's, spaces marked and bytes to fall back on."""
    return {**json.loads(_marks()), **copy.deepcopy(changes)}


def plain(**changes: Any) -> Value:
    """A BPE over characters with unk_token, as the guide of `tokenizers` trains it."""
    value = marks(normalizer=None, decoder=None, pre_tokenizer={"type": "Whitespace"}, **changes)
    value["model"] |= {"byte_fallback": False, "fuse_unk": False}
    return value


def suffixed(suffix: str = "</w>") -> Value:
    """A byte-level BPE as CLIP's, whose words end with a suffix."""
    tokenizer = tokenizers.Tokenizer(models.BPE(end_of_word_suffix=suffix))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=2000,
        show_progress=False,
        end_of_word_suffix=suffix,
        initial_alphabet=alphabet,
    )
    tokenizer.train_from_iterator(_sample()[:60], trainer)
    value: Value = json.loads(tokenizer.to_str())
    vocab = value["model"]["vocab"]
    for letter in sorted(alphabet):  # CLIP's vocabulary holds both forms of every byte
        for text in (letter, letter + suffix):
            vocab.setdefault(text, len(vocab))
    return value


def affixed(prefix: str, suffix: str, **changes: Any) -> Value:
    """A BPE over characters whose parts of words have a prefix, a suffix or both, with unk_token.

    Its texts have the affixes in them, so that there are tokens that look as if they had one.
    """
    affixes = {"continuing_subword_prefix": prefix, "end_of_word_suffix": suffix}
    affixes = {name: affix for name, affix in affixes.items() if affix}
    tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", **affixes))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=1500,
        limit_alphabet=60,
        show_progress=False,
        special_tokens=["<unk>"],
        **affixes,
    )
    literal = [f"{prefix * n}a{prefix} a{suffix * n} {suffix}b" for n in (1, 2, 3)] * 30
    tokenizer.train_from_iterator(_sample()[:60] + literal, trainer)
    return {**json.loads(tokenizer.to_str()), **copy.deepcopy(changes)}


def affixed_bytes(prefix: str, suffix: str) -> Value:
    """A byte-level BPE whose parts of words have a prefix and a suffix, in every form of a byte."""
    value = affixed(prefix, suffix, pre_tokenizer=BYTE_LEVEL, decoder=BYTE_LEVEL)
    vocab = value["model"]["vocab"]
    for letter in sorted(pre_tokenizers.ByteLevel.alphabet()):
        for before in ("", prefix):
            for behind in ("", suffix):
                vocab.setdefault(before + letter + behind, len(vocab))
    return value


def with_model(value: Value, **changes: Any) -> Value:
    """The same with other fields of its model."""
    value["model"] |= changes
    return value


def reference(value: Value) -> tokenizers.Tokenizer:
    """The tokenizer that `tokenizers` makes of a value."""
    return tokenizers.Tokenizer.from_str(json.dumps(value))


def hostile(seed: int, count: int, contents: list[str]) -> list[str]:
    """Nasty strings without half a surrogate pair, with added tokens among them."""
    choose = random.Random(seed)
    result = []
    for text in texts.random_texts(seed, count):
        pick = choose.random()
        if contents and pick < 0.5:
            token, at = choose.choice(contents), choose.randrange(len(text) + 1)
            text = text[:at] + token + text[at:]
        result.append(readable(text))
    return result


@functools.cache
def _unassigned() -> dict[int, str]:
    """Code points that Unicode 16 does not have: later versions, and so the `regex` module, may."""
    return {int(code): "\u0378" for code in np.flatnonzero((kernels.categories() & 31) == 29)}


def readable(text: str) -> str:
    """A text without half a surrogate pair and without characters of later versions of Unicode."""
    return text.encode("utf-8", "replace").decode().translate(_unassigned())
