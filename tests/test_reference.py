"""The plain algorithm, by hand: what everything else is compared with must be right by itself."""

import re

import pytest

from ctok import reference

WORDS = r"\w+|\W"


@pytest.fixture
def vocab():
    tokens = [bytes([value]) for value in range(256)] + [b"ab", b"bc", b"abc", b"aab"]
    return reference.Vocabulary(
        WORDS, {token: rank for rank, token in enumerate(tokens)}, {"<s>": 300, "<s>>": 301}
    )


def test_merge_takes_the_lowest_rank_first():
    ranks = {b"a": 0, b"b": 1, b"c": 2, b"bc": 3, b"ab": 4}
    assert reference.merge_parts(ranks, b"abc") == [b"a", b"bc"]


def test_merge_breaks_ties_leftmost():
    assert reference.merge_parts({b"a": 0, b"aa": 1}, b"aaa") == [b"aa", b"a"]


def test_merge_looks_the_whole_piece_up_first():
    ranks = {b"a": 0, b"b": 1, b"c": 2, b"bc": 3, b"abc": 4}
    unreachable = {b"a": 0, b"b": 1, b"c": 2, b"bc": 3, b"cab": 4, b"abca": 5}
    assert reference.merge(ranks, b"abc") == [4]
    assert reference.merge(unreachable, b"abca") == [5]
    assert reference.merge(unreachable, b"abcab") == [0, 3, 0, 1]


def test_merge_stops_below_a_rank():
    ranks = {b"a": 0, b"b": 1, b"ab": 2, b"abab": 3}
    assert reference.merge_parts(ranks, b"abab", below=3) == [b"ab", b"ab"]
    assert reference.merge_parts(ranks, b"abab", below=2) == [b"a", b"b", b"a", b"b"]


def test_pretokenize_gives_the_matches_of_the_regex():
    assert reference.pretokenize(WORDS, "ab, \u00e9!".encode()) == [
        *(b"ab", b",", b" ", "\u00e9".encode(), b"!")
    ]


def test_pretokenize_takes_invalid_bytes_for_symbols():
    assert reference.pretokenize(r"\p{L}+|.", b"a\xffb\x80") == [b"a", b"\xff", b"b", b"\x80"]


def test_encode_merges_inside_pieces_only(vocab):
    assert reference.encode(vocab, "aab ab") == [259, 32, 256]


def test_encode_takes_the_longest_of_the_leftmost_special_tokens(vocab):
    assert reference.encode(vocab, "a<s>>b", allowed=["<s>", "<s>>"]) == [97, 301, 98]
    assert reference.encode(vocab, "a<s>>b", allowed=["<s>"]) == [97, 300, *b">b"]
    assert reference.encode(vocab, "a<s>>b") == [*b"a<s>>b"]


def test_encode_refuses_special_tokens(vocab):
    with pytest.raises(ValueError, match=re.escape("<s>")):
        reference.encode(vocab, "a<s>", refused=["<s>"])


def test_utf8_joins_pairs_of_surrogates_and_replaces_single_ones():
    assert reference.utf8("\ud83c\udf0d") == "\U0001f30d".encode()
    assert reference.utf8("a\ud83cb\udf0d") == "a\ufffdb\ufffd".encode()


def test_decode_gives_the_bytes_back(vocab):
    assert reference.decode(vocab, [259, 300, 0xFF]) == b"aab<s>\xff"
    with pytest.raises(KeyError):
        reference.decode(vocab, [299])


def test_offsets_are_characters_of_a_str_and_bytes_of_bytes(vocab):
    text = "\u00e9ab"
    ids = reference.encode(vocab, text)
    assert ids == [0xC3, 0xA9, 256]
    assert reference.offsets(vocab, text.encode(), ids) == [(0, 1), (1, 2), (2, 4)]
    assert reference.offsets(vocab, text, ids) == [(0, 1), (0, 1), (1, 3)]


def test_offsets_of_a_pair_of_surrogates_cover_both(vocab):
    text = "a\ud83c\udf0db"
    ids = reference.encode(vocab, text)
    assert reference.offsets(vocab, text, ids) == [(0, 1), *[(1, 3)] * 4, (3, 4)]


@pytest.mark.parametrize(
    ("tokens", "proper"),
    [
        ([], True),
        ([b"ab", b"abc"], True),
        ([b"abc"], False),  # three parts: nothing makes it
        ([b"bc", b"ab", b"abc"], True),
        ([b"abc", b"ab"], False),  # its part comes too late
        ([b"aa", b"aaa", b"aaaa"], True),
        ([b"bc", b"ab", b"abcd"], False),
    ],
    ids=lambda value: "-".join(map(bytes.decode, value)) if isinstance(value, list) else "",
)
def test_a_vocabulary_is_proper_when_each_token_has_two_parts(tokens, proper):
    every = [bytes([value]) for value in range(256)] + tokens
    assert reference.is_proper({token: rank for rank, token in enumerate(every)}) is proper
