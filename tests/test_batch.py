"""Batches: the order, the division and the threads change nothing; TokenBatch is a sequence."""

import dataclasses
import gc
import itertools
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import TokenBatch
from ctok.spec import AddedToken, Step

from . import corpus, texts, vocabs

batches = st.lists(texts.any_text | texts.any_bytes, max_size=12)
id_rows = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=6), max_size=8)
sides = st.sampled_from(["right", "left"])


@given(batches)
def test_a_batch_has_the_ids_of_its_texts(batch):
    tokenizer = ctok.get_encoding("o200k_base")
    found = tokenizer.encode_ordinary_batch(batch)
    assert found.tolist() == [tokenizer.encode_ordinary(text) for text in batch]
    assert found.ids.dtype == np.uint32
    assert found.offsets.dtype == np.int64
    counts = tokenizer.count_batch(batch, disallowed_special=())
    assert counts.tolist() == found.lengths.tolist()
    assert counts.dtype == np.int64


@given(batches, st.integers(0, 12))
def test_dividing_a_batch_changes_nothing(batch, cut):
    tokenizer = ctok.get_encoding("cl100k_base")
    encode = tokenizer.encode_ordinary_batch
    assert encode(batch).tolist() == encode(batch[:cut]).tolist() + encode(batch[cut:]).tolist()


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_number_of_threads_changes_nothing(o200k, threads):
    batch = corpus.collect().texts[::12] + ["", "a" * 300_000, "\u4e9c" * 100_000, ""]
    alone = o200k.encode_ordinary_batch(batch, threads=1)
    assert o200k.encode_ordinary_batch(batch, threads=threads) == alone
    counts = o200k.count_batch(batch, threads=threads, disallowed_special=())
    assert counts.tolist() == alone.lengths.tolist()
    backwards = o200k.encode_ordinary_batch(batch[::-1], threads=threads)
    assert backwards.tolist() == alone.tolist()[::-1]


def test_texts_may_come_from_anything_that_can_be_gone_through(o200k):
    batch = ["hello", "", "w\u00f6rld \U0001f30d"]
    expected = o200k.encode_batch(batch)
    arrow = type("Arrow", (), {"to_pylist": lambda self: list(batch)})()
    as_bytes = [text.encode() for text in batch]
    for texts_ in (
        tuple(batch),
        iter(batch),
        dict.fromkeys(batch),
        np.array(batch),
        arrow,
        as_bytes,
    ):
        assert o200k.encode_batch(texts_) == expected
    for dtype in ("U12", object, np.dtypes.StringDType()):
        assert o200k.encode_batch(np.array(batch, dtype=dtype)) == expected
    assert o200k.encode_batch(np.array(as_bytes)) == expected


@pytest.mark.parametrize("empty", [[], (), iter(()), np.array([], dtype="U1")], ids=type)
def test_no_texts_give_an_empty_batch(o200k, empty):
    batch = o200k.encode_batch(empty)
    assert len(batch) == 0
    assert batch.ids.shape == (0,)
    assert batch.offsets.tolist() == [0]
    assert o200k.count_batch([]).shape == (0,)
    assert o200k.decode_batch([]) == []


def test_one_text_is_no_batch(o200k):
    for text in ("hello", b"hello"):
        with pytest.raises(TypeError, match="list of texts"):
            o200k.encode_batch(text)


@pytest.mark.parametrize("bad", [None, 5, 1.5, ["a"], bytearray(b"a")], ids=repr)
def test_a_text_of_a_wrong_type_is_named_with_its_index(o200k, bad):
    with pytest.raises(TypeError, match=rf"texts\[1\].*{type(bad).__name__}"):
        o200k.encode_batch(["a", bad])
    with pytest.raises(TypeError, match=rf"texts\[1\].*{type(bad).__name__}"):
        o200k.count_batch(["a", bad])


COLUMNS = {
    "pandas": lambda some: pytest.importorskip("pandas").Series(some),
    "pandas, of Python's str": lambda some: pytest.importorskip("pandas").Series(
        some, dtype=object
    ),
    "pandas.Index": lambda some: pytest.importorskip("pandas").Index(some),
    "arrow": lambda some: pytest.importorskip("pyarrow").array(some),
    "arrow, in chunks": lambda some: pytest.importorskip("pyarrow").chunked_array([some, some[:0]]),
    "polars": lambda some: pytest.importorskip("polars").Series(some),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_other_libraries_are_batches(o200k, kind):
    some = ["a b", "", "\u00e9"]
    assert o200k.encode_batch(COLUMNS[kind](some)) == o200k.encode_batch(some)
    counts = ctok.PieceCounts("r50k", threads=1).count(COLUMNS[kind](some))
    assert counts.total == 3


def test_a_column_is_not_read_element_by_element(o200k):
    class Column:
        def tolist(self):
            return ["a", "b"]

        def __iter__(self):
            raise AssertionError("one by one")

    assert o200k.encode_batch(Column()) == o200k.encode_batch(["a", "b"])


class Frame:
    columns = ("text",)

    def __iter__(self):
        return iter(self.columns)


@pytest.mark.parametrize(
    "table", [Frame(), {"text": ["a", "b"], "id": [1, 2]}], ids=["of columns", "dict"]
)
def test_a_table_is_not_taken_for_the_names_of_its_columns(o200k, table):
    for call in (o200k.encode_batch, o200k.count_batch, ctok.PieceCounts("r50k").count):
        with pytest.raises(TypeError, match=rf"{type(table).__name__}.*texts\['text'\]"):
            call(table)


@pytest.mark.parametrize("wrong", [None, 5], ids=repr)
def test_what_is_no_iterable_is_named(o200k, wrong):
    with pytest.raises(TypeError, match=f"texts is an iterable .* not {type(wrong).__name__}"):
        o200k.encode_batch(wrong)


def test_an_array_of_two_dimensions_is_refused(o200k):
    with pytest.raises(TypeError, match="one dimension"):
        o200k.encode_batch(np.array([["a", "b"]]))


@pytest.mark.parametrize("threads", [0, -1])
def test_fewer_than_one_thread_is_refused(o200k, threads):
    for call in (o200k.encode_batch, o200k.count_batch, o200k.encode_ordinary_batch):
        with pytest.raises(ValueError, match=f"threads is {threads}"):
            call(["a"], threads=threads)
    with pytest.raises(ValueError, match=f"threads is {threads}"):
        o200k.decode_batch([[5]], threads=threads)


@pytest.mark.parametrize("threads", ["2", 1.5], ids=repr)
def test_threads_are_counted_by_ints(o200k, threads):
    for call in (o200k.encode_batch, o200k.count_batch):
        with pytest.raises(TypeError, match=f"threads is an int or None, not {threads!r}"):
            call(["a"], threads=threads)


# ---- TokenBatch


@given(id_rows)
def test_a_batch_is_the_sequence_of_its_rows(rows):
    batch = TokenBatch.from_lists(rows)
    assert len(batch) == len(rows)
    assert [row.tolist() for row in batch] == rows
    assert batch.tolist() == rows
    assert batch.lengths.tolist() == [len(row) for row in rows]
    assert [row.tolist() for row in reversed(batch)] == rows[::-1]
    for i in range(-len(rows), len(rows)):
        assert batch[i].tolist() == rows[i]


@given(id_rows, st.slices(8))
def test_a_slice_is_a_batch(rows, part):
    batch = TokenBatch.from_lists(rows)
    assert batch[part].tolist() == rows[part]
    assert isinstance(batch[part], TokenBatch)


@given(id_rows, st.data())
def test_rows_are_chosen_by_lists_and_arrays(rows, data):
    batch = TokenBatch.from_lists(rows)
    one = st.integers(-len(rows), len(rows) - 1) if rows else st.nothing()
    order = data.draw(st.lists(one, max_size=8)) if rows else []
    for index in (order, np.array(order, dtype=np.int64)):
        assert batch[index].tolist() == [rows[i] for i in order]
    assert batch[batch.lengths > 1].tolist() == [row for row in rows if len(row) > 1]


def test_rows_that_are_not_there_cannot_be_chosen():
    batch = TokenBatch.from_lists([[1, 2], [3]])
    for index in ([2], [-3], [True], np.array([[0]])):
        with pytest.raises(IndexError):
            batch[index]
    assert batch[np.array(1)].tolist() == [3]


@pytest.mark.parametrize(
    ("ids", "kind", "message"),
    [
        ([1.5], TypeError, "float64"),
        (["1"], TypeError, "integers"),
        ([-1], ValueError, "-1"),
        (np.array([1 << 32]), ValueError, "4294967296"),
        (np.array([3, -7], dtype=np.int16), ValueError, "-7"),
    ],
)
def test_ids_are_not_bent_until_they_fit(ids, kind, message):
    with pytest.raises(kind, match=message):
        TokenBatch(ids, [0, len(ids)])
    with pytest.raises(kind, match=message):
        TokenBatch.from_lists([[1], ids])


def test_pad_into_another_type():
    batch = TokenBatch.from_lists([[1, 2], [70_000]])
    ids, mask = batch.pad(pad_id=-100, dtype=np.int64)
    assert (ids.dtype, ids.tolist()) == (np.int64, [[1, 2], [70_000, -100]])
    assert mask.sum() == 3
    for how in ({"pad_id": -100}, {"dtype": np.uint16}, {"pad_id": 1 << 40}):
        with pytest.raises(ValueError, match=r"uint(16|32) does not hold the id .*int64"):
            batch.pad(**how)


def test_rows_are_views_without_copies():
    batch = TokenBatch.from_lists([[1, 2], [3]])
    assert np.shares_memory(batch[0], batch.ids)
    assert np.shares_memory(batch[0:1].ids, batch.ids)
    assert batch[0].dtype == np.uint32


@pytest.mark.parametrize("index", [2, -3])
def test_a_row_that_is_not_there_is_an_index_error(index):
    with pytest.raises(IndexError, match=f"{index} of 2"):
        TokenBatch.from_lists([[1, 2], [3]])[index]


@given(id_rows, st.integers(0, 3), st.integers(0, 2**32 - 1), sides)
def test_pad_fills_every_row_up(rows, more, pad_id, side):
    length = max(map(len, rows), default=0) + more
    ids, mask = TokenBatch.from_lists(rows).pad(length, pad_id, side)
    assert ids.shape == mask.shape == (len(rows), length)
    assert ids.dtype == np.uint32
    assert mask.dtype == np.bool_
    for row, padded, marks in zip(rows, ids.tolist(), mask.tolist(), strict=True):
        filling = [pad_id] * (length - len(row))
        assert padded == (row + filling if side == "right" else filling + row)
        real, unreal = [True] * len(row), [False] * len(filling)
        assert marks == (real + unreal if side == "right" else unreal + real)


def test_pad_takes_the_longest_text_by_default():
    ids, mask = TokenBatch.from_lists([[1, 2], [], [3]]).pad()
    assert ids.tolist() == [[1, 2], [0, 0], [3, 0]]
    assert mask.tolist() == [[True, True], [False, False], [True, False]]
    assert TokenBatch.from_lists([]).pad()[0].shape == (0, 0)


def test_pad_refuses_to_cut():
    with pytest.raises(ValueError, match=r"truncate\(1\)"):
        TokenBatch.from_lists([[1, 2]]).pad(1)
    with pytest.raises(ValueError, match="middle"):
        TokenBatch.from_lists([[1, 2]]).pad(side="middle")


@given(id_rows, st.integers(0, 6), sides)
def test_truncate_keeps_so_many_ids_of_each_row(rows, n, side):
    cut = TokenBatch.from_lists(rows).truncate(n, side)
    assert cut.tolist() == [
        row[:n] if side == "right" else row[max(0, len(row) - n) :] for row in rows
    ]


def test_truncate_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="-1"):
        TokenBatch.from_lists([[1]]).truncate(-1)
    with pytest.raises(ValueError, match="middle"):
        TokenBatch.from_lists([[1]]).truncate(1, "middle")


def test_batches_are_equal_when_their_rows_are():
    one = TokenBatch.from_lists([[1, 2], [3]])
    assert one == TokenBatch([1, 2, 3], [0, 2, 3])
    assert one != TokenBatch([1, 2, 3], [0, 1, 3])
    assert one != TokenBatch([1, 2, 4], [0, 2, 3])
    assert one != [[1, 2], [3]]
    with pytest.raises(TypeError, match="hash"):
        hash(one)


def test_a_batch_can_be_pickled_and_shows_its_shape():
    batch = TokenBatch.from_lists([[1, 2, 3], [], [4]])
    assert pickle.loads(pickle.dumps(batch)) == batch
    assert repr(batch) == "TokenBatch(texts=3, ids=4, longest=3)"


@pytest.mark.parametrize(
    ("ids", "offsets"),
    [
        ([1, 2], []),
        ([1, 2], [0, 1]),
        ([1, 2], [1, 2]),
        ([1, 2], [0, 2, 1, 2]),
        ([1, 2], [0, 3]),
        ([[1, 2]], [0, 1]),
        ([1, 2], [[0, 2]]),
    ],
)
def test_offsets_that_do_not_fit_are_refused(ids, offsets):
    with pytest.raises(ValueError):
        TokenBatch(ids, offsets)


def test_rows_of_a_large_batch_outlive_it(o200k):
    text = "hello world " * 200_000
    batch = o200k.encode_batch([text], threads=1)
    assert len(batch.ids) > 262_144  # handed over without a copy
    row = batch[0]
    del batch
    o200k.encode_batch(["other things " * 300_000], threads=1)
    assert o200k.decode(row) == text
    row[:] = 0  # the caller's own
    assert o200k.encode_batch(["hello"]).tolist() == [o200k.encode("hello")]


def test_ids_stand_before_and_behind_every_text():
    batch = TokenBatch.from_lists([[1, 2], [], [3]])
    assert batch.between([8], [9]).tolist() == [[8, 1, 2, 9], [8, 9], [8, 3, 9]]
    assert batch.between([7, 8], []).tolist() == [[7, 8, 1, 2], [7, 8], [7, 8, 3]]
    assert batch.between([], []) == batch
    assert TokenBatch.from_lists([]).between([1], [2]).tolist() == []


def test_encode_batch_puts_special_tokens_around_every_text():
    tokenizer = ctok.get_encoding("cl100k_base")
    end = tokenizer.eot_token
    texts = ["hello world", "", "you"]
    expected = [[end, *tokenizer.encode(text), 5] for text in texts]
    for encode in (tokenizer.encode_batch, tokenizer.encode_ordinary_batch):
        assert encode(texts, prepend="<|endoftext|>", append=5).tolist() == expected
        with pytest.raises(ValueError, match="200000 is no id"):
            encode(texts, append=200_000)
        with pytest.raises(KeyError, match=r"'<\|none\|>' is no token of 'cl100k_base'"):
            encode(texts, prepend="<|none|>")
        with pytest.raises(TypeError):
            encode(texts, prepend=5.0)


def test_lists_of_a_batch_whose_offsets_were_spoilt_are_refused():
    batch = TokenBatch([1, 2, 3], [0, 1, 3])
    batch.offsets[1] = 1 << 40
    with pytest.raises(ValueError, match=r"offsets\[1\]"):
        batch.tolist()


def test_the_int_of_an_id_is_an_int_like_any_other():
    numbers = [0, 1, 256, 257, 2**15, 2**20, 2**21 - 1, 2**21, 2**30, 2**32 - 1]
    for _ in range(2):  # made, then found
        [row] = TokenBatch(numbers, [0, len(numbers)]).tolist()
        assert row == numbers
        assert {type(number) for number in row} == {int}
        assert [hash(number) for number in row] == [hash(number) for number in numbers]
        assert [number + 1 for number in row] == [number + 1 for number in numbers]
        assert pickle.loads(pickle.dumps(row)) == numbers
        del row  # the ints stay


def test_garbage_is_not_looked_for_again_and_again_while_lists_are_made():
    batch = TokenBatch(np.arange(40_000) % 1000, np.arange(40_001))
    spoilt = TokenBatch(np.arange(4), [0, 2, 4])
    spoilt.offsets[1] = 9
    looks = []
    gc.callbacks.append(lambda phase, info: looks.append(phase))
    try:
        gc.collect()
        looks.clear()
        rows = batch.tolist()
        assert looks.count("start") <= 1  # at the end
    finally:
        gc.callbacks.pop()
    assert len(rows) == 40_000
    assert gc.isenabled()
    with pytest.raises(ValueError, match="offsets"):
        spoilt.tolist()
    assert gc.isenabled()
    gc.disable()
    try:
        batch.tolist()
        assert not gc.isenabled()
    finally:
        gc.enable()


# ---- short texts, which are encoded together

SHORT_AND_LONG = [
    *texts.random_texts(11, 700, 40),
    "",
    "x" * 1023,
    "x" * 1024,
    "\xe9 " * 512,
    "\u4e9c\u6d32" * 512,
    "\U0001f30d" * 1024,
    "a b " * 300,
    *(text for text in texts.SURROGATES for _ in range(3)),
    *texts.INVALID_UTF8,
    "",
    *(text for text in texts.REGRESSIONS for _ in range(2)),
    "",
    "",
]


@pytest.mark.parametrize("order", ["given", "sorted", "reversed", "shuffled"])
def test_texts_together_have_the_ids_of_each(encoding, order):
    tokenizer, _ = encoding
    batch = list(SHORT_AND_LONG)
    if order == "sorted":
        batch.sort(key=len)
    elif order == "reversed":
        batch.reverse()
    elif order == "shuffled":
        random.Random(1).shuffle(batch)
    expected = [tokenizer.encode_ordinary(text) for text in batch]
    assert tokenizer.encode_ordinary_batch(batch, threads=1).tolist() == expected
    counts = tokenizer.count_batch(batch, disallowed_special=())
    assert counts.tolist() == [len(row) for row in expected]
    expected = [tokenizer.encode(text, allowed_special="all") for text in batch]
    assert tokenizer.encode_batch(batch, allowed_special="all").tolist() == expected


@given(st.lists(texts.any_text, max_size=12))
def test_any_texts_together_have_the_ids_of_each(batch):
    tokenizer = ctok.get_encoding("cl100k_base")
    rows = tokenizer.encode_batch(batch, allowed_special="all").tolist()
    assert rows == [tokenizer.encode(text, allowed_special="all") for text in batch]


def test_a_special_token_does_not_come_from_two_texts(o200k):
    halves = ["<|endof", "text|>"]
    expected = [o200k.encode_ordinary(half) for half in halves]
    assert o200k.encode_batch(halves).tolist() == expected
    assert o200k.encode_batch(halves, allowed_special="all").tolist() == expected
    assert o200k.encode_batch(["a", "<|endoftext|>"], allowed_special="all").tolist()[1] == [199999]


def test_a_refused_token_is_found_in_its_text_among_short_ones(o200k):
    for call in (o200k.encode_batch, o200k.count_batch):
        with pytest.raises(ctok.SpecialTokenError, match=r"^texts\[300\]: .* at position 2\."):
            call(["some words"] * 300 + ["a <|endoftext|>"] + ["<|fim|>"] * 300)


def test_texts_that_are_taken_apart_keep_their_places_in_a_batch():
    spec = vocabs.make_spec([b"ab", "\u00e9".encode()], specials={"<s>": 300})
    added = (
        AddedToken("<s>", 300, normalized=False),
        AddedToken("<x>", 301, special=False, normalized=True),
    )
    tokenizer = ctok.Tokenizer(
        dataclasses.replace(spec, normalizer=(Step("nfc", {}),), added=added)
    )
    accent = "e\u0301"
    texts = [accent + "<s>", "ab", "", "<s>", accent + "<x>", accent + "<s>" + accent, "ab<x>"]
    expected = [[257, 300], [256], [], [300], [257, 301], [257, 300, 257], [256, 301]]
    assert [tokenizer.encode(text, allowed_special="all") for text in texts] == expected
    batch = tokenizer.encode_batch(texts, allowed_special="all")
    assert batch.tolist() == expected
    counts = tokenizer.count_batch(texts, allowed_special="all")
    assert counts.tolist() == [len(row) for row in expected]
    with pytest.raises(ctok.SpecialTokenError, match="disallowed special token '<s>'"):
        tokenizer.encode_batch([accent + "<s>"])


def test_composed_texts_come_to_the_core_at_once_and_others_do_not():
    spec = vocabs.make_spec(["\u00e9".encode()])
    tokenizer = ctok.Tokenizer(dataclasses.replace(spec, normalizer=(Step("nfc", {}),)))
    texts = ["e\u0301", "\u00e9", "e\u0301".encode(), "\u00e9".encode(), "\u00e9\u4e00", "ab"]
    expected = [[256], [256], [256], [256], [256, *"\u4e00".encode()], [97, 98]]
    for call in (tokenizer.encode, tokenizer.encode_ordinary):
        assert list(map(call, texts)) == expected
    assert list(map(tokenizer.count, texts)) == list(map(len, expected))
    assert tokenizer.encode_batch(texts).tolist() == expected
    with pytest.raises(TypeError, match="a text is str or UTF-8 bytes"):
        tokenizer.encode(7)


COUNTED = """
import resource, ctok
from pathlib import Path
from ctok.loaders import tiktoken
bytes_only = {value: bytes([value]) for value in range(256)}
tokenizer = ctok.Tokenizer(tiktoken.from_ranks(bytes_only, name="bytes", pattern="(?s:.+)"))
tokenizer.count("warm")
pages = int(Path("/proc/self/statm").read_text().split()[0])
room = pages * resource.getpagesize() + (100 << 20)
resource.setrlimit(resource.RLIMIT_AS, (room, room))
counts = tokenizer.count_batch([b"ab" * 500_000, b"a", b"b"] * 60, threads=1)
assert counts.tolist() == [1_000_000, 1, 1] * 60
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit and /proc are Linux's")
def test_texts_long_and_short_are_counted_without_room_for_their_ids():
    subprocess.run([sys.executable, "-c", COUNTED], check=True, timeout=60)


def test_memory_that_is_used_again_belongs_to_one_array():
    """Large memory is kept for the next call; what two arrays hold stays apart, and stays."""
    tokenizer = ctok.get_encoding("r50k_base")
    texts = ["".join(f" {k * n}" for k in range(300_000)) for n in (1, 3)]
    expected = [np.array(tokenizer.encode(text), np.uint32) for text in texts]
    assert min(part.nbytes for part in expected) > 2 << 20
    held = [tokenizer.encode_to_numpy(text) for text in texts]
    for _ in range(3):
        again = [tokenizer.encode_to_numpy(text) for text in texts]
        assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(held + again, 2))
        for arrays in (held, again):
            for array, part in zip(arrays, expected, strict=True):
                np.testing.assert_array_equal(array, part)
        again[0][:] = 7
        del again, arrays, array
