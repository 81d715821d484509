"""The benchmarks' plumbing: what is measured means nothing here, that it is measured right does."""

from __future__ import annotations

import functools
import gzip
import json
import struct
from pathlib import Path

import pytest

import ctok

ROOT = Path(__file__).resolve().parent.parent
if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("benchmarks/ is not beside tests/: a wheel is tested", allow_module_level=True)

from benchmarks import corpus, goals, latency, measure, record, rivals, stages, train  # noqa: E402
from benchmarks.__main__ import main  # noqa: E402
from benchmarks.measure import Result  # noqa: E402

PROSE = "The dog's 12 old bones, it'll say, lay under a tree for years!\n\n    x = {'a': 1}\n" * 300


def rival(name):
    """A row by its name."""
    return next(row for row in rivals.RIVALS if row.name == name)


def compare(row, tokenizer, text):
    """What `rivals.compare` says of one text."""
    ours = ctok.get_encoding("o200k_base").encode_batch([text]).tolist()
    return rivals.compare(row, tokenizer, ours, [text], "prose")


@pytest.fixture
def prose(tmp_path):
    """A file of prose."""
    path = tmp_path / "prose.txt"
    path.write_text(PROSE)
    return path


# ---- texts


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_a_corpus_is_read_from_lines_of_json(tmp_path, suffix):
    path = tmp_path / f"some{suffix}"
    lines = b'{"text": "one"}\n{"text": "zwei \xc3\xa4"}\n{"text": "three"}\n'
    path.write_bytes(gzip.compress(lines) if suffix.endswith("gz") else lines)
    assert corpus.read(path, 100).texts == ["one", "zwei ä", "three"]
    assert corpus.read(path, 5).texts == ["one", "zwei ä"]
    assert corpus.gather([f"label={path}"], 5)[0].name == "label"
    assert corpus.read(path, 100).facts()["bytes"] == 3 + 7 + 5


def test_a_corpus_names_the_line_without_text(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "one"}\n{"words": "two"}\n')
    with pytest.raises(corpus.CorpusError, match=r"bad\.jsonl, line 2"):
        corpus.read(path, 100)


def test_a_corpus_has_one_sha256_for_its_texts():
    assert corpus.Corpus("a", ["ab", "c"]).sha256 == corpus.Corpus("b", ["ab", "c"]).sha256
    assert corpus.Corpus("a", ["ab", "c"]).sha256 != corpus.Corpus("a", ["a", "bc"]).sha256


def test_the_installed_text_is_the_same_every_time():
    first, second = (corpus.collect("code", 100_000) for _ in range(2))
    assert first.n_bytes >= 100_000
    assert first.sha256 == second.sha256
    assert not any("<|endoftext|>" in text for text in first.texts)


def test_translations_are_read_from_compiled_catalogues():
    strings = [b"", b"cat\0cats", b"header", "Katze\0Kätzchen".encode()]
    at = 28 + 2 * 2 * 8
    data = struct.pack("<7I", 0x950412DE, 0, 2, 28, 28 + 16, 0, 0)
    for string in strings:
        data += struct.pack("<2I", len(string), at)
        at += len(string) + 1
    data += b"".join(string + b"\0" for string in strings)
    assert corpus.KINDS["multi"].readers[".mo"](data) == "Katze\nKätzchen"


def test_docstrings_are_read_without_the_code():
    source = b'"""Doc\nstring."""\nx = "no"\ndef f():\n    """Second."""\n'
    assert corpus.KINDS["en"].readers[".py"](source) == "Doc\nstring.\n\nSecond."


def test_long_texts_are_cut_at_lines(monkeypatch):
    monkeypatch.setattr(corpus, "LONGEST", 10)
    parts = list(corpus._cut("12345\n6789\nabcdefghijklmno\n"))
    assert parts == ["12345\n", "6789\n", "abcdefghij", "klmno\n"]


# ---- rivals


def test_every_call_of_a_rival_is_one_that_is_known_and_compiles():
    for row in rivals.RIVALS:
        assert set(row.calls) <= set(rivals.CALLS)
        assert {"encode", "array", "lists", "decode"} <= set(row.calls)
        for call in row.calls:
            assert callable(row.runner(call))


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory):
    """Where `rivals.write_files` has been with an encoding: seconds of work, done once."""

    @functools.cache
    def folder(encoding):
        path = tmp_path_factory.mktemp(encoding)
        rivals.write_files(encoding, path)
        return path

    return folder


@pytest.mark.parametrize("name", [row.name for row in rivals.RIVALS if row.name != "tokie"])
@pytest.mark.parametrize("encoding", ["r50k_base", "o200k_base"])
def test_an_exact_rival_has_the_ids_of_ctok(name, encoding, folder_of, monkeypatch):
    row = rival(name)
    pytest.importorskip(row.name, reason=f"the bench extra has {row.package}")
    if encoding not in row.encodings:
        assert f"{name}: does not know {encoding}" in rivals.available([name], encoding)[1]
        return
    folder = folder_of(encoding)
    for key, value in rivals.environment(folder).items():
        monkeypatch.setenv(key, value)
    texts = [PROSE, "a \n\n b  \n ", "Schöne 中文 text", "x", "tail  \n "]
    ours = ctok.get_encoding(encoding).encode_batch(texts).tolist()
    told = rivals.compare(row, row.make(encoding, folder), ours, texts, "some")
    assert str(told) == f"{name} on some: {len(texts)} texts, all ids equal"


def test_other_ids_and_other_text_are_found():
    tokenizer = ctok.get_encoding("o200k_base")
    calls = dict(rival("ctok").calls)
    for call, wrong in (
        ("lists", "[[1] for text in texts]"),
        ("array", "t.encode_batch([text + '!' for text in texts])"),
        ("decode", "t.decode(ids) + '!'"),
    ):
        row = rivals.Rival("ctok", "ctok", "", {**calls, call: wrong}, rows="result.tolist()")
        assert compare(row, tokenizer, "some text").differing == 1
    assert compare(rival("ctok"), tokenizer, "some text").differing == 0


def test_what_a_rival_raises_is_told():
    calls = {**rival("ctok").calls, "lists": "1 / 0"}
    row = rivals.Rival("ctok", "ctok", "", calls, rows="result.tolist()")
    told = compare(row, ctok.get_encoding("o200k_base"), "text")
    assert "ZeroDivisionError" in str(told)


def test_an_absent_rival_is_told_with_the_way_to_have_it(monkeypatch):
    absent = rivals.Rival("nothing", "no-such-package-of-ctok", "", {})
    monkeypatch.setattr(rivals, "RIVALS", (*rivals.RIVALS, absent))
    found, told = rivals.available(["nothing"], "o200k_base")
    assert [row.name for row in found] == ["ctok"]
    assert told == ["nothing: not installed; pip install no-such-package-of-ctok"]


# ---- measuring


def test_contenders_take_turns_and_each_is_first_in_some_round():
    order = []

    def turn_of(name):
        return lambda number: order.append((number, name)) or float(number)

    values = measure.in_turn({"a": turn_of("a"), "b": turn_of("b")}, 3)
    assert order == [(0, "a"), (0, "b"), (1, "b"), (1, "a"), (2, "a"), (2, "b")]
    assert values == {"a": [0.0, 1.0, 2.0], "b": [0.0, 1.0, 2.0]}


def test_a_ratio_is_the_median_of_the_rounds_and_more_is_better():
    speed = Result("x", "MB/s", {"ctok": [10, 30, 20], "b": [5, 10, 20]}, "b", goal=2.0)
    assert speed.ratio == 2.0 and speed.met
    time = Result("x", "us", {"ctok": [10, 30, 20], "b": [5, 10, 20]}, "b", goal=2.0)
    assert time.ratio == 0.5 and not time.met
    alone = Result("x", "ms", {"ctok": [70.0, 50.0, 60.0]}, "b", goal=2.0, limit=60)
    assert alone.ratio is None and alone.met
    assert not Result("x", "ms", {"ctok": [61.0]}, "b", limit=60).met


def test_whoever_is_faster_is_named():
    values = {"ctok": [10.0], "a": [11.0], "b": [30.0], "c": [9.0], "ctok numpy": [50.0]}
    assert Result("x", "MB/s", values, "c").behind == ["b", "a"]
    assert Result("x", "us", values, "c").behind == ["c"]
    assert "behind b, a" in record.row_of(Result("x", "MB/s", values, "c", 1.0), ["ctok", "c"])[-1]


def test_new_strings_differ_from_round_to_round():
    rounds = [goals._slices(PROSE, 100, 20, ("new", 100, i)) for i in range(2)]
    assert rounds[0] != rounds[1]
    assert all(len(text) == 100 for text in rounds[0])


def test_words_never_repeat():
    words = " ".join(goals.unrepeated_words(5_000, 1)).split()
    assert len(words) == len(set(words))
    assert sum(map(len, words)) + len(words) >= 5_000


def test_the_scan_alone_finds_as_many_pieces_as_the_tokenizer():
    for encoding, family in (("o200k_base", "o200k"), ("cl100k_base", "cl100k")):
        expected = len(ctok.get_encoding(encoding).pieces(PROSE))
        for backend in ctok.backends():
            assert stages.scan_of(family, backend)(PROSE.encode()) == expected


def test_latency_has_one_time_a_call():
    tokenizer = ctok.get_encoding("o200k_base")
    contender = measure.Contender(rival("ctok"), tokenizer)
    (spent,) = latency._spent([contender], ["some text"] * 250)
    assert len(spent) == 250 and (spent > 0).all()


# ---- the commands


def test_the_goals_of_a_run_are_recorded_and_drawn(prose, tmp_path, capsys):
    pytest.importorskip("tiktoken", reason="the test extra has tiktoken")
    arguments = ["--tiny", "--rounds", "1", "--corpus", f"en={prose}", "--rivals", "tiktoken"]
    assert main([*arguments, "--records", str(tmp_path / "records")]) == 0
    told = capsys.readouterr().out
    assert "tiktoken on en: 1 texts, all ids equal" in told
    (path,) = (tmp_path / "records").glob("*/*.json")
    found = json.loads(path.read_text())
    assert found["corpora"][0]["sha256"] == corpus.read(prose, 20_000).sha256
    assert found["machine"]["cores"] >= 1
    assert found["versions"]["ctok"] == ctok.__version__
    (run,) = found["runs"]
    assert run["pretokenizer"] == ctok.get_encoding("o200k_base").pretokenizer
    results = {result.name: result for result in record.results_of(run)}
    for name in ("array/warm/en", "array/cold/en", "encode/new/5B", "decode/en", "load/first-id"):
        assert results[name].median("ctok") > 0, name
        assert results[name].median("tiktoken") > 0, name
        assert results[name].ratio > 0, name
        assert name in told
    assert results["threads/2-to-1/ctok"].baseline == "ctok on one thread"
    assert results["count/en"].baseline == "ctok numpy"

    readme = tmp_path / "README.md"
    readme.write_text(
        "before\n<!-- measured: begin. Note. -->\nWAS HERE\n<!-- measured: end -->\nafter\n"
    )
    assert main(["readme", str(path), "--into", str(readme)]) == 0
    shown = readme.read_text()
    assert "| array/warm/en | MB/s |" in shown and "WAS HERE" not in shown
    assert shown.startswith("before\n<!-- measured: begin. Note. -->\n")
    assert shown.endswith("<!-- measured: end -->\nafter\n")

    pytest.importorskip("matplotlib", reason="the bench extra has matplotlib")
    assert main(["plots", str(path), "--into", str(tmp_path / "plots")]) == 0
    drawn = sorted(file.name for file in (tmp_path / "plots").iterdir())
    assert drawn == ["length-o200k_base.svg", "throughput-o200k_base.svg"]
    assert "tiktoken" in (tmp_path / "plots" / "length-o200k_base.svg").read_text()


def test_stages_and_latency_are_recorded(prose, tmp_path, capsys):
    shared = [
        "--tiny",
        "--rounds",
        "1",
        "--corpus",
        f"en={prose}",
        "--records",
        str(tmp_path / "r"),
    ]
    assert main(["stages", *shared]) == 0
    told = capsys.readouterr().out
    for name in (
        "pretokenize/o200k/scalar/en",
        "encode/o200k_base/scalar/en",
        "hostile/o200k_base",
    ):
        assert name in told
    assert main(["latency", *shared, "--calls", "200", "--rivals", "ctok"]) == 0
    rows = [json.loads(path.read_text()) for path in (tmp_path / "r").glob("*/*-latency.json")]
    assert rows[0]["runs"][0]["rows"][0]["p50"] <= rows[0]["runs"][0]["rows"][0]["max"]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are Linux's")
def test_trainers_are_compared_and_recorded(prose, tmp_path, capsys):
    pytest.importorskip("rustbpe")
    arguments = ["train", "--tiny", "--corpus", str(prose), "--rounds", "1", "--vocab-size", "290"]
    arguments += ["--trainers", "rustbpe/cl100k", "--sizes", "300", "400"]
    assert main([*arguments, "--records", str(tmp_path / "records")]) == 0
    (path,) = (tmp_path / "records").rglob("*-train.json")
    told = record.read(path)
    assert list(told["trained_by"]) == ["rustbpe"]
    own, other = told["trainers"]
    assert (own["name"], other["name"]) == ("ctok/cl100k", "rustbpe/cl100k")
    assert own["cpu_ratio"] == own["memory_ratio"] == 1
    assert other["same_tokens"] and other["cpu_ratio"] > 0
    assert [row["vocab_size"] for row in told["scaling"]] == [300, 400]
    assert "| rustbpe/cl100k |" in capsys.readouterr().out


def test_a_trainer_with_other_tokens_is_named(tmp_path, monkeypatch):
    def in_process(asked):
        digest = asked["name"] if "rust" in asked["name"] else "ours"
        return {"wall": 1.0, "cpu": 2.0, "memory": 3, "sha256": digest}

    monkeypatch.setattr(train, "in_process", in_process)
    rows = train.compare(tmp_path, 300, 1, 2, ["rustbpe/cl100k", "bpeasy/cl100k"])
    assert [row["same_tokens"] for row in rows] == [True, False, True]
    assert "| rustbpe/cl100k | 1.00 | 2.00 | 1.0 | 0 | 1.0 | DIFFERENT |" in train.table(rows)


def test_a_record_is_never_overwritten(tmp_path):
    told = record.describe("goals", runs=[])
    paths = {record.write(told, tmp_path) for _ in range(3)}
    assert len(paths) == 3


def test_wrong_ids_of_the_reference_are_an_error(prose, tmp_path, monkeypatch, capsys):
    pytest.importorskip("tiktoken", reason="the test extra has tiktoken")
    row = rival("tiktoken")
    wrong = rivals.Rival(
        row.name, row.package, row.load, {**row.calls, "lists": "[[1] for text in texts]"}
    )
    monkeypatch.setattr(rivals, "RIVALS", (rival("ctok"), wrong))
    arguments = ["--tiny", "--rounds", "1", "--corpus", str(prose), "--only", "counting"]
    assert main([*arguments, "--no-record"]) == 1
    assert "tiktoken on prose: other ids in 1 of 1 texts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--corpus", "nothing.txt"], "'nothing.txt' is neither a file nor one of en, code"),
        (["--corpus", "FILE", "--rivals", "nobody"], "'nobody' is none of ctok, gigatoken"),
        (["--corpus", "FILE", "--rivals", "ctok", "--against", "tiktoken"], "takes no part"),
        (["readme", "absent.json"], "absent.json"),
    ],
)
def test_bad_arguments_are_one_clear_line(arguments, told, prose, capsys):
    filled = [str(prose) if word == "FILE" else word for word in arguments]
    assert main(filled if filled[0] == "readme" else ["--tiny", "--no-record", *filled]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1
