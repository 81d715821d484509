"""From a file or folder of any supported kind to a VocabSpec: the content says which kind it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import alphabet
from ..errors import VocabError
from ..patterns import family_names, pattern_of
from ..spec import AddedToken, Step, VocabSpec
from . import gguf, huggingface, merges, ranked, sentencepiece, tekken, tiktoken
from .fields import Fields, no_collection, parse_json, read_file

_RANK_LINE = re.compile(rb"\s*[A-Za-z0-9+/]+={0,2} [0-9]+\s")
# In a folder, the first of these that is there.
FILES = ("tokenizer.json", "tekken.json", "tokenizer.model", "vocab.json")
CONFIG, CHAT_TEMPLATE = "tokenizer_config.json", "chat_template.jinja"


def load(
    path: Path,
    *,
    pattern: str | None = None,
    specials: Mapping[str, int] | None = None,
    name: str | None = None,
) -> VocabSpec:
    """A VocabSpec from a file, or from a folder as transformers writes it.

    Parameters
    ----------
    path : Path
    pattern, specials
        For rank files that ctok does not know; see `tiktoken.load`.
    name : str, optional

    Raises
    ------
    VocabError
        No kind of file that ctok reads, or a damaged one.
    OSError
        A file cannot be read.
    """
    if path.is_dir():
        return _load_folder(path, pattern=pattern, specials=specials, name=name)
    with path.open("rb") as file:
        head = file.read(4096)
    is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    if (pattern is not None or specials is not None) and (is_json or head.startswith(gguf.MAGIC)):
        raise VocabError(f"{path} is no rank file; its pattern and special tokens are its own")
    if _RANK_LINE.match(head) or pattern is not None or path.suffix == ".tiktoken":
        return _load_ranks(path, pattern=pattern, specials=specials, name=name)
    if head.startswith(gguf.MAGIC):
        return gguf.load(path, name=name)
    if is_json:
        return _load_json(path, name=name)
    if head[:1] == b"\x0a":
        return sentencepiece.load(path, name=name)
    raise VocabError(
        f"{path}: neither a tokenizer.json, a tekken.json, a vocab.json, a sentencepiece model, a"
        " GGUF file nor a rank file"
    )


def _load_json(path: Path, *, name: str | None) -> VocabSpec:
    with no_collection():
        return _parse_json(path, name=name)  # what json made is gone when garbage is looked for


def _parse_json(path: Path, *, name: str | None) -> VocabSpec:
    value = parse_json(read_file(path), str(path))
    top = Fields(value, str(path))
    default = path.parent.name if path.name in FILES and path.parent.name else path.stem
    if "model" in top.values:
        return huggingface.parse(value, source=str(path), name=name or default)
    if "config" in top.values and "vocab" in top.values:
        return tekken.parse(value, source=str(path), name=name or path.stem)
    numbers = top.values.values()
    if path.name == "vocab.json" or (numbers and all(isinstance(n, int) for n in numbers)):
        return merges.load(path, name=name)
    raise VocabError(f"{path}: JSON, but no tokenizer.json, tekken.json or vocab.json")


def _load_ranks(
    path: Path, *, pattern: str | None, specials: Mapping[str, int] | None, name: str | None
) -> VocabSpec:
    if pattern is not None:
        return tiktoken.load(path, pattern=pattern_of(pattern), specials=specials, name=name)
    import hashlib  # takes longer than all else that a tokenizer.json needs none of

    data = read_file(path)
    known = ranked.KNOWN.get(hashlib.sha256(data).hexdigest())
    if known is None:
        raise VocabError(
            f"{str(path)!r} does not say how to cut text into pieces; pass"
            f' pattern="cl100k" or another of {", ".join(family_names())}, or any regex'
        )
    tokens = known.ids() if specials is None else dict(specials)
    spec = tiktoken.parse(
        data, source=str(path), pattern=known.pattern, specials=tokens, name=name or path.stem
    )
    if not known.nfc:
        return spec
    return VocabSpec(**{**spec.__dict__, "normalizer": (Step("nfc"),)})


def _load_folder(
    path: Path, *, pattern: str | None, specials: Mapping[str, int] | None, name: str | None
) -> VocabSpec:
    there = [path / file for file in FILES if (path / file).is_file()]
    if not there:
        for ending in ("*.tiktoken", "*.gguf", "*.model", "tekken*.json", "*.model.v*"):
            there = sorted(path.glob(ending))
            if len(there) > 1:
                names = ", ".join(file.name for file in there)
                raise VocabError(f"{path}: several vocabularies, {names}; name one of them")
            if there:
                break
    if not there:
        raise VocabError(f"{path}: no vocabulary in this folder; ctok looks for {', '.join(FILES)}")
    spec = load(there[0], pattern=pattern, specials=specials, name=name or path.name or None)
    config = path / CONFIG
    if config.is_file():
        value = parse_json(read_file(config), str(config))
        spec = with_config(spec, Fields(value, str(config)))
    template = path / CHAT_TEMPLATE
    if template.is_file():
        text = read_file(template).decode("utf-8", "replace")
        spec = VocabSpec(**{**spec.__dict__, "chat_template": text})
    return spec


def with_config(spec: VocabSpec, config: Fields) -> VocabSpec:
    """A vocabulary with what a tokenizer_config.json adds: tokens and the chat template.

    Raises
    ------
    VocabError
        An added token that contradicts the vocabulary.
    """
    changes: dict[str, Any] = {}
    template = _chat_template(config.values.get("chat_template"))
    if template is not None:
        changes["chat_template"] = template
    if "added_tokens_decoder" in config:
        tokens = _added_tokens(spec, config.fields("added_tokens_decoder"))
        if tokens:
            every = tuple(spec.added) or tuple(
                AddedToken(text, number) for text, number in spec.specials.items()
            )
            new = huggingface.with_decoded(tokens, spec.decoder)
            changes["added"] = (*every, *new)
            changes["specials"] = {
                **spec.specials,
                **{token.content: token.id for token in tokens if token.special},
            }
    return VocabSpec(**{**spec.__dict__, **changes}) if changes else spec


def _chat_template(value: object) -> str | None:
    """A model's chat template; of several, which have names, the default one."""
    if isinstance(value, list):
        value = {
            row.get("name"): row.get("template")
            for row in value
            if isinstance(row, dict) and isinstance(row.get("name"), str)
        }
    if isinstance(value, dict):
        value = value.get("default")
    return value if isinstance(value, str) else None


def _added_tokens(spec: VocabSpec, entries: Fields) -> list[AddedToken]:
    """The tokens of an added_tokens_decoder that the vocabulary does not have yet."""
    by_id = {token.id: token.content for token in spec.added}
    by_id.update({number: text for text, number in spec.specials.items()})
    by_content = {text: number for number, text in by_id.items()}
    result = []
    for key in entries.values:
        if not (
            key.isascii() and key.isdigit() and len(key) <= 7 and int(key) < huggingface.MAX_IDS
        ):
            raise VocabError(f"{entries.where}: an id is needed, not {key[:20]!r}")
        item = entries.fields(key)
        number, content = int(key), item.get("content", str)
        huggingface.check_text(content, item.where)
        if by_id.get(number, content) != content or by_content.get(content, number) != number:
            raise VocabError(
                f"{item.where}: {content[:60]!r} has id {number} here, but {by_id.get(number)!r} has"
                f" {number} and it has {by_content.get(content)} in the vocabulary"
            )
        if number in by_id:
            continue
        special = item.get("special", bool, False)
        lstrip, rstrip, single = (item.get(flag, bool, False) for flag in huggingface.EDGES)
        normalized = item.get("normalized", bool, not special)
        result.append(AddedToken(content, number, special, lstrip, rstrip, single, normalized))
        by_id[number], by_content[content] = content, number
    if result:
        _check_against(spec, result, entries.where)
        if spec.spelling == "marks":
            huggingface.check_marked(result, entries.where, early=False)
    return result


def _check_against(spec: VocabSpec, added: list[AddedToken], where: str) -> None:
    """Refuses added tokens that ordinary tokens contradict: with another id, or another text."""
    texts: dict[int, str] = {}
    ends = spec.token_offsets.tolist()
    for number, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
        data = spec.token_bytes[start:end]
        if number in spec.names:
            texts[number] = spec.names[number]
        elif data and spec.spelling == "alphabet":
            texts[number] = alphabet.to_text(data)
        elif data:
            text = data.decode("utf-8", "replace")
            texts[number] = (
                text.replace(" ", huggingface.MARK) if spec.spelling == "marks" else text
            )
    numbers = {text: number for number, text in texts.items()}
    for token in added:
        content, number = token.content, token.id
        if texts.get(number, content) != content:
            raise VocabError(
                f"{where}: the id {number} of {content!r} is {texts[number]!r} already"
            )
        if numbers.get(content, number) != number:
            raise VocabError(f"{where}: {content!r} has id {numbers[content]}, not {number}")


def from_object(source: object, *, name: str | None = None) -> VocabSpec:
    """A VocabSpec from a tokenizer of another library, or from a tokenizer.json as dict.

    Parameters
    ----------
    source : object
        A dict, a ``tokenizers.Tokenizer``, a fast tokenizer of transformers or a
        ``tiktoken.Encoding``.

    Raises
    ------
    TypeError
        Anything else.
    VocabError
        What it holds is not supported.
    """
    if isinstance(source, dict):
        return huggingface.parse(source, source="tokenizer", name=name or "tokenizer")
    backend: Any = getattr(source, "backend_tokenizer", source)
    if callable(getattr(backend, "to_str", None)):
        called = name or str(getattr(source, "name_or_path", "") or "tokenizer")
        with no_collection():
            spec = huggingface.parse(
                parse_json(backend.to_str(), called), source=called, name=called
            )
        template = _chat_template(getattr(source, "chat_template", None))
        if template is not None:
            spec = VocabSpec(**{**spec.__dict__, "chat_template": template})
        return spec
    ranks = getattr(source, "_mergeable_ranks", None)
    pattern = getattr(source, "_pat_str", None)
    if isinstance(ranks, dict) and isinstance(pattern, str):
        return tiktoken.from_ranks(
            {rank: token for token, rank in ranks.items()},
            name=name or str(getattr(source, "name", "tiktoken")),
            pattern=pattern,
            specials=getattr(source, "_special_tokens", {}),
        )
    raise TypeError(
        "a tokenizer is loaded from a name, a path, a dict or a tokenizer of tokenizers,"
        f" transformers or tiktoken, not from {type(source).__name__}"
    )
