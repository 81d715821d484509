"""CoreBPE: the class that tiktoken writes in Rust, over a ctok Tokenizer."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from ...errors import DecodeError, VocabError
from ...loaders import tiktoken as rank_file
from ...tokenizer import Tokenizer
from . import unstable

U32_MAX = 0xFFFFFFFF


class CoreBPE:
    """Encodes and decodes under ranks, special tokens and a pattern.

    A vocabulary may lack single bytes. They get ids above all others, which are never given
    out: `complete` refuses them in results, and decoding does not know them.

    Parameters
    ----------
    encoder : dict of bytes to int
        Tokens and their ranks, which are their ids.
    special_tokens_encoder : dict of str to int
    pattern : str
        The regex that cuts text into pieces.
    name : str
        What messages call the vocabulary.

    Raises
    ------
    VocabError
        Two tokens of one rank, or what `ctok.Tokenizer` refuses.
    """

    def __init__(
        self,
        encoder: dict[bytes, int],
        special_tokens_encoder: dict[str, int],
        pattern: str,
        *,
        name: str = "CoreBPE",
    ) -> None:
        by_rank: dict[int, bytes] = {}
        for token, rank in encoder.items():
            if not isinstance(token, bytes):
                raise TypeError(f"{name!r}: the token {token!r} is not bytes")
            if by_rank.setdefault(rank, token) is not token:
                raise VocabError(
                    f"{name!r}: {by_rank[rank]!r} and {token!r} have the same rank {rank}"
                )
        missing = [b for b in map(int.to_bytes, range(256)) if b not in encoder]
        self._first_stand_in: int | None = None
        if missing:
            self._first_stand_in = 1 + max((*by_rank, *special_tokens_encoder.values()), default=-1)
            by_rank.update(enumerate(missing, self._first_stand_in))
        spec = rank_file.from_ranks(
            by_rank, name=name, pattern=pattern, specials=special_tokens_encoder
        )
        self.tokenizer = Tokenizer(spec)

    @classmethod
    def _of_tokenizer(cls, tokenizer: Tokenizer) -> CoreBPE:
        """The same over a tokenizer, which has all single bytes."""
        self = cls.__new__(cls)
        self.tokenizer = tokenizer
        self._first_stand_in = None
        return self

    # ---- what may come out and go in

    def complete(self, ids: Any) -> Any:
        """Ids as they are, when no byte that the vocabulary lacks is among them."""
        first = self._first_stand_in
        if first is not None and len(ids) and max(ids) >= first:
            byte = self.tokenizer.decode_bytes([max(ids)])
            raise VocabError(
                f"{self.tokenizer.name!r} has no token for the byte 0x{byte.hex()}, which the"
                " text needs"
            )
        return ids

    def known(self, tokens: Any) -> Any:
        """Tokens as the decoder takes them, when all are ids of the vocabulary.

        Raises
        ------
        TypeError
            No sequence of integers.
        """
        if type(tokens) is not list:
            if isinstance(tokens, (str, dict)) or not hasattr(tokens, "__getitem__"):
                raise TypeError(f"tokens are a sequence of int, not {type(tokens).__name__}")
            if isinstance(tokens, bytes):
                tokens = list(tokens)
        if self._first_stand_in is not None:
            for token in tokens:
                if token >= self._first_stand_in:
                    self.refuse(tokens, KeyError(f"Invalid token for decoding: {token}"))
        return tokens

    @staticmethod
    def refuse(tokens: Any, error: Exception) -> NoReturn:
        """Raises what is wrong with tokens: a number that is no uint32 goes before an unknown id."""
        for index, token in enumerate(tokens):
            if not 0 <= token <= U32_MAX:
                raise OverflowError(f"tokens[{index}] is {token}; ids are 0 to {U32_MAX}") from None
        raise error from None

    # ---- encoding

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text in which nothing is special."""
        ids: list[int] = self.complete(self.tokenizer.encode_ordinary(text))
        return ids

    def encode(self, text: str, allowed_special: AbstractSet[str]) -> list[int]:
        """The ids of a text; special tokens that are not allowed are ordinary text."""
        ids: list[int] = self.complete(
            self.tokenizer.encode(text, allowed_special=allowed_special, disallowed_special=())
        )
        return ids

    def encode_to_tiktoken_buffer(
        self, text: str, allowed_special: AbstractSet[str]
    ) -> npt.NDArray[np.uint32]:
        """As `encode`, as an array that cannot be written.

        Raises
        ------
        UnicodeEncodeError
            The text has surrogates.
        """
        _refuse_surrogates(text)
        ids: npt.NDArray[np.uint32] = self.complete(
            self.tokenizer.encode_to_numpy(
                text, allowed_special=allowed_special, disallowed_special=()
            )
        )
        ids.flags.writeable = False
        return ids

    def _encode_bytes(self, bytes: bytes) -> list[int]:
        """The ids of bytes, UTF-8 or not.

        From the last piece of what is valid on, all is one piece. tiktoken cuts there, too.
        """
        if not isinstance(bytes, _bytes):
            raise TypeError(f"{type(bytes).__name__!r} object is not an instance of 'bytes'")
        try:
            return self.encode_ordinary(bytes.decode("utf-8"))
        except UnicodeDecodeError as error:
            valid = error.start
        stable, rest = unstable.cut(self, bytes[:valid].decode("utf-8"), frozenset())
        return stable + self.encode_single_piece(rest + bytes[valid:])

    def encode_with_unstable(
        self, text: str, allowed_special: AbstractSet[str]
    ) -> tuple[list[int], list[list[int]]]:
        """Ids that stay whatever follows the text, and how the rest may go on; see `unstable`."""
        _refuse_surrogates(text)
        stable, rest = unstable.cut(self, text, allowed_special)
        return stable, unstable.completions(self, rest)

    def encode_single_token(self, piece: bytes) -> int:
        """The id of one token, special or not; KeyError without one."""
        if not isinstance(piece, _bytes):
            raise TypeError(f"{type(piece).__name__!r} object is not an instance of 'bytes'")
        number = self.tokenizer.encode_single_token(piece)
        if self._first_stand_in is not None and number >= self._first_stand_in:
            raise KeyError(piece)
        return number

    def encode_single_piece(self, piece: bytes) -> list[int]:
        """The ids of bytes that are one piece."""
        if not isinstance(piece, _bytes):
            raise TypeError(f"{type(piece).__name__!r} object is not an instance of 'bytes'")
        ids: list[int] = self.complete(self.tokenizer.encode_piece(piece))
        return ids

    # ---- decoding

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes of ids; KeyError for an unknown one, OverflowError for one that is no uint32."""
        tokens = self.known(tokens)
        try:
            return self.tokenizer.decode_bytes(tokens)
        except DecodeError as error:
            self.refuse(tokens, error)

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of one id."""
        try:
            return self.decode_bytes([token])
        except KeyError:
            raise KeyError(str(token)) from None

    @functools.cached_property
    def sorted_tokens(self) -> list[bytes]:
        """The bytes of all tokens that are not special, sorted."""
        values = self.tokenizer.token_byte_values()
        if self._first_stand_in is None:
            return values
        find = self.tokenizer.encode_single_token
        return [value for value in values if find(value) < self._first_stand_in]

    @functools.cached_property
    def longest_token(self) -> int:
        """How many bytes the longest of them has."""
        return max(map(len, self.sorted_tokens))

    def token_byte_values(self) -> list[bytes]:
        """`sorted_tokens`, as a list of the caller's own."""
        return list(self.sorted_tokens)


_bytes = bytes  # a parameter has this name, as in tiktoken


def _refuse_surrogates(text: str) -> None:
    """UnicodeEncodeError for a str that UTF-8 cannot hold; free for ASCII."""
    if not text.isascii():
        text.encode("utf-8")


def special_token_regex(tokens: Collection[str]) -> re.Pattern[str]:
    """What finds any of the tokens, the longest of those that start at one place."""
    return re.compile("|".join(map(re.escape, sorted(tokens, key=lambda token: -len(token)))))
