"""Threads for one call: it starts and joins them, so nothing outlives it or is lost by a fork."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence


def default_threads() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(tasks: Sequence[Callable[[], object]], stop: Callable[[], object]) -> None:
    """Calls every task at once, the first in this thread, and returns when all have ended.

    Parameters
    ----------
    tasks : sequence of callables
    stop : callable
        Tells all tasks to end soon; called when one has raised, or when this thread is
        interrupted while it waits.

    Raises
    ------
    BaseException
        What the first task raised or this thread was interrupted by, else what another task
        raised first.
    """
    errors: list[BaseException] = []
    # Whether a thread begins its task, said by it or, after an interruption, by this one: who comes
    # first. Thread.start may be interrupted when the thread runs already.
    begins: dict[int, bool] = {}

    def guarded(number: int) -> None:
        if not begins.setdefault(number, True):
            return
        try:
            tasks[number]()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)
            stop()

    numbers = range(1, len(tasks))
    threads = [threading.Thread(target=guarded, args=(i,), daemon=True) for i in numbers]
    interruption: BaseException | None = None
    try:
        for thread in threads:
            thread.start()
        tasks[0]()
    except BaseException as error:  # noqa: BLE001 - raised again when all threads have ended
        interruption = error
        stop()
    while threads:
        try:
            if interruption is None or begins.setdefault(len(threads), False):
                threads[-1].join()
            threads.pop()
        except BaseException as error:  # noqa: BLE001 - as above
            interruption = interruption or error
            stop()
    if interruption or errors:
        raise interruption or errors[0]
