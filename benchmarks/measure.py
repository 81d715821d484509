"""How a time is taken: contenders in turn within one run, the median of their ratios."""

from __future__ import annotations

import gc
import json
import math
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import corpus, rivals
from .rivals import OURS, Rival

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Parameters
    ----------
    n_bytes : int
        Bytes of each corpus.
    rounds : int
        How often each contender has its turn.
    n_strings : int
        How many strings a round of single calls takes.
    sample : float
        Seconds that one turn lasts at least, where the same inputs may be run again.
    n_words : int
        Bytes of text whose words never repeat, a round.
    n_big : int
        Bytes of English for the measurements of threads and of memory.
    latency_calls : int
        How many single calls stand behind the quantiles.
    """

    n_bytes: int
    rounds: int
    n_strings: int
    sample: float
    n_words: int
    n_big: int
    latency_calls: int


FULL = Scale(8_000_000, 7, 1000, 0.1, 4_000_000, 100_000_000, 100_000)
QUICK = Scale(400_000, 5, 200, 0.005, 200_000, 4_000_000, 5_000)
TINY = Scale(20_000, 2, 20, 0.0, 5_000, 40_000, 200)  # for the tests: no figure means anything


@dataclass(frozen=True)
class Result:
    """What one piece of work gave.

    Parameters
    ----------
    name : str
        A path: what is done, how, on what.
    unit : str
        Of the values: "MB/s" is the only one of which more is better.
    values : mapping of str to list of float
        For each contender, one value a round.
    baseline : str
        The contender that the ratio is to.
    goal : float, optional
        The ratio to reach.
    limit : float, optional
        The highest value allowed to ctok.
    """

    name: str
    unit: str
    values: dict[str, list[float]]
    baseline: str
    goal: float | None = None
    limit: float | None = None

    def median(self, contender: str) -> float | None:
        """A contender's median value; None when it was not measured."""
        values = self.values.get(contender)
        return statistics.median(values) if values else None

    @property
    def ratio(self) -> float | None:
        """How many times better ctok is than the baseline: the median over rounds."""
        ours, theirs = self.values.get(OURS), self.values.get(self.baseline)
        if not ours or not theirs:
            return None
        pairs = zip(ours, theirs, strict=True)
        if self.unit == "MB/s":
            return statistics.median(a / b for a, b in pairs)
        return statistics.median(b / max(a, 1e-12) for a, b in pairs)

    @property
    def met(self) -> bool | None:
        """Whether the goal and the limit are reached; None when there is nothing to say."""
        ours, ratio = self.median(OURS), self.ratio
        said = []
        if self.goal is not None and ratio is not None:
            said.append(ratio >= self.goal)
        if self.limit is not None and ours is not None:
            said.append(ours <= self.limit)
        return all(said) if said else None

    @property
    def behind(self) -> list[str]:
        """The other libraries whose median is better than ctok's, the best first."""
        ours = self.median(OURS)
        better = []
        for name in self.values:
            theirs = self.median(name)
            if name != OURS and ours and theirs and not name.startswith(f"{OURS} "):
                times = theirs / ours if self.unit == "MB/s" else ours / theirs
                if times > 1:
                    better.append((times, name))
        return [name for _, name in sorted(better, reverse=True)]

    def facts(self) -> dict[str, Any]:
        """What a record keeps."""
        told = {"ratio": self.ratio, "met": self.met, "behind": self.behind}
        return {**asdict(self), **told}


def seconds_of(run: Callable[[], object]) -> float:
    """How long a call takes, without the garbage collector."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start
    finally:
        if was_on:
            gc.enable()


def in_turn(turns: Mapping[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """Lets every contender have its turn in every round, each round another one first."""
    names = list(turns)
    values: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            values[name].append(turns[name](number))
    return values


@dataclass(frozen=True)
class Contender:
    """A rival with its tokenizer loaded."""

    rival: Rival
    tokenizer: Any


@dataclass
class Bench:
    """What all measurements of one encoding share.

    Parameters
    ----------
    encoding : str
    folder : path
        Where rivals.write_files has been.
    contenders : list of Contender
        ctok first.
    baseline : str
        The contender that goals are relative to.
    scale : Scale
    """

    encoding: str
    folder: Path
    contenders: list[Contender]
    baseline: str
    scale: Scale
    results: list[Result] = field(default_factory=list)
    on_result: Callable[[Result], None] = lambda _result: None

    @property
    def ours(self) -> Any:
        """ctok's tokenizer."""
        return self.contenders[0].tokenizer

    def add(self, result: Result) -> None:
        """Keeps a result and says so."""
        self.results.append(result)
        self.on_result(result)

    def time(
        self,
        name: str,
        call: str,
        inputs: Callable[[int, float], Sequence[Any]],
        *,
        again: bool,
        unit: str = "MB/s",
        goal: float | None = None,
        against: str | None = None,
        size: Callable[[Sequence[Any]], int] = len,
    ) -> None:
        """Times a call of all that can do it.

        Parameters
        ----------
        name : str
            The result's.
        call : str
            One of rivals.CALLS.
        inputs : callable
            The inputs of a round for a share of the text; every contender has the same.
        again : bool
            Whether inputs may be run before and again; otherwise each is seen once.
        unit : str
            "MB/s", or "us" for microseconds an input.
        goal : float, optional
        against : str, optional
            Another call of ctok's own that is the baseline, instead of a rival.
        size : callable
            How many bytes, or how many inputs, some inputs are.
        """
        turns = {}
        for contender in self.contenders:
            if call in contender.rival.calls:
                turns[contender.rival.name] = self._turn(contender, call, inputs, again, unit, size)
        baseline = self.baseline
        if against is not None:
            baseline = f"{OURS} {against}"
            turns[baseline] = self._turn(self.contenders[0], against, inputs, again, unit, size)
        values = in_turn(turns, self.scale.rounds)
        self.add(Result(name, unit, values, baseline, goal))

    def _turn(
        self,
        contender: Contender,
        call: str,
        inputs: Callable[[int, float], Sequence[Any]],
        again: bool,
        unit: str,
        size: Callable[[Sequence[Any]], int],
    ) -> Callable[[int], float]:
        """A function of the round's number that gives a value in a unit."""
        run = contender.rival.runner(call)
        tokenizer = contender.tokenizer
        times = 1
        if again:
            warm = inputs(0, contender.rival.share)
            run(tokenizer, warm)
            once = seconds_of(lambda: run(tokenizer, warm))
            times = max(1, math.ceil(self.scale.sample / max(once, 1e-9)))

        def turn(number: int) -> float:
            items = inputs(number, contender.rival.share)

            def loop() -> None:
                for _ in range(times):
                    run(tokenizer, items)

            seconds = max(seconds_of(loop), 1e-9) / times
            return size(items) / seconds / 1e6 if unit == "MB/s" else seconds / size(items) * 1e6

        return turn

    def fresh(
        self,
        call: str,
        texts: list[str] | None,
        measures: Sequence[tuple[Result, Callable[[dict[str, Any]], float]]],
        *,
        threads: int = 1,
        repeat: int = 1,
        only: Sequence[str] = (),
        parts: bool = True,
    ) -> None:
        """Runs a call of all that can do it in fresh processes.

        Parameters
        ----------
        call : str
        texts : list of str, optional
            By default one short text.
        measures : sequence of (Result, callable)
            Results without values, and what each takes of fresh.py's report.
        threads, repeat : int
        only : sequence of str
            The rivals that are run; by default all.
        parts : bool
            Whether each rival has only its share of the texts.
        """
        turns = {}
        reports: dict[str, list[dict[str, Any]]] = {}
        for contender in self.contenders:
            rival = contender.rival
            if call not in rival.calls or (only and rival.name not in only):
                continue
            path = ""
            if texts is not None:
                share = rival.share if parts else 1.0
                path = str(self.folder / f"texts-{share}.pickle")
                Path(path).write_bytes(pickle.dumps(corpus.part(texts, share)))
            reports[rival.name] = []
            turns[rival.name] = self._process(
                rival, call, path, threads, repeat, reports[rival.name]
            )
        in_turn(turns, self.scale.rounds)
        for result, take in measures:
            result.values.update({n: [take(one) for one in each] for n, each in reports.items()})
            self.add(result)

    def _process(
        self,
        rival: Rival,
        call: str,
        path: str,
        threads: int,
        repeat: int,
        reports: list[dict[str, Any]],
    ) -> Callable[[int], float]:
        job = {
            "modules": [rival.name, rival.imports] if path and rival.imports else [rival.name],
            "load": rival.load,
            "call": rival.calls[call],
            "names": {"encoding": self.encoding, "folder": str(self.folder), "threads": threads},
            "texts": path,
            "repeat": repeat,
        }

        def turn(_number: int) -> float:
            done = subprocess.run(
                [sys.executable, "-P", str(HERE / "fresh.py"), json.dumps(job)],
                env={**os.environ, **rivals.environment(self.folder, threads)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"{rival.name}, {call}: {done.stderr.strip()[-500:]}")
            reports.append(json.loads(done.stdout))
            return 0.0

        return turn
