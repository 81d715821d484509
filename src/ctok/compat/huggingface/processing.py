"""What is done to an encoding before it is given out: truncation, the file's post-processor, padding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from ...errors import VocabError
from ...loaders.fields import Fields
from .encoding import Column, Direction, Encoding, Fixed, Part, Source, Trim, merged

Json = Mapping[str, Any]
Strategy = Literal["longest_first", "only_first", "only_second"]
STRATEGIES: dict[Strategy, str] = {
    "longest_first": "LongestFirst",
    "only_first": "OnlyFirst",
    "only_second": "OnlySecond",
}
DIRECTIONS: dict[Direction, str] = {"left": "Left", "right": "Right"}


# ---- what a file says of both

Name = TypeVar("Name", bound=str)


def _named(part: Fields, key: str, names: dict[Name, str], default: str | None = None) -> Name:
    """A field that has one of some names, as an argument has it."""
    said = part.get(key, str) if default is None else part.get(key, str, default)
    for name, in_file in names.items():
        if said == in_file:
            return name
    raise VocabError(f"{part.path(key)}: {said!r} is none of {', '.join(names.values())}")


def _number(part: Fields, key: str, least: int = 0) -> int:
    """A field that is a number of 32 bits."""
    number = part.get(key, int)
    if not least <= number < 1 << 32:
        raise VocabError(f"{part.path(key)}: {number} is not from {least} to {(1 << 32) - 1}")
    return number


# ---- truncation


@dataclass(frozen=True)
class Truncation:
    """How encodings are cut; the fields are `Tokenizer.enable_truncation`'s arguments."""

    max_length: int
    stride: int = 0
    strategy: Strategy = "longest_first"
    direction: Direction = "right"

    @classmethod
    def of(cls, part: Fields) -> Truncation:
        """What a tokenizer.json's ``truncation`` says."""
        strategy = _named(part, "strategy", STRATEGIES)
        direction = _named(part, "direction", DIRECTIONS, "Right")
        length = _number(part, "max_length", least=1)
        return cls(length, _number(part, "stride"), strategy, direction)

    def leaves(self, n: int, added: int) -> bool:
        """Whether one text of n ids stays as it is."""
        return not 0 <= self.max_length - added < n

    def run(self, first: Encoding, second: Encoding | None, added: int) -> None:
        """Cuts one encoding or two, to which a post-processor will add some tokens.

        Raises
        ------
        ValueError
            The strategy leaves nothing of what it cuts, or a stride is too long.
        """
        length = self.max_length - added
        n1, n2 = len(first), 0 if second is None else len(second)
        if length < 0:  # too little for the added tokens alone: nothing is cut
            return
        if length == 0:
            lengths: tuple[int, int] = (0, 0)
        elif n1 + n2 <= length:
            return
        elif self.strategy == "longest_first":
            lengths = _shared(n1, n2, length) if second is not None else (length, 0)
        else:
            lengths = self._one_cut(n1, n2, length, has_pair=second is not None)
        first.truncated(lengths[0], self.stride, self.direction)
        if second is not None:
            second.truncated(lengths[1], self.stride, self.direction)

    def _one_cut(self, n1: int, n2: int, length: int, *, has_pair: bool) -> tuple[int, int]:
        if self.strategy == "only_second" and not has_pair:
            raise ValueError("Truncation error: Second sequence not provided")
        lengths = (length - n2, n2) if self.strategy == "only_first" else (n1, length - n1)
        if lengths[self.strategy == "only_second"] <= 0:
            raise ValueError(
                "Truncation error: Sequence to truncate too short to respect the provided max_length"
            )
        return lengths


def _shared(n1: int, n2: int, length: int) -> tuple[int, int]:
    """What remains of two lengths when the longer one is cut first."""
    if n1 > n2:
        second, first = _shared(n2, n1, length)
        return first, second
    n2 = n1 if n1 > length else max(n1, length - n1)
    if n1 + n2 > length:
        n1 = length // 2
        n2 = n1 + length % 2
    return n1, n2


# ---- padding


@dataclass(frozen=True)
class Padding:
    """How encodings are filled up; the fields are `Tokenizer.enable_padding`'s arguments."""

    length: int | None = None
    pad_to_multiple_of: int | None = None
    pad_id: int = 0
    pad_token: str = "[PAD]"  # noqa: S105
    pad_type_id: int = 0
    direction: Direction = "right"

    @classmethod
    def of(cls, part: Fields) -> Padding:
        """What a tokenizer.json's ``padding`` says."""
        length = multiple = None
        if part.values.get("strategy") != "BatchLongest":
            length = _number(part.fields("strategy"), "Fixed")
        if part.values.get("pad_to_multiple_of") is not None:
            multiple = _number(part, "pad_to_multiple_of")
        numbers = _number(part, "pad_id"), part.get("pad_token", str), _number(part, "pad_type_id")
        return cls(length, multiple, *numbers, _named(part, "direction", DIRECTIONS))

    def run(self, encodings: list[Encoding]) -> None:
        """Makes all encodings one length."""
        if not encodings:
            return
        length = max(map(len, encodings)) if self.length is None else self.length
        if self.pad_to_multiple_of:
            length += -length % self.pad_to_multiple_of
        for encoding in encodings:
            encoding.padded(length, self.direction, self.pad_id, self.pad_type_id, self.pad_token)


# ---- post-processors

# A step takes the encodings so far, and whether special tokens are wanted.
Step = Callable[[list[Encoding], bool], list[Encoding]]


class PostProcessor:
    """The post-processor of a file.

    Parameters
    ----------
    value : dict or None
        A tokenizer.json's ``post_processor``; the loader has checked it.
    """

    def __init__(self, value: Json | None) -> None:
        parts = list(_flat(value))
        self._given = value is not None
        self._steps = [_STEPS[part["type"]](part) for part in parts]
        counts = [_ADDED[part["type"]](part) for part in parts]
        self._around: dict[bool, Around | None] = {}
        self._added = (sum(one for one, _ in counts), sum(two for _, two in counts))

    def added(self, *, is_pair: bool) -> int:
        """How many tokens it adds to one text or to two."""
        return self._added[is_pair]

    def run(self, first: Encoding, second: Encoding | None, special: bool) -> Encoding:
        """One encoding of one or two, which nobody else holds."""
        encodings = [first] if second is None else [first, second]
        if not self._given:
            if second is not None:
                for number, encoding in enumerate(encodings):
                    encoding.set_sequence_id(number)
            return merged(encodings, growing=False)
        for number, encoding in enumerate(encodings):
            encoding.set_sequence_id(number)
            for more in encoding._overflowing:
                more.set_sequence_id(number)
            _set_type(encoding, number)
        for step in self._steps:
            encodings = step(encodings, special)
        return merged(encodings, growing=False)

    def around(self, special: bool) -> Around | None:
        """What it puts around one text; None where it does more than that."""
        if special not in self._around:
            text = Part(Fixed([], []), 0, 0)
            made = self.run(Encoding.of(text), None, special)
            places = [i for i, part in enumerate(made._parts) if part.source is text.source]
            result = None
            if len(places) == 1 and made._ranges.keys() <= {0}:
                (at,) = places
                before, behind = tuple(made._parts[:at]), tuple(made._parts[at + 1 :])
                result = Around(before, made._parts[at], behind, 0 in made._ranges)
            self._around[special] = result
        return self._around[special]


class Around:
    """What stands around one text, and what is said of its own ids.

    Parameters
    ----------
    before, behind : tuple of Part
    text : Part
        What the text's part is like, but for its source and its length.
    has_range : bool
        Whether it is said which ids are the text's.
    """

    def __init__(
        self, before: tuple[Part, ...], text: Part, behind: tuple[Part, ...], has_range: bool
    ) -> None:
        self._before, self._text, self._behind = before, text, behind
        self.trims, self.has_range = text.trims, has_range
        sides = Encoding.of(*before), Encoding.of(*behind)
        self.ids = sides[0].ids, sides[1].ids
        self.tokens = sides[0].tokens, sides[1].tokens
        # For each of those columns: what it is before the text, in it and behind it.
        self.columns = [
            (sides[0].column(name), getattr(text, name), sides[1].column(name))
            for name in get_args(Column)
        ]

    def put(self, source: Source) -> Encoding:
        """The encoding of a text's ids."""
        n = len(source.ids)
        text = self._text._replace(source=source, stop=n)
        result = Encoding.of(*self._before, text, *self._behind)
        if self.has_range:
            at = len(self.ids[0])
            result._ranges = {0: (at, at + n)}
        return result


def _flat(value: Json | None) -> Iterator[Json]:
    if value is None:
        return
    if value["type"] == "Sequence":
        for part in value["processors"]:
            yield from _flat(part)
    else:
        yield value


def _set_type(encoding: Encoding, type_id: int) -> None:
    encoding.change_parts(lambda part, _: part._replace(type_id=type_id))


def _put(ids: list[int], tokens: list[str], type_id: int) -> Encoding:
    """Special tokens as an encoding."""
    return Encoding.of(Part(Fixed(ids, tokens), 0, len(ids), type_id, 1, 1))


def _trim(encodings: list[Encoding], part: Json) -> None:
    if not part.get("trim_offsets", True):
        return
    prefix = bool(part.get("add_prefix_space", True))

    def change(part: Part, at: int) -> Part:
        trim = Trim(prefix, part.start if at == 0 else -1)
        return part._replace(trims=(*part.trims, trim))

    for encoding in encodings:
        encoding.change_parts(change)
        for more in encoding._overflowing:
            more.change_parts(change)


def _byte_level(part: Json) -> Step:
    def step(encodings: list[Encoding], _: bool) -> list[Encoding]:
        _trim(encodings, part)
        for number, encoding in enumerate(encodings):
            encoding.set_sequence_id(number)
        return encodings

    return step


def _template(part: Json) -> Step:
    tokens = part["special_tokens"]

    def step(encodings: list[Encoding], special: bool) -> list[Encoding]:
        result = []
        for item in part["single"] if len(encodings) == 1 else part["pair"]:
            (kind, what), *_ = item.items()
            type_id = what.get("type_id", 0)
            if kind == "Sequence":
                number = int(what["id"] != "A")
                encoding = encodings[number]
                _set_type(encoding, type_id)
                encoding.set_sequence_id(number)
                result.append(encoding.copied())
            elif special:
                entry = tokens[what["id"]]
                result.append(_put(entry["ids"], entry["tokens"], type_id))
        return result

    return step


def _around(part: Json, second: tuple[str, ...], types: tuple[int, int] | None) -> Step:
    """cls, the first text, sep; then `second`, the second text, sep.

    With types, special tokens have these and texts keep their own; without, all is 0.
    """

    def special(names: tuple[str, ...], type_id: int) -> Encoding:
        pairs = [part[name] for name in names]
        return _put([int(number) for _, number in pairs], [token for token, _ in pairs], type_id)

    def wrapped(encoding: Encoding, names: tuple[str, ...], number: int) -> Encoding:
        type_id = types[number] if types else 0
        text = Encoding.of(*encoding._parts)
        if not types:
            _set_type(text, 0)
        result = merged([special(names, type_id), text, special(("sep",), type_id)], growing=False)
        result._ranges = {number: (len(names), len(names) + len(text))}
        result._overflowing = [wrapped(more, names, number) for more in encoding._overflowing]
        return result

    def step(encodings: list[Encoding], wanted: bool) -> list[Encoding]:
        if not wanted:
            return encodings
        result = [wrapped(encodings[0], ("cls",), 0)]
        result += [wrapped(more, second, 1) for more in encodings[1:]]
        return result

    return step


def _roberta(part: Json) -> Step:
    around = _around(part, ("sep",), None)

    def step(encodings: list[Encoding], special: bool) -> list[Encoding]:
        _trim(encodings, part)
        for encoding in encodings:
            _set_type(encoding, 0)
        return around(encodings, special)

    return step


_STEPS: dict[str, Callable[[Json], Step]] = {
    "ByteLevel": _byte_level,
    "TemplateProcessing": _template,
    "BertProcessing": lambda part: _around(part, (), (0, 1)),
    "RobertaProcessing": _roberta,
}


def _in_template(part: Json) -> tuple[int, int]:
    def count(items: list[Json]) -> int:
        names = [item["SpecialToken"]["id"] for item in items if "SpecialToken" in item]
        return sum(len(part["special_tokens"][name]["ids"]) for name in names)

    return count(part["single"]), count(part["pair"])


_ADDED: dict[str, Callable[[Json], tuple[int, int]]] = {
    "ByteLevel": lambda _: (0, 0),
    "TemplateProcessing": _in_template,
    "BertProcessing": lambda _: (2, 3),
    "RobertaProcessing": lambda _: (2, 4),
}
