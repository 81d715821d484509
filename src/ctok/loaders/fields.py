"""Reads untrusted JSON: whatever is missing, of the wrong type or unknown is named in the error."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from ..errors import VocabError

MAX_FILE_BYTES = 256 << 20
MAX_DEPTH = 64
MAX_LINES = 1 << 22
# What takes memory: a megabyte of empty arrays becomes twenty.
_MOST = (("[", "arrays", 1 << 22), ("{", "objects", 1 << 20), (",", "commas", 1 << 23))
T = TypeVar("T")

# A field whose value is one of these asks for nothing.
_NOTHING: tuple[Any, ...] = (None, False, "", [], {})


class Fields:
    """A JSON object and where it stands in its file.

    Parameters
    ----------
    value : object
        What the file has there; anything but an object is refused.
    where : str
        The file and the path in it, as messages say it.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise VocabError(f"{where}: an object is needed, not {kind_of(value)}")
        self.values = value
        self.where = where
        self._seen: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def path(self, key: str) -> str:
        """A field as messages say it."""
        return f"{self.where}.{key}"

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of a field, checked; without a default it has to be there."""
        self._seen.add(key)
        value = self.values.get(key)
        if value is None:
            if default is None:
                raise VocabError(f"{self.path(key)} is missing")
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise VocabError(f"{self.path(key)}: {kind.__name__} is needed, not {kind_of(value)}")
        if kind is str:
            check_whole(str(value), self.path(key))
        return value

    def text(self, key: str) -> str | None:
        """The str of a field that may be missing or null."""
        self._seen.add(key)
        return self.get(key, str) if self.values.get(key) is not None else None

    def fields(self, key: str) -> Fields:
        """The object of a field."""
        return Fields(self.get(key, dict), self.path(key))

    def items(self, key: str) -> Iterator[tuple[object, str]]:
        """The items of a field that is a list, each with its path."""
        for i, item in enumerate(self.get(key, list)):
            yield item, f"{self.path(key)}[{i}]"

    def ignore(self, *keys: str) -> None:
        """Fields that change no ids."""
        self._seen.update(keys)

    def finish(self) -> None:
        """Refuses fields that nothing has read and that ask for something."""
        for key, value in self.values.items():
            if key not in self._seen and not any(value is n or value == n for n in _NOTHING):
                raise VocabError(f"{self.path(key)}: ctok does not know this field")


def check_whole(text: str, where: str) -> None:
    """Refuses a text that has no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise VocabError(f"{where}: {text[:60]!r} holds half a surrogate pair") from None


def kind_of(value: object) -> str:
    """What a JSON value is, for messages."""
    if value is None:
        return "null"
    shown = repr(value)
    return f"{type(value).__name__} {shown if len(shown) < 60 else shown[:57] + '...'}"


@contextmanager
def no_collection() -> Iterator[None]:
    """No garbage collection while a file becomes millions of small objects, none of them garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_file(path: str | os.PathLike[str], *, limit: int = MAX_FILE_BYTES) -> bytes:
    """A file's bytes, at most so many.

    Raises
    ------
    VocabError
        A larger file.
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise VocabError(f"{os.fspath(path)}: more than {limit} bytes; no vocabulary is as large")
    return data


def parse_json(data: bytes | str, source: str) -> object:
    """The value of a JSON text.

    Raises
    ------
    VocabError
        No JSON, a key that stands twice in an object, more arrays, objects or commas than any
        vocabulary has, or more nesting.
    """
    _check_shape(data, source)
    try:
        return cast("object", json.loads(data, object_pairs_hook=_unique_keys))
    except _TwiceError as error:
        raise VocabError(
            f"{source}: the key {error.args[0]!r} stands twice in one object"
        ) from None
    except RecursionError:
        raise VocabError(f"{source}: nested too deeply") from None
    except ValueError as error:
        raise VocabError(f"{source}: no JSON: {error}") from None


class _TwiceError(Exception):
    """A key that an object has twice."""


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _TwiceError(key[:80])
            seen.add(key)
    return result


def _check_shape(data: bytes | str, source: str) -> None:
    """Refuses a text with more in it than any vocabulary has, before json makes objects of it."""
    for character, what, most in _MOST:
        wanted: Any = character if isinstance(data, str) else character.encode()
        n = data.count(wanted)
        if n > most:
            raise VocabError(f"{source}: {n} {what}; no vocabulary has more than {most}")
        if character == "[" and data[: 4 * MAX_DEPTH].count(wanted) > MAX_DEPTH:
            raise VocabError(f"{source}: nested too deeply")


def split_lines(data: bytes, source: str) -> list[bytes]:
    """The lines of a file, each without its newline.

    Raises
    ------
    VocabError
        More of them than any vocabulary has.
    """
    n = data.count(b"\n")
    if n > MAX_LINES:
        raise VocabError(f"{source}: {n} lines; no vocabulary has more than {MAX_LINES}")
    return data.split(b"\n")
