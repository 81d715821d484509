"""ctok's ids are tiktoken's, on real text, on every code point and on nasty strings."""

from __future__ import annotations

import os

import pytest

import ctok

from .. import corpus, texts, vocabs
from . import oracle

THREADS = os.cpu_count() or 1


def assert_same_ids(name: str, batch: list[str]) -> int:
    """Compares every text of a batch, and returns how many ids there were."""
    found = ctok.get_encoding(name).encode_ordinary_batch(batch)
    expected = oracle.tiktoken_of(name).encode_ordinary_batch(batch, num_threads=THREADS)
    for text, ours, theirs in zip(batch, found, expected, strict=True):
        if ours.tolist() != theirs:
            first = next(i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b)
            start = len(oracle.tiktoken_of(name).decode_bytes(theirs[:first]))
            around = text.encode("utf-8", "replace")[max(0, start - 20) : start + 40]
            raise AssertionError(
                f"{name}, id {first}: {ours[first : first + 4]} and tiktoken"
                f" {theirs[first : first + 4]} at {around!r}"
            )
    return len(found.ids)


def chunks(stream, size=2000):
    """Lists of at most so many of a stream's items."""
    batch = []
    for item in stream:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_real_text_has_tiktokens_ids(name, record_property):
    found = corpus.collect()
    assert found.n_bytes >= corpus.WANTED_BYTES, f"only {found} in the installed packages"
    n_ids = assert_same_ids(name, found.texts)
    assert n_ids > found.n_bytes / 10
    record_property("compared", f"{name}: {found}, {n_ids} ids equal to tiktoken's")


@pytest.mark.parametrize("name", sorted(set(vocabs.ALL) - set(vocabs.DISTINCT)))
def test_the_other_encodings_differ_from_those_in_special_tokens_only(name):
    twins = {"gpt2": "r50k_base", "p50k_edit": "p50k_base", "o200k_harmony": "o200k_base"}
    one, other = (oracle.tiktoken_facts(n) for n in (name, twins[name]))
    assert one["pat_str"] == other["pat_str"]
    assert one["mergeable_ranks"] == other["mergeable_ranks"]
    for a, b in zip(vocabs.bundled(name)[1][:2], vocabs.bundled(twins[name])[1][:2], strict=True):
        assert a == b
    assert_same_ids(name, list(texts.random_texts(seed=3, count=3000)))
    assert_same_ids(name, corpus.collect().texts[::20])


@pytest.mark.parametrize("context", texts.CONTEXTS, ids=lambda context: context[0])
@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_every_code_point_has_tiktokens_ids(name, context):
    assert_same_ids(name, list(texts.code_points(context)))


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_random_nasty_strings_have_tiktokens_ids(name):
    for batch in chunks(texts.random_texts(seed=20_240_516, count=100_000), 20_000):
        assert_same_ids(name, batch)


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_strings_that_broke_others_have_tiktokens_ids(name):
    assert_same_ids(name, texts.REGRESSIONS)
    assert_same_ids(name, [text * 50 for text in texts.REGRESSIONS])


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_runs_of_one_thing_have_tiktokens_ids(name):
    things = ["a", "A", "aB", " ", "\n", " \n", "\r\n", "-", "/", "=", "1", "'s", "\u4e9c"]
    things += ["\u0301", "\U0001f30d", "\u017f", "\u01c5", "\u3000", "\x85", "'", "<|", "\x00"]
    lengths = [2, 3, 7, 47, 48, 49, 50, 99, 100, 101, 255, 256, 257, 1000, 30_000]
    batch = [thing * length + end for thing in things for length in lengths for end in ("", "x")]
    assert_same_ids(name, batch)


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_surrogates_mean_the_same_at_every_entry_point(name):
    tokenizer, theirs = ctok.get_encoding(name), oracle.tiktoken_of(name)
    for text in texts.surrogate_texts():
        expected = theirs.encode_ordinary(text)
        assert theirs.encode(text) == expected
        assert tokenizer.encode(text) == expected
        assert tokenizer.encode_ordinary(text) == expected
        assert tokenizer.encode_to_numpy(text).tolist() == expected
        assert tokenizer.encode_with_offsets(text)[0].tolist() == expected
        assert tokenizer.encode_segments([(text, True)]) == expected
        assert tokenizer.count(text) == len(expected)
        pieces = "".join(tokenizer.pieces(text))
        assert tokenizer.encode_ordinary(pieces) == expected
        assert tokenizer.truncate(text, len(expected)) == (pieces, len(expected))
    batch = texts.surrogate_texts()
    expected = theirs.encode_ordinary_batch(batch)
    assert tokenizer.encode_batch(batch).tolist() == expected
    assert tokenizer.encode_ordinary_batch(batch, threads=2).tolist() == expected
    assert tokenizer.count_batch(batch).tolist() == [len(row) for row in expected]


@pytest.mark.parametrize("name", vocabs.ALL)
def test_special_tokens_are_treated_as_tiktoken_does(name):
    tokenizer, theirs = ctok.get_encoding(name), oracle.tiktoken_of(name)
    every = sorted(tokenizer.special_tokens)[:12]
    batch = [f"a{x} {y}{x}\n{x[:-1]}{y}" for x in every for y in every] + texts.REGRESSIONS
    for text in batch:
        for allowed in ("all", set(every[:1]), set(every)):
            assert tokenizer.encode(
                text, allowed_special=allowed, disallowed_special=()
            ) == theirs.encode(text, allowed_special=allowed, disallowed_special=())


@pytest.mark.parametrize("name", vocabs.ALL)
def test_facts_of_the_encodings_are_tiktokens(name):
    tokenizer, theirs = ctok.get_encoding(name), oracle.tiktoken_of(name)
    facts = oracle.tiktoken_facts(name)
    assert tokenizer.pattern == facts["pat_str"]
    assert tokenizer.special_tokens == facts["special_tokens"]
    assert tokenizer.n_vocab == theirs.n_vocab
    assert tokenizer.eot_token == theirs.eot_token
    assert tokenizer.token_byte_values() == theirs.token_byte_values()
    for number in range(theirs.n_vocab):
        try:
            expected = theirs.decode_single_token_bytes(number)
        except KeyError:
            with pytest.raises(ctok.DecodeError, match=str(number)):
                tokenizer.decode_single_token_bytes(number)
            continue
        assert tokenizer.decode_single_token_bytes(number) == expected
        assert tokenizer.encode_single_token(expected) == number
        assert tokenizer.is_special_token(number) == theirs.is_special_token(number)


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_decode_with_offsets_is_tiktokens(name):
    tokenizer, theirs = ctok.get_encoding(name), oracle.tiktoken_of(name)
    for text in [*texts.random_texts(5, 2000), *texts.REGRESSIONS]:
        ids = tokenizer.encode_ordinary(text)
        assert tokenizer.decode_with_offsets(ids) == theirs.decode_with_offsets(ids)


def test_models_have_tiktokens_encodings():
    from tiktoken import model

    from ctok import catalog

    assert catalog.MODELS == model.MODEL_TO_ENCODING
    assert dict(catalog.MODEL_PREFIXES) == model.MODEL_PREFIX_TO_ENCODING
    prefixed = [prefix + "2099-01-01" for prefix in model.MODEL_PREFIX_TO_ENCODING]
    for name in [*model.MODEL_TO_ENCODING, *prefixed]:
        assert ctok.encoding_name_for_model(name) == model.encoding_name_for_model(name)
    for name in ("gpt-6", "", "llama"):
        with pytest.raises(KeyError, match="Could not automatically map"):
            model.encoding_name_for_model(name)
        with pytest.raises(KeyError, match="Could not automatically map"):
            ctok.encoding_name_for_model(name)


# A million blanks make tiktoken panic, so the reference's rule stands in for it: one piece, and
# its ids found by merging smaller blanks that tiktoken can do.
@pytest.mark.parametrize("end", ["", "x"], ids=["at-the-end", "before-a-letter"])
@pytest.mark.parametrize("blank", [" ", "\n", "\t"], ids=["space", "newline", "tab"])
@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_a_million_blanks_have_the_ids_of_their_pieces(name, blank, end):
    tokenizer, theirs = ctok.get_encoding(name), oracle.tiktoken_of(name)
    text = blank * 1_000_000 + end
    pieces = [piece.encode() for piece in tokenizer.pieces(text)]
    import regex

    assert pieces == [piece.encode() for piece in regex.findall(tokenizer.pattern, text)]
    expected = [number for piece in pieces for number in theirs._encode_single_piece(piece)]
    assert tokenizer.encode_ordinary(text) == expected
