"""A damaged file gives a tokenizer or a VocabError, within bounds of time and memory."""

from __future__ import annotations

import base64
import functools
import json
import os
import random
import struct
import subprocess
import sys
import tracemalloc
from dataclasses import dataclass, field

import pytest

import ctok
from ctok.loaders import fields

from .. import models, vocabs
from . import files

VARIANTS = 200


@dataclass(frozen=True)
class Kind:
    """A vocabulary's files by name, what `ctok.load` is given, and how else."""

    files: dict[str, bytes]
    given: str  # "" is the folder
    arguments: dict[str, str] = field(default_factory=dict)


def small(value):
    """The value of a tokenizer.json, small enough to be loaded a thousand times."""
    model = value["model"]
    pairs = [
        merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"][:40]
    ]
    model["merges"] = pairs
    keep = {text for left, right in pairs for text in (left, right, left + right)}
    model["vocab"] = {t: i for t, i in model["vocab"].items() if i < 300 or t in keep}
    return value


def config():
    """A tokenizer_config.json."""
    flags = {"special": True, "lstrip": False, "rstrip": False, "single_word": False}
    return {
        "added_tokens_decoder": {
            "0": {"content": "<|end|>", **flags},
            "7000": {"content": "<|more|>", "normalized": False, **flags},
        },
        "chat_template": "{{ messages }}",
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def dumped(value):
    """JSON, with the characters as they are."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def protobuf(value):
    """A message: a dict by numbers, a list for a field that is repeated."""
    return files.message(
        *(
            (number, protobuf(each) if isinstance(each, dict) else each)
            for number, item in value.items()
            for each in (item if isinstance(item, list) else [item])
            if not isinstance(each, list)
        )
    )


def sentencepiece():
    """A model as a message."""
    rows = [{1: text, 2: score, 3: kind} for text, score, kind in files.pieces()[:400]]
    return {1: rows, 2: {3: 2, 35: 1, 24: 0}, 3: {1: "identity", 2: b"", 3: 1, 4: 0, 5: 1}}


def gguf():
    """A GGUF's fields with few tokens, byte-level."""
    model = small(models.byte_level())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    changes = {
        "tokens": tokens,
        "token_type": [3 if token.startswith("<|") else 1 for token in tokens],
        "merges": [" ".join(pair) for pair in model["merges"]],
    }
    return files.gguf_byte_level(**{f"tokenizer.ggml.{key}": v for key, v in changes.items()})


def gguf_sentencepiece():
    """A GGUF's fields with few pieces."""
    fields = files.gguf_sentencepiece()
    return {key: v[:400] if isinstance(v, list) else v for key, v in fields.items()}


@functools.cache
def kinds():
    """A vocabulary of each kind of file."""
    made = {name: Kind({file: data}, file) for name, (file, data) in files.every_kind().items()}
    for name, value in (("", models.byte_level()), ("-marks", models.marks())):
        name, file = f"tokenizer.json{name}", "tokenizer.json"
        made[name] = Kind({file: dumped(small(value))}, file)
    made["sentencepiece"] = Kind({"tokenizer.model": protobuf(sentencepiece())}, "tokenizer.model")
    made["gguf"] = Kind({"model.gguf": files.gguf(gguf())}, "model.gguf")
    made["gguf-sentencepiece"] = Kind(
        {"model.gguf": files.gguf(gguf_sentencepiece())}, "model.gguf"
    )
    value = small(models.byte_level())
    model = value["model"]
    lines = "\n".join(["#version: 0.2", *map(" ".join, model["merges"]), ""])
    made["vocab.json"] = Kind(
        {"vocab.json": dumped(model["vocab"]), "merges.txt": lines.encode()}, "vocab.json"
    )
    made["folder"] = Kind(
        {
            "tokenizer.json": dumped(value),
            "tokenizer_config.json": dumped(config()),
            "chat_template.jinja": b"{{ messages }}",
        },
        "",
    )
    ranks = "".join(
        f"{base64.b64encode(token).decode()} {rank}\n"
        for token, rank in vocabs.ranks_of(vocabs.bundled("r50k_base")[0]).items()
        if rank < 400
    )
    made["ranks"] = Kind({"x.tiktoken": ranks.encode()}, "x.tiktoken", {"pattern": "r50k"})
    return made


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


def peak_bytes() -> int:
    """The most memory that this process has had; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def put(kind, folder):
    """Writes a kind's files, and returns what is loaded."""
    for file, data in kind.files.items():
        (folder / file).write_bytes(data)
    return folder / kind.given


def try_load(path, **arguments):
    """Loads and uses a file; None when it was refused as it should be: by its name."""
    try:
        tokenizer = ctok.load(path, **arguments)
    except ctok.VocabError as error:
        assert str(path) in str(error), str(error)
        return None
    ids = tokenizer.encode_ordinary("Hello, wörld! 123\n  \x00")
    tokenizer.decode(ids)
    return tokenizer


@pytest.mark.parametrize("variants", [VARIANTS, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", kinds())
def test_a_file_with_damaged_bytes_loads_or_is_refused(name, variants, tmp_path):
    kind = kinds()[name]
    choose = random.Random(f"{name} {variants}")
    given = put(kind, tmp_path)
    before = peak_bytes()
    refused = 0
    for _ in range(variants):
        file = choose.choice(list(kind.files))
        (tmp_path / file).write_bytes(damaged_bytes(kind.files[file], choose))
        refused += try_load(given, **kind.arguments) is None
        (tmp_path / file).write_bytes(kind.files[file])
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


# A message of protobuf's by the numbers of its fields, and what else may stand in one.
PROTOBUF = [0, 7, 1.5, "", "5", b"\xff", {}, [], [{}, {}], 1 << 31, 1 << 63]
# The same of GGUF's values.
GGUF = [0, 7, 1.5, "", "5", True, [], ["a"], [1], [1.5, 2.5], (1 << 32) - 1]


# A kind, the file that is damaged, its value, what writes it, and what may stand in its fields.
FIELDS = {
    "tokenizer.json": ("tokenizer.json", lambda: small(models.byte_level()), dumped, SUBSTITUTES),
    "tokenizer.json-marks": ("tokenizer.json", lambda: small(models.marks()), dumped, SUBSTITUTES),
    "tekken": ("tekken.json", files.tekken, dumped, SUBSTITUTES),
    "vocab.json": (
        "vocab.json",
        lambda: small(models.byte_level())["model"]["vocab"],
        dumped,
        SUBSTITUTES,
    ),
    "folder": ("tokenizer_config.json", config, dumped, SUBSTITUTES),
    "sentencepiece": ("tokenizer.model", sentencepiece, protobuf, PROTOBUF),
    "gguf": ("model.gguf", gguf, files.gguf, GGUF),
    "gguf-sentencepiece": ("model.gguf", gguf_sentencepiece, files.gguf, GGUF),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_file_with_wrong_fields_loads_or_is_refused(name, tmp_path):
    file, make, write, substitutes = FIELDS[name]
    kind, value = kinds()[name], make()
    given = put(kind, tmp_path)
    refused = loaded = 0
    for where in list(paths_of(value))[1:]:
        for new in (..., *substitutes):
            (tmp_path / file).write_bytes(write(replaced(value, where, new)))
            if try_load(given, **kind.arguments) is None:
                refused += 1
            else:
                loaded += 1
    assert refused and loaded


def itself(key, kinds_key):
    """A tokenizer.json's value in which a part holds itself."""
    value = models.byte_level()
    part = {"type": "Sequence"}
    part[kinds_key] = [part]
    return {**value, key: part}


@pytest.mark.parametrize(
    ("key", "inner"),
    [
        ("normalizer", "normalizers"),
        ("pre_tokenizer", "pretokenizers"),
        ("post_processor", "processors"),
        ("decoder", "decoders"),
    ],
)
def test_a_part_that_holds_itself_is_refused(key, inner):
    with pytest.raises(ctok.VocabError, match="nested too deeply"):
        ctok.load(itself(key, inner))


MEASURED = """
import sys
import ctok
try:
    ctok.load(sys.argv[1], **eval(sys.argv[2]))
except ctok.VocabError as error:
    status = open("/proc/self/status").read()
    print(status.split("VmHWM:")[1].split()[0], error)
"""

# A kind, the file that is blown up, what stands before, and what is repeated.
LARGE = {
    "deep arrays": ("tokenizer.json", "tokenizer.json", b'{"model": ', b"["),
    "deep objects": ("tokenizer.json", "tokenizer.json", b'{"model": ', b'{"a":'),
    "deep by turns": ("tokenizer.json", "tokenizer.json", b'{"model": ', b'[{"a":'),
    "empty arrays": ("tokenizer.json", "tokenizer.json", b'{"model": [', b"[],"),
    "numbers": ("tokenizer.json", "tokenizer.json", b'{"added_tokens": [', b"1,"),
    "arrays behind a string": ("tokenizer.json", "tokenizer.json", b'{"v": "%300d' % 0, b'",["'),
    "arrays in a tekken.json": ("tekken", "tekken.json", b'{"config": {}, "vocab": ', b"["),
    "arrays in a vocab.json": ("vocab.json", "vocab.json", b'{"a": ', b"["),
    "objects in a vocab.json": ("vocab.json", "vocab.json", b'{"a": [', b"{},"),
    "lines of merges": ("vocab.json", "merges.txt", b"#version: 0.2", b"\n"),
    "arrays in a config": ("folder", "tokenizer_config.json", b'{"a": ', b"["),
    "lines of ranks": ("ranks", "x.tiktoken", b"YQ== 0\n", b"\n"),
    "pieces": ("sentencepiece", "tokenizer.model", b"", b"\x0a\x00"),
    "messages": ("sentencepiece", "tokenizer.model", b"", b"\x0a\xff\xff\xff\x2f"),
    "arrays of arrays": (
        "gguf",
        "model.gguf",
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 16) + b"tokenizer.ggml.x",
        struct.pack("<IQ", 9, 1)[:4] + struct.pack("<IQ", 9, 1)[4:],
    ),
    "an array of bytes": (
        "gguf",
        "model.gguf",
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 9, 21) + b"tokenizer.ggml.tokens"
        b"" + struct.pack("<IIQ", 9, 0, 100 << 20),
        b"\0",
    ),
}


@pytest.mark.parametrize("size", [12 << 20, pytest.param(100 << 20, marks=pytest.mark.long)])
@pytest.mark.parametrize("what", LARGE)
def test_a_large_file_of_nothing_is_refused_within_bounds(what, size, tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("only here does the system say what one process has had")
    name, file, head, repeated = LARGE[what]
    kind = kinds()[name]
    given = put(kind, tmp_path)
    (tmp_path / file).write_bytes(head + repeated * ((size - len(head)) // len(repeated)))
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, str(given), repr(kind.arguments)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    peak, message = run.stdout.split(" ", 1)
    assert tmp_path.name in message, message
    # The file, what it is decoded to, and the interpreter; sanitizers keep what was freed.
    rest = 1 << 30 if os.environ.get("CTOK_BUILD") else 400 << 20
    assert int(peak) << 10 < 3 * size + rest


def byte_level_with(**changes):
    return models.byte_level(**changes)


def duplicate_id():
    value = models.byte_level()
    value["model"]["vocab"]["again"] = 5
    return value


def model_with(**changes):
    return models.with_model(models.byte_level(), **changes)


def token(content, number, **flags):
    return {"content": content, "id": number, "special": True, **flags}


def late(*contents, **flags):
    """Tokens that are looked for in normalized text."""
    return [token(each, 3000 + i, normalized=True, **flags) for i, each in enumerate(contents)]


METASPACE = {"type": "Metaspace", "replacement": models.MARK, "prepend_scheme": "always"}


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
    "a prefix and single bytes": (
        lambda: models.with_model(models.marks(), continuing_subword_prefix="##"),
        "byte_fallback: ctok does not know it with continuing_subword_prefix",
    ),
    "a suffix and whole words": (
        lambda: models.with_model(models.suffixed(), ignore_merges=True),
        "ignore_merges: ctok does not know it with end_of_word_suffix",
    ),
    "a byte without its prefix": (
        lambda: model_with(continuing_subword_prefix="##", merges=[]),
        "no token for the byte 0x00 inside of a word",
    ),
    "a merge without its prefix": (
        lambda: models.with_model(models.affixed("##", ""), merges=["a a"]),
        "'a' is to stand behind another part of a word",
    ),
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
    "two added tokens that are one once normalized": (
        lambda: byte_level_with(normalizer={"type": "Lowercase"}, added_tokens=late("<A>", "<a>")),
        "'<A>' and '<a>' are both '<a>' once normalized",
    ),
    "an added token of which nothing is left once normalized": (
        lambda: byte_level_with(
            normalizer={"type": "Replace", "pattern": {"String": "Q~Q"}, "content": ""},
            added_tokens=late("Q~Q"),
        ),
        "nothing is left of the added token 'Q~Q' once normalized",
    ),
    "an added token that strips marks": (
        lambda: models.marks(added_tokens=late("<x>", rstrip=True)),
        "'<x>': ctok knows no lstrip and rstrip",
    ),
    "an added token with a space before Metaspace": (
        lambda: models.marks(normalizer=None, pre_tokenizer=METASPACE, added_tokens=late("a b")),
        "'a b': ctok knows no normalized tokens with spaces",
    ),
    "an added token that takes the white space of another": (
        lambda: byte_level_with(
            added_tokens=[{**token("<x>", 9000), "rstrip": True}, token(" y", 9001)]
        ),
        "' y' begins with white space, and '<x>' takes white space behind it",
    ),
    "an added token with a token's id": (
        lambda: byte_level_with(added_tokens=[token("x1", 5)]),
        "in model.vocab",
    ),
    "an added token of half a pair": (
        lambda: byte_level_with(added_tokens=[token("\ud800", 9000)]),
        "surrogate",
    ),
    "a normalizer that puts half a pair into a text": (
        lambda: byte_level_with(normalizer={"type": "Prepend", "prepend": "\ud800"}),
        "normalizer.prepend: '.ud800' holds half a surrogate pair",
    ),
    "an unknown normalizer": (
        lambda: byte_level_with(normalizer={"type": "Nmt"}),
        "normalizer 'Nmt'",
    ),
    "an unknown pre-tokenizer": (
        lambda: byte_level_with(pre_tokenizer={"type": "UnicodeScripts"}),
        "pre-tokenizer 'UnicodeScripts'",
    ),
    "a step behind ByteLevel that removes": (
        lambda: byte_level_with(
            pre_tokenizer={
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "ByteLevel", "use_regex": False, "add_prefix_space": False},
                    {"type": "Split", "pattern": {"Regex": "e"}, "behavior": "Removed"},
                ],
            }
        ),
        "pretokenizers\\[1\\]: a Split behind ByteLevel would remove bytes",
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
    "a regex of another dialect": (
        lambda: byte_level_with(
            normalizer={"type": "Replace", "pattern": {"Regex": "a{1,3}+"}, "content": "x"}
        ),
        "normalizer.pattern.Regex: .* is a repeat that is repeated to tokenizers",
    ),
    "a regex that finds places without characters": (
        lambda: byte_level_with(
            normalizer={"type": "Replace", "pattern": {"Regex": "^"}, "content": "x"}
        ),
        "finds places without a character",
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


def test_a_message_names_the_field_in_the_terms_of_its_own_file(tmp_path):
    """Though a GGUF and a pair of files are read as the tokenizer.json that they stand for."""
    fields = gguf()
    fields["tokenizer.ggml.merges"] = [*fields["tokenizer.ggml.merges"], "a nothing"]
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(fields))
    n = len(fields["tokenizer.ggml.merges"]) - 1
    with pytest.raises(ctok.VocabError, match=rf"gguf: tokenizer.ggml.merges\[{n}\]: 'nothing'"):
        ctok.load(path)
    given = put(kinds()["vocab.json"], tmp_path)
    (tmp_path / "merges.txt").write_bytes(b"#version: 0.2\na nothing\n")
    with pytest.raises(ctok.VocabError, match=r"with merges.txt, merges\[0\]: 'nothing'"):
        ctok.load(given)
    (tmp_path / "merges.txt").write_bytes(b"\xff")
    with pytest.raises(ctok.VocabError, match=r"with merges.txt, which is not UTF-8"):
        ctok.load(given)
    for wrong, said in (("null", "an id is needed, not null"), ("-1", "the id -1 is not from 0")):
        (tmp_path / "merges.txt").write_bytes(b"")
        (tmp_path / "vocab.json").write_text(f'{{"a": 0, "b": {wrong}}}')
        with pytest.raises(ctok.VocabError, match=rf"vocab.json\['b'\]: {said}"):
            ctok.load(given)


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
