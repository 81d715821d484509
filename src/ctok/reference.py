"""The whole algorithm in plain Python, slow and clear: read it first, compare all else with it.

    text -> UTF-8 -> stretches between special tokens -> pieces -> merge -> ids -> bytes -> text

A vocabulary is three things: a regex that cuts text into pieces, the ranks of its tokens (a
token's rank is its id too), and its special tokens. Everything here is a function of those.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

NO_RANK = 1 << 32


class Vocabulary(NamedTuple):
    """What tokenizing needs to know.

    Attributes
    ----------
    pattern : str
        A regex of the `regex` module whose matches cover every text. A `$` in it may follow only
        a possessive ``\\s++``: elsewhere the module lets it match before a last newline too.
    ranks : mapping of bytes to int
        The rank of each token; each of the 256 single bytes has one.
    specials : mapping of str to int
        The ids of the special tokens.
    """

    pattern: str
    ranks: Mapping[bytes, int]
    specials: Mapping[str, int] = {}


# ---- text to ids


def utf8(text: str | bytes) -> bytes:
    """A text as UTF-8; two surrogates that make a pair are one character, others are U+FFFD."""
    if isinstance(text, bytes):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def stretches(
    vocab: Vocabulary, data: bytes, allowed: Collection[str], refused: Collection[str] = ()
) -> list[bytes | int]:
    """Ordinary text and, between, the ids of allowed special tokens: the leftmost, then longest.

    Raises
    ------
    ValueError
        A refused special token stands in the text.
    """
    for token in refused:
        if token.encode() in data:
            raise ValueError(f"disallowed special token {token!r}")
    longest_first = sorted((token.encode() for token in allowed), key=len, reverse=True)
    if not longest_first:
        return [data]
    found = re.split(b"(" + b"|".join(map(re.escape, longest_first)) + b")", data)
    return [vocab.specials[part.decode()] if i % 2 else part for i, part in enumerate(found)]


def pretokenize(pattern: str, data: bytes) -> list[bytes]:
    """The pieces: the regex's matches. A byte of no valid UTF-8 sequence is a symbol."""
    import regex

    flags = regex.V1 if "&&" in pattern or "[[" in pattern else regex.V0
    # Such a byte is decoded to a surrogate, and seen as U+FFFD.
    text = data.decode("utf-8", "surrogateescape")
    seen = re.sub("[\ud800-\udfff]", "\ufffd", text)
    spans = (match.span() for match in regex.finditer(pattern, seen, flags))
    return [text[a:b].encode("utf-8", "surrogateescape") for a, b in spans if a < b]


def merge_parts(ranks: Mapping[bytes, int], piece: bytes, below: int = NO_RANK) -> list[bytes]:
    """A piece's bytes, merged: the two neighbours of lowest rank first, of equals the leftmost.

    Only merges of a rank lower than `below` are made.
    """
    parts = [piece[i : i + 1] for i in range(len(piece))]
    while len(parts) > 1:
        pairs = [left + right for left, right in zip(parts, parts[1:], strict=False)]
        rank, at = min((ranks.get(pair, NO_RANK), at) for at, pair in enumerate(pairs))
        if rank >= below:
            break
        parts[at : at + 2] = [pairs[at]]
    return parts


def merge(ranks: Mapping[bytes, int], piece: bytes) -> list[int]:
    """The ids of a piece: its own when the whole piece is a token, else those of its parts."""
    if piece in ranks:
        return [ranks[piece]]
    return [ranks[part] for part in merge_parts(ranks, piece)]


def encode(
    vocab: Vocabulary,
    text: str | bytes,
    allowed: Collection[str] = (),
    refused: Collection[str] = (),
) -> list[int]:
    """The ids of a text. Special tokens neither allowed nor refused are ordinary text."""
    ids: list[int] = []
    for part in stretches(vocab, utf8(text), allowed, refused):
        if isinstance(part, int):
            ids.append(part)
            continue
        for piece in pretokenize(vocab.pattern, part):
            ids += merge(vocab.ranks, piece)
    return ids


# ---- ids to text


def decode(vocab: Vocabulary, ids: Iterable[int]) -> bytes:
    """The bytes of ids.

    Raises
    ------
    KeyError
        An id that no token has.
    """
    tokens = {rank: token for token, rank in vocab.ranks.items()}
    for token, number in vocab.specials.items():
        tokens.setdefault(number, token.encode())  # special tokens may share an id
    return b"".join(tokens[number] for number in ids)


def offsets(vocab: Vocabulary, text: str | bytes, ids: Iterable[int]) -> list[tuple[int, int]]:
    """Where each id of a text starts and ends: in bytes of bytes, in characters of a str.

    A token that holds a part of a character covers the whole character.
    """
    spans = []
    end = 0
    for number in ids:
        start, end = end, end + len(decode(vocab, [number]))
        spans.append((start, end))
    if isinstance(text, bytes):
        return spans
    # For each byte of the UTF-8 text, the characters of the str that it stands for.
    owners: list[tuple[int, int]] = []
    for match in re.finditer("[\ud800-\udbff][\udc00-\udfff]|.", text, re.DOTALL):
        owners += [match.span()] * len(utf8(match.group()))
    return [(owners[start][0], owners[end - 1][1]) for start, end in spans]


# ---- what a vocabulary is like


def is_proper(ranks: Mapping[bytes, int]) -> bool:
    """Whether merging each token's own bytes, before its own rank, ends in exactly two parts.

    Then a token has one pair that makes it, and looking a whole piece up first changes nothing.
    """
    return all(
        len(merge_parts(ranks, token, below=rank)) == 2
        for token, rank in ranks.items()
        if len(token) > 1
    )
