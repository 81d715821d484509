"""Real text without a download: the sources and docs of Python and of the installed packages.

python -m tests.corpus     says what it finds
"""

from __future__ import annotations

import functools
import hashlib
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SUFFIXES = {".py", ".pyi", ".pyx", ".pxd", ".h", ".c", ".js", ".css", ".html"} | {
    *{".md", ".rst", ".txt", ".json", ".toml", ".cfg", ".csv", ".svg", ".po", ".yaml", ".xml"}
}
WANTED_BYTES = 20_000_000
LONGEST = 1_000_000  # bytes a file
_ASCII = bytes(range(128))


class Corpus(NamedTuple):
    """Texts, and how large they are as UTF-8."""

    texts: list[str]
    n_bytes: int
    n_not_ascii: int  # bytes of characters beyond ASCII

    def __str__(self) -> str:
        return (
            f"{len(self.texts)} texts, {self.n_bytes / 1e6:.1f} MB,"
            f" {self.n_not_ascii / 1e6:.2f} MB of it not ASCII"
        )


def _files() -> list[Path]:
    """All candidates in an order that mixes packages and is the same at every run."""
    paths = sysconfig.get_paths()
    roots = dict.fromkeys(
        Path(paths[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib")
    )
    found: dict[str, Path] = {}
    for root in roots:
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.suffix in SUFFIXES and not name.startswith("site-packages/"):
                found.setdefault(name, path)
    return [
        found[name] for name in sorted(found, key=lambda name: hashlib.md5(name.encode()).digest())
    ]


def _readable() -> Iterator[tuple[str, int, int]]:
    """(text, bytes, bytes that are not ASCII) of each different file that is UTF-8."""
    seen = set()
    for path in _files():
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if 0 < len(data) <= LONGEST and data not in seen:
            seen.add(data)
            yield text, len(data), len(data.translate(None, _ASCII))


@functools.cache
def collect(wanted: int = WANTED_BYTES) -> Corpus:
    """At least so many bytes of text when there are so many, half of them as rich in non-ASCII
    characters as can be had."""
    every = list(_readable())
    rich = sorted(every, key=lambda item: item[2] / item[1], reverse=True)
    chosen: dict[str, tuple[int, int]] = {}
    total = 0
    for target, items in ((wanted // 2, rich), (wanted, every)):
        for text, size, wide in items:
            if total >= target:
                break
            if text not in chosen:
                chosen[text] = (size, wide)
                total += size
    return Corpus(list(chosen), total, sum(wide for _, wide in chosen.values()))


if __name__ == "__main__":
    print(collect())
