"""The one-line functions, on a shared tokenizer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal

from .batch import TokenBatch
from .registry import get_encoding
from .tokenizer import Text, Tokenizer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Encoding = str | Tokenizer
DEFAULT = "o200k_base"


def _tokenizer(encoding: Encoding) -> Tokenizer:
    return encoding if isinstance(encoding, Tokenizer) else get_encoding(encoding)


def encode(
    text: Text,
    encoding: Encoding = DEFAULT,
    *,
    allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
    disallowed_special: Literal["all"] | Collection[str] = "all",
) -> list[int]:
    """The ids of a text; see `Tokenizer.encode`.

    Parameters
    ----------
    text : str or bytes
    encoding : str or Tokenizer
        A bundled encoding's name, or any tokenizer.
    """
    return _tokenizer(encoding).encode(
        text, allowed_special=allowed_special, disallowed_special=disallowed_special
    )


def encode_batch(
    texts: Iterable[Text],
    encoding: Encoding = DEFAULT,
    *,
    threads: int | None = None,
    allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
    disallowed_special: Literal["all"] | Collection[str] = "all",
) -> TokenBatch:
    """The ids of many texts; see `Tokenizer.encode_batch`."""
    return _tokenizer(encoding).encode_batch(
        texts,
        threads=threads,
        allowed_special=allowed_special,
        disallowed_special=disallowed_special,
    )


def count(
    text: Text,
    encoding: Encoding = DEFAULT,
    *,
    allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
    disallowed_special: Literal["all"] | Collection[str] = "all",
) -> int:
    """How many ids a text has; see `Tokenizer.count`."""
    return _tokenizer(encoding).count(
        text, allowed_special=allowed_special, disallowed_special=disallowed_special
    )


def count_batch(
    texts: Iterable[Text],
    encoding: Encoding = DEFAULT,
    *,
    threads: int | None = None,
    allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
    disallowed_special: Literal["all"] | Collection[str] = "all",
) -> npt.NDArray[np.int64]:
    """How many ids each of many texts has; see `Tokenizer.count_batch`."""
    return _tokenizer(encoding).count_batch(
        texts,
        threads=threads,
        allowed_special=allowed_special,
        disallowed_special=disallowed_special,
    )


def decode(
    ids: Iterable[int] | npt.NDArray[Any], encoding: Encoding = DEFAULT, errors: str = "replace"
) -> str:
    """The text of ids; see `Tokenizer.decode`."""
    return _tokenizer(encoding).decode(ids, errors)


def decode_batch(
    batch: TokenBatch | Iterable[Iterable[int]],
    encoding: Encoding = DEFAULT,
    errors: str = "replace",
    *,
    threads: int | None = None,
) -> list[str]:
    """The text of each row of a batch; see `Tokenizer.decode_batch`."""
    return _tokenizer(encoding).decode_batch(batch, errors, threads=threads)
