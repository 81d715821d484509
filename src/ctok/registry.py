"""From a name, a path or a model to a Tokenizer; each bundled encoding is built once."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import catalog
from .encoder import CACHE_BYTES
from .errors import VocabError
from .spec import VocabSpec
from .tokenizer import Tokenizer
from .vocab import Vocab

if TYPE_CHECKING:
    from pathlib import Path

_shared: dict[str, Tokenizer] = {}
_lock = threading.Lock()


def _renew_lock() -> None:
    """A child of a fork must not wait for a lock that another thread of its parent held."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def list_encoding_names() -> list[str]:
    """The names of the bundled encodings."""
    return list(catalog.ENCODINGS)


def get_encoding(name: str) -> Tokenizer:
    """The tokenizer of a bundled encoding; the same object at every call.

    Parameters
    ----------
    name : str
        One of `list_encoding_names`.

    Raises
    ------
    VocabError
        No encoding has that name.
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of an encoding is a str, not {type(name).__name__}")
    found = _shared.get(name)
    if found is None:
        with _lock:
            found = _shared.get(name)
            if found is None:
                found = _shared[name] = Tokenizer(catalog.load_bundled(name))
    return found


def encoding_for_model(model: str) -> Tokenizer:
    """The tokenizer of a model of OpenAI, by the tables that tiktoken knows.

    Raises
    ------
    KeyError
        No model of that name is known.
    """
    return get_encoding(catalog.encoding_name_for_model(model))


def is_bundled(spec: VocabSpec) -> bool:
    """Whether a vocabulary is what its name would load."""
    found = _shared.get(spec.name)
    return found is not None and found.vocab.spec is spec


def bundled(name: str, backend: str | None, cache_bytes: int = CACHE_BYTES) -> Tokenizer:
    """A bundled encoding as a pickle names it."""
    if backend is None and cache_bytes == CACHE_BYTES:
        return get_encoding(name)
    return Tokenizer(catalog.load_bundled(name), backend=backend, cache_bytes=cache_bytes)


def load(
    source: str | os.PathLike[str] | object,
    *,
    pattern: str | None = None,
    special_tokens: Mapping[str, int] | None = None,
    name: str | None = None,
    backend: str | None = None,
    revision: str | None = None,
    mmap: bool = False,
) -> Tokenizer:
    """A tokenizer from a bundled encoding's name, a file, a folder, a model's name, or an object.

    Parameters
    ----------
    source : str, path, dict or tokenizer
        The name of a bundled encoding; a file of `Tokenizer.save`; a tokenizer.json, a
        sentencepiece ``.model``, a tekken.json, a GGUF file, a vocab.json with merges.txt beside
        it or a ``.tiktoken`` rank file; a folder with one of them, as transformers writes it;
        ``organization/name`` on the Hugging Face hub (needs the extra "hub"); a tokenizer.json
        as dict; a ``tokenizers.Tokenizer``, a fast tokenizer of transformers or a
        ``tiktoken.Encoding``.
    pattern : str, optional
        For a rank file, which does not say: a family's name (see `ctok.families`) or any regex.
        See `Tokenizer.pretokenizer` for what runs it.
    special_tokens : mapping of str to int, optional
        For a rank file: special tokens and their ids.
    name : str, optional
        For anything but a bundled encoding: what to call the vocabulary.
    backend : str, optional
        See `Tokenizer`.
    revision : str, optional
        For a model's name: a branch, tag or commit.
    mmap : bool
        For a file of `Tokenizer.save`: leave its tables in the file, which all processes then
        share, instead of reading it. Nobody may write into or cut off the file as long as it is
        used; replacing it by another is harmless. See docs/saved.md.

    Raises
    ------
    VocabError
        No vocabulary, a damaged one, one that says too little, or one that asks for something
        which ctok does not know; the message names file and field.
    OSError
        The file cannot be read.

    Examples
    --------
    >>> import ctok
    >>> ctok.load("cl100k_base").encode("hello world")
    [15339, 1917]
    """
    if isinstance(source, str) and source in catalog.ENCODINGS and not os.path.exists(source):
        if pattern is not None or special_tokens is not None or name is not None or mmap:
            raise VocabError(
                f"{source!r} is a bundled encoding, which has its own pattern, name and special"
                " tokens; they, and mmap, can be given for a file only"
            )
        if backend is None:
            return get_encoding(source)
        return Tokenizer(catalog.load_bundled(source), backend=backend)
    # imported here, and each as late as it can be: most programs need none of it
    from . import saved

    if isinstance(source, (str, os.PathLike)) and saved.is_saved(source):
        if pattern is not None or special_tokens is not None:
            raise VocabError(
                f"{os.fspath(source)} is no rank file; its pattern and special tokens are its own"
            )
        return _from_saved(source, mmap=mmap, name=name, backend=backend)
    if mmap:
        raise VocabError(
            f"{str(source)[:200]!r} cannot be mapped: only a file of Tokenizer.save can"
        )
    import pathlib

    from . import hub
    from .loaders import detect

    if not isinstance(source, (str, os.PathLike)):
        return Tokenizer(detect.from_object(source, name=name), backend=backend)
    path = pathlib.Path(source)
    if not path.exists():
        if not hub.is_name(os.fspath(source)):
            raise FileNotFoundError(
                f"{os.fspath(source)!r} is neither a file nor a bundled encoding;"
                f" {catalog.unknown(os.fspath(source))}"
            )
        path = hub.fetch(os.fspath(source), revision=revision)
        name = name or os.fspath(source)
    spec = detect.load(path, pattern=pattern, specials=special_tokens, name=name)
    return _from_spec(spec, path, backend=backend)


def _from_spec(spec: VocabSpec, path: Path, *, backend: str | None) -> Tokenizer:
    """The tokenizer of a file's spec; what is wrong with it is said of the file."""
    try:
        return Tokenizer(spec, backend=backend)
    except VocabError as error:
        raise VocabError(f"{path}: {error}") from error


def _from_saved(
    path: str | os.PathLike[str], *, mmap: bool, name: str | None, backend: str | None
) -> Tokenizer:
    """The tokenizer of a file of `Tokenizer.save`."""
    from . import saved

    parts = saved.load(path, mmap=mmap, name=name)
    try:
        return Tokenizer(Vocab(*parts), backend=backend)
    except (LookupError, TypeError, ValueError) as error:  # what a step's arguments may cause
        raise VocabError(f"{os.fspath(path)}: {error}") from error
