"""The commands train and evaluate."""

import gzip
import json

import pytest

import ctok

from .test_cli import complaint, output, run

TEXTS = ["to be or not to be", "that is the question", "whether 'tis nobler"]


@pytest.fixture
def corpus(tmp_path):
    """The same texts in every format."""
    lines = "".join(json.dumps({"text": text, "id": 1}) + "\n" for text in TEXTS)
    (tmp_path / "texts.jsonl").write_text(lines + "\n")
    (tmp_path / "texts.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "lines.txt").write_text("\n".join(TEXTS))
    return tmp_path


@pytest.mark.parametrize(
    "arguments", [["texts.jsonl"], ["texts.jsonl.gz"], ["lines.txt", "--lines"]]
)
def test_train_writes_what_training_gives(corpus, arguments):
    out = corpus / "own.tiktoken"
    done = run(
        *("train", corpus / arguments[0], *arguments[1:], "--vocab-size", 280),
        *("--out", out, "--pattern", "o200k", "--quiet"),
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"280 ids" in done.stderr
    expected = ctok.train(TEXTS, 280, pattern="o200k", progress=False)
    loaded = ctok.load(out, pattern="o200k")
    assert loaded.get_mergeable_ranks() == expected.get_mergeable_ranks()


def test_train_takes_its_options(corpus):
    out = corpus / "own.tiktoken"
    done = run(
        *("train", corpus / "texts.jsonl", "--vocab-size", 300, "--out", out, "--quiet"),
        *("--ties", "huggingface", "--min-frequency", 2, "--max-token-bytes", 3),
        *("--min-piece-count", 1, "--threads", 1, "--memory", 1, "--checkpoint", corpus / "run"),
    )
    assert done.returncode == 0, done.stderr
    expected = ctok.train(
        TEXTS, 300, ties="huggingface", min_frequency=2, max_token_bytes=3, progress=False
    )
    loaded = ctok.load(out, pattern="cl100k")
    assert loaded.get_mergeable_ranks() == expected.get_mergeable_ranks()
    assert (corpus / "run" / "merges.npy").exists()


def test_train_takes_a_second_stage_and_characters(corpus):
    texts, out = corpus / "texts.jsonl", corpus / "own.tiktoken"
    arguments = ("train", texts, "--vocab-size", 290, "--out", out, "--quiet")
    lines = r"[^\n]+|\n+"
    done = run(*arguments, "--stage2-pattern", lines, "--stage2-at", 270, "--max-piece-bytes", 30)
    assert done.returncode == 0, done.stderr
    expected = ctok.train(
        TEXTS, 290, stage2_pattern=lines, stage2_at=270, max_piece_bytes=30, progress=False
    )
    found = ctok.load(out, pattern=lines)
    assert found.get_mergeable_ranks() == expected.get_mergeable_ranks()
    done = run(*arguments, "--initial", "characters", "--character-coverage", 0.9)
    assert done.returncode == 0, done.stderr
    expected = ctok.train(TEXTS, 290, initial="characters", character_coverage=0.9, progress=False)
    found = ctok.load(out, pattern="cl100k")
    assert found.get_mergeable_ranks() == expected.get_mergeable_ranks()


def test_train_writes_a_tokenizer_json(corpus):
    out = corpus / "tokenizer.json"
    done = run(
        *("train", corpus / "texts.jsonl", "--vocab-size", 280, "--out", out, "--quiet"),
        *("--format", "huggingface", "--special-token", "<a>", "--special-token", "<b>"),
    )
    assert done.returncode == 0, done.stderr
    loaded = ctok.load(out)
    expected = ctok.train(TEXTS, 280, special_tokens=["<a>", "<b>"], progress=False)
    assert loaded.special_tokens == {"<a>": 278, "<b>": 279}
    assert loaded.encode_batch(TEXTS) == expected.encode_batch(TEXTS)


def test_train_goes_on_from_a_file(corpus):
    first = corpus / "first.tiktoken"
    texts = corpus / "texts.jsonl"
    run("train", texts, "--vocab-size", 265, "--out", first, "--quiet")
    out = corpus / "own.tiktoken"
    arguments = ("--initial", first, "--pattern", "cl100k", "--quiet")
    assert run("train", texts, "--vocab-size", 280, "--out", out, *arguments).returncode == 0
    expected = ctok.train(TEXTS, 280, progress=False)
    loaded = ctok.load(out, pattern="cl100k")
    assert loaded.get_mergeable_ranks() == expected.get_mergeable_ranks()


def test_train_refuses_in_one_line(corpus):
    (corpus / "bad.jsonl").write_text('{"text": "a"}\n{"body": "a"}\n')
    out = ("--out", corpus / "own.tiktoken", "--quiet")
    assert "at least 256" in complaint("train", corpus / "texts.jsonl", "--vocab-size", 9, *out)
    assert "bad.jsonl, line 2" in complaint(
        "train", corpus / "bad.jsonl", "--vocab-size", 300, *out
    )
    assert "'id' is a text" in complaint(
        *("train", corpus / "texts.jsonl", "--vocab-size", 300, "--field", "id", *out)
    )
    assert f"cannot read {str(corpus / 'none')!r}" in complaint(
        "train", corpus / "none", "--vocab-size", 300, *out
    )
    assert "cannot write" in complaint(
        *("train", corpus / "texts.jsonl", "--vocab-size", 300, "--quiet"),
        *("--out", corpus / "no" / "folder"),
    )


def test_evaluate_prints_reports_side_by_side(corpus):
    names = ("-e", "o200k_base", "-e", "gpt2")
    table = output("evaluate", corpus / "texts.jsonl", *names).decode()
    reports = [ctok.evaluate(ctok.get_encoding(name), TEXTS) for name in ("o200k_base", "gpt2")]
    assert table == reports[0].table(reports[1]) + "\n"
    printed = json.loads(output("evaluate", corpus / "texts.jsonl", *names, "--json"))
    assert printed == json.loads(json.dumps([report.to_dict() for report in reports]))


def test_evaluate_draws(corpus):
    pytest.importorskip("matplotlib")
    output("evaluate", corpus / "texts.jsonl", "--draw", corpus / "report.png")
    assert (corpus / "report.png").read_bytes().startswith(b"\x89PNG")


def test_evaluate_refuses_in_one_line(corpus):
    assert "cannot read" in complaint("evaluate", corpus / "none")
    assert "neither an encoding" in complaint("evaluate", corpus / "lines.txt", "-e", "none")


def test_train_reads_paths_among_texts(corpus):
    mixed = [TEXTS[0], corpus / "lines.txt", TEXTS[1].encode()]
    expected = [TEXTS[0], "\n".join(TEXTS), TEXTS[1]]
    assert ctok.train(mixed, 290, progress=False) == ctok.train(expected, 290, progress=False)
    single = ctok.train(corpus / "texts.jsonl.gz", 290, progress=False)
    assert single == ctok.train(TEXTS, 290, progress=False)
