"""encode_with_unstable gives tiktoken's stable ids and its set of completions."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctok.compat import tiktoken as compat

from . import both

END = "<|endoftext|>"
TEXTS = [
    "",
    "a",
    " ",
    "hello fanta",
    "hello  ",
    "x\n",
    "x \n\n",
    "x\n\n \t",
    "x\r\n",
    "hello\xa0\xa0",
    "hello\x1c\x1c",
    "don't",
    "12345",
    "\u4f60\u597d",
    "\U0001f30d",
    "\U0001f468\u200d\U0001f469",
    END,
    f"a{END}",
    f"{END}  \n ",
    f"{END}{END} b",
    "....",
    "  !",
]


def sorted_unstable(text):
    """A call whose result does not depend on the order of the completions, of which none is twice."""

    def call(encoding):
        stable, completions = encoding.encode_with_unstable(text, allowed_special="all")
        assert len(completions) == len(set(map(tuple, completions)))
        return stable, sorted(completions)

    return call


@pytest.mark.parametrize("name", ["gpt2", "cl100k_base", "o200k_base", *both.PATTERNS])
def test_stable_ids_and_completions_are_the_same(name):
    for text in TEXTS:
        both.same(sorted_unstable(text), name)


words = st.sampled_from(
    [" ", "\n", "\t", "  ", "\r", "abc", "b", "\u20ac", "\xe9", "!", "1", END, "<s>"]
)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(["r50k_base", "cl100k_base", *both.PATTERNS]),
    text=st.lists(words, max_size=8).map("".join),
)
def test_any_text_has_the_same_stable_ids_and_completions(name, text):
    both.same(sorted_unstable(text), name)


def test_completions_cover_the_text():
    encoding = compat.get_encoding("cl100k_base")
    text = "we hold these trut"
    stable, completions = encoding.encode_with_unstable(text)
    assert text.encode().startswith(encoding.decode_bytes(stable))
    assert encoding.encode("we hold these truths") in [stable + ids for ids in completions]
    for ids in completions:
        assert encoding.decode_bytes(stable + ids).startswith(text.encode())


def test_stable_text_costs_no_more_completions():
    encoding = compat.get_encoding("cl100k_base")
    short = encoding.encode_with_unstable("a word")[1]
    started = time.process_time()
    stable, long = encoding.encode_with_unstable("a" + " word" * 200_000)
    assert sorted(long) == sorted(short)
    assert len(stable) == 200_000
    assert time.process_time() - started < 5
