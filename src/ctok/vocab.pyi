from collections.abc import Mapping
from typing import Any, final

import numpy as np
import numpy.typing as npt

from .spec import AddedToken, VocabSpec

MAX_IDS: int
TABLES: tuple[tuple[str, str, int], ...]
OPTIONAL: tuple[str, ...]
NO_UTF8: frozenset[int]

def pair_table(
    spec: VocabSpec,
    merges: npt.NDArray[np.uint32] | None = None,
    ranks: npt.NDArray[np.uint32] | None = None,
) -> tuple[npt.NDArray[np.uint64], int, npt.NDArray[np.uint32] | None]: ...

@final
class Vocab:
    spec: VocabSpec
    is_proper: bool
    only_utf8: bool
    n_ids: int
    n_specials: int
    special_tokens: tuple[str, ...]
    added_tokens: tuple[AddedToken, ...]
    def __new__(
        cls,
        spec: VocabSpec,
        arrays: Mapping[str, npt.NDArray[Any]] | None = None,
        is_proper: bool = False,
    ) -> Vocab: ...
    @property
    def has_joints(self) -> bool: ...
    @property
    def is_linear(self) -> bool: ...
    @property
    def ranks_are_ids(self) -> bool: ...
    @property
    def n_tokens(self) -> int: ...
    @property
    def split_lengths(self) -> npt.NDArray[np.uint32]: ...
    @property
    def token_offsets(self) -> npt.NDArray[np.uint32]: ...
    @property
    def token_lengths(self) -> npt.NDArray[np.uint32]: ...
    @property
    def byte_ids(self) -> npt.NDArray[np.uint32]: ...
    @property
    def pair_slots(self) -> npt.NDArray[np.uint64]: ...
    @property
    def special_ids(self) -> npt.NDArray[np.uint32]: ...
    @property
    def nbytes(self) -> int: ...
    def as_arrays(self) -> dict[str, npt.NDArray[Any]]: ...
    def check(self) -> str | None: ...
    def rank(self, left: int, right: int) -> int | None: ...
    def find(self, piece: bytes) -> int | None: ...
    def token(self, number: int) -> bytes | None: ...
