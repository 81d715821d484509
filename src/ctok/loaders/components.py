"""The parts of a tokenizer.json around its model: normalizers, splits, templates, decoders.

Each kind that ctok knows is a function in a table; any other is refused by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from ..errors import VocabError
from ..spec import Behavior, Split, Step, Template
from .fields import Fields, kind_of
from .oniguruma import translated

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d"
# Punctuation that Unicode has got since the tables of `tokenizers`, 8.0; what was punctuation then.
_NEWER_PUNCTUATION = (
    "\u061d\u09fd\u0a76\u0c77\u0c84\u1b4e\u1b4f\u1b7d-\u1b7f\u2e43-\u2e4f\u2e52-\u2e5d"
    "\U00010d6e\U00010ead\U00010f55-\U00010f59\U00010f86-\U00010f89\U000113d4\U000113d5"
    "\U000113d7\U000113d8\U0001144b-\U0001144f\U0001145a\U0001145b\U0001145d"
    "\U00011660-\U0001166c\U000116b9\U0001183b\U00011944-\U00011946\U000119e2"
    "\U00011a3f-\U00011a46\U00011a9a-\U00011a9c\U00011a9e-\U00011aa2\U00011b00-\U00011b09"
    "\U00011be1\U00011c41-\U00011c45\U00011c70\U00011c71\U00011ef7\U00011ef8"
    "\U00011f43-\U00011f4f\U00011fff\U00012ff1\U00012ff2\U00016d6d-\U00016d6f"
    "\U00016e97-\U00016e9a\U00016fe2\U0001e5ff\U0001e95e\U0001e95f"
)
_FORMER_PUNCTUATION = "\u166d\U000111c9"
# That, and the symbols of ASCII.
PUNCTUATION = rf"[^\P{{P}}{_NEWER_PUNCTUATION}]|[$+<=>\^`|~{_FORMER_PUNCTUATION}]"

BEHAVIORS: dict[str, Behavior] = {
    "Isolated": "isolated",
    "Removed": "removed",
    "Contiguous": "contiguous",
    "MergedWithPrevious": "merged_with_previous",
    "MergedWithNext": "merged_with_next",
}


def _behavior(part: Fields, default: str = "Isolated") -> Behavior:
    name = part.get("behavior", str, default)
    if name not in BEHAVIORS:
        raise VocabError(f"{part.path('behavior')}: {name!r} is not one of {', '.join(BEHAVIORS)}")
    return BEHAVIORS[name]


def _pattern(part: Fields) -> tuple[str, bool]:
    """The pattern of a Split or a Replace, and whether it is a regex."""
    value = part.get("pattern", dict)
    for kind in ("String", "Regex"):
        if set(value) == {kind}:
            if not isinstance(value[kind], str):
                raise VocabError(f"{part.path('pattern')}.{kind}: str is needed")
            if kind == "Regex":
                return translated(value[kind], f"{part.path('pattern')}.Regex"), True
            return value[kind], False
    raise VocabError(f"{part.path('pattern')}: neither a String nor a Regex but {kind_of(value)}")


# ---- pre-tokenizers


def _split(part: Fields) -> list[Split]:
    text, is_regex = _pattern(part)
    if not text:
        raise VocabError(f"{part.path('pattern')}: the pattern is empty")
    pattern = text if is_regex else re.escape(text)
    return [Split(pattern, _behavior(part), part.get("invert", bool, False))]


def _byte_level(part: Fields) -> list[Split]:
    part.ignore("trim_offsets")
    result = []
    if part.get("add_prefix_space", bool, True):
        result.append(Split("", prefix=" "))
    if part.get("use_regex", bool, True):
        result.append(Split(GPT2))
    return result


def _digits(part: Fields) -> list[Split]:
    single = part.get("individual_digits", bool, False)
    return [Split(r"\p{N}", "isolated" if single else "contiguous")]


def _delimiter(part: Fields) -> list[Split]:
    return [Split(re.escape(part.get("delimiter", str)), "removed")]


_SPLITS: dict[str, Callable[[Fields], list[Split]]] = {
    "Split": _split,
    "ByteLevel": _byte_level,
    "Digits": _digits,
    "Punctuation": lambda part: [Split(PUNCTUATION, _behavior(part))],
    "Whitespace": lambda _: [Split(rf"[{WORD}]+|[^{WORD}\s]+", "removed", True)],
    "WhitespaceSplit": lambda _: [Split(r"\s", "removed")],
    "BertPreTokenizer": lambda _: [Split(r"\s", "removed"), Split(PUNCTUATION)],
    "CharDelimiterSplit": _delimiter,
}


def flatten(value: object, where: str, list_key: str) -> list[Fields]:
    """A component and those of its Sequence, one after the other."""
    if value is None:
        return []
    part = Fields(value, where)
    if part.get("type", str) != "Sequence":
        return [part]
    result = []
    for item, path in part.items(list_key):
        result += flatten(item, path, list_key) if path.count("[") <= 8 else _too_deep(path)
    part.finish()
    return result


def _too_deep(where: str) -> list[Fields]:
    raise VocabError(f"{where}: sequences are nested too deeply")


def splits_of(parts: list[Fields]) -> tuple[Split, ...]:
    """How pre-tokenizers cut a text; Metaspace is not one of them (see huggingface.py).

    What stands behind ByteLevel reads the characters that it writes, one a byte.
    """
    result: list[Split] = []
    of_bytes = False
    for part in parts:
        kind = part.get("type", str)
        if kind not in _SPLITS:
            raise VocabError(
                f"{part.where}: ctok does not know the pre-tokenizer {kind!r}; it knows"
                f" {', '.join([*_SPLITS, 'Metaspace', 'Sequence'])}"
            )
        if kind == "ByteLevel" and of_bytes:
            raise VocabError(f"{part.where}: a second ByteLevel would write bytes of bytes")
        splits = _SPLITS[kind](part)
        if of_bytes and any(split.behavior == "removed" for split in splits):
            raise VocabError(f"{part.where}: a {kind} behind ByteLevel would remove bytes")
        result += [Split(**{**split.__dict__, "of_bytes": of_bytes}) for split in splits]
        of_bytes |= kind == "ByteLevel"
        part.finish()
    return tuple(result)


# ---- normalizers


def _replace(part: Fields) -> list[Step]:
    text, is_regex = _pattern(part)
    if not text:
        raise VocabError(f"{part.path('pattern')}: the pattern is empty")
    return [
        Step(
            "replace",
            {"pattern": text, "regex": is_regex, "content": part.get("content", str)},
        )
    ]


def _strip(part: Fields) -> list[Step]:
    sides = {
        "left": part.get("strip_left", bool, True),
        "right": part.get("strip_right", bool, True),
    }
    return [Step("strip", sides)]


def _plain(kind: str) -> Callable[[Fields], list[Step]]:
    return lambda _: [Step(kind)]


_NORMALIZERS: dict[str, Callable[[Fields], list[Step]]] = {
    **{form: _plain(form.lower()) for form in ("NFC", "NFD", "NFKC", "NFKD")},
    "Lowercase": _plain("lowercase"),
    "StripAccents": _plain("strip_accents"),
    "Strip": _strip,
    "Replace": _replace,
    "Prepend": lambda part: [Step("prepend", {"text": part.get("prepend", str)})],
}


def normalizer_of(parts: list[Fields]) -> tuple[Step, ...]:
    """The steps of a normalizer."""
    result: list[Step] = []
    for part in parts:
        kind = part.get("type", str)
        if kind not in _NORMALIZERS:
            raise VocabError(
                f"{part.where}: ctok does not know the normalizer {kind!r}; it knows"
                f" {', '.join([*_NORMALIZERS, 'Sequence'])}"
            )
        result += _NORMALIZERS[kind](part)
        part.finish()
    return tuple(result)


# ---- post-processors

_A, _B = ("A", 0), ("B", 1)


def _items(
    part: Fields, key: str, ids: Mapping[str, tuple[int, ...]]
) -> tuple[tuple[Any, int], ...]:
    result: list[tuple[Any, int]] = []
    for value, where in part.items(key):
        item = Fields(value, where)
        kinds = list(item.values)
        if len(kinds) != 1 or kinds[0] not in ("Sequence", "SpecialToken"):
            raise VocabError(f"{where}: neither a Sequence nor a SpecialToken but {kind_of(value)}")
        inner = item.fields(kinds[0])
        name = inner.get("id", str)
        type_id = inner.get("type_id", int, 0)
        if kinds[0] == "Sequence":
            if name not in ("A", "B"):
                raise VocabError(f"{inner.path('id')}: {name!r} is neither 'A' nor 'B'")
            result.append((name, type_id))
        elif name not in ids:
            raise VocabError(f"{inner.path('id')}: {name!r} is not among the special_tokens")
        else:
            result.append((ids[name], type_id))
    return tuple(result)


# The fields of a ByteLevel.
BYTE_LEVEL = ("add_prefix_space", "trim_offsets", "use_regex")


def _template(part: Fields) -> Template:
    part.ignore(*BYTE_LEVEL)  # Command R has them here, left of the ByteLevel that stood in its place
    ids: dict[str, tuple[int, ...]] = {}
    tokens = part.fields("special_tokens")
    for name in tokens.values:
        entry = tokens.fields(name)
        entry.ignore("id", "tokens")
        numbers = tuple(number for number, _ in entry.items("ids"))
        if not all(type(number) is int and 0 <= number < 1 << 21 for number in numbers):
            raise VocabError(f"{entry.path('ids')}: not a list of ids")
        ids[name] = cast("tuple[int, ...]", numbers)
    return Template(_items(part, "single", ids), _items(part, "pair", ids))


def _marked(part: Fields, key: str) -> tuple[int, ...]:
    value = part.get(key, list)
    if len(value) != 2 or type(value[1]) is not int or not 0 <= value[1] < 1 << 21:
        raise VocabError(f"{part.path(key)}: not a token and its id but {kind_of(value)}")
    return (value[1],)


def _bert(part: Fields) -> Template:
    cls, sep = _marked(part, "cls"), _marked(part, "sep")
    start: tuple[Any, ...] = ((cls, 0), _A, (sep, 0))
    return Template(start, (*start, _B, (sep, 1)))


def _roberta(part: Fields) -> Template:
    part.ignore("trim_offsets", "add_prefix_space")
    cls, sep = _marked(part, "cls"), _marked(part, "sep")
    start: tuple[Any, ...] = ((cls, 0), _A, (sep, 0))
    return Template(start, (*start, (sep, 0), ("B", 0), (sep, 0)))


_TEMPLATES: dict[str, Callable[[Fields], Template | None]] = {
    "TemplateProcessing": _template,
    "BertProcessing": _bert,
    "RobertaProcessing": _roberta,
    "ByteLevel": lambda part: part.ignore(*BYTE_LEVEL),
}


def template_of(parts: list[Fields]) -> Template | None:
    """What post-processors put around texts; at most one of them may put anything."""
    result = None
    for part in parts:
        kind = part.get("type", str)
        if kind not in _TEMPLATES:
            raise VocabError(
                f"{part.where}: ctok does not know the post-processor {kind!r}; it knows"
                f" {', '.join([*_TEMPLATES, 'Sequence'])}"
            )
        template = _TEMPLATES[kind](part)
        part.finish()
        if template is not None and result is not None:
            raise VocabError(f"{part.where}: a second post-processor that adds tokens")
        result = template or result
    return result


# ---- decoders


def _decoder_replace(part: Fields) -> list[Step]:
    return [Step("replace", dict(_replace(part)[0].arguments))]


def _decoder_strip(part: Fields) -> list[Step]:
    start, stop = part.get("start", int), part.get("stop", int)
    if start < 0 or stop < 0:
        raise VocabError(f"{part.path('start')}: negative")
    return [Step("strip", {"content": part.get("content", str), "start": start, "stop": stop})]


def _metaspace_decoder(part: Fields) -> list[Step]:
    part.ignore("split", "str_rep")
    scheme = prepend_scheme(part)
    return [Step("metaspace", {"mark": part.get("replacement", str), "strip": scheme != "never"})]


def _wordpiece_decoder(part: Fields) -> list[Step]:
    arguments: dict[str, str | int | bool] = {
        "prefix": part.get("prefix", str, "##"),
        "cleanup": part.get("cleanup", bool, True),
    }
    return [Step("wordpiece", arguments)]


def _byte_level_decoder(part: Fields) -> list[Step]:
    part.ignore("add_prefix_space", "trim_offsets", "use_regex")
    return [Step("byte_level")]


_DECODERS: dict[str, Callable[[Fields], list[Step]]] = {
    "ByteLevel": _byte_level_decoder,
    "ByteFallback": _plain("byte_fallback"),
    "Metaspace": _metaspace_decoder,
    "Fuse": _plain("fuse"),
    "Strip": _decoder_strip,
    "Replace": _decoder_replace,
    "WordPiece": _wordpiece_decoder,
    "BPEDecoder": lambda part: [Step("bpe", {"suffix": part.get("suffix", str, "</w>")})],
}


def prepend_scheme(part: Fields) -> str:
    """When a Metaspace puts its mark before a text: "always", "first" or "never"."""
    old = part.get("add_prefix_space", bool, True)
    scheme = part.get("prepend_scheme", str, "always" if old else "never")
    if scheme not in ("always", "first", "never"):
        raise VocabError(f"{part.path('prepend_scheme')}: {scheme!r}")
    return scheme


def decoder_of(parts: list[Fields]) -> tuple[Step, ...]:
    """The steps of a decoder."""
    result: list[Step] = []
    for part in parts:
        kind = part.get("type", str)
        if kind not in _DECODERS:
            raise VocabError(
                f"{part.where}: ctok does not know the decoder {kind!r}; it knows"
                f" {', '.join([*_DECODERS, 'Sequence'])}"
            )
        result += _DECODERS[kind](part)
        part.finish()
    return tuple(result)
