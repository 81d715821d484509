"""ctok's own file: all of a tokenizer comes back, and no damaged or hostile file is used."""

from __future__ import annotations

import contextlib
import json
import os
import random
import struct
import subprocess
import sys

import numpy as np
import pytest

import ctok
from ctok import kernels
from ctok import saved as saved_files
from ctok.vocab import OPTIONAL, TABLES, Vocab

from . import models, texts, vocabs
from .loaders import files
from .loaders.test_damage import SUBSTITUTES, paths_of, replaced

MODES = {"read": False, "mapped": True}
HEAD = 64
SUM_AT = HEAD - 8
SAMPLED = 300
# The tables that linear.h reads; the last may be there without the others.
WALKS = ("parts", "starts", "heads", "tall", "wholes")


def letters():
    """Few tokens, short and long ones, some of them added with all that added tokens can have."""
    tokens = [b"ab", b"bc", b"abc", b"abcabc", b"a longer one", b"one that is longer than 15 bytes"]
    spec = vocabs.make_spec(tokens, pattern=ctok.families()["cl100k"], name="few")
    added = (
        ctok.spec.AddedToken("<s>", 300),
        ctok.spec.AddedToken("<é>", 302, False, True, True, True, True, b"\xff\x00decoded"),
    )
    return ctok.Tokenizer(
        ctok.VocabSpec(**{**spec.__dict__, "added": added, "specials": {"<s>": 300}})
    )


def walked():
    """A vocabulary whose long pieces are walked, with tokens short and long, and a character."""
    halves = [b"ab" * (1 << power) for power in range(5)]
    tokens = [*halves, "é".encode(), "中".encode()[:2], "中".encode(), b"aab"]
    spec = vocabs.make_spec(tokens, pattern=ctok.families()["cl100k"], name="walked")
    tokenizer = ctok.Tokenizer(spec)
    assert tokenizer.vocab.is_linear
    return tokenizer


def not_proper():
    return vocabs.make([b"abc", b"bcd", b"ab"], name="not proper")


def marks():
    """A vocabulary with a normalizer, a decoder, a template and a file of its own."""
    value = models.marks(
        post_processor={
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
        }
    )
    return ctok.load(value, name="few marks")


def suffixed():
    return ctok.load(models.suffixed(), name="suffixed")


def stepped():
    """Whose texts are cut in steps: one leaves text out, those behind ByteLevel read bytes."""
    steps = [
        {"type": "CharDelimiterSplit", "delimiter": "~"},
        {"type": "Punctuation", "behavior": "Contiguous"},
        models.BYTE_LEVEL,
        {"type": "Digits", "individual_digits": True},
        {
            "type": "Split",
            "pattern": {"Regex": "[a-c]+|[\u00a1-\u00ff]"},
            "behavior": "MergedWithNext",
        },
    ]
    value = models.byte_level(pre_tokenizer={"type": "Sequence", "pretokenizers": steps})
    return ctok.load(value, name="stepped")


def of_kind(name):
    """A tokenizer from a file of some kind."""

    def make(tmp_path):
        file, data = files.every_kind()[name]
        (tmp_path / file).write_bytes(data)
        return ctok.load(tmp_path / file)

    return make


BUNDLED = ("r50k_base", "o200k_harmony")
MAKERS = {
    **{name: (lambda _, name=name: ctok.get_encoding(name)) for name in BUNDLED},
    **{name: of_kind(name) for name in files.every_kind()},
    "few": lambda _: letters(),
    "walked": lambda _: walked(),
    "not proper": lambda _: not_proper(),
    "few marks": lambda _: marks(),
    "stepped": lambda _: stepped(),
    "lacking": lambda _: ctok.load(models.without_bytes_of_no_text(), name="lacking"),
    "suffixed": lambda _: suffixed(),
    "affixed": lambda _: ctok.load(models.affixed("##", "</w>"), name="affixed"),
    "plain": lambda _: ctok.load(models.plain(), name="plain"),
}


def saved(tokenizer):
    return saved_files.dump(tokenizer.vocab)


def same(one, other):
    """Whether two fields of a VocabSpec are equal, arrays by their numbers."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is not None and other is not None and np.array_equal(one, other)
    return one == other


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", MAKERS)
def test_a_saved_tokenizer_comes_back_whole(name, mode, tmp_path):
    before = MAKERS[name](tmp_path)
    path = tmp_path / "saved.ctok"
    before.save(path)
    after = ctok.load(path, mmap=MODES[mode])
    assert after == before
    for field, value in before.vocab.spec.__dict__.items():
        assert same(getattr(after.vocab.spec, field), value), field
    arrays, again = before.vocab.as_arrays(), after.vocab.as_arrays()
    assert list(arrays) and set(arrays) == set(again)
    for table, array in arrays.items():
        assert np.array_equal(array, again[table]), table
        assert not again[table].flags.writeable
        assert again[table].ctypes.data % 64 == 0
    for field in (
        "is_proper",
        "is_linear",
        "only_utf8",
        "n_ids",
        "special_tokens",
        "added_tokens",
        "has_joints",
    ):
        assert getattr(after.vocab, field) == getattr(before.vocab, field), field
    assert after.pretokenizer == before.pretokenizer
    for text in texts.random_texts(5, 60):
        ids = before.encode(text, disallowed_special=())
        assert after.encode(text, disallowed_special=()) == ids
        assert after.decode(ids) == before.decode(ids)
    same_bytes = saved(after) == saved(before)
    assert same_bytes


def test_every_field_of_a_vocabulary_is_saved():
    spec = vocabs.make_spec()
    assert set(spec.__dict__) == {
        *saved_files.FACTS,
        *saved_files.SPEC_ARRAYS,
        "token_bytes",
        "token_offsets",
    }


def test_every_table_is_named_once():
    names = [name for name, _, _ in TABLES]
    assert len(set(names)) == len(names)
    assert set(letters().vocab.as_arrays()) == {*names} - {*OPTIONAL} | {"split_at", "byte_pairs"}
    assert set(walked().vocab.as_arrays()) == {*names} - {*OPTIONAL} | {
        "split_at",
        "byte_pairs",
        *WALKS,
    }


def test_a_loaded_tokenizer_may_be_changed_pickled_and_saved_again(tmp_path):
    import pickle

    letters().save(tmp_path / "a.ctok")
    tokenizer = ctok.load(tmp_path / "a.ctok", mmap=True, name="other")
    assert tokenizer.name == "other"
    assert pickle.loads(pickle.dumps(tokenizer)) == tokenizer
    tokenizer.save(tmp_path / "a.ctok")  # what is mapped stays whole
    assert tokenizer.encode("abc") == [258]
    assert ctok.load(tmp_path / "a.ctok") == tokenizer
    assert [path.name for path in tmp_path.iterdir()] == ["a.ctok"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        letters().save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("name", ["tokenizer.json", "my.tiktoken", "tokenizer.model", "m.gguf"])
def test_a_saved_file_does_not_pretend_to_be_another(tmp_path, name):
    with pytest.raises(ValueError, match=r"save_pretrained.*ctok export"):
        vocabs.make().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_only_a_saved_file_can_be_mapped(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(models.byte_level()))
    for source in (tmp_path / "x.json", models.byte_level(), tmp_path / "none"):
        with pytest.raises(ctok.VocabError, match=r"only a file of Tokenizer\.save"):
            ctok.load(source, mmap=True)
    with pytest.raises(ctok.VocabError, match="is a bundled encoding"):
        ctok.load("r50k_base", mmap=True)


IMPORTS = """
import sys, ctok
ctok.load(sys.argv[1], mmap=True)
loaders = {name for name in sys.modules if name.startswith("ctok.loaders.")}
print(sorted(loaders - {"ctok.loaders.fields", "ctok.loaders.packed"}))
"""


def test_a_saved_file_needs_no_other_loader(tmp_path):
    letters().save(tmp_path / "x.ctok")
    command = [sys.executable, "-c", IMPORTS, os.fspath(tmp_path / "x.ctok")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stdout + done.stderr


def test_a_saved_file_has_its_own_pattern(tmp_path):
    letters().save(tmp_path / "a.ctok")
    with pytest.raises(ctok.VocabError, match="its pattern and special tokens are its own"):
        ctok.load(tmp_path / "a.ctok", pattern="cl100k")


# ---- damage


def use(tokenizer):
    """Runs what reads the tables; whatever comes of it, the process lives."""
    for text in (
        "abcabcab a longer one",
        "one that is longer than 15 bytes" * 3,
        "<s><é>",
        "\x00é世",
        "ab" * 35 + "aab" * 20 + "é中" * 20,
    ):
        ids = tokenizer.encode(text * 5, allowed_special="all", disallowed_special=())
        for take in (tokenizer.decode, tokenizer.decode_bytes):
            with contextlib.suppress(ctok.DecodeError):
                take(ids)
        with contextlib.suppress(ctok.CtokError):
            tokenizer.encode_with_offsets(text, allowed_special="all", disallowed_special=())
    for number in range(tokenizer.n_vocab + 2):
        tokenizer.vocab.token(number)
    tokenizer.vocab.find(b"abc")
    tokenizer.vocab.rank(97, 98)


def refused(path, data, *, mmap=False):
    """Whether a file is refused; one that is not gets used."""
    path.write_bytes(data)
    try:
        tokenizer = ctok.load(path, mmap=mmap)
    except ctok.VocabError as error:
        assert str(path) in str(error)
        return True
    use(tokenizer)
    return False


def flipped(data, at, bit):
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def checked_when_mapped(data):
    """How many bytes at the start have a checksum in both modes."""
    return HEAD + struct.unpack_from("=Q", data, 24)[0]


@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.long, id="every"), pytest.param(0, id="sampled")]
)
def test_every_flipped_byte_is_refused(step, tmp_path):
    data = saved(letters())
    choose = random.Random(3)
    places = set(range(0, len(data), step or len(data))) | set(range(HEAD))
    if not step:
        places |= {choose.randrange(len(data)) for _ in range(SAMPLED)}
    for at in places:
        damaged = flipped(data, at, choose.randrange(8))
        assert refused(tmp_path / "x.ctok", damaged), at
        if at < checked_when_mapped(data):
            assert refused(tmp_path / "x.ctok", damaged, mmap=True), at


@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.long, id="every"), pytest.param(97, id="sampled")]
)
@pytest.mark.parametrize("mode", MODES)
def test_every_other_length_is_refused(mode, step, tmp_path):
    data = saved(letters())
    for size in [*range(0, len(data), step), *range(HEAD + 1), len(data) - 1]:
        path = tmp_path / "x.ctok"
        path.write_bytes(data[:size])
        if size < len(saved_files.MAGIC):  # of no kind at all
            with pytest.raises(ctok.VocabError):
                ctok.load(path, mmap=MODES[mode])
        else:
            assert refused(path, data[:size], mmap=MODES[mode]), size
    assert refused(tmp_path / "x.ctok", data + b"\0", mmap=MODES[mode])


def resealed(data):
    """The file with the checksums of what stands in it now, as whoever made it would write them."""
    facts = checked_when_mapped(data)
    head = bytearray(data[:HEAD])
    struct.pack_into("=Q", head, 32, kernels.checksum(data[HEAD:facts]))
    struct.pack_into("=Q", head, 40, kernels.checksum(data[facts:]))
    struct.pack_into("=Q", head, SUM_AT, kernels.checksum(bytes(head[:SUM_AT])))
    return bytes(head) + data[HEAD:]


def with_facts(data, facts):
    """The file with other facts."""
    end = checked_when_mapped(data)
    text = json.dumps(facts).encode()
    text += b" " * (-(HEAD + len(text)) % 64)
    tables = data[end:]
    head = bytearray(data[:HEAD])
    struct.pack_into("=QQ", head, 16, HEAD + len(text) + len(tables), len(text))
    return resealed(bytes(head) + text + tables)


def facts_of(data):
    return json.loads(data[HEAD : checked_when_mapped(data)])


def test_what_the_tests_reseal_is_what_is_saved():
    data = saved(letters())
    assert resealed(data) == data
    assert with_facts(data, facts_of(data)) == data


@pytest.mark.parametrize(
    "rounds", [pytest.param(40_000, marks=pytest.mark.long), pytest.param(600)]
)
@pytest.mark.parametrize(
    "make", [letters, walked, not_proper, marks], ids=lambda make: make.__name__
)
def test_a_hostile_table_is_refused_or_harmless(make, rounds, tmp_path):
    data = saved(make())
    start = checked_when_mapped(data)
    choose = random.Random(rounds)
    facts = facts_of(data)
    count = 0
    for i in range(rounds):
        damaged = bytearray(data)
        for _ in range(choose.choice([1, 1, 4, 50])):
            _, kind, shape, at = choose.choice(facts["tables"])
            width = int(kind[1])
            at += start + width * choose.randrange(max(1, int(np.prod(shape))))
            value = choose.choice([0, 1, 255, 256, 2**31, 2**32 - 1, 2**63, 2**64 - 1])
            if choose.random() < 0.5:
                value = choose.getrandbits(8 * width)
            damaged[at : at + width] = (value & (1 << 8 * width) - 1).to_bytes(width, sys.byteorder)
        count += refused(tmp_path / "x.ctok", resealed(bytes(damaged)), mmap=bool(i % 2))
    assert count > rounds // 4


@pytest.mark.parametrize("make", [letters, marks, stepped], ids=lambda make: make.__name__)
def test_hostile_facts_are_refused_or_harmless(make, tmp_path):
    data = saved(make())
    facts = facts_of(data)
    count = 0
    for where in list(paths_of(facts))[1:]:
        for new in (..., *SUBSTITUTES, 64, 0):
            count += refused(tmp_path / "x.ctok", with_facts(data, replaced(facts, where, new)))
    assert count > 400


def test_facts_that_ask_for_something_unknown_are_refused(tmp_path):
    data = saved(letters())
    facts = facts_of(data)
    facts["spec"]["surprise"] = True
    (tmp_path / "x.ctok").write_bytes(with_facts(data, facts))
    with pytest.raises(ctok.VocabError, match="surprise: ctok does not know this field"):
        ctok.load(tmp_path / "x.ctok")


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [(8, 0x04030201, "another order of bytes"), (12, 1, "of version 1; this ctok reads version 3")],
)
def test_a_file_of_another_machine_or_version_is_refused_by_name(at, value, message, tmp_path):
    data = bytearray(saved(letters()))
    struct.pack_into("=I", data, at, value)
    (tmp_path / "x.ctok").write_bytes(resealed(bytes(data)))
    with pytest.raises(ctok.VocabError, match=message):
        ctok.load(tmp_path / "x.ctok")


@pytest.mark.parametrize("make", [letters, walked], ids=lambda make: make.__name__)
def test_a_vocabulary_is_made_of_all_its_tables(make):
    vocab = make().vocab
    arrays = vocab.as_arrays()
    for name, array in arrays.items():
        rest = {other: value for other, value in arrays.items() if other != name}
        for bad in (array[:-1], array.astype("f8"), array[None], array[:0]):
            with pytest.raises(ctok.VocabError, match=f"'{vocab.spec.name}': the table"):
                Vocab(vocab.spec, {**rest, name: bad}, True)
        if name not in OPTIONAL:
            with pytest.raises(ctok.VocabError, match=f"the table '{name}' is missing"):
                Vocab(vocab.spec, rest, True)


def test_joints_of_ascii_are_yes_or_no_and_never_alone():
    vocab = marks().vocab
    arrays = vocab.as_arrays()
    assert set(arrays["ascii_joints"].tolist()) == {0, 1}
    with pytest.raises(ctok.VocabError, match="the table 'ascii_joints' is damaged"):
        Vocab(vocab.spec, {**arrays, "ascii_joints": arrays["ascii_joints"] * 2}, True)
    sides = arrays["joint_sides"].copy()
    sides[ord("a")] ^= 255
    with pytest.raises(ctok.VocabError, match="the table 'ascii_joints' is damaged"):
        Vocab(vocab.spec, {**arrays, "joint_sides": sides}, True)
    for name in ("joints", "ascii_joints", "joint_sides"):
        rest = {other: value for other, value in arrays.items() if other != name}
        with pytest.raises(ctok.VocabError, match="the table 'joints' is damaged"):
            Vocab(vocab.spec, rest, True)


def test_what_long_pieces_are_walked_by_holds_together():
    vocab = walked().vocab
    arrays = vocab.as_arrays()
    assert all(len(arrays[name]) for name in ("parts", "heads", "tall"))
    assert arrays["wholes"].any()
    for name in WALKS[:-1]:
        rest = {other: value for other, value in arrays.items() if other != name}
        with pytest.raises(ctok.VocabError, match="'(parts|starts|heads|tall)' is damaged"):
            Vocab(vocab.spec, rest, True)
    for name in ("parts", "wholes"):
        others = [each for each in WALKS if (each == "wholes") == (name == "parts")]
        rest = {other: array for other, array in arrays.items() if other not in others}
        with pytest.raises(ctok.VocabError, match=f"'{name}' is damaged"):
            Vocab(vocab.spec, rest, False)
    ring = arrays["tall"].copy()
    ring[:, 1] = 1
    with pytest.raises(ctok.VocabError, match="'tall' is damaged"):
        Vocab(vocab.spec, {**arrays, "tall": ring}, True)
    made_of_itself = arrays["parts"].copy()
    last = len(made_of_itself) - 1
    made_of_itself[last] = last
    with pytest.raises(ctok.VocabError, match="'parts' is damaged"):
        Vocab(vocab.spec, {**arrays, "parts": made_of_itself}, True)
    high = arrays["wholes"].copy()
    high[0xE9] |= 1 << 20
    with pytest.raises(ctok.VocabError, match="'wholes' is damaged"):
        Vocab(vocab.spec, {**arrays, "wholes": high}, True)


def test_the_ranks_of_pairs_of_bytes_are_ranks_of_a_vocabulary_of_bytes():
    vocab = letters().vocab
    arrays = vocab.as_arrays()
    high = arrays["byte_pairs"].copy()
    high[0] = len(arrays["offsets"]) - 1
    with pytest.raises(ctok.VocabError, match="'byte_pairs' is damaged"):
        Vocab(vocab.spec, {**arrays, "byte_pairs": high}, True)
    with pytest.raises(ctok.VocabError, match="'byte_pairs' is damaged"):
        Vocab(vocab.spec, {**arrays, "byte_pairs": high[1:]}, True)
    with pytest.raises(ctok.VocabError, match="'byte_pairs' is damaged"):
        Vocab(vocab.spec, {**arrays, "place_slots": arrays["pair_slots"]}, True)


@pytest.mark.parametrize("mode", MODES)
def test_bytes_of_tokens_stay_in_the_tables_until_something_asks(mode, tmp_path):
    import copy
    import dataclasses
    import pickle

    before = letters()
    before.save(tmp_path / "x.ctok")
    spec = ctok.load(tmp_path / "x.ctok", mmap=MODES[mode]).vocab.spec
    with pytest.raises(AttributeError, match="surprise"):
        _ = spec.surprise
    assert "token_bytes" not in spec.__dict__
    expected = before.vocab.spec.token_bytes
    for other in (pickle.loads(pickle.dumps(spec)), copy.copy(spec), dataclasses.replace(spec)):
        assert other.token_bytes == expected
    assert repr(expected) in repr(spec)
    assert type(spec.token_bytes) is bytes


SHRINKS = """
import os, sys, ctok
tokenizer = ctok.load(sys.argv[1], mmap=len(sys.argv) > 2)
os.truncate(sys.argv[1], 4096)
print(tokenizer.encode("abcabc"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not cut off an open file")
def test_a_file_that_is_read_may_shrink_afterwards(tmp_path):
    letters().save(tmp_path / "x.ctok")
    command = [sys.executable, "-c", SHRINKS, os.fspath(tmp_path / "x.ctok")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "[259]\n", done.stderr
