"""accelerate: a fast tokenizer of transformers, encoding and decoding through ctok."""

from __future__ import annotations

import copy
import json
import zlib
from typing import Any, TypeVar

import tokenizers

from ...loaders import huggingface as loader
from ...loaders.fields import no_collection, parse_json
from ...tokenizer import Tokenizer as CtokTokenizer
from .texts import Vocabulary
from .tokenizer import Tokenizer

Fast = TypeVar("Fast")
PARTS = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
# What a part's own Tokenizer has for a model.
_NO_MODEL = {"type": "BPE", "vocab": {}, "merges": []}


def accelerate(tokenizer: Fast) -> Fast:
    """A transformers tokenizer that encodes and decodes through ctok.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerFast
        It stays as it is.

    Returns
    -------
    transformers.PreTrainedTokenizerFast
        A copy, of the same class, with the same attributes and methods. Calls, ``encode``,
        ``decode``, ``batch_decode``, ``tokenize`` and whatever else asks its ``_tokenizer`` for ids
        or text have the same results; chat templates and saving are transformers' own. It is
        pickled small, and always the same way.

    Raises
    ------
    TypeError
        Not a tokenizer of transformers with a ``tokenizers.Tokenizer`` inside.
    VocabError
        What it holds is not supported; the message names the part.

    Examples
    --------
    >>> import ctok, transformers
    >>> tokenizer = ctok.accelerate(transformers.AutoTokenizer.from_pretrained(folder))
    ... # doctest: +SKIP
    """
    inner = getattr(tokenizer, "_tokenizer", None)
    if isinstance(inner, Backend):
        backend = copy.copy(inner)
    elif isinstance(inner, tokenizers.Tokenizer):
        name = str(getattr(tokenizer, "name_or_path", "") or "tokenizer")
        backend = Backend(inner.to_str().encode(), name, inner.encode_special_tokens)
        backend.lend(inner)
    else:
        raise TypeError(
            "a fast tokenizer of transformers is needed, with a tokenizers.Tokenizer inside, not"
            f" {type(tokenizer).__name__}"
        )
    result = copy.copy(tokenizer)
    attributes = vars(result)
    for key, value in attributes.items():
        if type(value) in (dict, list, set):
            attributes[key] = copy.copy(value)
    attributes["_tokenizer"] = backend
    return result


class Backend(Tokenizer):
    """What stands in the place of a transformers tokenizer's ``tokenizers.Tokenizer``.

    Its parts can be read and replaced, and read again where someone changed them: they are held in
    a ``tokenizers.Tokenizer`` without a vocabulary. One with a vocabulary is made only when the
    model itself is asked for, or a file is written.

    Parameters
    ----------
    data : bytes
        A tokenizer.json.
    name : str
        What messages call it.
    encodes_special : bool
        Whether special tokens in a text are text, to begin with.
    """

    _token = tokenizers.AddedToken

    def __init__(self, data: bytes, name: str, encodes_special: bool = False) -> None:
        self._data = zlib.compress(data, 1)
        self._name, self._encoded_first = name, encodes_special
        self._changed: dict[str, Any] = {}
        self._calls: list[tuple[bool, list[Any]]] = []
        self._small: tokenizers.Tokenizer | None = None
        self._seen: tuple[bytes, ...] = ()
        self._lent: tokenizers.Tokenizer | None = None
        with no_collection():
            value = parse_json(data, name)
            super().__init__(CtokTokenizer(loader.parse(value, source=name, name=name)))
        self._read_state(value, name)
        self._encodes_special = encodes_special

    def lend(self, original: tokenizers.Tokenizer) -> None:
        """Takes the tokenizer that the data are of, to be asked for its model."""
        self._lent = original

    # ---- copies

    def __reduce__(self) -> tuple[Any, ...]:
        self._fresh()
        return _restored, (self._data, self._name, self._encoded_first, self._changed, self._calls)

    def __copy__(self) -> Backend:
        other = Backend.__new__(Backend)
        self._fresh()
        vars(other).update(vars(self))
        other._changed, other._calls = dict(self._changed), list(self._calls)
        other._small, other._seen = None, ()
        return other

    def __deepcopy__(self, memo: Any) -> Backend:
        return self.__copy__()

    # ---- the parts

    def _parts(self) -> tokenizers.Tokenizer:
        """The parts in a tokenizer without a vocabulary."""
        if self._small is None:
            document = self._vocabulary.tokenizer.vocab.spec.document or {}
            value = {**{part: document.get(part) for part in PARTS}, **self._changed}
            self._small = tokenizers.Tokenizer.from_str(
                json.dumps({"version": "1.0", "added_tokens": [], "model": _NO_MODEL, **value})
            )
            self._seen = self._states()
        return self._small

    def _states(self) -> tuple[bytes, ...]:
        parts = [getattr(self._small, part) for part in PARTS]
        return tuple(b"" if part is None else part.__getstate__() for part in parts)

    def _fresh(self) -> Vocabulary:
        if self._small is not None and (states := self._states()) != self._seen:
            self._follow(states)
        return super()._fresh()

    def _follow(self, states: tuple[bytes, ...]) -> None:
        """Does what the parts say now.

        Raises
        ------
        VocabError
            A part that ctok does not know.
        """
        value = json.loads(self._parts().to_str())
        old = dict(zip(PARTS, self._seen, strict=True))
        new = {part for part, state in zip(PARTS, states, strict=True) if state != old[part]}
        changed = {**self._changed, **{part: value[part] for part in new}}
        whole = {**self._whole_value(), **changed}
        with no_collection():
            spec = loader.parse(whole, source=self._name, name=self._name)
        self._changed, self._seen = changed, states
        self._set(CtokTokenizer(spec))
        for special, tokens in self._calls:
            self._add(tokens, special=special)

    def _whole_value(self) -> Any:
        return json.loads(zlib.decompress(self._data))

    def _whole(self) -> tokenizers.Tokenizer:
        """The tokenizer as `tokenizers` would have it now."""
        self._fresh()
        result = tokenizers.Tokenizer.from_str(
            json.dumps(
                {**self._whole_value(), "truncation": None, "padding": None, **self._changed}
            )
        )
        for special, tokens in self._calls:
            (result.add_special_tokens if special else result.add_tokens)(tokens)
        if self.truncation is not None:
            result.enable_truncation(**self.truncation)
        if self.padding is not None:
            result.enable_padding(**self.padding)
        return result

    @property
    def model(self) -> Any:
        """The model; what is done to it has no effect here."""
        if self._lent is None:
            self._lent = self._whole()
        return self._lent.model

    @model.setter
    def model(self, model: Any) -> None:
        raise NotImplementedError("ctok takes no other model; accelerate the tokenizer that has it")

    def add_tokens(self, tokens: list[Any]) -> int:
        """Adds tokens; returns how many were not there as they are."""
        return self._noted(False, tokens)

    def add_special_tokens(self, tokens: list[Any]) -> int:
        """Adds tokens that decoding may leave out; returns how many were not there as they are."""
        return self._noted(True, tokens)

    def _noted(self, special: bool, tokens: list[Any]) -> int:
        count = self._add(tokens, special=special)
        if count:
            self._calls.append((special, list(tokens)))
        return count

    def to_str(self, pretty: bool = False) -> str:
        """The text of a tokenizer.json, as `tokenizers` writes it."""
        return self._whole().to_str(pretty)

    def save(self, path: str, pretty: bool = True) -> None:
        """Writes a tokenizer.json, as `tokenizers` does."""
        self._whole().save(str(path), pretty)


def _part(name: str) -> property:
    def get(self: Backend) -> Any:
        return getattr(self._parts(), name)

    def put(self: Backend, value: Any) -> None:
        setattr(self._parts(), name, value)
        self._fresh()

    return property(get, put, doc=f"The {name.replace('_', ' ')}, of `tokenizers`; or None.")


for _name in PARTS:
    setattr(Backend, _name, _part(_name))


def _restored(
    data: bytes,
    name: str,
    encodes_special: bool,
    changed: dict[str, Any],
    calls: list[tuple[bool, list[Any]]],
) -> Backend:
    value = json.loads(zlib.decompress(data))
    result = Backend(json.dumps({**value, **changed}).encode(), name, encodes_special)
    result._data, result._changed = data, changed
    for special, tokens in calls:
        result._noted(special, tokens)
    return result
