"""What a run leaves behind: its results as JSON, with all that they depend on; and as a table."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .measure import Result
from .rivals import OURS, RIVALS

HERE = Path(__file__).resolve().parent


def machine() -> dict[str, Any]:
    """The processor, its cores, the system and how busy it is."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)
        model = found[1] if found else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": " ".join(model.split()),
        "cores": cores,
        "architecture": platform.machine(),
        "system": platform.platform(),
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    """Python's, and those of all libraries that are there."""
    found = {"python": sys.version.split()[0]}
    for package in ("numpy", *(rival.package for rival in RIVALS)):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    import ctok

    found[OURS] = ctok.__version__
    return found


def commit() -> str:
    """The commit that is checked out, with a + when files differ from it."""
    try:
        name = _git("rev-parse", "--short=10", "HEAD")
        return name + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=HERE, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def describe(what: str, **facts: Any) -> dict[str, Any]:
    """The head of a record."""
    return {
        "what": what,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
        **facts,
    }


def write(record: dict[str, Any], folder: Path | None = None) -> Path:
    """Writes a record to <folder>/<machine>/<date>-<commit>.json and returns the path.

    No record is overwritten: the next one of that name has a number behind it.
    """
    where = record["machine"]
    name = re.sub(r"\W+|_+", "-", f"{where['cpu']} {where['cores']} cores".lower()).strip("-")
    folder = (folder or HERE / "records") / name
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{record['date'][:10]}-{record['commit'].replace('+', '-changed')}"
    if record["what"] != "goals":
        stem += f"-{record['what']}"
    path = folder / f"{stem}.json"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    path.write_text(json.dumps(_rounded(record), indent=1, ensure_ascii=False) + "\n")
    return path


def _rounded(value: Any) -> Any:
    """Floats with the digits that mean something."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A record."""
    found: dict[str, Any] = json.loads(Path(path).read_text())
    return found


def results_of(run: dict[str, Any]) -> list[Result]:
    """The results of one encoding in a record."""
    fields = ("name", "unit", "values", "baseline", "goal", "limit")
    return [Result(*(item[field] for field in fields)) for item in run["results"]]


# ---- tables


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def row_of(result: Result, names: Sequence[str]) -> list[str]:
    """A result as a row: what, unit, each contender's median, ratio, goal, and what came of it."""
    goal = "" if result.goal is None else f"{result.goal:.3g}x"
    if result.limit is not None:
        goal = f"{goal} <={result.limit:g}".strip()
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}x"
    if result.baseline not in names and ratio:
        ratio += f" ({result.baseline})"
    met = {None: "", True: "met", False: "short"}[result.met]
    if result.behind:
        met = f"{met} behind {', '.join(result.behind)}".strip()
    values = [_number(result.median(name)) for name in names]
    return [result.name, result.unit, *values, ratio, goal, met]


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a table, with rich where it is installed."""
    lines = [list(map(str, row)) for row in rows]
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        print(plain(title, head, lines), flush=True)
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, name in enumerate(head):
        table.add_column(name, justify="left" if i == 0 else "right", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False, markup=False).print(table)


def plain(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    told = (
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip()
        for line in lines
    )
    return "\n".join([title, *told])


# ---- what README shows

BEGIN, END = "<!-- measured: begin.", "<!-- measured: end -->"
SHOWN = re.compile(
    r"(array/(warm|cold)|lists)/|encode/(seen|new)/|decode(_batch)?/en|(load|memory)/"
)


def markdown(told: dict[str, Any], pictures: Sequence[str] = ()) -> str:
    """A record of goals as README has it: what ran where, and a table an encoding."""
    found, where = told["versions"], told["machine"]
    measured = {name for run in told["runs"] for one in results_of(run) for name in one.values}
    libraries = ", ".join(
        f"{rival.name} {found[rival.package]}"
        for rival in RIVALS
        if rival.name in measured and rival.package in found
    )
    texts = ", ".join(f"{one['name']} {one['bytes'] / 1e6:.1f} MB" for one in told["corpora"])
    lines = [
        f"Measured on {told['date'][:10]} at {told['commit']} on {where['cpu']},"
        f" {where['cores']} cores, with {libraries}; Python {found['python']}.",
        f"One thread, all in turn in one run, medians of {told['scale']['rounds']};"
        f" texts: {texts}. Slow libraries have an even share of them.",
    ]
    for run in told["runs"]:
        results = [result for result in results_of(run) if SHOWN.match(result.name)]
        names = list(dict.fromkeys(name for result in results for name in result.values))
        wrong = {one["rival"] for one in run["differences"] if one["differing"]}
        marked = [name + "\\*" * (name in wrong) for name in names]
        head = [run["encoding"], "", *marked, f"to {run['baseline']}"]
        lines += ["", _line(head), _line(["---", "---", *["--:"] * (len(names) + 1)])]
        lines += [_line(row_of(result, names)[: len(head)]) for result in results]
        if wrong:
            lines += ["", "\\* has other ids than ctok and tiktoken in some of these texts."]
    lines += [line for picture in pictures for line in ("", f"![throughput]({picture})")]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def write_readme(path: Path, shown: str) -> None:
    """Puts a text between the markers of a README.

    Raises
    ------
    ValueError
        The file has no markers.
    """
    before, begin, rest = path.read_text().partition(BEGIN)
    marker, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: no place between {BEGIN!r} and {END!r}")
    marker = marker.split("\n", 1)[0]
    path.write_text(f"{before}{begin}{marker}\n{shown}{end}{after}")
