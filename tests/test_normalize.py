"""Normalizers do to every character what those of `tokenizers` do."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest
from tokenizers import normalizers

from ctok import VocabError, kernels, unicode9
from ctok.normalize import Normalizer
from ctok.spec import Step

KINDS = {
    "nfc": normalizers.NFC(),
    "nfd": normalizers.NFD(),
    "nfkc": normalizers.NFKC(),
    "nfkd": normalizers.NFKD(),
    "lowercase": normalizers.Lowercase(),
    "strip_accents": normalizers.StripAccents(),
}
SURROGATES = range(0xD800, 0xE000)
# Each character by itself, and beside marks that are sorted and composed in different ways.
CONTEXTS = ("{}", "a{}", "e{}\u0301", "o\u0327{}\u0301", "u\u0301{}\u0334", "{}\u0307\u3099")


def blocks():
    """All characters, 4,096 at a time."""
    for start in range(0, 0x110000, 4096):
        yield [chr(code) for code in range(start, start + 4096) if code not in SURROGATES]


@pytest.mark.parametrize("kind", KINDS)
def test_every_character_is_normalized_as_in_tokenizers(kind):
    ours = Normalizer([Step(kind)])
    for characters in blocks():
        script = "\u3400" <= characters[0] < "\ud000" or characters[0] >= "\U00020000"
        for context in CONTEXTS if kind.startswith("nf") and not script else CONTEXTS[:1]:
            text = "\n".join(map(context.format, characters))
            assert ours(text) == KINDS[kind].normalize_str(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_is_left_alone_is_normalized(kind):
    ours = Normalizer([Step(kind)])
    for characters in blocks():
        for character in characters[:: 1 if characters[0] < "\U00020000" else 64]:
            if ours.leaves(character):
                assert KINDS[kind].normalize_str(character) == character


def test_a_text_known_to_be_composed_is_left_alone():
    nfc = KINDS["nfc"]
    for before in ("a", "\xe8", "\u0308", "\uac00"):
        texts = (before + c for block in blocks() for c in block)
        known = [text for text in texts if kernels.is_composed(text)]
        assert 1_000_000 < len(known) < 1_111_000
        assert nfc.normalize_str("\n".join(known)) == "\n".join(known)


def test_texts_of_marks_are_known_to_be_composed_only_when_they_are():
    nfc = KINDS["nfc"]
    pick = random.Random(3)
    marks = [c for block in blocks() for c in block if unicodedata.combining(c)]
    bases = [c for block in blocks() for c in block if len(unicodedata.normalize("NFD", c)) == 2]
    common = [*"aeo\xe8\u0995\u09c7\u09be\u0bc6\u0bbe\u1100\u1161\u11a8\uac00\u0301\u0323\u0345"]
    for _ in range(20_000):
        some = pick.choice((marks, bases, common)), pick.choice((marks, bases, common))
        text = "".join(pick.choice(pick.choice(some)) for _ in range(pick.randrange(1, 7)))
        done = nfc.normalize_str(text)
        assert done == text or not kernels.is_composed(text), ascii(text)
        assert Normalizer([Step("nfc")])(text) == done, ascii(text)


@pytest.mark.parametrize("width", ["\xe9", "\u4e00", "\U0001f600"])
def test_a_change_anywhere_is_seen(width):
    for n in (1, 2, 63, 64, 65, 200):
        assert kernels.is_composed(width * n)
        for at in (0, n // 2, n - 1):
            assert not kernels.is_composed(width * at + "\u2126" + width * (n - 1 - at))
            assert kernels.is_composed(width * at + "\u09be" + width * (n - 1 - at)) == (
                width != "\xe9" or at == 0
            )


def test_all_backends_find_the_same_stretches():
    pick = random.Random(5)
    odd = "\u0301\u0323\u0344\u2126\u07fd\u0915\u093c\u09be\u11a8\U0001f16c\U0002f800"
    for around in ("e\xe9", "\u304b\u4e00", "\u0995\u09be\u09cd", "\uac00\u1100", "\U0001f600a"):
        for size in (0, 1, 63, 64, 65, 128, 129, 400):
            text = pick.choices(around, k=size)
            for _ in range(pick.randrange(4)):
                text.insert(pick.randrange(size + 1), pick.choice(odd))
            joined = "".join(text)
            expected = kernels.uncomposed(joined, 0)
            for backend in kernels.backends():
                index = next(i for i, row in enumerate(kernels.kernels()) if row[1] == backend)
                assert kernels.uncomposed(joined, index) == expected


def test_vowel_signs_that_join_nothing_cost_no_look_at_the_text():
    for text in (
        "\u0995\u09be\u09b2\u09bf",
        "\u0ba4\u0bbe",
        "\u0915\u094d\u0937",
        "\u0e01\u0e38\u0e48",
    ):
        assert kernels.is_composed(text * 50)
        assert unicodedata.is_normalized("NFC", text * 50)


def test_the_places_of_texts_that_are_not_composed():
    texts = ["a", "\xe9", "e\u0301", b"e", "\u4e00", 7, "\u2126" * 200]
    assert kernels.not_composed(texts) == [2, 3, 5, 6]


def test_composed_characters_of_new_scripts_stay_apart():
    for text in ("\U00011935\U00011930", "\U000105d2\u0307", "\U00016d67\U00016d67"):
        assert Normalizer([Step("nfc")])(text) == normalizers.NFC().normalize_str(text) == text


def test_a_text_is_composed_by_the_stretches_that_need_it():
    ours, nfc = Normalizer([Step("nfc")]), KINDS["nfc"]
    pick = random.Random(7)
    marks = "\u0301\u0323\u0344\u11a8\u1161\u07fd\u0f71\u0f72\u2126\u3099"
    for round_ in range(600):
        around = pick.choice(["ab", "e\xe9", "\u304b\u4e00", "\uac00\u1100", "\U0001f600a"])
        size = pick.randrange(400)
        text = [pick.choice(around) for _ in range(size)]
        for _ in range(round_ % 4):
            at = pick.randrange(size + 1)
            text[at:at] = pick.choices(marks, k=pick.randrange(1, 90 if round_ % 7 == 0 else 4))
        joined = "".join(text)
        expected = nfc.normalize_str(joined)
        assert ours(joined) == expected
        assert expected == joined or not ours.leaves(joined)
        spans = kernels.uncomposed(joined)
        assert (not spans) == kernels.is_composed(joined)
        assert all(
            nfc.normalize_str(joined[a:b]) + nfc.normalize_str(joined[b:])
            == nfc.normalize_str(joined[a:])
            for a, b in spans
        )


def test_a_long_row_of_marks_is_sorted_as_in_tokenizers():
    pick = random.Random(9)
    marks = [c for block in blocks() for c in block if unicodedata.combining(c)]
    odd = [
        *"\u0344\u0f73\u0f75\u0f81\uff9e\uff9f\u3099\u0345\u07fd\u1cf2a\xe9\uac00\u1e69\u0308\u0301"
    ]
    for round_ in range(200):
        some = pick.sample(marks, 8) + pick.sample(odd, round_ % 5)
        text = "o" + "".join(pick.choices(some, k=pick.choice([60, 63, 64, 65, 130, 500])))
        for kind in ("nfc", "nfd", "nfkc", "nfkd"):
            assert Normalizer([Step(kind)])(text) == KINDS[kind].normalize_str(text), ascii(text)


def test_every_character_that_is_sorted_is_known_in_a_long_row():
    for block in blocks():
        for character in block:
            row = all(map(unicode9.combining, unicode9.normalize("NFKD", character)))
            assert row == bool(unicode9.LONG_ROW.match(character * 64)), ascii(character)


def test_time_is_linear_in_a_row_of_marks():
    """To sort them one by one took minutes."""
    text = "a" + "\u0301\u0327" * 200_000
    start = time.thread_time()
    assert Normalizer([Step("nfd")])(text) == "a" + "\u0327" * 200_000 + "\u0301" * 200_000
    assert len(Normalizer([Step("nfc")])(text)) == len(text) - 1
    assert time.thread_time() - start < 20


@pytest.mark.parametrize("kernel", [-2, 10_000])
def test_a_kernel_that_is_not_there_finds_nothing_composed(kernel):
    with pytest.raises(IndexError, match=str(kernel)):
        kernels.uncomposed("e\u0301", kernel)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=\U0001f600)",
        "(?=\u0416)",
        "(?=\r)",
        "(?<!x)|a",
        r"\b(?!x)",
        "a|$",
        "x*",
        r"x\K",
        "(?:^|a)b?",
    ],
)
def test_a_regex_that_may_find_nothing_is_refused(pattern):
    step = Step("replace", {"pattern": pattern, "regex": True, "content": ""})
    with pytest.raises(VocabError, match="finds places without a character"):
        Normalizer([step])


@pytest.mark.parametrize(
    "pattern", ["(?=a).", r"^\s+", "[^$]", r"\^", r"(?<=x)y|\s+$", r"\bx+\b", "[]^]"]
)
def test_a_regex_that_takes_a_character_is_taken(pattern):
    assert Normalizer([Step("replace", {"pattern": pattern, "regex": True, "content": ""})])
