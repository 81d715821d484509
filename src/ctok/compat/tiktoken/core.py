"""Encoding: tiktoken's class over a ctok Tokenizer."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from ...errors import SpecialTokenError
from ...tokenizer import Tokenizer
from . import _tiktoken

Ids = TypeVar("Ids", list[int], npt.NDArray[np.uint32])


class Encoding:
    """A vocabulary with tiktoken's methods.

    Parameters
    ----------
    name : str
        What the encoding is called.
    pat_str : str
        The regex that cuts text into pieces. Those of `ctok.families` are compiled; any other
        runs through the `regex` module.
    mergeable_ranks : dict of bytes to int
        Tokens and their ids; of two possible merges the one to the lower id goes first.
    special_tokens : dict of str to int
        Special tokens and their ids.
    explicit_n_vocab : int, optional
        How many tokens there are, if their ids have no gaps.

    Raises
    ------
    AssertionError
        The number of tokens is not explicit_n_vocab, or ids have gaps.
    VocabError
        A vocabulary that cannot be used; a ValueError.
    """

    def __init__(
        self,
        name: str,
        *,
        pat_str: str,
        mergeable_ranks: dict[bytes, int],
        special_tokens: dict[str, int],
        explicit_n_vocab: int | None = None,
    ):
        self.name = name
        self._pat_str = pat_str
        self._mergeable_ranks = mergeable_ranks
        self._special_tokens = special_tokens
        self.max_token_value = max(
            max(mergeable_ranks.values()), max(special_tokens.values(), default=0)
        )
        if explicit_n_vocab:
            n_tokens = len(mergeable_ranks) + len(special_tokens)
            if (n_tokens, self.max_token_value) != (explicit_n_vocab, explicit_n_vocab - 1):
                raise AssertionError(
                    f"{name!r} has {n_tokens} tokens with ids up to {self.max_token_value};"
                    f" explicit_n_vocab is {explicit_n_vocab}"
                )
        self._core_bpe = _tiktoken.CoreBPE(mergeable_ranks, special_tokens, pat_str, name=name)
        self._prepare()

    @classmethod
    def _of_tokenizer(cls, tokenizer: Tokenizer) -> Encoding:
        """An encoding over a tokenizer, whose ranks become a dict when someone asks for it."""
        self = cls.__new__(cls)
        self.name = tokenizer.name
        self._pat_str = tokenizer.pattern
        self._special_tokens = tokenizer.special_tokens
        self.max_token_value = tokenizer.n_vocab - 1
        self._core_bpe = _tiktoken.CoreBPE._of_tokenizer(tokenizer)
        self._prepare()
        return self

    def _prepare(self) -> None:
        """What calls read again and again."""
        self._special_token_values = set(self._special_tokens.values())
        self._tokenizer = self._core_bpe.tokenizer

    @functools.cached_property
    def _mergeable_ranks(self) -> dict[bytes, int]:
        spec = self._tokenizer.vocab.spec
        data, ends = spec.token_bytes, spec.token_offsets.tolist()
        spans = enumerate(itertools.pairwise(ends))
        return {data[start:end]: rank for rank, (start, end) in spans if start < end}

    def __repr__(self) -> str:
        return f"<Encoding {self.name!r}>"

    # ---- special tokens

    def _check_special(
        self,
        texts: Iterable[str],
        allowed: Literal["all"] | AbstractSet[str],
        disallowed: Literal["all"] | Collection[str],
    ) -> Literal["all"] | Collection[str]:
        """What the tokenizer has to refuse; called where the arguments are not the plain ones.

        Any str may be disallowed in tiktoken; the tokenizer looks for special tokens only, so
        the others are looked for here.
        """
        if not (isinstance(allowed, (set, frozenset)) or allowed == "all"):
            raise TypeError(f'allowed_special is "all" or a set, not {type(allowed).__name__}')
        if not disallowed:
            return ()
        if disallowed == "all":
            return "all"
        disallowed = frozenset(disallowed)
        if disallowed <= self.special_tokens_set:
            return disallowed
        search = _tiktoken.special_token_regex(disallowed).search
        for text in texts:
            if match := search(text):
                raise_disallowed_special_token(match.group())
        return ()

    # ---- encoding

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text in which nothing is special."""
        if not isinstance(text, str):
            refuse_text(text)
        return self._complete(self._tokenizer.encode_ordinary(text))

    def encode(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = set(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> list[int]:
        """The ids of a text.

        Parameters
        ----------
        text : str
            A pair of surrogates is the character that it means, a single one becomes U+FFFD.
        allowed_special : "all" or set of str
            Special tokens that become their ids.
        disallowed_special : "all" or collection of str
            What the text may not hold; "all" means the special tokens that are not allowed.

        Raises
        ------
        ValueError
            The text holds something disallowed.
        """
        if not isinstance(text, str):
            refuse_text(text)
        if allowed_special or disallowed_special != "all":
            disallowed_special = self._check_special([text], allowed_special, disallowed_special)
        return self._complete(
            self._tokenizer.encode(
                text, allowed_special=allowed_special, disallowed_special=disallowed_special
            )
        )

    def encode_to_numpy(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = set(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> npt.NDArray[np.uint32]:
        """The ids of a text, shape (n,), read-only; otherwise as `encode`.

        Raises
        ------
        UnicodeEncodeError
            The text has surrogates.
        """
        self._refuse_disallowed(text, allowed_special, disallowed_special)
        return self._core_bpe.encode_to_tiktoken_buffer(text, self._named(allowed_special))

    def encode_ordinary_batch(self, text: list[str], *, num_threads: int = 8) -> list[list[int]]:
        """The ids of many texts in which nothing is special, on at most num_threads threads."""
        texts = list(text)
        return self._batch(
            lambda: self._tokenizer.encode_ordinary_batch(texts, threads=num_threads),
            self.encode_ordinary,
            texts,
            num_threads,
        )

    def encode_batch(
        self,
        text: list[str],
        *,
        num_threads: int = 8,
        allowed_special: Literal["all"] | AbstractSet[str] = set(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> list[list[int]]:
        """The ids of many texts, on at most num_threads threads; otherwise as `encode`."""
        texts = list(text)
        rules: dict[str, Any] = {
            "allowed_special": allowed_special,
            "disallowed_special": disallowed_special,
        }
        one = functools.partial(self.encode, **rules)
        if allowed_special or disallowed_special != "all":
            rules["disallowed_special"] = self._check_special(
                texts, allowed_special, disallowed_special
            )
        return self._batch(
            lambda: self._tokenizer.encode_batch(texts, threads=num_threads, **rules),
            one,
            texts,
            num_threads,
        )

    def _batch(
        self,
        run: Callable[[], Any],
        one: Callable[[str], Any],
        texts: list[str],
        num_threads: int,
    ) -> list[list[int]]:
        """The rows of a batch; what is wrong with the first bad text is raised as for it alone."""
        _check_threads(num_threads)
        try:
            if not {*map(type, texts)} <= {str}:
                for text in texts:
                    if not isinstance(text, str):
                        refuse_text(text)
            batch = run()
            self._complete(batch.ids)
        except (TypeError, ValueError):
            for text in texts:
                one(text)
            raise
        rows: list[list[int]] = batch.tolist()
        return rows

    def encode_with_unstable(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = set(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> tuple[list[int], list[list[int]]]:
        """The ids of a text that stay when it goes on, and all ways in which the rest may.

        Returns
        -------
        stable : list of int
            Ids of a start of the text.
        completions : list of list of int
            In no order: ids that follow the stable ones and cover at least the text's end.

        Raises
        ------
        UnicodeEncodeError
            The text has surrogates.
        """
        self._refuse_disallowed(text, allowed_special, disallowed_special)
        return self._core_bpe.encode_with_unstable(text, self._named(allowed_special))

    def _refuse_disallowed(
        self,
        text: str,
        allowed: Literal["all"] | AbstractSet[str],
        disallowed: Literal["all"] | Collection[str],
    ) -> None:
        """Raises when a text holds what it may not, or is no str."""
        if not isinstance(text, str):
            refuse_text(text)
        wanted = self._check_special([text], allowed, disallowed)
        if wanted == "all":
            wanted = self.special_tokens_set - self._named(allowed)
        if wanted and (match := _tiktoken.special_token_regex(wanted).search(text)):
            raise_disallowed_special_token(match.group())

    def _named(self, allowed: Literal["all"] | AbstractSet[str]) -> AbstractSet[str]:
        return self.special_tokens_set if isinstance(allowed, str) else allowed

    def _complete(self, ids: Ids) -> Ids:
        """Ids as they are; raises when the vocabulary lacks a byte that they stand for."""
        return ids if self._core_bpe._first_stand_in is None else self._core_bpe.complete(ids)

    def encode_single_token(self, text_or_bytes: str | bytes) -> int:
        """The id of one token, special ones included.

        Raises
        ------
        KeyError
            There is no such token.
        """
        return self._core_bpe.encode_single_token(_utf8(text_or_bytes))

    # ---- decoding

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes of ids.

        Raises
        ------
        KeyError
            An id without a token.
        OverflowError
            A number that is negative, or 2**32 or more.
        """
        return self._core_bpe.decode_bytes(tokens)

    def decode(self, tokens: Sequence[int], errors: str = "replace") -> str:
        """The text of ids; errors as in `bytes.decode`, so bytes that are not UTF-8 are lost."""
        try:
            return self._tokenizer.decode(self._core_bpe.known(tokens), errors)
        except KeyError as error:
            self._core_bpe.refuse(tokens, error)

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of one id, special ones included; KeyError without such a token."""
        return self._core_bpe.decode_single_token_bytes(token)

    def decode_tokens_bytes(self, tokens: Sequence[int]) -> list[bytes]:
        """The bytes of each id."""
        return [self.decode_single_token_bytes(token) for token in tokens]

    def decode_with_offsets(self, tokens: Sequence[int]) -> tuple[str, list[int]]:
        """The text of ids, and the character at which each starts.

        An id that starts inside a character has the start of that character.

        Raises
        ------
        UnicodeDecodeError
            The bytes are not UTF-8.
        """
        tokens = [*tokens]
        self.decode_tokens_bytes(tokens)  # raises for the first id that is unknown
        return self._tokenizer.decode_with_offsets(tokens)

    def decode_batch(
        self, batch: Sequence[Sequence[int]], *, errors: str = "replace", num_threads: int = 8
    ) -> list[str]:
        """The text of each row of ids."""
        one = functools.partial(self.decode, errors=errors)
        run = functools.partial(self._tokenizer.decode_batch, errors=errors)
        texts: list[str] = self._decode_rows(run, one, batch, num_threads)
        return texts

    def decode_bytes_batch(
        self, batch: Sequence[Sequence[int]], *, num_threads: int = 8
    ) -> list[bytes]:
        """The bytes of each row of ids."""
        run = self._tokenizer.decode_bytes_batch
        rows: list[bytes] = self._decode_rows(run, self.decode_bytes, batch, num_threads)
        return rows

    def _decode_rows(
        self, run: Callable[..., Any], one: Callable[..., Any], batch: Iterable[Any], threads: int
    ) -> Any:
        """The rows decoded; what is wrong with the first bad row is raised as for it alone."""
        _check_threads(threads)
        rows = list(batch)
        try:
            return run([self._core_bpe.known(row) for row in rows], threads=threads)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            for row in rows:
                one(row)
            raise

    # ---- facts

    def token_byte_values(self) -> list[bytes]:
        """The bytes of all tokens that are not special, sorted."""
        return self._core_bpe.token_byte_values()

    @property
    def eot_token(self) -> int:
        """The id of ``<|endoftext|>``; KeyError without one."""
        return self._special_tokens["<|endoftext|>"]

    @functools.cached_property
    def special_tokens_set(self) -> set[str]:
        """The special tokens."""
        return set(self._special_tokens)

    def is_special_token(self, token: int) -> bool:
        """Whether an id is a special token's."""
        if not isinstance(token, int):
            raise AssertionError(  # noqa: TRY004 - as in tiktoken
                f"a token is an int, not {type(token).__name__}"
            )
        return token in self._special_token_values

    @property
    def n_vocab(self) -> int:
        """One more than the highest id."""
        return self.max_token_value + 1

    # ---- not public in tiktoken either, but in use

    def _encode_single_piece(self, text_or_bytes: str | bytes) -> list[int]:
        """The ids of a text that is one piece, in which nothing is special."""
        return self._core_bpe.encode_single_piece(_utf8(text_or_bytes))

    def _encode_only_native_bpe(self, text: str) -> list[int]:
        """The ids of a text that the `regex` module cuts into pieces."""
        import regex

        pieces = regex.findall(self._pat_str, text)
        return [token for piece in pieces for token in self._encode_single_piece(piece)]

    def _encode_bytes(self, text: bytes) -> list[int]:
        """The ids of bytes that need not be UTF-8."""
        return self._core_bpe._encode_bytes(text)

    def __getstate__(self) -> object:
        from . import registry

        if self is registry.ENCODINGS.get(self.name):
            return self.name
        return {
            "name": self.name,
            "pat_str": self._pat_str,
            "mergeable_ranks": self._mergeable_ranks,
            "special_tokens": self._special_tokens,
        }

    def __setstate__(self, value: object) -> None:
        from . import registry

        if isinstance(value, str):
            self.__dict__ = registry.get_encoding(value).__dict__
        else:
            self.__init__(**value)  # type: ignore[arg-type, misc]


def _utf8(text_or_bytes: str | bytes) -> bytes:
    return text_or_bytes.encode("utf-8") if isinstance(text_or_bytes, str) else text_or_bytes


def _check_threads(num_threads: int) -> None:
    if num_threads <= 0:
        raise ValueError(f"num_threads is {num_threads}; it must be greater than 0")


def refuse_text(text: object) -> NoReturn:
    """Raises for a text that is no str."""
    raise TypeError(f"a text is str, not {type(text).__name__}")


def raise_disallowed_special_token(token: str) -> NoReturn:
    """Raises for a text that holds a disallowed token."""
    raise SpecialTokenError(
        f"Encountered text corresponding to disallowed special token {token!r}.\n"
        f"If it should become that token's id, pass allowed_special={{{token!r}}}.\n"
        "If it is ordinary text, pass disallowed_special=() or what else is disallowed."
    )
