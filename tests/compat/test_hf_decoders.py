"""Every decoder of tokenizers, by itself and behind others, makes the same text of any ids."""

from __future__ import annotations

import functools
import random

import pytest
from tokenizers import decoders

from ctok.compat import huggingface

from .. import models
from ..models import BYTE_LEVEL, MARK
from ..parity.test_huggingface import added, metaspace
from . import hf


def strip(content, start, stop):
    return {"type": "Strip", "content": content, "start": start, "stop": stop}


def replace(content, **pattern):
    return {"type": "Replace", "pattern": pattern, "content": content}


def wordpiece(prefix, *, cleanup):
    return {"type": "WordPiece", "prefix": prefix, "cleanup": cleanup}


ONE = {
    "byte_level": BYTE_LEVEL,
    "byte_fallback": {"type": "ByteFallback"},
    "fuse": {"type": "Fuse"},
    **{
        f"metaspace-{scheme}-{cuts}": metaspace(scheme, cuts)
        for scheme in ("always", "first", "never")
        for cuts in (True, False)
    },
    "metaspace-other": {**metaspace("always", True), "replacement": "e"},
    "strip-left": strip(" ", 1, 0),
    "strip-right": strip("e", 0, 1),
    "strip-marks": strip(MARK, 2, 1),
    "strip-nothing": strip(" ", 0, 0),
    "replace-mark": replace(" ", String=MARK),
    "replace-with-nothing": replace("", String="e"),
    "replace-regex": replace("_", Regex="[aeiou]+"),
    "replace-ends": replace("$1", Regex=r"^.|\s+$"),
    "replace-nothing": replace("-", Regex="x*"),
    "wordpiece": wordpiece("##", cleanup=True),
    "wordpiece-as-it-is": wordpiece("e", cleanup=False),
    "wordpiece-without-prefix": wordpiece("", cleanup=True),
    "bpe": {"type": "BPEDecoder", "suffix": "</w>"},
    "bpe-e": {"type": "BPEDecoder", "suffix": "e"},
    "bpe-without-suffix": {"type": "BPEDecoder", "suffix": ""},
    "sequence-of-none": {"type": "Sequence", "decoders": []},
    "none": None,
}
# What a decoder may take for its own, in added tokens: these are text to it too.
ADDED = ("<special>", " lead", "n\u00e9 \u00fc", "<0x41>x", "n't", "##x", " do not", "zq</w>")
VALUES = {
    "byte_level": models.byte_level,
    "marks": models.marks,
    "suffixed": models.suffixed,
}


@functools.cache
def value_of(kind):
    value = VALUES[kind]()
    size = 1 + max([*value["model"]["vocab"].values(), *(t["id"] for t in value["added_tokens"])])
    value["added_tokens"] += [
        added(text, size + i, special=i < 1, normalized=i == 2) for i, text in enumerate(ADDED)
    ]
    return value, size + len(ADDED)


def streamed(kind, tokenizer, ids, skip):
    """What each id completes, up to one behind which the text before is another."""
    stream = kind(skip_special_tokens=skip)
    result = []
    for number in ids:
        result.append(hf.outcome(stream.step, tokenizer, number))
        if str(result[-1]).startswith("Invalid prefix"):
            break
    return result


def check(kind, decoder, rounds, choose):
    value, size = value_of(kind)
    ours, theirs = hf.pair({**value, "decoder": decoder})
    every = sorted(theirs.get_vocab().values())
    bytes_ = [i for text, i in sorted(theirs.get_vocab().items()) if text[:3] == "<0x"] or every
    for _ in range(rounds):
        pools = choose.choices(
            [every, bytes_, range(size - len(ADDED), size)], k=choose.randrange(9)
        )
        ids = [choose.choice(pool) for pool in pools] + [size + 9] * (choose.random() < 0.1)
        for skip in (True, False):
            expected = hf.outcome(theirs.decode, ids, skip)
            if expected.startswith(("index out of bounds", "slice index")):
                continue  # where Strip leaves nothing, tokenizers panics
            assert ours.decode(ids, skip) == expected, (decoder, ids, skip)
            assert ours.decode_batch([ids, []], skip) == theirs.decode_batch([ids, []], skip)
            found = streamed(decoders.DecodeStream, theirs, ids, skip)
            assert streamed(huggingface.DecodeStream, ours, ids, skip) == found, (decoder, ids)


@pytest.mark.parametrize("name", ONE)
def test_a_decoder_gives_the_text_of_tokenizers(name):
    for kind in VALUES:
        check(kind, ONE[name], 12, random.Random(name + kind))


@pytest.mark.parametrize("kind", VALUES)
def test_decoders_in_sequence_give_the_text_of_tokenizers(kind):
    choose = random.Random(kind)
    steps = [decoder for decoder in ONE.values() if decoder and decoder["type"] != "Strip"]
    for _ in range(30):
        some = choose.sample(steps, choose.choice([2, 2, 3, 4]))
        check(kind, {"type": "Sequence", "decoders": some}, 6, choose)
