"""Tokenizer: text to ids and back, under one frozen vocabulary."""

from __future__ import annotations

import codecs
import functools
import operator
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import parallel, splits
from .batch import TokenBatch
from .decoder import Decoder, ids_of, rows_of
from .decoding import TextDecoder
from .encoder import ALLOWED, CACHE_BYTES, REFUSED, Core, Edge, Rules, lists_of, quick
from .errors import CtokError
from .spec import VocabSpec
from .vocab import Vocab

if TYPE_CHECKING:
    import numpy.typing as npt

    from .encoded import Places
    from .front import Front
    from .tracing import Trace, Tracer

Text = str | bytes
Side = Literal["right", "left"]
# How the files of other programs end, which `Tokenizer.save` does not write.
OTHERS_ENDINGS = (".json", ".tiktoken", ".model", ".gguf")


def _front_of(spec: VocabSpec, core: Core) -> Front | None:
    """What stands between texts and the core, where a vocabulary has any of it."""
    if not spec.normalizer and not spec.added:
        return None
    from .front import Front

    return Front(spec, core) if Front.needed(spec) else None


class Tokenizer(Edge):
    """Turns text into token ids and back.

    A tokenizer never changes, so any number of threads may use one at once, and it may be
    pickled, copied and used after a fork.

    Parameters
    ----------
    spec : VocabSpec or Vocab
        The vocabulary; see `ctok.load`. The tables of a Vocab are not built again.
    backend : str, optional
        Which compiled scan finds the pieces, of those in `ctok.backends()`; by default the
        fastest that this processor runs.
    cache_bytes : int
        Each thread that works remembers pieces in at most so many bytes, however long it works; 0
        for none. It starts with 4 MB and takes more as it meets more pieces, 60 MB by default and
        up to 960; for large corpora of several languages, or of Chinese and Japanese, more than
        the default pays. The ids are the same with every size.

    Attributes
    ----------
    name : str
        The vocabulary's name.
    is_proper : bool
        Whether looking a whole piece up and merging its bytes always agree; see docs/merge.md.

    Raises
    ------
    VocabError
        A vocabulary that cannot be used, or an unknown backend.
    """

    def __init__(
        self, spec: VocabSpec | Vocab, *, backend: str | None = None, cache_bytes: int = CACHE_BYTES
    ) -> None:
        if cache_bytes < 0:
            raise ValueError(f"cache_bytes is {cache_bytes}; 0 is the least")
        self._vocab = spec if isinstance(spec, Vocab) else Vocab(spec)
        spec = self._vocab.spec
        self._backend = backend
        kernel, split = splits.plan(spec, backend, has_joints=self._vocab.has_joints)
        self._core = Core(self._vocab, kernel, split, cache_bytes)
        self._uncut = Core(self._vocab, -1, splits.whole, cache_bytes)
        self._front = _front_of(spec, self._core)
        self._decoder = Decoder(self._vocab)
        self.text_decoder = TextDecoder(spec, self._vocab)
        self._refuse_all = self._make_rules(frozenset(), "all")
        self._ordinary = self._make_rules(frozenset(), ())
        self._rules_memo: dict[Any, Rules | None] = {}
        self._dropout: Any = None  # made when it is asked for
        front = self._front
        composed = front is not None and front.takes_composed
        at_once = front is None or front.takes_all or composed
        self._set_edge(self._core if at_once else None, self._refuse_all, self._ordinary, composed)

    # ---- what it is

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return self._vocab.spec.name

    @property
    def vocab(self) -> Vocab:
        """The frozen tables."""
        return self._vocab

    @property
    def pattern(self) -> str:
        """The regex that cuts text into pieces."""
        return self._vocab.spec.pattern

    @property
    def pretokenizer(self) -> str:
        """What cuts texts.

        A "family/backend", "automaton" for any other regex that ctok compiles, "joints" where no
        merge reaches across, "whole" when nothing does, or for the slower `regex` module "regex: "
        and why no automaton cuts exactly and in linear time.
        """
        return splits.describe(self._core.kernel, self._core.split)

    @property
    def is_proper(self) -> bool:
        """Whether merging each token's own bytes ends in that token, from exactly two parts."""
        return self._vocab.is_proper

    @property
    def n_vocab(self) -> int:
        """One more than the highest id, special tokens included."""
        return self._vocab.n_ids

    @property
    def special_tokens(self) -> dict[str, int]:
        """The special tokens and their ids."""
        return dict(self._vocab.spec.specials)

    @property
    def eot_token(self) -> int:
        """The id of ``<|endoftext|>``.

        Raises
        ------
        KeyError
            The vocabulary has no such token.
        """
        return self._vocab.spec.specials["<|endoftext|>"]

    def is_special_token(self, token: int) -> bool:
        """Whether an id is a special token's."""
        return token in self._vocab.spec.specials.values()

    def token_byte_values(self) -> list[bytes]:
        """The bytes of every token that is not special, sorted."""
        data, ends = self._vocab.spec.token_bytes, self._vocab.spec.token_offsets.tolist()
        return sorted(data[a:b] for a, b in zip(ends, ends[1:], strict=False) if b > a)

    def get_mergeable_ranks(self) -> list[tuple[bytes, int]]:
        """Every token that is not special and its rank, which is its id, as rustbpe gives them."""
        data, ends = self._vocab.spec.token_bytes, self._vocab.spec.token_offsets.tolist()
        spans = zip(ends, ends[1:], strict=False)
        return [(data[a:b], rank) for rank, (a, b) in enumerate(spans) if b > a]

    def token_byte_lengths(self) -> npt.NDArray[np.uint32]:
        """How many bytes each id decodes to, shape (n_vocab,): 0 for special tokens and gaps."""
        lengths = self._vocab.token_lengths
        lengths[list(self._vocab.spec.specials.values())] = 0
        return lengths

    def __repr__(self) -> str:
        return f"<ctok.Tokenizer {self.name!r}: {self.n_vocab} ids, {self.pretokenizer}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokenizer):
            return NotImplemented
        return self is other or self._fingerprint() == other._fingerprint()

    def __hash__(self) -> int:
        return hash((self.name, self.n_vocab, self.pattern))

    def _fingerprint(self) -> tuple[Any, ...]:
        spec = self._vocab.spec
        merges = None if spec.merges is None else spec.merges.tobytes()
        return (
            *(spec.name, spec.pattern, dict(spec.specials), spec.token_bytes),
            *(spec.token_offsets.tobytes(), merges, spec.whole_pieces, spec.added, spec.splits),
            *(spec.normalizer, spec.template, spec.decoder),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        from . import catalog, registry

        spec, cache_bytes = self._vocab.spec, self._core.cache_bytes
        how = (self._backend,) if cache_bytes == CACHE_BYTES else (self._backend, cache_bytes)
        if spec.name in catalog.ENCODINGS and registry.is_bundled(spec):
            return registry.bundled, (spec.name, *how)
        return _rebuild, (spec, *how)

    def _like(self, spec: VocabSpec) -> Tokenizer:
        """One of another vocabulary that works as this one does."""
        return Tokenizer(spec, backend=self._backend, cache_bytes=self._core.cache_bytes)

    def __copy__(self) -> Tokenizer:
        return self

    def __deepcopy__(self, memo: object) -> Tokenizer:
        return self

    def cache_clear(self) -> None:
        """Forgets all pieces and frees their memory, but for calls that are under way."""
        self._core.clear()

    # ---- special tokens

    def _make_rules(
        self,
        allowed: Literal["all"] | AbstractSet[str],
        disallowed: Literal["all"] | Collection[str],
    ) -> Rules | None:
        """One byte a special token: what a call does with it."""
        names = {token.content for token in self._vocab.added_tokens if token.special}
        always = set(self._vocab.special_tokens) - names
        if disallowed != "all" and not names.union(always).issuperset(disallowed):
            raise CtokError(
                f"disallowed_special has {min(set(disallowed) - names - always)!r}, which is no"
                f" special token of {self.name!r}, so no text would be searched for it"
            )
        allowed_set = names if allowed == "all" else set(allowed)
        refused = names - allowed_set if disallowed == "all" else set(disallowed)
        rule = bytes(
            REFUSED if name in refused else ALLOWED if name in allowed_set or name in always else 0
            for name in self._vocab.special_tokens
        )
        prefix = 0 if self._front is None else self._front.prefix
        return Rules(self._vocab, rule, prefix) if prefix or any(rule) else None

    def _rules(
        self,
        allowed: Literal["all"] | AbstractSet[str],
        disallowed: Literal["all"] | Collection[str],
    ) -> Rules | None:
        """The rules of a call, remembered."""
        if isinstance(allowed, str) and allowed != "all":
            raise TypeError(f'allowed_special is "all" or a set of str, not {allowed!r}')
        if isinstance(disallowed, str) and disallowed != "all":
            raise TypeError(
                f'disallowed_special is "all" or a collection of str, not {disallowed!r}'
            )
        if not allowed and disallowed == "all":
            return self._refuse_all
        if not allowed and not disallowed:
            return self._ordinary
        key = (
            allowed if allowed == "all" else frozenset(allowed),
            disallowed if disallowed == "all" else frozenset(disallowed),
        )
        try:  # one look: another thread may clear it between two
            return self._rules_memo[key]
        except KeyError:
            rules = self._make_rules(*key)
        if len(self._rules_memo) > 256:
            self._rules_memo.clear()
        self._rules_memo[key] = rules
        return rules

    # ---- text to ids

    @quick
    def encode(
        self,
        text: Text,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
        dropout: float = 0.0,
        seed: int | None = None,
    ) -> list[int]:
        """The ids of a text.

        Parameters
        ----------
        text : str or bytes
            Bytes are UTF-8; a byte of no valid sequence is a symbol by itself, so
            ``decode_bytes`` gives every byte string back. In a str, a pair of surrogates is the
            character that it means, a single one becomes U+FFFD; tiktoken does the same.
        allowed_special : set of str or "all"
            Special tokens that become their ids where they stand in the text.
        disallowed_special : collection of str or "all"
            Special tokens that the text may not hold; by default all that are not allowed. One
            that is neither is ordinary text. What is no special token is refused: it would be
            looked for in vain.
        dropout : float
            How likely each merge is to be put off, 0 to 1, as in BPE-dropout. With 1 nothing is
            merged. A vocabulary file's own dropout is not used.
        seed : int, optional
            Equal seeds give equal ids; by default each call draws another.

        Returns
        -------
        list of int

        Raises
        ------
        SpecialTokenError
            The text holds a disallowed special token.
        TypeError
            The text is neither str nor bytes.
        """
        rules = self._rules(allowed_special, disallowed_special)
        if dropout:
            return list(self._encode_by_chance(text, rules, dropout, seed).tolist())
        return self._encode_list(text, rules)

    def _encode_by_chance(
        self, text: Text, rules: Rules | None, dropout: float, seed: int | None
    ) -> npt.NDArray[np.uint32]:
        """The ids of a text some of whose merges are put off."""
        from .dropout import Dropout

        if not 0 <= dropout <= 1:
            raise ValueError(f"dropout is {dropout}; it is from 0 to 1")
        if seed is None:
            seed = int.from_bytes(os.urandom(8), "little")
        if self._front is None:
            parts = [part for part, _ in self._core.stretches(text, rules)]
        else:
            parts = self._front.parts(text, rules)
        # Where no pattern cuts, a merge that is put off waits for one anywhere in the stretch.
        cut = self._core.piece_ends if self._core.kernel >= 0 or self._core.split else splits.whole
        if self._dropout is None:
            self._dropout = Dropout(self._vocab)
        by_chance: Dropout = self._dropout
        return by_chance.encode(
            [part if isinstance(part, int) else cut(part) for part in parts], dropout, seed % 2**64
        )

    def _encode_parts(
        self, text: Text, rules: Rules | None, threads: int = 1
    ) -> npt.NDArray[np.uint32]:
        """The ids of a text that has to be taken apart first."""
        arrays = [np.empty(0, np.uint32)]
        parts = self._front.parts(text, rules) if self._front is not None else []
        for part in parts:
            if isinstance(part, int):
                arrays.append(np.array([part], np.uint32))
            else:
                arrays.append(self._core.encode_array(part, None, threads, parallel.run))
        return np.concatenate(arrays)

    def _encode_list(self, text: Text, rules: Rules | None) -> list[int]:
        """The ids of a text as a list."""
        plain = text if self._front is None else self._front.plain(text, rules)
        if plain is None:
            ids = self._encode_parts(text, rules)
            return lists_of(ids, np.array([0, len(ids)]))[0]
        return self._core.encode_list(plain, rules)

    def _encode_array(
        self, text: Text, rules: Rules | None, threads: int = 1
    ) -> npt.NDArray[np.uint32]:
        """The ids of a text as an array."""
        if self._front is None:
            return self._core.encode_array(text, rules, threads, parallel.run)
        plain = self._front.plain(text, rules)
        if plain is None:
            return self._encode_parts(text, rules, threads)
        return self._core.encode_array(plain, rules, threads, parallel.run)

    @quick
    def encode_ordinary(self, text: Text) -> list[int]:
        """The ids of a text in which nothing is special."""
        return self._encode_list(text, self._ordinary)

    def encode_to_numpy(
        self,
        text: Text,
        *,
        threads: int | None = 1,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> npt.NDArray[np.uint32]:
        """The ids of a text as an array, shape (n,); otherwise as `encode`.

        Parameters
        ----------
        text : str or bytes
        threads : int, optional
            At most so many threads; None for one a processor. A text under 128 KB takes one.
        allowed_special, disallowed_special
            As in `encode`.
        """
        rules = self._rules(allowed_special, disallowed_special)
        return self._encode_array(text, rules, _checked_threads(threads))

    def encode_batch(
        self,
        texts: Iterable[Text],
        *,
        threads: int | None = None,
        prepend: str | int | None = None,
        append: str | int | None = None,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> TokenBatch:
        """The ids of many texts.

        Parameters
        ----------
        texts : iterable of str or bytes
            Also columns of numpy, pandas, Arrow and polars.
        threads : int, optional
            At most so many threads; by default one a processor. Batches under 128 KB take one. A
            long text among few is cut, and threads take its parts.
        prepend, append : str or int, optional
            A special token or its id, put before or behind the ids of every text.
        allowed_special, disallowed_special
            As in `encode`.

        Returns
        -------
        TokenBatch
            One row a text, in their order.
        """
        rules = self._rules(allowed_special, disallowed_special)
        batch = TokenBatch.trusted(*self._run_batch(texts, rules, threads, counting=False))
        return self._between(batch, prepend, append)

    def encode_ordinary_batch(
        self,
        texts: Iterable[Text],
        *,
        threads: int | None = None,
        prepend: str | int | None = None,
        append: str | int | None = None,
    ) -> TokenBatch:
        """The ids of many texts in which nothing is special; otherwise as `encode_batch`."""
        batch = TokenBatch.trusted(*self._run_batch(texts, self._ordinary, threads, counting=False))
        return self._between(batch, prepend, append)

    def _between(
        self, batch: TokenBatch, prepend: str | int | None, append: str | int | None
    ) -> TokenBatch:
        """The batch with an id before and behind each text, where one is given."""
        if prepend is None and append is None:
            return batch
        return batch.between(self._given_id(prepend), self._given_id(append))

    def _given_id(self, token: str | int | None) -> list[int]:
        """The id that a caller gave or named; none for None."""
        if token is None:
            return []
        if isinstance(token, str):
            try:
                return [self.encode_single_token(token)]
            except KeyError:
                raise KeyError(f"{token!r} is no token of {self.name!r}") from None
        number = operator.index(token)
        if not 0 <= number < self.n_vocab:
            raise ValueError(f"{number} is no id of {self.name!r}, which has {self.n_vocab}")
        return [number]

    def _run_batch(
        self, texts: Iterable[Text], rules: Rules | None, threads: int | None, *, counting: bool
    ) -> Any:
        threads = _checked_threads(threads)
        rows = _as_list(texts)
        apart: dict[int, npt.NDArray[np.uint32]] = {}
        if self._front is not None:
            rows = list(rows)
            for i in self._front.to_prepare(rows):
                plain = self._front.plain(rows[i], rules)
                if plain is None:
                    apart[i] = self._encode_parts(rows[i], rules, threads)
                rows[i] = "" if plain is None else plain
        result = self._core.batch(
            rows,
            rules,
            threads,
            counting,
            parallel.run,
        )
        if not apart:
            return result
        if counting:
            result[list(apart)] = [len(array) for array in apart.values()]
            return result
        ids, offsets = result
        return _with_rows(ids, offsets, apart)

    @quick
    def count(
        self,
        text: Text,
        *,
        threads: int | None = 1,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> int:
        """How many ids `encode` would give; none of them is kept. Threads as `encode_to_numpy`."""
        rules = self._rules(allowed_special, disallowed_special)
        threads = _checked_threads(threads)
        if self._front is None:
            return self._core.count_ids(text, rules, threads, parallel.run)
        plain = self._front.plain(text, rules)
        if plain is None:
            return len(self._encode_parts(text, rules, threads))
        return self._core.count_ids(plain, rules, threads, parallel.run)

    def count_batch(
        self,
        texts: Iterable[Text],
        *,
        threads: int | None = None,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> npt.NDArray[np.int64]:
        """How many ids each of many texts has, shape (n,)."""
        rules = self._rules(allowed_special, disallowed_special)
        counts: npt.NDArray[np.int64] = self._run_batch(texts, rules, threads, counting=True)
        return counts

    def encode_with_offsets(
        self,
        text: Text,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """The ids of a text and where each stands in it.

        Returns
        -------
        ids : numpy.ndarray of uint32, shape (n,)
        offsets : numpy.ndarray of int64, shape (n, 2)
            Start and end of each id: in characters of a str, in bytes of bytes. A token that
            holds a part of a character covers the whole character.

        Raises
        ------
        CtokError
            Bytes, or a text with half a surrogate pair, that the vocabulary's normalizer changes by
            more than spaces before its stretches, or of which added tokens take white space.
        """
        rules = self._rules(allowed_special, disallowed_special)
        plain = text if self._front is None else self._front.plain(text, rules)
        data = self._core.utf8(text)
        prepared = None if plain is None else self._core.utf8(plain)
        ids = self._encode_array(text, rules)
        lengths = self._decoder.byte_lengths(ids).astype(np.int64)
        # What the tokens hold that is not of the text: a space before it, or before a stretch.
        if prepared == b" " + data:
            lengths[:1] -= 1
            prepared = data
        elif prepared == data and self._front is not None:
            if self._front.takes_space(ids):
                prepared = None
            lengths -= self._front.leads(ids, lengths, data)
        ends = np.cumsum(lengths)
        if prepared != data or (len(ids) and ends[-1] != len(data)):
            if isinstance(text, str) and text.encode("utf-8", "replace") == data:
                return ids, self._tracer.trace(text, rules, ids).offsets
            raise CtokError(
                f"{self.name!r} normalizes this text, or leaves a part of it out; where its tokens"
                " stand in it is not known"
            )
        offsets = np.stack([ends - lengths, ends], axis=1)
        if isinstance(text, bytes):
            return ids, offsets
        starts, stops = _characters_of_bytes(text, data)
        some = offsets[:, 1] > offsets[:, 0]
        offsets[some, 0] = starts[offsets[some, 0]]
        offsets[some, 1] = stops[offsets[some, 1] - 1]
        return ids, offsets

    @functools.cached_property
    def _tracer(self) -> Tracer:
        from .tracing import Tracer

        return Tracer(self._vocab.spec, self._core, self._front)

    def trace(
        self,
        text: str,
        ids: npt.NDArray[np.uint32],
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> Trace:
        """Where ids stand in the text that `encode_to_numpy` made them of, and in which piece.

        Parameters
        ----------
        text : str
        ids : numpy.ndarray of uint32, shape (n,)
        allowed_special, disallowed_special
            As in the call that made the ids.

        Raises
        ------
        UnicodeEncodeError
            Half a surrogate pair in the text.
        CtokError
            They are not the text's ids, or the vocabulary's normalizer is one whose steps
            cannot be followed.
        """
        text.encode()
        return self._tracer.trace(text, self._rules(allowed_special, disallowed_special), ids)

    def places(
        self,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> Places:
        """What says of most texts what `trace` does, in a fraction of its time."""
        return self._tracer.places(self._rules(allowed_special, disallowed_special))

    def encoding_with(
        self,
        *,
        allowed_special: Literal["all"] | AbstractSet[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> Callable[[Text], list[int]]:
        """`encode` with these arguments, for many calls: they are understood once."""
        rules = self._rules(allowed_special, disallowed_special)
        encode = self._core.encode_list if self._front is None else self._encode_list
        return functools.partial(encode, rules=rules)

    def pieces(self, text: Text) -> list[Any]:
        """What the pattern cuts a text into: str from str, bytes from bytes.

        Where characters themselves are cut, as Falcon does, a part of one is U+FFFD in a str.
        """
        data, ends = self._core.piece_ends(self._core.utf8(text))
        cuts = [0, *ends.tolist()]
        parts = [data[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        return (
            parts
            if isinstance(text, bytes)
            else [part.decode("utf-8", "replace") for part in parts]
        )

    def encode_piece(self, piece: Text) -> list[int]:
        """The ids of a text that is taken as one piece: the pattern does not cut it."""
        return self._uncut.encode_list(piece, None)

    def encode_segments(self, segments: Iterable[tuple[Text, bool]]) -> list[int]:
        """The ids of trusted and untrusted text, one after the other.

        Parameters
        ----------
        segments : iterable of (text, allow_special)
            In a segment with allow_special, special tokens become their ids; in the others they
            are ordinary text, whoever wrote it. Each segment is encoded by itself.
        """
        every = self._rules("all", "all")
        result: list[int] = []
        for text, allow_special in segments:
            rules = every if allow_special else self._ordinary
            result += self._encode_array(text, rules).tolist()
        return result

    def truncate(self, text: Text, n_tokens: int, side: Side = "right") -> tuple[Any, int]:
        """A text without the tokens on one side that are too many.

        Parameters
        ----------
        text : str or bytes
            All of it is ordinary text.
        n_tokens : int
            How many tokens may remain.
        side : {"right", "left"}
            Where text is cut off.

        Returns
        -------
        text : str or bytes
            What remains, in whole characters.
        n : int
            How many tokens it has when encoded by itself: at most n_tokens.
        """
        if side not in ("right", "left"):
            raise ValueError(f'side is "right" or "left", not {side!r}')
        if n_tokens < 0:
            raise ValueError(f"n_tokens is {n_tokens}; a text cannot have fewer than 0 tokens")
        data, ids = self._enough(self._core.utf8(text), n_tokens, side)
        while len(ids) > n_tokens:  # what is left may have more tokens by itself, seldom twice
            starts, ends = self._byte_places(data, ids)
            if side == "right":  # at least one character goes each time
                cut = min(int(starts[n_tokens]), len(data) - 1)
                data = data[: _character_start(data, cut)]
            else:
                cut = max(int(ends[len(ids) - n_tokens - 1]), 1)
                data = data[_character_end(data, cut) :]
            ids = self._encode_array(data, self._ordinary)
        return (data if isinstance(text, bytes) else data.decode("utf-8")), len(ids)

    @functools.cached_property
    def _longest(self) -> int:
        """How many bytes the longest token has."""
        return int(self.token_byte_lengths().max(initial=0))

    def _enough(
        self, data: bytes, n_tokens: int, side: Side
    ) -> tuple[bytes, npt.NDArray[np.uint32]]:
        """A text, or so much of the side that stays as has too many tokens; and its ids.

        What is cut off may end inside of a token, whose bytes are then tokens of their own: behind more
        than the longest one has, what follows matters no more but for a normalizer that looks far.
        """
        spare = max(32, self._longest)
        room = 8 * (n_tokens + spare)
        while room < len(data):
            if side == "right":
                part = data[: _character_start(data, room)]
            else:
                part = data[_character_end(data, len(data) - room) :]
            ids = self._encode_array(part, self._ordinary)
            if len(ids) > n_tokens + spare:
                return part, ids
            room *= 4
        return data, self._encode_array(data, self._ordinary)

    def _byte_places(
        self, data: bytes, ids: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where each of a text's ids starts and ends in it, in bytes.

        About there, where a normalizer changes bytes that are no UTF-8, or cannot be followed: places in
        what it makes of them, in proportion, so that each cut takes its part of what is too much.
        """
        ends = np.cumsum(self._decoder.byte_lengths(ids))
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        if self._front is None and ends[-1] == len(data):
            return starts, ends
        try:
            text = data.decode("utf-8")
            places = self.encode_with_offsets(text, disallowed_special=())[1]
        except (CtokError, UnicodeDecodeError):
            made = max(1, int(ends[-1]))
            return starts * len(data) // made, ends * len(data) // made
        wide = [len(character.encode()) for character in text]
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(wide, dtype=np.int64)])
        return before[places[:, 0]], before[places[:, 1]]

    def encode_single_token(self, text_or_bytes: Text) -> int:
        """The id of the one token, special or not, that a text is.

        Raises
        ------
        KeyError
            No token is exactly that text.
        """
        data = self._core.utf8(text_or_bytes)
        found = self._vocab.find(data)
        if found is None:
            for token in self._vocab.added_tokens:
                if token.content.encode() == data:
                    return token.id
            raise KeyError(text_or_bytes)
        return int(found)

    # ---- ids to text

    def decode(
        self,
        ids: Iterable[int] | npt.NDArray[Any],
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
    ) -> str:
        """The text of ids, as the vocabulary's file says.

        Where the file has a decoder that does more than join the tokens' bytes, it runs.

        Parameters
        ----------
        ids : sequence of int, or any integer array
        errors : str
            What happens to bytes that are not UTF-8, as in `bytes.decode`.
        skip_special_tokens : bool
            Whether special tokens are left out.

        Raises
        ------
        DecodeError
            An id that no token has; the message has its index.
        UnicodeDecodeError
            With errors="strict", bytes that are not UTF-8.
        """
        if skip_special_tokens:
            ids = self._without_special(ids)
        if self.text_decoder.is_plain:
            return self._decoder.decode(ids, errors)
        numbers = ids_of(ids, self._vocab)
        return self.text_decoder.text(numbers.tolist(), self._decoder.decode_bytes(numbers), errors)

    def _without_special(self, ids: Any) -> npt.NDArray[np.uint32]:
        """Ids without those of special tokens."""
        numbers = ids_of(ids, self._vocab)
        return numbers[self._is_ordinary(numbers)]

    @functools.cached_property
    def _ordinary_ids(self) -> npt.NDArray[np.bool_]:
        """Whether each id is not special; the last entry stands for ids that no token has."""
        ordinary = np.ones(self._vocab.n_ids + 1, dtype=np.bool_)
        ordinary[list(self._vocab.spec.specials.values())] = False
        return ordinary

    def _is_ordinary(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = self._ordinary_ids.take(numbers, mode="clip")
        return found

    def id_to_token(self, token: int) -> str | None:
        """A token as the vocabulary's file writes it; None for an id without a token."""
        return self.text_decoder.token_text(token)

    def decode_bytes(self, ids: Iterable[int] | npt.NDArray[Any]) -> bytes:
        """The bytes of ids."""
        return self._decoder.decode_bytes(ids)

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of one id.

        Raises
        ------
        DecodeError
            No token has the id.
        """
        return self._decoder.decode_bytes([token])

    def decode_batch(
        self,
        batch: TokenBatch | Iterable[Iterable[int]],
        errors: str = "replace",
        *,
        threads: int | None = None,
        skip_special_tokens: bool = False,
    ) -> list[str]:
        """The text of each row of a batch, in their order; otherwise as `decode`."""
        if not self.text_decoder.is_plain:
            if not isinstance(batch, TokenBatch):
                batch = self._checked_rows(batch)
            return [
                self.decode(row, errors, skip_special_tokens=skip_special_tokens) for row in batch
            ]
        if skip_special_tokens:
            rows = batch if isinstance(batch, TokenBatch) else self._checked_rows(batch)
            kept = self._is_ordinary(rows.ids)
            before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
            batch = TokenBatch(rows.ids[kept], before[rows.offsets])
        return self._decode_rows(batch, errors, threads)

    def decode_bytes_batch(
        self, batch: TokenBatch | Iterable[Iterable[int]], *, threads: int | None = None
    ) -> list[bytes]:
        """The bytes of each row of a batch, in their order."""
        return self._decode_rows(batch, None, threads)

    def _decode_rows(
        self, batch: TokenBatch | Iterable[Iterable[int]], errors: str | None, threads: int | None
    ) -> list[Any]:
        threads = _checked_threads(threads)
        rows = batch if isinstance(batch, TokenBatch) else self._checked_rows(batch)
        return self._decoder.decode_rows(rows.ids, rows.offsets, errors, threads, parallel.run)

    def _checked_rows(self, batch: Iterable[Any]) -> TokenBatch:
        """Rows of ids, each checked to be integers that fit."""
        return TokenBatch.trusted(*rows_of(batch, self._vocab))

    def decode_with_offsets(self, ids: Iterable[int]) -> tuple[str, list[int]]:
        """The text of ids, and the character at which each token starts.

        A token that starts inside a character has the start of that character. The rule is
        tiktoken's.

        Raises
        ------
        UnicodeDecodeError
            The bytes are not UTF-8.
        """
        tokens = [self._decoder.decode_bytes([token]) for token in ids]
        offsets = []
        characters = 0
        for token in tokens:
            offsets.append(max(0, characters - (0x80 <= token[0] < 0xC0)))
            characters += sum(1 for byte in token if not 0x80 <= byte < 0xC0)
        return b"".join(tokens).decode("utf-8", errors="strict"), offsets

    # ---- into other forms

    @property
    def chat_template(self) -> str | None:
        """The chat template of the vocabulary's files, as text; ctok does not run it."""
        return self._vocab.spec.chat_template

    def with_template(
        self, ids: Iterable[int], pair: Iterable[int] | None = None
    ) -> tuple[list[int], list[int], list[int]]:
        """One text's ids, or two texts', and the special tokens that go around them.

        The vocabulary's file says which; see `postprocess.apply`.

        Returns
        -------
        ids, type_ids, special_mask : list of int
        """
        second = None if pair is None else list(pair)
        from . import postprocess

        return postprocess.apply(self._vocab.spec.template, list(ids), second)

    def to_tokenizer_json(self) -> str:
        """The vocabulary as the text of a tokenizer.json.

        Raises
        ------
        VocabError
            Something that such a file cannot say.
        """
        from . import export

        return export.tokenizer_json(self._vocab.spec, self._vocab)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a file that `ctok.load` has nothing to build from; docs/saved.md draws it.

        It holds the tables as they stand in memory, for machines of the same order of bytes and
        this version of the format. What was at the path before stays whole for who has it open.

        Raises
        ------
        ValueError
            A name that ends as another program's files do, such as tokenizer.json.
        OSError
            The file cannot be written.
        """
        from . import saved

        if os.fspath(path).endswith(OTHERS_ENDINGS):
            raise ValueError(
                f"{os.fspath(path)!r} would be a file of ctok's own under another format's name;"
                " save_pretrained(folder) writes a tokenizer.json, `ctok export --format tiktoken`"
                " a rank file"
            )
        saved.save(path, self._vocab)

    def save_pretrained(self, folder: str | os.PathLike[str]) -> None:
        """Writes tokenizer.json and tokenizer_config.json, for transformers and `ctok.load`.

        Raises
        ------
        VocabError
            Something that a tokenizer.json cannot say.
        OSError
            The folder cannot be written.
        """
        from pathlib import Path  # only here: it would cost a tenth of `import ctok`

        from . import export

        export.save(self._vocab.spec, self._vocab, Path(folder))

    def to_tiktoken(self) -> Any:
        """A ``tiktoken.Encoding`` with the same ids; needs tiktoken.

        Raises
        ------
        VocabError
            A vocabulary that tiktoken has no way to say.
        """
        import tiktoken

        from . import export

        return tiktoken.Encoding(**export.tiktoken_arguments(self._vocab.spec, self._vocab))

    def to_gguf_fields(self) -> dict[str, Any]:
        """The vocabulary as the ``tokenizer.*`` keys and values of a GGUF file's head.

        `ctok.load` reads a file that has them as the same vocabulary. What a GGUF says of one text
        and not of two, the special tokens around it, is written of one.

        Raises
        ------
        VocabError
            A vocabulary that a GGUF has no way to say: llama.cpp has no name for how it cuts texts,
            added tokens have flags, its merges are no scores.
        """
        from . import gguf_fields

        return gguf_fields.fields(self._vocab.spec, self._vocab)

    def with_special_tokens(self, tokens: Mapping[str, int] | Iterable[str]) -> Tokenizer:
        """A tokenizer with more special tokens: with these ids, or the next ones.

        Raises
        ------
        VocabError
            A token that the vocabulary has with another id, an id that it has given away, or the
            empty string.
        """
        from . import edits

        if isinstance(tokens, str):
            raise TypeError(f"tokens are an iterable or a mapping of str, not the str {tokens!r}")
        if not isinstance(tokens, Mapping):
            new = [token for token in dict.fromkeys(tokens) if token not in self.special_tokens]
            tokens = {token: self.n_vocab + i for i, token in enumerate(new)}
        return self._like(edits.with_special_tokens(self._vocab.spec, tokens))

    def with_pattern(self, pattern: str) -> Tokenizer:
        """A tokenizer that cuts texts by another pattern; see `edits.with_pattern`."""
        from . import edits

        return self._like(edits.with_pattern(self._vocab.spec, pattern))

    def resized(self, n_tokens: int) -> Tokenizer:
        """A tokenizer without the tokens merged last; see `edits.resized`."""
        from . import edits

        return self._like(edits.resized(self._vocab.spec, n_tokens))

    def decode_stream(self) -> DecodeStream:
        """A decoder that takes ids one at a time; see `DecodeStream`."""
        return DecodeStream(self)


class DecodeStream:
    """Text as soon as it is complete, from ids that come one at a time.

    At most three bytes, the start of a character, are held back; what came out before is never
    decoded again.

    Parameters
    ----------
    tokenizer : Tokenizer
    errors : str
        What happens to bytes that can be no part of a character, as in `bytes.decode`.

    Raises
    ------
    CtokError
        A vocabulary whose decoder needs all ids at once.

    Examples
    --------
    >>> import ctok
    >>> stream = ctok.get_encoding("cl100k_base").decode_stream()
    >>> [stream.feed(i) for i in (9468, 239, 235)]  # an earth of four bytes
    ['', '', '🌍']
    """

    def __init__(self, tokenizer: Tokenizer, errors: str = "replace") -> None:
        self._tokenizer = tokenizer
        self._errors = errors
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors)
        how = tokenizer.text_decoder
        self._strips_space = how.strips_space
        if not (how.is_plain or how.joins):
            raise CtokError(
                f"{tokenizer.name!r} has a decoder that needs all ids at once; use decode"
            )
        self._at_start = True

    @property
    def pending(self) -> bytes:
        """The bytes held back: the start of a character, at most three."""
        return self._decoder.getstate()[0]

    def feed(self, token: int) -> str:
        """The text that one more id completes; empty when it completes none."""
        text = self._decoder.decode(self._tokenizer.decode_single_token_bytes(token))
        if self._at_start and text:
            self._at_start = False
            return text.removeprefix(" ") if self._strips_space else text
        return text

    def flush(self, errors: str | None = None) -> str:
        """What is held back, decoded as it is; the stream is then as new.

        Parameters
        ----------
        errors : str, optional
            By default the stream's own.
        """
        rest = self.pending
        self._decoder.reset()
        self._at_start = True
        return rest.decode("utf-8", errors or self._errors)


def _rebuild(spec: VocabSpec, backend: str | None, cache_bytes: int = CACHE_BYTES) -> Tokenizer:
    return Tokenizer(spec, backend=backend, cache_bytes=cache_bytes)


def _checked_threads(threads: int | None) -> int:
    """How many threads a caller allows."""
    if threads is None:
        return parallel.default_threads()
    if not hasattr(threads, "__index__"):
        raise TypeError(f"threads is an int or None, not {threads!r}")
    if threads < 1:
        raise ValueError(f"threads is {threads}; at least 1 is needed")
    return threads


def _with_rows(
    ids: npt.NDArray[np.uint32],
    offsets: npt.NDArray[np.int64],
    rows: Mapping[int, npt.NDArray[np.uint32]],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """A flat batch with other rows, by their index in order, for some that are empty."""
    lengths = np.diff(offsets)
    lengths[list(rows)] = [len(row) for row in rows.values()]
    parts = np.split(ids, offsets[list(rows)])
    between = [part for pair in zip(parts, rows.values(), strict=False) for part in pair]
    joined = np.concatenate([*between, parts[-1]])
    return joined, np.concatenate([offsets[:1], np.cumsum(lengths)])


def _as_list(texts: Any) -> list[Any]:
    """Any batch of texts as a list of str or bytes."""
    if isinstance(texts, list):
        return texts
    from .columns import elements

    found = elements(texts)
    return found if isinstance(found, list) else list(found)


def _is_tail(data: bytes, at: int) -> bool:
    """Whether data[at] is a byte inside a character."""
    return 0 < at < len(data) and 0x80 <= data[at] < 0xC0


def _character_start(data: bytes, at: int) -> int:
    """The start of the character that holds data[at]; `at` where it starts, or at the end."""
    return next((at - k for k in range(4) if not _is_tail(data, at - k)), at)


def _character_end(data: bytes, at: int) -> int:
    """`at` where a character starts there, else where the next one starts."""
    return next((at + k for k in range(4) if not _is_tail(data, at + k)), at)


def _characters_of_bytes(
    text: str, utf8: bytes
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each byte of utf8, where the characters of text that it stands for start and end."""
    leads = (np.frombuffer(utf8, dtype=np.uint8) & 0xC0) != 0x80
    units = np.ones(int(leads.sum()), dtype=np.int64)
    if len(units) != len(text):  # pairs of surrogates: two characters of the str, one of UTF-8
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        high = (points >= 0xD800) & (points < 0xDC00)
        low = (points >= 0xDC00) & (points < 0xE000)
        joined = high & np.append(low[1:], False)
        units = (1 + joined.astype(np.int64))[~np.concatenate([[False], joined[:-1]])]
    stops = np.cumsum(units)
    index = np.cumsum(leads) - 1
    return (stops - units)[index], stops[index]
