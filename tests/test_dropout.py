"""Merges put off by chance: repeatable, nothing at 0, everything at 1, else as in tokenizers."""

from __future__ import annotations

import collections

import pytest

import ctok

from . import models

TEXT = "Some words, others; naïve 你好 and 12345  spaces\n"
MAKERS = {"byte_level": models.byte_level, "marks": models.marks, "suffixed": models.suffixed}


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_dropout_gives_the_same_ids_for_the_same_seed(make):
    tokenizer = ctok.load(make())
    first = tokenizer.encode(TEXT, dropout=0.3, seed=5)
    assert first == tokenizer.encode(TEXT, dropout=0.3, seed=5)
    assert len({tuple(tokenizer.encode(TEXT, dropout=0.8, seed=i)) for i in range(20)}) > 10
    assert tokenizer.decode_bytes(first) == tokenizer.decode_bytes(tokenizer.encode(TEXT))


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_dropout_of_nearly_nothing_changes_nothing(make):
    tokenizer = ctok.load(make())
    assert tokenizer.encode(TEXT, dropout=0, seed=1) == tokenizer.encode(TEXT)
    assert tokenizer.encode(TEXT, dropout=1e-12, seed=1) == tokenizer.encode(TEXT)


def test_full_dropout_merges_nothing():
    tokenizer = ctok.get_encoding("cl100k_base")
    ids = tokenizer.encode(TEXT, dropout=1)
    assert [tokenizer.decode_bytes([i]) for i in ids] == [bytes([b]) for b in TEXT.encode()]


def test_special_tokens_are_not_left_to_chance():
    tokenizer = ctok.load(models.byte_level())
    ids = tokenizer.encode("ab<|end|>ab", allowed_special="all", dropout=1)
    assert tokenizer.special_tokens["<|end|>"] in ids
    with pytest.raises(ctok.SpecialTokenError):
        tokenizer.encode("<|end|>", dropout=0.5)


@pytest.mark.parametrize("dropout", [-0.1, 1.1, float("nan")])
def test_a_dropout_that_is_no_probability_is_refused(dropout):
    with pytest.raises(ValueError, match="it is from 0 to 1"):
        ctok.get_encoding("cl100k_base").encode("a", dropout=dropout)


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
@pytest.mark.parametrize("dropout", [0.1, 0.5])
def test_ids_are_distributed_as_in_tokenizers(make, dropout):
    """Each way to cut some words, and how often: the two samples differ by no more than chance."""
    value, n = make(), 4000
    ours, theirs = ctok.load(value), models.reference(value)
    theirs.model.dropout = dropout
    for text in ("other things", "international"):
        mine, other = collections.Counter(), collections.Counter()
        for i in range(n):
            mine[tuple(ours.encode(text, dropout=dropout, seed=i))] += 1
            other[tuple(theirs.encode(text, add_special_tokens=False).ids)] += 1
        for ids in set(mine) | set(other):
            spread = (mine[ids] + other[ids] + 1) ** 0.5
            assert abs(mine[ids] - other[ids]) < 6 * spread, (ids, mine[ids], other[ids])
