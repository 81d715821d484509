"""Changed vocabularies: each function makes a new VocabSpec of one, which stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .errors import VocabError
from .patterns import onigurumas, pattern_of
from .spec import AddedToken, Split, VocabSpec


def with_special_tokens(spec: VocabSpec, tokens: Mapping[str, int]) -> VocabSpec:
    """A vocabulary with more special tokens.

    Raises
    ------
    VocabError
        A token that the vocabulary has with another id, an id that it has given away, or the empty
        string.
    """
    ends = spec.token_offsets
    taken = {token.id: token.content for token in spec.added}
    taken.update({number: text for text, number in spec.specials.items()})
    by_text = {text: number for number, text in taken.items()}
    new = []
    for text, number in tokens.items():
        if not text:
            raise VocabError(f"{spec.name!r}: a special token is the empty string")
        if by_text.get(text, number) != number:
            raise VocabError(f"{spec.name!r}: {text!r} has the id {by_text[text]} already")
        if taken.get(number, text) != text:
            raise VocabError(f"{spec.name!r}: {taken[number]!r} has the id {number} already")
        if text in by_text:
            continue
        if 0 <= number < len(ends) - 1 and ends[number + 1] > ends[number]:
            raise VocabError(f"{spec.name!r}: an ordinary token has the id {number} already")
        taken[number], by_text[text] = text, number
        new.append(AddedToken(text, number))
    specials = {**spec.specials, **{token.content: token.id for token in new}}
    return replace(spec, specials=specials, added=(*spec.added, *new) if spec.added else ())


def with_pattern(spec: VocabSpec, pattern: str) -> VocabSpec:
    """A vocabulary that cuts texts by another pattern: a family's name, or any regex.

    Raises
    ------
    VocabError
        The vocabulary merges characters, which is not cut by a pattern, or its tokenizer.json puts
        a space before texts.
    """
    if spec.characters:
        raise VocabError(f"{spec.name!r} merges characters; its texts are not cut by a pattern")
    regex = pattern_of(pattern)
    document = spec.document
    if document is not None:
        if any(step.kind == "prepend" for step in spec.normalizer):
            raise VocabError(
                f"{spec.name!r} puts a space before texts, which its file cannot say beside a pattern"
            )
        regex = onigurumas(regex)
        cut = {
            "type": "Split",
            "pattern": {"Regex": regex},
            "behavior": "Isolated",
            "invert": False,
        }
        plain = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
        plain["use_regex"] = False
        steps = {"type": "Sequence", "pretokenizers": [cut, plain]}
        document = {**document, "pre_tokenizer": steps}
    splits = None if spec.splits is None else (Split(regex),)
    return replace(spec, pattern=regex, splits=splits, document=document)


def resized(spec: VocabSpec, n_tokens: int) -> VocabSpec:
    """A vocabulary without the ordinary tokens whose id is n_tokens or more: those merged last.

    Special tokens keep their ids.

    Raises
    ------
    VocabError
        More tokens than there are, fewer than the 256 bytes need, or merges that are not in the
        order of their ids.
    """
    n_ids = len(spec.token_offsets) - 1
    if not 0 < n_tokens <= n_ids:
        raise VocabError(f"{spec.name!r} has {n_ids} ids; it cannot be cut to {n_tokens}")
    if spec.hidden is not None and len(spec.hidden):
        raise VocabError(f"{spec.name!r}: ctok cuts vocabularies of bytes only")
    offsets = spec.token_offsets[: n_tokens + 1].copy()
    merges = spec.merges
    if merges is not None:
        if (merges[:, :2].max(axis=1) >= merges[:, 2]).any():
            raise VocabError(f"{spec.name!r}: its merges are not in the order of their ids")
        merges = merges[merges[:, 2] < n_tokens]
    return replace(
        spec,
        token_bytes=spec.token_bytes[: int(offsets[-1])],
        token_offsets=offsets,
        merges=merges,
        split_at=None if spec.split_at is None else spec.split_at[:n_tokens],
        names={number: text for number, text in spec.names.items() if number < n_tokens},
    )
