"""Text to measure with: from what every user has or can install, or from a file.

    python -m benchmarks corpus     says what it finds

The texts are parts of Python's standard library, of the installed packages and, where there is
one, of Debian's /usr/share/doc. Which of them come first is decided by a hash of their names, so
the same packages give the same corpus; a record keeps its sha256.

    en      documentation and docstrings
    code    sources in Python, Cython, C, JavaScript, CSS
    multi   translations into all languages but English and those of the next kind
    cjk     Chinese, Japanese and Korean: translations, and the texts that packages carry
"""

from __future__ import annotations

import gettext
import gzip
import hashlib
import json
import os
import re
import struct
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SHORTEST, LONGEST = 200, 100_000  # characters a text
_SPECIAL = re.compile(r"<\|\w+\|>")  # ctok.encode refuses such text, others have other rules
_CJK = ("zh", "ja", "ko")


def part(texts: list[str], share: float) -> list[str]:
    """That share of some texts, spread evenly; all of them for 1."""
    return texts[:: max(1, round(1 / share))]


class CorpusError(ValueError):
    """A corpus that cannot be built."""


@dataclass(frozen=True)
class Corpus:
    """Texts under a name."""

    name: str
    texts: list[str]

    @property
    def n_bytes(self) -> int:
        """Bytes of the texts in UTF-8."""
        return sum(len(text.encode()) for text in self.texts)

    @property
    def sha256(self) -> str:
        """Of all texts in UTF-8, a zero byte behind each."""
        digest = hashlib.sha256()
        for text in self.texts:
            digest.update(text.encode() + b"\0")
        return digest.hexdigest()

    def facts(self) -> dict[str, object]:
        """What a record keeps."""
        return {
            "name": self.name,
            "texts": len(self.texts),
            "bytes": self.n_bytes,
            "sha256": self.sha256,
        }

    def part(self, share: float) -> list[str]:
        """That share of the texts."""
        return part(self.texts, share)


# ---- from a file to its text


def _whole(data: bytes) -> str:
    return data.decode("utf-8")


_DOCSTRING = re.compile(r"^[ \t]*[rR]?(\"\"\"|''')(.+?)\1", re.DOTALL | re.MULTILINE)


def _docstrings(data: bytes) -> str:
    """The strings of a Python file that stand where docstrings do."""
    return "\n\n".join(match[2] for match in _DOCSTRING.finditer(data.decode("utf-8")))


def _translations(data: bytes) -> str:
    """The translated messages of a .mo file."""
    (magic,) = struct.unpack("<I", data[:4])
    order = "<" if magic == gettext.GNUTranslations.LE_MAGIC else ">"
    n, _, table = struct.unpack(order + "3I", data[8:20])
    messages = []
    for i in range(1, n):  # the first one is the file's own header
        length, at = struct.unpack_from(order + "2I", data, table + 8 * i)
        messages += data[at : at + length].decode("utf-8").split("\0")
    return "\n".join(dict.fromkeys(messages))


def _language(path: Path) -> str:
    """The language of a translation, as its folder says: .../locale/pt_BR/LC_MESSAGES/x.mo."""
    return re.split("[_@-]", path.parent.parent.name)[0]


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _is_english(text: str) -> bool:
    return 50 * len(_NOT_ASCII.findall(text)) < len(text)


def _is_cjk(text: str) -> bool:
    return 2 * len(_EAST_ASIAN.findall(text)) > len(text)


@dataclass(frozen=True)
class Kind:
    """A kind of text: how each sort of file is read, and which are wanted."""

    readers: Mapping[str, Callable[[bytes], str]]
    wants_path: Callable[[Path], bool] = lambda _path: True
    wants_text: Callable[[str], bool] = lambda _text: True


_CODE = (".py", ".pyi", ".pyx", ".pxd", ".c", ".h", ".js", ".css")
KINDS: dict[str, Kind] = {
    "en": Kind(
        {".md": _whole, ".rst": _whole, ".txt": _whole, ".py": _docstrings},
        wants_text=_is_english,
    ),
    "code": Kind(dict.fromkeys(_CODE, _whole)),
    "multi": Kind({".mo": _translations}, lambda path: _language(path) not in (*_CJK, "en")),
    "cjk": Kind({".mo": _translations, ".txt": _whole, ".md": _whole}, wants_text=_is_cjk),
}


# ---- from all files to a corpus


def _files(suffixes: Iterable[str]) -> list[Path]:
    """The candidates, in an order that mixes packages and is the same at every run."""
    wanted = frozenset(suffixes)
    paths = sysconfig.get_paths()
    roots = [Path(paths[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    found: dict[str, Path] = {}
    for root in [*dict.fromkeys(roots), Path("/usr/share/doc")]:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in ("site-packages", "__pycache__")]
            for name in names:
                path = Path(folder, name)
                if path.suffix in wanted:
                    found.setdefault(path.relative_to(root).as_posix(), path)
    return [found[name] for name in sorted(found, key=_digest)]


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()


def _cut(text: str) -> Iterator[str]:
    """A long text in parts, each of whole lines where there are some."""
    at = 0
    while at < len(text):
        end = at + LONGEST
        if end < len(text):
            end = text.rfind("\n", at, end) + 1 or end
        yield text[at:end]
        at = end


def _texts(kind: Kind) -> Iterator[str]:
    """Every different text of a kind."""
    seen = set()
    for path in _files(kind.readers):
        if not kind.wants_path(path):
            continue
        try:
            whole = kind.readers[path.suffix](path.read_bytes())
            whole.encode()
        except (OSError, ValueError, struct.error):  # not what its name says
            continue
        if _SPECIAL.search(whole) or not kind.wants_text(whole):
            continue
        for text in _cut(whole):
            if len(text) >= SHORTEST and text not in seen:
                seen.add(text)
                yield text


def collect(name: str, wanted: int) -> Corpus:
    """At least `wanted` bytes of one kind, when this machine has as many."""
    return _take(name, _texts(KINDS[name]), wanted)


def read(path: str | os.PathLike[str], wanted: int) -> Corpus:
    """The texts of a file: .jsonl (also .gz) has them as "text", any other file is one text.

    Raises
    ------
    CorpusError
        The file holds no text, or a line without one.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    name = path.name.split(".")[0]
    if ".jsonl" not in path.suffixes:
        return _take(name, [path.read_text(encoding="utf-8")[:wanted]], wanted)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return _take(name, (_text_of(line, path, i) for i, line in enumerate(lines, 1)), wanted)


def _text_of(line: str, path: Path, number: int) -> str:
    try:
        return str(json.loads(line)["text"])
    except (ValueError, KeyError, TypeError):
        raise CorpusError(f'{path}, line {number}: no JSON object with a "text"') from None


def _take(name: str, texts: Iterable[str], wanted: int) -> Corpus:
    taken, size = [], 0
    for text in texts:
        taken.append(text)
        size += len(text.encode())
        if size >= wanted:
            break
    if not size:
        raise CorpusError(
            f"no text of the kind {name!r}; install packages that have some (django and pycountry"
            f" have translations), or name a file: --corpus {name}=PATH"
        )
    return Corpus(name, taken)


def gather(names: Iterable[str], wanted: int) -> list[Corpus]:
    """Corpora as the command line names them: a kind, a path, or kind=path.

    Raises
    ------
    CorpusError
        A name that is neither, or a corpus without text.
    """
    found = []
    for name in names:
        label, _, path = name.rpartition("=")
        if label:
            found.append(Corpus(label, read(path, wanted).texts))
        elif name in KINDS:
            found.append(collect(name, wanted))
        elif Path(name).exists():
            found.append(read(name, wanted))
        else:
            raise CorpusError(f"{name!r} is neither a file nor one of {', '.join(KINDS)}")
    return found
