"""A tokenizer.json means to ctok what it means to `tokenizers`: ids and decoded text."""

from __future__ import annotations

import itertools
import random

import pytest
from tokenizers import pre_tokenizers

import ctok

from .. import corpus, models, texts
from ..models import BYTE_LEVEL, MARK
from ..regexes import BLOOM_NESTED

DIGITS = r"\p{N}{1,3}"
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+"
SPLITS = ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"]


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def sequence(*parts):
    return in_order(*parts, {**BYTE_LEVEL, "use_regex": False})


def in_order(*parts):
    return {"type": "Sequence", "pretokenizers": list(parts)}


def steps(*parts):
    return {"type": "Sequence", "normalizers": list(parts)}


def added(content, number, **flags):
    plain = dict.fromkeys(("special", "normalized", "lstrip", "rstrip", "single_word"), False)
    return {"content": content, "id": number, **plain, **flags}


def metaspace(scheme, cuts):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": cuts}


def tab_for_its_byte(value):
    """Gemma 2 has the character itself where a vocabulary has the token of its byte."""
    vocab = value["model"]["vocab"]
    vocab["\t"] = vocab.pop("<0x09>")
    return value


def numbered(tokens):
    """The tokens with the ids that follow the vocabulary's, as `tokenizers` gives them."""
    return [{**token, "id": models.SIZE + i} for i, token in enumerate(tokens)]


TO_MARKS = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
EDGES = [
    added("<l>", 5000, lstrip=True),
    added("<r>", 5001, rstrip=True),
    added("<both>", 5002, lstrip=True, rstrip=True),
    added("zwordq", 5003, single_word=True),
    added("ztheq", 5004, normalized=True),
    added("<special>", 5005, special=True),
    added("<special-lr>", 5006, special=True, lstrip=True, rstrip=True),
    added("q  ", 5007),
    added("q\n\n\n", 5008),
    added("\u00e9t\u00e9q", 5009, normalized=True),
    added("QABCZ", 5010, normalized=True, single_word=True),
]

# As ModernBERT has them: runs of spaces in normalized text, some special tokens before that.
SPACES = [
    *(added(" " * n, 5000, normalized=True) for n in range(9, 1, -1)),
    added("<|endoftext|>", 5000, special=True),
    added("[MASK]", 5000, special=True, lstrip=True),
    added("|||\u00e9|||", 5000, normalized=True),
]

AFFIXES = ["##", "a## ##a", "###", "</w>", "a</w></w>b", "<</w>"]  # as a text has them

VARIANTS = {
    "byte_level": lambda: models.byte_level(),
    "without_bytes_of_no_text": lambda: models.without_bytes_of_no_text(),
    "prefix_space": lambda: models.byte_level(
        pre_tokenizer={**BYTE_LEVEL, "add_prefix_space": True}
    ),
    "no_regex": lambda: models.byte_level(pre_tokenizer={**BYTE_LEVEL, "use_regex": False}),
    "edges": lambda: models.byte_level(added_tokens=numbered(EDGES)),
    "edges_prefix_space": lambda: models.byte_level(
        added_tokens=numbered(EDGES), pre_tokenizer={**BYTE_LEVEL, "add_prefix_space": True}
    ),
    "edges_nfc": lambda: models.byte_level(
        added_tokens=numbered(EDGES), normalizer={"type": "NFC"}
    ),
    "spaces_nfc": lambda: models.byte_level(
        added_tokens=numbered(SPACES), normalizer={"type": "NFC"}
    ),
    "edges_lowercase": lambda: models.byte_level(
        added_tokens=numbered(EDGES[:-1]), normalizer={"type": "Lowercase"}
    ),
    "ignore_merges": lambda: models.with_model(models.byte_level(), ignore_merges=True),
    "merges_as_pairs": lambda: models.with_model(
        models.byte_level(),
        merges=[
            merge if isinstance(merge, list) else merge.split(" ")
            for merge in models.byte_level()["model"]["merges"]
        ],
    ),
    "digits": lambda: models.byte_level(
        pre_tokenizer={
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, BYTE_LEVEL],
        }
    ),
    "digit_runs": lambda: models.byte_level(
        pre_tokenizer=sequence({"type": "Digits", "individual_digits": False})
    ),
    "two_splits": lambda: models.byte_level(pre_tokenizer=sequence(split(DIGITS), split(WORDS))),
    "bloom": lambda: models.byte_level(pre_tokenizer=sequence(split(BLOOM_NESTED))),
    "falcon": lambda: models.byte_level(
        pre_tokenizer=in_order(
            {"type": "Punctuation", "behavior": "Contiguous"},
            BYTE_LEVEL,
            {"type": "Digits", "individual_digits": False},
            split("[0-9][0-9][0-9]"),
        )
    ),
    "behind_bytes": lambda: models.byte_level(
        pre_tokenizer=in_order(
            {**BYTE_LEVEL, "use_regex": False},
            {"type": "Digits", "individual_digits": True},
            {"type": "Punctuation", "behavior": "MergedWithNext"},
            split("\u0120+|[\u0100-\u0120]{2}|\u010a$|(?i:\u00c3)", "MergedWithPrevious"),
            split("[\u00a1-\u00ff]{1,3}|[a-c]+", "Isolated"),
        )
    ),
    "line_ends": lambda: models.byte_level(pre_tokenizer=sequence(split(r"\s+$"), split(WORDS))),
    "literal": lambda: models.byte_level(
        pre_tokenizer=sequence(split("l", "MergedWithNext", kind="String"))
    ),
    "white_space": lambda: models.byte_level(pre_tokenizer=sequence({"type": "WhitespaceSplit"})),
    "bert": lambda: models.byte_level(pre_tokenizer=sequence({"type": "BertPreTokenizer"})),
    "delimiter": lambda: models.byte_level(
        pre_tokenizer=sequence({"type": "CharDelimiterSplit", "delimiter": "e"})
    ),
    **{
        f"{behavior}-{invert}": lambda behavior=behavior, invert=invert: models.byte_level(
            pre_tokenizer=sequence(split(WORDS, behavior, invert))
        )
        for behavior in SPLITS
        for invert in (False, True)
    },
    **{
        f"punctuation-{behavior}": lambda behavior=behavior: models.byte_level(
            pre_tokenizer=sequence({"type": "Punctuation", "behavior": behavior})
        )
        for behavior in SPLITS
    },
    **{
        form.lower(): lambda form=form: models.byte_level(normalizer={"type": form})
        for form in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase")
    },
    "no_accents": lambda: models.byte_level(
        normalizer=steps({"type": "NFD"}, {"type": "StripAccents"})
    ),
    "strip": lambda: models.byte_level(
        normalizer={"type": "Strip", "strip_left": True, "strip_right": True}
    ),
    "replace": lambda: models.byte_level(
        normalizer=steps(
            {"type": "Replace", "pattern": {"String": "a"}, "content": "bb"},
            {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
        )
    ),
    "strip_and_prepend": lambda: models.marks(
        normalizer=steps(
            {"type": "Strip", "strip_left": True, "strip_right": False},
            {"type": "Prepend", "prepend": MARK},
            TO_MARKS,
        )
    ),
    "splits_at_nothing": lambda: models.byte_level(
        pre_tokenizer=sequence(split(r"x*|(?=e)|\b", "MergedWithPrevious"), split("^|[^\\w]"))
    ),
    "suffix": lambda: models.suffixed(),
    "suffix_decoded": lambda: {**models.suffixed(), "decoder": BYTE_LEVEL},
    **{
        f"affixes-{prefix}-{suffix}-{fused}": lambda prefix=prefix, suffix=suffix, fused=fused: (
            models.with_model(models.affixed(prefix, suffix), fuse_unk=fused)
        )
        for prefix, suffix in (("##", ""), ("", "</w>"), ("##", "</w>"), ("e", "e"))
        for fused in (False, True)
    },
    "affixes_whole": lambda: models.affixed("##", "</w>", pre_tokenizer=None),
    "affixes_metaspace": lambda: models.affixed(
        "##", "</w>", pre_tokenizer=metaspace("always", True)
    ),
    "affixes_bytes": lambda: models.affixed_bytes("##", "</w>"),
    "affixes_without_single_bytes": lambda: models.with_model(
        models.affixed("##", ""), byte_fallback=True
    ),
    "metaspace_unknown": lambda: models.with_model(
        models.marks(normalizer=None, pre_tokenizer=metaspace("always", True)),
        byte_fallback=False,
        fuse_unk=True,
    ),
    "marks": lambda: models.marks(),
    "marks_without_the_byte_of_a_tab": lambda: tab_for_its_byte(models.marks()),
    "marks_without_prefix": lambda: models.marks(normalizer=TO_MARKS),
    "marks_split_at_spaces": lambda: models.marks(
        normalizer=TO_MARKS, pre_tokenizer=split(" ", "MergedWithPrevious", kind="String")
    ),
    "marks_edges": lambda: models.marks(
        added_tokens=[
            *models.marks()["added_tokens"],
            *numbered(t for t in EDGES if not t["normalized"]),
        ]
    ),
    "marks_edges_normalized": lambda: models.marks(
        normalizer=TO_MARKS, added_tokens=[*models.marks()["added_tokens"], *numbered(EDGES)]
    ),
    "marks_edges_lower": lambda: models.marks(
        normalizer=steps({"type": "Lowercase"}, TO_MARKS),
        added_tokens=[*models.marks()["added_tokens"], *numbered(EDGES[:-1])],
    ),
    **{
        f"metaspace-{scheme}-{cuts}": lambda scheme=scheme, cuts=cuts: models.marks(
            normalizer=None, pre_tokenizer=metaspace(scheme, cuts), decoder=metaspace(scheme, cuts)
        )
        for scheme in ("always", "first", "never")
        for cuts in (False, True)
    },
    "plain": lambda: models.plain(),
    "plain_fused": lambda: models.with_model(models.plain(), fuse_unk=True),
    "plain_whole": lambda: models.with_model(models.plain(), ignore_merges=True),
    "marks_unknown": lambda: models.with_model(models.marks(), byte_fallback=False, fuse_unk=True),
    "marks_unknown_apart": lambda: models.with_model(
        models.marks(), byte_fallback=False, fuse_unk=False
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_ids_and_text_are_those_of_tokenizers(variant):
    value = VARIANTS[variant]()
    ours, theirs = ctok.load(value), models.reference(value)
    contents = [token["content"] for token in value["added_tokens"]]
    batch = models.hostile(5, 1500, [*contents, *AFFIXES])
    batch += [models.readable(text) for text in texts.REGRESSIONS]
    batch += [models.readable(text[:5000]) for text in corpus.collect().texts[::40]]
    found = ours.encode_batch(batch, allowed_special="all").tolist()
    wanted = [
        encoding.ids for encoding in theirs.encode_batch_fast(batch, add_special_tokens=False)
    ]
    for text, mine, other in zip(batch, found, wanted, strict=True):
        assert mine == other, repr(text[:300])
        assert ours.encode(text, allowed_special="all") == other, repr(text[:300])
    for skip in (False, True):
        texts_of_mine = ours.decode_batch(wanted, skip_special_tokens=skip)
        texts_of_others = theirs.decode_batch(wanted, skip_special_tokens=skip)
        for mine, other in zip(texts_of_mine, texts_of_others, strict=True):
            assert mine == other


CUTS = {
    "punctuation": (pre_tokenizers.Punctuation("isolated"), {"type": "Punctuation"}),
    "bert": (pre_tokenizers.BertPreTokenizer(), {"type": "BertPreTokenizer"}),
    "whitespace": (pre_tokenizers.Whitespace(), {"type": "Whitespace"}),
    "whitespace_split": (pre_tokenizers.WhitespaceSplit(), {"type": "WhitespaceSplit"}),
}


@pytest.mark.parametrize("kind", CUTS)
def test_every_character_is_cut_as_in_tokenizers(kind):
    theirs, part = CUTS[kind]
    ours = ctok.load(models.byte_level(pre_tokenizer=sequence(part)))
    for start in (*range(0, 0xD800, 4096), *range(0xE000, 0x110000, 4096)):
        characters = map(chr, range(start, min(start + 4096, 0xD800 if start < 0xD800 else 0x110000)))
        text = "".join(f"a{c}1{c}{c}" for c in characters)
        left, ends = ours._core.piece_ends(text.encode())
        cut = [left[a:b].decode() for a, b in itertools.pairwise([0, *ends.tolist()])]
        assert cut == [piece for piece, _ in theirs.pre_tokenize_str(text)], hex(start)


def test_every_id_has_the_token_of_tokenizers():
    for value in (
        models.byte_level(added_tokens=numbered(EDGES)),
        models.marks(),
        models.suffixed(),
        models.affixed("##", "</w>"),
    ):
        ours, theirs = ctok.load(value), models.reference(value)
        for number in range(theirs.get_vocab_size() + 5):
            assert ours.id_to_token(number) == theirs.id_to_token(number)


def test_long_pieces_of_a_byte_level_file_are_walked_in_linear_time():
    """With tokens in the vocabulary that no text is spelled with, as DeepSeek has them, too."""
    value = models.byte_level(pre_tokenizer={**BYTE_LEVEL, "use_regex": False})
    value["model"]["vocab"]["<\uff5cno text\uff5c>"] = models.SIZE
    ours, theirs = ctok.load(value), models.reference(value)
    assert ours.vocab.is_linear and len(ours.vocab.spec.hidden) == 1
    choose = random.Random(3)
    for parts in (["a", "b", "th", "he"], ["\u00e9", "\u4e2d", "e", " "], ["in", "g", "the", "  "]):
        text = "".join(choose.choice(parts) for _ in range(4000))
        assert ours.encode(text) == theirs.encode(text, add_special_tokens=False).ids
