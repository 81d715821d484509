"""Each family on each backend cuts text as its own regex does in the `regex` module."""

import functools

import numpy as np
import pytest
from hypothesis import given

import ctok
from ctok import kernels, patterns, reference

from . import texts, vocabs

unicodedata2 = pytest.importorskip("unicodedata2", reason="the test extra has it")
FAMILIES = ctok.families()
KERNELS = [f"{family}-{backend}" for family in FAMILIES for backend in ctok.backends()]
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No".split()


@functools.cache
def tokenizer_of(kernel):
    """A tokenizer of single bytes that cuts as a family does, on a backend."""
    family, backend = kernel.split("-")
    return ctok.Tokenizer(vocabs.make_spec(pattern=FAMILIES[family]), backend=backend)


@functools.cache
def unsettled():
    """Code points whose category the regex module's Unicode sees otherwise than ours."""
    import regex

    every = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    groups = "|".join(rf"(?P<{name}>\p{{{name}}}+)" for name in CATEGORIES)
    theirs = dict.fromkeys(every, "")
    for match in regex.finditer(groups, every):
        theirs |= dict.fromkeys(match.group(), match.lastgroup)
    ours = ((c, unicodedata2.category(c)) for c in every)
    return frozenset(c for c, name in ours if theirs[c] != (name if name in CATEGORIES else ""))


@functools.cache
def all_settled():
    """Texts of every code point behind a letter and before a space; of the planes 4 to 13, which
    hold unassigned code points only, a few."""
    every = [c for c in range(0x110000) if not 0x40000 <= c < 0xE0000 or c % 509 == 0]
    chunks = (every[i : i + 8192] for i in range(0, len(every), 8192))
    return [settled("".join(f"a{chr(c)} " for c in chunk)) for chunk in chunks]


def settled(text):
    """The text without those code points and without surrogates."""
    return "".join(c for c in text if c not in unsettled() and not "\ud800" <= c <= "\udfff")


def assert_same_pieces(kernel, text):
    """Compares with the plain algorithm."""
    tokenizer = tokenizer_of(kernel)
    data = text.encode() if isinstance(text, str) else text
    found = tokenizer.pieces(data)
    expected = reference.pretokenize(tokenizer.pattern, data)
    if found != expected:
        at = next(i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b)
        raise AssertionError(f"{kernel}: {found[at - 1 : at + 2]} not {expected[at - 1 : at + 2]}")


def test_the_judge_knows_almost_all_of_our_unicode():
    assert unicodedata2.unidata_version == ctok.UNICODE_VERSION
    assert len(unsettled()) < 25_000
    assert not any(ord(c) < 0x250 for c in unsettled())


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_forced_backend_is_the_one_that_runs(kernel):
    assert tokenizer_of(kernel).pretokenizer == kernel.replace("-", "/")


@pytest.mark.parametrize("kernel", KERNELS)
def test_strings_that_broke_others_are_cut_as_by_the_regex(kernel):
    for text in texts.REGRESSIONS:
        assert_same_pieces(kernel, settled(text))
        assert_same_pieces(kernel, settled(text * 30))


@pytest.mark.parametrize("kernel", KERNELS)
def test_random_nasty_strings_are_cut_as_by_the_regex(kernel):
    for text in texts.random_texts(seed=11, count=6000):
        assert_same_pieces(kernel, text)
    for text in texts.random_texts(seed=12, count=60, longest=2000):
        assert_same_pieces(kernel, text)


# tiktoken judges the three others at every code point, in tests/parity.
@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"r50k", "cl100k", "o200k"}))
def test_every_code_point_is_cut_as_by_the_regex(family):
    for text in all_settled():
        assert_same_pieces(f"{family}-{ctok.backends()[-1]}", text)


@pytest.mark.parametrize("context", texts.CONTEXTS, ids=lambda context: context[0])
def test_backends_agree_on_every_code_point(context):
    for text in texts.code_points(context, 65536):
        data = text.encode("utf-8", "replace")
        for family in FAMILIES:
            assert_backends_agree(family, data)


@pytest.mark.parametrize("kernel", KERNELS)
def test_short_strings_of_every_kind_are_cut_as_by_the_regex(kernel):
    """All strings of three characters, one of each kind that a family tells apart."""
    kinds = "aA\u01c5\u02b0\u4e9c\u03011' \u3000\n\r/!\u017fs"
    for first in kinds:
        assert_same_pieces(kernel, "\x00".join(first + b + c for b in kinds for c in kinds))
        for second in kinds:
            for third in kinds:
                text = first + second + third
                expected = reference.pretokenize(FAMILIES[kernel.split("-")[0]], text.encode())
                assert tokenizer_of(kernel).pieces(text.encode()) == expected, repr(text)


@given(texts.any_text.map(settled))
def test_any_text_is_cut_as_by_the_regex(text):
    for kernel in KERNELS:
        assert_same_pieces(kernel, text)


@given(texts.any_bytes)
def test_any_bytes_are_cut_as_by_the_regex(data):
    data = settled(data.decode("utf-8", "surrogateescape")).encode() + data[:3]
    for kernel in KERNELS:
        assert_same_pieces(kernel, data)


def assert_backends_agree(family, data):
    """Compares where the pieces end, on each backend with the first one."""
    first, *others = (tokenizer_of(f"{family}-{backend}") for backend in ctok.backends())
    expected = first._core.piece_ends(data)[1]
    for other in others:
        assert np.array_equal(other._core.piece_ends(data)[1], expected), other.pretokenizer


@given(texts.any_bytes | texts.any_text.map(str.encode))
def test_backends_of_a_family_agree(data):
    for family in FAMILIES:
        assert_backends_agree(family, data)


def test_the_tables_hold_unicode_16():
    names = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No".split()
    found = kernels.categories()
    counted = {name: int(((found & 31) == i).sum()) for i, name in enumerate(names)}
    letters = sum(counted[name] for name in names if name[0] == "L")
    assert letters == 141_028
    assert sum(counted[name] for name in names if name[0] == "M") == 2_501
    assert sum(counted[name] for name in names if name[0] == "N") == 1_911
    assert counted["Lu"] == 1_858
    assert int((found & 32 != 0).sum()) == len(texts.WHITE_SPACE) == 25
    assert all(found[ord(c)] & 32 for c in texts.WHITE_SPACE)
    for code_point in range(0, 0x110000, 7):
        category = unicodedata2.category(chr(code_point))
        if category in names:
            assert names[found[code_point] & 31] == category


@pytest.mark.parametrize("pattern", patterns.SPELLINGS)
def test_another_spelling_cuts_as_its_family(pattern):
    family = patterns.SPELLINGS[pattern]
    assert patterns.family_of(pattern) == family
    tokenizer = ctok.Tokenizer(vocabs.make_spec(pattern=pattern))
    assert tokenizer.pretokenizer.startswith(f"{family}/")
    for text in [*texts.random_texts(13, 3000), *map(settled, texts.REGRESSIONS)]:
        data = text.encode()
        assert tokenizer.pieces(data) == reference.pretokenize(pattern, data)


@pytest.mark.parametrize("name", [*FAMILIES, *patterns.ALIASES])
def test_a_name_stands_for_its_familys_regex(name):
    assert patterns.pattern_of(name) == FAMILIES[patterns.ALIASES.get(name, name)]


def test_the_regex_module_is_imported_only_when_a_pattern_needs_it():
    import subprocess
    import sys

    code = (
        "import sys, ctok; ctok.encode('a'); assert 'regex' not in sys.modules;"
        "ctok.Tokenizer(__import__('dataclasses').replace("
        "ctok.get_encoding('gpt2').vocab.spec, pattern='.', name='x', split_at=None));"
        "assert 'regex' not in sys.modules;"
        "ctok.Tokenizer(__import__('dataclasses').replace("
        "ctok.get_encoding('gpt2').vocab.spec, pattern='(?<=a)b', name='x', split_at=None));"
        "assert 'regex' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_dollar_is_the_end_of_the_text_only():
    tokenizer = ctok.Tokenizer(vocabs.make_spec(pattern=r"a$|\n$|(?s:.)"))
    assert tokenizer.pieces("a\n") == ["a", "\n"]
    text, ends = patterns.compile_split(r"a+$|.")(b"aa\naa")
    assert (text, ends.tolist()) == (b"aaaa", [1, 2, 4])


def test_text_between_two_matches_is_left_out_as_in_tiktoken():
    tokenizer = ctok.Tokenizer(vocabs.make_spec(pattern=r"[a-z]+"))
    assert tokenizer.encode("ab-cd") == [*b"abcd"]


def test_a_dollar_in_a_class_is_a_dollar():
    assert patterns.with_end(r"[a$]|\$|[]$\]]+|b$", r"\Z") == r"[a$]|\$|[]$\]]+|b\Z"
    assert patterns.compile_regex("[a$]+").findall("b$a") == ["$a"]
