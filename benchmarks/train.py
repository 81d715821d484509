"""Trains one vocabulary with several trainers, compares the merges, then the time and the memory.

    python benchmarks/train.py CORPUS... --megabytes 100 --vocab-size 32768 --rounds 3

A corpus is a text file, or JSON lines with a "text" each, possibly with gzip. Every training runs
in a process of its own, from texts in memory to a list of tokens. Rounds are interleaved, ratios
are of medians, and memory is the peak above what the process held before training. Trainers that
share a pattern and a rule for ties must give the same tokens in the same order: if one does not,
its time is worth nothing, and the row says so.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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


def read(paths: list[Path], megabytes: float) -> list[str]:
    """Texts of about so many megabytes, taken from all files in turn."""
    texts: list[str] = []
    room = megabytes * 1e6
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            lines = ".jsonl" in path.suffixes
            for text in (json.loads(line)["text"] for line in file) if lines else [file.read()]:
                if room <= 0:
                    return texts
                texts.append(text)
                room -= len(text.encode("utf-8", "replace"))
    return texts


def peak(*, renew: bool = False) -> int:
    """The largest resident size of this process in bytes since the last renewal (Linux)."""
    if renew:
        Path("/proc/self/clear_refs").write_text("5")
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM in /proc/self/status")


def child(name: str, paths: list[Path], megabytes: float, vocab_size: int, threads: int) -> None:
    """Trains once and prints what was measured as JSON."""
    texts = read(paths, megabytes)
    before = peak(renew=True)
    cpu, wall = time.process_time(), time.perf_counter()
    tokens = TRAINERS[name][1](texts, vocab_size, threads)
    result = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "memory": peak() - before,
        "tokens": len(tokens),
        "bytes": sum(len(text.encode("utf-8", "replace")) for text in texts),
        "sha256": hashlib.sha256(b"".join(len(t).to_bytes(4) + t for t in tokens)).hexdigest(),
    }
    print("\n" + json.dumps(result))


def measure(name: str, args: argparse.Namespace) -> dict[str, float | str]:
    """One training in a fresh process."""
    command = [sys.executable, __file__, *map(str, args.corpus), "--child", name]
    for option in ("megabytes", "vocab_size", "threads"):
        command += [f"--{option.replace('_', '-')}", str(getattr(args, option))]
    environment = {**os.environ, "RAYON_NUM_THREADS": str(args.threads)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    result: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> int:
    """Measures the named trainers and prints a table; 1 when tokens differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--vocab-size", type=int, default=32768)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trainers", nargs="+", choices=TRAINERS, default=list(TRAINERS))
    parser.add_argument("--json", type=Path, help="where the figures go, too")
    parser.add_argument("--child", choices=TRAINERS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child, args.corpus, args.megabytes, args.vocab_size, args.threads)
        return 0
    names = list(dict.fromkeys([TRAINERS[name][0] for name in args.trainers] + args.trainers))
    results: dict[str, list[dict[str, float | str]]] = {name: [] for name in names}
    for _ in range(args.rounds):
        for name in names:
            results[name].append(measure(name, args))
    rows = []
    for name in names:
        base = results[TRAINERS[name][0]]
        middle = {
            figure: statistics.median(float(one[figure]) for one in results[name])
            for figure in ("wall", "cpu", "memory")
        }
        rows.append(
            {
                "name": name,
                **middle,
                "wall_ratio": middle["wall"]
                / statistics.median(float(one["wall"]) for one in base),
                "memory_ratio": middle["memory"]
                / statistics.median(float(one["memory"]) for one in base),
                "same_tokens": len({one["sha256"] for one in results[name] + base}) == 1,
            }
        )
    first = results[names[0]][0]
    print(f"{float(first['bytes']) / 1e6:.1f} MB, {args.vocab_size} ids, {args.threads} threads,")
    print(f"{args.rounds} rounds, {platform.machine()}, {platform.python_version()}\n")
    print("| trainer | s | CPU s | times ctok | MB above texts | times ctok | tokens |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in rows:
        print(
            f"| {row['name']} | {row['wall']:.2f} | {row['cpu']:.2f} | {row['wall_ratio']:.1f} |"
            f" {row['memory'] / 1e6:.0f} | {row['memory_ratio']:.1f} |"
            f" {'equal' if row['same_tokens'] else 'DIFFERENT'} |"
        )
    if args.json:
        args.json.write_text(json.dumps({"settings": vars(args), "rows": rows}, default=str))
    return 0 if all(row["same_tokens"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
