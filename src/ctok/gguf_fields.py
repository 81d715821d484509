"""Writes a vocabulary as the tokenizer fields of a GGUF file, and reads them back before it says so.

A GGUF says less than a tokenizer.json: how texts are cut is a name that llama.cpp knows, added
tokens have no flags, and of a sentencepiece model it holds scores. What it has no way to say is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from . import alphabet, export
from .decoding import TokenTexts
from .errors import VocabError
from .loaders import gguf
from .loaders.components import GPT2
from .patterns import family_of, kernel_for
from .spec import AddedToken, Split, Step, VocabSpec
from .splits import pattern_key
from .vocab import Vocab

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
NO_ID = (1 << 32) - 1
# Names that models give the tokens which a GGUF has keys for.
_NAMES = {
    "bos": ("<s>", "<|begin_of_text|>", "<bos>", "<\uff5cbegin\u2581of\u2581sentence\uff5c>"),
    "eos": (
        *("</s>", "<|end_of_text|>", "<eos>", "<\uff5cend\u2581of\u2581sentence\uff5c>"),
        "<|endoftext|>",
    ),
    "unknown": ("<unk>",),
    "padding": ("<pad>",),
}


def fields(spec: VocabSpec, vocab: Vocab) -> dict[str, Any]:
    """The ``tokenizer.*`` keys and values of a GGUF file with a vocabulary.

    Raises
    ------
    VocabError
        Something that those have no way to say.
    """
    if spec.spelling == "marks" or spec.characters:
        result = _with_scores(spec, vocab)
    else:
        result = _with_merges(spec, vocab)
    result |= _ids(spec)
    if spec.chat_template is not None:
        result["tokenizer.chat_template"] = spec.chat_template
    called = f"{spec.name!r} as GGUF fields"
    back = gguf.parse(result, source=called, name=spec.name)
    wrong = next(_differences(spec, back, vocab), None)
    if wrong is not None:
        raise VocabError(f"{called}: a GGUF has no way to say this vocabulary's {wrong}")
    return result


def _refused(spec: VocabSpec, what: str) -> VocabError:
    return VocabError(f"{spec.name!r}: a GGUF has no way to say {what}")


def _added(spec: VocabSpec) -> tuple[AddedToken, ...]:
    return spec.added or tuple(AddedToken(text, number) for text, number in spec.specials.items())


# ---- byte-level: tokens in GPT-2's alphabet, and merges


def _with_merges(spec: VocabSpec, vocab: Vocab) -> dict[str, Any]:
    if spec.places is not None:
        raise _refused(spec, "affixes of parts of words")
    if spec.decoder not in ((), (Step("byte_level"),)):
        raise _refused(spec, "its decoder")
    added = _added(spec)
    _check_flags(spec, added)
    pre = _pre_of(spec, vocab)
    ends, data = spec.token_offsets.tolist(), spec.token_bytes
    texts = {i: alphabet.to_text(data[a:b]) for i, (a, b) in enumerate(_pairs(ends)) if b > a}
    texts |= dict(spec.names)
    texts |= {token.id: token.content for token in added}
    kinds = {token.id: CONTROL if token.special else USER_DEFINED for token in added}
    if spec.merges is None:
        merges: Iterable[tuple[str, str]] = export.merges_of_ranks(spec, vocab)
    else:
        merges = ((texts[left], texts[right]) for left, right, _ in spec.merges.tolist())
    tokens = [texts.get(number, f"[PAD{number}]") for number in range(max(texts) + 1)]
    _check_unique(spec, tokens, len(added))
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [
            kinds.get(number, NORMAL) if number in texts else UNUSED
            for number in range(len(tokens))
        ],
        "tokenizer.ggml.merges": [f"{left} {right}" for left, right in merges],
    }


def _pairs(ends: list[int]) -> Iterable[tuple[int, int]]:
    return zip(ends, ends[1:], strict=False)


def _check_unique(spec: VocabSpec, tokens: list[str], n_added: int) -> None:
    seen: dict[str, int] = {}
    for number, text in enumerate(tokens):
        if text in seen:
            raise _refused(spec, f"that the ids {seen[text]} and {number} are both {text[:60]!r}")
        seen[text] = number
    if len({token.id for token in _added(spec)}) != n_added:
        raise _refused(spec, "that two special tokens have one id")


def _check_flags(spec: VocabSpec, added: Iterable[AddedToken]) -> None:
    """Refuses added tokens that are found otherwise than wherever their text stands."""
    late = [token for token in added if token.normalized]
    early = [token.content for token in added if not token.normalized]
    for token in added:
        if token.lstrip or token.rstrip or token.single_word:
            raise _refused(spec, f"how {token.content!r} is found: lstrip, rstrip or single_word")
    if late and spec.normalizer:
        raise _refused(spec, f"that {late[0].content!r} is looked for in normalized text")
    if not late or not early:
        return
    # Without a normalizer, who is looked for first matters to tokens that share characters.
    starts = {text[:n] for text in early for n in range(1, len(text) + 1)}
    stops = {text[-n:] for text in early for n in range(1, len(text) + 1)}
    joined = "\0".join(early)
    for token in late:
        text = token.content
        if (
            text in joined
            or any(other in text for other in early)
            or any(text[:n] in stops or text[-n:] in starts for n in range(1, len(text) + 1))
        ):
            raise _refused(spec, f"that {text!r} is looked for behind other added tokens")


def _cuts(splits: Iterable[Split] | None, pattern: str) -> str | None:
    """What is the same for two ways of cutting that cut alike; None for one that does more."""
    key = pattern if splits is None else pattern_key(splits)
    if key is None:
        return None
    kernel = kernel_for(key, None, lines=splits is not None)
    if kernel < 0:
        return key
    return family_of(key) or f"kernel {kernel}"


def _pre_of(spec: VocabSpec, vocab: Vocab) -> str:
    """The name under which llama.cpp cuts and normalizes texts as the vocabulary does."""
    cuts = _cuts(spec.splits, spec.pattern)
    nfc = spec.normalizer == (Step("nfc"),)
    if cuts is None:
        raise _refused(spec, "how it cuts texts, which no name of llama.cpp stands for")
    if spec.normalizer and not nfc:
        raise _refused(spec, "its normalizer")
    found = []
    for name, (patterns, whole) in gguf.PRE.items():
        splits = [Split(pattern or GPT2) for pattern in patterns]
        if (name in gguf.NFC) == nfc and _cuts(splits, "") == cuts:
            if whole == spec.whole_pieces:
                return name
            found.append(name)
    if found and vocab.is_proper:  # a piece that is a token is what its merges give
        return found[0]
    raise _refused(spec, "how it cuts texts, which no name of llama.cpp stands for")


# ---- sentencepiece: tokens as they are, and scores


def _with_scores(spec: VocabSpec, vocab: Vocab) -> dict[str, Any]:
    if spec.merges is None or spec.merge_ranks is None:
        raise _refused(
            spec,
            "merges that no scores stand behind; a tokenizer.model or a GGUF of the same"
            " model has them",
        )
    if spec.unknown is not None:
        raise _refused(spec, "characters that become no bytes")
    texts = TokenTexts(spec, vocab)
    n = max(len(spec.token_offsets), *(token.id + 2 for token in spec.added), 1) - 1
    tokens = [texts(number) or f"[PAD{number}]" for number in range(n)]
    scores = np.zeros(n, dtype=np.float32)
    scores[spec.merges[:, 2]] = -1.0 - spec.merge_ranks.astype(np.float32)
    kinds = np.full(n, NORMAL)
    if spec.byte_ids is not None:
        kinds[spec.byte_ids[spec.byte_ids != NO_ID]] = BYTE
    for token in spec.added:
        unknown = token.special and token.content in _NAMES["unknown"]
        special = UNKNOWN if unknown else CONTROL
        kinds[token.id] = special if token.special else USER_DEFINED
    steps = [step.kind for step in spec.normalizer]
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": scores.tolist(),
        "tokenizer.ggml.token_type": kinds.tolist(),
        "tokenizer.ggml.add_space_prefix": "prepend" in steps,
        "tokenizer.ggml.remove_extra_whitespaces": "squeeze" in steps,
    }


# ---- what both have


def _ids(spec: VocabSpec) -> dict[str, Any]:
    """The ids that a GGUF has keys for, and which of them stand around a text."""
    found = {
        role: next((spec.specials[name] for name in names if name in spec.specials), None)
        for role, names in _NAMES.items()
    }
    result: dict[str, Any] = {}
    if spec.template is not None:
        items = [item for item, _ in spec.template.single]
        at = items.index("A") if items.count("A") == 1 else -1
        sides = [items[:at], items[at + 1 :]] if at >= 0 else []
        if not sides or any(len(side) > 1 or (side and len(side[0]) != 1) for side in sides):
            raise _refused(spec, "that more than one token stands before or behind a text")
        for role, side in zip(("bos", "eos"), sides, strict=True):
            if side:
                found[role] = int(side[0][0])
            result[f"tokenizer.ggml.add_{role}_token"] = bool(side)
    ids = {f"tokenizer.ggml.{role}_token_id": number for role, number in found.items()}
    return result | {key: number for key, number in ids.items() if number is not None}


def _differences(spec: VocabSpec, back: VocabSpec, vocab: Vocab) -> Iterator[str]:
    """What a vocabulary that was read back has otherwise."""

    def singles(of: VocabSpec) -> object:
        return of.template and of.template.single

    def found(of: VocabSpec) -> object:
        return sorted(
            (t.id, t.content, t.special, t.decoded or b"", t.lstrip, t.rstrip, t.single_word)
            for t in _added(of)
        )

    def steps(of: VocabSpec) -> object:
        # Where texts have added tokens, a tokenizer.model and llama.cpp differ in the prefix.
        ignored = ("first",) if of.characters else ()
        return [
            (step.kind, {key: v for key, v in step.arguments.items() if key not in ignored})
            for step in of.normalizer
        ]

    parts: dict[str, Callable[[VocabSpec], object]] = {
        "special tokens": lambda of: dict(of.specials),
        "added tokens": found,
        "normalizer": steps,
        "template": singles,
        "bytes of tokens": _ordinary,
    }
    if spec.merges is not None:
        parts["merges"] = lambda of: None if of.merges is None else of.merges.tobytes()
    if not vocab.is_proper:
        parts["whole pieces"] = lambda of: of.whole_pieces
    if spec.decoder:
        parts["decoder"] = lambda of: of.decoder
    for what, part in parts.items():
        if part(spec) != part(back):
            yield what


def _ordinary(spec: VocabSpec) -> dict[int, bytes]:
    """The bytes of all tokens that are not added."""
    added = {token.id for token in _added(spec)}
    data = spec.token_bytes
    rows = enumerate(_pairs(spec.token_offsets.tolist()))
    return {i: data[a:b] for i, (a, b) in rows if b > a and i not in added}
