"""One measurement in a process of its own; run as a script, by `measure.fresh`.

    python -P benchmarks/fresh.py '{"modules": ..., "load": ..., "call": ..., ...}'

Prints one JSON object: seconds from before the import to the first result, seconds of each call,
and bytes of resident memory over those of a process that has imported numpy.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401 - loaded before the clock starts: every library needs it


def resident() -> int:
    """Bytes of resident memory; the most so far where the system does not tell."""
    try:
        fields = Path("/proc/self/statm").read_text().split()
    except OSError:
        return most_resident()
    return int(fields[1]) * resource.getpagesize()


def most_resident() -> int:
    """The most bytes of resident memory since forget_most, or ever where that cannot be."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def forget_most() -> None:
    """Lets most_resident start again, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Does a job: `modules`, `load`, `call` and `names` of a rival, `texts` and `repeat`."""
    texts: Any = ["hello"]
    if job["texts"]:
        texts = pickle.loads(Path(job["texts"]).read_bytes())
    names = {**job["names"], "texts": texts, "text": texts[0]}
    load = compile(f"import {', '.join(job['modules'])}\nt = {job['load']}", "load", "exec")
    call = compile(job["call"], "call", "eval")
    before = resident()
    start = time.perf_counter()
    exec(load, names)
    loaded_at = time.perf_counter() - start
    forget_most()
    seconds = []
    for _ in range(job["repeat"]):
        called = time.perf_counter()
        result = eval(call, names)
        seconds.append(time.perf_counter() - called)
        held = resident()
        del result
    return {
        "bytes": sum(len(text.encode()) for text in texts),
        "loaded": loaded_at,
        "first": loaded_at + seconds[0],
        "calls": seconds,
        "memory": held - before,
        "peak": most_resident() - before,
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
