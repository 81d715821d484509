"""Tokenizer: tokenizers' class over a ctok Tokenizer."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ... import hub, registry
from ...batch import TokenBatch
from ...encoded import Frame
from ...errors import DecodeError, VocabError
from ...front import check_added, tokens_of
from ...loaders import huggingface as loader
from ...loaders.fields import Fields, no_collection, parse_json, read_file
from ...spec import AddedToken as SpecToken
from ...spec import VocabSpec
from ...tokenizer import Tokenizer as CtokTokenizer
from .added_token import FLAGS, AddedToken, arguments_of, ignored
from .encoding import Encoding, Part, check_direction
from .processing import DIRECTIONS, STRATEGIES, Padding, PostProcessor, Truncation
from .texts import Call, Vocabulary, frame_of

Json = dict[str, Any]
_U32 = 0xFFFFFFFF
_NOT_STR = "TextInputSequence must be str"
_NO_TEXTS = "TextEncodeInput must be Union[TextInputSequence, Tuple[InputSequence, InputSequence]]"
_NO_WORDS = "PreTokenizedInputSequence must be Union[List[str], Tuple[str]]"
_NO_INPUT = (
    "PreTokenizedEncodeInput must be Union[PreTokenizedInputSequence,"
    " Tuple[PreTokenizedInputSequence, PreTokenizedInputSequence]]"
)


class Tokenizer:
    """A tokenizer with the methods of ``tokenizers.Tokenizer``.

    Parameters
    ----------
    tokenizer : ctok.Tokenizer
        See `from_file` and its like for others.

    Raises
    ------
    VocabError
        A vocabulary with dropout: its ids would be left to chance.
    """

    def __init__(self, tokenizer: CtokTokenizer) -> None:
        if not isinstance(tokenizer, CtokTokenizer):
            raise TypeError(
                f"a ctok.Tokenizer is needed, not {type(tokenizer).__name__}; ctok has no models to"
                " build one of, use from_file, from_str or from_pretrained"
            )
        self._truncation: Truncation | None = None
        self._padding: Padding | None = None
        self._encodes_special = False
        self._set(tokenizer)

    def _set(self, tokenizer: CtokTokenizer) -> None:
        """Takes a vocabulary, in the place of the one before."""
        document = tokenizer.vocab.spec.document or {}
        if document.get("model", {}).get("dropout"):
            raise VocabError(f"{tokenizer.name!r}: model.dropout: ctok leaves no ids to chance")
        self._vocabulary = Vocabulary(tokenizer)
        self._processor = PostProcessor(document.get("post_processor"))
        self._ids: dict[str, int] | None = None
        self._calls_of: dict[tuple[bool, bool], Call] = {}
        self._frames: dict[tuple[bool, bool, bool], Frame | None] = {}
        self._stale: list[SpecToken] | None = None  # last: other threads take the rest from then on

    # Special tokens that were added again as ordinary ones: they stay special, and do not say so.
    _demoted: frozenset[str] = frozenset()

    # ---- where one comes from

    @classmethod
    def from_file(cls, path: str) -> Tokenizer:
        """The tokenizer in a tokenizer.json, or in any file that `ctok.load` reads."""
        file = Path(path)
        with file.open("rb") as opened:
            if opened.read(1) != b"{":
                return cls(registry.load(file))
        return cls._of_json(read_file(file), str(path))

    @classmethod
    def from_str(cls, json: str) -> Tokenizer:
        """The tokenizer that the text of a tokenizer.json says."""
        if not isinstance(json, str):
            raise TypeError(f"'{type(json).__name__}' object is not an instance of 'str'")
        return cls._of_json(json.encode(), "tokenizer.json")

    @classmethod
    def from_buffer(cls, buffer: bytes) -> Tokenizer:
        """The tokenizer that the bytes of a tokenizer.json say."""
        return cls._of_json(bytes(buffer), "tokenizer.json")

    @classmethod
    def from_pretrained(
        cls, identifier: str, revision: str = "main", token: str | None = None
    ) -> Tokenizer:
        """The tokenizer of a model on the Hugging Face hub; see `hub.fetch`."""
        folder = hub.fetch(identifier, revision=revision, token=token)
        return cls.from_file(str(folder / "tokenizer.json"))

    @classmethod
    def _of_json(cls, data: bytes, source: str) -> Tokenizer:
        with no_collection():
            value = parse_json(data, source)
            spec = loader.parse(value, source=source, name=Path(source).parent.name or "tokenizer")
        self = cls(CtokTokenizer(spec))
        self._read_state(value, source)
        return self

    def _read_state(self, value: Any, source: str) -> None:
        """Takes truncation and padding from a tokenizer.json's value."""
        top = Fields(value, source)
        if top.values.get("truncation") is not None:
            self._truncation = Truncation.of(top.fields("truncation"))
        if top.values.get("padding") is not None:
            self._padding = Padding.of(top.fields("padding"))

    def __reduce__(self) -> tuple[Any, ...]:
        state = (self._truncation, self._padding, self._encodes_special)
        return _rebuild, (type(self), self._fresh().tokenizer, state)

    def __repr__(self) -> str:
        return f"<ctok.compat.huggingface.Tokenizer over {self._fresh().tokenizer!r}>"

    # ---- the vocabulary

    def _fresh(self) -> Vocabulary:
        """The vocabulary with all tokens that were added."""
        if self._stale is not None:
            self._set(CtokTokenizer(self._spec_with(self._stale)))
        return self._vocabulary

    def _spec_with(self, tokens: Sequence[SpecToken]) -> VocabSpec:
        """The vocabulary's parts with these added tokens in the place of its own."""
        spec = self._vocabulary.tokenizer.vocab.spec
        added = loader.with_decoded(tokens, spec.decoder)
        specials = {token.content: token.id for token in added if token.special}
        return replace(spec, added=added, specials=specials)

    def _added(self) -> list[SpecToken]:
        if self._stale is not None:
            return self._stale
        return list(tokens_of(self._vocabulary.tokenizer.vocab.spec))

    def _model_ids(self) -> list[int]:
        """The ids that the vocabulary has without added tokens."""
        lengths = np.diff(self._vocabulary.tokenizer.vocab.spec.token_offsets)
        ids: list[int] = np.flatnonzero(lengths).tolist()
        return ids

    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]:
        """All tokens and their ids, or those without the added ones."""
        texts = self._fresh().texts
        result = {texts[i] or "": i for i in self._model_ids()}
        if with_added_tokens:
            result.update({token.content: token.id for token in self._added()})
        return result

    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """How many tokens `get_vocab` has."""
        size = int(np.count_nonzero(np.diff(self._vocabulary.tokenizer.vocab.spec.token_offsets)))
        if with_added_tokens:
            in_model = set(self._model_ids())
            size += sum(token.id not in in_model for token in self._added())
        return size

    def token_to_id(self, token: str) -> int | None:
        """The id of a token."""
        if not isinstance(token, str):
            raise TypeError(f"'{type(token).__name__}' object is not an instance of 'str'")
        self._fresh()
        if self._ids is None:
            self._ids = self.get_vocab()
        return self._ids.get(token)

    def id_to_token(self, id: int) -> str | None:
        """The token of an id."""
        return self._fresh().text(_u32(id))

    def get_added_tokens_decoder(self) -> dict[int, AddedToken]:
        """The added tokens by their ids."""
        tokens = sorted(self._added(), key=lambda token: token.id)
        return {token.id: self._token(**self._said(token)) for token in tokens}

    def _said(self, token: SpecToken) -> dict[str, Any]:
        arguments = arguments_of(token)
        return arguments | {"special": False} if token.content in self._demoted else arguments

    _token: Callable[..., Any] = AddedToken

    def add_tokens(self, tokens: list[str | AddedToken]) -> int:
        """Adds tokens; returns how many were not there as they are.

        Raises
        ------
        VocabError
            Tokens that ctok refuses beside the others; none is added then.
        """
        return self._add(tokens, special=False)

    def add_special_tokens(self, tokens: list[str | AddedToken]) -> int:
        """Adds tokens that decoding may leave out; returns how many were not there as they are."""
        return self._add(tokens, special=True)

    def _add(self, tokens: Any, *, special: bool) -> int:
        if not isinstance(tokens, list):
            raise TypeError(f"'{type(tokens).__name__}' object is not an instance of 'list'")
        given = [_added_token(token, special=special) for token in tokens]
        added = {token.content: token for token in self._added()}
        in_model = set(self._model_ids())
        size = len(in_model)
        demoted, count = self._demoted, 0
        for token in given:
            flags = arguments_of(token)
            old = added.get(token.content)
            if not token.content or (old is not None and self._said(old) == flags):
                continue
            count += 1
            number = old.id if old is not None else self.token_to_id(token.content)
            if number is None:
                number = max(size, *(other.id + 1 for other in added.values()), 0)
            self._demoted -= {token.content}
            if old is not None and old.special and not flags["special"]:
                self._demoted |= {token.content}
                flags["special"] = True
            added[token.content] = SpecToken(id=number, **flags)
        if count:
            try:
                check_added(self._spec_with(list(added.values())))
            except VocabError:
                self._demoted = demoted
                raise
            self._stale = list(added.values())
        return count

    # ---- truncation and padding

    def enable_truncation(self, max_length: int, **kwargs: Any) -> None:
        """Cuts what `encode` and its like give to a length.

        Parameters
        ----------
        max_length : int
        stride : int
            How many tokens of the one before each overflowing encoding begins with.
        strategy : {"longest_first", "only_first", "only_second"}
        direction : {"right", "left"}

        Raises
        ------
        ValueError
            A strategy or direction of another name, a max_length of 0, or a stride that is too long.
        """
        known: dict[str, Any] = {"stride": 0, "strategy": "longest_first", "direction": "right"}
        _take(kwargs, known)
        if known["strategy"] not in STRATEGIES:
            raise ValueError(
                f"Unknown `strategy`: `{known['strategy']}`. Use one of `longest_first`,"
                " `only_first`, or `only_second`"
            )
        check_direction(known["direction"], ".")
        if max_length < 0 or int(known["stride"]) < 0:
            raise OverflowError("can't convert negative int to unsigned")
        if max_length == 0:
            raise ValueError("max_length is 0, which leaves nothing of any text")
        added = self._processor.added(is_pair=False)
        if 0 <= max_length - added < int(known["stride"]):
            raise ValueError(
                f"tokenizer stride set to {known['stride']}, which is greater than or equal to its"
                f" effective max length of {max_length - added} (= {max_length} original max length"
                f" - {added} added special tokens), "
            )
        self._truncation = Truncation(max_length, **known)

    def no_truncation(self) -> None:
        """Cuts nothing from here on."""
        self._truncation = None

    @property
    def truncation(self) -> dict[str, Any] | None:
        """The arguments of `enable_truncation`, or None."""
        return None if self._truncation is None else asdict(self._truncation)

    def enable_padding(self, **kwargs: Any) -> None:
        """Fills what `encode` and its like give up to a length.

        Parameters
        ----------
        direction : {"right", "left"}
        pad_id, pad_type_id : int
        pad_token : str
        length : int, optional
            By default the length of the longest of a batch.
        pad_to_multiple_of : int, optional

        Raises
        ------
        ValueError
            A direction of another name.
        """
        known: dict[str, Any] = asdict(Padding())
        if "max_length" in kwargs:
            kwargs["length"] = kwargs.pop("max_length")
        _take(kwargs, known)
        check_direction(known["direction"])
        if any((known[key] or 0) < 0 for key in ("length", "pad_to_multiple_of", "pad_id")):
            raise OverflowError("can't convert negative int to unsigned")
        self._padding = Padding(**known)

    def no_padding(self) -> None:
        """Fills nothing up from here on."""
        self._padding = None

    @property
    def padding(self) -> dict[str, Any] | None:
        """The arguments of `enable_padding`, or None."""
        return None if self._padding is None else asdict(self._padding)

    @property
    def encode_special_tokens(self) -> bool:
        """Whether special tokens in a text are text."""
        return self._encodes_special

    @encode_special_tokens.setter
    def encode_special_tokens(self, value: bool) -> None:
        self._encodes_special = value

    # ---- text to ids

    def encode(
        self,
        sequence: Any,
        pair: Any | None = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """The encoding of a text or of two.

        Parameters
        ----------
        sequence, pair : str, or list of str
        is_pretokenized : bool
            Whether each is a list of words.
        add_special_tokens : bool
            Whether the post-processor adds its tokens.
        """
        check = _words_of if is_pretokenized else _text_of
        first = check(sequence)
        if pair is None and isinstance(first, str) and not (self._truncation or self._padding):
            frame = self._frame_of(add_special_tokens, details=True)
            if frame is not None:
                return frame.encoded(Encoding, first)
        item = (first,) if pair is None else (first, check(pair))
        return self._encode([item], add_special_tokens, details=True)[0]

    def encode_batch(
        self, input: Sequence[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """The encodings of many: texts, or pairs of them; otherwise as `encode`."""
        return self._encode(_items_of(input, is_pretokenized), add_special_tokens, details=True)

    def encode_batch_fast(
        self, input: Sequence[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """The same without offsets, tokens and words."""
        return self._encode(_items_of(input, is_pretokenized), add_special_tokens, details=False)

    async def async_encode(
        self,
        sequence: Any,
        pair: Any | None = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """`encode` in a thread of its own."""
        arguments = (sequence, pair, is_pretokenized, add_special_tokens)
        return await asyncio.to_thread(self.encode, *arguments)

    async def async_encode_batch(
        self, input: Sequence[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """`encode_batch` in a thread of its own."""
        arguments = (input, is_pretokenized, add_special_tokens)
        return await asyncio.to_thread(self.encode_batch, *arguments)

    async def async_encode_batch_fast(
        self, input: Sequence[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """`encode_batch_fast` in a thread of its own."""
        arguments = (input, is_pretokenized, add_special_tokens)
        return await asyncio.to_thread(self.encode_batch_fast, *arguments)

    def _encode(
        self, items: list[tuple[Any, ...]], special: bool, *, details: bool
    ) -> list[Encoding]:
        """The encodings of items that were checked, each one or two texts or lists of words."""
        vocabulary = self._fresh()
        frame, call = self._frame_of(special, details=details), self._call_of(details=details)
        flat: list[str] = []
        for item in items:
            for texts in item:
                flat += [texts] if isinstance(texts, str) else texts
        rules = call.rules
        if len(flat) == 1:  # a batch costs more to set up
            rows = [vocabulary.tokenizer.encode(flat[0], **rules)]
        else:
            batch = vocabulary.tokenizer.encode_batch(flat, threads=_threads(), **rules)
            rows = batch.tolist()
        added = self._processor.added(is_pair=False) if special else 0
        cut = self._truncation
        result = []
        at = 0
        for item in items:
            first = item[0]
            if (
                frame is not None
                and len(item) == 1
                and isinstance(first, str)
                and (cut is None or cut.leaves(len(rows[at]), added))
            ):
                result.append(frame.encoded(Encoding, first, rows[at]))
                at += 1
                continue
            encodings = []
            for number, texts in enumerate(item):
                if isinstance(texts, str):
                    source = call.source([texts], rows[at])
                    at += 1
                else:
                    words = rows[at : at + len(texts)]
                    at += len(texts)
                    ids = [i for row in words for i in row]
                    source = call.source(texts, ids, [len(row) for row in words])
                type_id = number if details else 0
                encodings.append(Encoding.of(Part(source, 0, len(source.ids), type_id)))
            pair = encodings[1] if len(encodings) > 1 else None
            result.append(self._finish(encodings[0], pair, special))
        if self._padding is not None:
            self._padding.run(result)
        return result

    def _frame_of(self, special: bool, *, details: bool) -> Frame | None:
        """What texts by themselves become encodings with; None where that takes more than a frame."""
        self._fresh()
        key = special, details, self._encodes_special
        try:  # one look: another thread may put empty ones there
            return self._frames[key]
        except KeyError:
            around = self._processor.around(special)
        call = self._call_of(details=details)
        frame = self._frames[key] = None if around is None else frame_of(call, around)
        return frame

    def _call_of(self, *, details: bool) -> Call:
        vocabulary = self._fresh()
        key = details, self._encodes_special
        call = self._calls_of.get(key)
        if call is None:
            call = self._calls_of[key] = Call(vocabulary, self._encodes_special, details=details)
        return call

    def _finish(self, first: Encoding, second: Encoding | None, special: bool) -> Encoding:
        """Cuts and post-processes encodings that nobody else holds."""
        if self._truncation is not None:
            is_pair = second is not None
            added = self._processor.added(is_pair=is_pair) if special else 0
            self._truncation.run(first, second, added)
        return self._processor.run(first, second, special)

    def post_process(
        self, encoding: Encoding, pair: Encoding | None = None, add_special_tokens: bool = True
    ) -> Encoding:
        """Cuts, post-processes and pads encodings as `encode` does."""
        second = None if pair is None else pair.copied()
        result = self._finish(encoding.copied(), second, add_special_tokens)
        if self._padding is not None:
            self._padding.run([result])
        return result

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """How many tokens the post-processor adds to one text or to two."""
        return self._processor.added(is_pair=is_pair)

    # ---- ids to text

    def decode(self, ids: Sequence[int], skip_special_tokens: bool = True) -> str:
        """The text of ids; those that no token has are left out."""
        vocabulary = self._fresh()
        tokenizer, renamed = vocabulary.tokenizer, vocabulary.renamed
        if not isinstance(ids, (list, np.ndarray)):
            if not isinstance(ids, Sequence):
                raise TypeError(f"'{type(ids).__name__}' object is not an instance of 'Sequence'")
            ids = list(ids)
        try:
            if not renamed or renamed.keys().isdisjoint(ids):
                return tokenizer.decode(ids, skip_special_tokens=skip_special_tokens)
        except DecodeError:
            pass  # ids that no token has
        known = [i for i in map(_u32, ids) if vocabulary.text(i) is not None]
        if renamed.keys().isdisjoint(known):
            return tokenizer.decode(known, skip_special_tokens=skip_special_tokens)
        left_out = tokenizer.special_tokens if skip_special_tokens else ()
        tokens = [vocabulary.text(i) or "" for i in known]
        return tokenizer.text_decoder.chain([token for token in tokens if token not in left_out])

    def decode_batch(
        self, sequences: Sequence[Sequence[int]], skip_special_tokens: bool = True
    ) -> list[str]:
        """The texts of rows of ids."""
        rows = list(sequences)
        ids = list(itertools.chain.from_iterable(rows))
        if {*map(type, ids)} <= {int} and self._fresh().renamed.keys().isdisjoint(ids):
            ends = np.cumsum([0, *map(len, rows)])
            try:
                batch = TokenBatch(np.array(ids, dtype=np.uint32), ends)
                return self._fresh().tokenizer.decode_batch(
                    batch, threads=_threads(), skip_special_tokens=skip_special_tokens
                )
            except DecodeError:
                pass  # ids that no token has
        return [self.decode(row, skip_special_tokens) for row in rows]

    async def async_decode_batch(
        self, sequences: Sequence[Sequence[int]], skip_special_tokens: bool = True
    ) -> list[str]:
        """`decode_batch` in a thread of its own."""
        return await asyncio.to_thread(self.decode_batch, sequences, skip_special_tokens)

    # ---- to a file

    def to_str(self, pretty: bool = False) -> str:
        """The text of a tokenizer.json.

        Raises
        ------
        VocabError
            Something that such a file cannot say.
        """
        value: Json = json.loads(self._fresh().tokenizer.to_tokenizer_json())
        cut, fill = self._truncation, self._padding
        if cut is not None:
            value["truncation"] = {
                "direction": DIRECTIONS[cut.direction],
                "max_length": cut.max_length,
                "strategy": STRATEGIES[cut.strategy],
                "stride": cut.stride,
            }
        if fill is not None:
            rest = asdict(fill)
            length = rest.pop("length")
            value["padding"] = {
                "strategy": "BatchLongest" if length is None else {"Fixed": length},
                **rest,
                "direction": DIRECTIONS[fill.direction],
            }
        if pretty:
            return json.dumps(value, ensure_ascii=False, indent=2)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def save(self, path: str, pretty: bool = True) -> None:
        """Writes a tokenizer.json."""
        Path(path).write_text(self.to_str(pretty), encoding="utf-8")


# ---- what ctok does not have


def _missing(name: str) -> property:
    def refuse(_: object, *__: object) -> NoReturn:
        raise NotImplementedError(
            f"ctok's Tokenizer has no {name}: a vocabulary is read whole, from a file, and"
            " `ctok.train` makes new ones"
        )

    return property(refuse, refuse, doc=f"Raises NotImplementedError; ctok has no {name}.")


for _name in (
    *("model", "normalizer", "pre_tokenizer", "post_processor", "decoder"),
    *("train", "train_from_iterator"),
):
    setattr(Tokenizer, _name, _missing(_name))


def _rebuild(kind: type[Tokenizer], tokenizer: CtokTokenizer, state: tuple[Any, ...]) -> Tokenizer:
    result = kind(tokenizer)
    result._truncation, result._padding, result._encodes_special = state
    return result


# ---- arguments


def _added_token(token: Any, *, special: bool) -> Any:
    """An AddedToken, whoever's; one that is added as a special token is one from then on."""
    if isinstance(token, str):
        return AddedToken(token, special=special)
    if not all(hasattr(token, flag) for flag in ("content", *FLAGS)):
        raise TypeError("Input must be a List[Union[str, AddedToken]]")
    if special:
        token.special = True
    return token


def _text_of(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(_NOT_STR)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise TypeError(_NOT_STR) from None
    return text if type(text) is str else str.__str__(text)  # numpy's strings too


def _words_of(words: Any) -> list[str]:
    if isinstance(words, np.ndarray):
        words = words.tolist()
    if not isinstance(words, (list, tuple)):
        raise TypeError(_NO_WORDS)
    try:
        return [_text_of(word) for word in words]
    except TypeError:
        raise TypeError(_NO_WORDS) from None


def _items_of(inputs: Any, is_pretokenized: bool) -> list[tuple[Any, ...]]:
    """The items of a batch, each one or two texts, or one or two lists of words."""
    if isinstance(inputs, (str, bytes)):
        raise TypeError("Can't extract `str` to `Vec`")
    if not isinstance(inputs, (Sequence, np.ndarray)):
        raise TypeError(f"'{type(inputs).__name__}' object is not an instance of 'Sequence'")
    if not is_pretokenized:
        return [(_text_of(item),) if isinstance(item, str) else _pair_of(item) for item in inputs]
    return [_one_or_two(item) for item in inputs]


def _pair_of(item: Any) -> tuple[str, str]:
    if not isinstance(item, (Sequence, np.ndarray)) or len(item) != 2:
        raise TypeError(_NO_TEXTS)
    return _text_of(item[0]), _text_of(item[1])


def _one_or_two(item: Any) -> tuple[list[str], ...]:
    try:
        return (_words_of(item),)
    except TypeError:
        if isinstance(item, (list, tuple)) and len(item) == 2:
            try:
                return _words_of(item[0]), _words_of(item[1])
            except TypeError:
                pass
        raise TypeError(_NO_INPUT) from None


def _u32(number: int) -> int:
    if not 0 <= number <= _U32:
        raise OverflowError(
            "number too small to fit in target type"
            if number < 0
            else "number too large to fit in target type"
        )
    return int(number)


def _take(given: dict[str, Any], known: dict[str, Any]) -> None:
    """Puts the arguments that were given in the place of the known ones."""
    for key, value in given.items():
        if key in known:
            known[key] = value
        else:
            ignored(key)


def _threads() -> int | None:
    """As many threads as tokenizers' switch in the environment says."""
    value = os.environ.get("TOKENIZERS_PARALLELISM", "").lower()
    return 1 if value in ("0", "false", "off", "no", "n", "f") else None
