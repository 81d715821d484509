"""The tokenizers that are compared, a row each, and what each is asked to do.

A row's calls are Python expressions, so that they cost nothing beside the library's own work, can
run in a fresh process, and stand in the record as they were run. In them `t` is the library's
tokenizer; CALLS says what the other name is. ctok is held to its default calls, which refuse
special tokens in a text; the others run the quickest call that gives the same ids, on one thread
where `threads` does not stand in it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPENAI = "https://openaipublic.blob.core.windows.net/encodings"
OURS = "ctok"


@dataclass(frozen=True)
class Call:
    """What can be asked of a tokenizer.

    Parameters
    ----------
    takes : str
        The name of its argument in a row's expression.
    each : bool
        Whether the expression is run for each input by itself, or once for all of them.
    """

    takes: str
    each: bool


CALLS: dict[str, Call] = {
    "encode": Call("text", each=True),  # to a list of int
    "numpy": Call("text", each=True),  # to the library's own array
    "count": Call("text", each=True),
    "array": Call("texts", each=False),  # to the library's own form of many ids
    "lists": Call("texts", each=False),  # to a list of lists of int
    "count_batch": Call("texts", each=False),
    "parallel": Call("texts", each=False),  # as array, with `threads` threads
    "decode": Call("ids", each=True),  # a list of int to str
    "decode_array": Call("ids", each=True),  # numpy's uint32 to str
    "decode_batch": Call("rows", each=False),  # lists of int to a list of str
}


@dataclass(frozen=True)
class Rival:
    """A library, and how it does what is asked.

    Parameters
    ----------
    name : str
        What it is imported as.
    package : str
        What it is called on PyPI.
    load : str
        The expression that makes `t`; it may use `encoding`, the name of one, and `folder`, where
        write_files has been.
    calls : mapping of str to str
        An expression for each of CALLS that the library can do.
    rows : str
        From `result`, what the call "array" gives, to a list of lists of int.
    share : float
        The share of the documents that it is given: the slow ones get few.
    encodings : tuple of str
        The encodings that it knows.
    imports : str
        What its first batch imports: that is no part of the batch's time.
    """

    name: str
    package: str
    load: str
    calls: Mapping[str, str]
    rows: str = "result"
    share: float = 1.0
    encodings: tuple[str, ...] = ("r50k_base", "cl100k_base", "o200k_base")
    imports: str = ""

    @functools.cached_property
    def version(self) -> str | None:
        """The version that is installed; None without one."""
        try:
            return importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError:
            return None

    def make(self, encoding: str, folder: str | os.PathLike[str]) -> Any:
        """The library's tokenizer."""
        names = {"encoding": encoding, "folder": os.fspath(folder)}
        exec(f"import {self.name}\nt = {self.load}", names)
        return names["t"]

    def runner(self, call: str) -> Callable[..., Any]:
        """A function of (t, inputs) that runs a call on all inputs and drops what comes out."""
        return _compile(self.calls[call], call, "run")

    def results(self, call: str) -> Callable[..., Any]:
        """A function of (t, inputs) that gives what a call does: a list of them if run on each."""
        return _compile(self.calls[call], call, "keep")

    def timed(self, call: str) -> Callable[..., list[int]]:
        """A function of (t, inputs) that gives the nanoseconds of the call on each input."""
        return _compile(self.calls[call], call, "time")

    def to_rows(self, result: Any) -> Any:
        """What the call "array" gave, as a list of lists of int."""
        return eval(self.rows, {"result": result})


# A function's body around an expression that is run for each input.
_EACH = {
    "run": """
    for {name} in inputs:
        {expression}
""",
    "keep": """
    return [{expression} for {name} in inputs]
""",
    "time": """
    spent = []
    for {name} in inputs:
        start = clock()
        {expression}
        spent.append(clock() - start)
    return spent
""",
}
_ONCE = """
    {name} = inputs
    return {expression}
"""


@functools.cache
def _compile(expression: str, call: str, form: str) -> Callable[..., Any]:
    """A function of (t, inputs) around an expression."""
    kind = CALLS[call]
    body = (_EACH[form] if kind.each else _ONCE).format(name=kind.takes, expression=expression)
    names: dict[str, Any] = {"clock": time.perf_counter_ns}
    exec(f"def function(t, inputs, threads=1):{body}", names)
    function: Callable[..., Any] = names["function"]
    return function


RIVALS = (
    Rival(
        "ctok",
        "ctok",
        load="ctok.get_encoding(encoding)",
        calls={
            "encode": "t.encode(text)",
            "numpy": "t.encode_to_numpy(text)",
            "count": "t.count(text)",
            "array": "t.encode_batch(texts, threads=1)",
            "lists": "t.encode_batch(texts, threads=1).tolist()",
            "count_batch": "t.count_batch(texts, threads=1)",
            "parallel": "t.encode_batch(texts, threads=threads)",
            "decode": "t.decode(ids)",
            "decode_array": "t.decode(ids)",
            "decode_batch": "t.decode_batch(rows, threads=1)",
        },
        rows="result.tolist()",
    ),
    Rival(
        "gigatoken",
        "gigatoken",
        load='gigatoken.Tokenizer.from_tiktoken(f"{folder}/{encoding}.tiktoken")',
        calls={
            "encode": "t.encode(text).tolist()",
            "numpy": "t.encode(text)",
            "array": "t.encode_batch(texts, parallel=False)",
            "lists": "t.encode_batch_list(texts, parallel=False)",
            "parallel": "t.encode_batch(texts, parallel=threads > 1)",
            "decode": 't.decode(ids).decode("utf-8", "replace")',
            "decode_array": 't.decode(ids).decode("utf-8", "replace")',
            "decode_batch": '[t.decode(ids).decode("utf-8", "replace") for ids in rows]',
        },
        rows="result.to_list()",
        imports="awkward, numpy.ma",
    ),
    Rival(
        "tiktoken",
        "tiktoken",
        load="tiktoken.get_encoding(encoding)",
        calls={
            "encode": "t.encode_ordinary(text)",
            "numpy": "t.encode_to_numpy(text, disallowed_special=())",
            "array": "t.encode_ordinary_batch(texts, num_threads=1)",
            "lists": "t.encode_ordinary_batch(texts, num_threads=1)",
            "parallel": "t.encode_ordinary_batch(texts, num_threads=threads)",
            "decode": "t.decode(ids)",
            "decode_batch": "t.decode_batch(rows, num_threads=1)",
        },
        share=0.25,
    ),
    Rival(
        "tokenizers",
        "tokenizers",
        load='tokenizers.Tokenizer.from_file(f"{folder}/{encoding}.json")',
        calls={
            "encode": "t.encode(text, add_special_tokens=False).ids",
            "array": "t.encode_batch_fast(texts, add_special_tokens=False)",
            "lists": "[e.ids for e in t.encode_batch_fast(texts, add_special_tokens=False)]",
            "decode": "t.decode(ids, skip_special_tokens=False)",
            "decode_batch": "t.decode_batch(rows, skip_special_tokens=False)",
        },
        rows="[encoding.ids for encoding in result]",
        share=0.1,
    ),
    Rival(
        "quicktok",
        "quicktok-v1",
        load="quicktok.get_encoding(encoding)",
        calls={
            "encode": "t.encode_ordinary(text)",
            "count": "t.count(text)",
            "array": "t.encode_batch(texts, 1)",
            "lists": "[t.encode_ordinary(text) for text in texts]",
            "parallel": "t.encode_batch(texts, threads)",
            "decode": "t.decode(ids)",
            "decode_batch": "t.decode_batch(rows)",
        },
        rows="[result[0][a:b].tolist() for a, b in zip(result[1], result[1][1:])]",
        encodings=("cl100k_base", "o200k_base"),
    ),
    Rival(
        "bpe_openai",
        "bpe-openai",
        load="bpe_openai.get_encoding(encoding)",
        calls={
            "encode": "t.encode_ordinary(text)",
            "array": "[t.encode_ordinary(text) for text in texts]",
            "lists": "[t.encode_ordinary(text) for text in texts]",
            "decode": "t.decode(ids)",
        },
        share=0.5,
        encodings=("cl100k_base", "o200k_base"),
    ),
    Rival(
        "tokie",
        "tokie",
        load='tokie.Tokenizer.from_json(f"{folder}/{encoding}.json")',
        calls={
            "encode": "t.encode(text, add_special_tokens=False).ids",
            "count": "t.count_tokens(text)",
            "array": "t.encode_batch_flat(texts, add_special_tokens=False)",
            "lists": "[e.ids for e in t.encode_batch(texts, add_special_tokens=False)]",
            "decode": "t.decode(ids)",
            "decode_batch": "t.decode_batch(rows)",
        },
        rows="[result[0][e - n : e].tolist()"
        " for e, n in zip(result[1].cumsum().tolist(), result[1].tolist())]",
        share=0.5,
    ),
)


def available(names: Sequence[str] | None, encoding: str) -> tuple[list[Rival], list[str]]:
    """The rivals that are here and know an encoding, ctok first; a line for each that is not."""
    known = {rival.name: rival for rival in RIVALS}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(known)}")
    found, absent = [], []
    for rival in RIVALS:
        if names and rival.name not in (OURS, *names):
            continue
        if rival.name != OURS and rival.version is None:
            absent.append(f"{rival.name}: not installed; pip install {rival.package}")
        elif encoding not in rival.encodings:
            absent.append(f"{rival.name}: does not know {encoding}")
        else:
            found.append(rival)
    return found, absent


# ---- the files that they load


def write_files(encoding: str, folder: str | os.PathLike[str]) -> None:
    """Writes an encoding's rank file and its tokenizer.json, from the data that ctok bundles.

    The rank file also gets the name that it has in tiktoken's cache.
    """
    import ctok
    from ctok.loaders import tiktoken as rank_files

    folder = Path(folder)
    tokenizer = ctok.get_encoding(encoding)
    ranks = rank_files.dump(tokenizer.vocab.spec)
    (folder / f"{encoding}.tiktoken").write_bytes(ranks)
    url = f"{OPENAI}/{encoding}.tiktoken"
    (folder / hashlib.sha1(url.encode()).hexdigest()).write_bytes(ranks)
    (folder / f"{encoding}.json").write_text(json.dumps(_tokenizer_json(tokenizer)))


def environment(folder: str | os.PathLike[str], threads: int = 1) -> dict[str, str]:
    """What the libraries read: where tiktoken finds its files, how many threads Rust starts."""
    return {
        "TIKTOKEN_CACHE_DIR": os.fspath(folder),
        "RAYON_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
    }


def _tokenizer_json(tokenizer: Any) -> dict[str, Any]:
    """A vocabulary in Hugging Face's format."""
    letters = _letters_of_bytes()
    spec = tokenizer.vocab.spec
    data = spec.token_bytes  # each asking makes them anew
    cuts = tokenizer.vocab.split_lengths.tolist()
    ends = spec.token_offsets.tolist()
    spelled = [
        "".join(letters[byte] for byte in data[a:b]) for a, b in zip(ends, ends[1:], strict=False)
    ]
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": _pre_tokenizer(tokenizer.pattern, tokenizer.name),
        "post_processor": None,
        "decoder": _byte_level(cuts=True),
        "model": {
            "type": "BPE",
            "ignore_merges": False,
            "vocab": {token: rank for rank, token in enumerate(spelled) if token},
            "merges": [
                (token[:cut], token[cut:]) for token, cut in zip(spelled, cuts, strict=True) if cut
            ],
        },
    }


def _pre_tokenizer(pattern: str, name: str) -> dict[str, Any]:
    """How a text is cut: GPT-2's pattern is ByteLevel's own, others stand before it."""
    if name == "r50k_base":
        return _byte_level(cuts=True)
    # there `$` is the end of a line, and `\z` that of the text
    split = {"Regex": pattern.replace("$", r"\z")}
    return {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": split, "behavior": "Isolated", "invert": False},
            _byte_level(cuts=False),
        ],
    }


def _byte_level(*, cuts: bool) -> dict[str, Any]:
    return {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": cuts,
    }


def _letters_of_bytes() -> list[str]:
    """GPT-2's character for each byte: itself when it can be printed, else one of U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


# ---- whether they say the same


@dataclass(frozen=True)
class Difference:
    """How a rival's ids compare with ctok's.

    Parameters
    ----------
    rival : str
    corpus : str
    compared : int
        How many documents were.
    differing : int
        How many have other ids.
    error : str, optional
        What the rival raised instead.
    """

    rival: str
    corpus: str
    compared: int
    differing: int
    error: str | None = None

    def __str__(self) -> str:
        if self.error:
            return f"{self.rival} on {self.corpus}: {self.error}"
        if not self.differing:
            return f"{self.rival} on {self.corpus}: {self.compared} texts, all ids equal"
        return (
            f"{self.rival} on {self.corpus}: other ids in {self.differing} of {self.compared} texts"
        )


def compare(
    rival: Rival, tokenizer: Any, ours: Sequence[list[int]], texts: list[str], corpus: str
) -> Difference:
    """Compares a rival's ids, from its lists and from its arrays, and its text with ctok's."""
    try:
        lists = rival.results("lists")(tokenizer, texts)
        arrays = rival.to_rows(rival.results("array")(tokenizer, texts))
        decoded = rival.results("decode")(tokenizer, ours)
    except BaseException as error:  # a panic in Rust is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return Difference(rival.name, corpus, len(texts), len(texts), repr(error)[:200])
    rows = zip(lists, arrays, decoded, ours, texts, strict=True)
    differing = sum(a != ids or b != ids or c != text for a, b, c, ids, text in rows)
    return Difference(rival.name, corpus, len(texts), differing)
