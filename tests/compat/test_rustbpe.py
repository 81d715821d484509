"""rustbpe's class over ctok, beside rustbpe itself."""

import pickle

import pytest
import rustbpe as theirs
import tiktoken as their_tiktoken

import ctok
from ctok.compat import rustbpe as ours
from ctok.compat import tiktoken as our_tiktoken

from .. import train_texts

NANOCHAT = ctok.families()["nanochat"]


@pytest.fixture(scope="module")
def texts():
    # Text's ends tell cl100k's pattern from that of rustbpe.
    return [text + "  \n  " * (i % 2) for i, text in enumerate(train_texts.every_kind())]


def both(texts, vocab_size=1500, **options):
    """The same training by ctok and by rustbpe."""
    trained = ours.Tokenizer(), theirs.Tokenizer()
    for one in trained:
        assert one.train_from_iterator(iter(texts), vocab_size, **options) is None
    return trained


@pytest.mark.parametrize("options", [{}, {"buffer_size": 10, "pattern": NANOCHAT}])
def test_all_methods_give_what_those_of_rustbpe_give(texts, options):
    one, other = both(texts, **options)
    assert one.get_pattern() == other.get_pattern()
    assert one.vocab_size == other.vocab_size == 1500
    assert one.get_mergeable_ranks() == other.get_mergeable_ranks()
    assert one.batch_encode(texts[:20]) == other.batch_encode(texts[:20])
    for text in [*texts[:5], "", "<|bos|> \n\n ", "\U0001f600 中文"]:
        ids = one.encode(text)
        assert ids == other.encode(text)
        assert one.decode(ids) == other.decode(ids) == text


def test_before_training_there_are_the_bytes():
    one, other = ours.Tokenizer(), theirs.Tokenizer()
    assert one.get_mergeable_ranks() == other.get_mergeable_ranks()
    assert (one.get_pattern(), one.vocab_size) == (other.get_pattern(), other.vocab_size)


def test_what_rustbpe_refuses_is_a_value_error(texts):
    one = ours.Tokenizer()
    one.train_from_iterator(texts[:3], 300)
    for call in (
        lambda: one.train_from_iterator(texts, 255),
        lambda: one.train_from_iterator(texts, 300, pattern="("),
        lambda: one.decode([5000]),
        lambda: one.decode([255]),
    ):
        with pytest.raises(ValueError, match="."):
            call()
    with pytest.raises(TypeError):
        one.train_from_iterator([5], 300)
    assert one.vocab_size == 300
    assert pickle.loads(pickle.dumps(one)).encode("the text") == one.encode("the text")


def nanochat_encoding(rustbpe, tiktoken, texts):
    """What nanochat trains, makes, saves and loads, with either pair of libraries."""
    specials = ["<|bos|>", "<|user_start|>", "<|user_end|>"]
    tokenizer = rustbpe.Tokenizer()
    tokenizer.train_from_iterator(iter(texts), 1024 - len(specials), pattern=NANOCHAT)
    ranks = {bytes(token): rank for token, rank in tokenizer.get_mergeable_ranks()}
    encoding = tiktoken.Encoding(
        name="rustbpe",
        pat_str=tokenizer.get_pattern(),
        mergeable_ranks=ranks,
        special_tokens={token: len(ranks) + i for i, token in enumerate(specials)},
    )
    return pickle.loads(pickle.dumps(encoding))


def test_nanochat_runs_over_ctok_in_the_place_of_both_libraries(texts):
    encodings = [
        nanochat_encoding(ours, our_tiktoken, texts),
        nanochat_encoding(theirs, their_tiktoken, texts),
    ]
    answers = []
    for encoding in encodings:
        rows = encoding.encode_ordinary_batch(texts[:50], num_threads=2)
        bos = encoding.encode_single_token("<|bos|>")
        answers.append(
            [
                rows,
                [encoding.decode([bos, *row]) for row in rows],
                encoding.encode_ordinary("a <|bos|>"),
                (encoding.n_vocab, encoding.special_tokens_set, bos),
                [encoding.decode([number]) for number in range(encoding.n_vocab)],
            ]
        )
    assert answers[0] == answers[1]
