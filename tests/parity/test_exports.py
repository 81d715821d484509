"""What ctok writes, also after an edit, is to tokenizers and tiktoken what it is to ctok."""

from __future__ import annotations

import json

import pytest
import tiktoken
import tokenizers

import ctok

from .. import models
from .test_huggingface import EDGES, VARIANTS, numbered

WORDS = r"\p{L}+|\s+$|\s+|\p{N}{1,2}+"  # other characters are no match
EDITS = {
    "as it is": lambda t: t,
    "more special tokens": lambda t: t.with_special_tokens({"<new>": 4000, "<next>": 4700}),
    "a family": lambda t: t.with_pattern("cl100k"),
    "a pattern": lambda t: t.with_pattern(WORDS),
    "fewer tokens": lambda t: t.resized(1500),
    "both": lambda t: t.with_special_tokens({"<new>": 4000}).resized(2000),
}
KINDS = {
    "byte_level": models.byte_level,
    "edges": lambda: models.byte_level(added_tokens=numbered(EDGES)),
    "nfc": lambda: models.byte_level(normalizer={"type": "NFC"}),
}
CONTENTS = ["<|end|>", "<new>", "<next>", *(token["content"] for token in EDGES)]


def agree(ours, texts):
    text = ours.to_tokenizer_json()
    theirs = tokenizers.Tokenizer.from_str(text)
    again = ctok.load(json.loads(text))
    for sample in texts:
        ids = ours.encode(sample, allowed_special="all")
        assert theirs.encode(sample, add_special_tokens=False).ids == ids, sample
        assert theirs.decode(ids, skip_special_tokens=False) == ours.decode(ids)
        assert again.encode(sample, allowed_special="all") == ids


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_tokenizer_json_says_to_tokenizers_what_it_says_here(kind, edit):
    ours = EDITS[edit](ctok.load(KINDS[kind]()))
    agree(ours, models.hostile(3, 300, CONTENTS))


def test_special_tokens_behind_a_gap_keep_their_ids():
    """Tokenizers would number them from the vocabulary's size on."""
    names = ["<|endoftext|>", "<|fim_prefix|>", "<|endofprompt|>"]
    agree(ctok.get_encoding("cl100k_base"), models.hostile(5, 200, names))


def test_a_pattern_and_a_space_before_texts_are_not_written_together():
    with pytest.raises(ctok.VocabError, match="puts a space before texts"):
        ctok.load(VARIANTS["prefix_space"]()).with_pattern(WORDS)


@pytest.mark.parametrize("variant", ["byte_level", "Isolated-False", "Removed-True", "line_ends"])
@pytest.mark.parametrize("edit", ["as it is", "a family", "a pattern"])
def test_a_tiktoken_encoding_cuts_as_it_does(variant, edit):
    ours = EDITS[edit](ctok.load(VARIANTS[variant]()))
    if variant == "line_ends" and edit == "as it is":
        with pytest.raises(ctok.VocabError, match="tiktoken has no way"):
            ours.to_tiktoken()
        return
    theirs = ours.to_tiktoken()
    assert isinstance(theirs, tiktoken.Encoding)
    for sample in models.hostile(4, 400, CONTENTS):
        ids = ours.encode(sample, allowed_special="all")
        assert theirs.encode(sample, allowed_special="all") == ids, sample
