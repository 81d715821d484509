"""The part of tokenizers.decoders that decodes ids as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

UNFINISHED = "\ufffd"


class Decodes(Protocol):
    """What a DecodeStream needs of a tokenizer."""

    def decode(self, ids: Sequence[int], skip_special_tokens: bool = ...) -> str:
        """The text of ids."""


class DecodeStream:
    """Text from ids that come one at a time.

    Parameters
    ----------
    ids : list of int, optional
        What came before, a prompt for instance: it is not decoded again.
    skip_special_tokens : bool
    """

    def __init__(
        self, ids: Sequence[int] | None = None, skip_special_tokens: bool | None = False
    ) -> None:
        self._ids = list(ids or ())
        self._skip = bool(skip_special_tokens)
        self._prefix = ""
        self._read = 0  # so many of the ids, from the first, are decoded in the prefix only

    def step(self, tokenizer: Decodes, id: int | Sequence[int]) -> str | None:
        """The text that one id more, or several, complete; None where they complete none.

        Raises
        ------
        ValueError
            The decoder says something else than before of the ids that were decoded already.
        """
        if not self._prefix and self._ids:
            prefix = tokenizer.decode(self._ids, self._skip)
            if not prefix.endswith(UNFINISHED):
                self._prefix, self._read = prefix, len(self._ids)
        self._ids += [id] if isinstance(id, int) else list(id)
        text = tokenizer.decode(self._ids, self._skip)
        longer = len(text.encode()) > len(self._prefix.encode())
        if not longer or text.endswith(UNFINISHED):
            return None
        if not text.startswith(self._prefix):
            raise ValueError("Invalid prefix encountered while decoding stream")
        result = text[len(self._prefix) :]
        read = len(self._ids) - self._read
        self._ids = self._ids[self._read :]
        self._prefix = tokenizer.decode(self._ids, self._skip)
        self._read = read
        return result

    def __copy__(self) -> DecodeStream:
        other = DecodeStream(self._ids, self._skip)
        other._prefix, other._read = self._prefix, self._read
        return other

    def __deepcopy__(self, memo: Any) -> DecodeStream:
        return self.__copy__()
