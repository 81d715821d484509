from collections.abc import Callable, Iterable, Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from .errors import DecodeError
from .vocab import Vocab

_Ids = Iterable[int] | npt.NDArray[Any]
_Run = Callable[[Sequence[Callable[[], object]], Callable[[], object]], None]

def unknown_id(index: int, number: int, vocab: Vocab) -> DecodeError: ...
def ids_of(ids: _Ids, vocab: Vocab) -> npt.NDArray[np.uint32]: ...
def rows_of(
    rows: Iterable[_Ids], vocab: Vocab
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]: ...

@final
class Decoder:
    def __new__(cls, vocab: Vocab) -> Decoder: ...
    def decode(self, ids: _Ids, errors: str) -> str: ...
    def decode_bytes(self, ids: _Ids) -> bytes: ...
    def byte_lengths(self, ids: _Ids) -> npt.NDArray[np.int64]: ...
    def decode_rows(
        self,
        ids: npt.NDArray[np.uint32],
        offsets: npt.NDArray[np.int64],
        errors: str | None,
        threads: int,
        run: _Run,
    ) -> list[Any]: ...
