"""rustbpe's class over ctok: ``from ctok.compat import rustbpe``.

Methods, arguments and results are those of rustbpe 0.1, the trainer of nanochat, and so are the
merges. What differs:

- A vocab_size below 256 raises ValueError, where rustbpe panics with a BaseException.
- Counts have 64 bits, so they do not wrap on large texts.
- The object can be pickled and works in a forked process.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..tokenizer import Tokenizer as _Tokenizer
from ..training import train

__all__ = ["Tokenizer"]

# The version of rustbpe whose behaviour this is; ctok's own is ctok.__version__.
__version__ = "0.1.0"

# What rustbpe cuts texts by when nothing else is said: GPT-4's pattern, as minbpe wrote it.
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*"
    r"|\s*[\r\n]|\s+(?!\S)|\s+"
)


class Tokenizer:
    """A tokenizer that is trained from an iterator of texts."""

    def __init__(self) -> None:
        self._pattern = ""
        self._trained: _Tokenizer | None = None

    @property
    def _tokenizer(self) -> _Tokenizer:
        """What was trained, or the single bytes."""
        if self._trained is None:
            self._trained = train([], 256, pattern=_PATTERN, progress=False)
        return self._trained

    def train_from_iterator(
        self,
        iterator: Iterable[str],
        vocab_size: int,
        buffer_size: int = 8192,  # noqa: ARG002 - texts are taken by their size, not their number
        pattern: str | None = None,
    ) -> None:
        """Trains on the texts, read once as a stream.

        Parameters
        ----------
        iterator : iterable of str
        vocab_size : int
            The 256 bytes included; there are no special tokens.
        buffer_size : int
            Taken, and of no consequence.
        pattern : str, optional
            A regex, or a family's name (see `ctok.families`); GPT-4's by default.

        Raises
        ------
        ValueError
            A vocab_size below 256, or a pattern that does not compile.
        """
        pattern = _PATTERN if pattern is None else pattern
        self._trained = train(iterator, vocab_size, pattern=pattern, progress=False)
        self._pattern = self._trained.pattern

    def get_pattern(self) -> str:
        """The regex that the last training had; empty before the first."""
        return self._pattern

    @property
    def vocab_size(self) -> int:
        """The 256 bytes and the merges."""
        return self._tokenizer.n_vocab

    def get_mergeable_ranks(self) -> list[tuple[bytes, int]]:
        """(bytes of a token, its id), by id."""
        return self._tokenizer.get_mergeable_ranks()

    def encode(self, text: str) -> list[int]:
        """The ids of a text."""
        return self._tokenizer.encode_ordinary(text)

    def batch_encode(self, texts: list[str]) -> list[list[int]]:
        """The ids of many texts, on all cores."""
        return self._tokenizer.encode_ordinary_batch(texts).tolist()

    def decode(self, ids: list[int]) -> str:
        """The text of some ids.

        Raises
        ------
        ValueError
            An id that is none, or bytes that are no UTF-8.
        """
        return self._tokenizer.decode(ids, errors="strict")
