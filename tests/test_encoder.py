"""Text into ids: every entry point agrees with the plain algorithm."""

import random
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import reference
from ctok.encoder import Encoder

from . import texts, vocabs


def test_encode_of_letters_by_hand(letters):
    a, b, c, ab, bc, abc, cab = *b"abc", 256, 257, 258, 259
    assert letters.encode("abc") == [abc]
    assert letters.encode("abcb") == [abc, b]
    assert letters.encode("cabc") == [c, abc]  # ab before cab
    assert letters.encode("cab") == [cab]
    assert letters.encode("bcab") == [bc, ab]
    assert letters.encode("aab") == [a, ab]
    assert letters.encode("") == []


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("gpt2", "hello world", [31373, 995]),
        ("r50k_base", "hello world", [31373, 995]),
        ("p50k_base", "hello  world", [31373, 220, 995]),
        ("cl100k_base", "hello world", [15339, 1917]),
        ("cl100k_base", "0", [15]),
        ("o200k_base", "hello world", [24912, 2375]),
        ("o200k_base", "", []),
    ],
)
def test_encode_gives_published_ids(name, text, ids):
    assert ctok.get_encoding(name).encode(text) == ids


@pytest.mark.parametrize("text", texts.REGRESSIONS, ids=ascii)
def test_strings_that_broke_others_agree_with_reference(encoding, text):
    tokenizer, plain = encoding
    if "\U00032d47" not in text:  # of another category in the regex module's Unicode
        assert tokenizer.encode_ordinary(text) == reference.encode(plain, text)


@pytest.mark.parametrize("data", texts.INVALID_UTF8, ids=repr)
def test_a_byte_of_no_character_is_a_symbol(encoding, data):
    tokenizer, plain = encoding
    ids = tokenizer.encode(data)
    assert ids == reference.encode(plain, data)
    assert tokenizer.decode_bytes(ids) == data


@given(texts.any_bytes)
def test_every_byte_string_comes_back(data):
    for name in vocabs.DISTINCT:
        tokenizer = ctok.get_encoding(name)
        assert tokenizer.decode_bytes(tokenizer.encode_ordinary(data)) == data


@given(texts.any_text)
def test_every_text_comes_back(text):
    for name in vocabs.DISTINCT:
        tokenizer = ctok.get_encoding(name)
        assert tokenizer.decode(tokenizer.encode_ordinary(text), "strict") == text


@given(texts.any_text)
def test_bytes_have_the_ids_of_the_str(text):
    for name in vocabs.DISTINCT:
        tokenizer = ctok.get_encoding(name)
        assert tokenizer.encode_ordinary(text.encode()) == tokenizer.encode_ordinary(text)


@given(texts.nasty)
def test_entry_points_agree(text):
    tokenizer = ctok.get_encoding("o200k_base")
    how = {"allowed_special": "all"}
    ids = tokenizer.encode(text, **how)
    assert tokenizer.encode_to_numpy(text, **how).tolist() == ids
    assert tokenizer.encode_to_numpy(text, **how).dtype == np.uint32
    assert tokenizer.encode_batch([text], **how).tolist() == [ids]
    assert tokenizer.encode_with_offsets(text, **how)[0].tolist() == ids
    assert tokenizer.encode_segments([(text, True)]) == ids
    assert tokenizer.count(text, **how) == len(ids)
    assert tokenizer.count_batch([text], **how).tolist() == [len(ids)]
    assert ctok.encode(text, tokenizer, **how) == ids
    assert ctok.encode(text, **how) == ids
    assert ctok.encode_batch([text], **how).tolist() == [ids]
    assert ctok.count(text, **how) == len(ids)
    assert ctok.count_batch([text], **how).tolist() == [len(ids)]


@given(vocabs.token_lists(), st.lists(st.text("abcd", max_size=70), max_size=6))
def test_any_vocabulary_agrees_with_reference(tokens, words):
    tokenizer = vocabs.make(tokens)
    plain = vocabs.reference_of(tokenizer)
    for word in words:
        assert tokenizer.encode_ordinary(word) == reference.encode(plain, word)


@given(vocabs.proper_token_lists(), st.text("abc", max_size=300))
def test_a_proper_vocabulary_agrees_with_reference_on_long_pieces(tokens, word):
    tokenizer = vocabs.make(tokens)
    assert tokenizer.encode_ordinary(word) == reference.encode(vocabs.reference_of(tokenizer), word)


@pytest.mark.parametrize("length", [1, 2, 46, 47, 48, 49, 50, 95, 96, 97, 300])
def test_a_piece_of_any_length_agrees_with_reference(encoding, length):
    tokenizer, plain = encoding
    for unit in ("a", "ab", "=-", "\u0301", "\u4e9c", "\U0001f30d", " ", "-=*"):
        text = (unit * length)[:length]
        assert tokenizer.encode_ordinary(text) == reference.encode(plain, text)


# A token of 65 bytes, found from its end: a window of 64 that starts with it sees 14 small tokens and
# one of 50, and the next window starts with that one, where it began.
LONG_TOKEN = """
import sys, ctok
from ctok.loaders import tiktoken
run, last, lead = sys.argv[1:]
tokens = [run[:k] for k in range(2, len(run) + 1)] + [run + last]
tokens += [lead[k:] + run + last for k in reversed(range(len(lead)))]
every = [bytes([value]) for value in range(256)] + [token.encode() for token in tokens]
spec = tiktoken.from_ranks(dict(enumerate(every)), name="long", pattern="(?s:.+)")
tokenizer = ctok.Tokenizer(spec)
assert tokenizer.vocab.is_linear
assert tokenizer.encode("....." + tokens[-1]) == [46] * 5 + [len(every) - 1]
"""


def test_a_token_longer_than_a_window_comes_to_an_end():
    letters = string.ascii_letters[:50], "!", "0123456789+-*/"
    subprocess.run([sys.executable, "-c", LONG_TOKEN, *letters], check=True, timeout=60)


def test_a_token_that_no_merge_reaches_comes_from_the_whole_piece_only():
    tokenizer = vocabs.make([b"xyz"], pattern=r"[a-z]+|[^a-z]")
    assert not tokenizer.is_proper
    assert tokenizer.encode("xyz!axyz") == [256, ord("!"), *b"axyz"]


def test_a_gap_in_the_ranks_is_allowed():
    from ctok.loaders import tiktoken as rank_files

    ranks = {value: bytes([value]) for value in range(256)} | {1000: b"ab", 2000: b"abc"}
    spec = rank_files.from_ranks(ranks, name="gap", pattern=vocabs.ANY_CHARACTERS)
    tokenizer = ctok.Tokenizer(spec)
    assert tokenizer.encode("abcab") == [2000, 1000]
    assert tokenizer.decode([2000, 1000]) == "abcab"
    assert tokenizer.n_vocab == 2001
    with pytest.raises(ctok.DecodeError, match="1500 at index 1"):
        tokenizer.decode([1000, 1500])


@pytest.mark.parametrize("bad", [None, 1, 1.5, ["a"], bytearray(b"a"), memoryview(b"a")], ids=type)
@pytest.mark.parametrize(
    "method",
    ["encode", "encode_ordinary", "encode_to_numpy", "count", "encode_with_offsets", "pieces"],
)
def test_a_text_of_a_wrong_type_is_refused_by_name(o200k, method, bad):
    with pytest.raises(TypeError, match=type(bad).__name__):
        getattr(o200k, method)(bad)


def test_a_regex_that_is_refused_runs_through_the_regex_module():
    tokens = [b"ab", b"abc", b"  "]
    # no automaton looks back
    pattern = r"\w+(?<=\w)|\s+|[^\w\s]"
    tokenizer = vocabs.make(tokens, pattern=pattern, specials={"<s>": 300})
    assert tokenizer.pretokenizer.startswith("regex: ")
    plain = vocabs.reference_of(tokenizer)
    for text in [*texts.random_texts(9, 300), *texts.REGRESSIONS, *texts.INVALID_UTF8]:
        assert tokenizer.encode_ordinary(text) == reference.encode(plain, text)
        assert tokenizer.count(text) == len(reference.encode(plain, text))
    batch = ["ab  abc", "", "a<s>b" * 100]
    expected = [reference.encode(plain, text, allowed=["<s>"]) for text in batch]
    assert tokenizer.encode_batch(batch, allowed_special="all").tolist() == expected
    assert tokenizer.count_batch(batch, allowed_special="all").tolist() == list(map(len, expected))
    with pytest.raises(ctok.SpecialTokenError, match="<s>"):
        tokenizer.encode("a<s>")


@pytest.mark.parametrize("ends", [[0, 3], [2, 2, 3], [2, 1, 3], [1, 2], [1, 4], [-1, 3]], ids=str)
def test_pieces_that_do_not_cover_their_text_are_refused(ends):
    encoder = Encoder(ctok.get_encoding("gpt2").vocab, -1)
    with pytest.raises(ValueError, match="piece"):
        encoder.encode_pieces([(b"abc", np.array(ends, dtype=np.intp))])


@pytest.mark.parametrize("backend", ctok.backends())
@pytest.mark.parametrize("cache_bytes", [0, 1 << 20])
def test_counts_are_the_numbers_of_ids_wherever_a_long_piece_stands(o200k, backend, cache_bytes):
    tokenizer = ctok.Tokenizer(o200k.vocab, backend=backend, cache_bytes=cache_bytes)
    for before in range(18):
        for odd in (" qzxwvkjyq", " " + "qzxwv" * 9, " " + "kjyqz" * 60):
            text = " one" * before + odd + " two" * 9 + odd + odd
            expected = len(o200k.encode(text))
            assert tokenizer.count(text) == expected
            assert tokenizer.count_batch([text, "", text]).tolist() == [expected, 0, expected]


@pytest.mark.parametrize("cache_bytes", [1 << 20, 8 << 20, 60 << 20, 300 << 20])
def test_ids_do_not_depend_on_how_far_a_cache_has_grown(o200k, cache_bytes):
    """More distinct words than the first memory has entries, some of many ids; in texts of several
    sizes, and in one that is encoded with pauses; then all once more."""
    pick = random.Random(7)
    words = [
        "".join(pick.choices("aeiouklmnrst\u0105\u4e2d", k=pick.randint(1, 14)))
        for _ in range(60_000)
    ]
    texts = [" ".join(words[i : i + 2_000]) for i in range(0, 40_000, 2_000)] + words[:3_000]
    texts.append(" ".join(words[40_000:]))
    expected = ctok.Tokenizer(o200k.vocab, cache_bytes=0).encode_batch(texts, threads=1)
    tokenizer = ctok.Tokenizer(o200k.vocab, cache_bytes=cache_bytes)
    for _ in range(2):
        got = tokenizer.encode_batch(texts, threads=1)
        assert np.array_equal(got.ids, expected.ids)
        assert np.array_equal(got.offsets, expected.offsets)
        assert (
            tokenizer.count_batch(texts, threads=1).tolist() == np.diff(expected.offsets).tolist()
        )
        for i in range(0, len(texts), 101):
            assert tokenizer.encode(texts[i]) == expected[i].tolist()


NO_ARRAY = """
import ctok
from ctok import encoder
class NoMemory:
    def asarray(self, ids):
        raise MemoryError
tokenizer, text = ctok.get_encoding("o200k_base"), "hello, world " * 100_000
numpy, encoder.np = encoder.np, NoMemory()
for _ in range(3):
    try:
        tokenizer.encode_to_numpy(text)
    except MemoryError:
        continue
    raise SystemExit("no error")
encoder.np = numpy
assert len(tokenizer.encode_to_numpy(text)) == 300_001
"""


def test_ids_are_freed_once_when_there_is_no_memory_for_their_array():
    subprocess.run([sys.executable, "-c", NO_ARRAY], check=True, timeout=60)
