"""Evaluation: every figure against a plain count of the same thing."""

import itertools
import json
import math
from collections import Counter

import pytest

import ctok

TEXTS = [
    "The cat sat on the mat. The cats' mats, naïvely: 12345 of them!\n",
    "Кошка сидела на коврике; 猫はマットの上に座った。고양이가 앉았다.",
    "नमस्ते दुनिया — the end\n\n    return x == 1",
    "",
    b"\xff\xfe bytes",
]


@pytest.fixture(scope="module")
def tokenizer():
    return ctok.get_encoding("cl100k_base")


@pytest.fixture(scope="module")
def report(tokenizer):
    return ctok.evaluate(tokenizer, TEXTS, threads=2)


def test_report_counts_what_encode_gives(report, tokenizer):
    counts = Counter(
        itertools.chain.from_iterable(tokenizer.encode_ordinary(text) for text in TEXTS)
    )
    assert {i: n for i, n in enumerate(report.counts.tolist()) if n} == counts
    data = [text if isinstance(text, bytes) else text.encode() for text in TEXTS]
    assert report.n_texts == len(TEXTS)
    assert report.n_bytes == sum(map(len, data))
    assert report.n_tokens == sum(counts.values())
    assert report.n_words == sum(len(text.split()) for text in data)
    assert report.n_characters == sum(len(text) for text in TEXTS if isinstance(text, str)) + len(
        TEXTS[4]
    )
    assert report.bytes_per_token == report.n_bytes / report.n_tokens
    assert report.characters_per_token == report.n_characters / report.n_tokens
    assert report.tokens_per_word == report.n_tokens / report.n_words
    assert report.used == len(counts)
    assert report.size == 100_256
    assert report.used_share == len(counts) / 100_256


def test_report_has_the_renyi_efficiency(report):
    shares = [n / report.n_tokens for n in report.counts.tolist() if n]
    for order in (2.5, 2, 0.5):
        entropy = math.log(sum(share**order for share in shares)) / (1 - order)
        assert report.renyi_efficiency(order) == pytest.approx(entropy / math.log(100_256))
    shannon = -sum(share * math.log(share) for share in shares) / math.log(100_256)
    assert report.renyi_efficiency(1) == pytest.approx(shannon)
    assert report.renyi_efficiency(1.0001) == pytest.approx(shannon, rel=1e-3)


def test_report_knows_scripts(report, tokenizer):
    rows = {row.script: row for row in report.scripts}
    assert next(iter(rows)) == "Latin"
    assert {"Cyrillic", "Han", "Hangul", "Devanagari"} <= set(rows)
    words = ["Кошка", " сидела", " на", " коврике"]
    row = rows["Cyrillic"]
    assert (row.words, row.characters) == (4, sum(len(word.strip()) for word in words))
    assert row.tokens == sum(tokenizer.count(word) for word in words)
    assert row.tokens_per_word == row.tokens / 4
    assert row.tokens_per_character == row.tokens / row.characters
    assert rows["Devanagari"].words == 2


def test_report_has_lengths_and_longest_tokens(report):
    by_length = Counter()
    for number, count in enumerate(report.counts.tolist()):
        by_length[len(report.vocabulary[number])] += count
    assert dict(enumerate(report.length_histogram().tolist())) == {
        length: by_length[length] for length in range(len(report.length_histogram()))
    }
    longest = report.longest(3)
    assert len(longest) == 3
    assert len(longest[0][0]) == max(length for length, count in by_length.items() if count)
    assert all(report.counts[report.vocabulary.index(token)] == count for token, count in longest)


def test_report_is_printed_and_saved(report, tmp_path):
    other = ctok.evaluate(ctok.get_encoding("o200k_base"), TEXTS)
    table = report.table(other)
    assert len({line.index("cl100k_base") for line in table.splitlines()[:1]}) == 1
    assert f"{report.bytes_per_token:.3f}" in table
    assert f"{other.bytes_per_token:.3f}" in table
    assert str(report) == report.table()
    report.save(tmp_path / "report.json")
    saved = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert saved == json.loads(json.dumps(report.to_dict()))
    assert saved["scripts"]["Cyrillic"]["words"] == 4
    assert sum(saved["lengths"]) == saved["tokens"] == report.n_tokens


def test_report_is_drawn(report, tmp_path):
    pytest.importorskip("matplotlib")
    other = ctok.evaluate(ctok.get_encoding("o200k_base"), TEXTS)
    figure = report.draw(other, path=tmp_path / "report.png")
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")
    ranks, lengths, ratios = figure.axes
    assert [line.get_label() for line in ranks.lines] == ["cl100k_base", "o200k_base"]
    assert ranks.lines[0].get_ydata().sum() == report.n_tokens
    assert len(lengths.lines) == 2
    assert ratios.patches[0].get_height() == report.bytes_per_token


def test_report_of_no_text_has_zeros(tokenizer):
    report = ctok.evaluate(tokenizer, [])
    assert (report.n_tokens, report.bytes_per_token, report.tokens_per_word) == (0, 0.0, 0.0)
    assert (report.renyi_efficiency(), report.longest(), report.scripts) == (0.0, [], ())
    assert "bytes a token" in str(report)


def test_evaluate_refuses_what_are_no_texts(tokenizer):
    with pytest.raises(TypeError, match=r"pass \[text\]"):
        ctok.evaluate(tokenizer, "text")
    with pytest.raises(TypeError, match=r"texts\[1\].*int"):
        ctok.evaluate(tokenizer, ["text", 5])


def test_evaluate_reads_special_tokens_as_text(tokenizer):
    report = ctok.evaluate(tokenizer, ["<|endoftext|>"])
    assert report.counts[tokenizer.eot_token] == 0
    assert report.n_tokens == len(tokenizer.encode_ordinary("<|endoftext|>"))
