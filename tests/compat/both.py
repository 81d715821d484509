"""tiktoken and ctok.compat.tiktoken side by side; tiktoken's ranks are ctok's, nothing is downloaded."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import tiktoken
from tiktoken_ext import openai_public

from ctok.compat import tiktoken as compat

NAMES = list(openai_public.ENCODING_CONSTRUCTORS)
SPECIALS = {"<|endoftext|>": 300, "<s>": 301, "<s>x": 302, "\u20ac": 303, "[INST]": 310}
LETTERS = [b"ab", b"bc", b"abc", b"  ", b"\n\n", b" a", b" b", b"\xe2\x82", b"\xe2\x82\xac", b"cab"]
RANKS = {
    token: rank for rank, token in enumerate([*(bytes([b]) for b in range(256)), *LETTERS, b" \n"])
}
PATTERNS = {
    "classes": r"\w+|\s+|[^\w\s]",
    "gaps": r"[a-z]+|\d",
    "ends": r"\s+$|\S+|\s",
    "lookahead": r" ?\w+|\s+(?!\S)|\s|[^\w\s]+",
    "whole": r"(?s:.+)",
    "letters": r"\p{L}+|\P{L}",
}


def _ranks(name: str) -> dict[bytes, int]:
    return compat.get_encoding(name)._mergeable_ranks


def arguments_of(name: str) -> dict[str, Any]:
    """Encoding's arguments as tiktoken's own plug-in gives them, the ranks apart."""

    def load(url: str, expected_hash: str) -> dict[bytes, int]:
        return _ranks(url.rsplit("/", 1)[1].removesuffix(".tiktoken"))

    with (
        mock.patch.object(openai_public, "load_tiktoken_bpe", load),
        mock.patch.object(
            openai_public, "data_gym_to_mergeable_bpe_ranks", lambda **_: _ranks("r50k_base")
        ),
    ):
        return openai_public.ENCODING_CONSTRUCTORS[name]()


@functools.cache
def pair(name: str) -> tuple[tiktoken.Encoding, compat.Encoding]:
    """An encoding of both: a bundled one, or the small vocabulary under a pattern of PATTERNS."""
    if name in PATTERNS:
        return built(name=name, pat_str=PATTERNS[name], mergeable_ranks=RANKS)
    return tiktoken.Encoding(**arguments_of(name)), compat.get_encoding(name)


def built(**arguments: Any) -> tuple[tiktoken.Encoding, compat.Encoding]:
    """The same constructor call on both."""
    arguments.setdefault("special_tokens", SPECIALS)
    return tiktoken.Encoding(**arguments), compat.Encoding(**arguments)


def outcome(call: Any, on: Any) -> Any:
    """What a call gives, as plain data with its types, or the type of what it raises."""
    try:
        result = call(on)
    except Exception as error:  # noqa: BLE001 - whatever it is, both have to raise it
        known = (KeyError, UnicodeError, OverflowError, LookupError, TypeError, AssertionError)
        return next((kind for kind in (*known, ValueError) if isinstance(error, kind)), type(error))
    return type(result), (result.tolist(), result.dtype) if hasattr(result, "dtype") else result


def same(call: Any, name: str = "cl100k_base") -> Any:
    """The outcome of a call, after it was found to be equal on both."""
    theirs, ours = pair(name)
    expected = outcome(call, theirs)
    assert outcome(call, ours) == expected
    return expected
