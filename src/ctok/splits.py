"""How a vocabulary's file cuts texts: by a family, by joints, or step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from . import kernels, patterns
from .cutter import Cutter
from .errors import RefusedError, VocabError
from .spec import Split, VocabSpec

if TYPE_CHECKING:
    import numpy.typing as npt

Span = tuple[int, int]
Step = Callable[[str, list[Span]], list[Span]]
AT_SPACES = Split("\\ ", "merged_with_next")  # each space starts a piece


def pattern_key(splits: Iterable[Split]) -> str | None:
    """The regex under which a family's row stands; None when the splits do more than cut.

    Several cuts in sequence stand in a row one under the other. One alone may remove what it does
    not match: no row's regex leaves any.
    """
    result = []
    splits = list(splits)
    for split in splits:
        joins = split.behavior == "contiguous" and not split.invert
        cuts = split.behavior == "isolated" or joins
        alone = len(splits) == 1 and split.pattern not in patterns.SEQUENCES
        cuts = cuts or (alone and split.behavior == "removed" and split.invert)
        if split.prefix or split.of_bytes or not cuts:
            return None
        pattern = f"(?:{split.pattern})+" if joins else split.pattern
        result.append(pattern.replace("\r", r"\r").replace("\n", r"\n"))
    return "\n".join(result)


def plan(
    spec: VocabSpec, backend: str | None, *, has_joints: bool
) -> tuple[int, patterns.Split | None]:
    """What cuts the texts of a vocabulary.

    Returns
    -------
    kernel : int
        The index of a compiled family, -1 for none.
    split : callable or None
        What cuts instead of a kernel; None where joints do (see joints.h).
    """
    if spec.splits is None:
        kernel = patterns.kernel_for(spec.pattern, backend)
        return kernel, patterns.compile_split(spec.pattern, backend) if kernel < 0 else None
    if not spec.splits:
        if has_joints:
            return -1, None
        return -1, compile_splits([AT_SPACES], backend) if spec.space_starts else whole
    key = pattern_key(spec.splits)
    kernel = patterns.kernel_for(key or "", backend, lines=True)
    if kernel >= 0:
        return kernel, None
    return -1, compile_splits(spec.splits, backend)


def compile_splits(splits: Iterable[Split], backend: str | None = None) -> patterns.Split:
    """A function that cuts UTF-8 bytes step by step.

    It is a `Cutter`, or where one step is refused runs the `regex` module. For `backend` see
    `patterns.backend_of`.

    Raises
    ------
    VocabError
        A pattern that does not compile, or that no automaton runs though it has to.
    """
    splits = list(splits)
    try:
        return patterns.compile_steps(
            [(split.pattern, split.behavior, split.invert, split.of_bytes) for split in splits],
            lines=True,
            backend=backend,
        )
    except RefusedError as error:
        if any(split.of_bytes for split in splits):
            raise VocabError(
                f"steps behind ByteLevel run in automata only: {_reason(splits, error)}"
            ) from None
        return patterns.RegexSplit(spans_of(splits), _reason(splits, error))


def _reason(splits: Sequence[Split], error: RefusedError) -> str:
    """Why an automaton does not run some steps: the one that is refused by itself, if one is."""
    for number, split in enumerate(splits, 1) if len(splits) > 1 else ():
        try:
            patterns.compile_steps([(split.pattern, split.behavior, split.invert)], lines=True)
        except RefusedError as alone:
            return f"step {number} of {len(splits)}: {alone}"
    return str(error)


def spans_of(splits: Iterable[Split]) -> Callable[[str], list[Span]]:
    """A function that gives the spans of a text's pieces, with the `regex` module."""
    steps = [_compile(split) for split in splits]

    def spans(text: str) -> list[Span]:
        result = [(0, len(text))] if text else []
        for step in steps:
            result = step(text, result)
        return result

    return spans


def _compile(split: Split) -> Step:
    compiled = patterns.compile_regex(split.pattern, lines=True)
    join = _BEHAVIORS[split.behavior]

    def step(text: str, spans: list[Span]) -> list[Span]:
        result = []
        for start, end in spans:
            parts: list[tuple[int, int, bool]] = []
            at = 0
            inside = text[start:end]  # by itself: what stands around a piece is out of its sight
            for first, last in patterns.found_by(compiled, inside):
                if first > at:
                    parts.append((at, first, split.invert))
                parts.append((first, last, not split.invert))
                at = last
            if at < len(inside):
                parts.append((at, len(inside), split.invert))
            result += [(start + a, start + b) for a, b in join(parts) if b > a]
        return result

    return step


Parts = list[tuple[int, int, bool]]


def _isolated(parts: Parts) -> list[Span]:
    return [(a, b) for a, b, _ in parts]


def _removed(parts: Parts) -> list[Span]:
    return [(a, b) for a, b, matched in parts if not matched]


def _contiguous(parts: Parts) -> list[Span]:
    result: list[Span] = []
    before = None
    for a, b, matched in parts:
        if matched == before:
            result[-1] = (result[-1][0], b)
        else:
            result.append((a, b))
        before = matched
    return result


def _with_previous(parts: Parts) -> list[Span]:
    result: list[Span] = []
    before = False
    for a, b, matched in parts:
        if matched and not before and result:
            result[-1] = (result[-1][0], b)
        else:
            result.append((a, b))
        before = matched
    return result


def _with_next(parts: Parts) -> list[Span]:
    result: list[Span] = []
    behind = False
    for a, b, matched in reversed(parts):
        if matched and not behind and result:
            result[-1] = (a, result[-1][1])
        else:
            result.append((a, b))
        behind = matched
    return result[::-1]


_BEHAVIORS: dict[str, Callable[[Parts], list[Span]]] = {
    "isolated": _isolated,
    "removed": _removed,
    "contiguous": _contiguous,
    "merged_with_previous": _with_previous,
    "merged_with_next": _with_next,
}


def whole(text: bytes) -> tuple[bytes, npt.NDArray[np.intp]]:
    """A text as one piece."""
    return text, np.array([len(text)] if text else [], dtype=np.intp)


def describe(kernel: int, split: object) -> str:
    """What cuts, for users to read: see `Tokenizer.pretokenizer`."""
    if kernel >= 0:
        return "/".join(kernels.kernels()[kernel])
    if isinstance(split, Cutter):
        return "automaton"
    if isinstance(split, patterns.RegexSplit):
        return f"regex: {split.reason}; the regex module cuts instead of an automaton"
    return "joints" if split is None else "whole"
