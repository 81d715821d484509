"""ctok: text to token ids and back, exactly as tiktoken and tokenizers do, in C and Cython.

>>> import ctok
>>> ctok.encode("hello world")
[24912, 2375]
>>> ctok.decode([24912, 2375])
'hello world'
"""

import os as _os
from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import kernels as _kernels
from .api import count, count_batch, decode, decode_batch, encode, encode_batch
from .batch import TokenBatch
from .catalog import encoding_name_for_model
from .encoder import UNICODE_VERSION
from .errors import CtokError, DecodeError, SpecialTokenError, VocabError
from .patterns import backend_names as backends
from .registry import encoding_for_model, get_encoding, list_encoding_names, load
from .spec import VocabSpec
from .tokenizer import DecodeStream, Tokenizer

if _TYPE_CHECKING:
    from .compat.huggingface.accelerated import accelerate
    from .corpus import encode_files
    from .counting import PieceCounts
    from .evaluation import Report, evaluate
    from .pruning import prune
    from .training import train

__version__ = _kernels.version()

# What most programs do not need, and where it is: imported when it is first asked for.
_LATER = {
    "PieceCounts": "counting",
    "Report": "evaluation",
    "accelerate": "compat.huggingface.accelerated",
    "encode_files": "corpus",
    "evaluate": "evaluation",
    "prune": "pruning",
    "train": "training",
}


def __getattr__(name: str) -> object:
    """A public name of a module that `import ctok` leaves for later."""
    from importlib import import_module

    if name == "compat":
        return import_module(".compat", __name__)
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)


def families() -> dict[str, str]:
    """The pretokenizer families that have a compiled scan, and the regex of each."""
    return _kernels.patterns()


def get_include() -> str:
    """The include directory for a C compiler and for Cython; ``ctok/ctok.h`` is in it."""
    here = _os.path.dirname(_os.path.realpath(__file__))
    installed = _os.path.join(here, "include")
    if _os.path.isdir(installed):
        return installed
    return _os.path.join(_os.path.dirname(_os.path.dirname(here)), "include")


__all__ = [
    "UNICODE_VERSION",
    "CtokError",
    "DecodeError",
    "DecodeStream",
    "PieceCounts",
    "Report",
    "SpecialTokenError",
    "TokenBatch",
    "Tokenizer",
    "VocabError",
    "VocabSpec",
    "accelerate",
    "backends",
    "count",
    "count_batch",
    "decode",
    "decode_batch",
    "encode",
    "encode_batch",
    "encode_files",
    "encoding_for_model",
    "encoding_name_for_model",
    "evaluate",
    "families",
    "get_encoding",
    "get_include",
    "list_encoding_names",
    "load",
    "prune",
    "train",
]
