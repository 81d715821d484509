"""A damaged file gives a tokenizer or a VocabError, within bounds of time and memory."""

from __future__ import annotations

import json
import random
import sys
import tracemalloc

import pytest

import ctok
from ctok.loaders import fields

from .. import models
from . import files

KINDS = list(files.every_kind())
VARIANTS = 300


def damaged_bytes(data: bytes, choose: random.Random) -> bytes:
    """The bytes with some flipped, cut off, taken out, repeated, or numbers made larger."""
    result = bytearray(data)
    at = min(int(choose.expovariate(1 / 2000)), len(data) - 1)  # mostly near the head
    at = choose.choice([at, choose.randrange(len(data))])
    how = choose.randrange(6)
    if how == 0:
        for _ in range(choose.randrange(1, 20)):
            result[choose.randrange(len(result))] ^= 1 << choose.randrange(8)
    elif how == 1:
        del result[at:]
    elif how == 2:
        del result[at : at + choose.randrange(1, 40)]
    elif how == 3:
        result[at:at] = result[at : at + choose.randrange(1, 400)]
    elif how == 4:
        result[at : at + 8] = b"\xff" * choose.randrange(1, 9)
    else:
        result[at : at + 1] = choose.randbytes(choose.randrange(1, 12))
    return bytes(result)


def small(name: str) -> bytes:
    """A file of a kind, small enough to be loaded a thousand times."""
    kind, data = files.every_kind()[name]
    if not kind.endswith(".json") or name == "tekken":
        return data
    value = json.loads(data)
    model = value["model"]
    pairs = [
        merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"][:40]
    ]
    model["merges"] = pairs
    keep = {text for left, right in pairs for text in (left, right, left + right)}
    vocab = {t: i for t, i in model["vocab"].items() if i < 300 or t in keep}
    model["vocab"] = vocab
    return json.dumps(value, ensure_ascii=False).encode()


def peak_bytes() -> int:
    """The most memory that this process has had; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def try_load(path):
    """Loads and uses a file; None when it was refused as it should be."""
    try:
        tokenizer = ctok.load(path, name="damaged")
    except ctok.VocabError as error:
        assert str(error)
        return None
    ids = tokenizer.encode_ordinary("Hello, wörld! 123\n  \x00")
    tokenizer.decode(ids)
    return tokenizer


@pytest.mark.parametrize("variants", [VARIANTS, pytest.param(3000, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_damaged_bytes_loads_or_is_refused(kind, variants, tmp_path):
    data = small(kind)
    choose = random.Random(f"{kind} {variants}")
    path = tmp_path / files.every_kind()[kind][0]
    before = peak_bytes()
    refused = 0
    for _ in range(variants):
        path.write_bytes(damaged_bytes(data, choose))
        refused += try_load(path) is None
    assert refused > variants // 10
    assert peak_bytes() - before < 400 << 20


SUBSTITUTES = [
    None,
    -1,
    1.5,
    "5",
    "",
    [],
    {},
    True,
    [[]],
    1 << 31,
    1 << 63,
    "\ud800",
    {"type": "No"},
]


def paths_of(value, path=()):
    """Paths to the fields of a JSON value: of each list the first two, of the vocabulary some."""
    yield path
    if isinstance(value, dict):
        for key in list(value)[:24]:
            yield from paths_of(value[key], (*path, key))
    elif isinstance(value, list):
        for i in range(min(2, len(value))):
            yield from paths_of(value[i], (*path, i))


def replaced(value, path, new):
    """The value with another at a path; without the path's field when new is Ellipsis."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and new is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("kind", ["tokenizer.json", "tokenizer.json-marks", "tekken"])
def test_a_file_with_wrong_fields_loads_or_is_refused(kind, tmp_path):
    value = json.loads(small(kind))
    path = tmp_path / files.every_kind()[kind][0]
    for where in list(paths_of(value))[1:]:
        for new in (..., *SUBSTITUTES):
            path.write_text(json.dumps(replaced(value, where, new)))
            try_load(path)


def byte_level_with(**changes):
    return models.byte_level(**changes)


def duplicate_id():
    value = models.byte_level()
    value["model"]["vocab"]["again"] = 5
    return value


def model_with(**changes):
    return models.with_model(models.byte_level(), **changes)


def token(content, number):
    return {"content": content, "id": number, "special": True}


# What the reference takes, or dies of, and what ctok says to it.
BROKEN = {
    "duplicate ids": (duplicate_id, "both have the id 5"),
    "an id below 0": (lambda: model_with(vocab={"a": -1}), "-1 is not from 0"),
    "an id that is no int": (lambda: model_with(vocab={"a": "1"}), "an id is needed"),
    "a huge id": (lambda: model_with(vocab={"a": 1 << 40}), "is not from 0"),
    "no tokens": (lambda: model_with(vocab={}), "no token in it"),
    "a merge of no tokens": (
        lambda: model_with(merges=["a nothing"]),
        "'nothing' is not in the vocab",
    ),
    "a merge of three": (lambda: model_with(merges=["a b c"]), "not two tokens"),
    "a merge twice": (lambda: model_with(merges=["e r", "e r"]), "is a merge already"),
    "another model": (lambda: model_with(type="Unigram"), "reads BPE models, not 'Unigram'"),
    "a prefix": (lambda: model_with(continuing_subword_prefix="##"), "continuing_subword_prefix"),
    "an unknown field": (lambda: model_with(surprise=1), "does not know this field"),
    "an empty added token": (lambda: byte_level_with(added_tokens=[token("", 9000)]), "empty"),
    "two added tokens of one id": (
        lambda: byte_level_with(added_tokens=[token("x1", 9000), token("x2", 9000)]),
        "was given to 'x1' before",
    ),
    "an added token twice": (
        lambda: byte_level_with(added_tokens=[token("x1", 9000), token("x1", 9001)]),
        "was added before",
    ),
    "an added token with a token's id": (
        lambda: byte_level_with(added_tokens=[token("x1", 5)]),
        "in model.vocab",
    ),
    "an added token of half a pair": (
        lambda: byte_level_with(added_tokens=[token("\ud800", 9000)]),
        "surrogate",
    ),
    "an unknown normalizer": (
        lambda: byte_level_with(normalizer={"type": "Nmt"}),
        "normalizer 'Nmt'",
    ),
    "an unknown pre-tokenizer": (
        lambda: byte_level_with(pre_tokenizer={"type": "UnicodeScripts"}),
        "pre-tokenizer 'UnicodeScripts'",
    ),
    "an unknown decoder": (lambda: byte_level_with(decoder={"type": "CTC"}), "decoder 'CTC'"),
    "an unknown post-processor": (
        lambda: byte_level_with(post_processor={"type": "Mystery"}),
        "post-processor 'Mystery'",
    ),
    "a regex that does not compile": (
        lambda: byte_level_with(
            pre_tokenizer={
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"},
                    {"type": "ByteLevel", "use_regex": False, "add_prefix_space": False},
                ],
            }
        ),
        "does not compile",
    ),
    "an empty pattern": (
        lambda: byte_level_with(
            normalizer={"type": "Replace", "pattern": {"String": ""}, "content": "x"}
        ),
        "the pattern is empty",
    ),
    "a template without its token": (
        lambda: byte_level_with(
            post_processor={
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}],
                "pair": [],
                "special_tokens": {},
            }
        ),
        "'\\[CLS\\]' is not among the special_tokens",
    ),
    "no token for a byte": (
        lambda: models.with_model(models.byte_level(added_tokens=[]), vocab={"a": 0}, merges=[]),
        "no token for the byte",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_mean_anything_is_refused_by_name(what):
    make, message = BROKEN[what]
    with pytest.raises(ctok.VocabError, match=message):
        ctok.load(make())


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ctok.VocabError, match="'a' stands twice"):
        fields.parse_json('{"a": 1, "a": 2}', "file")


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 1_000_000, "[" * 200 + "]" * 200])
def test_deep_nesting_is_refused(text, tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text('{"model": ' + text)
    with pytest.raises(ctok.VocabError):
        ctok.load(path)


def test_a_file_of_no_kind_is_refused(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(ctok.VocabError, match="neither a tokenizer.json"):
        ctok.load(path)


def test_a_gguf_of_a_large_model_costs_only_its_head(tmp_path):
    path = tmp_path / "large.gguf"
    with path.open("wb") as file:
        file.write(files.gguf(files.gguf_byte_level()))
        file.truncate(1 << 40)
    tracemalloc.start()
    ctok.load(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20
