"""Writes a vocabulary in the forms of others: a tokenizer.json, a folder, tiktoken's arguments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import alphabet
from .decoding import TokenTexts
from .errors import VocabError
from .patterns import onigurumas
from .spec import AddedToken, VocabSpec
from .vocab import Vocab

_TOKENIZER, _CONFIG = "tokenizer.json", "tokenizer_config.json"


def tokenizer_json(spec: VocabSpec, vocab: Vocab) -> str:
    """A vocabulary as the text of a tokenizer.json, which `tokenizers` reads.

    Raises
    ------
    VocabError
        Something that such a file cannot say.
    """
    if spec.document is not None:
        value = _from_document(spec, vocab)
    elif spec.merges is None:
        value = _from_ranks(spec, vocab)
    else:
        raise VocabError(f"{spec.name!r}: ctok writes no tokenizer.json of a sentencepiece model")
    _keep_ids(value)
    return json.dumps(value, ensure_ascii=False)


def _from_document(spec: VocabSpec, vocab: Vocab) -> dict[str, Any]:
    document = spec.document or {}
    merged = [] if spec.merges is None else spec.merges.tolist()
    names = _names(spec, vocab)
    parts = {key: value for key, value in document.items() if key != "model"}
    merges = [[names[left], names[right]] for left, right, _ in merged]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": _added(spec),
        **parts,
        "model": {
            **document["model"],
            "vocab": {text: number for number, text in names.items()},
            "merges": merges,
        },
    }


def _names(spec: VocabSpec, vocab: Vocab) -> dict[int, str]:
    """Each token's text in the file, by id."""
    ends, token_text = spec.token_offsets.tolist(), TokenTexts(spec, vocab)
    result = {}
    for number, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
        text = token_text(number) if end > start else None
        if text is not None:
            result[number] = text
    return result


def _added(spec: VocabSpec) -> list[dict[str, Any]]:
    tokens = spec.added or tuple(AddedToken(text, number) for text, number in spec.specials.items())
    flags = ("content", "id", "special", "lstrip", "rstrip", "single_word", "normalized")
    return [
        {flag: getattr(token, flag) for flag in flags}
        for token in sorted(tokens, key=lambda token: token.id)
    ]


def _keep_ids(value: dict[str, Any]) -> None:
    """Puts added tokens into the model's vocab where tokenizers would give them other ids.

    It numbers those that are not there itself, from the number of tokens on.
    """
    vocab, highest = value["model"]["vocab"], -1
    for token in value["added_tokens"]:
        number = vocab.get(token["content"])
        if number is None:
            number = highest + 1 if highest >= len(vocab) else len(vocab)
        highest = max(highest, number)
        if number != token["id"]:
            break
    else:
        return
    vocab.update({token["content"]: token["id"] for token in value["added_tokens"]})


def _from_ranks(spec: VocabSpec, vocab: Vocab) -> dict[str, Any]:
    """A rank file's tokens and the merges that give them."""
    data, ends = spec.token_bytes, spec.token_offsets.tolist()
    text = {
        i: alphabet.to_text(data[a:b])
        for i, (a, b) in enumerate(zip(ends, ends[1:], strict=False))
        if b > a
    }
    plain: dict[str, Any] = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    plain["use_regex"] = False
    split = {
        "type": "Split",
        "pattern": {"Regex": onigurumas(spec.pattern)},
        "behavior": "Removed",
        "invert": True,
    }
    normalizers = [{"type": step.kind.upper()} for step in spec.normalizer]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": _added(spec),
        "normalizer": {"type": "Sequence", "normalizers": normalizers} if normalizers else None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, plain]},
        "post_processor": None,
        "decoder": plain,
        "model": {
            "type": "BPE",
            "ignore_merges": spec.whole_pieces,
            "vocab": {text[number]: number for number in sorted(text)},
            "merges": [list(pair) for pair in merges_of_ranks(spec, vocab)],
        },
    }


def merges_of_ranks(spec: VocabSpec, vocab: Vocab) -> Iterator[tuple[str, str]]:
    """A rank file's tokens as merges, in GPT-2's alphabet.

    Every way to cut a token in two when the vocabulary is not proper, else the one that happens.
    """
    data, ends = spec.token_bytes, spec.token_offsets.tolist()
    tokens = {data[a:b]: i for i, (a, b) in enumerate(zip(ends, ends[1:], strict=False)) if b > a}
    splits = vocab.split_lengths.tolist() if vocab.is_proper else None
    for token, number in tokens.items():
        cuts = (
            range(1, len(token)) if splits is None else [splits[number]] if splits[number] else []
        )
        for cut in cuts:
            if token[:cut] in tokens and token[cut:] in tokens:
                yield alphabet.to_text(token[:cut]), alphabet.to_text(token[cut:])


def save(spec: VocabSpec, vocab: Vocab, folder: Path) -> None:
    """Writes a folder that transformers reads: tokenizer.json and tokenizer_config.json."""
    text = tokenizer_json(spec, vocab)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _TOKENIZER).write_text(text, encoding="utf-8")
    config: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast"}
    if spec.chat_template is not None:
        config["chat_template"] = spec.chat_template
    (folder / _CONFIG).write_text(
        json.dumps(config, ensure_ascii=False, indent=2), encoding="utf-8"
    )


def _tiktokens(spec: VocabSpec) -> str:
    """The pattern of a vocabulary as tiktoken reads it, which leaves out what is no match."""
    from .patterns import family_like, family_of, pattern_of, with_end

    if spec.splits is None:
        return spec.pattern
    family = family_of(spec.pattern, lines=True) or family_like(spec.pattern, lines=True)
    if family is not None:
        return pattern_of(family)
    if r"\Z" in spec.pattern:
        raise VocabError(f"{spec.name!r}: ctok cannot write {spec.pattern!r} for tiktoken")
    regex = with_end(spec.pattern, r"(?=\n|\z)")
    if spec.splits and spec.splits[0].behavior == "isolated":
        return rf"{regex}|(?:(?!{regex})[\s\S])+"
    return regex


def tiktoken_arguments(spec: VocabSpec, vocab: Vocab) -> Mapping[str, Any]:
    """The arguments of a ``tiktoken.Encoding`` with the same ids.

    Raises
    ------
    VocabError
        A vocabulary that tiktoken has no way to say: its ids are not in the order of its merges,
        it is not proper, it normalizes texts, or it cuts them otherwise than into the matches of
        one pattern.
    """
    splits = spec.splits
    one = splits is None or (
        len(splits) == 1
        and not splits[0].of_bytes
        and (
            splits[0].behavior == "isolated"
            or (splits[0].behavior == "removed" and splits[0].invert)
        )
    )
    plain = all(t.special and not (t.lstrip or t.rstrip or t.single_word) for t in spec.added)
    ranked = spec.merges is None or (
        spec.spelling == "alphabet"
        and vocab.ranks_are_ids
        and (vocab.is_proper or spec.whole_pieces)
    )
    if not one or not plain or not ranked or spec.normalizer or spec.places is not None:
        raise VocabError(f"{spec.name!r}: tiktoken has no way to say this vocabulary")
    data, ends = spec.token_bytes, spec.token_offsets.tolist()
    specials = dict(spec.specials)
    taken = set(specials.values())
    return {
        "name": spec.name,
        "pat_str": _tiktokens(spec),
        "mergeable_ranks": {
            data[a:b]: i
            for i, (a, b) in enumerate(zip(ends, ends[1:], strict=False))
            if b > a and i not in taken
        },
        "special_tokens": specials,
    }
