"""Ids into text: every id is checked, and text is never lost or invented."""

import codecs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import reference

from . import texts, vocabs

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]


@pytest.mark.parametrize("name", vocabs.ALL)
def test_each_id_decodes_to_its_token(name):
    tokenizer, plain = vocabs.bundled(name)
    every = [*plain.ranks.values(), *plain.specials.values()]
    joined = tokenizer.decode_bytes(every)
    assert joined == reference.decode(plain, every)
    for token, number in list(plain.ranks.items())[::101]:
        assert tokenizer.decode_single_token_bytes(number) == token
    for token, number in plain.specials.items():
        if token != "<|reserved_200018|>":  # shares its id
            assert tokenizer.decode([number]) == token


@given(st.lists(st.integers(0, 100_255), max_size=60))
def test_any_ids_agree_with_reference(ids):
    tokenizer, plain = vocabs.bundled("cl100k_base")
    expected = reference.decode(plain, ids[:8])
    assert tokenizer.decode_bytes(ids[:8]) == expected
    data = tokenizer.decode_bytes(ids)
    assert tokenizer.decode(ids) == data.decode("utf-8", "replace")
    assert tokenizer.decode(ids, "ignore") == data.decode("utf-8", "ignore")
    assert tokenizer.decode_bytes(np.array(ids, np.uint32)) == data
    assert tokenizer.decode_bytes(tuple(ids)) == data
    assert tokenizer.decode_bytes(iter(ids)) == data


def test_errors_is_as_in_bytes_decode(o200k):
    ids = o200k.encode(b"a\xff")
    assert o200k.decode(ids) == "a\ufffd"
    assert o200k.decode(ids, "ignore") == "a"
    assert o200k.decode(ids, "backslashreplace") == "a\\xff"
    with pytest.raises(UnicodeDecodeError):
        o200k.decode(ids, "strict")
    with pytest.raises(LookupError, match="no_such_handler"):
        o200k.decode(ids, "no_such_handler")


def test_a_long_text_decodes_to_itself(o200k):
    text = "\U0001f30d na\u00efve \u4e9c\u6d32 " * 50_000
    ids = o200k.encode_to_numpy(text)
    assert len(ids) > 4096
    assert o200k.decode(ids) == text
    assert o200k.decode(ids.tolist()) == text


@pytest.mark.parametrize("dtype", INTEGERS, ids=lambda dtype: np.dtype(dtype).name)
def test_arrays_of_every_integer_type_decode(o200k, dtype):
    ids = np.array([5, 0, 99, 100, 7, 7], dtype=dtype)
    expected = o200k.decode_bytes(ids.tolist())
    assert o200k.decode_bytes(ids) == expected
    assert o200k.decode_bytes(np.repeat(ids, 2)[::2]) == expected  # not contiguous
    assert o200k.decode_bytes(ids[::-1]) == o200k.decode_bytes(ids.tolist()[::-1])
    assert o200k.decode_bytes(ids.astype(ids.dtype.newbyteorder(">"))) == expected
    assert o200k.decode_bytes(ids[:0]) == b""


def test_a_read_only_array_decodes(o200k):
    ids = o200k.encode_to_numpy("hello")
    ids.flags.writeable = False
    assert o200k.decode(ids) == "hello"


BAD_IDS = [
    -1,
    200_001,
    200_019,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**63 - 1,
    2**63,
    2**64,
    -(2**70),
]


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize("call", ["decode", "decode_bytes", "decode_batch", "decode_bytes_batch"])
def test_an_id_without_a_token_is_named_with_its_index(o200k, call, bad):
    decode = getattr(o200k, call)
    row = [[5, 6, bad]] if call.endswith("batch") else [5, 6, bad]
    with pytest.raises(ctok.DecodeError, match=rf"{bad} at index 2\b") as caught:
        decode(row)
    assert isinstance(caught.value, ValueError)
    assert "o200k_base" in str(caught.value)


@pytest.mark.parametrize("bad", BAD_IDS)
def test_the_single_token_call_and_the_stream_refuse_it_too(o200k, bad):
    with pytest.raises(ctok.DecodeError, match=str(bad)):
        o200k.decode_single_token_bytes(bad)
    with pytest.raises(ctok.DecodeError, match=str(bad)):
        o200k.decode_with_offsets([bad])
    stream = o200k.decode_stream()
    with pytest.raises(ctok.DecodeError, match=str(bad)):
        stream.feed(bad)
    assert stream.feed(o200k.encode("a")[0]) == "a"


@pytest.mark.parametrize("dtype", INTEGERS[4:], ids=lambda dtype: np.dtype(dtype).name)
def test_bad_ids_in_arrays_are_named(o200k, dtype):
    info = np.iinfo(dtype)
    for bad in (info.min, info.max):
        if bad != 0:
            with pytest.raises(ctok.DecodeError, match=rf"{bad} at index 1\b"):
                o200k.decode(np.array([5, bad], dtype=dtype))
            with pytest.raises(ctok.DecodeError, match=rf"batch\[1\].* {bad} at index 0\b"):
                o200k.decode_batch([[5], np.array([bad], dtype=dtype)])


def test_a_bad_id_deep_in_a_long_list_is_found(o200k):
    ids = [5] * 3_000_000
    ids[2_500_000] = 199_998
    with pytest.raises(ctok.DecodeError, match=r"199998 at index 2500000\b"):
        o200k.decode(np.array(ids, np.uint32))


@pytest.mark.parametrize(
    "bad",
    [None, 5, 5.0, "abc", b"abc", [1.5], ["a"], [None], [[1]], np.zeros(2), np.zeros((1, 1), int)],
    ids=repr,
)
def test_ids_of_a_wrong_type_are_refused(o200k, bad):
    with pytest.raises(TypeError):
        o200k.decode(bad)
    with pytest.raises(TypeError):
        o200k.decode_bytes(bad)


@given(st.lists(texts.any_bytes, max_size=8), st.integers(1, 3))
def test_batches_decode_row_by_row(rows, threads):
    tokenizer = ctok.get_encoding("cl100k_base")
    batch = tokenizer.encode_ordinary_batch(rows)
    assert tokenizer.decode_bytes_batch(batch, threads=threads) == rows
    assert tokenizer.decode_bytes_batch(batch.tolist()) == rows
    assert tokenizer.decode_batch(batch) == [row.decode("utf-8", "replace") for row in rows]
    assert tokenizer.decode_batch(iter(batch.tolist())) == tokenizer.decode_batch(batch)
    assert ctok.decode_batch(batch, tokenizer) == tokenizer.decode_batch(batch)


def test_threads_decode_a_large_batch_in_order(o200k):
    rows = [f"row {i} \u4e9c " * (i % 37) for i in range(20_000)]
    batch = o200k.encode_batch(rows)
    assert len(batch.ids) > 2 * 65536
    for threads in (1, 2, 5):
        assert o200k.decode_batch(batch, threads=threads) == rows


def test_a_bad_id_in_a_large_batch_names_the_row(o200k):
    batch = o200k.encode_batch(["hello world " * 20_000] * 8)
    ids = batch.ids.copy()
    ids[batch.offsets[6] + 3] = 199_998
    with pytest.raises(ctok.DecodeError, match=r"batch\[6\].* 199998 at index 3\b"):
        o200k.decode_batch(ctok.TokenBatch(ids, batch.offsets), threads=2)


# ---- streams


@given(texts.any_bytes, st.sampled_from(["replace", "ignore"]))
def test_a_stream_gives_the_text_of_decode(data, errors):
    tokenizer = ctok.get_encoding("gpt2")
    ids = tokenizer.encode_ordinary(data)
    stream = ctok.DecodeStream(tokenizer, errors)
    said = ""
    for count, number in enumerate(ids, 1):
        said += stream.feed(number)
        known = tokenizer.decode_bytes(ids[:count])
        assert len(stream.pending) <= 3
        assert known.endswith(stream.pending)
        assert said == known[: len(known) - len(stream.pending)].decode("utf-8", errors)
    said += stream.flush()
    assert said == tokenizer.decode(ids, errors)
    assert stream.pending == b""


def test_a_stream_never_gives_a_broken_character():
    tokenizer = vocabs.make()
    stream = tokenizer.decode_stream()
    said = [stream.feed(byte) for byte in "a\u00e9\u4e9c\U0001f30d!".encode()]
    assert said == ["a", "", "\u00e9", "", "", "\u4e9c", "", "", "", "\U0001f30d", "!"]


def test_flush_gives_the_rest_and_starts_anew():
    stream = vocabs.make().decode_stream()
    assert [stream.feed(0xF0), stream.feed(0x9F)] == ["", ""]
    assert stream.pending == b"\xf0\x9f"
    assert stream.flush() == "\ufffd"
    assert stream.feed(ord("a")) == "a"
    stream.feed(0xC3)
    with pytest.raises(UnicodeDecodeError):
        stream.flush("strict")
    assert stream.flush("ignore") == ""


def test_streams_of_one_tokenizer_do_not_know_each_other():
    tokenizer = vocabs.make()
    first, second = tokenizer.decode_stream(), tokenizer.decode_stream()
    first.feed(0xC3)
    assert second.feed(ord("b")) == "b"
    assert first.feed(0xA9) == "\u00e9"


def test_a_stream_is_the_incremental_decoder_of_python():
    tokenizer = vocabs.make()
    for data in texts.INVALID_UTF8:
        plain = codecs.getincrementaldecoder("utf-8")("replace")
        stream = tokenizer.decode_stream()
        assert [stream.feed(byte) for byte in data] == [plain.decode(bytes([b])) for b in data]


class Number:
    """An int to those that ask for one; runs some code when it is asked."""

    def __init__(self, value, run=lambda: None):
        self.value, self.run = value, run

    def __index__(self):
        self.run()
        return self.value


@pytest.mark.parametrize("kind", [list, tuple])
def test_what_stands_for_an_int_is_read_between_ints(o200k, kind):
    ids = o200k.encode("What stands between ints: " * 200)
    every = [np.uint32(ids[0]), *ids[1:700], np.int64(ids[700]), Number(ids[701]), *ids[702:]]
    assert o200k.decode(kind(every)) == o200k.decode(ids)
    assert o200k.decode_batch([kind(every), [], [True], every]) == [
        o200k.decode(row) for row in (ids, [], [1], ids)
    ]


def test_a_list_that_shrinks_while_it_is_read_is_refused(o200k):
    ids = [5] * 1000
    ids[500] = Number(6, lambda: ids.__delitem__(slice(600, None)))
    with pytest.raises(RuntimeError, match="changed size"):
        o200k.decode(ids)


def test_rows_of_all_forms_make_one_batch(o200k):
    rows = [[5, 6], (7,), np.array([8, 9], np.int16), iter([10]), [], np.arange(3_000), range(4)]
    again = [[5, 6], [7], [8, 9], [10], [], list(range(3_000)), [0, 1, 2, 3]]
    assert o200k.decode_bytes_batch(iter(rows)) == [o200k.decode_bytes(row) for row in again]


def test_offsets_that_were_moved_are_refused(o200k):
    batch = o200k.encode_batch(["one two", "three"])
    for bad in (-1, 99, 2**62):
        batch.offsets[1] = bad
        with pytest.raises(ValueError, match="row"):
            o200k.decode_batch(batch)


@pytest.mark.parametrize("n", [14, 15, 16, 17, 31, 32, 33])
def test_tokens_of_every_length_stand_side_by_side(o200k, n):
    lengths = o200k.token_byte_lengths()
    ids = [int(i) for i in np.flatnonzero(lengths == n)[-20:]]
    ids += [0, *ids[::-1], int(np.flatnonzero(lengths)[-1])]
    expected = b"".join(o200k.decode_single_token_bytes(i) for i in ids)
    assert o200k.decode_bytes(ids) == expected


def test_a_batch_is_no_list_of_ids(o200k):
    for many in (o200k.encode_batch(["a", "b c"]), [[5], [6, 7]]):
        with pytest.raises(TypeError, match=r"ids\[0\] is .*decode_batch"):
            o200k.decode(many)
