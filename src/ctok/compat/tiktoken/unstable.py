"""Which ids of a text may still change when text is added, and to what.

A text's last piece is unstable: what follows may belong to it. For all before it tiktoken
assumes that pieces stay, with two exceptions that are carried over, since results have to be
equal: a last piece of blanks takes the blanks before it along (``\\s*[\\r\\n]+`` may join them),
and a last blank may part from those before it (``\\s+(?!\\S)`` may cut there).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._tiktoken import CoreBPE

# Unicode's White_Space; str.isspace also has U+001C to U+001F.
_BLANKS = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code_point) for code_point in range(0x2000, 0x200B)
}
_BATCH_BYTES = 1 << 20  # of continued texts that are held at once


def cut(core: CoreBPE, text: str, allowed_special: AbstractSet[str]) -> tuple[list[int], bytes]:
    """The ids before a text's unstable end, and the bytes of that end."""
    ids = core.encode(text, allowed_special)
    last = _last_piece(core, text, allowed_special)
    if not last:
        return ids, b""
    start = len(ids) - len(core.encode_single_piece(last))
    special = set(core.tokenizer.special_tokens.values())

    def is_blank(number: int) -> bool:
        return number not in special and not core.decode_bytes([number]).strip(b" \n\t")

    if is_blank(ids[start]):
        while start and is_blank(ids[start - 1]):
            start -= 1
    return ids[:start], core.decode_bytes(ids[start:])


def _last_piece(core: CoreBPE, text: str, allowed_special: AbstractSet[str]) -> bytes:
    """The last piece behind the last allowed special token; empty without one."""
    from ._tiktoken import special_token_regex

    allowed = allowed_special & core.tokenizer.special_tokens.keys()
    if allowed:
        end = 0
        for match in special_token_regex(allowed).finditer(text):
            end = match.end()
        text = text[end:]
    pieces = core.tokenizer.pieces(text.encode("utf-8"))
    return pieces[-1] if pieces else b""


def completions(core: CoreBPE, rest: bytes) -> list[list[int]]:
    """All that the ids of an unstable end may become, each cut off where it covers that end.

    Every token that the end could run into is put where it would start, and the whole is
    encoded. Cost: the number of those tokens, a hundred thousand at most, times the length of
    the end, as is the size of the result; texts that come up more than once are encoded once.
    """
    if not rest:
        return []
    values = core.sorted_tokens
    found: set[tuple[int, ...]] = {
        (core.encode_single_token(token),) for token in _starting_with(values, rest)
    }
    texts = _continued(values, core.longest_token, rest)
    while batch := list(islice(texts, 1 + _BATCH_BYTES // len(rest))):
        found.update(_covering(core, batch, len(rest)))
    found.update(_parted(core, rest))
    return [list(ids) for ids in found]


def _starting_with(values: list[bytes], prefix: bytes) -> Iterator[bytes]:
    """The sorted values that start with prefix."""
    for at in range(bisect_left(values, prefix), len(values)):
        if not values[at].startswith(prefix):
            return
        yield values[at]


def _continued(values: list[bytes], longest: int, rest: bytes) -> Iterator[bytes]:
    """The end with any token in place of its last bytes that the token starts with, each once."""
    seen = set()
    for at in range(max(1, len(rest) - longest), len(rest)):
        for token in _starting_with(values, rest[at:]):
            added = token[len(rest) - at :]
            if added not in seen:
                seen.add(added)
                yield rest + added


def _covering(core: CoreBPE, texts: list[bytes], size: int) -> Iterator[tuple[int, ...]]:
    """The first ids of each text, as many as it takes for so many bytes."""
    for text in texts:
        try:
            ids = core.encode_ordinary(text.decode("utf-8"))
        except UnicodeDecodeError:
            ids = core.encode_single_piece(text)
        covered = 0
        for n, number in enumerate(ids, 1):
            covered += len(core.tokenizer.vocab.token(number) or b"")
            if covered >= size:
                ids = ids[:n]
                break
        yield tuple(ids)


def _parted(core: CoreBPE, rest: bytes) -> Iterator[tuple[int, ...]]:
    """The end with its last blank as a piece by itself."""
    before, last = rest.decode("utf-8")[:-1], rest.decode("utf-8")[-1]
    if before and last in _BLANKS:
        parts = (before.encode("utf-8"), last.encode("utf-8"))
        yield tuple(number for part in parts for number in core.encode_single_piece(part))
