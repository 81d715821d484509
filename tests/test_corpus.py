"""encode_files: the ids are those of encode_batch, whatever ends the process in between."""

import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import time
import tracemalloc

import numpy as np
import pytest

import ctok
from ctok import corpus

from . import vocabs
from .test_cli import run

ROWS = ["hello world", "", "a\n b", "w\u00f6rld <|endoftext|>", "\U0001f30d" * 9]
END = "<|endoftext|>"


def jsonl(rows):
    return "".join(json.dumps({"text": row, "id": 5}) + "\n" for row in rows).encode()


def batch_of(file):
    ids, offsets = (np.load(path, mmap_mode="r") for path in (file.ids, file.offsets))
    assert (len(offsets) - 1, len(ids)) == (file.texts, file.tokens)
    return ctok.TokenBatch(ids, offsets)


def written(path, data):
    path.write_bytes(data)
    return path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def as_parquet(path):
    table = pytest.importorskip("pyarrow").table({"text": ROWS})
    pytest.importorskip("pyarrow.parquet").write_table(table, path)
    return path


FILES = {
    "jsonl": lambda folder: written(folder / "a.jsonl", jsonl(ROWS)),
    "jsonl.gz": lambda folder: written(folder / "a.jsonl.gz", gzip.compress(jsonl(ROWS))),
    "parquet": lambda folder: as_parquet(folder / "a.parquet"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", ["gpt2", "o200k_base"])
def test_ids_are_those_of_a_batch(tmp_path, monkeypatch, kind, name):
    monkeypatch.setattr(corpus, "BATCH_SIZE", 20)
    tokenizer = ctok.get_encoding(name)
    [file] = ctok.encode_files([FILES[kind](tmp_path)], tmp_path / "ids", name, append=END)
    expected = tokenizer.encode_batch(ROWS, append=END, disallowed_special=())
    assert batch_of(file) == expected
    assert np.load(file.ids).dtype == (np.uint16 if name == "gpt2" else np.uint32)
    assert (file.texts, file.tokens, file.skipped) == (len(ROWS), len(expected.ids), 0)


def test_plain_text_is_one_text_or_one_a_line(tmp_path):
    path = written(tmp_path / "a.txt", b"hello world\nhello\n")
    [whole] = ctok.encode_files([path], tmp_path / "whole")
    [lines] = ctok.encode_files([path], tmp_path / "lines", lines=True)
    assert batch_of(whole).tolist() == [ctok.encode("hello world\nhello\n")]
    assert batch_of(lines).tolist() == [ctok.encode("hello world"), ctok.encode("hello")]
    [empty] = ctok.encode_files([written(tmp_path / "no.jsonl", b"")], tmp_path / "lines")
    assert (len(batch_of(empty)), empty.tokens) == (0, 0)


def test_what_is_there_is_not_made_again(tmp_path):
    one, two = (written(tmp_path / f"{i}.jsonl", jsonl(ROWS[i:])) for i in range(2))
    seen = []
    files = ctok.encode_files([one, two], tmp_path / "ids", on_file=seen.append)
    assert seen == files and all(file.made for file in files)
    times = [file.ids.stat().st_mtime_ns for file in files]
    again = ctok.encode_files([one, two], tmp_path / "ids")
    assert [file._replace(made=True) for file in again] == files
    assert [file.made for file in again] == [False, False]
    assert [file.ids.stat().st_mtime_ns for file in files] == times
    written(two, jsonl(["another"]))
    files[0].offsets.unlink()
    assert [file.made for file in ctok.encode_files([one, two], tmp_path / "ids")] == [True, True]
    assert batch_of(files[1]._replace(texts=1, tokens=1)).tolist() == [ctok.encode("another")]


@pytest.mark.parametrize(
    "other",
    [{"encoding": "gpt2"}, {"append": END}, {"lines": True}, {"allowed_special": {END}}],
    ids=repr,
)
def test_ids_of_other_settings_are_refused(tmp_path, other):
    path = written(tmp_path / "a.jsonl", jsonl(ROWS))
    ctok.encode_files([path], tmp_path / "ids")
    with pytest.raises(ValueError, match=r"a\.jsonl\.json.*other settings"):
        ctok.encode_files([path], tmp_path / "ids", **other)
    (tmp_path / "ids" / "a.jsonl.json").write_text("{}")
    with pytest.raises(ValueError, match="remove it"):
        ctok.encode_files([path], tmp_path / "ids")


def test_an_equal_vocabulary_is_the_same_whoever_made_it(tmp_path):
    path = written(tmp_path / "a.jsonl", jsonl(ROWS))
    spec = vocabs.make_spec([b"ab"])
    for tokenizer in (vocabs.make([b"ab"]), ctok.Tokenizer(spec, backend="scalar")):
        ctok.encode_files([path], tmp_path / "ids", tokenizer)
    with pytest.raises(ValueError, match="another vocabulary"):
        ctok.encode_files([path], tmp_path / "ids", vocabs.make([b"ac"]))


def test_broken_lines_are_named_or_left_out(tmp_path):
    path = written(tmp_path / "a.jsonl", jsonl(["a"]) + b"{\n\n[]\n" + jsonl(["b"]))
    with pytest.raises(ValueError, match=r"a\.jsonl, line 2: no JSON"):
        ctok.encode_files([path], tmp_path / "ids")
    assert names_in(tmp_path / "ids") == []
    [file] = ctok.encode_files([path], tmp_path / "ids", skip_broken=True)
    assert batch_of(file).tolist() == [ctok.encode("a"), ctok.encode("b")]
    assert file.skipped == 2


def test_broken_lines_are_not_kept(tmp_path):
    broken = b"x" * 20_000 + b"\n"
    source = written(tmp_path / "a.jsonl", broken * 300 + jsonl(ROWS))
    tracemalloc.start()
    try:
        [file] = ctok.encode_files([source], tmp_path / "ids", "gpt2", skip_broken=True)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.skipped == 300
    assert most < 100 * len(broken)


def test_a_disallowed_special_token_names_file_and_text(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "BATCH_SIZE", 3)
    path = written(tmp_path / "a.jsonl", jsonl(ROWS))
    with pytest.raises(ctok.SpecialTokenError, match=r"a\.jsonl, text 4: Encountered"):
        ctok.encode_files([path], tmp_path / "ids", disallowed_special="all")


def test_files_that_cannot_be_told_apart_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"two files have the name 'a\.txt'"):
        ctok.encode_files([tmp_path / "a.txt", tmp_path / "b" / "a.txt"], tmp_path)
    with pytest.raises(TypeError, match="iterable of paths"):
        ctok.encode_files("a.txt", tmp_path)


def test_files_are_made_while_an_exception_is_handled(tmp_path):
    written(tmp_path / "a.jsonl", jsonl(ROWS))
    try:
        raise KeyError
    except KeyError:
        [file] = ctok.encode_files([tmp_path / "a.jsonl"], tmp_path / "ids", "gpt2")
    assert batch_of(file).tolist() == ctok.get_encoding("gpt2").encode_ordinary_batch(ROWS).tolist()


def test_an_interrupt_leaves_no_part(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "BATCH_SIZE", 3)
    tokenizer = vocabs.make()
    calls = iter([tokenizer.encode_batch] * 3)

    def interrupted(*args, **how):
        try:
            return next(calls)(*args, **how)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(tokenizer, "encode_batch", interrupted)
    path = written(tmp_path / "a.jsonl", jsonl(ROWS))
    with pytest.raises(KeyboardInterrupt):
        ctok.encode_files([path], tmp_path / "ids", tokenizer)
    assert names_in(tmp_path / "ids") == []


def test_a_killed_run_goes_on_to_the_same_files(tmp_path):
    seed = 20261201
    random.seed(seed)
    rows = ["".join(random.choices("abc d\n\u00e9", k=400)) for _ in range(3000)]
    files = [written(tmp_path / f"{i}.jsonl", jsonl(rows[i::4])) for i in range(4)]
    ctok.encode_files(files, tmp_path / "whole", "gpt2")
    script = textwrap.dedent("""
        import sys
        from ctok import corpus
        corpus.BATCH_SIZE = 10_000
        print(flush=True)
        corpus.encode_files(sys.argv[2:], sys.argv[1], "gpt2")
    """)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", script, tmp_path / "killed", *files]
    wait, kills = 0.001, 0
    while True:
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(wait)
            process.kill()
        if process.returncode == 0:
            break
        kills += 1
        wait *= 1.6
    assert kills, "it was never killed"
    assert names_in(tmp_path / "whole") == names_in(tmp_path / "killed")
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "killed" / path.name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no files")
def test_a_full_disk_names_the_file_and_leaves_no_part(tmp_path):
    path = written(tmp_path / "a.jsonl", jsonl(ROWS * 9_999))
    script = textwrap.dedent("""
        import resource, signal, sys
        from ctok import cli
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        sys.exit(cli.main(["tokenize", sys.argv[1], "--out", sys.argv[2]]))
    """)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", script, path, tmp_path / "ids"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"ctok: cannot write '.*\.npy\.part': File too large\n", done.stderr)
    assert names_in(tmp_path / "ids") == []


def test_progress_is_drawn_on_a_terminal_and_taken_away(tmp_path, monkeypatch):
    path = written(tmp_path / "a.jsonl", jsonl(ROWS))
    monkeypatch.setenv("TERM", "xterm")
    for terminal, folder in ((True, "one"), (False, "two")):
        screen = io.StringIO()
        screen.isatty = lambda shown=terminal: shown
        monkeypatch.setattr(sys, "stderr", screen)
        ctok.encode_files([path], tmp_path / folder)
        shown = r"\ra\.jsonl  5 texts  [\d,]+ ids  [\d.]+ M ids/s\x1b\[K\r\x1b\[K"
        assert re.fullmatch(shown if terminal else "", screen.getvalue())


# ---- the command


def test_tokenize_prints_a_line_a_file(tmp_path):
    one = written(tmp_path / "a.jsonl", jsonl(ROWS))
    two = written(tmp_path / "b.jsonl", b"x\n" + jsonl(["b"]))
    args = ["tokenize", one, two, "--out", tmp_path / "ids", "--append", END]
    done = run(*args)
    assert done.returncode == 1
    assert f"ctok: {two}, line 1: no JSON" in done.stderr.decode()
    done = run("tokenize", one, "--out", tmp_path / "ids", "--append", END)
    assert done.stdout.decode().endswith(f" 5 {one}, was there\n")
    done = run("tokenize", two, "--out", tmp_path / "broken", "--skip-broken", "--json")
    [facts] = map(json.loads, done.stdout.splitlines())
    assert (facts["texts"], facts["skipped"], facts["source"]) == (1, 1, str(two))
    done = run("tokenize", one, "--out", tmp_path / "ids", "--append", "<|none|>")
    assert b"'<|none|>' is no special token of 'o200k_base'" in done.stderr
    done = run("tokenize", one, tmp_path / "c", "--out", tmp_path / "more", "--special", "refuse")
    assert b"text 4: Encountered" in done.stderr and b"--special" in done.stderr
    done = run("tokenize", tmp_path / "c", "--out", tmp_path / "more")
    assert done.stderr.startswith(b"ctok: cannot read ")
