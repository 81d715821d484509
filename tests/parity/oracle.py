"""The other libraries' tokenizers, made from the bundled ranks: nothing is downloaded."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import tiktoken
import tokenizers
from tiktoken_ext import openai_public
from tokenizers import decoders, models, pre_tokenizers

import ctok

from .. import vocabs


@functools.cache
def _ranks(name: str) -> dict[bytes, int]:
    return vocabs.ranks_of(ctok.get_encoding(name))


@functools.cache
def tiktoken_facts(name: str) -> dict[str, Any]:
    """What tiktoken's own registry says of an encoding: pattern, special tokens, sizes."""

    def load_tiktoken_bpe(url: str, expected_hash: str) -> dict[bytes, int]:
        return _ranks(url.rsplit("/", 1)[1].removesuffix(".tiktoken"))

    def data_gym_to_mergeable_bpe_ranks(**_files: str) -> dict[bytes, int]:
        return _ranks("r50k_base")

    with (
        mock.patch.object(openai_public, "load_tiktoken_bpe", load_tiktoken_bpe),
        mock.patch.object(
            openai_public, "data_gym_to_mergeable_bpe_ranks", data_gym_to_mergeable_bpe_ranks
        ),
    ):
        return openai_public.ENCODING_CONSTRUCTORS[name]()


@functools.cache
def tiktoken_of(name: str) -> tiktoken.Encoding:
    """tiktoken's Encoding of a name."""
    return tiktoken.Encoding(**tiktoken_facts(name))


@functools.cache
def tokenizers_gpt2() -> tokenizers.Tokenizer:
    """GPT-2 as Hugging Face builds it: a list of merges over characters that stand for bytes."""
    tokenizer = ctok.get_encoding("gpt2")
    ranks = _ranks("gpt2")
    letters = _letters_of_bytes()
    spelled = {token: "".join(letters[byte] for byte in token) for token in ranks}
    tokens = sorted(ranks, key=ranks.__getitem__)
    splits = tokenizer.vocab.split_lengths.tolist()
    merges = [
        (spelled[token[:cut]], spelled[token[cut:]])
        for token, cut in zip(tokens, splits, strict=True)
        if cut
    ]
    vocab = {spelled[token]: rank for token, rank in ranks.items()}
    result = tokenizers.Tokenizer(models.BPE(vocab, merges))
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    result.decoder = decoders.ByteLevel()
    return result


def _letters_of_bytes() -> list[str]:
    """GPT-2's character for each byte: itself when it can be printed, else one of U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]
