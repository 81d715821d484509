from collections.abc import Callable
from typing import final

import numpy as np
import numpy.typing as npt

LONGEST_LAYOUT: int

@final
class Trainer:
    finished: bool
    def __new__(
        cls,
        data: npt.NDArray[np.uint8],
        lengths: npt.NDArray[np.uint32],
        numbers: npt.NDArray[np.int64],
        byte_ids: npt.NDArray[np.uint32],
        token_lengths: npt.NDArray[np.uint32],
        wanted: int,
        lowest: int,
        longest: int,
        encode: Callable[[bytes, npt.NDArray[np.intp]], npt.NDArray[np.uint32]] | None = None,
    ) -> Trainer: ...
    def lay_out(
        self,
        data: npt.NDArray[np.uint8],
        lengths: npt.NDArray[np.uint32],
        numbers: npt.NDArray[np.int64],
        byte_ids: npt.NDArray[np.uint32],
        encode: Callable[[bytes, npt.NDArray[np.intp]], npt.NDArray[np.uint32]] | None,
    ) -> None: ...
    def lay_tokens(
        self,
        data: npt.NDArray[np.uint8],
        starts: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.uint32],
        encode: Callable[[bytes, npt.NDArray[np.intp]], npt.NDArray[np.uint32]],
    ) -> None: ...
    def run(self, merges: int) -> None: ...
    @property
    def n_merges(self) -> int: ...
    @property
    def merges(self) -> npt.NDArray[np.uint32]: ...
    @property
    def merge_numbers(self) -> npt.NDArray[np.int64]: ...
    @property
    def statistics(self) -> dict[str, int]: ...

def first_threshold(sketch: npt.NDArray[np.int64], remaining: int) -> int: ...
