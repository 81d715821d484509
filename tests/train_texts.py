"""Texts to train on: many kinds, the same on every machine that has the same Python."""

import random
import sysconfig
from pathlib import Path


def code_and_prose(n_bytes):
    """Text that every Python has: its own library's source, one file a text."""
    texts = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        texts.append(path.read_bytes().decode("utf-8", "replace"))
        n_bytes -= len(texts[-1])
        if n_bytes <= 0:
            break
    return texts


def many_scripts(n_words, seed=5):
    """Words of several scripts, frequent ones often, with marks, digits and runs of blanks."""
    rng = random.Random(seed)
    alphabets = [(0x61, 26), (0x4E00, 2000), (0x3041, 80), (0xAC00, 2000), (0x430, 32), (0x905, 50)]
    words = []
    for _ in range(3000):
        first, size = rng.choice(alphabets)
        letters = [chr(first + int(size * rng.random() ** 3)) for _ in range(rng.randint(1, 9))]
        words.append("".join(letters))
    separators = [" ", " ", "  ", "\n", "。", ", ", "\t", "\n\n    ", " 12345 "]
    return [
        "".join(
            words[int(len(words) * rng.random() ** 4)] + rng.choice(separators) for _ in range(100)
        )
        for _ in range(n_words // 100)
    ]


def every_kind():
    """About a megabyte of both."""
    return code_and_prose(600_000) + many_scripts(40_000)
