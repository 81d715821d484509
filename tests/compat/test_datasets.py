"""Tokenizers under datasets.map: in two processes the same rows, in every process one fingerprint."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import ctok
from ctok.compat import huggingface

from .. import models

datasets = pytest.importorskip("datasets")
transformers = pytest.importorskip("transformers")

SPECIAL = {"pad_token": "<|end|>"}
CUT = {"truncation": True, "max_length": 6, "padding": "max_length"}
ROWS = [f"hello w\u00f6rld {i} " * (i % 3 + 1) for i in range(60)]


def encodings(tokenizer, batch):
    found = tokenizer.encode_batch(batch["text"])
    offsets = [list(map(list, encoding.offsets)) for encoding in found]
    return {"input_ids": [encoding.ids for encoding in found], "offsets": offsets}


def ids(tokenizer, batch):
    return {"input_ids": tokenizer.encode_batch(batch["text"]).tolist()}


def transformed(tokenizer, batch):
    return dict(tokenizer(batch["text"], **CUT))


def original(file):
    return transformers.PreTrainedTokenizerFast(tokenizer_file=file, **SPECIAL)


# How each is made of a file, and what is done with it.
KINDS = {
    "ctok": (ctok.load, ids),
    "compat": (huggingface.Tokenizer.from_file, encodings),
    "accelerated": (lambda file: ctok.accelerate(original(file)), transformed),
}


def fingerprint(kind, file):
    """What datasets takes a tokenizer for, and a function that has one."""
    make, run = KINDS[kind]
    tokenizer = make(file)

    def function(batch):
        return run(tokenizer, batch)

    rows = datasets.Dataset.from_dict({"text": ROWS[:4]})
    return (
        datasets.fingerprint.Hasher.hash(tokenizer),
        rows.map(function, batched=True, load_from_cache_file=False)._fingerprint,
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(models.byte_level()), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_map_rows_to_what_one_does(kind, file):
    make, run = KINDS[kind]
    tokenizer = make(file)
    rows = datasets.Dataset.from_dict({"text": ROWS})
    how = {"batched": True, "batch_size": 20, "load_from_cache_file": False}
    two = rows.map(lambda batch: run(tokenizer, batch), num_proc=2, **how)
    assert two.to_dict() == {"text": ROWS, **run(tokenizer, {"text": ROWS})}
    if kind == "accelerated":
        other = rows.map(lambda batch: transformed(original(file), batch), **how)
        assert (two.to_dict(), two.features) == (other.to_dict(), other.features)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fingerprint_is_the_same_after_use_and_in_another_process(kind, file):
    make, run = KINDS[kind]
    tokenizer = make(file)
    before = datasets.fingerprint.Hasher.hash(tokenizer)
    run(tokenizer, {"text": ROWS})
    assert datasets.fingerprint.Hasher.hash(tokenizer) == before
    code = f"from tests.compat import test_datasets as t; print(t.fingerprint({kind!r}, {file!r}))"
    found = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code]
        output = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        found.append(output.decode().strip())
    assert found[0] == found[1] and before in found[0]
