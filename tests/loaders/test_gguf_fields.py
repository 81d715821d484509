"""A vocabulary's GGUF fields, in a file, are read as the same vocabulary; others are refused."""

from __future__ import annotations

import json

import pytest

import ctok
from ctok.loaders import gguf

from .. import models, texts
from . import files

BATCH = [models.readable(text) for text in (*texts.REGRESSIONS, *texts.random_texts(5, 1200))]
QWEN2, LLAMA3, TEKKEN = (gguf.PRE[name][0][0] for name in ("qwen2", "llama-bpe", "tekken"))


def cut_by(*patterns):
    splits = [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}
        for pattern in patterns
    ]
    plain = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
    return {"type": "Sequence", "pretokenizers": [*splits, plain]}


def token(content, number, **flags):
    return {"content": content, "id": number, "special": True, "normalized": False, **flags}


def around(*names):
    single = [
        {"Sequence": {"id": "A", "type_id": 0}}
        if name == "A"
        else {"SpecialToken": {"id": name, "type_id": 0}}
        for name in names
    ]
    ids = {"<|end|>": 0, "<|start|>": 1}
    special = {name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in ids}
    kind = "TemplateProcessing"
    return {"type": kind, "single": single, "pair": single, "special_tokens": special}


def model_file(tmp_path, **flags):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(files.sentencepiece(**flags))
    return path


def tekken_file(tmp_path):
    value = files.tekken()
    value["config"]["pattern"] = TEKKEN
    path = tmp_path / "tekken.json"
    path.write_text(json.dumps(value))
    return path


SAID = {
    "gpt-2": lambda _: models.byte_level(),
    "qwen2": lambda _: models.byte_level(
        pre_tokenizer=cut_by(QWEN2), normalizer={"type": "NFC"}, added_tokens=[token("<x>", 5000)]
    ),
    "llama-bpe": lambda _: models.with_model(
        models.byte_level(pre_tokenizer=cut_by(LLAMA3)), ignore_merges=True
    ),
    "falcon": lambda _: models.byte_level(pre_tokenizer=cut_by(*gguf.PRE["falcon"][0])),
    "before": lambda _: models.byte_level(post_processor=around("<|start|>", "A")),
    "around": lambda _: models.byte_level(post_processor=around("<|start|>", "A", "<|end|>")),
    "behind": lambda _: models.byte_level(post_processor=around("A", "<|end|>")),
    "always found": lambda _: models.byte_level(
        added_tokens=[token("hello", 9000, special=False, normalized=True)]
    ),
    "sentencepiece": model_file,
    "sentencepiece-no-prefix": lambda path: model_file(path, prefix=0),
    "sentencepiece-squeezed": lambda path: model_file(path, squeeze=1),
    "tekken": tekken_file,
    "r50k_base": lambda _: ctok.get_encoding("r50k_base"),
}


def loaded(name, tmp_path):
    source = SAID[name](tmp_path)
    return source if isinstance(source, ctok.Tokenizer) else ctok.load(source, name="it")


def read_back(tokenizer, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf({"general.name": "it", **tokenizer.to_gguf_fields()}))
    return ctok.load(path, name=tokenizer.name)


@pytest.mark.parametrize("name", SAID)
def test_fields_in_a_file_are_read_as_the_same_vocabulary(name, tmp_path):
    ours = loaded(name, tmp_path)
    again = read_back(ours, tmp_path)
    added = [t.content for t in ours.vocab.added_tokens]
    batch = [*BATCH, *(f"a {content} b{content}" for content in added), *added]
    # Behind a token that is found in a text llama.cpp puts a prefix, which a model file has not.
    for rule in [frozenset()] if ours.vocab.spec.characters else ["all", frozenset()]:
        wanted = ours.encode_batch(batch, allowed_special=rule, disallowed_special=()).tolist()
        found = again.encode_batch(batch, allowed_special=rule, disallowed_special=()).tolist()
        for text, ids, other in zip(batch, wanted, found, strict=True):
            assert ids == other, repr(text)
            assert ours.decode(ids) == again.decode(ids), repr(text)
    assert again.special_tokens == ours.special_tokens
    assert again.with_template([5]) == ours.with_template([5])
    for number in range(ours.n_vocab):
        assert (
            again.id_to_token(number) == ours.id_to_token(number) or ours.vocab.spec.merges is None
        )


# The methods of GGUFWriter that are not called as their key.
WRITTEN = {"tokens": "token_list", "token_type": "token_types", "merges": "token_merges"} | {
    "scores": "token_scores",
    "unknown_token_id": "unk_token_id",
    "padding_token_id": "pad_token_id",
    "model": "tokenizer_model",
    "pre": "tokenizer_pre",
}


@pytest.mark.parametrize("name", ["gpt-2", "around", "sentencepiece", "tekken"])
def test_the_gguf_package_writes_and_reads_the_fields(name, tmp_path):
    package = pytest.importorskip("gguf")
    ours = loaded(name, tmp_path)
    fields = ours.to_gguf_fields()
    path = tmp_path / "theirs.gguf"
    writer = package.GGUFWriter(path, "llama")
    for key, value in fields.items():
        short = key.removeprefix("tokenizer.").removeprefix("ggml.")
        getattr(writer, f"add_{WRITTEN.get(short, short)}")(value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    read = package.GGUFReader(path)
    assert {key: read.get_field(key).contents() for key in fields} == fields
    assert ctok.load(path, name="it") == read_back(ours, tmp_path)


@pytest.mark.parametrize("name", ["gpt-2", "llama-bpe", "sentencepiece", "sentencepiece-squeezed"])
def test_a_vocabulary_that_says_no_more_is_equal_when_it_is_read_back(name, tmp_path):
    ours = loaded(name, tmp_path)
    changes = {"normalized": False}  # what a GGUF's tokens are, and here makes no difference
    if ours.vocab.spec.spelling == "alphabet":
        value = SAID[name](tmp_path)
        value["added_tokens"] = [{**each, **changes} for each in value["added_tokens"]]
        ours = ctok.load(value, name="it")
    else:  # a GGUF's is as llama.cpp has it, which is no model file's
        ours = read_back(ours, tmp_path)
    assert read_back(ours, tmp_path) == ours


def test_fields_have_the_ids_and_templates_of_their_vocabulary():
    value = models.byte_level(post_processor=around("<|start|>", "A"))
    tokenizer = ctok.load(value)
    fields = tokenizer.to_gguf_fields()
    assert fields["tokenizer.ggml.bos_token_id"] == 1
    assert fields["tokenizer.ggml.add_bos_token"] is True
    assert fields["tokenizer.ggml.add_eos_token"] is False
    assert "tokenizer.chat_template" not in fields
    assert fields["tokenizer.ggml.token_type"][:3] == [3, 3, 1]


def model_of(change, **changes):
    return lambda: ctok.load(models.with_model(models.byte_level(**changes), **change))


NOT_SAID = {
    "a pattern of nobody's": (model_of({}, pre_tokenizer=cut_by(r"\w+|\W+")), "how it cuts texts"),
    "a space before": (
        model_of({}, pre_tokenizer={"type": "ByteLevel", "add_prefix_space": True}),
        "its normalizer",
    ),
    "lower case": (model_of({}, normalizer={"type": "Lowercase"}), "its normalizer"),
    "NFC under GPT-2's name": (model_of({}, normalizer={"type": "NFC"}), "how it cuts texts"),
    "a token in normalized text": (
        model_of(
            {}, normalizer={"type": "NFC"}, added_tokens=[token("<x>", 9000, normalized=True)]
        ),
        "'<x>' is looked for in normalized text",
    ),
    "lstrip": (model_of({}, added_tokens=[token("<x>", 9000, lstrip=True)]), "'<x>' is found"),
    "single_word": (
        model_of({}, added_tokens=[token("<x>", 9000, single_word=True)]),
        "'<x>' is found",
    ),
    "one before the other": (
        model_of({}, added_tokens=[token("<x", 9000), token("a<", 9001, normalized=True)]),
        "'a<' is looked for behind",
    ),
    "two tokens before": (
        model_of({}, post_processor=around("<|start|>", "<|end|>", "A")),
        "more than one token",
    ),
    "merges without scores": (lambda: ctok.load(models.marks()), "no scores"),
    "an ending of words": (lambda: ctok.load(models.suffixed()), "affixes of parts of words"),
    "cl100k": (lambda: ctok.get_encoding("cl100k_base"), "how it cuts texts"),
    "an id of two names": (lambda: ctok.get_encoding("o200k_harmony"), "have one id"),
}


@pytest.mark.parametrize("what", NOT_SAID)
def test_what_a_gguf_has_no_way_to_say_is_refused_by_name(what):
    make, message = NOT_SAID[what]
    tokenizer = make()
    with pytest.raises(ctok.VocabError, match=message):
        tokenizer.to_gguf_fields()


def test_tokens_of_one_text_are_refused_and_unused_ones_are_gaps(tmp_path):
    path = tmp_path / "model.gguf"
    fields = files.gguf_byte_level()
    twice = [*fields["tokenizer.ggml.tokens"], "a"]
    for kind in (1, 5):
        kinds = [*fields["tokenizer.ggml.token_type"], kind]
        changes = {"tokenizer.ggml.tokens": twice, "tokenizer.ggml.token_type": kinds}
        path.write_bytes(files.gguf(files.gguf_byte_level(**changes)))
        if kind == 1:
            with pytest.raises(ctok.VocabError, match="are both 'a'"):
                ctok.load(path)
    tokenizer = ctok.load(path)
    assert tokenizer.encode("a") == [twice.index("a")]
    assert tokenizer.n_vocab == len(twice) - 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"add_bos_token": True}, "bos_token_id is missing"),
        ({"add_bos_token": 1}, "add_bos_token is int, not bool"),
        ({"add_eos_token": True, "eos_token_id": 1 << 20}, "eos_token_id is 1048576 of"),
    ],
)
def test_tokens_around_a_text_that_are_not_there_are_refused(changes, message, tmp_path):
    path = tmp_path / "model.gguf"
    changed = {f"tokenizer.ggml.{key}": value for key, value in changes.items()}
    path.write_bytes(files.gguf(files.gguf_byte_level(**changed)))
    with pytest.raises(ctok.VocabError, match=message):
        ctok.load(path)


@pytest.mark.parametrize("name", gguf.PRE)
def test_every_name_is_written_as_one_of_the_same_cuts(name):
    fields = files.gguf_byte_level(**{"tokenizer.ggml.pre": name})
    tokenizer = ctok.Tokenizer(gguf.parse(fields, source="it", name="it"))
    written = tokenizer.to_gguf_fields()["tokenizer.ggml.pre"]
    assert gguf.PRE[written] == gguf.PRE[name]
    assert (written in gguf.NFC) == (name in gguf.NFC)
