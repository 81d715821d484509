"""Encoding gives and raises what tiktoken's does, call by call."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import tiktoken
import tiktoken.load
from hypothesis import given, settings
from hypothesis import strategies as st

import ctok
from ctok.compat import tiktoken as compat

from . import both

END = "<|endoftext|>"
CALLS = {
    "encode": lambda e: e.encode("hello world, it's 12345 o'clock\n\n  ok"),
    "encode_empty": lambda e: e.encode(""),
    "encode_refuses_special": lambda e: e.encode(f"a{END}"),
    "encode_allows_all": lambda e: e.encode(f"a{END}b<|fim_prefix|>", allowed_special="all"),
    "encode_allows_one": lambda e: e.encode(f"a{END}b", allowed_special={END}),
    "encode_allows_frozenset": lambda e: e.encode(f"a{END}b", allowed_special=frozenset([END])),
    "encode_allows_one_refuses_rest": lambda e: e.encode(
        f"{END}<|fim_prefix|>", allowed_special={END}
    ),
    "encode_refuses_though_allowed": lambda e: e.encode(
        END, allowed_special="all", disallowed_special={END}
    ),
    "encode_as_text": lambda e: e.encode(f"a{END}", disallowed_special=()),
    "encode_none_disallowed": lambda e: e.encode(f"a{END}", disallowed_special=None),
    "encode_some_as_text": lambda e: e.encode(f"a{END}", disallowed_special=["<|fim_prefix|>"]),
    "encode_refuses_any_text": lambda e: e.encode("a foo", disallowed_special={"foo"}),
    "encode_refuses_letters_of_str": lambda e: e.encode("a foo", disallowed_special="fo"),
    "encode_takes_absent_text": lambda e: e.encode("a bar", disallowed_special={"foo"}),
    "encode_unknown_allowed": lambda e: e.encode("a foo", allowed_special={"foo"}),
    "encode_allowed_list": lambda e: e.encode("a", allowed_special=[END]),
    "encode_allowed_str": lambda e: e.encode("a", allowed_special=END),
    "encode_allowed_tuple": lambda e: e.encode("a", allowed_special=(END,), disallowed_special=()),
    "encode_bytes": lambda e: e.encode(b"abc"),
    "encode_none": lambda e: e.encode(None),
    "encode_pair_of_surrogates": lambda e: e.encode("\ud83d\udc4d a"),
    "encode_lone_surrogates": lambda e: e.encode("a\udc4d\ud83d"),
    "ordinary": lambda e: e.encode_ordinary(f"a{END} b"),
    "ordinary_surrogate": lambda e: e.encode_ordinary("\ud83d"),
    "ordinary_bytes": lambda e: e.encode_ordinary(b"a"),
    "ordinary_none": lambda e: e.encode_ordinary(None),
    "numpy": lambda e: e.encode_to_numpy("hello \xe9"),
    "numpy_empty": lambda e: e.encode_to_numpy(""),
    "numpy_special": lambda e: e.encode_to_numpy(f"a{END}", allowed_special="all"),
    "numpy_refuses_special": lambda e: e.encode_to_numpy(f"\ud800{END}"),
    "numpy_surrogate": lambda e: e.encode_to_numpy("a\ud83d\udc4d"),
    "numpy_read_only": lambda e: e.encode_to_numpy("hello").flags.writeable,
    "unstable_surrogate": lambda e: e.encode_with_unstable("a \ud83d"),
    "unstable_refuses_special": lambda e: e.encode_with_unstable(END),
    "unstable_allows_all": lambda e: e.encode_with_unstable(END, allowed_special="all"),
    "batch": lambda e: e.encode_batch(["hello", "", "wor ld"]),
    "batch_of_nothing": lambda e: e.encode_batch([]),
    "batch_of_str": lambda e: e.encode_batch("abc"),
    "batch_of_generator": lambda e: e.encode_batch(c for c in "ab"),
    "batch_one_thread": lambda e: e.encode_batch(["a", "b"], num_threads=1),
    "batch_no_thread": lambda e: e.encode_batch(["a"], num_threads=0),
    "batch_refuses_special": lambda e: e.encode_batch(["a", END]),
    "batch_allows_all": lambda e: e.encode_batch(["a", END], allowed_special="all"),
    "batch_as_text": lambda e: e.encode_batch(["a", END], disallowed_special=()),
    "batch_refuses_any_text": lambda e: e.encode_batch(["a", "b"], disallowed_special={"b"}),
    "batch_surrogate": lambda e: e.encode_batch(["\ud83d"]),
    "batch_number": lambda e: e.encode_batch([1]),
    "batch_bytes": lambda e: e.encode_batch([b"a"]),
    "ordinary_batch": lambda e: e.encode_ordinary_batch([END, "b"]),
    "ordinary_batch_none": lambda e: e.encode_ordinary_batch(["a", None]),
    "single_token": lambda e: e.encode_single_token("hello"),
    "single_token_bytes": lambda e: e.encode_single_token(b"\xff"),
    "single_token_special": lambda e: e.encode_single_token(END),
    "single_token_none": lambda e: e.encode_single_token("hello world"),
    "single_token_empty": lambda e: e.encode_single_token(""),
    "single_token_number": lambda e: e.encode_single_token(5),
    "single_token_surrogate": lambda e: e.encode_single_token("\ud800"),
    "single_token_bytearray": lambda e: e.encode_single_token(bytearray(b"a")),
    "decode": lambda e: e.decode([15339, 1917]),
    "decode_tuple": lambda e: e.decode((15339, 1917)),
    "decode_array": lambda e: e.decode(np.array([15339, 1917])),
    "decode_range": lambda e: e.decode_bytes(range(5)),
    "decode_as_bytes": lambda e: e.decode_bytes(b"abc"),
    "decode_bool": lambda e: e.decode_bytes([True]),
    "decode_replaces": lambda e: e.decode([255]),
    "decode_ignores": lambda e: e.decode([255, 64], errors="ignore"),
    "decode_strict": lambda e: e.decode([255], errors="strict"),
    "decode_bad_errors": lambda e: e.decode([255], errors="none such"),
    "decode_unknown": lambda e: e.decode([10**9]),
    "decode_gap": lambda e: e.decode([100_261]),
    "decode_negative": lambda e: e.decode([-1]),
    "decode_too_large": lambda e: e.decode([2**32]),
    "decode_unknown_and_negative": lambda e: e.decode([10**9, -1]),
    "decode_float": lambda e: e.decode([1.0]),
    "decode_str": lambda e: e.decode("abc"),
    "decode_strs": lambda e: e.decode(["a"]),
    "decode_set": lambda e: e.decode({1}),
    "decode_dict": lambda e: e.decode({1: 2}),
    "decode_iterator": lambda e: e.decode(iter([1])),
    "decode_none": lambda e: e.decode(None),
    "decode_int": lambda e: e.decode(5),
    "decode_matrix": lambda e: e.decode(np.ones((2, 2), dtype=int)),
    "decode_bytes": lambda e: e.decode_bytes([15339, 100_257]),
    "decode_bytes_unknown": lambda e: e.decode_bytes([10**9]),
    "decode_bytes_negative": lambda e: e.decode_bytes([-1]),
    "decode_single": lambda e: e.decode_single_token_bytes(15339),
    "decode_single_special": lambda e: e.decode_single_token_bytes(100_257),
    "decode_single_numpy": lambda e: e.decode_single_token_bytes(np.int64(5)),
    "decode_single_unknown": lambda e: e.decode_single_token_bytes(10**7),
    "decode_single_negative": lambda e: e.decode_single_token_bytes(-1),
    "decode_single_str": lambda e: e.decode_single_token_bytes("a"),
    "decode_tokens": lambda e: e.decode_tokens_bytes([15339, 1917, 100_257]),
    "decode_tokens_iterator": lambda e: e.decode_tokens_bytes(iter([15339])),
    "decode_tokens_unknown": lambda e: e.decode_tokens_bytes([100_261]),
    "offsets": lambda e: e.decode_with_offsets(
        e.encode_ordinary("h\xe9llo \U0001f30d\u4f60\u597d")
    ),
    "offsets_empty": lambda e: e.decode_with_offsets([]),
    "offsets_broken": lambda e: e.decode_with_offsets([255]),
    "offsets_unknown": lambda e: e.decode_with_offsets([10**9]),
    "decode_batch": lambda e: e.decode_batch([[15339], [], (1917,)]),
    "decode_batch_errors": lambda e: e.decode_batch([[255]], errors="ignore", num_threads=1),
    "decode_batch_strict": lambda e: e.decode_batch([[64], [255]], errors="strict"),
    "decode_batch_unknown": lambda e: e.decode_batch([[1], [10**9]]),
    "decode_batch_negative": lambda e: e.decode_batch([[1], [-1], [10**9]]),
    "decode_batch_number": lambda e: e.decode_batch([1]),
    "decode_batch_no_thread": lambda e: e.decode_batch([[1]], num_threads=0),
    "decode_bytes_batch": lambda e: e.decode_bytes_batch([[15339], [255]]),
    "token_byte_values": lambda e: e.token_byte_values(),
    "eot_token": lambda e: e.eot_token,
    "special_tokens_set": lambda e: e.special_tokens_set,
    "is_special": lambda e: [e.is_special_token(i) for i in (5, 100_257, True, -1)],
    "is_special_str": lambda e: e.is_special_token("a"),
    "is_special_numpy": lambda e: e.is_special_token(np.int64(100_257)),
    "n_vocab": lambda e: (e.n_vocab, e.max_token_value, e.name),
    "private_data": lambda e: (e._pat_str, e._special_tokens, e._mergeable_ranks),
    "repr": repr,
    "piece": lambda e: e._encode_single_piece("hello world  x"),
    "piece_bytes": lambda e: e._encode_single_piece(b"\xff\xfe hello"),
    "piece_number": lambda e: e._encode_single_piece(5),
    "native": lambda e: e._encode_only_native_bpe("hello  world\n\n it's \u4f60\u597d 123456"),
    "encode_bytes_utf8": lambda e: e._encode_bytes("hello \u4f60".encode()),
    "encode_bytes_broken": lambda e: e._encode_bytes(b"hello \xff\xe2\x82"),
    "encode_bytes_str": lambda e: e._encode_bytes("abc"),
    "core_ordinary": lambda e: e._core_bpe.encode_ordinary("hello"),
    "core_encode": lambda e: e._core_bpe.encode(f"a{END}", {END}),
    "core_buffer": lambda e: np.frombuffer(
        e._core_bpe.encode_to_tiktoken_buffer("hello world", set()), dtype=np.uint32
    ),
    "core_single": lambda e: e._core_bpe.encode_single_token(b"hello"),
    "core_decode": lambda e: e._core_bpe.decode_bytes([15339]),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_call_gives_and_raises_the_same(call):
    both.same(call)


@pytest.mark.parametrize("name", both.NAMES)
def test_bundled_encoding_has_the_facts_of_tiktoken(name):
    both.same(lambda e: (e.name, e._pat_str, e._special_tokens, e.n_vocab, e.eot_token), name)
    both.same(lambda e: e._mergeable_ranks == both.arguments_of(name)["mergeable_ranks"], name)


def public_callables():
    for module in ("core.Encoding", "load", "model", "registry"):
        theirs, ours = tiktoken, compat
        for part in module.split("."):
            theirs, ours = getattr(theirs, part), getattr(ours, part)
        for name, value in inspect.getmembers(theirs, inspect.isfunction):
            owner = value.__module__.startswith("tiktoken")
            if owner and not name.startswith("_find"):
                yield pytest.param(value, getattr(ours, name, None), id=f"{module}.{name}")


@pytest.mark.parametrize(("theirs", "ours"), [*public_callables()])
def test_signature_is_the_same(theirs, ours):
    expected, found = inspect.signature(theirs).parameters, inspect.signature(ours).parameters
    assert [(p.name, p.kind, p.default) for p in found.values()] == [
        (p.name, p.kind, p.default) for p in expected.values()
    ]


def test_disallowed_special_message_names_the_token():
    for call in (CALLS["encode_refuses_special"], CALLS["numpy_refuses_special"]):
        with pytest.raises(
            ValueError, match="^Encountered text corresponding to disallowed special token"
        ):
            call(compat.get_encoding("cl100k_base"))
    with pytest.raises(ctok.SpecialTokenError, match=r"^Encountered text .* '<\|endoftext\|>'"):
        compat.get_encoding("cl100k_base").encode_batch(["a", END, "<|fim_prefix|>"])


texts = st.text(
    alphabet=st.sampled_from("abc xyzABC'\"!.,019 \n\t\r\xa0\xe9\u20ac\u4f60\U0001f30d\u0301")
)
wild = texts | st.text() | st.text(st.characters(categories=None))
# The `regex` module has a newer Unicode than tiktoken: these characters are the same in both.
settled = texts | st.text(st.characters(max_codepoint=0x24F) | st.characters(categories=["Cs"]))
families = st.sampled_from(["r50k_base", "cl100k_base", "o200k_base"])
names_and_texts = st.tuples(families, wild) | st.tuples(st.sampled_from([*both.PATTERNS]), settled)


@settings(deadline=None)
@given(names_and_texts)
def test_text_has_the_same_ids_and_comes_back_the_same(name_and_text):
    name, text = name_and_text
    _, ids = both.same(lambda e: e.encode_ordinary(text), name)
    both.same(lambda e: e.encode(text, disallowed_special=()), name)
    both.same(lambda e: e.encode_to_numpy(text, disallowed_special=()), name)
    both.same(lambda e: e.decode(ids), name)
    both.same(lambda e: e.decode_with_offsets(ids), name)
    both.same(lambda e: e.decode_with_offsets(ids[1:-1]), name)


# One special token that starts another is left out: tiktoken picks either, by chance.
special_names = sorted(both.SPECIALS.keys() - {"<s>x"})
names_or_all = st.just("all") | st.sets(st.sampled_from(special_names))


@settings(deadline=None)
@given(
    name=st.sampled_from(list(both.PATTERNS)),
    parts=st.lists(st.sampled_from([*special_names, "a", "bc ", " ", "<s", "INST]", "\ud83d"])),
    allowed=names_or_all,
    disallowed=names_or_all | st.sets(st.sampled_from([*special_names, "zz", "c"])),
)
def test_special_tokens_mean_the_same(name, parts, allowed, disallowed):
    text = "".join(parts)
    specials = {token: both.SPECIALS[token] for token in special_names}
    theirs, ours = small(both.PATTERNS[name], tuple(specials.items()))
    for method in ("encode", "encode_to_numpy", "encode_batch"):
        argument = [text] if method == "encode_batch" else text

        def call(e, method=method, argument=argument):
            return getattr(e, method)(
                argument, allowed_special=allowed, disallowed_special=disallowed
            )

        assert both.outcome(call, ours) == both.outcome(call, theirs)


_small = {}


def small(pattern, specials):
    """The small vocabulary with these special tokens, built once."""
    if (pattern, specials) not in _small:
        _small[pattern, specials] = both.built(
            name="small", pat_str=pattern, mergeable_ranks=both.RANKS, special_tokens=dict(specials)
        )
    return _small[pattern, specials]


in_utf8 = names_and_texts.map(lambda pair: (pair[0], pair[1].encode("utf-8", "surrogatepass")))


@settings(deadline=None)
@given(in_utf8 | st.tuples(families, st.binary()))
def test_bytes_have_the_same_ids(name_and_bytes):
    name, data = name_and_bytes
    both.same(lambda e: e._encode_bytes(data), name)
    if data:  # tiktoken panics at the empty piece
        both.same(lambda e: e._encode_single_piece(data), name)


@settings(deadline=None)
@given(name=st.sampled_from(["classes", "r50k_base"]), ids=st.lists(st.integers(-2, 60_000)))
def test_any_ids_decode_the_same(name, ids):
    both.same(lambda e: e.decode(ids), name)
    both.same(lambda e: e.decode_bytes(ids), name)
    both.same(lambda e: e.decode_tokens_bytes(ids), name)
    both.same(lambda e: e.decode_with_offsets(ids), name)


def construct(**changes):
    arguments = {"name": "x", "pat_str": ".", "mergeable_ranks": both.RANKS, "special_tokens": {}}
    return lambda module: repr(module.Encoding(**{**arguments, **changes}))


@pytest.mark.parametrize(
    "call",
    [
        construct(),
        construct(explicit_n_vocab=len(both.RANKS)),
        construct(explicit_n_vocab=len(both.RANKS) + 1),
        construct(special_tokens={"<s>": 400}, explicit_n_vocab=len(both.RANKS) + 1),
        construct(pat_str="("),
        construct(mergeable_ranks={}),
        construct(mergeable_ranks={"a": 0}),
        construct(special_tokens={"\ud800": 400}),
    ],
)
def test_constructor_gives_and_raises_the_same(call):
    assert both.outcome(call, compat) == both.outcome(call, tiktoken)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mergeable_ranks": {**both.RANKS, b"zz": 3}}, "have the same rank 3"),
        ({"special_tokens": {"": 400}}, "empty string"),
        ({"special_tokens": {"<s>": 3}}, "which another token has"),
    ],
)
def test_constructor_refuses_what_makes_tiktoken_panic_or_hang(changes, message):
    with pytest.raises(ctok.VocabError, match=message):
        construct(**changes)(compat)


def test_vocabulary_without_some_bytes_serves_texts_without_them():
    ranks = {b"a": 0, b"b": 1, b"ab": 2, b"cab": 3, b"bc": 4}
    theirs, ours = both.built(
        name="few", pat_str=r"\w+|\s", mergeable_ranks=ranks, special_tokens={"<s>": 9}
    )
    for text in ("ab", "abab", "cab", "abcab", "aabb", ""):
        assert ours.encode(text) == theirs.encode(text)
        assert ours.encode_batch([text]) == theirs.encode_batch([text])
        assert ours.encode_to_numpy(text).tolist() == theirs.encode(text)
    assert ours.token_byte_values() == theirs.token_byte_values()
    assert (ours.n_vocab, ours._mergeable_ranks) == (theirs.n_vocab, ranks)
    for call in (
        lambda e: e.decode([3, 9]),
        lambda e: e.decode([10]),
        lambda e: e.decode_bytes([-1, 10]),
        lambda e: e.decode_single_token_bytes(11),
        lambda e: e.decode_batch([[1], [12]]),
        lambda e: e.decode_with_offsets([11]),
        lambda e: e.encode_single_token("c"),
        lambda e: e.encode_single_token("<s>"),
    ):
        assert both.outcome(call, ours) == both.outcome(call, theirs)
    for refused in (
        lambda: ours.encode("ac"),
        lambda: ours.encode_ordinary(" "),
        lambda: ours.encode_to_numpy("ad"),
        lambda: ours.encode_batch(["a", "d"]),
        lambda: ours._encode_single_piece("d"),
        lambda: ours._encode_bytes(b"\xff"),
    ):
        with pytest.raises(ctok.VocabError, match="has no token for the byte 0x"):
            refused()
