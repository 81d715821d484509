"""Encodings by name: ctok's bundled ones, and those of tiktoken's plug-ins.

A plug-in is a module in the namespace package ``tiktoken_ext`` with a dict
``ENCODING_CONSTRUCTORS``: from a name to a function that returns Encoding's arguments.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ... import catalog
from ... import registry as bundled
from .core import Encoding

ENCODINGS: dict[str, Encoding] = {}
ENCODING_CONSTRUCTORS: dict[str, Callable[[], dict[str, Any]]] | None = None

# tiktoken's own plug-in, which downloads the encodings that are bundled here.
_REPLACED = "tiktoken_ext.openai_public"

_lock = threading.RLock()


def _renew_lock() -> None:
    """A child of a fork must not wait for a lock that another thread of its parent held."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


@functools.lru_cache
def _available_plugin_modules() -> Sequence[str]:
    """The names of the plug-in modules that are installed."""
    try:
        import tiktoken_ext
    except ImportError:
        return []
    prefix = tiktoken_ext.__name__ + "."
    return [name for _, name, _ in pkgutil.iter_modules(tiktoken_ext.__path__, prefix)]


def _arguments_of(name: str) -> dict[str, Any]:
    """Encoding's arguments for a bundled encoding."""
    encoding = get_encoding(name)
    arguments = {
        "name": name,
        "pat_str": encoding._pat_str,
        "mergeable_ranks": encoding._mergeable_ranks,
        "special_tokens": encoding._special_tokens,
    }
    n_vocab = catalog.ENCODINGS[name].explicit_n_vocab
    return arguments if n_vocab is None else {**arguments, "explicit_n_vocab": n_vocab}


def _find_constructors() -> None:
    """Fills ENCODING_CONSTRUCTORS; leaves it None, to raise again, when a plug-in is at fault."""
    global ENCODING_CONSTRUCTORS
    with _lock:
        if ENCODING_CONSTRUCTORS is not None:
            return
        found: dict[str, Callable[[], dict[str, Any]]] = {
            name: functools.partial(_arguments_of, name) for name in catalog.ENCODINGS
        }
        for module_name in _available_plugin_modules():
            if module_name == _REPLACED:
                continue
            module = importlib.import_module(module_name)
            constructors = getattr(module, "ENCODING_CONSTRUCTORS", None)
            if constructors is None:
                raise ValueError(
                    f"tiktoken plugin {module_name} does not define ENCODING_CONSTRUCTORS"
                )
            for name, constructor in constructors.items():
                if name in found:
                    raise ValueError(
                        f"Duplicate encoding name {name} in tiktoken plugin {module_name}"
                    )
                found[name] = constructor
        ENCODING_CONSTRUCTORS = found


def get_encoding(encoding_name: str) -> Encoding:
    """The encoding of a name; the same object at every call.

    Raises
    ------
    ValueError
        No encoding has that name, the name is no str, or a plug-in is at fault.
    """
    if not isinstance(encoding_name, str):
        raise ValueError(  # noqa: TRY004 - as in tiktoken
            f"Expected a string in get_encoding, got {type(encoding_name)}"
        )
    found = ENCODINGS.get(encoding_name)
    if found is not None:
        return found
    with _lock:
        if encoding_name not in ENCODINGS:
            ENCODINGS[encoding_name] = _build(encoding_name)
        return ENCODINGS[encoding_name]


def _build(name: str) -> Encoding:
    """An encoding that was not asked for before."""
    if name in catalog.ENCODINGS:
        return Encoding._of_tokenizer(bundled.get_encoding(name))
    if ENCODING_CONSTRUCTORS is None:
        _find_constructors()
    constructors = ENCODING_CONSTRUCTORS or {}
    if name not in constructors:
        raise ValueError(
            f"Unknown encoding {name}.\nPlugins found: {_available_plugin_modules()}\n"
            f"Bundled: {', '.join(catalog.ENCODINGS)}"
        )
    return Encoding(**constructors[name]())


def list_encoding_names() -> list[str]:
    """The names of all encodings, bundled and of plug-ins."""
    with _lock:
        if ENCODING_CONSTRUCTORS is None:
            _find_constructors()
        return list(ENCODING_CONSTRUCTORS or {})
