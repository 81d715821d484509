from typing import Any, final

import numpy as np
import numpy.typing as npt

from .automaton import Tables

MAX_LOOPS: int
MAX_STEPS: int

def check(tables: Tables) -> None: ...

@final
class Cutter:
    count: int
    in_place: bool
    tells: bool
    def __new__(cls, steps: list[tuple[Tables, str, bool, int]], backend: str) -> Cutter: ...
    def _automata(self) -> Any: ...
    def __call__(self, text: bytes) -> tuple[bytes, npt.NDArray[np.intp]]: ...
    def ends(self, text: bytes, room: int) -> npt.NDArray[np.intp]: ...
