"""Memory for tables that are read at random: in huge pages, where the system has them.

Some processors drop a prefetch whose page is in no translation buffer; one huge page is 512 pages.
"""

from __future__ import annotations

import contextlib
import math
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

HUGE_PAGE = 2 << 20
_PRIVATE = getattr(mmap, "MAP_PRIVATE", 0) | getattr(mmap, "MAP_ANONYMOUS", 0)


def zeros(shape: int | tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Like `numpy.zeros`; a large array begins with a huge page and has as many as fill up.

    The rest are small pages, so that no memory is taken that is not asked for.

    Raises
    ------
    MemoryError
    """
    shape = shape if isinstance(shape, tuple) else (shape,)
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < HUGE_PAGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(shape, dtype)
    try:
        pages = mmap.mmap(-1, size + HUGE_PAGE, flags=_PRIVATE)
    except OSError as error:
        raise MemoryError(f"no memory for a table of {size} bytes") from error
    start = np.frombuffer(pages, np.uint8).__array_interface__["data"][0]
    offset = -start % HUGE_PAGE
    with contextlib.suppress(OSError):  # a kernel without them
        pages.madvise(mmap.MADV_HUGEPAGE, offset, size // HUGE_PAGE * HUGE_PAGE)
    return np.frombuffer(pages, np.uint8, size, offset).view(dtype).reshape(shape)
