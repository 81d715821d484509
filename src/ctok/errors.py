"""The exceptions that ctok raises on purpose: ValueErrors, but for one that stays inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CtokError(ValueError):
    """Anything that ctok refuses."""


class VocabError(CtokError):
    """A vocabulary, or its file, that cannot mean what it should."""


class RefusedError(Exception):
    """A regex that needs what automata here do not have; the message says what."""


class SpecialTokenError(CtokError):
    """A special token in a text that may not hold it."""


class DecodeError(CtokError, KeyError):
    """An id that the vocabulary does not have; also a KeyError, as in tiktoken."""

    def __str__(self) -> str:
        """The message as it is: a KeyError alone would put it in quotes."""
        return str(self.args[0]) if self.args else ""


@contextmanager
def naming(name: Callable[[int], str]) -> Iterator[None]:
    """Says by its own name which text of a batch was refused, in the place of ``texts[i]``."""
    try:
        yield
    except CtokError as error:
        index, found, rest = str(error).removeprefix("texts[").partition("]: ")
        if not found or not index.isdigit():
            raise
        raise type(error)(f"{name(int(index))}: {rest}") from None
