"""Which encoding a model of OpenAI uses."""

from __future__ import annotations

from ... import catalog
from .core import Encoding
from .registry import get_encoding

# Shared with ctok: a model that is added here is known there too.
MODEL_PREFIX_TO_ENCODING: dict[str, str] = catalog.MODEL_PREFIXES
MODEL_TO_ENCODING: dict[str, str] = catalog.MODELS


def encoding_name_for_model(model_name: str) -> str:
    """The name of the encoding that a model uses.

    Raises
    ------
    KeyError
        Neither the model nor a prefix of its name is known.
    """
    return catalog.encoding_name_for_model(model_name)


def encoding_for_model(model_name: str) -> Encoding:
    """The encoding that a model uses.

    Raises
    ------
    KeyError
        Neither the model nor a prefix of its name is known.
    """
    return get_encoding(encoding_name_for_model(model_name))
