"""Texts in the columns and tables of other libraries: numpy, pandas, Arrow, polars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def elements(texts: Any) -> Iterable[Any]:
    """The texts of a column as Python has them, many at once; any other iterable as it is.

    Raises
    ------
    TypeError
        One text, or a table, whose elements are the names of its columns.
    """
    if isinstance(texts, (str, bytes)):
        raise TypeError("texts is one text; pass a list of texts, or call encode")
    if hasattr(texts, "columns") or (isinstance(texts, Mapping) and _has_columns(texts)):
        raise TypeError(
            f"texts is a table, a {type(texts).__name__}; pass the texts of one column, as"
            " texts['text'] has them"
        )
    if getattr(texts, "ndim", 1) != 1:
        raise TypeError(f"texts have one dimension, not {texts.ndim}")
    # An iteration over a column makes its elements one by one, eight times slower.
    for name in ("tolist", "to_pylist", "to_list"):
        if hasattr(texts, name):
            return list(getattr(texts, name)())
    try:
        found: Iterable[Any] = iter(texts)
    except TypeError:
        raise TypeError(
            f"texts is an iterable of str or UTF-8 bytes, not {type(texts).__name__}"
        ) from None
    return found


def _has_columns(rows: Mapping[Any, Any]) -> bool:
    """Whether a mapping's values are columns, as those of a batch of the library datasets."""
    return any(hasattr(v, "__len__") and not isinstance(v, (str, bytes)) for v in rows.values())
