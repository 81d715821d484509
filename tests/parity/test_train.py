"""The merges of other trainers, rank by rank."""

import pytest
import rustbpe
import tokenizers
from tokenizers import models, pre_tokenizers, trainers

import ctok
from ctok import alphabet

from .. import train_texts


@pytest.fixture(scope="module")
def texts():
    return train_texts.every_kind()


@pytest.mark.parametrize("pattern", ["cl100k", "nanochat", "o200k", r"\p{L}+|[^\p{L}]"])
def test_train_agrees_with_rustbpe(texts, pattern):
    other = rustbpe.Tokenizer()
    other.train_from_iterator(iter(texts), 3000, pattern=ctok.families().get(pattern, pattern))
    trained = ctok.train(texts, 3000, pattern=pattern, progress=False)
    expected = [(bytes(token), rank) for token, rank in other.get_mergeable_ranks()]
    assert trained.get_mergeable_ranks() == expected


@pytest.mark.parametrize("pattern", ["llama3", "qwen2"])
def test_train_agrees_with_huggingface(texts, pattern):
    other = tokenizers.Tokenizer(models.BPE())
    split = pre_tokenizers.Split(tokenizers.Regex(ctok.families()[pattern]), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    other.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    other.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=3000,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    vocab = other.get_vocab()
    expected = [alphabet.to_bytes(token) for token in sorted(vocab, key=vocab.__getitem__)]
    trained = ctok.train(texts, 3000, pattern=pattern, ties="huggingface", progress=False)
    assert [token for token, _ in trained.get_mergeable_ranks()] == expected


@pytest.mark.parametrize(
    "options",
    [{"pattern": "o200k"}, {"pattern": "llama3", "ties": "huggingface"}, {"initial": "characters"}],
    ids=["o200k", "huggingface", "characters"],
)
def test_trained_tokenizers_encode_alike_in_other_libraries(texts, options):
    trained = ctok.train(texts, 3000, special_tokens=["<|bos|>"], progress=False, **options)
    other = tokenizers.Tokenizer.from_str(trained.to_tokenizer_json())
    plain = trained.to_tiktoken()
    assert other.get_vocab_size() == plain.n_vocab == 3000
    for text in [*texts[:3], *texts[-30:]]:
        ids = trained.encode(text)
        assert other.encode(text).ids == ids
        assert plain.encode(text) == ids
