"""Tokenizer: offsets, pieces, truncation, and that it is a value like any other."""

import copy
import dataclasses
import inspect
import itertools
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import reference
from ctok.spec import Step
from ctok.vocab import NO_UTF8

from . import models, texts, vocabs

SOME = ["gpt2", "cl100k_base", "o200k_base"]
surrogate_mix = st.lists(
    st.sampled_from([*texts.SURROGATES, "a", " \u4e9c", "'s"]), max_size=8
).map("".join)


# ---- a vocabulary without tokens for the bytes that no UTF-8 has


WAYS = {
    "encode": lambda tokenizer, text: tokenizer.encode(text),
    "encode_ordinary": lambda tokenizer, text: tokenizer.encode_ordinary(text),
    "encode_to_numpy": lambda tokenizer, text: tokenizer.encode_to_numpy(text),
    "threads": lambda tokenizer, text: tokenizer.encode_to_numpy(text * 99_999, threads=2),
    "encode_batch": lambda tokenizer, text: tokenizer.encode_batch(["a", text]),
    "encode_with_offsets": lambda tokenizer, text: tokenizer.encode_with_offsets(text),
    "encode_piece": lambda tokenizer, text: tokenizer.encode_piece(text),
    "encode_segments": lambda tokenizer, text: tokenizer.encode_segments([(text, True)]),
    "count": lambda tokenizer, text: tokenizer.count(text),
    "count_batch": lambda tokenizer, text: tokenizer.count_batch([text]),
    "truncate": lambda tokenizer, text: tokenizer.truncate(text, 5),
    "dropout": lambda tokenizer, text: tokenizer.encode(text, dropout=0.5, seed=1),
}


@pytest.mark.parametrize("pattern", [vocabs.ANY_CHARACTERS, r"(?<=a)b|\w+|.", "r50k"])
@pytest.mark.parametrize("normalizer", [(), (Step("nfc"),)])
def test_bytes_of_no_text_and_no_token_are_refused_however_they_come(pattern, normalizer):
    spec = vocabs.make_spec([b"ab"], pattern=ctok.families().get(pattern, pattern))
    spec = dataclasses.replace(spec, normalizer=normalizer)
    lengths = np.diff(spec.token_offsets)
    lengths[list(NO_UTF8)] = 0
    lacking = dataclasses.replace(
        spec,
        token_bytes=bytes(byte for byte in range(256) if byte not in NO_UTF8) + b"ab",
        token_offsets=np.append(0, lengths.cumsum()).astype(np.uint32),
    )
    whole, ours = ctok.Tokenizer(spec), ctok.Tokenizer(lacking)
    assert ours.vocab.only_utf8 and not whole.vocab.only_utf8
    for text in ("ab\u00e9\ud800 \U0010ffff", "ab \u00ff".encode()):
        assert ours.encode(text) == whole.encode(text)
    for byte in NO_UTF8:
        text = b"ab" + bytes([byte]) + b" "
        assert 256 in whole.encode(text)
        for name in WAYS:
            with pytest.raises(ctok.CtokError, match=f"the byte 0x{byte:02x} at 2 is no part"):
                WAYS[name](ours, text)
    with pytest.raises(ctok.VocabError, match="some bytes have none"):
        ctok.prune(ours, ["ab"])


# ---- offsets


def test_offsets_of_ascii_by_hand(o200k):
    ids, offsets = o200k.encode_with_offsets("hello world")
    assert ids.tolist() == [24912, 2375]
    assert offsets.tolist() == [[0, 5], [5, 11]]
    assert ids.dtype == np.uint32
    assert offsets.dtype == np.int64


def test_tokens_inside_a_character_cover_all_of_it():
    tokenizer = vocabs.make()
    assert tokenizer.encode_with_offsets("a\u00e9b")[1].tolist() == [[0, 1], [1, 2], [1, 2], [2, 3]]
    assert tokenizer.encode_with_offsets("a\u00e9b".encode())[1].tolist() == [
        *([0, 1], [1, 2], [2, 3], [3, 4])
    ]


def test_offsets_of_nothing_have_two_columns(o200k):
    for text in ("", b""):
        ids, offsets = o200k.encode_with_offsets(text)
        assert ids.shape == (0,)
        assert offsets.shape == (0, 2)


@given(texts.any_text | texts.any_bytes | surrogate_mix)
def test_offsets_agree_with_reference(text):
    for name in SOME:
        tokenizer, plain = vocabs.bundled(name)
        ids, offsets = tokenizer.encode_with_offsets(text, disallowed_special=())
        used = {tokenizer.decode_single_token_bytes(number): number for number in ids.tolist()}
        small = plain._replace(ranks=used)
        assert list(map(tuple, offsets.tolist())) == reference.offsets(small, text, ids.tolist())


@given(texts.any_text)
def test_offsets_cover_the_text_in_order(text):
    tokenizer = ctok.get_encoding("o200k_base")
    _, offsets = tokenizer.encode_with_offsets(text, disallowed_special=())
    starts, stops = offsets[:, 0].tolist(), offsets[:, 1].tolist()
    assert starts == sorted(starts)
    assert stops == sorted(stops)
    covered = {i for a, b in zip(starts, stops, strict=True) for i in range(a, b)}
    assert covered == set(range(len(text)))


def test_offsets_of_a_special_token_are_its_own(o200k):
    ids, offsets = o200k.encode_with_offsets("\u00e9<|endoftext|>b", allowed_special="all")
    at = ids.tolist().index(o200k.eot_token)
    assert offsets[at].tolist() == [1, 14]
    assert offsets[at + 1].tolist() == [14, 15]


# ---- pieces


@given(texts.any_text | texts.any_bytes)
def test_pieces_join_to_the_text(text):
    for name in SOME:
        pieces = ctok.get_encoding(name).pieces(text)
        assert type(text)().join(pieces) == text
        assert all(pieces)


@given(texts.any_text)
def test_the_ids_of_a_text_are_those_of_its_pieces(text):
    tokenizer = ctok.get_encoding("o200k_base")
    ids = [i for piece in tokenizer.pieces(text) for i in tokenizer.encode_ordinary(piece)]
    assert tokenizer.encode_ordinary(text) == ids


def test_pieces_of_invalid_utf8_are_bytes(o200k):
    for data in texts.INVALID_UTF8:
        assert b"".join(o200k.pieces(data)) == data


# ---- truncate


@given(texts.any_text | texts.any_bytes, st.integers(0, 12), st.sampled_from(["right", "left"]))
def test_truncate_keeps_its_promise(text, n, side):
    tokenizer = ctok.get_encoding("o200k_base")
    kept, count = tokenizer.truncate(text, n, side)
    assert type(kept) is type(text)
    assert text.startswith(kept) if side == "right" else text.endswith(kept)
    assert count == tokenizer.count(kept, disallowed_special=()) <= n
    if tokenizer.count(text, disallowed_special=()) <= n:
        assert kept == text


def test_truncate_by_hand(o200k):
    assert o200k.truncate("hello world again", 2) == ("hello world", 2)
    assert o200k.truncate("hello world again", 2, "left") == (" world again", 2)
    assert o200k.truncate("hello", 0) == ("", 0)


def test_truncate_never_cuts_a_character():
    tokenizer = vocabs.make()
    text = "\u00e9\u4e9c\U0001f30d"
    assert [tokenizer.truncate(text, n)[0] for n in range(10)] == [
        *["", ""],
        *["\u00e9"] * 3,
        *["\u00e9\u4e9c"] * 4,
        text,
    ]
    assert [tokenizer.truncate(text, n, "left")[0] for n in range(10)] == [
        *[""] * 4,
        *["\U0001f30d"] * 3,
        *["\u4e9c\U0001f30d"] * 2,
        text,
    ]


CHANGED = {
    "spaces before texts": models.marks,
    "removed white space": models.plain,
    "suffixes": models.suffixed,
    "forms": lambda: models.byte_level(normalizer={"type": "NFKC"}),
    "forms taken apart": lambda: models.byte_level(normalizer={"type": "NFD"}),
    "lower case": lambda: models.byte_level(normalizer={"type": "Lowercase"}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_truncate_ends_where_tokens_hold_what_the_text_does_not(name, monkeypatch):
    tokenizer = ctok.load(CHANGED[name]())
    rounds = itertools.count()
    encode_array = tokenizer._encode_array

    def counted(data, rules):
        assert next(rounds) < 20, "it goes round and round"
        return encode_array(data, rules)

    monkeypatch.setattr(tokenizer, "_encode_array", counted)
    for text in (
        "a b c d e",
        "  a  b",
        "xyz zyx",
        "\ufb01\u2460 e\u0301",
        "HELLO World",
        " ",
        b"a \xff b",
    ):
        most = tokenizer.count(text, disallowed_special=())
        for n, side in itertools.product(range(most + 1), ("right", "left")):
            rounds = itertools.count()
            kept, count = tokenizer.truncate(text, n, side)
            assert text.startswith(kept) if side == "right" else text.endswith(kept)
            assert count == tokenizer.count(kept, disallowed_special=()) <= n
            assert n < most or kept == text


@pytest.mark.parametrize("side", ["right", "left"])
def test_truncate_takes_few_rounds_where_a_normalizer_cannot_be_followed(side, monkeypatch):
    tokenizer = ctok.load(CHANGED["forms taken apart"]())
    rounds = itertools.count()
    encode_array = tokenizer._encode_array

    def counted(data, rules):
        next(rounds)
        return encode_array(data, rules)

    grows = "\u0344" * 600  # twice as long, taken apart
    for text in (grows, grows + "a b " * 600, "a b " * 600 + grows):
        data = b"\xff" + text.encode() + b"\xff"
        wanted = tokenizer.count(data, disallowed_special=()) // 2
        monkeypatch.setattr(tokenizer, "_encode_array", counted)
        assert tokenizer.truncate(data, wanted, side)[1] <= wanted
        monkeypatch.undo()
    assert next(rounds) < 60


def test_truncate_reads_about_as_much_as_it_keeps(o200k, monkeypatch):
    sizes = []
    encode_array = o200k._encode_array

    def counted(data, rules):
        sizes.append(len(data))
        return encode_array(data, rules)

    monkeypatch.setattr(o200k, "_encode_array", counted)
    for side in ("right", "left"):
        assert o200k.truncate("hello world " * 100_000, 100, side)[1] == 100
    assert max(sizes) < 10_000
    blanks = " " * 100_000  # of which few tokens are many
    assert o200k.truncate(blanks + "x", 3)[0] == blanks[: 3 * 128]


@pytest.mark.parametrize("side", ["right", "left"])
def test_truncate_leaves_a_text_that_is_one_long_token(side):
    """Parts of it are single bytes: the token grows from the end that is cut off."""
    text = bytes(97 + (i * i * 7 + i // 26) % 26 for i in range(700))
    ends = [text[-k:] if side == "right" else text[:k] for k in range(2, len(text) + 1)]
    tokenizer = vocabs.make(ends)
    assert tokenizer.count(text) == 1
    assert tokenizer.truncate(text, 1, side) == (text, 1)


def test_special_tokens_without_ids_get_the_next_ones(o200k):
    more = o200k.with_special_tokens(["<|a|>", "<|endoftext|>", "<|b|>", "<|a|>"])
    assert more == o200k.with_special_tokens({"<|a|>": o200k.n_vocab, "<|b|>": o200k.n_vocab + 1})
    with pytest.raises(TypeError, match="not the str"):
        o200k.with_special_tokens("<|a|>")


def test_truncate_refuses_what_makes_no_sense(o200k):
    with pytest.raises(ValueError, match="n_tokens is -1"):
        o200k.truncate("a", -1)
    with pytest.raises(ValueError, match="middle"):
        o200k.truncate("a", 1, "middle")


# ---- facts


def test_facts_of_a_bundled_encoding(o200k):
    assert o200k.name == "o200k_base"
    assert o200k.n_vocab == 200_019
    assert o200k.eot_token == 199_999
    assert o200k.special_tokens == {"<|endoftext|>": 199_999, "<|endofprompt|>": 200_018}
    assert o200k.is_special_token(199_999)
    assert not o200k.is_special_token(5)
    assert o200k.is_proper
    assert o200k.pretokenizer == f"o200k/{ctok.backends()[-1]}"
    assert repr(o200k) == f"<ctok.Tokenizer 'o200k_base': 200019 ids, {o200k.pretokenizer}>"


def test_a_vocabulary_without_an_end_says_so():
    with pytest.raises(KeyError, match="endoftext"):
        vocabs.make().eot_token  # noqa: B018


def test_special_tokens_cannot_be_changed_from_outside(o200k):
    o200k.special_tokens["<|x|>"] = 5
    assert "<|x|>" not in o200k.special_tokens


def test_token_byte_lengths_are_those_of_the_tokens(o200k):
    lengths = o200k.token_byte_lengths()
    assert lengths.shape == (o200k.n_vocab,)
    for number in [0, 255, 1000, 199_997]:
        assert lengths[number] == len(o200k.decode_single_token_bytes(number))
    assert lengths[o200k.eot_token] == 0
    lengths[:] = 9  # the caller's own
    assert o200k.token_byte_lengths()[0] == 1


def test_encode_single_token_takes_whole_tokens_only(o200k):
    assert o200k.encode_single_token("hello") == 24912
    assert o200k.encode_single_token(b"hello") == 24912
    assert o200k.encode_single_token("<|endoftext|>") == o200k.eot_token
    for no_token in ("hello world", "", b"\xff\xfe\xfd"):
        with pytest.raises(KeyError):
            o200k.encode_single_token(no_token)


# ---- a value


@pytest.mark.parametrize("name", vocabs.ALL)
def test_a_pickled_bundled_encoding_is_the_shared_one(name):
    tokenizer = ctok.get_encoding(name)
    data = pickle.dumps(tokenizer)
    assert len(data) < 200
    assert pickle.loads(data) is tokenizer


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_any_tokenizer_can_be_pickled(letters, protocol):
    again = pickle.loads(pickle.dumps(letters, protocol))
    assert again is not letters
    assert again == letters
    assert hash(again) == hash(letters)
    assert again.encode("abcb<s>", allowed_special="all") == [258, 98, 300]
    assert again.special_tokens == letters.special_tokens


@pytest.mark.parametrize("name", ["letters", "gpt2"])
def test_how_much_a_tokenizer_may_remember_survives_a_pickle_and_edits(letters, name):
    vocab = letters.vocab if name == "letters" else ctok.get_encoding(name).vocab
    tokenizer = ctok.Tokenizer(vocab, cache_bytes=1 << 20)
    again = pickle.loads(pickle.dumps(tokenizer))
    edited = tokenizer.with_special_tokens(["<|more|>"])
    assert again._core.cache_bytes == edited._core.cache_bytes == 1 << 20
    assert again.encode("cab") == tokenizer.encode("cab")


def test_a_forced_backend_survives_a_pickle():
    tokenizer = ctok.load("o200k_base", backend=ctok.backends()[0])
    again = pickle.loads(pickle.dumps(tokenizer))
    assert again.pretokenizer == tokenizer.pretokenizer == f"o200k/{ctok.backends()[0]}"


def test_a_tokenizer_with_a_bundled_name_but_other_tokens_keeps_them():
    tokenizer = vocabs.make([b"ab"], name="o200k_base")
    again = pickle.loads(pickle.dumps(tokenizer))
    assert again.n_vocab == 257
    assert again != ctok.get_encoding("o200k_base")


def test_copies_are_the_tokenizer_itself(letters):
    assert copy.copy(letters) is letters
    assert copy.deepcopy([letters])[0] is letters


def test_tokenizers_are_equal_when_their_vocabularies_are():
    one = vocabs.make([b"ab"], specials={"<s>": 300})
    assert one == vocabs.make([b"ab"], specials={"<s>": 300})
    assert one != vocabs.make([b"ac"], specials={"<s>": 300})
    assert one != vocabs.make([b"ab"], specials={"<s>": 301})
    assert one != vocabs.make([b"ab"], specials={"<s>": 300}, pattern=".")
    assert one != vocabs.make([b"ab"], specials={"<s>": 300}, name="other")
    assert one != "tiny"
    assert len({one, vocabs.make([b"ab"], specials={"<s>": 300})}) == 1


def test_an_unknown_backend_is_refused_by_name():
    with pytest.raises(ctok.VocabError, match=r"'mmx'.*scalar"):
        ctok.load("o200k_base", backend="mmx")


@pytest.mark.parametrize("name", ["encode", "encode_ordinary", "count"])
def test_a_quick_method_looks_like_the_one_that_was_written(o200k, name):
    method = getattr(ctok.Tokenizer, name)
    assert inspect.isroutine(method)
    assert (method.__name__, method.__qualname__) == (name, f"Tokenizer.{name}")
    assert method.__module__ == "ctok.tokenizer"
    assert method.__doc__.splitlines()[0].endswith(".")
    written = inspect.signature(method.__wrapped__)
    assert inspect.signature(method) == written
    assert "text" in written.parameters
    assert pickle.loads(pickle.dumps(method)) is method
    assert pickle.loads(pickle.dumps(getattr(o200k, name)))("one two") == getattr(o200k, name)(
        text="one two"
    )


@pytest.mark.parametrize("name", ["encode", "encode_ordinary", "count"])
@pytest.mark.parametrize(
    "text", ["", "a", "na\u00efve \u4e9c\u6d32 \U0001f30d", b"a\xff", "x " * 5000]
)
def test_a_quick_call_gives_what_the_written_method_does(o200k, name, text):
    method = getattr(ctok.Tokenizer, name)
    assert method(o200k, text) == method.__wrapped__(o200k, text)
    if name != "encode_ordinary":
        how = {"allowed_special": {"<|endoftext|>"}, "disallowed_special": ()}
        assert method(o200k, text, **how) == method.__wrapped__(o200k, text, **how)


@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="the ints of threads are new ones"
)
def test_an_id_is_the_same_int_in_every_list_whatever_was_done_to_its_text():
    spec = vocabs.make_spec([b"ab", b"abc"], specials={"<s>": 258})
    tokenizer = ctok.Tokenizer(dataclasses.replace(spec, normalizer=(Step("lowercase", {}),)))
    expected = tokenizer.encode("abc")[0]
    assert expected == 257
    assert tokenizer.encode_ordinary("abc")[0] is expected
    assert tokenizer.encode_ordinary("ABC")[0] is expected
    assert tokenizer.encode("ABC<s>", allowed_special="all")[0] is expected


@pytest.mark.parametrize("name", ["encode", "count"])
def test_a_quick_call_refuses_what_the_written_method_does(o200k, name):
    call = getattr(o200k, name)
    with pytest.raises(ctok.SpecialTokenError, match="position 2"):
        call("a <|endoftext|>")
    assert call("a <|endoftext|>", disallowed_special=()) == getattr(o200k, name)(
        "a <|endoftext|>", disallowed_special=[]
    )
    for arguments in ((5,), (None,), ("a", "b"), ()):
        with pytest.raises(TypeError):
            call(*arguments)
    with pytest.raises(TypeError):
        call("a", no_such=1)
    with pytest.raises(TypeError):
        getattr(ctok.Tokenizer, name)("no tokenizer", "a")


def test_a_subclass_may_write_encode_anew(o200k):
    class Doubled(ctok.Tokenizer):
        def encode(self, text, **how):
            return super().encode(text + text, **how)

    doubled = Doubled(o200k.vocab)
    doubled.note = "has a dict"
    assert doubled.encode("ab") == o200k.encode("abab")
    assert doubled.encode("ab", disallowed_special=()) == o200k.encode("abab")
