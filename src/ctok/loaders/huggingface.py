"""Reads tokenizer.json, Hugging Face's file: a BPE model and what stands around it."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import alphabet, kernels
from ..errors import VocabError
from ..spec import AddedToken, Spelling, Split, Step, VocabSpec
from . import components
from .fields import Fields, check_whole, kind_of, no_collection, parse_json, read_file

if TYPE_CHECKING:
    import numpy.typing as npt

MARK = "\u2581"
MAX_IDS = 1 << 21
MAX_TOKEN_BYTES = 1 << 20
NO_ID = (1 << 32) - 1
PARTS = ("normalizer", "pre_tokenizer", "post_processor", "decoder")


def load(path: str | os.PathLike[str], *, name: str | None = None) -> VocabSpec:
    """A VocabSpec from a tokenizer.json.

    Raises
    ------
    VocabError
        What the file says wrong, or asks for and ctok does not know; the message names the field.
    OSError
        The file cannot be read.
    """
    path = Path(path)
    default = path.parent.name or path.stem if path.name == "tokenizer.json" else path.stem
    with no_collection():
        return parse(parse_json(read_file(path), str(path)), source=str(path), name=name or default)


def parse(
    value: object, *, source: str, name: str, called: Mapping[str, str] | None = None
) -> VocabSpec:
    """A VocabSpec from a tokenizer.json's value.

    `source` is what messages call it; `called` what they call the model's vocab and merges where
    these stand in a file of another kind.
    """
    top = Fields(value, source)
    top.ignore("version", "truncation", "padding")
    normalizers = components.flatten(
        top.values.get("normalizer"), top.path("normalizer"), "normalizers"
    )
    pretokenizers = components.flatten(
        top.values.get("pre_tokenizer"), top.path("pre_tokenizer"), "pretokenizers"
    )
    processors = components.flatten(
        top.values.get("post_processor"), top.path("post_processor"), "processors"
    )
    decoders = components.flatten(top.values.get("decoder"), top.path("decoder"), "decoders")
    top.ignore("normalizer", "pre_tokenizer", "post_processor", "decoder")
    model = Model(top.fields("model"), called or {})
    added = read_added_tokens(top, model.vocab)
    top.finish()

    steps = components.normalizer_of(normalizers)
    kinds = [part.get("type", str) for part in pretokenizers]
    # without a decoder, spaces stand between tokens; with one that does nothing, nothing does
    decoder = components.decoder_of(decoders)
    if not decoder:
        decoder = (Step("join" if top.values.get("decoder") is None else "fuse"),)
    template = components.template_of(processors)
    marks = "Metaspace" in kinds or any(_marks_spaces(step) for step in steps)
    if "ByteLevel" in kinds:
        if marks:
            raise VocabError(f"{top.path('pre_tokenizer')}: ByteLevel with {MARK} for spaces")
        spelling: Spelling = "alphabet"
    else:
        spelling = "marks" if marks else "text"
    space_starts = False
    if marks:
        check_marked(added, top.where, early=any(_marks_spaces(step) for step in steps))
        steps, splits, space_starts = _lower_marks(steps, pretokenizers, top)
    else:
        splits = components.splits_of(pretokenizers)
        if splits and splits[0].prefix:
            late = Step("prepend", {"text": splits[0].prefix, "unless_there": True, "late": True})
            steps, splits = (*steps, late), splits[1:]
        if any(split.prefix for split in splits):
            raise VocabError(
                f"{top.path('pre_tokenizer')}: ctok knows add_prefix_space in the first step only"
            )
    tokens = model.tokens(spelling)
    return VocabSpec(
        name=name,
        pattern=" then ".join(split.pattern for split in splits if split.pattern),
        specials={token.content: token.id for token in added if token.special},
        added=with_decoded(added, decoder),
        splits=splits,
        space_starts=space_starts,
        normalizer=steps,
        template=template,
        decoder=decoder,
        spelling=spelling,
        document={
            **{key: top.values.get(key) for key in PARTS},
            "model": {k: v for k, v in model.values.items() if k not in ("vocab", "merges")},
        },
        **tokens,
    )


def with_decoded(added: Sequence[AddedToken], decoder: Sequence[Step]) -> tuple[AddedToken, ...]:
    """Added tokens with what a ByteLevel decoder makes of them: it takes them for its alphabet."""
    if not any(step.kind == "byte_level" for step in decoder):
        return tuple(added)
    result = []
    for token in added:
        data = alphabet.to_bytes(token.content)
        raw = token.content.encode("utf-8", "replace")
        changed = data if data is not None and data != raw else None
        result.append(AddedToken(**{**token.__dict__, "decoded": changed}))
    return tuple(result)


# ---- added tokens

EDGES = ("lstrip", "rstrip", "single_word")


def read_added_tokens(top: Fields, vocab: Mapping[str, int]) -> list[AddedToken]:
    """The added tokens of a file, each checked against the others and the vocabulary."""
    result: list[AddedToken] = []
    by_content: dict[str, int] = {}
    by_id: dict[int, tuple[str, str]] = {}
    if top.values.get("added_tokens") is None:
        top.ignore("added_tokens")
        return result
    for value, where in top.items("added_tokens"):
        token = _added_token(value, where)
        content, number = token.content, token.id
        check_text(content, where)
        if not 0 <= number < MAX_IDS:
            raise VocabError(f"{where}.id: {number} is not from 0 to {MAX_IDS - 1}")
        if content in by_content:
            raise VocabError(f"{where}: {content!r} was added before, as {by_content[content]}")
        if number in by_id:
            raise VocabError(f"{where}: the id {number} was given to {by_id[number][0]!r} before")
        if vocab.get(content, number) != number:
            raise VocabError(
                f"{where}: {content!r} has id {vocab[content]} in model.vocab, not {number}"
            )
        by_content[content] = number
        by_id[number] = content, where
        result.append(token)
    for text, number in vocab.items() if by_id else ():
        if number in by_id and by_id[number][0] != text:
            where = by_id[number][1]
            raise VocabError(f"{where}: the id {number} is {text!r} in model.vocab")
    return result


def _added_token(value: object, where: str) -> AddedToken:
    """An added token as it stands there."""
    match value:  # as `tokenizers` writes it, of which Gemma has thousands
        case {
            "content": str(content),
            "id": int(number),
            "special": bool(special),
            "lstrip": bool(lstrip),
            "rstrip": bool(rstrip),
            "single_word": bool(single),
            "normalized": bool(normalized),
        } if type(number) is int and isinstance(value, dict) and len(value) == 7:
            return AddedToken(content, number, special, lstrip, rstrip, single, normalized)
    item = Fields(value, where)
    content, number = item.get("content", str), item.get("id", int)
    special = item.get("special", bool, False)
    lstrip, rstrip, single = (item.get(flag, bool, False) for flag in EDGES)
    normalized = item.get("normalized", bool, not special)
    item.finish()
    return AddedToken(content, number, special, lstrip, rstrip, single, normalized)


def check_text(text: str, where: str) -> None:
    """Refuses a token that is empty, too long or no text."""
    if not text:
        raise VocabError(f"{where}: the token is empty")
    if len(text) > MAX_TOKEN_BYTES:
        raise VocabError(f"{where}: a token of {len(text)} characters")
    check_whole(text, where)


# ---- U+2581 for spaces


def _marks_spaces(step: Step) -> bool:
    return step.kind == "replace" and dict(step.arguments) == {
        "pattern": " ",
        "regex": False,
        "content": MARK,
    }


def check_marked(added: Sequence[AddedToken], where: str, *, early: bool) -> None:
    """Refuses added tokens to which a space and a mark are not the same, as they are here.

    They are looked for in normalized text. When the normalizer marks spaces, those are no white
    space to them; when only the pre-tokenizer does, a mark is none.
    """
    for token in added:
        if not token.normalized:
            continue
        if token.lstrip or token.rstrip:
            raise VocabError(
                f"{where}, added token {token.content!r}: ctok knows no lstrip and rstrip of"
                f" normalized tokens with {MARK} for spaces"
            )
        if not early and (" " in token.content or MARK in token.content):
            raise VocabError(
                f"{where}, added token {token.content!r}: ctok knows no normalized tokens with"
                " spaces in them before Metaspace"
            )


def _lower_marks(  # noqa: C901
    steps: Sequence[Step], pretokenizers: Sequence[Fields], top: Fields
) -> tuple[tuple[Step, ...], tuple[Split, ...], bool]:
    """The same for texts that keep their spaces.

    A mark in the vocabulary becomes a space, a mark in a text too, and nothing has to be rewritten
    in all other texts.

    Returns
    -------
    steps, splits
        What is left to do to a text.
    space_starts : bool
        Whether each space starts a piece.
    """
    unmark = Step("replace", {"pattern": MARK, "regex": False, "content": " "})
    result: list[Step] = []
    marked = space_starts = False
    for i, step in enumerate(steps):
        where = f"{top.path('normalizer')}, step {i}"
        texts = [str(step.arguments.get(key, "")) for key in ("pattern", "content", "text")]
        if _marks_spaces(step):
            marked = True
            result.append(unmark)
        elif step.kind == "prepend":
            result.append(Step("prepend", {"text": texts[2].replace(MARK, " ")}))
        elif step.kind in ("replace", "strip", "nfkc", "nfkd") and marked:
            raise VocabError(
                f"{where}: ctok does not know {step.kind!r} behind the marks of spaces"
            )
        elif any(MARK in text for text in texts):
            raise VocabError(f"{where}: ctok knows {MARK} only in Prepend and for a space")
        else:
            result.append(step)
    splits: list[Split] = []
    for part in pretokenizers:
        kind = part.get("type", str)
        if kind == "Metaspace":
            part.ignore("str_rep")
            if part.get("replacement", str) != MARK:
                raise VocabError(f"{part.path('replacement')}: only {MARK} is known")
            if not marked:
                result.append(unmark)
                marked = True
            scheme = components.prepend_scheme(part)
            if scheme != "never":
                result.append(
                    Step(
                        "prepend",
                        {
                            "text": " ",
                            "unless_there": True,
                            "late": True,
                            "first": scheme == "first",
                        },
                    )
                )
            space_starts |= part.get("split", bool, True)
            part.finish()
            continue
        if not marked:
            raise VocabError(f"{part.where}: ctok does not know {kind!r} before Metaspace")
        # With spaces marked, a split at the space has nothing to cut.
        for split in components.splits_of([part]):
            if split.pattern != "\\ ":
                raise VocabError(
                    f"{part.where}: ctok does not know {kind!r} behind marks for spaces"
                )
    return tuple(result), tuple(splits), space_starts


# ---- the model


class Model:
    """The BPE model of a tokenizer.json.

    Parameters
    ----------
    part : Fields
        The file's ``model``.
    called : mapping of str to str
        What messages call its fields, where that is not the path in the file.
    """

    def __init__(self, part: Fields, called: Mapping[str, str]) -> None:
        self.where, self.values = part.where, part.values
        self._vocab_at, self._merges_at = (
            called.get(key) or part.path(key) for key in ("vocab", "merges")
        )
        kind = part.get("type", str, "BPE")
        if kind != "BPE" or ("type" not in part and "merges" not in part):
            raise VocabError(f"{part.path('type')}: ctok reads BPE models, not {kind!r}")
        self.vocab: dict[str, int] = part.get("vocab", dict)
        self.merges: list[Any] = part.get("merges", list)
        self.unk = part.text("unk_token")
        self.prefix = part.text("continuing_subword_prefix") or ""
        self.suffix = part.text("end_of_word_suffix") or ""
        self.fuse_unk = part.get("fuse_unk", bool, False)
        self.byte_fallback = part.get("byte_fallback", bool, False)
        self.ignore_merges = part.get("ignore_merges", bool, False)
        part.ignore("dropout")  # a way of training: reading a text is never left to chance
        part.finish()
        self._check_vocab()
        if self.has_affixes:
            self._check_affixes()

    @property
    def has_affixes(self) -> bool:
        """Whether a symbol's token says where in a word it stands."""
        return bool(self.prefix or self.suffix)

    def _check_affixes(self) -> None:
        """Refuses what looks for a symbol or a word without its affixes."""
        affix = "continuing_subword_prefix" if self.prefix else "end_of_word_suffix"
        if self.ignore_merges:
            raise VocabError(f"{self.where}.ignore_merges: ctok does not know it with {affix}")
        if self.byte_fallback and self._fallback_bytes():
            raise VocabError(f"{self.where}.byte_fallback: ctok does not know it with {affix}")

    def _bare(self, text: str) -> str:
        """What a token stands for: its text without the affixes, where more than those is in it."""
        bare = text.removeprefix(self.prefix) or text
        return bare.removesuffix(self.suffix) or bare

    def _check_vocab(self) -> None:  # noqa: C901
        vocab = self.vocab
        if not vocab:
            raise VocabError(f"{self._vocab_at}: no token in it")
        numbers = list(vocab.values())
        for text, number in vocab.items() if set(map(type, numbers)) != {int} else ():
            if type(number) is not int:
                where = f"{self._vocab_at}[{text[:60]!r}]"
                raise VocabError(f"{where}: an id is needed, not {kind_of(number)}")
        low, high = min(numbers), max(numbers)
        if low < 0 or high >= MAX_IDS:
            bad = low if low < 0 else high
            text = next(text for text, number in vocab.items() if number == bad)
            raise VocabError(
                f"{self._vocab_at}[{text[:60]!r}]: the id {bad} is not from 0 to {MAX_IDS - 1}"
            )
        if high > 4 * len(vocab) + 65536:
            raise VocabError(f"{self._vocab_at}: the id {high} for {len(vocab)} tokens")
        if len(set(numbers)) != len(numbers):
            holders: dict[int, str] = {}
            for text, number in vocab.items():
                if number in holders:
                    raise VocabError(
                        f"{self._vocab_at}: {text[:60]!r} and {holders[number][:60]!r} both have"
                        f" the id {number}"
                    )
                holders[number] = text
        if "" in vocab or max(map(len, vocab)) > MAX_TOKEN_BYTES or not _is_text("".join(vocab)):
            for text in vocab:
                check_text(text, f"{self._vocab_at}, id {vocab[text]}")

    def tokens(self, spelling: Spelling) -> dict[str, Any]:  # noqa: C901
        """The fields of a VocabSpec that the model decides."""
        n_ids = max(self.vocab.values()) + 1
        by_id = [b""] * n_ids
        whole: bytes | None = None  # of all tokens that stand in the order of their ids
        hidden: list[int] = []
        names: dict[int, str] = {}
        byte_ids = np.full(256, NO_ID, dtype=np.uint32) if spelling != "alphabet" else None
        vocab = self.vocab
        if (
            spelling == "alphabet"
            and not self.has_affixes
            and (every := alphabet.to_bytes("".join(vocab)))
        ):
            if list(vocab.values()) == list(range(n_ids)):
                whole = every
            at = 0  # a byte a character
            for text, number in vocab.items() if whole is None else ():
                by_id[number] = every[at : at + len(text)]
                at += len(text)
            vocab = {}
        elif byte_ids is not None and not self.has_affixes:
            marks = spelling == "marks"
            every_text = _unmarked(vocab) if marks else vocab
            for number, data in zip(vocab.values(), map(str.encode, every_text), strict=True):
                by_id[number] = data
            if self.byte_fallback:
                for byte, number in self._fallback_bytes():
                    by_id[number] = bytes([byte])
                    byte_ids[byte] = number
            for text in self._others(marks):
                hidden.append(vocab[text])
                names[vocab[text]] = text
            vocab = {}
        for text, number in vocab.items():
            bare = self._bare(text) if self.has_affixes else text
            if bare != text:
                names[number] = text
            if self.has_affixes and bare + self.suffix != text:  # no piece is this token
                hidden.append(number)
            if spelling == "alphabet":
                spelled = alphabet.to_bytes(bare)
                data = text.encode() if spelled is None else spelled
                if spelled is None:
                    hidden.append(number)
                    names[number] = text
            else:
                data = bare.encode()
                if spelling == "marks":
                    data = data.replace(MARK.encode(), b" ")
                    if " " in text:
                        hidden.append(number)
                        names[number] = text
            by_id[number] = data
        result: dict[str, Any] = {
            "hidden": np.array(sorted(hidden), dtype=np.uint32),
            "names": names,
            "merges": self._merge_ids(spelling),
            "whole_pieces": self.ignore_merges,
            "characters": spelling != "alphabet",
        }
        if self.has_affixes:
            result["affixes"] = (self.prefix, self.suffix)
            result["places"] = self._places(spelling)
        if byte_ids is not None:
            result["byte_ids"] = byte_ids
            self._read_unknown(byte_ids, result)
        elif self.has_affixes:
            result["byte_ids"] = self._need_bytes(result["places"])
        offsets = np.zeros(n_ids + 1, dtype=np.int64)
        np.cumsum(list(map(len, by_id if whole is None else self.vocab)), out=offsets[1:])
        if offsets[-1] >= 1 << 32:
            raise VocabError(f"{self._vocab_at}: {offsets[-1]} bytes of tokens")
        result["token_bytes"] = b"".join(by_id) if whole is None else whole
        result["token_offsets"] = offsets.astype(np.uint32)
        return result

    def _fallback_bytes(self) -> list[tuple[int, int]]:
        """The bytes that tokens such as <0x0A> stand for, and these tokens' ids."""
        found = [(byte, self.vocab.get(_byte_name(byte))) for byte in range(256)]
        return [(byte, number) for byte, number in found if number is not None]

    def _others(self, marks: bool) -> list[str]:
        """The tokens that no text is spelled with: those of bytes, and with spaces beside marks."""
        result = [_byte_name(byte) for byte, _ in self._fallback_bytes() if self.byte_fallback]
        if marks and self._has_spaces:
            result += [text for text in self.vocab if " " in text]
        return result

    @functools.cached_property
    def _has_spaces(self) -> bool:
        """Whether a token has a space in it."""
        return " " in "".join(self.vocab)

    def _places(self, spelling: Spelling) -> npt.NDArray[np.uint32]:
        """The symbols by their place in a word; see VocabSpec.places."""
        rows = []
        for place in range(4):
            prefix, suffix = self.prefix * (place & 1), self.suffix * (place >> 1)
            length = len(prefix) + 1 + len(suffix)
            tokens = [text for text in self.vocab if len(text) == length]
            for text in tokens:
                symbol, number = text[len(prefix)], self.vocab[text]
                if prefix + symbol + suffix != text:
                    continue
                if spelling == "alphabet":
                    byte = alphabet.to_bytes(symbol)
                    if byte is not None:
                        rows.append((byte[0], place, number))
                elif spelling != "marks" or symbol != " ":
                    rows.append((ord(" " if symbol == MARK else symbol), place, number))
        return np.array(rows, dtype=np.uint32).reshape(-1, 3)

    def _need_bytes(self, places: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The id of each byte that is a piece's first; refuses a byte that has none somewhere."""
        ids = np.full((4, 256), NO_ID, dtype=np.uint32)
        ids[places[:, 1], places[:, 0]] = places[:, 2]
        for place, byte in np.argwhere(ids == NO_ID).tolist():
            where = ("starting", "inside of", "being", "ending")[place]
            raise VocabError(
                f"{self._vocab_at}: no token for the byte 0x{byte:02x} {where} a word"
            )
        first: npt.NDArray[np.uint32] = ids[0]
        return first

    def _read_unknown(self, byte_ids: npt.NDArray[np.uint32], result: dict[str, Any]) -> None:
        """What characters become that are no tokens: their bytes, or unk_token."""
        fallback = [self.vocab.get(_byte_name(byte)) for byte in range(256)]
        if self.byte_fallback and any(number is not None for number in fallback):
            for byte in range(0x80):  # Gemma 2 has "\t" itself in the place of <0x09>
                if fallback[byte] is None and byte != 0x20 and chr(byte) in self.vocab:
                    byte_ids[byte] = fallback[byte] = self.vocab[chr(byte)]
        if self.byte_fallback and None not in fallback:
            return
        if self.byte_fallback and any(number is not None for number in fallback):
            raise VocabError(
                f"{self.where}.byte_fallback: no token for the byte 0x{fallback.index(None):02x}"
            )
        if self.unk is None:
            raise VocabError(
                f"{self.where}.unk_token is missing; text with characters that are no tokens"
                " would lose them"
            )
        if self.unk not in self.vocab:
            raise VocabError(f"{self.where}.unk_token: {self.unk[:60]!r} is not in the vocab")
        result["unknown"] = self.vocab[self.unk]
        result["fuse_unknown"] = self.fuse_unk
        byte_ids[:] = NO_ID

    def _merge_ids(self, spelling: Spelling) -> npt.NDArray[np.uint32]:
        """The merges as ids: left, right, what they become; without those that no text has."""
        result = kernels.find_merges(self.vocab, self.merges, self.prefix)
        if result is None:
            raise self._merge_error()
        keys = result[:, 0].astype(np.uint64) << np.uint64(32) | result[:, 1]
        ordered = np.sort(keys)
        if (ordered[1:] == ordered[:-1]).any():
            _, first = np.unique(keys, return_index=True)
            again = int(np.setdiff1d(np.arange(len(keys)), first)[0])
            raise VocabError(
                f"{self._merges_at}[{again}]: {self.merges[again]!r} is a merge already"
            )
        if self.byte_fallback:
            singles = [number for _, number in self._fallback_bytes()]
            bad = np.isin(result[:, :2], np.array(singles, dtype=np.uint32)).any(axis=1)
            if bad.any():
                where = f"{self._merges_at}[{int(bad.argmax())}]"
                raise VocabError(f"{where}: ctok knows no merges of single bytes")
        if spelling == "marks" and self._has_spaces:
            spaced = [number for text, number in self.vocab.items() if " " in text]
            result = result[~np.isin(result[:, :2], np.array(spaced, np.uint32)).any(axis=1)]
        return result

    def _merge_error(self) -> VocabError:
        """What is wrong with the first merge that is no merge."""
        for i, merge in enumerate(self.merges):
            where = f"{self._merges_at}[{i}]"
            parts = merge.split(" ") if isinstance(merge, str) else merge
            if (
                not isinstance(parts, list)
                or len(parts) != 2
                or not all(isinstance(part, str) for part in parts)
            ):
                return VocabError(f"{where}: not two tokens but {kind_of(merge)}")
            left, right = parts
            if right in self.vocab and not right.startswith(self.prefix):
                return VocabError(
                    f"{where}: {right[:60]!r} is to stand behind another part of a word, and does"
                    f" not start with the continuing_subword_prefix {self.prefix!r}"
                )
            for text in (left, right, left + right[len(self.prefix) :]):
                if text not in self.vocab:
                    return VocabError(f"{where}: {text[:60]!r} is not in the vocab")
        return VocabError(f"{self._merges_at}: no merges")


def _byte_name(byte: int) -> str:
    """The token that stands for a byte."""
    return f"<0x{byte:02X}>"


def _unmarked(tokens: Iterable[str]) -> list[str]:
    """Tokens with the spaces that their marks stand for."""
    apart = "\ud800"  # in no token
    return apart.join(tokens).replace(MARK, " ").split(apart)


def _is_text(text: str) -> bool:
    """Whether a str can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
