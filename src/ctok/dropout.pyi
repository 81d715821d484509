from typing import final

import numpy as np
import numpy.typing as npt

from .vocab import Vocab

@final
class Dropout:
    def __new__(cls, vocab: Vocab) -> Dropout: ...
    def encode(
        self,
        texts_and_ends: list[tuple[bytes, npt.NDArray[np.intp]] | int],
        probability: float,
        seed: int,
    ) -> npt.NDArray[np.uint32]: ...
