"""Judges a vocabulary on texts: evaluate measures, Report holds, prints, saves and draws."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .counting import PieceCounts, batches
from .tokenizer import Tokenizer

if TYPE_CHECKING:
    from .counting import Texts

# Texts are encoded in batches of about so many bytes.
BATCH_BYTES = 16 << 20
# The order of the Renyi entropy that follows the quality of translations best; see `Report`.
RENYI_ORDER = 2.5
# Words are pieces of this family that hold a letter: letters and marks, with at most one other
# character, mostly a space, before them.
WORD_FAMILY = "qwen3_5"
SCRIPTS = (
    "Latin Cyrillic Greek Arabic Hebrew Devanagari Bengali Tamil Telugu Thai Georgian Armenian"
    " Ethiopic Khmer Myanmar Sinhala Han Hiragana Katakana Hangul"
).split()


@dataclass(frozen=True)
class ScriptRow:
    """How the words of one script are encoded; a word has the script of its first letter."""

    script: str
    words: int
    characters: int
    tokens: int

    @property
    def tokens_per_word(self) -> float:
        """Its fertility; for scripts without spaces a word is a whole run of letters."""
        return self.tokens / self.words

    @property
    def tokens_per_character(self) -> float:
        """The same where words mean little."""
        return self.tokens / self.characters


@dataclass(frozen=True, eq=False)
class Report:
    """What `evaluate` found.

    Parameters
    ----------
    name : str
        The tokenizer's.
    n_texts, n_bytes, n_characters, n_words, n_tokens : int
        How many there were; words are what ASCII white space separates.
    counts : numpy.ndarray of int64, shape (n_vocab,)
        How often each id stood.
    vocabulary : list of bytes
        The bytes of each id; empty for special tokens and gaps.
    scripts : tuple of ScriptRow
        The most frequent script first.
    """

    name: str
    n_texts: int
    n_bytes: int
    n_characters: int
    n_words: int
    n_tokens: int
    counts: npt.NDArray[np.int64]
    vocabulary: list[bytes]
    scripts: tuple[ScriptRow, ...]

    @property
    def bytes_per_token(self) -> float:
        """How well texts are compressed; 0 without tokens, as all ratios here."""
        return _ratio(self.n_bytes, self.n_tokens)

    @property
    def characters_per_token(self) -> float:
        """The same in characters."""
        return _ratio(self.n_characters, self.n_tokens)

    @property
    def tokens_per_word(self) -> float:
        """Fertility."""
        return _ratio(self.n_tokens, self.n_words)

    @property
    def size(self) -> int:
        """How many ids have bytes: all but special tokens and gaps."""
        return sum(map(bool, self.vocabulary))

    @property
    def used(self) -> int:
        """How many of them stood in the texts."""
        return int(np.count_nonzero(self.counts))

    @property
    def used_share(self) -> float:
        """The same as a share of all."""
        return _ratio(self.used, self.size)

    def renyi_efficiency(self, order: float = RENYI_ORDER) -> float:
        """The Renyi entropy of the tokens' distribution over that of an even one: 0 to 1.

        Zouhar et al. 2023 ("Tokenization and the Noiseless Channel", arXiv:2306.16842) found that
        order 2.5 follows the quality of translation models best. Order 1 is Shannon's entropy.
        """
        if not self.n_tokens or self.size < 2:
            return 0.0
        shares = self.counts[self.counts > 0] / self.n_tokens
        if order == 1:
            entropy = -float(np.sum(shares * np.log(shares)))
        else:
            entropy = float(np.log(np.sum(shares**order))) / (1 - order)
        return entropy / float(np.log(self.size))

    def longest(self, n: int = 10) -> list[tuple[bytes, int]]:
        """The n longest tokens of the texts and their counts; of equals the most frequent."""
        ids = sorted(
            np.flatnonzero(self.counts).tolist(),
            key=lambda number: (-len(self.vocabulary[number]), -int(self.counts[number])),
        )
        return [(self.vocabulary[number], int(self.counts[number])) for number in ids[:n]]

    def length_histogram(self) -> npt.NDArray[np.int64]:
        """How many tokens of the texts have each length in bytes, from 0 on."""
        lengths = np.array([len(token) for token in self.vocabulary], dtype=np.int64)
        histogram = np.zeros(int(lengths.max(initial=0)) + 1, dtype=np.int64)
        np.add.at(histogram, lengths, self.counts)
        return histogram

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain data."""
        return {
            "name": self.name,
            "texts": self.n_texts,
            "bytes": self.n_bytes,
            "characters": self.n_characters,
            "words": self.n_words,
            "tokens": self.n_tokens,
            "vocabulary": self.size,
            "vocabulary_used": self.used,
            "bytes_per_token": self.bytes_per_token,
            "characters_per_token": self.characters_per_token,
            "tokens_per_word": self.tokens_per_word,
            "used_share": self.used_share,
            "renyi_efficiency": self.renyi_efficiency(),
            "scripts": {
                row.script: {
                    "words": row.words,
                    "characters": row.characters,
                    "tokens": row.tokens,
                    "tokens_per_word": row.tokens_per_word,
                    "tokens_per_character": row.tokens_per_character,
                }
                for row in self.scripts
            },
            "longest": [
                {"token": token.decode("utf-8", "backslashreplace"), "count": count}
                for token, count in self.longest()
            ],
            "lengths": self.length_histogram().tolist(),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the figures as JSON."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=1, ensure_ascii=False), "utf-8")

    def table(self, *others: Report) -> str:
        """The figures as text, a column for this report and each of the others."""
        reports = (self, *others)
        rows = [["", *(report.name for report in reports)]]
        for title, figure in _FIGURES.items():
            values = (getattr(report, figure) for report in reports)
            rows.append([title, *(_number(v() if callable(v) else v) for v in values)])
        for script in dict.fromkeys(row.script for report in reports for row in report.scripts):
            by_report = [{row.script: row for row in report.scripts} for report in reports]
            found = [rows_of.get(script) for rows_of in by_report]
            for title in ("tokens_per_word", "tokens_per_character"):
                cells = ["-" if row is None else _number(getattr(row, title)) for row in found]
                rows.append([f"{script}, {title.replace('_per_', ' a ')}", *cells])
        for place in range(5):
            tokens = [report.longest(5) for report in reports]
            cells = [_readable(one[place][0]) if place < len(one) else "" for one in tokens]
            rows.append([f"longest token {place + 1}", *cells])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<ctok.Report {self.name!r}: {self.bytes_per_token:.3f} bytes a token>"

    def draw(self, *others: Report, path: str | os.PathLike[str] | None = None) -> Any:
        """Draws this report and others side by side; needs matplotlib.

        Parameters
        ----------
        *others : Report
        path : path, optional
            Where the figure is saved, in the format that its ending says.

        Returns
        -------
        matplotlib.figure.Figure
            How often the tokens of each rank stand; how long tokens are; the main ratios.

        Raises
        ------
        ImportError
            matplotlib is not installed.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError("drawing a report needs matplotlib: pip install ctok[plot]") from None
        reports = (self, *others)
        figure = Figure(figsize=(15, 4.5), layout="constrained")
        ranks, lengths, ratios = figure.subplots(1, 3)
        for place, report in enumerate(reports):
            counts = np.sort(report.counts[report.counts > 0])[::-1]
            ranks.loglog(np.arange(1, len(counts) + 1), counts, label=report.name)
            histogram = report.length_histogram()
            shares = histogram / max(1, report.n_tokens)
            lengths.step(np.arange(len(histogram)), shares, where="mid", label=report.name)
            bars = [report.bytes_per_token, report.tokens_per_word, report.used_share]
            bars.append(report.renyi_efficiency())
            width = 0.8 / len(reports)
            ratios.bar(np.arange(len(bars)) + place * width, bars, width, label=report.name)
        ranks.set(xlabel="rank", ylabel="count", title="how often tokens stand")
        lengths.set(xlabel="bytes", ylabel="share of tokens", title="how long tokens are")
        lengths.set_xlim(0, 20)
        names = ["bytes\na token", "tokens\na word", "share\nused", "Renyi\nefficiency"]
        ratios.set_xticks(np.arange(len(names)) + 0.4 - 0.4 / len(reports), names)
        ratios.set_title("ratios")
        for axes in (ranks, lengths, ratios):
            axes.legend()
        if path is not None:
            figure.savefig(path)
        return figure


_FIGURES = {
    "texts": "n_texts",
    "bytes": "n_bytes",
    "tokens": "n_tokens",
    "bytes a token": "bytes_per_token",
    "characters a token": "characters_per_token",
    "tokens a word": "tokens_per_word",
    "vocabulary": "size",
    "vocabulary used": "used",
    "share used": "used_share",
    "Renyi efficiency": "renyi_efficiency",
}


def evaluate(
    tokenizer: Tokenizer, texts: Texts, *, threads: int | None = None, field: str = "text"
) -> Report:
    """Measures how a tokenizer encodes texts.

    Parameters
    ----------
    tokenizer : Tokenizer
    texts : iterable of str, bytes, paths or rows, or a path
        Read once, as a stream, as `train` does. Special tokens in them are ordinary text.
    threads : int, optional
        How many threads encode; by default one a processor.
    field : str
        Where the text is in a row, a JSON object of a file, or its table.

    Returns
    -------
    Report

    Raises
    ------
    TypeError
        A text is neither str nor bytes, or texts is a single text.

    Examples
    --------
    >>> import ctok
    >>> report = ctok.evaluate(ctok.get_encoding("o200k_base"), ["to be or not to be"])
    >>> report.n_tokens, report.bytes_per_token, report.tokens_per_word
    (6, 3.0, 1.0)
    """
    counts = np.zeros(tokenizer.n_vocab, dtype=np.int64)
    words = PieceCounts(WORD_FAMILY, threads=threads)
    n_texts = n_bytes = n_characters = n_words = 0
    for batch in batches(texts, BATCH_BYTES, field=field):
        ids = tokenizer.encode_ordinary_batch(batch, threads=threads).ids
        counts += np.bincount(ids, minlength=len(counts))
        words.count(batch)
        n_texts += len(batch)
        n_words += sum(len(text.split()) for text in batch)
        for text in batch:
            data = np.frombuffer(text, dtype=np.uint8)
            n_bytes += len(data)
            n_characters += int(np.count_nonzero((data & 0xC0) != 0x80))
    lengths = tokenizer.token_byte_lengths()
    return Report(
        name=tokenizer.name,
        n_texts=n_texts,
        n_bytes=n_bytes,
        n_characters=n_characters,
        n_words=n_words,
        n_tokens=int(counts.sum()),
        counts=counts,
        vocabulary=[
            tokenizer.decode_single_token_bytes(number) if length else b""
            for number, length in enumerate(lengths.tolist())
        ],
        scripts=_by_script(tokenizer, words, threads),
    )


def _by_script(
    tokenizer: Tokenizer, words: PieceCounts, threads: int | None
) -> tuple[ScriptRow, ...]:
    """How words are encoded, each distinct one once, by the script of its first letter."""
    import regex

    by_name = [rf"(?P<{script}>\p{{Script={script}}})" for script in SCRIPTS]
    first_letter = regex.compile("|".join(by_name))
    letters = regex.compile(r"\p{L}")
    found: list[tuple[str, int, int]] = []
    texts: list[str] = []
    for piece, number in words.top(len(words)):
        text = piece.decode("utf-8", "replace")
        letter = letters.search(text)
        if letter is None:
            continue
        script = first_letter.match(letter[0])
        found.append(((script and script.lastgroup) or "other", number, len(text.strip())))
        texts.append(text)
    tokens = tokenizer.encode_ordinary_batch(texts, threads=threads).lengths.tolist()
    sums: dict[str, list[int]] = {}
    for (script, number, characters), n_tokens in zip(found, tokens, strict=True):
        row = sums.setdefault(script, [0, 0, 0])
        row[0] += number
        row[1] += number * characters
        row[2] += number * n_tokens
    rows = [ScriptRow(script, *row) for script, row in sums.items()]
    return tuple(sorted(rows, key=lambda row: (-row.words, row.script)))


def _ratio(a: float, b: float) -> float:
    return a / b if b else 0.0


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _readable(token: bytes) -> str:
    """A token on one short line."""
    text = repr(token.decode("utf-8", "backslashreplace"))
    return text if len(text) <= 24 else f"{text[:18]}… ({len(token)} B)"
