"""Training: the same merges first, then time and memory, from texts in memory to a list of tokens.

Every training runs in a process of its own. Rounds are interleaved, ratios are of medians, and
memory is the peak above what the process held before training. Trainers that share a pattern and a
rule for ties must give the same tokens in the same order: if one does not, its time is worth
nothing, and the row says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ctok

# (texts, vocabulary's size, threads); other trainers take threads from the environment.
Train = Callable[[list[str], int, int], list[bytes]]


def train_ctok(pattern: str, ties: str) -> Train:
    """ctok under one pattern and rule for ties."""

    def run(texts: list[str], vocab_size: int, threads: int) -> list[bytes]:
        tokenizer = ctok.train(
            texts, vocab_size, pattern=pattern, ties=ties, threads=threads, progress=False
        )
        return [token for token, _ in tokenizer.get_mergeable_ranks()]

    return run


def train_rustbpe(texts: list[str], vocab_size: int, _threads: int) -> list[bytes]:
    """rustbpe under the cl100k pattern."""
    import rustbpe

    trainer = rustbpe.Tokenizer()
    trainer.train_from_iterator(iter(texts), vocab_size, pattern=ctok.families()["cl100k"])
    return [bytes(token) for token, _ in trainer.get_mergeable_ranks()]


def train_bpeasy(texts: list[str], vocab_size: int, _threads: int) -> list[bytes]:
    """bpeasy under the cl100k pattern."""
    import bpeasy

    ranks = bpeasy.train_bpe(iter(texts), ctok.families()["cl100k"], 1 << 16, vocab_size)
    return sorted(ranks, key=ranks.__getitem__)


def train_tokenizers(texts: list[str], vocab_size: int, _threads: int) -> list[bytes]:
    """BpeTrainer of tokenizers under the llama3 pattern."""
    from tokenizers import Regex, Tokenizer, models, trainers
    from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

    tokenizer = Tokenizer(models.BPE())
    split = Split(Regex(ctok.families()["llama3"]), "isolated")
    byte_level = ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = Sequence([split, byte_level])
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, initial_alphabet=ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    alphabet = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    byte_of = {chr(byte): byte for byte in alphabet}
    others = (byte for byte in range(256) if byte not in alphabet)
    byte_of |= {chr(256 + i): byte for i, byte in enumerate(others)}
    vocab = tokenizer.get_vocab()
    ordered = sorted(vocab, key=vocab.__getitem__)
    return [bytes(byte_of[character] for character in token) for token in ordered]


def train_gigatoken(texts: list[str], vocab_size: int, _threads: int) -> list[bytes]:
    """gigatoken, which has the pattern of GPT-2 only."""
    import gigatoken

    separator = b"<|between texts|>"
    data = separator.join(text.encode() for text in texts)
    tokens, _ = gigatoken.train_bpe(data, vocab_size, [], "raw_token_ids", separator)
    return [bytes(tokens[number]) for number in range(len(tokens))]


# name -> (the ctok row that it is compared with, how it trains)
TRAINERS: dict[str, tuple[str, Train]] = {
    "ctok/cl100k": ("ctok/cl100k", train_ctok("cl100k", "rustbpe")),
    "rustbpe/cl100k": ("ctok/cl100k", train_rustbpe),
    "bpeasy/cl100k": ("ctok/cl100k", train_bpeasy),
    "ctok/llama3": ("ctok/llama3", train_ctok("llama3", "huggingface")),
    "tokenizers/llama3": ("ctok/llama3", train_tokenizers),
    "ctok/r50k": ("ctok/r50k", train_ctok("r50k", "rustbpe")),
    "gigatoken/r50k": ("ctok/r50k", train_gigatoken),
}


OUR_ROW = "ctok/cl100k"
# How many ids a vocabulary has whose cost is to grow no faster than n log n.
SIZES = (8_192, 32_768, 65_536, 131_072, 200_000)

Figures = dict[str, Any]


def packages(names: Sequence[str]) -> list[str]:
    """What must be installed for some rows, beside ctok."""
    return sorted({name.partition("/")[0] for name in names} - {"ctok"})


# ---- one process


def peak(*, renew: bool = False) -> int:
    """The largest resident size of this process in bytes since the last renewal (Linux)."""
    if renew:
        Path("/proc/self/clear_refs").write_text("5")
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM in /proc/self/status")


def measured(work: Callable[[], Any]) -> tuple[Any, Figures]:
    """What some work returns, and its seconds, CPU seconds and bytes."""
    before = peak(renew=True)
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "memory": peak() - before,
    }


def train_once(name: str, texts: list[str], vocab_size: int, threads: int) -> Figures:
    """One trainer's figures, and what tells its tokens from others."""
    tokens, figures = measured(lambda: TRAINERS[name][1](texts, vocab_size, threads))
    digest = hashlib.sha256(b"".join(len(token).to_bytes(4) + token for token in tokens))
    return {**figures, "tokens": len(tokens), "sha256": digest.hexdigest()}


def train_sizes(texts: list[str], sizes: Sequence[int], rounds: int, threads: int) -> list[Figures]:
    """ctok's figures for vocabularies of several sizes, all from the same counts."""
    counts = ctok.PieceCounts("cl100k", threads=threads).count(texts)
    len(counts)  # ends the counting
    taken: list[list[Figures]] = [[] for _ in sizes]
    for _ in range(rounds):
        for size, row in zip(sizes, taken, strict=True):
            trained, figures = measured(lambda size=size: counts.train(size, progress=False))
            row.append({**figures, "ids": trained.n_vocab})
    return [
        {
            "vocab_size": size,
            "ids": row[0]["ids"],
            **{name: statistics.median(one[name] for one in row) for name in MEDIANS},
        }
        for size, row in zip(sizes, taken, strict=True)
    ]


MEDIANS = ("wall", "cpu", "memory")


def main() -> None:
    """What a process does: it trains as its arguments say and prints the figures as JSON."""
    asked = json.loads(sys.argv[1])
    with Path(asked["texts"]).open(encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    if asked["sizes"]:
        found: Any = train_sizes(texts, asked["sizes"], asked["rounds"], asked["threads"])
    else:
        found = train_once(asked["name"], texts, asked["vocab_size"], asked["threads"])
    print("\n" + json.dumps(found))  # others print, too


# ---- all processes


def in_process(asked: dict[str, Any]) -> Any:
    """What `main` prints in a fresh process."""
    environment = {**os.environ, "RAYON_NUM_THREADS": str(asked["threads"])}
    root = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, *sys.path]))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.train", json.dumps(asked)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def compare(
    texts: Path, vocab_size: int, threads: int, rounds: int, trainers: Sequence[str]
) -> list[Figures]:
    """Trainers beside ctok's rows, which take part in any case; medians of interleaved rounds."""
    names = list(dict.fromkeys([TRAINERS[name][0] for name in trainers] + list(trainers)))
    asked = {"texts": str(texts), "vocab_size": vocab_size, "threads": threads, "sizes": ()}
    taken: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            taken[name].append(in_process({**asked, "name": name}))
    middle = {
        name: {figure: statistics.median(one[figure] for one in runs) for figure in MEDIANS}
        for name, runs in taken.items()
    }
    rows = []
    for name in names:
        own = TRAINERS[name][0]
        digests = {one["sha256"] for one in taken[name] + taken[own]}
        ratios = {
            f"{figure}_ratio": middle[name][figure] / middle[own][figure] for figure in MEDIANS
        }
        same = len(digests) == 1
        rows.append({"name": name, **middle[name], **ratios, "against": own, "same_tokens": same})
    return rows


def table(rows: Sequence[Figures]) -> str:
    """`compare`'s rows as Markdown."""
    lines = [
        "| trainer | s | CPU s | CPU s / ctok | MB above texts | MB / ctok | tokens |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {row['name']} | {row['wall']:.2f} | {row['cpu']:.2f} | {row['cpu_ratio']:.1f} |"
        f" {row['memory'] / 1e6:.0f} | {row['memory_ratio']:.1f} |"
        f" {'equal' if row['same_tokens'] else 'DIFFERENT'} |"
        for row in rows
    ]
    return "\n".join(lines)


def scaling(texts: Path, threads: int, rounds: int, sizes: Sequence[int]) -> list[Figures]:
    """ctok's training alone, by the vocabulary's size."""
    asked = {"texts": str(texts), "threads": threads, "rounds": rounds, "sizes": list(sizes)}
    found: list[Figures] = in_process(asked)
    return found


def scaling_table(rows: Sequence[Figures]) -> str:
    """`scaling`'s rows as Markdown."""
    lines = ["| ids | CPU s of training alone | MB |", "| ---: | ---: | ---: |"]
    lines += [f"| {row['ids']:,} | {row['cpu']:.2f} | {row['memory'] / 1e6:.0f} |" for row in rows]
    return "\n".join(lines)


def write_texts(texts: Sequence[str], path: Path) -> None:
    """Puts texts where every process reads them."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)


if __name__ == "__main__":
    main()
