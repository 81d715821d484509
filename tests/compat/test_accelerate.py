"""A tokenizer of transformers gives through ctok what it gives by itself, dtype and all."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

import ctok

from .. import models
from ..models import MARK
from . import hf

transformers = pytest.importorskip("transformers")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

SPECIAL = {"pad_token": "<|end|>", "eos_token": "<|end|>", "bos_token": "<|start|>"}
MODELS = {
    "byte_level": lambda: models.byte_level(post_processor=hf.PROCESSORS["trim_template"]),
    "roberta": lambda: models.byte_level(
        post_processor=hf.PROCESSORS["roberta"], pre_tokenizer=hf.TRIM
    ),
    "marks": models.marks,
}


def made(folder, kind="byte_level"):
    """A tokenizer of transformers, and the same through ctok."""
    file = folder / "tokenizer.json"
    file.write_text(json.dumps(MODELS[kind]()), encoding="utf-8")
    special = {"pad_token": "</s>"} if kind == "marks" else SPECIAL
    theirs = transformers.PreTrainedTokenizerFast(tokenizer_file=str(file), **special)
    return ctok.accelerate(theirs), theirs


def plain(value):
    """A result as plain data, with types of arrays."""
    if isinstance(value, transformers.BatchEncoding):
        encodings = [hf.plain(encoding) for encoding in value.encodings or []]
        return {key: plain(column) for key, column in value.items()}, encodings
    if hasattr(value, "dtype"):
        return type(value).__name__, str(value.dtype), plain(value.tolist())
    return [plain(item) for item in value] if isinstance(value, list) else value


def outcome(call, *arguments, **named):
    try:
        return plain(call(*arguments, **named))
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return str(error)[:40]


def random_call(choose, batch, tensors):
    """Arguments of a call on a tokenizer of transformers."""
    how = {
        "padding": choose.choice([False, True, "longest", "max_length"]),
        "truncation": choose.choice([False, True, "only_first", "longest_first", "only_second"]),
        "max_length": choose.choice([None, 8, 16, 32]),
        "add_special_tokens": choose.random() < 0.7,
        "return_tensors": choose.choice(tensors),
    }
    flags = ("offsets_mapping", "overflowing_tokens", "special_tokens_mask", "length")
    how |= {f"return_{flag}": True for flag in flags if choose.random() < 0.3}
    extra = {"stride": 2, "pad_to_multiple_of": 8, "padding_side": "left"}
    extra |= {"split_special_tokens": True, "is_split_into_words": True}
    how |= {key: value for key, value in extra.items() if choose.random() < 0.25}

    def one():
        text = choose.choice(batch)
        return text.split(" ") if how.get("is_split_into_words") else text

    if choose.random() < 0.3:
        texts = [one()]
        pairs = [one()] if choose.random() < 0.4 else [None]
        return (texts[0], pairs[0]), how
    texts = [one() for _ in range(choose.choice([1, 2, 4]))]
    return (texts, [one() for _ in texts] if choose.random() < 0.4 else None), how


@pytest.mark.parametrize("kind", MODELS)
def test_calls_give_what_they_give_without_ctok(kind, tmp_path):
    ours, theirs = made(tmp_path, kind)
    choose = random.Random(20261125)
    batch = [text for text in models.hostile(3, 150, theirs.all_special_tokens) if text]
    batch += ["Hello world, how are you?", "many words here indeed " * 20]
    for _ in range(150):
        arguments, how = random_call(choose, batch, [None, None, "np"])
        mine, other = (outcome(t, *arguments, **how) for t in (ours, theirs))
        assert repr(mine) == repr(other), (arguments, how)


def test_tensors_are_those_of_torch(tmp_path):
    torch = pytest.importorskip("torch")
    ours, theirs = made(tmp_path)
    how = {"padding": True, "return_tensors": "pt", "return_offsets_mapping": True}
    mine, other = (t(["Hello world", "you"], **how) for t in (ours, theirs))
    assert plain(mine) == plain(other)
    assert mine["input_ids"].dtype == torch.int64
    assert ours.decode(mine["input_ids"][0]) == theirs.decode(other["input_ids"][0])


@pytest.mark.parametrize("kind", MODELS)
def test_the_other_methods_give_what_they_give_without_ctok(kind, tmp_path):
    ours, theirs = made(tmp_path, kind)
    assert isinstance(ours, type(theirs)) and type(ours) is type(theirs)
    text = f"Hello <|end|> na\u00efve{MARK} \U0001f30d world"
    ids = theirs.encode(text)
    message = [{"role": "user", "content": text}]
    template = "{% for m in messages %}<|start|>{{ m.content }}{% endfor %}"
    for call in (
        lambda t: t.encode(text),
        lambda t: t.tokenize(text),
        lambda t: t.decode(ids),
        lambda t: t.decode(np.array(ids), skip_special_tokens=True),
        lambda t: t.batch_decode([ids, ids[:2]], skip_special_tokens=True),
        lambda t: t.convert_ids_to_tokens(ids),
        lambda t: t.convert_tokens_to_ids(theirs.tokenize(text)),
        lambda t: t.convert_tokens_to_string(theirs.tokenize(text)),
        lambda t: (len(t), t.vocab_size, t.get_vocab(), t.get_added_vocab()),
        lambda t: repr(t.added_tokens_decoder),
        lambda t: t.num_special_tokens_to_add(pair=True),
        lambda t: t.pad({"input_ids": [[1, 2], [3]]}),
        lambda t: t.apply_chat_template(message, chat_template=template, tokenize=True),
        lambda t: type(t.backend_tokenizer.model).__name__,
        lambda t: t(text, return_offsets_mapping=True).char_to_token(3),
    ):
        assert outcome(call, ours) == outcome(call, theirs)


def test_saved_files_are_those_that_it_saves_without_ctok(tmp_path):
    ours, theirs = made(tmp_path)
    ours(["a", "b"], padding="max_length", truncation=True, max_length=4)
    theirs(["a", "b"], padding="max_length", truncation=True, max_length=4)
    ours.save_pretrained(tmp_path / "ours")
    theirs.save_pretrained(tmp_path / "theirs")
    for file in (tmp_path / "theirs").iterdir():
        assert (tmp_path / "ours" / file.name).read_text() == file.read_text()


def test_tokens_added_later_are_its_own_alone(tmp_path):
    ours, theirs = made(tmp_path)
    size = len(theirs)
    assert ours.add_tokens(["<new>"]) == 1
    assert ours.add_special_tokens({"unk_token": "<unk>"}) == 1
    assert (len(ours), len(theirs), theirs.unk_token) == (size + 2, size, None)
    again = pickle.loads(pickle.dumps(ours))
    assert len(copy.deepcopy(ours)) == size + 2
    theirs.add_tokens(["<new>"])
    theirs.add_special_tokens({"unk_token": "<unk>"})
    for tokenizer in (ours, again):
        assert tokenizer.encode("a <new> b<unk>") == theirs.encode("a <new> b<unk>")
    ours.save_pretrained(tmp_path / "ours")
    theirs.save_pretrained(tmp_path / "theirs")
    both = [(tmp_path / name / "tokenizer.json").read_text() for name in ("ours", "theirs")]
    assert both[0] == both[1]


def test_parts_that_are_replaced_or_changed_count_from_then_on(tmp_path):
    import tokenizers

    ours, theirs = made(tmp_path)
    for tokenizer in (ours, theirs):
        tokenizer.backend_tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
            single="<|end|> $A", pair="<|end|> $A $B", special_tokens=[("<|end|>", 0)]
        )
        tokenizer.backend_tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    assert ours("HELLO", "You").encodings[0].ids == theirs("HELLO", "You").encodings[0].ids
    for tokenizer in (ours, theirs):
        tokenizer.backend_tokenizer.pre_tokenizer.add_prefix_space = True
    assert ours.tokenize("hello") == theirs.tokenize("hello") != ["hello"]
    again = pickle.loads(pickle.dumps(ours))
    assert again.encode("HELLO you") == theirs.encode("HELLO you")
    with pytest.raises(ctok.VocabError, match="BertNormalizer"):
        ours.backend_tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()


def test_a_pickle_is_small_and_the_same_after_use_and_in_another_process(tmp_path):
    ours, theirs = made(tmp_path)
    before = pickle.dumps(ours)
    assert len(before) < len(pickle.dumps(theirs))
    ours(["a"], padding="max_length", truncation=True, max_length=8, return_offsets_mapping=True)
    ours.decode(ours.encode("some text"))
    assert pickle.dumps(ours) == before
    code = (
        "import ctok, hashlib, pickle, sys, transformers\n"
        "t = transformers.PreTrainedTokenizerFast(tokenizer_file=sys.argv[1],"
        f" **{SPECIAL!r})\n"
        "print(hashlib.sha256(pickle.dumps(ctok.accelerate(t))).hexdigest())"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "tokenizer.json")]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        found = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
        assert found.stdout.strip() == hashlib.sha256(before).hexdigest()


def test_an_accelerated_tokenizer_can_be_accelerated_again(tmp_path):
    ours, theirs = made(tmp_path)
    again = ctok.accelerate(ours)
    again.add_tokens(["<new>"])
    assert again.encode("a") == ours.encode("a") == theirs.encode("a")
    assert len(again) == len(ours) + 1


def test_what_is_no_fast_bpe_tokenizer_is_refused_by_name():
    with pytest.raises(TypeError, match="a fast tokenizer of transformers is needed"):
        ctok.accelerate(ctok.get_encoding("gpt2"))
    import tokenizers

    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    other = transformers.PreTrainedTokenizerFast(tokenizer_object=words)
    with pytest.raises(ctok.VocabError, match="WordLevel"):
        ctok.accelerate(other)
