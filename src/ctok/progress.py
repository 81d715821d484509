"""Progress: what a training, or an encoding of files, shows while it runs."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

OnProgress = Callable[[int, int, bytes], object]

BAR_WIDTH = 24
# A line is drawn at most so often.
LINE_SECONDS = 0.1


class Progress:
    """A line on a terminal, drawn again and again; or calls of a function; or nothing.

    Parameters
    ----------
    progress : bool or callable
        True draws on the standard error where that is a terminal. A callable gets
        (merges made, merges wanted, newest token).

    Attributes
    ----------
    wanted : bool
        Whether anything is shown at all.
    """

    def __init__(self, progress: bool | OnProgress) -> None:
        self._report = progress if callable(progress) else None
        self._draws = progress is True and _is_terminal()
        self.wanted = self._draws or self._report is not None
        self._drawn = 0.0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._drawn:
            sys.stderr.write("\n")

    def restart(self) -> None:
        """Speeds are told from now on."""
        self._started = time.monotonic()

    def counted(self, n_bytes: int) -> None:
        """So much text is counted."""
        if self._draws:
            seconds = max(1e-3, time.monotonic() - self._started)
            self._draw(f"counting  {n_bytes / 1e6:,.0f} MB  {n_bytes / 1e6 / seconds:,.0f} MB/s")

    def merged(self, done: int, wanted: int, newest: bytes) -> None:
        """So many merges are made, the last of them this token."""
        if self._report is not None:
            self._report(done, wanted, newest)
        if self._draws:
            seconds = max(1e-3, time.monotonic() - self._started)
            bar = "#" * (BAR_WIDTH * done // max(1, wanted))
            self._draw(
                f"merging  [{bar:.<{BAR_WIDTH}}] {done:,} of {wanted:,}"
                f"  {done / seconds:,.0f} merges/s  {_shown(newest)}",
                last=done == wanted,
            )

    def encoded(self, name: str, n_texts: int, n_ids: int) -> None:
        """So many texts of a file are encoded, into so many ids."""
        if self._draws:
            seconds = max(1e-3, time.monotonic() - self._started)
            self._draw(
                f"{name}  {n_texts:,} texts  {n_ids:,} ids  {n_ids / seconds / 1e6:,.1f} M ids/s"
            )

    def clear(self) -> None:
        """Takes the line away; the next one is of other work."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        self._drawn = 0.0
        self.restart()

    def _draw(self, line: str, *, last: bool = False) -> None:
        """Puts a line in the place of the one before; the last one in any case."""
        now = time.monotonic()
        if last or now - self._drawn >= LINE_SECONDS:
            self._drawn = now
            columns = shutil.get_terminal_size().columns
            sys.stderr.write(f"\r{line[: columns - 1]}\x1b[K")
            sys.stderr.flush()


def _is_terminal() -> bool:
    """Whether the standard error can draw a line twice."""
    return (
        sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    )


def _shown(token: bytes) -> str:
    """A token on one short line."""
    text = repr(token.decode("utf-8", "backslashreplace"))
    return text if len(text) <= 30 else text[:29] + "…"
