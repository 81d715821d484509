"""Texts from files: every format, packed or not, and what is wrong with a file by name."""

import bz2
import gzip
import importlib
import json
import lzma
import random

import pytest

import ctok
from ctok import textfiles
from ctok.textfiles import read_texts

TEXTS = ["to be or not", "zwei\nZeilen", "三", ""]
LINES = "".join(json.dumps({"text": text, "id": 1}) + "\n" for text in TEXTS).encode()


def pack_zstd(data):
    """Two frames, as programs write them that pack in parallel."""
    for name in textfiles.PACKED[".zst"]:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return module.compress(data[:20]) + module.compress(data[20:])
    pytest.skip("nothing here packs .zst")
    return b""


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": pack_zstd}


@pytest.mark.parametrize("ending", PACKERS)
def test_packed_files_are_unpacked(tmp_path, ending):
    path = tmp_path / f"texts.jsonl{ending}"
    path.write_bytes(PACKERS[ending](LINES))
    assert list(read_texts(path)) == TEXTS
    plain = tmp_path / f"text{ending}"
    plain.write_bytes(PACKERS[ending](b"a\nb\n\nc"))
    assert list(read_texts(plain)) == [b"a\nb\n\nc"]
    assert list(read_texts(plain, lines=True)) == [b"a", b"b", b"", b"c"]


@pytest.mark.parametrize("ending", PACKERS)
def test_damaged_packed_files_are_refused_by_name(tmp_path, ending):
    path = tmp_path / f"text{ending}"
    packed = PACKERS[ending](random.Random(1).randbytes(5000))
    for data in (packed[:-20], b"not packed at all, whatever the name says"):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=rf"text\{ending}: its \{ending} data is damaged"):
            list(read_texts(path))
    with pytest.raises(FileNotFoundError):
        list(read_texts(tmp_path / f"none{ending}"))


def test_a_packing_without_its_module_is_refused_by_name(tmp_path, monkeypatch):
    path = tmp_path / "text.zst"
    path.write_bytes(b"")
    monkeypatch.setitem(textfiles.PACKED, ".zst", ("no.such.module",))
    with pytest.raises(ImportError, match=r"text\.zst: reading \.zst needs"):
        list(read_texts(path))


def write_parquet(path, table):
    importlib.import_module("pyarrow.parquet").write_table(table, path)


def write_arrow(path, table, kind):
    with getattr(importlib.import_module("pyarrow.ipc"), kind)(str(path), table.schema) as sink:
        sink.write_table(table)


def test_a_line_of_brackets_in_each_other_is_refused_by_name_or_left_out(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"[" * 200_000 + b"\n" + LINES)
    with pytest.raises(ValueError, match=r"a\.jsonl, line 1: no JSON"):
        list(read_texts(path))
    refused = []
    assert list(read_texts(path, refused=refused.append)) == TEXTS
    assert len(refused) == 1


TABLES = {
    "a.parquet": write_parquet,
    "file.arrow": lambda path, table: write_arrow(path, table, "new_file"),
    "stream.arrow": lambda path, table: write_arrow(path, table, "new_stream"),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_give_one_column(tmp_path, name):
    pyarrow = pytest.importorskip("pyarrow")
    columns = {"id": [1, 2, 3], "text": ["a", None, "é"], "raw": [b"a", b"b", b"\xff"]}
    path = tmp_path / name
    TABLES[name](path, pyarrow.table(columns))
    assert list(read_texts(path)) == ["a", "é"]
    assert list(read_texts(path, field="raw")) == [b"a", b"b", b"\xff"]
    with pytest.raises(ValueError, match=rf"{name}: no column 'body' among id, text, raw"):
        list(read_texts(path, field="body"))
    with pytest.raises(ValueError, match=rf"{name}: 'id' holds int"):
        list(read_texts(path, field="id"))
    path.write_bytes(path.read_bytes()[:9])
    with pytest.raises(ValueError, match=rf"{name}: no .* file, or a damaged one"):
        list(read_texts(path))


def test_json_lines_are_refused_by_line(tmp_path):
    path = tmp_path / "texts.jsonl"
    for line, message in (
        ('{"text": "a"', "line 2: no JSON"),
        ("[1]", "line 2: no object whose 'text' is a text"),
        ('{"text": 5}', "line 2: no object whose 'text' is a text"),
    ):
        path.write_text('{"text": "a"}\n' + line)
        with pytest.raises(ValueError, match=message):
            list(read_texts(path))
    path.write_text('{"body": "a"}\n\n{"body": "b"}\n')
    assert list(read_texts(path, field="body")) == ["a", "b"]


# ---- large plain files

# What decides where families cut: line ends beside all else.
SIGNS = ["\n", "\n", "\r\n", " ", "\t", "a", "Zz", "'s", "7", "123", ".", "//", "é", "中", "\u0301"]
SIGNS += ["}\n{", "{"]


def odd_text(seed, n):
    rng = random.Random(seed)
    return "".join(rng.choice(SIGNS) for _ in range(n)).encode()


@pytest.mark.parametrize("family", list(ctok.families()))
def test_a_file_in_parts_has_the_same_pieces(tmp_path, monkeypatch, family):
    path = tmp_path / "text.txt"
    path.write_bytes(odd_text(family, 20_000) + b"\xff\xe4\nend")
    monkeypatch.setattr(textfiles, "BLOCK_BYTES", 301)
    parts = list(read_texts(path, cut=True))
    assert len(parts) > 50
    assert b"".join(parts) == path.read_bytes()
    whole = ctok.PieceCounts(family).count([path.read_bytes()])
    assert dict(ctok.PieceCounts(family).count(parts).top(1 << 60)) == dict(whole.top(1 << 60))


def test_json_lines_read_as_a_text_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(textfiles, "BLOCK_BYTES", 64)
    path = tmp_path / "text.txt"
    path.write_bytes(b'{"text": 5}\n' * 99)
    parts = list(read_texts(path, cut=True))
    assert b"".join(parts) == path.read_bytes()
    assert max(map(len, parts)) < 128


def test_a_file_without_a_place_to_cut_is_one_text(tmp_path, monkeypatch):
    monkeypatch.setattr(textfiles, "BLOCK_BYTES", 64)
    path = tmp_path / "text.txt"
    path.write_bytes(b"\n\nx" * 200)
    assert list(read_texts(path, cut=True)) == [path.read_bytes()]
    path.write_bytes(b"")
    assert list(read_texts(path, cut=True)) == []
