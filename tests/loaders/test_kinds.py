"""Each kind of file gives the tokenizer that its own reader gives."""

from __future__ import annotations

import functools
import json

import pytest
import sentencepiece
import tokenizers

import ctok
from ctok.loaders import gguf, ranked

from .. import corpus, models, regexes, texts, vocabs
from . import files

READABLE = [models.readable(text) for text in (*texts.REGRESSIONS, *texts.random_texts(3, 1500))]


AFFIXED = functools.partial(models.affixed, "##", "</w>")
ONE_PIECE = files.message((1, files.message((1, "a"), (2, 0.0))), (2, files.message((3, 2))))


def batch():
    return [*READABLE, *(models.readable(text[:3000]) for text in corpus.collect().texts[::60])]


def assert_same(ours, ids_of):
    every = batch()
    for text, ids in zip(every, ours.encode_ordinary_batch(every).tolist(), strict=True):
        assert ids == ids_of(text), repr(text[:200])


def metaspace():
    return {"type": "Metaspace", "replacement": models.MARK, "prepend_scheme": "always"}


def tokenizers_ids(value):
    theirs = models.reference(value)
    return lambda text: theirs.encode(text, add_special_tokens=False).ids


def without_added(value):
    return {**value, "added_tokens": []}


@pytest.mark.parametrize(("prefix", "squeeze"), [(1, 0), (0, 0), (1, 1), (0, 1)])
def test_a_sentencepiece_model_has_the_ids_and_text_of_sentencepiece(prefix, squeeze, tmp_path):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(files.sentencepiece(prefix=prefix, squeeze=squeeze))
    ours = ctok.load(path)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(path))
    every = [text for text in batch() if "\x00" not in text]
    found = ours.encode_ordinary_batch(every).tolist()
    for text, ids in zip(every, found, strict=True):
        assert ids == theirs.encode(text), repr(text[:200])
        assert ours.decode(ids) == theirs.decode(ids), repr(text[:200])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: files.sentencepiece(model_type=1), "UNIGRAM; ctok reads BPE"),
        (lambda: files.sentencepiece(charsmap=b"123"), "precompiled_charsmap"),
        (lambda: files.sentencepiece(suffix=1), "treat_whitespace_as_suffix"),
        (lambda: ONE_PIECE, "neither byte_fallback"),
        (lambda: files.sentencepiece() + b"\x0a\xff\xff\xff\xff\x0f", "bytes, 0 are left"),
        (lambda: files.sentencepiece() + b"\x0a" + b"\xff" * 11, "more than ten bytes"),
    ],
)
def test_a_sentencepiece_model_that_asks_too_much_is_refused_by_name(data, message, tmp_path):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(data())
    with pytest.raises(ctok.VocabError, match=message):
        ctok.load(path)


def test_a_byte_level_gguf_has_the_ids_of_its_tokenizer_json(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(files.gguf_byte_level()))
    ours = ctok.load(path)
    assert_same(ours, tokenizers_ids(without_added(models.byte_level())))
    assert ours.special_tokens == {"<|end|>": 0, "<|start|>": 1}
    assert ours.chat_template == "{{ messages }}"


def test_a_sentencepiece_gguf_has_the_ids_of_its_model(tmp_path):
    path, model = tmp_path / "model.gguf", tmp_path / "tokenizer.model"
    path.write_bytes(files.gguf(files.gguf_sentencepiece()))
    model.write_bytes(files.sentencepiece())
    ours, theirs = ctok.load(path), ctok.load(model)
    assert_same(ours, theirs.encode_ordinary)


def test_a_sentencepiece_gguf_has_a_prefix_behind_each_token_as_in_llama_cpp(tmp_path):
    """As llama-cpp-python 0.3.36 has it; what users defined is found before anything is done."""
    fields = files.gguf_sentencepiece()
    for key, value in (("tokens", "<u>"), ("scores", 0.0), ("token_type", 4)):
        fields[f"tokenizer.ggml.{key}"] = [*fields[f"tokenizer.ggml.{key}"], value]
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(fields))
    ours = ctok.load(path)
    for parts in (["<s>", "a ", "<u>", "b"], ["<u>", " ", "<u>", "a"], ["a", "<s>", "<u>"]):
        ids = [number for part in parts for number in ours.encode(part, allowed_special="all")]
        assert ours.encode("".join(parts), allowed_special="all") == ids


@pytest.mark.parametrize("name", gguf.PRE)
def test_every_pre_tokenizer_of_gguf_loads(name, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(files.gguf_byte_level(**{"tokenizer.ggml.pre": name})))
    text = "It's 12345 words, 你好 and\n\n  more"
    ours = ctok.load(path)
    assert ours.decode(ours.encode(text)) == text


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("bloom", "bloom"),
        ("poro-chat", "bloom"),
        ("gpt3-finnish", "bloom"),
        ("viking", "viking"),
        ("falcon", "falcon"),
        ("seed-coder", "seed_coder"),
        ("minerva-7b", "starcoder"),
        ("hunyuan-dense", "deepseek_v3"),
    ],
)
def test_a_pre_tokenizer_of_gguf_cuts_as_its_models_file_does(name, model, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(files.gguf_byte_level(**{"tokenizer.ggml.pre": name})))
    splits = [
        {
            "type": "Split",
            "pattern": {"Regex": pattern},
            "behavior": behavior.capitalize(),
            "invert": invert,
        }
        for pattern, behavior, invert in regexes.MODELS[model]
    ]
    last = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }
    steps = {"type": "Sequence", "pretokenizers": [*splits, last]}
    wanted = tokenizers_ids(without_added(models.byte_level(pre_tokenizer=steps)))
    assert_same(ctok.load(path), wanted)


def test_a_gguf_with_an_unknown_pre_tokenizer_is_refused_by_name(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(files.gguf(files.gguf_byte_level(**{"tokenizer.ggml.pre": "secret"})))
    with pytest.raises(ctok.VocabError, match="ggml.pre 'secret'"):
        ctok.load(path)


def test_vocab_and_merges_have_the_ids_of_their_tokenizer_json(tmp_path):
    model = models.byte_level()["model"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", "utf-8")
    wanted = tokenizers_ids(without_added(models.byte_level()))
    assert_same(ctok.load(tmp_path / "vocab.json"), wanted)
    assert_same(ctok.load(tmp_path), wanted)


def test_a_vocab_without_merges_is_refused(tmp_path):
    (tmp_path / "vocab.json").write_text('{"a": 0}')
    with pytest.raises(ctok.VocabError, match="no merges.txt is beside it"):
        ctok.load(tmp_path / "vocab.json")


def test_a_tekken_file_moves_ids_behind_its_special_tokens(tmp_path):
    path = tmp_path / "tekken.json"
    path.write_text(json.dumps(files.tekken()))
    ours = ctok.load(path)
    ranks = vocabs.ranks_of(vocabs.bundled("cl100k_base")[0])
    plain = vocabs.make([], pattern=ours.pattern)
    spec = plain.vocab.spec
    assert ours.n_vocab == 920 and ours.special_tokens["<s>"] == 1
    assert spec.name == "tiny"
    few = {token: rank for token, rank in ranks.items() if rank < 900}
    import tiktoken

    theirs = tiktoken.Encoding("few", pat_str=ours.pattern, mergeable_ranks=few, special_tokens={})
    assert_same(ours, lambda text: [i + 20 for i in theirs.encode_ordinary(text)])


def test_known_rank_files_have_their_special_tokens():
    sizes = sorted(known.first + len(known.specials) for known in ranked.KNOWN.values())
    assert sizes == [128_256, 151_851, 202_048, 248_077]
    for known in ranked.KNOWN.values():
        assert len(known.ids()) == len(known.specials)
        assert known.pattern in ctok.families().values()


def test_a_folder_adds_tokens_and_the_chat_template(tmp_path):
    (tmp_path / "tokenizer.json").write_text(json.dumps(models.byte_level()))
    extra = {"content": "<|more|>", "special": True, "lstrip": False, "rstrip": True}
    config = {"added_tokens_decoder": {"7000": extra}, "chat_template": "one"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    ours = ctok.load(tmp_path)
    assert ours.special_tokens["<|more|>"] == 7000 and ours.chat_template == "one"
    assert ours.encode("<|more|>  ", allowed_special="all") == [7000]
    named = [{"name": "rag", "template": "zero"}, {"name": "default", "template": "one of two"}]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    assert ctok.load(tmp_path).chat_template == "one of two"
    (tmp_path / "chat_template.jinja").write_text("two")
    assert ctok.load(tmp_path).chat_template == "two"
    config["added_tokens_decoder"] = {"0": extra}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(ctok.VocabError, match=r"'<\|more\|>' has id 0 here"):
        ctok.load(tmp_path)


@pytest.mark.parametrize(
    ("number", "content", "message"),
    [
        ("100", "<x>", "the id 100 of '<x>' is '"),
        ("7000", "th", "'th' has id"),
        ("\u00b2", "<x>", "an id is needed"),
        ("2097152", "<x>", "an id is needed"),
        ("7000", "\ud800", "surrogate"),
        ("7000", "", "is empty"),
    ],
)
def test_a_token_that_a_folder_adds_in_contradiction_is_refused(number, content, message, tmp_path):
    (tmp_path / "tokenizer.json").write_text(json.dumps(models.byte_level()))
    config = {"added_tokens_decoder": {number: {"content": content, "special": True}}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(ctok.VocabError, match=message) as raised:
        ctok.load(tmp_path)
    assert "tokenizer_config.json.added_tokens_decoder" in str(raised.value)


def test_a_tokenizer_of_another_library_is_taken_as_it_is():
    import tiktoken

    value = models.byte_level()
    theirs = models.reference(value)
    assert_same(ctok.load(theirs), tokenizers_ids(value))
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"ab": 256}
    encoding = tiktoken.Encoding(
        "tiny", pat_str=r"\w+|\W+", mergeable_ranks=ranks, special_tokens={"<x>": 300}
    )
    assert ctok.load(encoding).encode("abc<x>", allowed_special="all") == [256, 99, 300]
    with pytest.raises(TypeError, match="not from int"):
        ctok.load(5)


def test_a_template_stands_around_texts_as_in_tokenizers():
    special = {"id": "<|end|>", "ids": [0], "tokens": ["<|end|>"]}
    item = {"SpecialToken": {"id": "<|end|>", "type_id": 0}}
    first, second = ({"Sequence": {"id": name, "type_id": i}} for i, name in enumerate("AB"))
    for processor in (
        {
            "type": "TemplateProcessing",
            "single": [item, first, item],
            "pair": [item, first, item, second, item],
            "special_tokens": {"<|end|>": special},
        },
        {"type": "BertProcessing", "sep": ["<|end|>", 0], "cls": ["<|start|>", 1]},
        {
            "type": "RobertaProcessing",
            "sep": ["<|end|>", 0],
            "cls": ["<|start|>", 1],
            "trim_offsets": True,
            "add_prefix_space": False,
        },
        None,
    ):
        value = models.byte_level(post_processor=processor)
        ours, theirs = ctok.load(value), models.reference(value)
        one, two = (ours.encode(text) for text in ("one text", "and two"))
        for wanted, found in (
            (theirs.encode("one text"), ours.with_template(one)),
            (theirs.encode("one text", "and two"), ours.with_template(one, two)),
        ):
            assert found == (wanted.ids, wanted.type_ids, wanted.special_tokens_mask)


@pytest.mark.parametrize("make", [models.byte_level, models.marks, models.suffixed, AFFIXED])
def test_a_tokenizer_json_written_again_is_the_same_to_tokenizers(make, tmp_path):
    value = make()
    ours = ctok.load(value)
    ours.save_pretrained(tmp_path / "saved")
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "saved" / "tokenizer.json"))
    wanted = models.reference(value)
    for text in batch():
        assert theirs.encode(text).ids == wanted.encode(text).ids
    again = ctok.load(tmp_path / "saved", name="tokenizer")
    assert again == ours


@pytest.mark.parametrize("name", ["r50k_base", "cl100k_base", "o200k_base"])
def test_a_bundled_encoding_written_as_tokenizer_json_has_its_ids(name):
    ours = ctok.get_encoding(name)
    theirs = tokenizers.Tokenizer.from_str(ours.to_tokenizer_json())
    every = [text for text in batch() if not any(token in text for token in ours.special_tokens)]
    for text in every:
        assert theirs.encode(text).ids == ours.encode(text), repr(text[:200])


def test_a_tokenizer_json_becomes_an_encoding_of_tiktoken():
    value = models.byte_level()
    ours = ctok.load(value)
    theirs = ours.to_tiktoken()
    assert_same(ours, theirs.encode_ordinary)
    with pytest.raises(ctok.VocabError, match="tiktoken has no way"):
        ctok.load(models.marks()).to_tiktoken()


def test_edits_make_new_tokenizers():
    ours = ctok.load(models.byte_level())
    more = ours.with_special_tokens({"<|more|>": 9000})
    assert more.encode("a<|more|>", allowed_special="all")[-1] == 9000
    assert "<|more|>" not in ours.special_tokens
    with pytest.raises(ctok.VocabError, match="has the id 0 already"):
        ours.with_special_tokens({"<|end|>": 5})
    with pytest.raises(ctok.VocabError, match="an ordinary token has the id 100"):
        ours.with_special_tokens({"<|x|>": 100})
    assert ours.with_pattern("qwen2").pretokenizer.startswith("qwen2/")
    small = ours.resized(1000)
    assert small.n_vocab == 1000 and max(small.encode("the quick brown fox")) < 1000
    assert small.decode(small.encode("the quick")) == "the quick"
    with pytest.raises(ctok.VocabError, match="cannot be cut to 5000"):
        ours.resized(5000)


def test_offsets_of_a_text_with_a_space_put_before_it():
    ours, theirs = ctok.load(models.marks()), models.reference(models.marks())
    for text in ("Hello world", "naïve 你好 x", "", "  two"):
        ids, offsets = ours.encode_with_offsets(text)
        assert ids.tolist() == theirs.encode(text, add_special_tokens=False).ids
        assert "".join(text[a:b] for a, b in offsets.tolist()) == text or "你" in text
        assert all(0 <= a <= b <= len(text) for a, b in offsets.tolist())


def test_offsets_behind_added_tokens_leave_out_the_spaces_that_are_put_there():
    for value in (models.marks(), models.marks(normalizer=None, pre_tokenizer=metaspace())):
        ours, theirs = ctok.load(value), models.reference(value)
        for text in ("Hello</s>world</s> x", "</s></s>a", "a</s>", " a</s> b", "</s>"):
            ids, offsets = ours.encode_with_offsets(text, allowed_special="all")
            assert ids.tolist() == theirs.encode(text, add_special_tokens=False).ids
            assert "".join(text[a:b] for a, b in offsets.tolist()) == text


def test_offsets_of_a_normalized_text_are_those_of_tokenizers():
    value = models.byte_level(normalizer={"type": "NFC"})
    ours, theirs = ctok.load(value), models.reference(value)
    text = "e\u0301 caf\u00e9"
    ids, offsets = ours.encode_with_offsets(text)
    assert ids.tolist() == theirs.encode(text).ids
    assert list(map(tuple, offsets.tolist())) == theirs.encode(text).offsets
    assert ours.encode_with_offsets("caf\u00e9")[1][-1].tolist()[1] == 4
    for refused in (text.encode(), text + "\ud800"):
        with pytest.raises(ctok.CtokError, match="normalizes this text"):
            ours.encode_with_offsets(refused)


def test_a_stream_gives_the_text_that_decode_gives():
    for value in (models.marks(), models.byte_level()):
        ours = ctok.load(value)
        for text in ("Hello world", " 你好 \U0001f30d end"):
            ids, stream = ours.encode(text), ours.decode_stream()
            assert "".join(map(stream.feed, ids)) + stream.flush() == ours.decode(ids) == text
    with pytest.raises(ctok.CtokError, match="needs all ids at once"):
        ctok.load(
            models.marks(decoder={"type": "WordPiece", "prefix": "##", "cleanup": True})
        ).decode_stream()


def test_only_a_whole_piece_is_a_token_that_no_merge_makes():
    """A piece that joints cut off is none: "a", three marks and "b" are one piece."""
    tokens = ["<unk>", "a", "b", *(number * models.MARK for number in (1, 2, 3))]
    value = models.marks(normalizer=to_marks(), decoder=None)
    value["model"] |= {
        "vocab": {token: number for number, token in enumerate(tokens)},
        "merges": [[models.MARK, models.MARK], [models.MARK, 2 * models.MARK]],
        "byte_fallback": False,
        "ignore_merges": True,
    }
    value = without_added(value)
    ids_of = tokenizers_ids(value)
    ours = ctok.loaders.huggingface.parse(value, source="x", name="x")
    for text in ("a   b", "   ", "a  b   "):
        assert ctok.Tokenizer(ours).encode_ordinary(text) == ids_of(text), text


def to_marks():
    return {"type": "Replace", "pattern": {"String": " "}, "content": models.MARK}
