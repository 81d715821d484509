"""Texts from files: plain text, JSON lines and columns of tables, packed or not, as streams."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

# A plain file is read in blocks of so many bytes where it may be cut.
BLOCK_BYTES = 16 << 20
# Lines are read in blocks of at most so many.
READ_BYTES = 1 << 20

# Whatever the family, a piece ends behind a line's end that stands behind a visible character and
# before a letter, or between two objects of JSON lines; and the pieces before it are the same when
# the text ends there.
_CUT = re.compile(rb"[!-~]\n(?=[A-Za-z])|\}\n(?=\{)")

# The modules that open a packed file, by its name's ending: the first that there is.
PACKED = {
    ".gz": ("gzip",),
    ".bz2": ("bz2",),
    ".xz": ("lzma",),
    ".zst": ("compression.zstd", "backports.zstd"),
}


def read_texts(
    path: str | os.PathLike[str],
    *,
    lines: bool = False,
    field: str = "text",
    cut: bool = False,
    refused: Callable[[ValueError], object] | None = None,
) -> Iterator[str | bytes]:
    """The texts of a file.

    Parameters
    ----------
    path : path
        ``.jsonl`` and ``.ndjson`` hold a JSON object a line, whose `field` is a text. ``.parquet``
        and ``.arrow`` hold a table, whose column `field` has texts; they need pyarrow. Any other
        file is one text. ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` at the end of the name says that
        the file is packed; before Python 3.14 the last one needs backports.zstd.
    lines : bool
        Each line of a plain file is a text, without its newline.
    field : str
        Where the text is in a JSON object or a table.
    cut : bool
        A plain file may come as several texts. It is cut only where every family (`ctok.families`)
        ends a piece: the pieces are the same, and a large file is never held as a whole.
    refused : callable, optional
        Gets what would be raised of a line that is no such object; the line is then left out.

    Raises
    ------
    ValueError
        A line that is no such object, a table without such a column; the message names the file.
    ImportError
        What the format needs is not installed.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    kind = "".join([suffix for suffix in path.suffixes if suffix not in PACKED][-1:])
    with opened(path) as file:
        if kind in TABLES:
            yield from _column(kind, file, field, path)
        elif kind in JSON_LINES:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    text = _field(line, field, f"{path}, line {number}")
                except ValueError as error:
                    if refused is None:
                        raise
                    refused(error)
                    continue
                yield text
        elif lines:
            for line in file:
                yield line.removesuffix(b"\n")
        elif cut:
            yield from blocks_of(file)
        else:
            yield file.read()


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked when the end of its name says that they are packed.

    Raises
    ------
    ValueError
        Damaged data; the message names the file.
    ImportError
        What unpacks is not installed.
    OSError
        The file cannot be read.
    """
    packed = path.suffix
    if packed not in PACKED:
        with path.open("rb") as file:
            yield file
        return
    for name in PACKED[packed]:
        try:
            module = import_module(name)
            break
        except ImportError:
            continue
    else:
        raise ImportError(f"{path}: reading {packed} needs the module {name}")
    # What bad data raises: one of these, or an OSError that no system call made.
    kinds = [zlib.error, *(getattr(module, kind, EOFError) for kind in ("LZMAError", "ZstdError"))]
    with path.open("rb") as whole:
        try:
            with module.open(whole, "rb") as file:
                yield file
        except (EOFError, OSError, *kinds) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise ValueError(f"{path}: its {packed} data is damaged: {error}") from None


# ---- plain text


def lines_of(file: IO[bytes]) -> Iterator[list[bytes]]:
    """The lines of a file without the newlines that end them: as many at once as are there.

    What writes into a pipe and waits is not waited for.
    """
    held: list[bytes] = []
    while block := file.read1(READ_BYTES):  # type: ignore[attr-defined]  # of what is buffered
        first, *lines = block.split(b"\n")
        held.append(first)
        if lines:
            whole, held = b"".join(held), [lines.pop()]
            yield [whole, *lines]
    if rest := b"".join(held):
        yield [rest]


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """A text in parts of about BLOCK_BYTES, larger ones where no family ends a piece."""
    held: list[bytes] = []
    while block := file.read(BLOCK_BYTES):
        at = _last_cut(block)
        if at:
            yield b"".join([*held, block[:at]])
            held = [block[at:]]
        else:
            held.append(block)
    if held:
        yield b"".join(held)


def _last_cut(data: bytes) -> int:
    """The last place where a text may be cut; 0 when there is none."""
    for start in (max(0, len(data) - 65_536), 0):
        last = None
        for last in _CUT.finditer(data, start):  # noqa: B007 - the last one is wanted
            pass
        if last is not None:
            return last.end()
    return 0


# ---- JSON lines

JSON_LINES = {".jsonl", ".ndjson"}


def _field(line: bytes, field: str, where: str) -> str:
    """The text of one line."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:  # of too many brackets in each other
        raise ValueError(f"{where}: no JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get(field), str):
        raise ValueError(f"{where}: no object whose {field!r} is a text")
    text: str = found[field]
    return text


# ---- tables


def _parquet(file: IO[bytes], field: str) -> tuple[list[str], Iterator[Any]]:
    """The columns of a parquet file, and the record batches of one of them."""
    from pyarrow import parquet

    table = parquet.ParquetFile(file)
    return table.schema_arrow.names, table.iter_batches(batch_size=1024, columns=[field])


def _arrow(file: IO[bytes], field: str) -> tuple[list[str], Iterator[Any]]:
    """The same of an Arrow file, or of a stream as datasets writes it."""
    from pyarrow import ipc

    if file.read(6) == b"ARROW1":
        table = ipc.open_file(file)
        batches = map(table.get_batch, range(table.num_record_batches))
    else:
        file.seek(0)
        table = batches = ipc.open_stream(file)
    return table.schema.names, (batch.select([field]) for batch in batches)


TABLES: dict[str, Callable[[IO[bytes], str], tuple[list[str], Iterator[Any]]]] = {
    ".parquet": _parquet,
    ".arrow": _arrow,
}


def _column(kind: str, file: IO[bytes], field: str, path: Path) -> Iterator[str | bytes]:
    """The texts of a column; rows without one are left out."""
    try:
        from pyarrow import ArrowException
    except ImportError:
        raise ImportError(
            f"{path}: reading {kind} needs pyarrow: pip install ctok[arrow]"
        ) from None
    try:
        names, batches = TABLES[kind](file, field)
        if field not in names:
            raise ValueError(f"{path}: no column {field!r} among {', '.join(names)}")
        for batch in batches:
            for text in batch.column(0).to_pylist():
                if isinstance(text, (str, bytes)):
                    yield text
                elif text is not None:
                    raise ValueError(f"{path}: {field!r} holds {type(text).__name__}, not texts")
    except ArrowException as error:
        raise ValueError(f"{path}: no {kind} file, or a damaged one: {error}") from None
