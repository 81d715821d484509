"""Ids into text the way a vocabulary's file says: the bytes themselves, or its decoder's steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import alphabet
from .errors import VocabError
from .spec import Step, VocabSpec
from .vocab import Vocab

MARK = "\u2581"
Tokens = list[str]


class TokenTexts:
    """The tokens of a vocabulary as its file writes them.

    Parameters
    ----------
    spec : VocabSpec
    vocab : Vocab
    """

    def __init__(self, spec: VocabSpec, vocab: Vocab) -> None:
        self._vocab = vocab
        self._spelling = spec.spelling
        self._known = {**{token.id: token.content for token in spec.added}, **spec.names}

    def __call__(self, number: int) -> str | None:
        """A token by its id; None for an id without a token.

        What is not UTF-8 becomes U+FFFD where the file writes characters.
        """
        if number in self._known:
            return self._known[number]
        data = self._vocab.token(number)
        if data is None:
            return None
        if self._spelling == "alphabet":
            return alphabet.to_text(data)
        text = data.decode("utf-8", "replace")
        return text.replace(" ", MARK) if self._spelling == "marks" else text


# ---- the steps, each from tokens to tokens


def _byte_level(_: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    def run(tokens: Tokens) -> Tokens:
        data = [alphabet.to_bytes(token) for token in tokens]
        raw = [t.encode() if d is None else d for t, d in zip(tokens, data, strict=True)]
        return [b"".join(raw).decode("utf-8", "replace")]

    return run


def _byte_fallback(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    keeps_valid = bool(arguments.get("keeps_valid"))

    def run(tokens: Tokens) -> Tokens:
        result: Tokens = []
        held = bytearray()

        def release() -> None:
            if held:
                try:
                    result.append(held.decode("utf-8"))
                except UnicodeDecodeError:  # each byte by itself
                    if keeps_valid:
                        text = held.decode("utf-8", "surrogateescape")
                        result.append(re.sub("[\udc80-\udcff]", "\ufffd", text))
                    else:
                        result.extend("\ufffd" * len(held))
                held.clear()

        for token in tokens:
            if re.fullmatch("<0x[0-9A-Fa-f]{2}>", token):
                held.append(int(token[3:5], 16))
            else:
                release()
                result.append(token)
        release()
        return result

    return run


def _metaspace(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    mark, strip = str(arguments["mark"]), bool(arguments["strip"])

    def run(tokens: Tokens) -> Tokens:
        return [
            token.replace(mark, "" if i == 0 and strip else " ") for i, token in enumerate(tokens)
        ]

    return run


def _strip(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    content = str(arguments["content"])
    start, stop = int(arguments["start"]), int(arguments["stop"])

    def strip(token: str) -> str:
        head = 0
        while head < min(start, len(token)) and token[head] == content:
            head += 1
        tail = len(token)
        while tail > max(head, len(token) - stop) and token[tail - 1] == content:
            tail -= 1
        return token[head:tail]

    return lambda tokens: [strip(token) for token in tokens]


def _replace(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    from .normalize import replacement

    change, _ = replacement(arguments)
    return lambda tokens: [change(token) for token in tokens]


_CLEANED = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" do not", " don't"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
)


def _wordpiece(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    prefix, cleanup = str(arguments["prefix"]), bool(arguments["cleanup"])

    def one(i: int, token: str) -> str:
        if i:
            token = token.removeprefix(prefix) if token.startswith(prefix) else " " + token
        for dirty, clean in _CLEANED if cleanup else ():
            token = token.replace(dirty, clean)
        return token

    return lambda tokens: [one(i, token) for i, token in enumerate(tokens)]


def _bpe(arguments: Mapping[str, Any]) -> Callable[[Tokens], Tokens]:
    suffix = str(arguments["suffix"])

    def run(tokens: Tokens) -> Tokens:
        last = len(tokens) - 1
        return [t.replace(suffix, "" if i == last else " ") for i, t in enumerate(tokens)]

    return run


_STEPS: dict[str, Callable[[Mapping[str, Any]], Callable[[Tokens], Tokens]]] = {
    "byte_level": _byte_level,
    "byte_fallback": _byte_fallback,
    "metaspace": _metaspace,
    "strip": _strip,
    "replace": _replace,
    "wordpiece": _wordpiece,
    "bpe": _bpe,
    "fuse": lambda _: lambda tokens: ["".join(tokens)],
    "join": lambda _: lambda tokens: [" ".join(tokens)],
}

_FROM_MARKS = Step("replace", {"pattern": MARK, "regex": False, "content": " "})
_ONE_SPACE = Step("strip", {"content": " ", "start": 1, "stop": 0})


class TextDecoder:
    """The decoder of a vocabulary's file.

    Parameters
    ----------
    spec : VocabSpec
    vocab : Vocab

    Attributes
    ----------
    is_plain : bool
        Whether the text of ids is their bytes and nothing else.
    token_text : TokenTexts
        Each token as the file writes it.
    joins : bool
        Whether it is that wherever the bytes are UTF-8, but for `strips_space`.
    strips_space : bool
        Whether it is their bytes without one space at the start.

    Raises
    ------
    VocabError
        A step of an unknown kind, or a regex that does not compile.
    """

    def __init__(self, spec: VocabSpec, vocab: Vocab) -> None:
        self.token_text = TokenTexts(spec, vocab)
        steps = spec.decoder
        for step in steps:
            if step.kind not in _STEPS:
                raise VocabError(f"{spec.name!r}: ctok knows no decoder {step.kind!r}")
        self._steps = [_STEPS[step.kind](step.arguments) for step in steps]
        kinds = [step.kind for step in steps]
        affixed = any(spec.affixes)  # to a decoder they are text
        byte_level = kinds == ["byte_level"] and spec.spelling == "alphabet"
        self.is_plain = not steps or (byte_level and not affixed)
        self.strips_space = False
        marks = spec.spelling == "marks" and bool(steps) and _same(steps[0], _FROM_MARKS)
        if marks and not affixed and kinds[1:3] == ["byte_fallback", "fuse"]:
            self.strips_space = len(steps) == 4 and _same(steps[3], _ONE_SPACE)
            self.joins = self.strips_space or len(steps) == 3
        else:
            self.joins = False

    def text(self, ids: list[int], data: bytes, errors: str) -> str:
        """The text of ids whose bytes are data."""
        if self.joins:
            try:
                text = data.decode("utf-8")
                return text.removeprefix(" ") if self.strips_space else text
            except UnicodeDecodeError:
                if errors != "replace":
                    return data.decode("utf-8", errors)
        elif self.is_plain:
            return data.decode("utf-8", errors)
        return self.chain([self.token_text(number) or "" for number in ids])

    def chain(self, tokens: Tokens) -> str:
        """The text of tokens, through all steps."""
        for step in self._steps:
            tokens = step(tokens)
        return "".join(tokens)


def _same(step: Step, other: Step) -> bool:
    return step.kind == other.kind and dict(step.arguments) == dict(other.arguments)
