"""Progress: what a training shows while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

OnProgress = Callable[[int, int, bytes], object]


class Progress:
    """A bar on a terminal, by rich where it is installed; or calls of a function; or nothing.

    Parameters
    ----------
    progress : bool or callable
        A callable gets (merges made, merges wanted, newest token).
    total : int
        How many merges are wanted.

    Attributes
    ----------
    wanted : bool
        Whether anything is shown at all.
    """

    def __init__(self, progress: bool | OnProgress, total: int) -> None:
        self._total = total
        self._report = progress if callable(progress) else None
        self._bar = _bar() if progress is True else None
        self.wanted = self._report is not None or self._bar is not None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._task = self._bar.add_task("train", total=self._total, token="", speed="")
            self._started = time.monotonic()
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, newest: bytes) -> None:
        """So many merges are made, the last of them this token."""
        if self._report is not None:
            self._report(done, self._total, newest)
        if self._bar is not None:
            seconds = max(1e-3, time.monotonic() - self._started)
            self._bar.update(
                self._task, completed=done, token=_shown(newest), speed=f"{done / seconds:,.0f}"
            )


def _shown(token: bytes) -> str:
    """A token on one short line."""
    text = repr(token.decode("utf-8", "backslashreplace"))
    return text if len(text) <= 30 else text[:29] + "…"


def _bar() -> Any:
    """A bar that is not started yet; None without rich, or without a terminal."""
    try:
        from rich import console, progress, text
    except ImportError:
        return None
    screen = console.Console(stderr=True)
    if not screen.is_terminal:
        return None

    class Token(progress.ProgressColumn):
        """The newest token, as it is: rich's own markup means nothing in it."""

        def render(self, task: Any) -> Any:
            return text.Text(task.fields["token"])

    return progress.Progress(
        "{task.description}",
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        "{task.fields[speed]} merges/s",
        progress.TimeRemainingColumn(),
        Token(),
        console=screen,
    )
