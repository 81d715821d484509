"""Vocab: the frozen tables, against a dict of ranks."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import ctok
from ctok import catalog, reference

from . import vocabs


def test_rank_is_that_of_the_joined_bytes():
    vocab = vocabs.make([b"ab", b"abc"]).vocab
    assert vocab.rank(ord("a"), ord("b")) == 256
    assert vocab.rank(256, ord("c")) == 257
    assert vocab.rank(ord("b"), ord("c")) is None
    assert vocab.rank(ord("b"), ord("a")) is None


@pytest.mark.parametrize("bad", [-1, 258, 2**31, 2**32, 2**64])
def test_rank_of_an_id_without_a_token_is_none(bad):
    vocab = vocabs.make([b"ab", b"abc"]).vocab
    assert vocab.rank(bad, ord("b")) is None
    assert vocab.rank(ord("a"), bad) is None


def test_find_gives_the_id_of_exactly_these_bytes(encoding):
    tokenizer, plain = encoding
    for token, rank in plain.ranks.items():
        assert tokenizer.vocab.find(token) == rank
    for token in list(plain.ranks)[::97]:
        for other in (token + b"\xff\xfe", b"\x00" + token + b"\x00", token[:-1] + b"\x01\x02"):
            assert tokenizer.vocab.find(other) == plain.ranks.get(other)
    assert tokenizer.vocab.find(b"") is None


def test_token_gives_the_bytes_of_an_id_or_none():
    vocab = vocabs.make([b"ab"], specials={"<s>": 300}).vocab
    assert vocab.token(256) == b"ab"
    assert vocab.token(300) == b"<s>"
    for gap in (257, 299, 301, -1, 2**40):
        assert vocab.token(gap) is None


def test_pairs_of_a_proper_vocabulary_are_one_a_token(encoding):
    tokenizer, plain = encoding
    vocab = tokenizer.vocab
    assert vocab.is_proper
    cuts = vocab.split_lengths.tolist()
    for token, rank in plain.ranks.items():
        cut = cuts[rank]
        assert (cut == 0) == (len(token) == 1)
        if cut:
            assert vocab.rank(plain.ranks[token[:cut]], plain.ranks[token[cut:]]) == rank
    long = [(token, rank) for token, rank in plain.ranks.items() if len(token) > 1]
    for token, rank in long[::211]:
        parts = reference.merge_parts(plain.ranks, token, below=rank)
        assert parts == [token[: cuts[rank]], token[cuts[rank] :]]


@given(vocabs.token_lists())
def test_is_proper_agrees_with_reference(tokens):
    tokenizer = vocabs.make(tokens)
    assert tokenizer.is_proper == reference.is_proper(vocabs.ranks_of(tokenizer))


@given(vocabs.proper_token_lists())
def test_what_a_trainer_makes_is_proper(tokens):
    assert vocabs.make(tokens).is_proper


def test_tables_are_frozen(o200k):
    vocab = o200k.vocab
    for array in (vocab.token_offsets, vocab.byte_ids, vocab.pair_slots, vocab.special_ids):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_byte_ids_are_the_ids_of_single_bytes(encoding):
    tokenizer, plain = encoding
    assert tokenizer.vocab.byte_ids.tolist() == [plain.ranks[bytes([b])] for b in range(256)]


def test_special_tokens_that_share_an_id_decode_to_the_first():
    tokenizer = vocabs.make(specials={"<z>": 300, "<a>": 300})
    assert tokenizer.encode("<a><z>", allowed_special="all") == [300, 300]
    assert tokenizer.decode([300]) == "<z>"


def spec_with(**changes):
    spec = vocabs.make_spec([b"ab"])
    facts = {
        "name": "bad",
        "token_bytes": spec.token_bytes,
        "token_offsets": spec.token_offsets,
        "pattern": spec.pattern,
        "specials": {},
        **changes,
    }
    return ctok.VocabSpec(**facts)


ENDS = np.arange(258, dtype=np.uint32)
BYTES = bytes(range(256)) + b"ab"
BAD_SPECS = {
    "a missing byte": (
        {"token_bytes": b"\x01" + bytes(range(1, 256)) + b"ab"},
        "no token for the byte 0x00",
    ),
    "two tokens alike": (
        {"token_bytes": bytes(range(256)) + b"a", "token_offsets": ENDS},
        "b'a' has two ids, 97 and 256",
    ),
    "offsets too short": ({"token_offsets": ENDS[:-1]}, "do not span"),
    "offsets not from 0": ({"token_offsets": ENDS + 1}, "do not span"),
    "no offsets": ({"token_offsets": ENDS[:0]}, "do not span"),
    "offsets that go back": (
        {"token_offsets": np.array([0, 200, 100, 258], np.uint32)},
        "go back",
    ),
    "a special id that a token has": ({"specials": {"<s>": 256}}, "'<s>' has id 256"),
    "a negative special id": ({"specials": {"<s>": -1}}, "'<s>' has id -1"),
    "a huge special id": ({"specials": {"<s>": 2**32}}, f"'<s>' has id {2**32}"),
    "an empty special token": ({"specials": {"": 300}}, "empty string"),
    "too few splits": ({"split_at": np.zeros(3, np.uint32)}, "3 splits for 257 ids"),
    "a split beyond the token": (
        {"split_at": np.array([0] * 256 + [2], np.uint32)},
        "token 256 is not cut",
    ),
}


@pytest.mark.parametrize("case", BAD_SPECS)
def test_a_spec_that_cannot_be_used_is_refused_by_name(case):
    changes, message = BAD_SPECS[case]
    with pytest.raises(ctok.VocabError, match=message) as caught:
        ctok.Tokenizer(spec_with(**{"token_bytes": BYTES, **changes}))
    assert "'bad'" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_an_empty_vocabulary_is_refused():
    with pytest.raises(ctok.VocabError, match="256 of 256 are missing"):
        ctok.Tokenizer(spec_with(token_bytes=b"", token_offsets=np.zeros(1, np.uint32)))


RESIDENT = """
import sys, numpy

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])

before = resident()
import ctok
ctok.get_encoding("o200k_base").encode("hello")
print(resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
@pytest.mark.skipif("CTOK_BUILD" in os.environ, reason="a sanitizer takes memory too")
def test_a_loaded_o200k_takes_under_25_megabytes_over_numpy():
    command = [sys.executable, "-c", RESIDENT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) * os.sysconf("SC_PAGE_SIZE") < 25_000_000


def test_the_tables_of_o200k_take_what_the_docs_say():
    sizes = {
        name: array.nbytes / 1e6
        for name, array in ctok.get_encoding("o200k_base").vocab.as_arrays().items()
    }
    assert {name: round(size, 1) for name, size in sizes.items()} == {
        "bytes": 1.4,
        "offsets": 0.8,
        "spans": 1.6,
        "byte_ids": 0.0,
        "pair_slots": 2.4,
        "small_slots": 4.2,
        "medium_slots": 4.2,
        "large_slots": 0.1,
        "parts": 1.6,
        "starts": 0.3,
        "heads": 0.1,
        "tall": 0.0,
        "wholes": 0.3,
        "byte_pairs": 0.3,
    }


def test_a_proper_vocabulary_is_encoded_in_linear_time(encoding):
    assert encoding[0].vocab.is_linear
    improper = vocabs.make([b"bc", b"abcd"])
    assert not improper.is_proper
    assert not improper.vocab.is_linear


@pytest.mark.parametrize(
    "piece",
    [
        "." + "\n" * 74,
        "=" * 400,
        "a" * 333,
        "\u4e2d\u6587\u6570" * 50,
        "qzjxvkwpq" * 30,
        "\u3002" + "\n" * 135,
    ],
    ids=["newlines", "equals", "letter", "Chinese", "letters", "stop"],
)
def test_a_long_piece_gives_what_the_rule_gives(encoding, piece):
    tokenizer, plain = encoding
    assert tokenizer.encode_ordinary(piece) == reference.encode(plain, piece)


@pytest.mark.skipif(sys.platform != "linux", reason="huge pages are Linux's")
def test_large_tables_begin_with_a_huge_page(o200k):
    arrays = o200k.vocab.as_arrays()
    for name in ("pair_slots", "small_slots", "medium_slots"):
        assert arrays[name].nbytes >= 2 << 20
        assert arrays[name].__array_interface__["data"][0] % (2 << 20) == 0


def test_a_bundled_encodings_tokens_stand_in_its_tables_alone():
    vocab = ctok.Tokenizer(catalog.load_bundled("p50k_base")).vocab
    assert "token_bytes" not in vars(vocab.spec)
    tokens = vocab.spec.token_bytes
    assert tokens == catalog.load_bundled("p50k_base").token_bytes
    assert pickle.loads(pickle.dumps(vocab.spec)).token_bytes == tokens
