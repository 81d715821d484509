"""Fetches a model's tokenizer files from the Hugging Face hub, through `huggingface_hub`."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import VocabError

# All that a vocabulary can be in; never a model's weights.
FILES = (
    *("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "tekken.json"),
    *("tokenizer.model", "vocab.json", "merges.txt", "*.tiktoken"),
)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def is_name(source: str) -> bool:
    """Whether a text could be a model's name on the hub, ``organization/name``."""
    return _NAME.fullmatch(source) is not None


def fetch(name: str, *, revision: str | None = None, token: str | None = None) -> Path:
    """The folder with a model's tokenizer files, from the hub's cache where they are in it.

    `huggingface_hub` decides where the cache is, which token is sent and whether the network may
    be used (HF_HOME, HF_TOKEN, HF_HUB_OFFLINE, HF_ENDPOINT).

    Parameters
    ----------
    name : str
        ``organization/name``.
    revision : str, optional
        A branch, tag or commit.
    token : str, optional
        Sent in the place of the one that `huggingface_hub` would send.

    Raises
    ------
    ImportError
        `huggingface_hub` is not installed.
    VocabError
        The hub does not know the name, cannot be reached, or the model has no tokenizer files.
    """
    try:
        import huggingface_hub
    except ImportError:
        raise ImportError(
            f"{name!r} is no file here; to fetch it from the Hugging Face hub, install"
            " huggingface_hub: pip install ctok[hub]"
        ) from None
    try:
        folder = huggingface_hub.snapshot_download(
            name, revision=revision, token=token, allow_patterns=list(FILES)
        )
    except Exception as error:  # requests, httpx and the hub have one each for all that can happen
        raise VocabError(
            f"{name!r} is no file here, and fetching it from the Hugging Face hub failed: {error}"
        ) from error
    return Path(folder)
