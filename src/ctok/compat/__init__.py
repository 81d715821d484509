"""Other tokenizers' signatures over ctok: modules that take the place of theirs."""

from importlib import import_module as _import_module
from types import ModuleType as _ModuleType


def __getattr__(name: str) -> _ModuleType:
    """A module of this package, imported when it is first asked for."""
    if name not in ("huggingface", "rustbpe", "tiktoken"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _import_module(f".{name}", __name__)
