"""The vocabularies of real models, from packages of the test extra: all that the reference says."""

from __future__ import annotations

import gzip
import json

import pytest

import ctok

from .. import models as small
from ..loaders import files
from . import models

FOUND = dict(models.packaged())
EMPTY = f"before\n{models.BEGIN}\nold\n{models.END}\nbehind\n"


@pytest.mark.full
@pytest.mark.parametrize("name", FOUND)
def test_ids_text_tokens_and_places_are_those_of_the_reference(name):
    assert models.compare(FOUND[name], hostile=4000, texts_at_most=5000) > 100_000


def run(folder, monkeypatch, tmp_path):
    """The exit code, and the rows of the document by the vocabulary's name."""
    texts = small.corpus.collect().texts[::400]
    monkeypatch.setattr(
        models.corpus, "collect", lambda _: small.corpus.Corpus([t[:2000] for t in texts], 0, 0)
    )
    document = tmp_path / "document.md"
    document.write_text(EMPTY)
    limits = ["--hostile", "60", "--no-packages", "--document", str(document)]
    code = models.main([str(folder), *limits])
    text = document.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("behind\n") and "old" not in text
    assert str(folder) not in text
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    return code, {row.split("|")[1].strip(): row for row in rows[2:]}


def test_a_row_says_of_every_file_whether_it_is_equal_or_refused(tmp_path, monkeypatch):
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    data = json.dumps(small.byte_level()).encode()
    (folder / "bytes.json.gz").write_bytes(gzip.compress(data))
    (folder / "pieces.model").write_bytes(files.sentencepiece())
    (folder / "head.gguf").write_bytes(files.gguf(files.gguf_byte_level()))
    (folder / "words.json").write_text(json.dumps({"model": {"type": "WordPiece", "vocab": {}}}))
    (folder / "README.md").write_text("no vocabulary")
    code, rows = run(folder, monkeypatch, tmp_path)
    assert code == 0
    assert list(rows) == ["bytes.json", "head.gguf", "pieces.model", "words.json"]
    assert "| r50k | yes | tokenizers | equal | " in rows["bytes.json"]
    assert "| sentencepiece | equal | " in rows["pieces.model"]
    assert "no library to compare it with" in rows["head.gguf"]
    assert "refused: words.json.model.type: ctok reads BPE models" in rows["words.json"]


def test_a_vocabulary_that_differs_is_said_to_and_fails(tmp_path, monkeypatch):
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    (folder / "bytes.json").write_text(json.dumps(small.byte_level()))
    monkeypatch.setattr(models, "load", lambda path: ctok.load(path).with_pattern("qwen2"))
    code, rows = run(folder, monkeypatch, tmp_path)
    assert code == 1 and "| differing: " in rows["bytes.json"]


def test_no_vocabulary_in_the_documents_table_differs():
    table = models.DOCS.read_text("utf-8").split(models.BEGIN)[1].split(models.END)[0]
    rows = [line for line in table.split("\n") if line.startswith("| ")][2:]
    assert len(rows) >= len(models.PACKAGED)
    for row in rows:
        assert "| equal |" in row or "| refused: " in row or "| loads; " in row, row
