"""Where ctok's own time goes: each stage by family or encoding, by backend, by corpus.

The names of the results are paths:

    pretokenize/<family>/<backend>/<corpus>    only the scan: text to piece ends
    merge/<encoding>/<backend>/len-<a>..<b>    pieces that are no token, without the cache
    encode/<encoding>/<backend>/<corpus>       a batch to ids; encode-uncached: without the cache
    decode/<encoding>/<form>/<corpus>          ids to bytes or str
    edge/<encoding>/<form>/<corpus>            what stands between Python and the kernels
    hostile/<encoding>/<input>                 one text of a megabyte that is not like prose
    load/<encoding>/<step>                     from the bundled file to a tokenizer
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Mapping

import ctok
from ctok import catalog, kernels

from .corpus import Corpus
from .measure import Result, Scale, in_turn, seconds_of
from .rivals import OURS

PIECE_LENGTHS = ((2, 3), (4, 8), (9, 16), (17, 32), (33, 64), (65, 256))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# From a number of bytes to a text of about as many.
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "one-letter": lambda n: b"a" * n,
    "spaces": lambda n: b" " * n,
    "newlines": lambda n: b"\n" * n,
    "digits": lambda n: b"7" * n,
    "punctuation": lambda n: b"!?" * (n // 2),
    "emoji": lambda n: "\U0001f30d\U0001f468\u200d".encode() * (n // 11),
    "one-character": lambda n: "\u6c34".encode() * (n // 3),
    "marks": lambda n: "a\u0301".encode() * (n // 3),
    "random-letters": lambda n: "".join(random.Random(1).choices(_LETTERS, k=n)).encode(),
    "random-bytes": lambda n: random.Random(2).randbytes(n),
}
_SCAN = ctypes.CFUNCTYPE(
    ctypes.c_size_t,
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.POINTER(ctypes.c_size_t),
    ctypes.POINTER(ctypes.c_size_t),
    ctypes.c_size_t,
)
_ROOM = 4096  # piece ends a call: few calls beside the work, and they stay in the cache
_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = ctypes.c_void_p
_capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


class _Kernel(ctypes.Structure):
    """ctok_kernel of kernels.h."""

    _fields_ = [
        ("family", ctypes.c_void_p),
        ("backend", ctypes.c_int),
        ("backend_name", ctypes.c_char_p),
        ("pretokenize", _SCAN),
        ("merge_short", ctypes.c_void_p),
    ]


def scan_of(family: str, backend: str) -> Callable[[bytes], int]:
    """A function that runs a family's scan over a text and returns how many pieces it has."""
    index = kernels.kernels().index((family, backend))
    capsule = kernels.kernel(index)
    kernel = _Kernel.from_address(_capsule_pointer(capsule, b"ctok_kernel"))
    if kernel.backend_name != backend.encode():
        raise RuntimeError("kernels.h has another ctok_kernel than benchmarks/stages.py")
    pretokenize, ends = kernel.pretokenize, (ctypes.c_size_t * _ROOM)()

    def scan(text: bytes) -> int:
        at, n, count = ctypes.c_size_t(0), len(text), 0
        while at.value < n:
            count += pretokenize(text, n, ctypes.byref(at), ends, _ROOM)
        return count

    return scan


class Stages:
    """Measures the stages.

    Parameters
    ----------
    scale : Scale
    on_result : callable
        Is told each result as it comes.
    """

    def __init__(self, scale: Scale, on_result: Callable[[Result], None]) -> None:
        self.scale = scale
        self.results: list[Result] = []
        self._on_result = on_result

    def _add(self, name: str, unit: str, values: list[float]) -> None:
        result = Result(name, unit, {OURS: values}, "")
        self.results.append(result)
        self._on_result(result)

    def _time(self, runs: Mapping[str, Callable[[], object]], n_bytes: int) -> None:
        """Times several ways in turn; each name is that of a result in MB/s."""

        def turn_of(run: Callable[[], object]) -> Callable[[int], float]:
            run()
            times = max(1, round(self.scale.sample / max(seconds_of(run), 1e-9)))

            def turn(_number: int) -> float:
                seconds = seconds_of(lambda: [run() for _ in range(times)])
                return n_bytes * times / max(seconds, 1e-9) / 1e6

            return turn

        values = in_turn({name: turn_of(run) for name, run in runs.items()}, self.scale.rounds)
        for name, each in values.items():
            self._add(name, "MB/s", each)

    def pretokenize(self, corpora: list[Corpus]) -> None:
        """The scan of every family with every backend."""
        for family in ctok.families():
            for corpus in corpora:
                text = "\n\n".join(corpus.texts).encode()
                runs = {}
                for backend in ctok.backends():
                    scan = scan_of(family, backend)
                    name = f"pretokenize/{family}/{backend}/{corpus.name}"
                    runs[name] = lambda scan=scan, text=text: scan(text)
                self._time(runs, len(text))

    def encoding(self, name: str, corpora: list[Corpus]) -> None:
        """The stages of one encoding."""
        spec = catalog.load_bundled(name)
        with_cache, without = {}, {}
        for backend in ctok.backends():
            with_cache[backend] = ctok.Tokenizer(spec, backend=backend)
            without[backend] = ctok.Tokenizer(spec, backend=backend, cache_bytes=0)
        self._load(name)
        self._merge(name, without, corpora)
        self._hostile(name, with_cache[ctok.backends()[-1]])
        for corpus in corpora:
            texts, size = corpus.texts, corpus.n_bytes
            for stage, tokenizers in (("encode", with_cache), ("encode-uncached", without)):
                self._time(
                    {
                        f"{stage}/{name}/{backend}/{corpus.name}": (
                            lambda tokenizer=tokenizer, texts=texts: tokenizer.encode_batch(
                                texts, threads=1
                            )
                        )
                        for backend, tokenizer in tokenizers.items()
                    },
                    size,
                )
            self._edge(name, with_cache[ctok.backends()[-1]], corpus)

    def _load(self, name: str) -> None:
        spec = catalog.load_bundled(name)
        values = in_turn(
            {
                "read": lambda _round: seconds_of(lambda: catalog.load_bundled(name)),
                "build": lambda _round: seconds_of(lambda: ctok.Tokenizer(spec)),
            },
            self.scale.rounds,
        )
        for step, seconds in values.items():
            self._add(f"load/{name}/{step}", "ms", [one * 1e3 for one in seconds])

    def _merge(
        self, name: str, tokenizers: Mapping[str, ctok.Tokenizer], corpora: list[Corpus]
    ) -> None:
        """Each piece is a text of its own, so this also holds what a text costs."""
        some = next(iter(tokenizers.values()))
        found: set[bytes] = set()
        for corpus in corpora:
            for text in corpus.texts:
                found.update(some.pieces(text.encode()))
        missing = sorted(piece for piece in found if some.vocab.find(piece) is None)
        for shortest, longest in PIECE_LENGTHS:
            pieces = [piece for piece in missing if shortest <= len(piece) <= longest][:50_000]
            if pieces:
                self._time(
                    {
                        f"merge/{name}/{backend}/len-{shortest}..{longest}": (
                            lambda tokenizer=tokenizer, pieces=pieces: tokenizer.count_batch(
                                pieces, threads=1
                            )
                        )
                        for backend, tokenizer in tokenizers.items()
                    },
                    sum(map(len, pieces)),
                )

    def _hostile(self, name: str, tokenizer: ctok.Tokenizer) -> None:
        texts = {key: make(self.scale.n_bytes // 8) for key, make in HOSTILE.items()}
        for key, text in texts.items():
            self._time(
                {f"hostile/{name}/{key}": lambda text=text: tokenizer.count(text)}, len(text)
            )

    def _edge(self, name: str, tokenizer: ctok.Tokenizer, corpus: Corpus) -> None:
        """The same ids in every form; the decoder; and single calls without much to encode."""
        texts = corpus.texts
        utf8 = [text.encode() for text in texts]
        batch = tokenizer.encode_batch(texts, threads=1)
        rows = batch.tolist()
        short = [text[:5] for text in texts]
        forms: dict[str, Callable[[], object]] = {
            "batch-of-str": lambda: tokenizer.encode_batch(texts, threads=1),
            "batch-of-bytes": lambda: tokenizer.encode_batch(utf8, threads=1),
            "batch-to-lists": lambda: tokenizer.encode_batch(texts, threads=1).tolist(),
            "count": lambda: tokenizer.count_batch(texts, threads=1),
            "calls-to-numpy": lambda: [tokenizer.encode_to_numpy(text) for text in texts],
            "calls-to-list": lambda: [tokenizer.encode(text) for text in texts],
        }
        self._time(
            {f"edge/{name}/{form}/{corpus.name}": run for form, run in forms.items()},
            corpus.n_bytes,
        )
        self._time(
            {f"edge/{name}/five-characters/{corpus.name}": lambda: [*map(tokenizer.encode, short)]},
            sum(len(text.encode()) for text in short),
        )
        decoding: dict[str, Callable[[], object]] = {
            "batch-to-bytes": lambda: tokenizer.decode_bytes_batch(batch, threads=1),
            "batch-to-str": lambda: tokenizer.decode_batch(batch, threads=1),
            "lists-to-str": lambda: tokenizer.decode_batch(rows, threads=1),
        }
        self._time(
            {f"decode/{name}/{form}/{corpus.name}": run for form, run in decoding.items()},
            corpus.n_bytes,
        )
