from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, final, overload

import numpy as np
import numpy.typing as npt
from typing_extensions import disjoint_base

from .patterns import Split
from .vocab import Vocab

UNICODE_VERSION: str
ALLOWED: int
REFUSED: int
PREFIX_FIRST: int
PREFIX_EVERY: int
PREFIX_UNLESS: int
CACHE_BYTES: int

_Text = str | bytes
_Method = TypeVar("_Method", bound=Callable[..., Any])
_Run = Callable[[Sequence[Callable[[], object]], Callable[[], object]], None]

def lists_of(ids: npt.NDArray[np.uint32], offsets: npt.NDArray[np.int64]) -> list[list[int]]: ...

@final
class Rules:
    allows: bool
    rule: bytes
    prefix: int
    def __new__(cls, vocab: Vocab, rule: bytes, prefix: int = 0) -> Rules: ...

@final
class Encoder:
    def __new__(cls, vocab: Vocab, kernel: int) -> Encoder: ...
    def encode_pieces(
        self, texts_and_ends: list[tuple[bytes, npt.NDArray[np.intp]] | int]
    ) -> npt.NDArray[np.uint32]: ...
    def work(self, job: object, rules: Rules | None, check_signals: bool) -> None: ...

@final
class Core:
    vocab: Vocab
    kernel: int
    split: Split | None
    cache_bytes: int
    def __new__(
        cls,
        vocab: Vocab,
        kernel: int,
        split: Split | None = None,
        cache_bytes: int = ...,
    ) -> Core: ...
    def clear(self) -> None: ...
    def encode_list(self, text: _Text, rules: Rules | None) -> list[int]: ...
    def encode_array(
        self, text: _Text, rules: Rules | None, threads: int = 1, run: _Run | None = None
    ) -> npt.NDArray[np.uint32]: ...
    def count_ids(
        self, text: _Text, rules: Rules | None, threads: int = 1, run: _Run | None = None
    ) -> int: ...
    def utf8(self, text: _Text) -> bytes: ...
    def stretches(self, text: _Text, rules: Rules | None) -> list[tuple[bytes | int, int]]: ...
    def piece_ends(self, text: bytes) -> tuple[bytes, npt.NDArray[np.intp]]: ...
    @overload
    def batch(
        self,
        texts: list[Any],
        rules: Rules | None,
        threads: int,
        counting: Literal[False],
        run: _Run,
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]: ...
    @overload
    def batch(
        self,
        texts: list[Any],
        rules: Rules | None,
        threads: int,
        counting: bool,
        run: _Run,
    ) -> Any: ...

@disjoint_base
class Edge:
    def _set_edge(
        self,
        core: Core | None,
        refuse_all: Rules | None,
        ordinary: Rules | None,
        composed: bool = False,
    ) -> None: ...

def quick(method: _Method) -> _Method: ...
