"""The bundled encodings and the models that use them, as rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import kernels
from .errors import VocabError
from .loaders import packed
from .patterns import pattern_of
from .spec import StoredSpec, VocabSpec

if TYPE_CHECKING:
    from dataclasses import dataclass, field
else:
    from .records import dataclass, field

DATA = os.path.join(os.path.dirname(os.path.realpath(__file__)), "data")


@dataclass(frozen=True)
class RankFile:
    """A packed rank file in data/, its checksum (checksum.h), and the sha256 of OpenAI's own file."""

    name: str
    checksum: int
    published_sha256: str


@dataclass(frozen=True)
class Encoding:
    """A bundled encoding: the ranks of a file (all, or the first few) under a pattern."""

    ranks: RankFile
    family: str
    specials: Mapping[str, int] = field(default_factory=dict)
    n_ranks: int | None = None
    explicit_n_vocab: int | None = None


_P50K = RankFile(
    "p50k_base",
    checksum=0x9419C4B4C79CAC7D,
    published_sha256="94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
)
_CL100K = RankFile(
    "cl100k_base",
    checksum=0x61D7C9AD1DA57311,
    published_sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
)
_O200K = RankFile(
    "o200k_base",
    checksum=0x36A54B04BAD480A8,
    published_sha256="446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
RANK_FILES = (_P50K, _CL100K, _O200K)

# The first 50,256 ranks of p50k_base are r50k_base's, whose own file has this sha256.
R50K_RANKS = 50_256
R50K_SHA256 = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"

_END = "<|endoftext|>"
_FIM = ("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>")
_R50K_END = {_END: 50_256}
_O200K_SPECIALS = {_END: 199_999, "<|endofprompt|>": 200_018}
_HARMONY_NAMES = {
    "startoftext": 199_998,
    "endoftext": 199_999,
    "return": 200_002,
    "constrain": 200_003,
    "channel": 200_005,
    "start": 200_006,
    "end": 200_007,
    "message": 200_008,
    "call": 200_012,
}
_HARMONY_SPECIALS = {
    **_O200K_SPECIALS,
    **{f"<|{name}|>": number for name, number in _HARMONY_NAMES.items()},
    **{
        f"<|reserved_{number}|>": number
        for number in range(200_000, 201_088)
        if number not in _HARMONY_NAMES.values()
    },
}

ENCODINGS: dict[str, Encoding] = {
    "gpt2": Encoding(_P50K, "r50k", _R50K_END, R50K_RANKS, 50_257),
    "r50k_base": Encoding(_P50K, "r50k", _R50K_END, R50K_RANKS, 50_257),
    "p50k_base": Encoding(_P50K, "r50k", _R50K_END, None, 50_281),
    "p50k_edit": Encoding(
        _P50K, "r50k", {**_R50K_END, **{name: 50_281 + i for i, name in enumerate(_FIM)}}
    ),
    "cl100k_base": Encoding(
        _CL100K,
        "cl100k",
        {
            _END: 100_257,
            **{name: 100_258 + i for i, name in enumerate(_FIM)},
            "<|endofprompt|>": 100_276,
        },
    ),
    "o200k_base": Encoding(_O200K, "o200k", _O200K_SPECIALS),
    "o200k_harmony": Encoding(_O200K, "o200k", _HARMONY_SPECIALS),
}


def _models(encoding: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), encoding)


# The tables that tiktoken 0.14 knows (tiktoken/model.py). Prefixes are tried in this order.
MODELS: dict[str, str] = {
    **_models("o200k_base", "o1 o3 o4-mini gpt-5 gpt-4.1 gpt-4o"),
    **_models("cl100k_base", "gpt-4 gpt-3.5-turbo gpt-3.5 gpt-35-turbo davinci-002 babbage-002"),
    **_models(
        "cl100k_base", "text-embedding-ada-002 text-embedding-3-small text-embedding-3-large"
    ),
    **_models("p50k_base", "text-davinci-003 text-davinci-002 code-davinci-002 code-davinci-001"),
    **_models("p50k_base", "code-cushman-002 code-cushman-001 davinci-codex cushman-codex"),
    **_models("p50k_edit", "text-davinci-edit-001 code-davinci-edit-001"),
    **_models("r50k_base", "text-davinci-001 text-curie-001 text-babbage-001 text-ada-001"),
    **_models("r50k_base", "davinci curie babbage ada"),
    **_models("r50k_base", "text-similarity-davinci-001 text-similarity-curie-001"),
    **_models("r50k_base", "text-similarity-babbage-001 text-similarity-ada-001"),
    **_models("r50k_base", "text-search-davinci-doc-001 text-search-curie-doc-001"),
    **_models("r50k_base", "text-search-babbage-doc-001 text-search-ada-doc-001"),
    **_models("r50k_base", "code-search-babbage-code-001 code-search-ada-code-001"),
    **_models("gpt2", "gpt2 gpt-2"),
}
MODEL_PREFIXES: dict[str, str] = {
    **_models("o200k_base", "o1- o3- o4-mini- gpt-5 gpt-4.5- gpt-4.1- chatgpt-4o- gpt-4o-"),
    **_models("cl100k_base", "gpt-4- gpt-3.5-turbo- gpt-35-turbo-"),
    "gpt-oss-": "o200k_harmony",
    "ft:gpt-4o": "o200k_base",
    **_models("cl100k_base", "ft:gpt-4 ft:gpt-3.5-turbo ft:davinci-002 ft:babbage-002"),
}


def encoding_name_for_model(model: str) -> str:
    """The name of the encoding that a model of OpenAI uses.

    Raises
    ------
    KeyError
        No model of that name is known, and no prefix of it.
    """
    if model in MODELS:
        return MODELS[model]
    for prefix, name in MODEL_PREFIXES.items():
        if model.startswith(prefix):
            return name
    raise KeyError(
        f"Could not automatically map {model} to an encoding; name the encoding yourself:"
        f" get_encoding(name) with one of {', '.join(ENCODINGS)}"
    )


def unknown(name: str) -> str:
    """What to say of a name that no bundled encoding has."""
    try:
        model = encoding_name_for_model(name)
    except KeyError:
        return f"there are {', '.join(ENCODINGS)}"
    return f"it is a model's, whose encoding is {model!r}: encoding_for_model({name!r})"


def load_bundled(name: str) -> VocabSpec:
    """The VocabSpec of a bundled encoding.

    Raises
    ------
    VocabError
        No encoding has that name, or its data are damaged.
    """
    row = ENCODINGS.get(name)
    if row is None:
        raise VocabError(f"{name!r} is no bundled encoding; {unknown(name)}")
    source = f"{row.ranks.name}.ctokpack"
    with open(os.path.join(DATA, source), "rb") as file:
        data = file.read()
    if kernels.checksum(data) != row.ranks.checksum:
        raise VocabError(f"{source}: the installation is damaged, install ctok again")
    token_bytes, offsets, split_at = packed.unpack(data, source=source)
    if row.n_ranks is not None:
        offsets = offsets[: row.n_ranks + 1]
        token_bytes = token_bytes[: offsets[-1]]
        split_at = split_at[: row.n_ranks]
    return StoredSpec(
        name=name,
        token_bytes=token_bytes,
        token_offsets=offsets,
        pattern=pattern_of(row.family),
        specials=row.specials,
        split_at=split_at,
    )
