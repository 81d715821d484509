"""Rank files: written back they are OpenAI's own, and a damaged one is refused by name."""

import base64
import hashlib
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import catalog
from ctok.loaders import tiktoken as rank_files

from .. import vocabs

PUBLISHED = {file.name: file.published_sha256 for file in catalog.RANK_FILES} | {
    "r50k_base": catalog.R50K_SHA256
}


def lines(tokens):
    """A rank file of tokens by rank."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in tokens.items())


BYTES = {value: bytes([value]) for value in range(256)}
GOOD = lines(BYTES | {256: b"ab"})


def load(path, data, **how):
    """The tokenizer of a file with these bytes."""
    path.write_bytes(data)
    return ctok.load(path, **{"pattern": "cl100k", **how})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.tiktoken"


@pytest.mark.parametrize("name", PUBLISHED)
def test_bundled_ranks_written_back_have_the_sha256_that_openai_publishes(name):
    data = rank_files.dump(catalog.load_bundled(name))
    assert hashlib.sha256(data).hexdigest() == PUBLISHED[name]


def test_published_sha256_are_those_that_tiktoken_checks():
    import inspect

    openai_public = pytest.importorskip("tiktoken_ext.openai_public")
    source = inspect.getsource(openai_public)
    for name, sha256 in PUBLISHED.items():
        assert re.search(rf'/{name}\.tiktoken",\s+expected_hash="{sha256}"', source), name


def test_an_id_of_no_token_is_one_behind_which_others_go_on(path):
    """As the last line but one of Whisper's multilingual.tiktoken, which tiktoken takes."""
    tokenizer = load(path, GOOD + b"= 257\n" + base64.b64encode(b"abc") + b" 258\n")
    assert tokenizer.encode("abc") == [258] and tokenizer.n_vocab == 259
    assert tokenizer.id_to_token(257) is None


def test_a_rank_file_loads(path):
    tokenizer = load(path, GOOD, special_tokens={"<s>": 300})
    assert tokenizer.name == "mine"
    assert tokenizer.encode("ab<s>", allowed_special="all") == [256, 300]
    assert tokenizer.pretokenizer.startswith("cl100k/")
    assert load(path, GOOD, name="other").name == "other"


@pytest.mark.parametrize("name", ["r50k_base", "cl100k_base"])
def test_a_bundled_encoding_written_to_a_file_loads_as_the_same(path, name):
    tokenizer = ctok.get_encoding(name)
    again = load(
        path,
        rank_files.dump(tokenizer.vocab.spec),
        pattern=tokenizer.pattern,
        special_tokens=tokenizer.special_tokens,
        name=name,
    )
    assert again == tokenizer
    assert again.is_proper  # found out, not stated by the file
    assert (again.vocab.split_lengths == tokenizer.vocab.split_lengths).all()
    assert set(again.vocab.pair_slots.tolist()) == set(tokenizer.vocab.pair_slots.tolist())


def test_blank_lines_and_windows_line_ends_are_no_harm(path):
    assert load(path, b"\n\n" + GOOD.replace(b"\n", b"\r\n") + b"\n \n").encode("ab") == [256]


def test_a_file_without_its_last_line_end_loads(path):
    assert load(path, GOOD[:-1]).encode("ab") == [256]


def test_a_gap_is_allowed_and_named_when_decoded(path):
    tokenizer = load(path, lines(BYTES | {300: b"ab"}))
    assert tokenizer.encode("ab") == [300]
    with pytest.raises(ctok.DecodeError, match=r"280 at index 0.*gaps"):
        tokenizer.decode([280])


DAMAGED = {
    "empty": (b"", "no token in it"),
    "blank": (b"\n \n", "no token in it"),
    "cut inside a token": (GOOD[:1000] + b"Q", r"line \d+: not a token and a rank"),
    "cut behind a token": (GOOD[: GOOD.rindex(b" ")], r"line 257: not a token and a rank"),
    "cut so that bytes are missing": (GOOD[: GOOD.index(b" 200\n")] + b" 200\n", "0xc9"),
    "a duplicate rank": (GOOD + b"YWM= 256\n", "line 258: the rank 256 was given before"),
    "a duplicate token": (GOOD + b"YWI= 257\n", "b'ab' has two ids, 256 and 257"),
    "a missing byte": (lines({k: v for k, v in BYTES.items() if k != 7}), "the byte 0x07"),
    "bad base64": (GOOD + b"YW!= 257\n", "line 258: .*YW!=.* is not base64"),
    "base64 without padding": (GOOD + b"YWM 257\n", "line 258: .*YWM.* is not base64"),
    "an empty token": (GOOD + b"== 257\n", "line 258"),
    "no rank": (GOOD + b"YWM=\n", "line 258: not a token and a rank"),
    "three fields": (GOOD + b"YWM= 257 1\n", "line 258: not a token and a rank"),
    "a negative rank": (GOOD + b"YWM= -1\n", "line 258: the rank b'-1'"),
    "a rank with a sign": (GOOD + b"YWM= +257\n", "line 258: the rank"),
    "a rank of 2**21": (GOOD + b"YWM= 2097152\n", "line 258: the rank b'2097152'"),
    "a rank of 2**64": (GOOD + b"YWM= 18446744073709551616\n", "line 258: the rank"),
    "a rank of 10,000 digits": (GOOD + b"YWM= " + b"9" * 10_000 + b"\n", "line 258: the rank"),
    "a rank that is no number": (GOOD + b"YWM= x\n", "line 258: the rank b'x'"),
    "a rank in another script": (GOOD + "YWM= \u0662\u0665\u0667\n".encode(), "line 258: the rank"),
    "another kind of file": (b'{"model": {"type": "BPE"}}', "is no rank file"),
    "binary": (bytes(range(256)) * 20, "line 1"),
    "NUL bytes": (bytes(5000), "line 1"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused_by_name(path, case):
    data, message = DAMAGED[case]
    with pytest.raises(ctok.VocabError, match=message) as caught:
        load(path, data)
    assert "mine" in str(caught.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(path, monkeypatch):
    monkeypatch.setattr(rank_files, "MAX_FILE_BYTES", len(GOOD))
    assert load(path, GOOD).encode("ab") == [256]
    with pytest.raises(ctok.VocabError, match=rf"mine.*{len(GOOD) + 1} bytes"):
        load(path, GOOD + b"\n")


def test_a_line_of_ten_gigabytes_is_refused_at_once(path):
    with path.open("wb") as file:
        file.write(b"YWI=")
        file.truncate(10 << 30)  # a file with a hole: it takes no room on the disk
    with pytest.raises(ctok.VocabError, match=rf"{10 << 30} bytes"):
        ctok.load(path, pattern="cl100k")


def test_a_line_that_is_too_long_is_refused(path):
    long = base64.b64encode(b"a" * rank_files.MAX_LINE_BYTES)
    with pytest.raises(ctok.VocabError, match=r"line 258: \d+ bytes long"):
        load(path, GOOD + long + b" 257\n")


def test_a_token_may_be_long(path):
    tokenizer = load(path, lines(BYTES | {256: b"a" * 20_000}), pattern=r"a+|[^a]")
    assert tokenizer.encode("a" * 20_000) == [256]
    assert tokenizer.encode("a" * 1_000) == [97] * 1_000
    assert tokenizer.decode([256]) == "a" * 20_000


def test_a_rank_file_without_a_pattern_says_what_to_pass(path):
    path.write_bytes(GOOD)
    with pytest.raises(ctok.VocabError, match='mine.*pattern="cl100k"'):
        ctok.load(path)


def test_a_pattern_that_does_not_compile_is_refused(path):
    with pytest.raises(ctok.VocabError, match=r"'\(a'.*does not compile"):
        load(path, GOOD, pattern="(a")


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(FileNotFoundError, match="mine.tiktoken"):
        ctok.load(path, pattern="cl100k")


def test_a_folder_is_no_vocabulary(tmp_path):
    with pytest.raises((OSError, ctok.VocabError)):
        ctok.load(tmp_path, pattern="cl100k")


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_any_damage_is_a_vocab_error_or_a_vocabulary(junk, at, cut):
    data = GOOD[:at] + junk + GOOD[at + cut :]
    try:
        spec = rank_files.parse(data, source="mine", pattern=vocabs.ANY_CHARACTERS, name="mine")
        tokenizer = ctok.Tokenizer(spec)
    except ctok.VocabError as error:
        assert "mine" in str(error)
    else:
        assert tokenizer.decode(tokenizer.encode("abc")) == "abc"


@given(vocabs.token_lists())
def test_dump_and_parse_are_each_others_inverse(tokens):
    spec = vocabs.make_spec(tokens)
    again = rank_files.parse(rank_files.dump(spec), source="", pattern=spec.pattern, name=spec.name)
    assert again.token_bytes == spec.token_bytes
    assert again.token_offsets.tolist() == spec.token_offsets.tolist()
    assert io.BytesIO(rank_files.dump(again)).readline() == b"AA== 0\n"
