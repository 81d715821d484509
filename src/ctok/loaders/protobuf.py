"""Reads protobuf messages without a schema: a message's fields, each with its number and value."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeVar, cast

from ..errors import VocabError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Value = int | bytes
T = TypeVar("T", int, bytes)


def varint(data: bytes, at: int, where: str) -> tuple[int, int]:
    """The number at data[at] and where it ends.

    Raises
    ------
    VocabError
        It does not end within ten bytes, or within the data.
    """
    result = 0
    for i in range(10):
        if at + i >= len(data):
            raise VocabError(f"{where}: cut off inside a number, at byte {at}")
        byte = data[at + i]
        result |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return result & (1 << 64) - 1, at + i + 1
    raise VocabError(f"{where}: a number of more than ten bytes, at byte {at}")


def fields(data: bytes, where: str) -> Iterator[tuple[int, int, Value]]:
    """(field number, wire type, value) of each field; a fixed value is its bytes.

    Raises
    ------
    VocabError
        A length that goes past the end, or a wire type that is not in use; with the byte's number.
    """
    at = 0
    while at < len(data):
        start = at
        key, at = varint(data, at, where)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise VocabError(f"{where}: field 0, at byte {start}")
        if kind == VARINT:
            value: Value
            value, at = varint(data, at, where)
        elif kind in (FIXED64, BYTES, FIXED32):
            size = 8 if kind == FIXED64 else 4
            if kind == BYTES:
                size, at = varint(data, at, where)
            if size > len(data) - at:
                raise VocabError(
                    f"{where}: field {number} at byte {start} has {size} bytes,"
                    f" {len(data) - at} are left"
                )
            value = data[at : at + size]
            at += size
        else:
            raise VocabError(f"{where}: wire type {kind} at byte {start}; this is no protobuf")
        yield number, kind, value


class Message:
    """A message's fields by number, the last of equals, as protobuf has it."""

    def __init__(self, data: bytes, where: str) -> None:
        self.where = where
        self._values = {number: (kind, value) for number, kind, value in fields(data, where)}

    def _get(self, number: int, kind: int, default: T) -> T:
        if number not in self._values:
            return default
        found, value = self._values[number]
        if found != kind:
            raise VocabError(f"{self.where}: field {number} has wire type {found}, not {kind}")
        return cast("T", value)  # the wire type says which it is

    def number(self, field: int, default: int = 0) -> int:
        """An int32 or enum."""
        value = self._get(field, VARINT, default)
        return value - (1 << 64) if value >> 63 else value

    def flag(self, field: int, default: bool) -> bool:
        """A bool."""
        return bool(self._get(field, VARINT, int(default)))

    def data(self, field: int) -> bytes:
        """Bytes, or a message's bytes."""
        return self._get(field, BYTES, b"")

    def text(self, field: int) -> str:
        """A string."""
        try:
            return self.data(field).decode("utf-8")
        except UnicodeDecodeError as error:
            raise VocabError(f"{self.where}: field {field} is not UTF-8: {error}") from None

    def single(self, field: int) -> float:
        """A float."""
        value = self._get(field, FIXED32, b"\0\0\0\0")
        return float(struct.unpack("<f", value)[0])
