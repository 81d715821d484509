from collections.abc import Callable
from typing import Any, TypeVar, final

import numpy as np
import numpy.typing as npt
from typing_extensions import disjoint_base

from .vocab import Vocab

UNKNOWN: int
INSIDE: int
WHOLE: int
SOMEWHERE: int
ONE_PIECE: int
AT_SPACES: int

_Column = tuple[list[int], int, list[int]]
_Kind = TypeVar("_Kind", bound=Encoded)

@final
class Places:
    def __new__(
        cls,
        vocab: Vocab,
        kinds: npt.NDArray[np.uint8],
        cut: int | Callable[[bytes], tuple[bytes, npt.NDArray[np.intp]]],
        lead: Callable[[str], int | None] | None = None,
        encode: Callable[[str], list[int]] | None = None,
    ) -> Places: ...
    def offsets(
        self,
        text: str,
        ids: list[int],
        white: npt.NDArray[np.uint32] | None = None,
        prefix: bool = False,
    ) -> list[tuple[int, int]] | None: ...
    def words(self, text: str, ids: list[int]) -> list[int] | None: ...

@final
class Frame:
    def __new__(
        cls,
        places: Places | None,
        texts: list[str | None],
        ids: tuple[list[int], list[int]],
        tokens: tuple[list[str], list[str]],
        type_ids: _Column,
        attention_mask: _Column,
        special_tokens_mask: _Column,
        *,
        white: npt.NDArray[np.uint32] | None = None,
        prefix: bool = False,
        trims_once: bool = True,
        has_range: bool = False,
        encode: Callable[[str], list[int]],
        make: Callable[[str, list[int]], Any],
    ) -> Frame: ...
    def encoded(self, kind: type[_Kind], text: str, ids: list[int] | None = None) -> _Kind: ...

@disjoint_base
class Encoded:
    _known: dict[Any, Any] | None
    def _is_lean(self) -> bool: ...
    def _make(self) -> Any: ...
    def _leave(self) -> None: ...
    def _filled_with(self) -> tuple[Any, ...] | None: ...
    def _fill(self, length: int, left: bool, number: int, type_id: int, token: str) -> bool: ...
    def _size(self) -> int: ...
    @property
    def ids(self) -> list[int]: ...
    @property
    def type_ids(self) -> list[int]: ...
    @property
    def attention_mask(self) -> list[int]: ...
    @property
    def special_tokens_mask(self) -> list[int]: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def offsets(self) -> list[tuple[int, int]]: ...
    @property
    def word_ids(self) -> list[int | None]: ...
    @property
    def sequence_ids(self) -> list[int | None]: ...
    @property
    def overflowing(self) -> list[Any]: ...
