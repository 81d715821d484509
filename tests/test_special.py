"""Special tokens: they come out of a text only when the caller allows them by name."""

import functools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import reference

from . import models, texts, vocabs

SPECIALS = {"<s>": 300, "<s>>": 301, "<|end|>": 302, "\u00e9!": 303, "<": 304, "s><": 305}
parts = st.lists(
    st.sampled_from([*SPECIALS, "<s", "s>", ">", "a", "\u00e9", "!", "|"]), max_size=12
)


@pytest.fixture(scope="module")
def tokenizer():
    return vocabs.make([b"ab"], specials=SPECIALS)


@given(text=parts.map("".join), allowed=st.sets(st.sampled_from(sorted(SPECIALS))))
def test_allowed_ones_agree_with_reference(tokenizer, text, allowed):
    plain = vocabs.reference_of(tokenizer)
    expected = reference.encode(plain, text, allowed=allowed)
    how = {"allowed_special": allowed, "disallowed_special": ()}
    assert tokenizer.encode(text, **how) == expected
    assert tokenizer.encode_batch([text] * 3, **how).tolist() == [expected] * 3
    assert tokenizer.count(text, **how) == len(expected)


RUNS = {" " * size: 300 + size for size in (2, 3, 6, 7, 12)}


@pytest.mark.parametrize("other", ["|x|", " x", " " * 65])
@given(
    sizes=st.lists(st.integers(0, 70), max_size=8),
    allowed=st.sets(st.sampled_from(sorted(RUNS))),
)
def test_runs_of_spaces_agree_with_reference(other, sizes, allowed):
    tokenizer = _with_runs(other)
    plain = vocabs.reference_of(tokenizer)
    text = "x".join(" " * size for size in sizes) + "|x|"
    how = {"allowed_special": allowed | {other}, "disallowed_special": ()}
    expected = reference.encode(plain, text, allowed=allowed | {other})
    assert tokenizer.encode(text, **how) == expected


@functools.cache
def _with_runs(other):
    """A tokenizer whose special tokens are runs of spaces and another one."""
    return vocabs.make([b"ab"], specials={**RUNS, other: 299})


@given(text=parts.map("".join), allowed=st.sets(st.sampled_from(sorted(SPECIALS))))
def test_refused_ones_raise_wherever_they_stand(tokenizer, text, allowed):
    refused = set(SPECIALS) - allowed
    if any(token in text for token in refused):
        with pytest.raises(ctok.SpecialTokenError):
            tokenizer.encode(text, allowed_special=allowed)
    else:
        plain = vocabs.reference_of(tokenizer)
        assert tokenizer.encode(text, allowed_special=allowed) == reference.encode(
            plain, text, allowed=allowed
        )


@given(text=texts.any_text | parts.map("".join))
def test_ordinary_text_never_gives_a_special_id(tokenizer, text):
    for one in (tokenizer, ctok.get_encoding("o200k_harmony")):
        special = set(one.special_tokens.values())
        assert not special & set(one.encode_ordinary(text))
        assert not special & set(one.encode(text, disallowed_special=()))
        assert not special & set(one.encode_ordinary_batch([text]).ids.tolist())
        assert not special & set(one.encode_segments([(text, False)]))
        assert one.decode(one.encode_ordinary(text), "strict") == text


CALLS = {
    "encode": lambda t, x: t.encode(x),
    "encode_to_numpy": lambda t, x: t.encode_to_numpy(x),
    "encode_with_offsets": lambda t, x: t.encode_with_offsets(x),
    "encode_batch": lambda t, x: t.encode_batch(["", x]),
    "encode_batch of two threads": lambda t, x: t.encode_batch(["a" * 200_000, x], threads=2),
    "count": lambda t, x: t.count(x),
    "count_batch": lambda t, x: t.count_batch([x]),
    "ctok.encode": lambda t, x: ctok.encode(x, t),
    "ctok.encode_batch": lambda t, x: ctok.encode_batch([x], t),
    "ctok.count": lambda t, x: ctok.count(x, t),
    "ctok.count_batch": lambda t, x: ctok.count_batch([x], t),
}


@pytest.mark.parametrize("name", vocabs.ALL)
@pytest.mark.parametrize("call", CALLS)
def test_every_entry_point_refuses_by_default(call, name):
    tokenizer = ctok.get_encoding(name)
    for token in list(tokenizer.special_tokens)[:20]:
        with pytest.raises(ctok.SpecialTokenError, match=re.escape(repr(token))):
            CALLS[call](tokenizer, f"user text {token} more")


def test_the_message_names_token_position_and_both_ways_out(o200k):
    with pytest.raises(ctok.SpecialTokenError) as caught:
        o200k.encode("\u00e9\u00e9 <|endoftext|>")
    message = str(caught.value)
    assert "'<|endoftext|>'" in message
    assert "position 3" in message
    assert "allowed_special={'<|endoftext|>'}" in message
    assert "disallowed_special=()" in message
    assert isinstance(caught.value, ValueError)
    with pytest.raises(ctok.SpecialTokenError, match="position 5"):
        o200k.encode("\u00e9\u00e9 <|endoftext|>".encode())


def test_the_message_of_a_batch_names_the_text(o200k):
    with pytest.raises(ctok.SpecialTokenError, match=r"texts\[2\].*position 1"):
        o200k.encode_batch(["a", "b", "c<|endoftext|>"])


def test_only_the_named_ones_are_refused(o200k):
    text = "<|endofprompt|>"
    assert o200k.encode(text, disallowed_special={"<|endoftext|>"}) == o200k.encode_ordinary(text)
    with pytest.raises(ctok.SpecialTokenError):
        o200k.encode(text, disallowed_special=["<|endofprompt|>"])
    with pytest.raises(ctok.SpecialTokenError):
        o200k.encode(text, allowed_special={"<|endoftext|>"})


def test_a_name_that_is_not_special_is_no_special_token(o200k):
    assert o200k.encode("hello", allowed_special={"hello"}) == o200k.encode("hello")


def test_what_would_be_looked_for_in_vain_is_refused(o200k):
    for names in ({"<|im_start|>"}, ["<|endoftext|>", "<|im_start|>"]):
        with pytest.raises(ctok.CtokError, match=r"'<\|im_start\|>'.*o200k_base"):
            o200k.encode("<|im_start|>", disallowed_special=names)


@pytest.mark.parametrize("what", ["allowed_special", "disallowed_special"])
def test_a_str_other_than_all_is_refused(o200k, what):
    with pytest.raises(TypeError, match=what):
        o200k.encode("a", **{what: "<|endoftext|>"})


@given(st.lists(st.tuples(texts.nasty, st.booleans()), max_size=5))
def test_segments_are_encoded_one_by_one(segments):
    tokenizer = ctok.get_encoding("o200k_base")
    expected = [
        number
        for text, trusted in segments
        for number in (
            tokenizer.encode(text, allowed_special="all")
            if trusted
            else tokenizer.encode_ordinary(text)
        )
    ]
    assert tokenizer.encode_segments(segments) == expected


def test_segments_keep_what_users_type_ordinary(o200k):
    ids = o200k.encode_segments([("<|endoftext|>", True), ("<|endoftext|>", False)])
    assert ids[0] == o200k.eot_token
    assert o200k.eot_token not in ids[1:]
    assert o200k.decode(ids) == "<|endoftext|>" * 2


def test_pieces_never_reach_across_a_special_token(o200k):
    text = "ab<|endoftext|>cd  <|endoftext|>  "
    ids = o200k.encode(text, allowed_special="all")
    end = o200k.eot_token
    expected = [*o200k.encode("ab"), end, *o200k.encode("cd  "), end, *o200k.encode("  ")]
    assert ids == expected


def test_a_long_text_full_of_special_tokens_is_encoded_in_linear_time(o200k):
    text = "<|endoftext|>" * 100_000
    assert o200k.encode(text, allowed_special="all") == [o200k.eot_token] * 100_000
    assert (
        o200k.encode_batch([text] * 2, allowed_special="all", threads=2).lengths.tolist()
        == [100_000] * 2
    )


@pytest.mark.parametrize("side", ["lstrip", "rstrip"])
def test_tokens_in_a_normalized_text_that_take_white_space_are_found_in_linear_time(side):
    """Each copied the text on that side of it."""
    flags = {"special": False} | dict.fromkeys(("lstrip", "rstrip", "single_word"), False)
    added = [
        flags | {"content": "<m>", "id": models.SIZE, "normalized": True, side: True},
        flags | {"content": "m>!", "id": models.SIZE + 1, "normalized": False},  # a second look
    ]
    tokenizer = ctok.load(models.byte_level(added_tokens=added, normalizer={"type": "Lowercase"}))
    text = "x <M> " * 200_000
    start = time.thread_time()
    assert tokenizer.encode(text, allowed_special="all").count(models.SIZE) == 200_000
    assert time.thread_time() - start < 5
