"""Reads and writes ctok's own file: a vocabulary's tables as they stand in memory.

docs/saved.md draws the file, and says what is checked when.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import kernels
from .errors import VocabError
from .spec import AddedToken, Split, Step, StoredSpec, Template, VocabSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    from .loaders.fields import Fields
    from .vocab import Vocab

# A byte that is no text, a name, and line ends that a transfer as text would change.
MAGIC = b"\x89ctok\r\n\x1a"
VERSION = 3
# Magic, order of bytes, version, bytes of the file, bytes of the facts, checksum of the facts, of
# the tables, and of what stands before it.
_HEAD = struct.Struct("=8sIIQQQQ8xQ")
_ORDER = 0x01020304
_ALIGNMENT = 64
MAX_FILE_BYTES = 1 << 32
MAX_FACTS_BYTES = 256 << 20

Arrays = dict[str, "npt.NDArray[Any]"]


# What a file holds, the arguments of Vocab: the spec, the tables, and whether it is proper.
Saved = tuple[VocabSpec, Arrays, bool]


# ---- the facts: a VocabSpec without its arrays, as JSON


class _Fact:
    """How a field of VocabSpec becomes a JSON value, and is read from one."""

    def __init__(self, write: Callable[[Any], Any], read: Callable[[Fields, str], Any]) -> None:
        self.write = write
        self.read = read


def _plain(kind: type) -> _Fact:
    return _Fact(lambda value: value, lambda fields, key: fields.get(key, kind))


def _maybe(kind: type) -> _Fact:
    return _Fact(
        lambda value: value,
        lambda fields, key: fields.get(key, kind) if key in fields else None,
    )


def _choice(*words: str) -> _Fact:
    def read(fields: Fields, key: str) -> str:
        word = fields.get(key, str)
        if word not in words:
            raise VocabError(f"{fields.path(key)}: {word[:40]!r} is none of {', '.join(words)}")
        return word

    return _Fact(lambda value: value, read)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32


def _is_whole(text: str) -> bool:
    """Whether a text has no half of a pair of surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _refused(fields: Fields, key: str, what: str) -> VocabError:
    return VocabError(f"{fields.path(key)}: {what} is needed")


def _read_id(fields: Fields, key: str) -> int | None:
    if key not in fields:
        return None
    if not _is_id(fields.get(key, int)):
        raise _refused(fields, key, "an id")
    return fields.get(key, int)


def _read_ids(fields: Fields, key: str) -> dict[str, int]:
    result: dict[str, int] = fields.get(key, dict)
    if not all(map(_is_id, result.values())) or not all(map(_is_whole, result)):
        raise _refused(fields, key, "an id a token")
    return result


def _read_names(fields: Fields, key: str) -> dict[int, str]:
    rows = fields.get(key, list)
    if not all(
        isinstance(row, list) and len(row) == 2 and _is_id(row[0]) and isinstance(row[1], str)
        for row in rows
    ):
        raise _refused(fields, key, "an id and a text a token")
    return dict(rows)


def _read_affixes(fields: Fields, key: str) -> tuple[str, str]:
    match fields.get(key, list):
        case [str(prefix), str(suffix)]:
            return prefix, suffix
    raise _refused(fields, key, "two texts")


def _read_added(fields: Fields, key: str) -> tuple[AddedToken, ...]:
    kinds = (str, int, bool, bool, bool, bool, bool, str | None)
    result = []
    for row, where in fields.items(key):
        if (
            not (isinstance(row, list) and len(row) == len(kinds))
            or not all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True))
            or not (_is_id(row[1]) and _is_whole(row[0]))
        ):
            raise VocabError(f"{where}: an added token is needed")
        content, number, special, lstrip, rstrip, single_word, normalized, text = row
        decoded = None if text is None else _bytes_of(text, where)
        flags = (special, lstrip, rstrip, single_word, normalized)
        result.append(AddedToken(content, number, *flags, decoded))
    return tuple(result)


def _bytes_of(text: str, where: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise VocabError(f"{where}: bytes are needed, one a character") from None


def _write_added(tokens: tuple[AddedToken, ...]) -> list[list[Any]]:
    return [
        [
            *(t.content, t.id, t.special, t.lstrip, t.rstrip, t.single_word, t.normalized),
            None if t.decoded is None else t.decoded.decode("latin-1"),
        ]
        for t in tokens
    ]


def _write_splits(splits: tuple[Split, ...] | None) -> list[list[Any]] | None:
    if splits is None:
        return None
    return [[s.pattern, s.behavior, s.invert, s.prefix, s.of_bytes] for s in splits]


_BEHAVIORS = ("isolated", "removed", "contiguous", "merged_with_previous", "merged_with_next")


def _read_splits(fields: Fields, key: str) -> tuple[Split, ...] | None:
    if key not in fields:
        return None
    result = []
    for row, where in fields.items(key):
        match row:
            case [str(), str(behavior), bool(), str(), bool()] if behavior in _BEHAVIORS:
                result.append(Split(*row))  # type: ignore[arg-type]
            case _:
                raise VocabError(f"{where}: a step of cutting is needed")
    return tuple(result)


def _write_steps(steps: tuple[Step, ...]) -> list[list[Any]]:
    return [[step.kind, dict(step.arguments)] for step in steps]


def _read_steps(fields: Fields, key: str) -> tuple[Step, ...]:
    result = []
    for row, where in fields.items(key):
        match row:
            case [str(kind), dict(arguments)] if all(
                isinstance(value, int) or (isinstance(value, str) and _is_whole(value))
                for value in arguments.values()
            ):
                result.append(Step(kind, arguments))
            case _:
                raise VocabError(f"{where}: a step is needed")
    return tuple(result)


def _write_template(template: Template | None) -> dict[str, Any] | None:
    if template is None:
        return None
    return {"single": template.single, "pair": template.pair}


def _read_template(fields: Fields, key: str) -> Template | None:
    if key not in fields:
        return None
    parts = fields.fields(key)
    return Template(_read_sides(parts, "single"), _read_sides(parts, "pair"))


def _read_sides(fields: Fields, key: str) -> tuple[tuple[str | tuple[int, ...], int], ...]:
    result: list[tuple[str | tuple[int, ...], int]] = []
    for row, where in fields.items(key):
        match row:
            case ["A" | "B" as side, int(kind)]:
                result.append((side, kind))
            case [list(ids), int(kind)] if all(map(_is_id, ids)):
                result.append((tuple(ids), kind))
            case _:
                raise VocabError(f"{where}: a text or ids, and a type id are needed")
    return tuple(result)


FACTS: dict[str, _Fact] = {
    "name": _plain(str),
    "pattern": _plain(str),
    "specials": _Fact(dict, _read_ids),
    "whole_pieces": _plain(bool),
    "characters": _plain(bool),
    "unknown": _Fact(lambda number: number, _read_id),
    "fuse_unknown": _plain(bool),
    "affixes": _Fact(list, _read_affixes),
    "space_starts": _plain(bool),
    "added": _Fact(_write_added, _read_added),
    "splits": _Fact(_write_splits, _read_splits),
    "normalizer": _Fact(_write_steps, _read_steps),
    "template": _Fact(_write_template, _read_template),
    "decoder": _Fact(_write_steps, _read_steps),
    "chat_template": _maybe(str),
    "spelling": _choice("text", "alphabet", "marks"),
    "names": _Fact(lambda names: [[number, text] for number, text in names.items()], _read_names),
    "document": _maybe(dict),
}
# The arrays of a VocabSpec, which stand among the tables, and the numbers in a row of each; the
# tokens' bytes and offsets are tables themselves.
SPEC_ARRAYS = {
    "split_at": 1,
    "merges": 3,
    "merge_ranks": 1,
    "byte_ids": 1,
    "places": 3,
    "hidden": 1,
}
_OF_SPEC = "spec."


# ---- writing


def save(path: str | os.PathLike[str], vocab: Vocab) -> None:
    """Writes a vocabulary and its tables; others see the file whole or not at all.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    draft = f"{os.fspath(path)}.{os.getpid()}.part"
    try:
        with open(draft, "wb") as file:
            for part in _parts(vocab):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        if os.path.exists(draft):
            os.remove(draft)
        raise


def dump(vocab: Vocab) -> bytes:
    """The bytes of the file that `save` writes."""
    return b"".join(_parts(vocab))


def _parts(vocab: Vocab) -> list[Any]:
    """The head, the facts and the tables, one after the other."""
    import json

    spec, every = vocab.spec, vocab.as_arrays()
    for field in SPEC_ARRAYS:
        array = getattr(spec, field)
        if array is not None:
            every[_OF_SPEC + field] = np.ascontiguousarray(array, dtype=np.uint32)
    rows: list[tuple[str, str, list[int], int]] = []
    at = 0
    for name, array in every.items():
        rows.append((name, array.dtype.str[1:], list(array.shape), at))
        at += _padded(array.nbytes)
    facts = json.dumps(
        {
            "ctok": kernels.version(),
            "is_proper": vocab.is_proper,
            "spec": {key: fact.write(getattr(spec, key)) for key, fact in FACTS.items()},
            "tables": rows,
        }
    ).encode("ascii")
    facts += b" " * (_padded(_HEAD.size + len(facts)) - _HEAD.size - len(facts))
    tables = bytearray(at)
    for (_, _, _, start), array in zip(rows, every.values(), strict=True):
        tables[start : start + array.nbytes] = array.tobytes()
    head = _HEAD.pack(
        *(MAGIC, _ORDER, VERSION, _HEAD.size + len(facts) + at, len(facts)),
        *(kernels.checksum(facts), kernels.checksum(tables), 0),
    )
    head = head[:-8] + struct.pack("=Q", kernels.checksum(head[:-8]))
    return [head, facts, tables]


def _padded(n: int) -> int:
    return -(-n // _ALIGNMENT) * _ALIGNMENT


# ---- reading


def is_saved(path: str | os.PathLike[str]) -> bool:
    """Whether a file, which need not be there, starts as ctok's own do."""
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def load(path: str | os.PathLike[str], *, mmap: bool = False, name: str | None = None) -> Saved:
    """What a file of `save` holds.

    Parameters
    ----------
    path : path
    mmap : bool
        Whether the tables stay in the file, which all processes then share; the checksum of the
        tables is not looked at.
    name : str, optional
        Another name for the vocabulary.

    Raises
    ------
    VocabError
        A damaged file, or one of another version or kind of machine.
    OSError
        The file cannot be read.
    """
    source = os.fspath(path)
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(_HEAD.size)
        facts_bytes, tables_sum, facts_sum = _read_head(head, size, source)
        if mmap:
            from mmap import ACCESS_READ
            from mmap import mmap as map_file

            data = np.frombuffer(map_file(file.fileno(), 0, access=ACCESS_READ), dtype=np.uint8)
        else:
            data = _aligned(size)
            file.seek(0)
            _read_into(file, data, source)
            if data[: _HEAD.size].tobytes() != head:
                raise VocabError(f"{source}: the file changes while it is read")
    if len(data) != size:
        raise VocabError(f"{source}: the file changes while it is read")
    data.flags.writeable = False
    facts = data[_HEAD.size : _HEAD.size + facts_bytes].tobytes()
    if kernels.checksum(facts) != facts_sum:
        raise VocabError(f"{source}: damaged: the checksum of its facts is another")
    tables = data[_HEAD.size + facts_bytes :]
    if not mmap and kernels.checksum(tables) != tables_sum:
        raise VocabError(f"{source}: damaged: the checksum of its tables is another")
    return _saved(facts, tables, source, name)


def _read_head(head: bytes, size: int, source: str) -> tuple[int, int, int]:
    """Bytes of facts, checksum of the tables and of the facts."""
    if len(head) < _HEAD.size or not head.startswith(MAGIC):
        raise VocabError(f"{source}: not a file of Tokenizer.save, or cut off in its head")
    _, order, version, stated, facts_bytes, facts_sum, tables_sum, head_sum = _HEAD.unpack(head)
    if order != _ORDER:
        raise VocabError(
            f"{source}: saved where numbers have another order of bytes than here"
            f" ({sys.byteorder}-endian), or damaged; save it here again"
        )
    if kernels.checksum(head[:-8]) != head_sum:
        raise VocabError(f"{source}: damaged: the checksum of its head is another")
    if version != VERSION:
        raise VocabError(
            f"{source}: a saved file of version {version}; this ctok reads version {VERSION},"
            " save it again"
        )
    if stated != size or size > MAX_FILE_BYTES or facts_bytes > min(size, MAX_FACTS_BYTES):
        raise VocabError(f"{source}: damaged: {size} bytes of {stated}")
    return facts_bytes, tables_sum, facts_sum


def _aligned(size: int) -> npt.NDArray[np.uint8]:
    """Memory whose first byte stands where a cache line starts."""
    room = np.empty(size + _ALIGNMENT, dtype=np.uint8)
    skipped = -room.__array_interface__["data"][0] % _ALIGNMENT
    return room[skipped : skipped + size]


def _read_into(file: Any, data: npt.NDArray[np.uint8], source: str) -> None:
    view = data.data
    while view:
        count = file.readinto(view)
        if not count:
            raise VocabError(f"{source}: the file changes while it is read")
        view = view[count:]


def _saved(facts: bytes, tables: npt.NDArray[np.uint8], source: str, name: str | None) -> Saved:
    """The vocabulary of facts and tables whose bytes are as they were written, by whomever."""
    from .loaders.fields import Fields, parse_json

    top = Fields(parse_json(facts, source), source)
    arrays = _arrays(top, tables)
    fields = top.fields("spec")
    values = {key: fact.read(fields, key) for key, fact in FACTS.items()}
    fields.finish()
    of_spec: dict[str, Any] = {key: arrays.pop(_OF_SPEC + key, None) for key in SPEC_ARRAYS}
    for key, row in SPEC_ARRAYS.items():
        array = of_spec[key]
        if array is not None and (
            array.dtype != np.uint32 or array.shape[1:] != (row,) * (row > 1)
        ):
            raise VocabError(f"{source}: the table {_OF_SPEC + key!r} has another form")
    offsets, data = arrays.get("offsets"), arrays.get("bytes")
    if offsets is None or data is None or offsets.dtype != np.uint32 or offsets.shape == (0,):
        raise VocabError(f"{source}: the tables 'bytes' and 'offsets' are needed")
    n_ids = len(offsets) - 1
    for key, limit in (("hidden", n_ids), ("merges", n_ids)):
        if of_spec[key] is not None and of_spec[key].max(initial=0) >= max(1, limit):
            raise VocabError(f"{source}: the table {_OF_SPEC + key!r} is damaged")
    if name is not None:
        values["name"] = name
    kept = data[: int(offsets.flat[n_ids])]
    spec = StoredSpec(token_bytes=b"", token_offsets=offsets, **values, **of_spec)
    spec.keep(kept)
    return spec, arrays, top.get("is_proper", bool)


_TYPES = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "u8": np.uint64}


def _arrays(top: Fields, tables: npt.NDArray[np.uint8]) -> Arrays:
    """The tables by name, each inside of the file."""
    result: Arrays = {}
    for row, where in top.items("tables"):
        match row:
            case [str(name), "u1" | "u2" | "u4" | "u8" as kind, list(shape), int(at)] if (
                name not in result
                and len(shape) in (1, 2)
                and all(map(_is_id, shape))
                and at >= 0
                and at % _ALIGNMENT == 0
            ):
                size = int(kind[1]) * shape[0] * (shape[1] if len(shape) == 2 else 1)
                if size <= len(tables) - at:
                    result[name] = tables[at : at + size].view(_TYPES[kind]).reshape(shape)
                    continue
        raise VocabError(f"{where}: no table of this file")
    return result
