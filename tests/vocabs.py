"""Vocabularies for tests: the bundled ones as the reference sees them, and tiny ones."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from hypothesis import strategies as st

import ctok
from ctok import reference
from ctok.loaders import tiktoken as rank_files

ALL = list(ctok.list_encoding_names())
# One encoding for each pair of a pattern and a set of ranks; the others differ in specials only.
DISTINCT = ["r50k_base", "p50k_base", "cl100k_base", "o200k_base"]
ANY_CHARACTERS = r"(?s:.+)"


def ranks_of(tokenizer: ctok.Tokenizer) -> dict[bytes, int]:
    """The ranks of a tokenizer's tokens, special ones left out."""
    spec = tokenizer.vocab.spec
    data = spec.token_bytes  # each asking makes them anew
    ends = spec.token_offsets.tolist()
    tokens = (data[a:b] for a, b in zip(ends, ends[1:], strict=False))
    return {token: rank for rank, token in enumerate(tokens) if token}


def reference_of(tokenizer: ctok.Tokenizer) -> reference.Vocabulary:
    """A tokenizer's vocabulary, for reference.py."""
    return reference.Vocabulary(
        tokenizer.pattern, ranks_of(tokenizer), tokenizer.vocab.spec.specials
    )


@functools.cache
def bundled(name: str) -> tuple[ctok.Tokenizer, reference.Vocabulary]:
    """A bundled encoding and its plain twin."""
    tokenizer = ctok.get_encoding(name)
    return tokenizer, reference_of(tokenizer)


def make_spec(
    tokens: Iterable[bytes] = (),
    *,
    pattern: str = ANY_CHARACTERS,
    specials: Mapping[str, int] | None = None,
    name: str = "tiny",
) -> ctok.VocabSpec:
    """The 256 bytes as ids 0 to 255, then the tokens in their order."""
    every = [bytes([value]) for value in range(256)] + list(tokens)
    return rank_files.from_ranks(
        dict(enumerate(every)), name=name, pattern=pattern, specials=specials
    )


def make(tokens: Iterable[bytes] = (), **how: object) -> ctok.Tokenizer:
    """The tokenizer of `make_spec`."""
    return ctok.Tokenizer(make_spec(tokens, **how))  # type: ignore[arg-type]


def token_lists() -> st.SearchStrategy[list[bytes]]:
    """Tokens of a few letters in any order: most such vocabularies are not proper."""
    token = st.text("abc", min_size=2, max_size=6).map(str.encode)
    return st.lists(token, unique=True, max_size=24)


@st.composite
def proper_token_lists(draw: st.DrawFn) -> list[bytes]:
    """Tokens that are each made of two before them, as a trainer makes them."""
    tokens = [b"a", b"b", b"c"]
    for _ in range(draw(st.integers(0, 20))):
        pair = draw(st.sampled_from(tokens)) + draw(st.sampled_from(tokens))
        ranks = {token: rank for rank, token in enumerate(tokens)}
        if pair not in ranks and len(reference.merge_parts(ranks, pair)) == 2:
            tokens.append(pair)
    return tokens[3:]
