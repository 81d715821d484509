"""A Tokenizer of ctok.compat.huggingface does what tokenizers' does, and refuses by name the rest."""

from __future__ import annotations

import asyncio
import json
import pickle
import re

import numpy as np
import pytest
import tokenizers

import ctok
from ctok.compat import huggingface

from .. import models
from ..parity.test_huggingface import EDGES, numbered
from . import hf

KINDS = {
    "byte_level": models.byte_level,
    "edges": lambda: models.byte_level(
        added_tokens=models.byte_level()["added_tokens"] + numbered(EDGES)
    ),
    "lowercase": lambda: models.byte_level(
        normalizer={"type": "Lowercase"}, added_tokens=numbered(EDGES)
    ),
    "marks": models.marks,
    "no_decoder": lambda: models.byte_level(decoder=None),
    "wordpiece": lambda: models.marks(
        decoder={"type": "WordPiece", "prefix": "##", "cleanup": True}
    ),
    "suffixed": models.suffixed,
    "affixed": lambda: models.affixed("##", "</w>"),
}
TEXTS = ["a the <a> <b> The zz   x", "<|end|>  <a>y", "thethe the", " <a> ", "zzz  zz  x"]


@pytest.mark.parametrize("kind", KINDS)
def test_vocabularies_are_those_of_tokenizers(kind):
    ours, theirs = hf.pair(KINDS[kind]())
    for with_added in (True, False):
        assert ours.get_vocab(with_added) == theirs.get_vocab(with_added)
        assert ours.get_vocab_size(with_added) == theirs.get_vocab_size(with_added)
    for number in range(theirs.get_vocab_size() + 3):
        assert ours.id_to_token(number) == theirs.id_to_token(number)
    for token in [*theirs.get_vocab(), "no such token"]:
        assert ours.token_to_id(token) == theirs.token_to_id(token)
    mine, other = ours.get_added_tokens_decoder(), theirs.get_added_tokens_decoder()
    assert list(map(repr, mine.items())) == list(map(repr, other.items()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("skip", [True, False])
def test_decoded_texts_are_those_of_tokenizers_whole_and_as_a_stream(kind, skip):
    ours, theirs = hf.pair(KINDS[kind]())
    batch = models.hostile(4, 120, ["<|end|>", "QABCZ", "<l>"])
    rows = [encoding.ids for encoding in theirs.encode_batch(batch)]
    rows.append([*rows[0][:3], 99999, *rows[0][3:]])
    assert ours.decode_batch(rows, skip) == theirs.decode_batch(rows, skip)
    for row in rows:
        assert ours.decode(row, skip) == theirs.decode(row, skip)
        start = len(row) % 3
        mine = huggingface.DecodeStream(row[:start], skip)
        other = tokenizers.decoders.DecodeStream(row[:start], skip)
        for number in row[start:]:
            assert hf.outcome(mine.step, ours, number) == hf.outcome(other.step, theirs, number)


ADDED = [
    [("<a>", {})],
    [("the", {"lstrip": True}), ("zz  ", {"rstrip": True, "normalized": False})],
    [("<a>", {}), ("<a>", {"single_word": True}), ("", {})],
    [("<|end|>", {"lstrip": True, "special": True}), ("<b>", {"special": True})],
    [("<|end|>", {}), ("x", {"single_word": True, "normalized": False})],
]


@pytest.mark.parametrize("tokens", ADDED)
@pytest.mark.parametrize("method", ["add_tokens", "add_special_tokens"])
def test_added_tokens_are_found_and_decoded_as_in_tokenizers(tokens, method):
    both = hf.pair(models.byte_level())
    for strings in (True, False):
        counts = [
            getattr(tokenizer, method)(
                [text if strings and not how else kind(text, **how) for text, how in tokens]
            )
            for tokenizer, kind in zip(
                both, (huggingface.AddedToken, tokenizers.AddedToken), strict=True
            )
        ]
        assert counts[0] == counts[1]
        decoders = [tokenizer.get_added_tokens_decoder() for tokenizer in both]
        assert repr(decoders[0]) == repr(decoders[1])
        assert both[0].get_vocab() == both[1].get_vocab()
        for text in TEXTS:
            mine, other = (hf.plain(tokenizer.encode(text)) for tokenizer in both)
            assert mine == other, text
            for skip in (True, False):
                ids = other["ids"]
                assert both[0].decode(ids, skip) == both[1].decode(ids, skip)


LATE, RAW = {"normalized": True}, {"normalized": False}
BESIDE = {  # two that take white space or have it, in texts where they stand side by side
    "a raw one takes to its left": (
        [("  ", LATE), ("y", {**RAW, "lstrip": True})],
        ["a  y", "a   y  b", "  y", "y  y"],
    ),
    "a late one takes to its right": (
        [("M", {**LATE, "rstrip": True}), (" y", RAW)],
        ["M y", "M  y", "MM y", " M y"],
    ),
    "a late one takes a line's end": (
        [("y", {**LATE, "rstrip": True}), ("\n", RAW), ("M", RAW)],
        ["y\nM", "y \nM", "y \n y"],
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_white_space_between_raw_and_normalized_tokens_goes_where_it_does_in_tokenizers(case):
    tokens, batch = BESIDE[case]
    both = hf.pair(models.byte_level())
    for tokenizer, kind in zip(both, (huggingface.AddedToken, tokenizers.AddedToken), strict=True):
        tokenizer.add_tokens([kind(text, **how) for text, how in tokens])
    for text in batch:
        mine, other = (hf.plain(tokenizer.encode(text)) for tokenizer in both)
        assert mine == other, text


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([huggingface.AddedToken("<x>", rstrip=True), huggingface.AddedToken(" y")], "begins with"),
        (["<A>", "<a>"], "are both '<a>' once normalized"),
    ],
)
def test_tokens_that_are_refused_are_not_added(tokens, message):
    tokenizer, _ = hf.pair(models.byte_level(normalizer={"type": "Lowercase"}))
    tokenizer.add_special_tokens(["<b>"])
    before = tokenizer.to_str()
    with pytest.raises(ctok.VocabError, match=message):
        tokenizer.add_tokens(["<b>", *tokens])
    assert tokenizer.to_str() == before
    assert tokenizer.add_tokens(["<c>"]) == 1
    assert tokenizer.encode("<c>").tokens == ["<c>"]


def test_an_added_token_is_that_of_tokenizers():
    for how in ({}, {"lstrip": True}, {"special": True}, {"special": True, "normalized": True}):
        mine, other = huggingface.AddedToken("x", **how), tokenizers.AddedToken("x", **how)
        assert (repr(mine), str(mine)) == (repr(other), str(other))
        assert mine.__getstate__() == other.__getstate__()
        assert pickle.loads(pickle.dumps(mine)) == mine
    assert huggingface.AddedToken("x") != huggingface.AddedToken("x", lstrip=True)
    with pytest.warns(UserWarning, match="Ignored unknown kwarg option colour"):
        huggingface.AddedToken("x", colour="red")


CALLS = {
    "encode bytes": lambda t: t.encode(b"x"),
    "encode a list": lambda t: t.encode(["x"]),
    "encode half a pair": lambda t: t.encode("\ud800"),
    "encode text as words": lambda t: t.encode("x", is_pretokenized=True),
    "encode words": lambda t: t.encode(["x", "yz"], ["a"], True),
    "encode no words": lambda t: t.encode([], is_pretokenized=True),
    "encode an array": lambda t: t.encode(
        np.array(["a", "bc"], dtype=object), is_pretokenized=True
    ),
    "a batch of nothing": lambda t: t.encode_batch([]),
    "a batch that is a text": lambda t: t.encode_batch("abc"),
    "a batch with None": lambda t: t.encode_batch(["a", None]),
    "a batch of lists of two": lambda t: t.encode_batch([["a", "b"], ("c", "d")]),
    "a batch of lists of three": lambda t: t.encode_batch([["a", "b", "c"]]),
    "a batch of words": lambda t: t.encode_batch([["a", "b"], ("c",)], is_pretokenized=True),
    "a batch of pairs of words": lambda t: t.encode_batch([[["a"], ["b"]]], is_pretokenized=True),
    "a batch of texts as words": lambda t: t.encode_batch(["a"], is_pretokenized=True),
    "decode a negative id": lambda t: t.decode([-1]),
    "decode an unknown id": lambda t: t.decode([10**6, 70]),
    "decode a tuple": lambda t: t.decode((70, 71)),
    "decode an array": lambda t: t.decode(np.array([70, 71])),
    "decode a number": lambda t: t.decode(5),
    "decode a batch of arrays": lambda t: t.decode_batch([np.array([70]), np.array([71])]),
    "id_to_token negative": lambda t: t.id_to_token(-1),
    "token_to_id of a number": lambda t: t.token_to_id(5),
    "add a str": lambda t: t.add_tokens("abc"),
    "add a number": lambda t: t.add_tokens([5]),
    "no strategy": lambda t: t.enable_truncation(2, strategy="x"),
    "no direction": lambda t: t.enable_truncation(2, direction="x"),
    "negative length": lambda t: t.enable_truncation(-2),
    "long stride": lambda t: t.enable_truncation(2, stride=3),
    "no padding direction": lambda t: t.enable_padding(direction="x"),
    "negative padding": lambda t: t.enable_padding(length=-1),
    "special tokens to add": lambda t: [t.num_special_tokens_to_add(k) for k in (True, False)],
    "truncation": lambda t: (t.enable_truncation(5, stride=1), t.truncation),
    "padding": lambda t: (t.enable_padding(length=4, pad_token="<p>"), t.padding),
    "no truncation": lambda t: (t.enable_truncation(5), t.no_truncation(), t.truncation),
    "from a number": lambda t: type(t).from_str(5),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_give_and_raise_what_they_do_in_tokenizers(name):
    mine, other = (
        hf.outcome(CALLS[name], t) for t in hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    )
    assert mine == other


def test_async_calls_give_what_the_others_give():
    ours, _ = hf.pair(models.byte_level())

    async def run():
        one = await ours.async_encode("Hello world")
        batch = await ours.async_encode_batch(["Hello", "world"])
        fast = await ours.async_encode_batch_fast(["Hello"])
        return [one, *batch], fast, await ours.async_decode_batch([one.ids])

    encodings, fast, texts = asyncio.run(run())
    assert [e.ids for e in encodings] == [
        ours.encode(t).ids for t in ("Hello world", "Hello", "world")
    ]
    assert fast[0].ids == ours.encode("Hello").ids
    assert texts == ["Hello world"]


@pytest.mark.parametrize("kind", ["byte_level", "edges"])
def test_what_is_written_is_what_tokenizers_writes(kind, tmp_path):
    both = hf.pair(KINDS[kind]())
    for tokenizer in both:
        tokenizer.enable_truncation(9, stride=2, strategy="only_first", direction="left")
        tokenizer.enable_padding(length=12, pad_id=3, pad_token="<p>")
    assert json.loads(both[0].to_str()) == json.loads(both[1].to_str())
    both[0].save(str(tmp_path / "tokenizer.json"))
    again = huggingface.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert (again.truncation, again.padding) == (both[1].truncation, both[1].padding)
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in TEXTS:
        assert hf.plain(again.encode(text)) == hf.plain(theirs.encode(text))
    buffer = (tmp_path / "tokenizer.json").read_bytes()
    assert huggingface.Tokenizer.from_buffer(buffer).get_vocab() == theirs.get_vocab()


def test_a_pickle_keeps_vocabulary_and_settings_and_is_always_the_same():
    ours, _ = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    ours.add_tokens(["<new>"])
    ours.enable_truncation(7)
    ours.encode_special_tokens = True
    data = pickle.dumps(ours)
    again = pickle.loads(data)
    assert ours.encode("x").offsets and ours.decode([70]) and pickle.dumps(ours) == data
    assert hf.plain(again.encode("a <new> <|end|>")) == hf.plain(ours.encode("a <new> <|end|>"))
    assert again.truncation == ours.truncation
    assert again.encode_special_tokens


@pytest.mark.parametrize("content", ["end", "<|end|", "|><x>", "end|><x>"])
def test_special_tokens_that_others_share_text_with_are_not_encoded_as_text(content):
    """Tokenizers looks for nothing in what a special token would have taken."""
    ours, _ = hf.pair(models.byte_level())
    ours.add_tokens([content])
    assert ours.encode(f"a {content}").ids
    ours.encode_special_tokens = True
    with pytest.raises(ctok.VocabError, match="'<|end|>' shares text with the added token"):
        ours.encode("a")


def test_special_tokens_that_others_stand_beside_are_encoded_as_text():
    ours, theirs = hf.pair(models.byte_level())
    for tokenizer in (ours, theirs):
        tokenizer.add_tokens(["<x>", "a<|end|>", "b<|"])
        tokenizer.encode_special_tokens = True
    for text in ("<x><|end|><x>", "a<|end|>", "b<|end|>", "<|start|>ab<|end|>"):
        assert hf.plain(ours.encode(text)) == hf.plain(theirs.encode(text))


def test_any_tokenizer_of_ctok_can_be_one():
    tokenizer = huggingface.Tokenizer(ctok.get_encoding("gpt2"))
    theirs = tokenizers.Tokenizer.from_str(ctok.get_encoding("gpt2").to_tokenizer_json())
    text = "na\u00efve \U0001f30d<|endoftext|> x"
    assert hf.plain(tokenizer.encode(text)) == hf.plain(theirs.encode(text))
    with pytest.raises(TypeError, match="a ctok.Tokenizer is needed, not str"):
        huggingface.Tokenizer("gpt2")


@pytest.mark.parametrize(
    "name", ["model", "normalizer", "pre_tokenizer", "post_processor", "decoder", "train"]
)
def test_what_ctok_has_not_is_refused_by_name(name):
    ours, _ = hf.pair(models.byte_level())
    with pytest.raises(NotImplementedError, match=f"has no {name}"):
        getattr(ours, name)
    with pytest.raises(NotImplementedError, match=f"has no {name}"):
        setattr(ours, name, None)


def test_dropout_is_refused_by_name():
    with pytest.raises(ctok.VocabError, match=r"model\.dropout"):
        hf.pair(models.with_model(models.byte_level(), dropout=0.1))


def test_every_method_of_tokenizers_is_there():
    for mine, other in (
        (huggingface.Tokenizer, tokenizers.Tokenizer),
        (huggingface.Encoding, tokenizers.Encoding),
        (huggingface.AddedToken("x"), tokenizers.AddedToken("x")),
        (huggingface.DecodeStream, tokenizers.decoders.DecodeStream),
    ):
        assert {name for name in dir(other) if not name.startswith("_")} <= set(dir(mine))


def test_one_thread_is_used_where_the_environment_says_so(monkeypatch):
    ours, _ = hf.pair(models.byte_level())
    seen = []
    encode_batch = ctok.Tokenizer.encode_batch
    monkeypatch.setattr(
        ctok.Tokenizer,
        "encode_batch",
        lambda self, *a, threads, **k: (seen.append(threads), encode_batch(self, *a, **k))[1],
    )
    for value, threads in (("false", 1), ("true", None)):
        monkeypatch.setenv("TOKENIZERS_PARALLELISM", value)
        ours.encode_batch(["a", "b"])
        assert seen.pop() == threads


CUT = {"max_length": 5, "stride": 1, "strategy": "OnlyFirst", "direction": "Left"}
FILL = {"strategy": {"Fixed": 3}, "direction": "Left", "pad_id": 1, "pad_type_id": 0}
FILL |= {"pad_token": "x", "pad_to_multiple_of": 8}
DAMAGED = {
    "truncation.max_length: 0 is not": {"truncation": {**CUT, "max_length": 0}},
    "truncation.stride: ": {"truncation": {**CUT, "stride": "1"}},
    "truncation.strategy: 'All' is none of": {"truncation": {**CUT, "strategy": "All"}},
    "truncation.direction: ": {"truncation": {**CUT, "direction": "Up"}},
    "truncation: ": {"truncation": 5},
    "padding.strategy: ": {"padding": {**FILL, "strategy": "All"}},
    "padding.pad_id: -1 is not": {"padding": {**FILL, "pad_id": -1}},
    "padding.pad_token is missing": {
        "padding": {k: v for k, v in FILL.items() if k != "pad_token"}
    },
}


def test_truncation_and_padding_of_a_file_are_those_of_tokenizers():
    ours, theirs = hf.pair(models.byte_level(truncation=CUT, padding=FILL))
    assert (ours.truncation, ours.padding) == (theirs.truncation, theirs.padding)


@pytest.mark.parametrize("message", DAMAGED)
def test_truncation_or_padding_that_means_nothing_is_refused_by_file_and_field(message):
    value = json.dumps(models.byte_level(**DAMAGED[message]))
    with pytest.raises(ctok.VocabError, match=re.escape(message)):
        huggingface.Tokenizer.from_str(value)


def test_a_truncation_to_nothing_is_refused():
    with pytest.raises(ValueError, match="max_length is 0"):
        huggingface.Tokenizer.from_str(json.dumps(models.byte_level())).enable_truncation(0)
