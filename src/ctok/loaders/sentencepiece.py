"""Reads sentencepiece's .model files: BPE over characters, merged in the order of scores."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import VocabError
from ..spec import AddedToken, Step, VocabSpec
from . import protobuf
from .fields import no_collection, read_file

MARK = "\u2581"
MAX_IDS = 1 << 21
MAX_PIECE_CHARACTERS = 1 << 12
NO_ID = (1 << 32) - 1
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
MODEL_TYPES = {1: "UNIGRAM", 2: "BPE", 3: "WORD", 4: "CHAR"}


class Piece(NamedTuple):
    """A token of the file: its text, how early it is merged, what kind it is."""

    text: str
    score: float
    kind: int


def load(path: str | os.PathLike[str], *, name: str | None = None) -> VocabSpec:
    """A VocabSpec from a sentencepiece model.

    Raises
    ------
    VocabError
        What the file says wrong, or asks for and ctok does not know.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    with no_collection():
        return parse(read_file(path), source=str(path), name=name or path.stem)


def parse(data: bytes, *, source: str, name: str) -> VocabSpec:
    """A VocabSpec from a model's bytes; `source` is what messages call them."""
    pieces: list[Piece] = []
    trainer = normalizer = b""
    for number, kind, value in protobuf.fields(data, source):
        if number not in (1, 2, 3):
            continue
        if kind != protobuf.BYTES or not isinstance(value, bytes):
            raise VocabError(f"{source}: field {number} has wire type {kind}")
        if number == 1:
            pieces.append(_piece(value, f"{source}, piece {len(pieces)}"))
            if len(pieces) > MAX_IDS:
                raise VocabError(f"{source}: more than {MAX_IDS} pieces")
        elif number == 2:
            trainer = value
        else:
            normalizer = value
    if not pieces:
        raise VocabError(f"{source}: no piece in it; this is no sentencepiece model")
    training = protobuf.Message(trainer, f"{source}, trainer_spec")
    model_type = training.number(3, 1)
    if model_type != 2:
        shown = MODEL_TYPES.get(model_type, model_type)
        raise VocabError(f"{source}: trainer_spec.model_type is {shown}; ctok reads BPE models")
    if training.flag(24, False):
        raise VocabError(f"{source}: ctok does not know trainer_spec.treat_whitespace_as_suffix")
    normalizing = protobuf.Message(normalizer, f"{source}, normalizer_spec")
    return spec_of(
        pieces,
        source=source,
        name=name,
        byte_fallback=training.flag(35, False),
        steps=_steps(normalizing, source),
        dummy_prefix=normalizing.flag(3, True),
    )


def _piece(data: bytes, where: str) -> Piece:
    message = protobuf.Message(data, where)
    piece = Piece(message.text(1), message.single(2), message.number(3, NORMAL))
    if not piece.text or len(piece.text) > MAX_PIECE_CHARACTERS:
        raise VocabError(f"{where}: a piece of {len(piece.text)} characters")
    if not NORMAL <= piece.kind <= BYTE:
        raise VocabError(f"{where}: the type {piece.kind} is not one of 1 to 6")
    if not math.isfinite(piece.score):
        raise VocabError(f"{where}: the score is {piece.score}")
    return piece


def _steps(message: protobuf.Message, source: str) -> tuple[Step, ...]:
    """The normalizer, for texts that keep their spaces."""
    if message.data(2):
        raise VocabError(
            f"{source}: ctok does not know normalizer_spec.precompiled_charsmap"
            f" ({message.text(1) or 'no name'!r})"
        )
    if not message.flag(5, True):
        raise VocabError(f"{source}: ctok knows normalizer_spec.escape_whitespaces only")
    return steps_of(dummy_prefix=message.flag(3, True), squeezes=message.flag(4, True))


def steps_of(*, dummy_prefix: bool, squeezes: bool, first: bool = True) -> tuple[Step, ...]:
    """The normalizer of a model without a map of characters, for texts that keep their spaces.

    `first` says whether the prefix stands before the text only, and not behind added tokens too.
    """
    steps = [Step("squeeze")] if squeezes else []
    if dummy_prefix:
        steps.append(Step("prepend", {"text": " ", "first": first, "texts_only": True}))
    return (*steps, Step("replace", {"pattern": MARK, "regex": False, "content": " "}))


def spec_of(  # noqa: C901
    pieces: Sequence[Piece],
    *,
    source: str,
    name: str,
    byte_fallback: bool,
    steps: tuple[Step, ...],
    dummy_prefix: bool,
    normalized: bool = True,
) -> VocabSpec:
    """A VocabSpec from pieces in the order of their ids.

    `normalized` says whether pieces of type USER_DEFINED are looked for in normalized text.

    Raises
    ------
    VocabError
        Two pieces with one text or, merged from others, one score; a byte or an unknown token
        that is missing; a character of a piece that is no piece.
    """
    by_text: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        if piece.text in by_text:
            raise VocabError(
                f"{source}: the pieces {by_text[piece.text]} and {number} are both {piece.text!r}"
            )
        by_text[piece.text] = number
    byte_ids = np.full(256, NO_ID, dtype=np.uint32)
    hidden, added, names = [], [], {}
    token_bytes = []
    unknown = None
    for number, piece in enumerate(pieces):
        data = piece.text.replace(MARK, " ").encode()
        if piece.kind == UNUSED:
            raise VocabError(f"{source}, piece {number}: ctok does not know pieces of type UNUSED")
        if piece.kind == BYTE:
            byte = _byte_of(piece.text)
            if byte is None:
                raise VocabError(f"{source}, piece {number}: {piece.text!r} names no byte")
            byte_ids[byte] = number
            data = bytes([byte])
            names[number] = piece.text
        if piece.kind == UNKNOWN:
            unknown = number
        if piece.kind in (CONTROL, UNKNOWN, USER_DEFINED):
            special = piece.kind != USER_DEFINED
            late = normalized and not special
            added.append(AddedToken(piece.text, number, special, normalized=late))
            names[number] = piece.text
        if piece.kind != NORMAL or " " in piece.text:
            hidden.append(number)
            names[number] = piece.text
        token_bytes.append(data)
    if byte_fallback and (byte_ids == NO_ID).any():
        byte = int((byte_ids == NO_ID).argmax())
        raise VocabError(f"{source}: no piece for the byte 0x{byte:02x}")
    if not byte_fallback and unknown is None:
        raise VocabError(f"{source}: neither byte_fallback nor a piece of type UNKNOWN")
    merges, ranks = _merges(pieces, source)
    offsets = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(data) for data in token_bytes], out=offsets[1:])
    strip = (Step("strip", {"content": " ", "start": 1, "stop": 0}),) if dummy_prefix else ()
    return VocabSpec(
        name=name,
        token_bytes=b"".join(token_bytes),
        token_offsets=offsets.astype(np.uint32),
        pattern="",
        specials={token.content: token.id for token in added if token.special},
        added=tuple(_marked(token) for token in added),
        merges=merges,
        merge_ranks=ranks,
        whole_pieces=False,
        characters=True,
        byte_ids=byte_ids,
        hidden=np.array(hidden, dtype=np.uint32),
        unknown=None if byte_fallback else unknown,
        fuse_unknown=not byte_fallback,
        splits=(),
        normalizer=steps,
        decoder=(
            Step("replace", {"pattern": MARK, "regex": False, "content": " "}),
            Step("byte_fallback", {"keeps_valid": True}),
            Step("fuse"),
            *strip,
        ),
        spelling="marks",
        names=names,
    )


def _marked(token: AddedToken) -> AddedToken:
    """A token that is looked for in texts which keep their spaces."""
    return AddedToken(
        token.content.replace(MARK, " "), token.id, token.special, normalized=token.normalized
    )


def _byte_of(text: str) -> int | None:
    try:
        return int(text[3:5], 16) if f"<0x{int(text[3:5], 16):02X}>" == text else None
    except ValueError:
        return None


def _merges(pieces: Sequence[Piece], source: str) -> tuple[np.ndarray, np.ndarray]:
    """Every way of joining two pieces to a third, the highest score first, and its rank.

    All ways to one piece have one rank.
    """
    rows: list[tuple[int, int, int]] = []
    ranks: list[int] = []
    normal = [
        (piece.score, number)
        for number, piece in enumerate(pieces)
        if piece.kind == NORMAL and " " not in piece.text
    ]
    texts = {pieces[number].text: number for _, number in normal}
    # Runs of one character may share a score: leftmost first then grows the longest run from the
    # left, and so does a lower rank for the longer run.
    order = sorted(normal, key=lambda row: (-row[0], -len(pieces[row[1]].text)))
    sharing: dict[float, list[int]] = {}
    for rank, (score, number) in enumerate(order):
        text = pieces[number].text
        if len(text) == 1:
            continue
        for character in text:
            if character not in texts:
                raise VocabError(
                    f"{source}, piece {number}: {character!r} of {text[:60]!r} is no piece itself"
                )
        found = len(rows)
        for cut in range(1, len(text)):
            left, right = texts.get(text[:cut]), texts.get(text[cut:])
            if left is not None and right is not None:
                rows.append((left, right, number))
        if len(rows) > found:
            sharing.setdefault(score, []).append(number)
            ranks += [rank] * (len(rows) - found)
    for score, numbers in sharing.items():
        shared = [pieces[number].text for number in numbers]
        if len(shared) > 1 and len(set("".join(shared))) > 1:
            raise VocabError(
                f"{source}: the pieces {numbers[0]} and {numbers[1]} have one score, {score}; which"
                " is merged first is not said"
            )
    return (
        np.array(rows, dtype=np.uint32).reshape(-1, 3),
        np.array(ranks, dtype=np.uint32),
    )
