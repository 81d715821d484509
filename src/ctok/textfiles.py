"""Texts from files: plain text and JSON lines, either of them with gzip, read as streams."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

JSON_LINES = {".jsonl", ".ndjson"}


def read_texts(
    path: str | os.PathLike[str], *, lines: bool = False, field: str = "text"
) -> Iterator[str | bytes]:
    """The texts of a file.

    Parameters
    ----------
    path : path
        ``.jsonl`` and ``.ndjson`` hold a JSON object a line, whose `field` is a text. Any other
        file is one text. ``.gz`` at the end of the name says that the file is compressed.
    lines : bool
        Each line of a plain file is a text, without its newline.
    field : str
        Where the text is in a JSON object.

    Raises
    ------
    ValueError
        A line that is no such object; the message names file and line.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    suffixes = path.suffixes
    packed = bool(suffixes) and suffixes[-1] == ".gz"
    kind = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    with gzip.open(path) if packed else path.open("rb") as file:
        if kind in JSON_LINES:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _field(line, field, f"{path}, line {number}")
        elif lines:
            for line in file:
                yield line.removesuffix(b"\n")
        else:
            yield file.read()


def _field(line: bytes, field: str, where: str) -> str:
    """The text of one line."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where}: no JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get(field), str):
        raise ValueError(f"{where}: no object whose {field!r} is a text")
    text: str = found[field]
    return text
