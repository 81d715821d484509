from collections.abc import Callable
from typing import final

import numpy as np
import numpy.typing as npt

from .cutter import Cutter

LONGEST_TEXT: int

_Run = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32], npt.NDArray[np.int64]]

@final
class Batch:
    def __new__(cls, texts: list[bytes], part_bytes: int) -> Batch: ...
    def stop(self) -> None: ...

@final
class Counter:
    bytes_held: int
    def __new__(
        cls,
        kernel: int,
        longest: int,
        limit: int,
        spill: Callable[[_Run], object],
        cutter: Cutter | None = None,
    ) -> Counter: ...
    def work(self, batch: Batch, weight: int, check_signals: bool) -> None: ...
    def count_pieces(self, text: bytes, ends: npt.NDArray[np.intp], weight: int) -> None: ...
    def run(self) -> _Run: ...

def merge_runs(runs: list[_Run], lowest: int = 1) -> _Run: ...
