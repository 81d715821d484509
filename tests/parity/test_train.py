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


@pytest.mark.parametrize(
    ("pattern", "vocab_size", "lowest"),
    [("llama3", 3000, 1), ("qwen2", 3000, 1), ("llama3", 1 << 20, 5)],
)
def test_train_agrees_with_huggingface(texts, pattern, vocab_size, lowest):
    other = tokenizers.Tokenizer(models.BPE())
    split = pre_tokenizers.Split(tokenizers.Regex(ctok.families()[pattern]), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    other.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    other.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocab_size,
            min_frequency=lowest,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    vocab = other.get_vocab()
    expected = [alphabet.to_bytes(token) for token in sorted(vocab, key=vocab.__getitem__)]
    trained = ctok.train(
        texts,
        vocab_size,
        pattern=pattern,
        ties="huggingface",
        min_frequency=lowest,
        progress=False,
    )
    assert [token for token, _ in trained.get_mergeable_ranks()] == expected


@pytest.mark.parametrize("longest", [4, 1000])
def test_train_agrees_with_bpeasy(texts, longest):
    bpeasy = pytest.importorskip("bpeasy")
    # Its tokens stay below its limit.
    ranks = bpeasy.train_bpe(iter(texts), ctok.families()["o200k"], longest + 1, 3000)
    trained = ctok.train(texts, 3000, pattern="o200k", max_token_bytes=longest, progress=False)
    assert trained.get_mergeable_ranks() == sorted(ranks.items(), key=lambda item: item[1])


@pytest.mark.parametrize("ties", ["raw_token_ids", "huggingface"])
def test_train_agrees_with_gigatoken(texts, ties):
    gigatoken = pytest.importorskip("gigatoken")
    separator = b"<|between texts|>"
    data = separator.join(text.encode() for text in texts)
    tokens, _ = gigatoken.train_bpe(data, 3000, [], ties, separator)
    own = {"raw_token_ids": "rustbpe", "huggingface": "huggingface"}[ties]
    trained = ctok.train(texts, 3000, pattern="r50k", ties=own, progress=False)
    found = [token for token, _ in trained.get_mergeable_ranks()]
    assert found[256:] == [bytes(tokens[number]) for number in range(256, len(tokens))]


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
