"""From a vocabulary's regex to what cuts its texts: a family, an automaton, or the regex itself."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import kernels
from .cutter import MAX_STEPS, Cutter
from .errors import RefusedError, VocabError

if TYPE_CHECKING:
    import numpy.typing as npt

    from . import automaton

_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SIGNS = r"[\p{P}\$\+<=>\^~\|`]+"
_PAUSES = "\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c"
_CL100K_WORDS = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+"

# Other spellings that cut every text as the family's own regex does (families.h has that one).
# `family_like` finds them all, and others; these cost no time.
SPELLINGS = {
    # GPT-2's release, and Hugging Face's ByteLevel
    _GPT2: "r50k",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+": "r50k",
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+": "r50k",
    # tiktoken before 0.9, minbpe and rustbpe; `\s*[\r\n]` and `\s*[\r\n]+` match the same text
    _CL100K_WORDS + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+": "llama3",
    _ENDINGS
    + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+": "llama3",
    # Bailing, Ling, Ring
    _CL100K_WORDS + r"|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+": "qwen2",
    # Kimi
    r"[\p{Han}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"
    rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]+{_ENDINGS}?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+"
    rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]*{_ENDINGS}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": "kimi",
    # Seed-Coder's own spelling
    _ENDINGS
    + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}"
    + r"| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+": "seed_coder",
}

# Cuts in sequence, and cuts that leave gaps, each as `splits.pattern_key` writes it and one under the
# other, that together cut every text as the family's regex does.
SEQUENCES = {
    # Digits one by one, then ByteLevel: StarCoder, SmolLM
    r"\p{N}" + "\n" + _GPT2: "starcoder",
    r"\p{N}{1,3}" + "\n" + _ENDINGS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": "minicpm5",
    # Falcon, whether its first step joins its matches or takes runs of them
    "\n".join((f"(?:{_SIGNS})+", _GPT2, "[0-9][0-9][0-9]")): "falcon",
    "\n".join((_SIGNS, _GPT2, "[0-9][0-9][0-9]")): "falcon",
    # BLOOM, Poro, GPT3-Finnish: their files have a class inside of the class
    f" ?[^({_PAUSES})]+": "bloom",
    f" ?[^(\\s|[{_PAUSES[3:]}])]+": "bloom",
    r"\p{N}{1,3}" + "\n[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+\n"
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": "deepseek_v3",
}

# A possessive bound at the end of an alternative means the same without the plus.
_POSSESSIVE_BOUND = re.compile(r"(\{\d+(?:,\d*)?\})\+(?=\||\Z)")

# Names that users know a family by.
ALIASES = {
    "gpt2": "r50k",
    "p50k": "r50k",
    "gpt4": "cl100k",
    "gpt4o": "o200k",
    "cl100k_hf": "llama3",
    **dict.fromkeys(("r50k_base", "p50k_base", "p50k_edit"), "r50k"),
    "cl100k_base": "cl100k",
    **dict.fromkeys(("o200k_base", "o200k_harmony"), "o200k"),
}
# Regexes that mean one word, which nobody cuts texts by: a family's name that is none.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,}")

# What holds a `$` that is none: an escape, a class; or a `$`.
_DOLLARS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(\$)", re.DOTALL)

Split = Callable[[bytes], tuple[bytes, "npt.NDArray[np.intp]"]]


def family_names() -> list[str]:
    """The families that have a compiled scan."""
    return list(kernels.patterns())


def family_of(pattern: str, *, lines: bool = False) -> str | None:
    """The family whose pieces a regex yields, when its text is one that ctok knows.

    With `lines` it may be several, which cut in sequence.
    """
    if lines and pattern in SEQUENCES:
        return SEQUENCES[pattern]
    by_pattern = {regex: family for family, regex in kernels.patterns().items()}
    return by_pattern.get(pattern) or SPELLINGS.get(pattern)


def pattern_of(name_or_pattern: str) -> str:
    """A family's regex by its name; any other text is a regex already.

    Raises
    ------
    VocabError
        A single word that is no family's name.
    """
    family = ALIASES.get(name_or_pattern, name_or_pattern)
    regex = kernels.patterns().get(family)
    if regex is None and _WORD.fullmatch(name_or_pattern):
        raise VocabError(
            f"the pattern {name_or_pattern!r} is a word, and no family's name; there are"
            f" {', '.join(family_names())}. As a regex for this word, write (?:{name_or_pattern})"
        )
    return name_or_pattern if regex is None else regex


def backend_names() -> list[str]:
    """The backends that this processor runs, the fastest last."""
    return kernels.backends()


def with_end(pattern: str, end: str) -> str:
    """A regex with each `$` of it, but those escaped or inside a class, spelled otherwise."""
    return _DOLLARS.sub(lambda found: end if found[1] else found[0], pattern)


def onigurumas(pattern: str) -> str:
    """A pattern of tiktoken's as Oniguruma reads it.

    There ``$`` ends a line, and a plus behind a bound repeats it.
    """
    result = with_end(_POSSESSIVE_BOUND.sub(r"\1", pattern), r"\z")
    if re.search(r"\{\d+(?:,\d*)?\}\+", result):
        raise VocabError(f"ctok cannot write {pattern!r} for tokenizers: a bound is possessive")
    return result


@functools.lru_cache(maxsize=64)
def family_like(pattern: str, *, lines: bool) -> str | None:
    """The family that certainly cuts every text as a regex does, however that is spelled."""
    # Only where it is needed: it takes longer to import than all else.
    from . import automaton

    try:
        tables = automaton.compile_tables(pattern, lines=lines)
        if tables.covers:
            for family, regex in kernels.patterns().items():
                if automaton.cut_alike(tables, automaton.compile_tables(regex)):
                    return family
    except RefusedError:
        pass
    return None


def backend_of(backend: str | None) -> str:
    """A backend by its name; without one that of CTOK_BACKEND in the environment, else the fastest.

    Raises
    ------
    VocabError
        This processor runs no backend of that name.
    """
    names = backend_names()
    backend = backend or os.environ.get("CTOK_BACKEND") or names[-1]
    if backend not in names:
        raise VocabError(f"{backend!r} is no backend here; there are {', '.join(names)}")
    return backend


def kernel_for(pattern: str, backend: str | None, *, lines: bool = False) -> int:
    """The index of the kernel that runs a pattern; -1 when no family does.

    For `backend` see `backend_of`, for `lines` `compile_regex`.
    """
    backend = backend_of(backend)
    family = family_of(pattern, lines=lines)
    if family is None and pattern and "\n" not in pattern:  # those are several steps
        family = family_like(pattern, lines=lines)
    if family is None:
        return -1
    return kernels.kernels().index((family, backend))


def compile_regex(pattern: str, *, lines: bool = False) -> Any:
    """A regex of the `regex` module.

    Parameters
    ----------
    pattern : str
    lines : bool
        Whether ``$`` is the end of each line, as in Hugging Face's files; otherwise it is the end
        of the text, as in tiktoken.

    Raises
    ------
    VocabError
        The pattern does not compile.
    """
    import regex  # only here: it turns the GIL back on where its wheel does not declare itself

    flags = regex.V1 if "&&" in pattern or "[[" in pattern else regex.V0
    try:
        if lines:
            return regex.compile(pattern, flags | regex.MULTILINE)
        return regex.compile(with_end(pattern, r"\Z"), flags)
    except (regex.error, ValueError, RecursionError, OverflowError, MemoryError) as error:
        raise VocabError(f"the pattern {pattern[:200]!r} does not compile: {error}") from None


def found_by(compiled: Any, text: str) -> Iterator[tuple[int, int]]:
    """What a regex finds in a text, as in Hugging Face's files.

    Nothing is found in no text, right behind a match, and where nothing was found.
    """
    at, last = 0, -1
    while text and at <= len(text):
        match = compiled.search(text, at)
        if match is None:
            return
        start, end = match.span()
        at = end + (start == end)
        if start < end or start != last:
            yield start, end
            last = end


def compile_steps(
    steps: Iterable[tuple[str, str, bool] | tuple[str, str, bool, bool]],
    *,
    lines: bool,
    backend: str | None = None,
) -> Cutter:
    """Automata that cut in steps; see spec.Split for what a step is.

    Parameters
    ----------
    steps : iterable of (str, str, bool) or (str, str, bool, bool)
        The regex, the behavior, whether it is inverted, and whether it reads bytes.
    lines : bool
        As in `compile_regex`.
    backend : str, optional
        As in `backend_of`.

    Raises
    ------
    RefusedError
        A regex that no automaton runs exactly and in linear time.
    """
    from . import automaton

    backend = backend_of(backend)
    tables: list[tuple[automaton.Tables, str, bool, int]] = []
    isolated: list[str] = []  # steps up to here, still to be compiled
    for pattern, behavior, invert, *more in steps:
        of_bytes = any(more)
        if (behavior, invert, of_bytes) == ("isolated", False, False):
            isolated.append(pattern)
            continue
        tables += _compile_isolated(isolated, backend, lines=lines)
        isolated = []
        one = automaton.compile_tables(pattern, lines=lines, of_bytes=of_bytes)
        tables.append((one, behavior, invert, -1))
    tables += _compile_isolated(isolated, backend, lines=lines)
    if not 1 <= len(tables) <= MAX_STEPS:
        raise RefusedError(f"{len(tables)} steps of cutting are not from 1 to {MAX_STEPS}")
    return Cutter(tables, backend)


def _compile_isolated(
    patterns: list[str], backend: str, *, lines: bool
) -> list[tuple[automaton.Tables, str, bool, int]]:
    """Steps that isolate their matches as `Cutter` has them, several in one where that is possible."""
    from . import automaton

    result: list[tuple[automaton.Tables, str, bool, int]] = []
    left = list(patterns)
    for i, pattern in enumerate(left[:-1]):
        if automaton.is_undone(pattern, left[-1], lines=lines):
            left[i] = left.pop()
            break
    while left:
        last = left.pop()
        one = None
        for i in reversed(range(len(left))):
            # a step goes behind those that share no character with it
            if not all(automaton.commute(left[i], other, lines=lines) for other in left[i + 1 :]):
                break
            one = automaton.compile_behind(left[i], last, lines=lines)
            if one is not None:
                del left[i]
                break
        while one is None and left:
            both = automaton.joined(left[-1], last, lines=lines)
            if both is None or _is_slower(both, (left[-1], last), lines=lines):
                break
            left.pop()
            last = both
        kernel = -1
        if one is None:
            one = automaton.compile_tables(last, lines=lines)
            kernel = _row_of(last, one, backend)
        result.append((one, "isolated", False, kernel))
    return result[::-1]


def _row_of(pattern: str, tables: automaton.Tables, backend: str) -> int:
    """The index of the kernel that cuts every text as a regex with these tables does, or -1."""
    from . import automaton

    family = family_of(pattern)
    if family is None:
        return -1
    row = automaton.compile_tables(kernels.patterns()[family])
    alike = automaton.cut_alike(tables, row)
    return kernels.kernels().index((family, backend)) if alike else -1


def _is_slower(both: str, each: Iterable[str], *, lines: bool) -> bool:
    """Whether one regex needs more states than vectors follow, and those that it stands for do not."""
    from . import automaton

    try:
        tables = automaton.compile_tables(both, lines=lines)
    except RefusedError:
        return True
    return not len(tables.entries) and all(
        len(automaton.compile_tables(one, lines=lines).entries) for one in each
    )


def compile_split(pattern: str, backend: str | None = None) -> Split:
    """A function that cuts UTF-8 bytes into the matches of a regex.

    As in tiktoken, text between two matches is left out, `$` means the end of the text only,
    and an empty match is no piece. It is a `Cutter`, or where that is refused runs the `regex`
    module.

    Raises
    ------
    VocabError
        The pattern does not compile.
    """
    try:
        return compile_steps([(pattern, "removed", True)], lines=False, backend=backend)
    except RefusedError as error:
        reason = str(error)
    compiled = compile_regex(pattern)
    return RegexSplit(
        lambda text: [m.span() for m in compiled.finditer(text) if m.end() > m.start()], reason
    )


class RegexSplit:
    """Cuts UTF-8 bytes with the `regex` module.

    Parameters
    ----------
    spans_of : callable
        From a str to the spans of its pieces, in order.
    reason : str
        Why no automaton does it.
    """

    def __init__(self, spans_of: Callable[[str], list[tuple[int, int]]], reason: str) -> None:
        self._spans_of, self.reason = spans_of, reason

    def __call__(self, text: bytes) -> tuple[bytes, npt.NDArray[np.intp]]:
        """The bytes that are left of a text, and where its pieces end in them."""
        # A byte of no valid sequence becomes one lone surrogate, which no \p{L}, \p{N} or \s has.
        characters = text.decode("utf-8", "surrogateescape")
        sizes = utf8_sizes(characters)
        at = np.concatenate([np.zeros(1, np.intp), np.cumsum(sizes, dtype=np.intp)])
        spans = np.array(self._spans_of(characters), dtype=np.intp).reshape(-1, 2)
        starts, ends = at[spans[:, 0]], at[spans[:, 1]]
        lengths = ends - starts
        if lengths.sum() != len(text):
            text = b"".join(text[a:b] for a, b in zip(starts, ends, strict=True))
        return text, np.cumsum(lengths, dtype=np.intp)


def utf8_sizes(characters: str) -> npt.NDArray[np.int64]:
    """How many bytes each character of a surrogateescape-decoded str stood for."""
    points = np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    escaped = (points >= 0xDC80) & (points <= 0xDCFF)
    sizes = 1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
    return np.where(escaped, 1, sizes)
