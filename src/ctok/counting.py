"""PieceCounts: how often each piece of text was met; what training needs to know of its texts."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import parallel, patterns
from .columns import elements
from .counter import LONGEST_TEXT, Batch, Counter, merge_runs
from .cutter import Cutter
from .textfiles import read_texts

if TYPE_CHECKING:
    from .tokenizer import Text, Tokenizer

    Path_ = os.PathLike[str]
    Texts = Path_ | Iterable[Text | Path_ | Mapping[str, Any]]

Run = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32], npt.NDArray[np.int64]]

# Texts are handed to the counters in batches of about so many bytes a counter.
BATCH_BYTES = 2 << 20
# A longer text is counted by several threads, in parts of about so many bytes.
PART_BYTES = 1 << 18
# Counts are kept below this, so that no sum of them can leave 64 bits.
MAX_TOTAL = 1 << 62
# So many files are merged into one; each holds a mapping of memory.
MAX_RUNS = 64
_FORMAT = "ctok piece counts 1"


def _utf8(text: Text) -> bytes:
    """A text's bytes; a pair of surrogates is its character, a single one U+FFFD."""
    if isinstance(text, bytes):
        return text
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _opened(texts: Texts, field: str, *, cut: bool) -> Iterator[Any]:
    """The texts, with those of files in the place of paths and those of rows in theirs."""
    if isinstance(texts, (str, bytes)):
        raise TypeError(
            "texts is an iterable of texts; for a single one pass [text], for a file a pathlib.Path"
        )
    for number, text in enumerate([texts] if isinstance(texts, os.PathLike) else elements(texts)):
        if isinstance(text, os.PathLike):
            yield from read_texts(text, field=field, cut=cut)
        elif isinstance(text, Mapping):
            if field not in text:
                raise ValueError(f"texts[{number}] has no field {field!r} among {list(text)}")
            yield text[field]
        else:
            if number == 0 and isinstance(text, str):
                _warn_of_file(text)
            yield text


def _warn_of_file(text: str) -> None:
    """Says so when what came as the first text is certainly the name of a file."""
    # Path.is_file would raise where the text is too long for a name.
    if len(text) < 1024 and "\n" not in text and os.path.isfile(text):  # noqa: PTH113
        warnings.warn(
            f"texts[0] is {text!r}, which is taken as a text, and there is a file of that name;"
            f" for its texts pass pathlib.Path({text!r})",
            stacklevel=2,
        )


def batches(
    texts: Texts, size: int, *, field: str = "text", cut: bool = False
) -> Iterator[list[bytes]]:
    """The texts as UTF-8, in lists of about so many bytes; `cut` as `read_texts` has it."""
    batch: list[bytes] = []
    held = 0
    for number, text in enumerate(_opened(texts, field, cut=cut)):
        if not isinstance(text, (str, bytes)):
            raise TypeError(f"texts[{number}] is str or UTF-8 bytes, not {type(text).__name__}")
        data = _utf8(text)
        if len(data) > LONGEST_TEXT:
            raise ValueError(
                f"texts[{number}] has {len(data)} bytes, more than {LONGEST_TEXT}; cut it into"
                " documents"
            )
        batch.append(data)
        held += len(data)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


class _Queue:
    """Texts that several threads take, each the next one, until none is left or it is stopped."""

    def __init__(self, texts: list[bytes]) -> None:
        self._texts = texts[::-1]

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                text = self._texts.pop()  # of one thread, whatever the others do
            except IndexError:
                return
            yield text

    def stop(self) -> None:
        """Ends the work of all threads soon."""
        self._texts.clear()


class PieceCounts:
    """How often each piece of text was met, where a piece is what the pattern cuts text into.

    Counts add up: those of several processes or machines, merged in any order, are the counts
    of all texts, and training from them gives what training from all texts gives.

    Parameters
    ----------
    pattern : str
        A family's name (see `ctok.families`) or any regex. One that no family or automaton runs,
        or that leaves text out, runs through the `regex` module, where more threads help little.
    max_piece_bytes : int, optional
        Longer pieces are left out.
    threads : int, optional
        How many threads count; by default one a processor. Counts do not depend on it.
    memory_bytes : int, optional
        About how much memory the tables may take while texts are counted. What is too much goes
        to sorted files in a temporary folder, which are merged when the counts are used. By
        default nothing does. Memory then grows with the number of distinct pieces, not with the
        text.

    Attributes
    ----------
    n_texts, n_bytes : int
        How many texts were counted, and how large they were.

    Raises
    ------
    VocabError
        The pattern does not compile.
    ValueError
        A limit that leaves nothing.

    Examples
    --------
    >>> import ctok
    >>> counts = ctok.PieceCounts("cl100k").count(["to be or not to be"])
    >>> counts.top(2)
    [(b' be', 2), (b' not', 1)]
    """

    def __init__(
        self,
        pattern: str = "cl100k",
        *,
        max_piece_bytes: int | None = None,
        threads: int | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        at_least("max_piece_bytes", max_piece_bytes, 1)
        at_least("threads", threads, 1)
        at_least("memory_bytes", memory_bytes, 1 << 20)
        self.pattern = patterns.pattern_of(pattern)
        self.max_piece_bytes = max_piece_bytes
        self._memory_bytes = memory_bytes
        kernel = patterns.kernel_for(self.pattern, None)
        # Whether the pattern is one of `ctok.families`: then, and only then, texts come in parts.
        self.has_family = kernel >= 0
        split = None if self.has_family else patterns.compile_split(self.pattern)
        cutter = split if isinstance(split, Cutter) and split.in_place else None
        self._split = split if cutter is None else None
        n = threads or parallel.default_threads()
        # To become a run, a table takes its own size again to be sorted, and again for the run.
        limit = (1 << 62) if memory_bytes is None else memory_bytes // (3 * n)
        longest = (1 << 62) if max_piece_bytes is None else max_piece_bytes
        self._counters = [Counter(kernel, longest, limit, self._spill, cutter) for _ in range(n)]
        self._runs: list[Run] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if memory_bytes is not None:
            self._folder = tempfile.TemporaryDirectory(prefix="ctok-counts-")
        self._spilling = threading.Lock()  # of the counting threads, one at a time
        self._counting = threading.RLock()  # of the callers
        self._total = 0
        self.n_texts = self.n_bytes = 0

    # ---- counting

    def count(self, texts: Texts, *, weight: int = 1, field: str = "text") -> PieceCounts:
        """Counts the pieces of texts, each by itself: no piece goes from one text into the next.

        Parameters
        ----------
        texts : iterable of str, bytes, paths or rows, or a path
            Read once, a batch at a time. Bytes are UTF-8. In the place of a path stand the texts
            of its file; see `ctok.textfiles.read_texts`. In the place of a row, a mapping, stands
            one of its fields.
        weight : int
            What each occurrence counts.
        field : str
            Where the text is in a row, a JSON object of a file, or its table.

        Returns
        -------
        PieceCounts
            This object.

        Raises
        ------
        TypeError
            A text is neither str nor bytes, or texts is a single text.
        OverflowError
            All counts together could pass 2**62.
        """
        at_least("weight", weight, 1)
        for batch in batches_for([self], texts, field):
            self.count_batch(batch, weight)
        return self

    @property
    def batch_bytes(self) -> int:
        """How many bytes of text are counted at a time."""
        wanted = BATCH_BYTES * max(2, len(self._counters))
        return wanted if self._memory_bytes is None else min(wanted, self._memory_bytes // 8)

    def count_batch(self, texts: list[bytes], weight: int = 1) -> None:
        """Counts UTF-8 texts that are in memory; see `count`."""
        with self._counting:
            self._count_locked(texts, weight)

    def _count_locked(self, texts: list[bytes], weight: int) -> None:
        n_bytes = sum(map(len, texts))
        if self._total + weight * n_bytes > MAX_TOTAL:
            raise OverflowError(f"the counts would pass 2**62; use a weight below {weight}")
        self._total += weight * n_bytes
        self.n_texts += len(texts)
        self.n_bytes += n_bytes
        workers = self._counters[: max(1, n_bytes >> 16)]
        if self._split is not None:
            queue = _Queue(texts)
            parallel.run(
                [
                    lambda counter=counter, split=self._split: [  # type: ignore[misc]
                        counter.count_pieces(*split(text), weight) for text in queue
                    ]
                    for counter in workers
                ],
                queue.stop,
            )
            return
        batch = Batch(texts, PART_BYTES if self.has_family else LONGEST_TEXT)
        parallel.run(
            [
                lambda counter=counter, first=i == 0: counter.work(batch, weight, first)  # type: ignore[misc]
                for i, counter in enumerate(workers)
            ],
            batch.stop,
        )

    def _spill(self, run: Run) -> None:
        """Keeps a run in files, mapped into memory."""
        if self._folder is None:
            raise RuntimeError("a table spilled without memory_bytes")
        folder = Path(self._folder.name)
        with self._spilling:
            self._runs.append(_mapped(folder, run))
            if len(self._runs) >= MAX_RUNS:
                merged = merge_runs(self._runs)
                self._forget_runs()
                self._runs = [_mapped(folder, merged)]

    def _settle(self, min_count: int = 1) -> Run:
        """All counts as one run; it stays the only one unless rare pieces are left out of it."""
        with self._counting:
            runs = self._runs
            parallel.run(
                [lambda counter=one: runs.append(counter.run()) for one in self._counters],  # type: ignore[misc]
                lambda: None,
            )
            runs = [run for run in runs if len(run[1])]
            if len(runs) != 1 or isinstance(runs[0][0], np.memmap):
                runs = [merge_runs(runs)]
            self._forget_runs()
            self._runs = runs
            return runs[0] if min_count == 1 else merge_runs(runs, min_count)

    def put_away(self) -> None:
        """Where counting goes on in files, so do the counts up to now."""
        if self._folder is not None:
            with self._counting:
                self._runs = [_mapped(Path(self._folder.name), self._settle())]

    def _forget_runs(self) -> None:
        """Lets go of all runs and of their files."""
        self._runs = []
        for file in Path(self._folder.name).iterdir() if self._folder else ():
            file.unlink()

    # ---- adding up

    def merge(self, other: PieceCounts) -> PieceCounts:
        """Adds another's counts to these, and returns this object.

        Raises
        ------
        ValueError
            The other was counted under another pattern or limit.
        OverflowError
            All counts together could pass 2**62.
        """
        if not isinstance(other, PieceCounts):
            raise TypeError(f"PieceCounts can be merged, not {type(other).__name__}")
        for name in ("pattern", "max_piece_bytes"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if ours != theirs:
                raise ValueError(f"counts of different {name}: {ours!r} and {theirs!r}")
        if self._total + other._total > MAX_TOTAL:
            raise OverflowError("the counts would pass 2**62")
        added = other._settle()
        with self._counting:
            self._total += other._total
            self.n_texts += other.n_texts
            self.n_bytes += other.n_bytes
            self._runs = [merge_runs([self._settle(), added])]
        return self

    def __add__(self, other: object) -> PieceCounts:
        if not isinstance(other, PieceCounts):
            return NotImplemented
        result = PieceCounts(
            self.pattern,
            max_piece_bytes=self.max_piece_bytes,
            threads=len(self._counters),
            memory_bytes=self._memory_bytes,
        )
        return result.merge(self).merge(other)

    # ---- looking

    def __len__(self) -> int:
        """How many distinct pieces there are."""
        return len(self._settle()[1])

    @property
    def total(self) -> int:
        """How many pieces were met, repeated ones as often as they were."""
        return int(self._settle()[2].sum())

    def arrays(self, min_count: int = 1) -> Run:
        """The counts as arrays, in the order of the pieces' bytes.

        Parameters
        ----------
        min_count : int
            Pieces that were met less often are left out.

        Returns
        -------
        data : numpy.ndarray of uint8
            The distinct pieces, one after the other.
        lengths : numpy.ndarray of uint32, shape (n,)
            Their lengths in bytes.
        numbers : numpy.ndarray of int64, shape (n,)
            How often each was met.
        """
        return self._settle(min_count)

    def top(self, n: int) -> list[tuple[bytes, int]]:
        """The n most frequent pieces and how often they were met; of equals, by their bytes."""
        data, lengths, numbers = self._settle()
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        best = np.argsort(-numbers, kind="stable")[: max(0, n)]
        return [
            (data[starts[i] : starts[i] + int(lengths[i])].tobytes(), int(numbers[i])) for i in best
        ]

    def __repr__(self) -> str:
        return f"<ctok.PieceCounts: {len(self)} distinct pieces of {self.total}>"

    # ---- files

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the counts to a numpy archive (.npz), equal counts as equal arrays."""
        data, lengths, numbers = self._settle()
        head = {
            "format": _FORMAT,
            "pattern": self.pattern,
            "max_piece_bytes": self.max_piece_bytes,
            "total": self._total,
            "texts": self.n_texts,
            "bytes": self.n_bytes,
        }
        told = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
        replace(
            path,
            lambda file: np.savez(file, head=told, data=data, lengths=lengths, numbers=numbers),
        )

    @staticmethod
    def load(path: str | os.PathLike[str], **options: Any) -> PieceCounts:
        """Counts that `save` wrote; options are those of PieceCounts except pattern and limit.

        Raises
        ------
        ValueError
            The file has no counts.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                head = json.loads(archive["head"].tobytes())
                run = archive["data"], archive["lengths"], archive["numbers"]
            if head["format"] != _FORMAT:
                raise ValueError(f"its format is {head['format']!r}")
            sizes = head["total"], head["texts"], head["bytes"]
            merged = merge_runs([run])
        except (KeyError, TypeError, ValueError, EOFError) as error:
            raise ValueError(f"{os.fspath(path)!r} has no counts of pieces: {error}") from None
        return _rebuild(head["pattern"], head["max_piece_bytes"], options, merged, sizes)

    # ---- training

    def train(self, vocab_size: int, **options: Any) -> Tokenizer:
        """A tokenizer trained from these counts.

        Options are those of `ctok.train` that do not speak of counting.
        """
        from .training import train_counts

        return train_counts(self, vocab_size, **options)

    def __reduce__(self) -> tuple[Any, ...]:
        options = {"memory_bytes": self._memory_bytes}
        sizes = self._total, self.n_texts, self.n_bytes
        return _rebuild, (self.pattern, self.max_piece_bytes, options, self._settle(), sizes)


def replace(path: str | os.PathLike[str], write: Callable[[IO[bytes]], object]) -> None:
    """Writes a file aside, waits for the disk and gives it its name: whole, or not at all."""
    written = Path(f"{os.fspath(path)}.part")
    try:
        with written.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _mapped(folder: Path, run: Run) -> Run:
    """A run in a file, read when it is looked at."""
    data, lengths, numbers = run
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".run", delete=False) as file:
        try:
            for array in (numbers, lengths, data):  # the widest first: all are aligned then
                file.write(np.ascontiguousarray(array).data)
            file.flush()
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror}, for counts", file.name) from None
    mapped = np.memmap(file.name, dtype=np.uint8, mode="r")
    middle, end = 8 * len(numbers), 12 * len(numbers)
    return mapped[end:], mapped[middle:end].view(np.uint32), mapped[:middle].view(np.int64)


def _rebuild(
    pattern: str,
    max_piece_bytes: int | None,
    options: dict[str, Any],
    run: Run,
    sizes: tuple[int, int, int],
) -> PieceCounts:
    """Counts from what another process sends."""
    result = PieceCounts(pattern, max_piece_bytes=max_piece_bytes, **options)
    result._runs = [run]  # noqa: SLF001 - this makes the object
    result._total, result.n_texts, result.n_bytes = sizes  # noqa: SLF001
    return result


def batches_for(counts: Sequence[PieceCounts], texts: Texts, field: str) -> Iterator[list[bytes]]:
    """The texts in batches that suit all of several counts."""
    size = min((one.batch_bytes for one in counts), default=BATCH_BYTES)
    return batches(texts, size, field=field, cut=all(one.has_family for one in counts))


def at_least(name: str, value: int | None, least: int) -> None:
    """Refuses a number that is too small."""
    if value is not None and value < least:
        raise ValueError(f"{name} is {value}; at least {least} is needed")
