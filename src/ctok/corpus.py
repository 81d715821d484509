"""Files of texts into files of ids: each file's ids are there as a whole, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from .counting import replace
from .errors import naming
from .progress import Progress
from .registry import get_encoding
from .saved import FACTS
from .spec import VocabSpec
from .textfiles import read_texts
from .tokenizer import Text, Tokenizer

# Texts are encoded in batches of about so many characters.
BATCH_SIZE = 4 << 20
FORMAT = "ctok encoded file 1"


class EncodedFile(NamedTuple):
    """A file of texts and the ids that were made of it.

    Attributes
    ----------
    source : Path
        The file of texts.
    ids : Path
        All ids, one text's behind the other's, as a .npy of uint16 where the vocabulary's ids fit,
        else of uint32.
    offsets : Path
        int64[texts + 1]: text i has ``ids[offsets[i]:offsets[i + 1]]``.
    texts, tokens, skipped : int
        How many there are; and how many broken lines were left out.
    made : bool
        Whether this call made it; False when it was there already.
    """

    source: Path
    ids: Path
    offsets: Path
    texts: int
    tokens: int
    skipped: int
    made: bool


def encode_files(
    files: Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    encoding: str | Tokenizer = "o200k_base",
    *,
    lines: bool = False,
    field: str = "text",
    prepend: str | int | None = None,
    append: str | int | None = None,
    allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
    disallowed_special: Literal["all"] | Collection[str] = (),
    skip_broken: bool = False,
    threads: int | None = None,
    progress: bool = True,
    on_file: Callable[[EncodedFile], object] | None = None,
) -> list[EncodedFile]:
    """Encodes files of many texts, of any size, into arrays that numpy maps.

    ``FILE.jsonl.gz`` becomes ``FILE.jsonl.gz.ids.npy``, ``.offsets.npy`` and, last of the three,
    ``.json`` in the folder `out`. The same call, after a kill or Ctrl-C, goes on with the file at
    which it was. Several processes may share the folder when each has its own files.

    Parameters
    ----------
    files : iterable of path
        As `ctok.train` takes them: JSON lines (.jsonl), tables (.parquet, .arrow), plain text; .gz,
        .bz2, .xz and .zst are unpacked. Rows of a table without a text are left out.
    out : path
        A folder, made when it is not there.
    encoding : str or Tokenizer
        A bundled encoding's name, or any tokenizer.
    lines : bool
        Each line of a plain file is a text; otherwise the file is one.
    field : str
        Where JSON lines and tables have the text.
    prepend, append, threads
        As in `Tokenizer.encode_batch`; ``append="<|endoftext|>"`` ends each text with that token.
    allowed_special, disallowed_special
        As in `Tokenizer.encode`; by default special tokens in a text are ordinary text.
    skip_broken : bool
        Lines that are no JSON object with a text are left out and counted; otherwise an error.
    progress : bool
        Whether a terminal shows how far the file is.
    on_file : callable, optional
        Gets each `EncodedFile` when it is there.

    Returns
    -------
    list of EncodedFile
        In the order of files.

    Raises
    ------
    ValueError
        A broken line or table, named; two files of one name; a folder with ids of other settings.
    SpecialTokenError
        A text holds a disallowed special token.
    OSError
        A file cannot be read or written.

    Examples
    --------
    >>> import ctok, numpy, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("hello world\\nhello\\n")
    >>> [file] = ctok.encode_files([folder / "a.txt"], folder / "ids", lines=True)
    >>> ids, offsets = (numpy.load(path, mmap_mode="r") for path in (file.ids, file.offsets))
    >>> ctok.TokenBatch(ids, offsets).tolist()
    [[24912, 2375], [24912]]
    """
    tokenizer = encoding if isinstance(encoding, Tokenizer) else get_encoding(encoding)
    if isinstance(files, (str, bytes, os.PathLike)):
        raise TypeError(f"files is an iterable of paths; for a single one pass [{files!r}]")
    sources = [Path(file) for file in files]
    names = Counter(source.name for source in sources)
    if twice := next((name for name, number in names.items() if number > 1), None):
        raise ValueError(f"two files have the name {twice!r}, by which their ids are called")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    how: dict[str, Any] = {
        "prepend": prepend,
        "append": append,
        "allowed_special": allowed_special,
        "disallowed_special": disallowed_special,
    }
    settings = {
        "vocabulary": _fingerprint(tokenizer.vocab.spec),
        "lines": lines,
        "field": field,
        "skip_broken": skip_broken,
        **{key: _plain(value) for key, value in how.items()},
    }
    result = []
    with Progress(progress) as shown:
        for source in sources:
            target = _Target(folder, source, settings)
            file = target.known()
            if file is None:
                skipped = _Skipped()
                refused = skipped.add if skip_broken else None
                texts = read_texts(source, lines=lines, field=field, refused=refused)
                file = target.write(tokenizer, texts, skipped, shown, threads=threads, **how)
                shown.clear()
            result.append(file)
            if on_file is not None:
                on_file(file)
    return result


class _Skipped:
    """How many lines were left out; an error would keep its line."""

    def __init__(self) -> None:
        self.n = 0

    def add(self, _error: ValueError) -> None:
        """One more."""
        self.n += 1


class _Target:
    """Where the ids of one file go."""

    def __init__(self, folder: Path, source: Path, settings: dict[str, Any]) -> None:
        self._folder, self._source = folder, source
        self._ids, self._offsets, self._facts = (
            folder / f"{source.name}.{ending}" for ending in ("ids.npy", "offsets.npy", "json")
        )
        stat = source.stat()
        self._state = {
            "format": FORMAT,
            "source": [stat.st_size, stat.st_mtime_ns],
            "settings": settings,
        }

    def known(self) -> EncodedFile | None:
        """The ids, when they are there and of the file as it is now.

        Raises
        ------
        ValueError
            They were made with other settings.
        """
        try:
            facts = json.loads(self._facts.read_bytes())
            state = {key: facts[key] for key in self._state}
            counts = {key: int(facts[key]) for key in ("texts", "tokens", "skipped")}
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{self._facts} is no file of ctok's; remove it") from None
        if state["settings"] != self._state["settings"]:
            raise ValueError(
                f"{self._facts} is of other settings or another vocabulary; use another folder, or"
                " remove it"
            )
        if state != self._state or not (self._ids.exists() and self._offsets.exists()):
            return None
        return EncodedFile(self._source, self._ids, self._offsets, **counts, made=False)

    def write(
        self,
        tokenizer: Tokenizer,
        texts: Iterable[Text],
        skipped: _Skipped,
        shown: Progress,
        **how: Any,
    ) -> EncodedFile:
        """Encodes texts; the facts come last."""
        self._facts.unlink(missing_ok=True)
        kind = np.uint16 if tokenizer.n_vocab <= 1 << 16 else np.uint32
        with _Array(self._ids, kind) as ids, _Array(self._offsets, np.int64) as offsets:
            offsets.add(np.zeros(1, np.int64))
            for first, batch in _batches(texts):
                with naming(lambda i, first=first: f"{self._source}, text {first + i + 1}"):  # type: ignore[misc]
                    encoded = tokenizer.encode_batch(batch, **how)
                offsets.add(encoded.offsets[1:] + ids.n)
                ids.add(encoded.ids)
                shown.encoded(self._source.name, offsets.n - 1, ids.n)
        counts = {"texts": offsets.n - 1, "tokens": ids.n, "skipped": skipped.n}
        facts = json.dumps({**self._state, **counts}).encode()
        replace(self._facts, lambda file: file.write(facts))
        return EncodedFile(self._source, self._ids, self._offsets, **counts, made=True)


def _batches(texts: Iterable[Text]) -> Iterator[tuple[int, list[Text]]]:
    """Texts in lists of about BATCH_SIZE characters, after the number of the first one."""
    first, held, batch = 0, 0, list[Text]()
    for text in texts:
        batch.append(text)
        held += len(text) + 1
        if held >= BATCH_SIZE:
            yield first, batch
            first, held, batch = first + len(batch), 0, []
    if batch:
        yield first, batch


class _Array:
    """A .npy of unknown length; it has its name when it is whole, and else it is not there."""

    def __init__(self, path: Path, kind: npt.DTypeLike) -> None:
        self.n = 0
        self._path, self._dtype = path, np.dtype(kind)
        self._draft = path.with_name(f"{path.name}.part")

    def __enter__(self) -> _Array:
        self._file = self._draft.open("wb")
        self._head()
        return self

    def _head(self) -> None:
        """The head, whose size numpy keeps the same for every length."""
        self._file.seek(0)
        shape = {"descr": self._dtype.str, "fortran_order": False, "shape": (self.n,)}
        np.lib.format.write_array_header_1_0(self._file, shape)  # type: ignore[no-untyped-call]

    def add(self, numbers: npt.NDArray[Any]) -> None:
        """Writes numbers behind those that are there."""
        with _named(self._draft):
            self._file.write(np.ascontiguousarray(numbers, dtype=self._dtype).data)
        self.n += len(numbers)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                with _named(self._draft):
                    self._head()
                    self._file.flush()
                    os.fsync(self._file.fileno())
                    self._file.close()
                self._draft.replace(self._path)
        finally:
            with contextlib.suppress(OSError):  # of what was not written either
                self._file.close()
            self._draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Names the file in what the system says of it: a full disk has no name."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _fingerprint(spec: VocabSpec) -> str:
    """The same for equal vocabularies, in every process and version."""
    facts = {key: fact.write(getattr(spec, key)) for key, fact in FACTS.items()}
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    digest.update(spec.token_bytes)
    for array in (spec.token_offsets, spec.merges, spec.merge_ranks):
        if array is not None:
            digest.update(np.ascontiguousarray(array, dtype=np.uint32).data)
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """An argument as JSON has it, the same for equal ones."""
    if value is None or isinstance(value, str):
        return value
    return int(value) if isinstance(value, (int, np.integer)) else sorted(value)
