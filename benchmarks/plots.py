"""Two pictures of a record: speed by library and corpus, and speed by the length of a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import record
from .measure import Result
from .rivals import OURS

# One colour a library in every picture, distinguishable without red and green.
COLOURS = ("#0072B2", "#E69F00", "#56B4E9", "#CC79A7", "#999999", "#009E73", "#F0E442")


class PlotError(ValueError):
    """A picture that cannot be drawn."""


def draw(source: Path, folder: Path) -> list[Path]:
    """Draws all that a record has, as SVG; returns the files.

    Raises
    ------
    PlotError
        matplotlib is not installed, or the record has nothing to draw.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise PlotError('drawing needs matplotlib: pip install "ctok[bench]"') from None
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "ctok"  # the same record gives the same file
    told = record.read(source)
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for run in told.get("runs", []):
        results = record.results_of(run)
        for kind, drawn in (("throughput", _by_corpus), ("length", _by_length)):
            figure = drawn(results, run["encoding"])
            if figure is not None:
                _sign(figure, told)
                path = folder / f"{kind}-{run['encoding']}.svg"
                figure.savefig(path, metadata={"Date": None})
                written.append(path)
    if not written:
        raise PlotError(f"{source}: no result that could be drawn")
    return written


def _names(results: list[Result]) -> list[str]:
    """The contenders of some results, in the order in which they come."""
    return list(dict.fromkeys(name for result in results for name in result.values))


def _colour(name: str, names: list[str]) -> str:
    return COLOURS[names.index(name) % len(COLOURS)]


def _figure() -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_yscale("log")
    axes.set_ylabel("MB/s of UTF-8, one thread")
    axes.grid(axis="y", which="major", linewidth=0.4)
    axes.set_axisbelow(True)
    return figure, axes


def _sign(figure: Any, told: dict[str, Any]) -> None:
    """What the figures depend on, below the picture."""
    machine = told["machine"]
    text = (
        f"{told['date'][:10]}, ctok {told['versions'][OURS]} at {told['commit']}, {machine['cpu']}"
    )
    figure.supxlabel(text, fontsize=7, color="#666666")


def _by_corpus(results: list[Result], encoding: str) -> Any:
    """Bars: a group a corpus, a bar a library; the line in a bar is its cold speed."""
    warm = {r.name.rsplit("/")[-1]: r for r in results if r.name.startswith("array/warm/")}
    cold = {r.name.rsplit("/")[-1]: r for r in results if r.name.startswith("array/cold/")}
    if not warm:
        return None
    figure, axes = _figure()
    names = _names(list(warm.values()))
    width = 0.8 / len(names)
    for i, name in enumerate(names):
        places = [at - 0.4 + (i + 0.5) * width for at in range(len(warm))]
        heights = [result.median(name) or float("nan") for result in warm.values()]
        axes.bar(places, heights, width * 0.92, color=_colour(name, names), label=name)
        for place, height in zip(places, heights, strict=True):
            axes.annotate(
                f"{height:.3g}",
                (place, height),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=6,
            )
        marks = [
            (at, value)
            for at, corpus in zip(places, warm, strict=True)
            if corpus in cold and (value := cold[corpus].median(name))
        ]
        for at, value in marks:
            axes.hlines(value, at - width * 0.46, at + width * 0.46, color="black", linewidth=1)
    axes.set_xticks(range(len(warm)), list(warm))
    axes.set_title(f"{encoding}: a batch to ids (bar: warm; line: first call of a process)")
    axes.legend(ncols=4, fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    return figure


def _by_length(results: list[Result], encoding: str) -> Any:
    """Lines: speed of one call over the length of its text."""
    points = {int(r.name.split("/")[1]): r for r in results if r.name.startswith("length/")}
    if not points:
        return None
    figure, axes = _figure()
    names = _names(list(points.values()))
    for name in names:
        found = [(size, value) for size, r in sorted(points.items()) if (value := r.median(name))]
        axes.plot(
            [size for size, _ in found],
            [value for _, value in found],
            color=_colour(name, names),
            label=name,
            marker="o",
            markersize=3,
        )
    axes.set_xscale("log", base=2)
    axes.set_xticks(list(points), [_bytes(size) for size in points])
    axes.set_title(f"{encoding}: one call, English text to a list of ids, by the text's length")
    axes.legend(fontsize=8, frameon=False)
    return figure


def _bytes(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size >> 10} KB"
