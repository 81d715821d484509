"""Automata cut text as the `regex` module does and as the compiled families do: three witnesses."""

import dataclasses
import functools
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctok
from ctok import automaton, charsets, kernels, patterns, reference, splits
from ctok.cutter import Cutter, check
from ctok.regexes import RefusedError
from ctok.spec import Split

from . import regexes, texts, vocabs
from .test_patterns import FAMILIES, assert_backends_agree, settled, tokenizer_of

MODELS = list(regexes.MODELS)
ROWS = {f"row-{family}": pattern for family, pattern in FAMILIES.items()}
ROWS |= {f"spelling-{i}": pattern for i, pattern in enumerate(patterns.SPELLINGS)}


@functools.cache
def cutter_of(name):
    """The automata of a model or a row."""
    if name in ROWS:
        return patterns.compile_steps([(ROWS[name], "removed", True)], lines=False)
    return patterns.compile_steps(regexes.MODELS[name], lines=True)


def pieces(cutter, data):
    """What a cutter leaves of a text, piece by piece."""
    text, ends = cutter(data)
    return [text[a:b] for a, b in zip([0, *ends.tolist()], ends.tolist(), strict=False)]


def judge(steps, data, *, lines=True):
    """The same by the regex module. A byte of no character is U+FFFD to it: another symbol."""
    characters = data.decode("utf-8", "surrogateescape")
    at = np.concatenate([[0], np.cumsum(patterns.utf8_sizes(characters))]).astype(int)
    characters = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in characters)
    spans = [(0, len(characters))] if characters else []
    for step in compiled_steps(steps, lines):
        spans = step(characters, spans)
    return [data[at[a] : at[b]] for a, b in spans]


@functools.cache
def _compiled_steps(steps, lines):
    if lines:
        return [splits._compile(Split(*step)) for step in steps]
    ((pattern, behavior, invert),) = steps
    compiled = patterns.compile_regex(pattern)
    assert (behavior, invert) == ("removed", True)
    return [lambda text, _: [m.span() for m in compiled.finditer(text) if m.end() > m.start()]]


def compiled_steps(steps, lines):
    return _compiled_steps(tuple(steps), lines)


def assert_cuts_as_judged(name, data):
    steps = [(ROWS[name], "removed", True)] if name in ROWS else regexes.MODELS[name]
    found = pieces(cutter_of(name), data)
    assert found == judge(steps, data, lines=name not in ROWS), (name, data)


# ---- against the regex module


@pytest.mark.parametrize("name", [*MODELS, *ROWS])
def test_nasty_strings_are_cut_as_by_the_regex(name):
    for text in [*texts.REGRESSIONS, *texts.random_texts(21, 250)]:
        assert_cuts_as_judged(name, settled(text).encode())
    for text in texts.REGRESSIONS:
        assert_cuts_as_judged(name, settled(text * 30).encode())
    for text in texts.random_texts(22, 6, 1000):
        assert_cuts_as_judged(name, settled(text).encode())
    for data in texts.INVALID_UTF8:
        assert_cuts_as_judged(name, data)


@pytest.mark.long
@pytest.mark.parametrize("name", [*MODELS, *ROWS])
def test_many_nasty_strings_are_cut_as_by_the_regex(name):
    for text in texts.random_texts(23, 20_000):
        assert_cuts_as_judged(name, settled(text).encode())


@given(texts.any_text.map(settled))
def test_any_text_is_cut_as_by_the_regex(text):
    for name in MODELS:
        assert_cuts_as_judged(name, text.encode())


@given(texts.any_bytes)
def test_any_bytes_are_cut_as_by_the_regex(data):
    data = settled(data.decode("utf-8", "surrogateescape")).encode() + data[:3]
    for name in MODELS:
        assert_cuts_as_judged(name, data)


# ---- random regexes

ONES = r"a b A 1 s \s \S \d \w \p{L} \p{Lu} [ab] [^a] [^\s\p{L}] . \n \p{Han} \u017f".split() + [
    " "
]
AHEADS = (r"(?!\S)", "(?=a)", "(?!b)", "$", r"(?=\s|$)")
QUANTIFIERS = ("", "", "", "*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}")
KINDS = ("", "", "", "?", "+")
LETTERS = "aaabbAB1sS \n.\u017f\u212a\u4e9c\xe9"


def random_regex(source, depth=3):
    """A regex of everything that is understood; some match the empty text or take too long."""

    def item():
        what = source.random()
        if what < 0.62 or depth == 0:
            body = source.choice(ONES)
        elif what < 0.72:
            return source.choice(AHEADS)
        else:
            opener = source.choice(["(?:", "(", "(?>", "(?i:", "(?:"])
            body = opener + random_regex(source, depth - 1) + ")"
        quantifier = source.choice(QUANTIFIERS)
        return body + quantifier + (source.choice(KINDS) if quantifier else "")

    rows = [
        "".join(item() for _ in range(source.randint(1, 3)))
        for _ in range(source.choice([1, 1, 2, 3]))
    ]
    return "|".join(rows)


def check_random_regexes(seed, count):
    """How many of so many random regexes automata ran, all as the regex module does."""
    import regex

    source = random.Random(seed)
    ran = 0
    for _ in range(count):
        pattern = random_regex(source)
        lines = source.random() < 0.5
        try:
            cutter = patterns.compile_steps([(pattern, "isolated", False)], lines=lines)
        except RefusedError:
            continue
        ran += 1
        # `$` means what it does in patterns.compile_regex
        judged = pattern if lines else patterns.with_end(pattern, r"\Z")
        compiled = regex.compile(judged, regex.MULTILINE if lines else 0)
        for i in range(14):
            longest = 14 if i < 12 else 700
            letters = LETTERS if i < 13 else "aaabbAB1sS \n."
            text = "".join(source.choices(letters, k=source.randint(0, longest)))
            expected, at = [], 0
            for match in compiled.finditer(text):
                expected += [text[at : match.start()], match.group()]
                at = match.end()
            expected = [part.encode() for part in [*expected, text[at:]] if part]
            assert pieces(cutter, text.encode()) == expected, (pattern, lines, text)
    return ran


def test_random_regexes_cut_as_the_regex_module_does():
    assert check_random_regexes(31, 500) > 100


def check_random_steps(seed, count):
    """How many of so many random sequences automata ran, all as the regex module does."""
    source = random.Random(seed)
    ran = 0
    for _ in range(count):
        steps = [(random_regex(source, 1), "isolated", False) for _ in range(source.randint(2, 4))]
        try:
            cutter = patterns.compile_steps(steps, lines=True)
        except RefusedError:
            continue
        ran += 1
        for letters in (LETTERS, "aaabbAB1sS \n.", "aaaaaaaa b", "  \n\n1ab"):
            data = "".join(source.choices(letters, k=source.randint(0, 700))).encode()
            assert pieces(cutter, data) == judge(steps, data), (steps, data)
    return ran


def test_random_steps_cut_long_texts_as_the_regex_module_does():
    assert check_random_steps(41, 450) > 40


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 108))
@pytest.mark.parametrize(
    ("check", "count", "least"),
    [(check_random_regexes, 20_000, 5_000), (check_random_steps, 10_000, 1_000)],
)
def test_many_random_cuts_are_those_of_the_regex_module(check, count, least, seed):
    assert check(seed, count) > least


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"a|ab", "abab", ["a", "b", "a", "b"]),
        (r"ab|a", "aab", ["a", "ab"]),
        (r"a*?b", "aabb", ["aab", "b"]),
        (r"a+?", "aaa", ["a", "a", "a"]),
        (r"a{1,2}+a|.", "aaa", ["aaa"]),
        (r"a{1,3}+a|.", "aaa", ["a", "a", "a"]),
        (r"a?+a|b", "ab", ["a", "b"]),
        (r"a?+a|b", "aab", ["aa", "b"]),
        (r"(?>ab?)", "abab", ["ab", "ab"]),
        (r"\s+(?!\S)|\s|x", "   x", ["  ", " ", "x"]),
        (r"x$|x|\n", "x\nx", ["x", "\n", "x"]),
        (r"(?i:'s)|.", "'\u017f'S", ["'\u017f", "'S"]),
        (r"(?i:k)+", "\u212akK", ["\u212akK"]),
        (r"[\p{Lo}&&[^\p{Han}]]+|.", "\u4e9c\u304b\u304b", ["\u4e9c", "\u304b\u304b"]),
        (r"[[a-z]--[b]]+|.", "abca", ["a", "b", "ca"]),
        (r"(?s:.)", "\n", ["\n"]),
        (r"[]a-]+", "]-ab", ["]-a", "b"]),
    ],
    ids=ascii,
)
def test_small_regexes_by_hand(pattern, text, expected):
    steps = [(pattern, "isolated", False)]
    found = pieces(patterns.compile_steps(steps, lines=True), text.encode())
    assert [piece.decode() for piece in found] == expected
    assert found == judge(steps, text.encode())


# ---- backend against backend


@functools.cache
def cutter_on(name, backend):
    """The automata of a model or a row on a backend."""
    steps = [(ROWS[name], "removed", True)] if name in ROWS else regexes.MODELS[name]
    return patterns.compile_steps(steps, lines=name not in ROWS, backend=backend)


@pytest.mark.parametrize("backend", [name for name in ctok.backends() if name != "plain"])
def test_every_backend_cuts_as_the_states_themselves_do(backend):
    batch = [*texts.INVALID_UTF8, *(text.encode() * 9 for text in texts.REGRESSIONS)]
    batch += [text.encode() for text in texts.random_texts(24, 60, 300)]
    batch += [bytes(random.Random(25).choices(b"aB1  \n.'s", k=n)) for n in range(0, 900, 7)]
    for name in [*MODELS, *ROWS]:
        for data in batch:
            expected = cutter_on(name, "plain")(data)
            found = cutter_on(name, backend)(data)
            assert found[0] == expected[0], (name, data)
            assert np.array_equal(found[1], expected[1]), (name, data)


PARTS = ["\n        ", "\n\t\t", ".\n  \n   x", "don't ", "They'LL", " 1234 ", "12 ", "  ", "\r\n"]
PARTS += ["/* -- */ ", "'", '"', ", ", "fooBar ", "HTTPServer", "\t", ";\n", "\n\n", " = 0x1F;"]


def long_texts(seed, count, others=0):
    """Words, white space and signs of ASCII; and so many other characters in a thousand parts."""
    source = random.Random(seed)
    for _ in range(count):
        text = ""
        for _ in range(source.randint(30, 400)):
            word = "".join(source.choices("etaoinshrdlu", k=source.randint(1, 12))) + " "
            other = source.choice("\u2019\u201c\xe9\u4e9c\u3000\xa0\u0664")
            what = source.randint(1, 1000)
            text += other if what <= others else word if what < 700 else source.choice(PARTS)
        yield text.encode()


@pytest.mark.parametrize("backend", ctok.backends())
@pytest.mark.parametrize("name", [*MODELS, *ROWS])
def test_long_texts_are_cut_as_by_the_regex(name, backend):
    steps = [(ROWS[name], "removed", True)] if name in ROWS else regexes.MODELS[name]
    for data in [*long_texts(71, 6), *long_texts(72, 6, others=20)]:
        found = pieces(cutter_on(name, backend), data)
        assert found == judge(steps, data, lines=name not in ROWS), data


# ---- against the families' kernels


@pytest.mark.parametrize("context", texts.CONTEXTS, ids=lambda context: context[0])
def test_automata_and_families_agree_on_every_code_point(context):
    for text in texts.code_points(context, 65536):
        data = text.encode("utf-8", "replace")
        for family in FAMILIES:
            kernel = tokenizer_of(f"{family}-{ctok.backends()[-1]}")
            ends = kernel._core.piece_ends(data)[1]
            assert np.array_equal(cutter_of(f"row-{family}")(data)[1], ends), family


@given(texts.any_bytes | texts.any_text.map(str.encode))
def test_automata_and_families_agree_on_any_bytes(data):
    for family in FAMILIES:
        kernel = tokenizer_of(f"{family}-{ctok.backends()[-1]}")
        ends = kernel._core.piece_ends(data)[1].tolist()
        assert cutter_of(f"row-{family}")(data)[1].tolist() == ends
        assert_backends_agree(family, data)


# ---- which families they are


@pytest.mark.parametrize("name", ROWS)
def test_a_spelling_is_the_family_that_it_cuts_like(name):
    family = patterns.SPELLINGS.get(ROWS[name]) or name.removeprefix("row-")
    assert patterns.family_like(f"(?:{ROWS[name]})", lines=False) == family


@pytest.mark.parametrize(
    ("pattern", "family"),
    [
        (regexes.CL100K_OLD, "llama3"),
        (regexes.GPT2.replace("'s|'t", "'t|'s"), "r50k"),
        (FAMILIES["qwen2"].replace(r"\p{N}|", r"\p{N}{1,1}|"), "qwen2"),
        (FAMILIES["qwen2"].replace(r"\p{N}|", r"\p{Nd}|"), None),
        (FAMILIES["llama3"].replace("'m|", ""), None),
        (FAMILIES["llama3"].replace(r"\s+(?!\S)|", ""), None),
        (FAMILIES["llama3"].replace(r"|\s+(?!\S)|\s+", r"|\s+$|\s+(?!\S)|\s+"), "llama3"),
        (FAMILIES["llama3"].replace(r"|\s*[\r\n]+", r"|\s+$|\s*[\r\n]+"), "cl100k"),
        (FAMILIES["llama3"].replace("p{L}", r"p{Lu}"), None),
        (regexes.UFAKZEKA, "ufakzeka"),
        (regexes.O200K_BY_ONE, "o200k_digits"),
        (regexes.GPT2.replace(r" ?\p{N}+", r"\p{N}"), None),
        (regexes.KIMI, "kimi"),
        (regexes.KIMI.replace("Han", "Hiragana"), None),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_no_regex_is_a_family_that_cuts_otherwise(pattern, family):
    assert patterns.family_like(pattern, lines=False) == family


# The models that cut in sequence, or leave gaps, and have a row.
IN_SEQUENCE = ("starcoder", "minicpm5", "deepseek_v3", "bloom", "falcon")
WITH_ROWS = {name: name for name in (*IN_SEQUENCE, "ufakzeka", "seed_coder", "kimi")}
WITH_ROWS["cl100k_old"] = "llama3"


def test_every_sequence_with_a_row_is_a_models():
    steps = ([Split(*step) for step in regexes.MODELS[name]] for name in IN_SEQUENCE)
    keys = {splits.pattern_key(each) for each in steps}
    isolated = "\n".join(pattern for pattern, *_ in regexes.MODELS["falcon"])
    assert keys | {regexes.BLOOM_NESTED, isolated} == set(patterns.SEQUENCES)


@pytest.mark.parametrize("name", IN_SEQUENCE)
def test_cuts_that_remove_what_they_do_not_match_have_no_row(name):
    first, *others = regexes.MODELS[name]
    steps = [Split(first[0], "removed", True), *(Split(*step) for step in others)]
    tokenizer = ctok.Tokenizer(dataclasses.replace(vocabs.make_spec(), splits=tuple(steps)))
    assert tokenizer.pretokenizer == "automaton"
    told = [(step.pattern, step.behavior, step.invert) for step in steps]
    for text in texts.random_texts(19, 500):
        assert tokenizer.pieces(text.encode()) == judge(told, text.encode()), ascii(text)


@pytest.mark.parametrize("name", IN_SEQUENCE)
def test_cuts_in_sequence_are_the_family_that_they_cut_like(name):
    steps = tuple(Split(*step) for step in regexes.MODELS[name])
    spec = dataclasses.replace(vocabs.make_spec(), splits=steps)
    tokenizer = ctok.Tokenizer(spec)
    assert tokenizer.pretokenizer.startswith(name + "/")
    for text in [*texts.random_texts(17, 3000), *map(settled, texts.REGRESSIONS)]:
        data = text.encode()
        assert tokenizer.pieces(data) == judge(regexes.MODELS[name], data), ascii(text)
    for text in texts.random_texts(18, 2000):
        data = (text * 7).encode()
        assert tokenizer.pieces(data) == pieces(cutter_of(name), data), ascii(text)


def test_automata_that_cut_alike_cut_alike():
    source = random.Random(45)
    made = []
    while len(made) < 80:
        pattern = random_regex(source, 1)
        try:
            steps = [(pattern, "isolated", False)]
            made.append(
                (
                    pattern,
                    automaton.compile_tables(pattern),
                    patterns.compile_steps(steps, lines=False),
                )
            )
        except RefusedError:
            continue
    lines = ["".join(source.choices(LETTERS, k=12)).encode() for _ in range(40)]
    found = [tuple(cutter(data)[1].tobytes() for data in lines) for _, _, cutter in made]
    alike = 0
    for i, (one, tables, _) in enumerate(made):
        assert automaton.cut_alike(tables, tables)
        for k, (other, others, _) in enumerate(made[:i]):
            if automaton.cut_alike(tables, others):
                alike += one != other
                assert found[i] == found[k], (one, other)
    assert alike > 2


# ---- what is refused


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"a*", "empty text"),
        (r"(?=a)", "empty text"),
        (r"(?:aa)*b|a", "linear"),
        (r"a*b*c|a|b", "linear"),
        (r"(?:a?)*b", "`(?:a?)*` at position 0 is a loop around what may be empty"),
        (r"(?:b|[^a]{,2}?){,2}\S", "`(?:b|[^a]{,2}?){,2}` at position 0 is a loop around what"),
        (r"x(?>a|ab)c", "`(?>a|ab)` at position 1 is atomic, and may end in several places"),
        (r"(?:ab)++c", "`(?:ab)++` at position 0 is atomic"),
        (r"(a)\1", r"`\1` at position 3 refers back to a group"),
        (r"^a", "`^` at position 0 looks back"),
        (r"a|\ba", r"`\b` at position 2 looks back"),
        (r"(?<=a)b", "`(?<=a)` at position 0 looks behind"),
        (r"b(?<!a)b", "`(?<!a)` at position 1 looks behind"),
        (r"a(?=bc)", "`(?=bc)` at position 1 is look-ahead of more than one character"),
        (r"a(?=b|cd)", "`(?=b|cd)` at position 1 is look-ahead of more than one character"),
        (r"a\p{Foo}", r"`\p{Foo}` at position 1 is a property that ctok does not know"),
        (r"\p{Block=Basic_Latin}", r"`\p{Block=Basic_Latin}` at position 0 is a property"),
        (r"(?i:\p{Lu})", r"`\p{Lu}` at position 4 is a property without case"),
        (r"(?i:a[h-j])", "`h-j` at position 6 has an i without case"),
        (r"a{2}{3}", "`{` at position 4 is a quantifier behind a quantifier"),
        (r"a{2000}", "`{2000}` at position 1 is a repeat of more than 1024"),
        (r"a{3,2}", "`{3,2}` at position 1 is a repeat from more to less"),
        (r"a$+", "`+` at position 2 is a quantifier behind what takes no character"),
        (r"x(a", "`(` at position 1 opens a group that is not closed"),
        (r"a)", "`)` at position 1 closes no group"),
        (r"[a", "unfinished at its end, position 2"),
        (r"[[:alpha:]]", "`[:` at position 1 stands in brackets"),
        (r"[a||b]", "`||` at position 2 stands in brackets"),
        (r"[[a]&&b--c]", "`[[a]&&b--` at position 0 has && and -- in one bracket"),
        (r"[b-a]", "`b-a` at position 1 is a range that has no characters"),
        (r"[\p{L}-z]", r"`\p{L}` at position 1 is a property that begins a range"),
        (r"(?x: a)", "`(?x: a)` at position 0 is a group of a kind"),
        (r"a(?i)b", "`(?i)` at position 1 sets flags inside of the pattern"),
        (r"\R", r"`\R` at position 0 is an escape"),
        (r"*a", "`*` at position 0 repeats nothing"),
        (r"a{x}", "`{` at position 1 begins no quantifier"),
        ("a\ud800", r"`\ud800` at position 1 is half a surrogate pair"),
        (r"\x{41}", r"`\x` at position 0 needs 2 hexadecimal digits"),
        (r"(?:a{1000}){1000}", "steps"),
        (r"(?:a|b)*a(?:a|b){12}", "states|linear"),
        ("(" * 300 + "a" + ")" * 300, "nested"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_cannot_be_exact_or_linear_is_refused_by_name(pattern, reason):
    expected = reason if "|" in reason and "`" not in reason else re.escape(reason)
    with pytest.raises(RefusedError, match=expected):
        automaton.compile_tables(pattern)


def test_a_refused_regex_runs_in_the_regex_module():
    tokenizer = vocabs.make(pattern=r"(?<=a)b|(?s:.)")
    assert tokenizer.pretokenizer == (
        "regex: `(?<=a)` at position 0 looks behind; the regex module cuts instead of an automaton"
    )
    assert tokenizer.pieces("abb") == ["a", "b", "b"]
    spec = dataclasses.replace(vocabs.make_spec(), splits=(Split(r"\bab"),))
    tokenizer = ctok.Tokenizer(spec)
    assert tokenizer.pretokenizer.startswith(r"regex: `\b` at position 0 looks back; ")
    assert tokenizer.pieces("abab ab") == ["ab", "ab ", "ab"]
    spec = dataclasses.replace(spec, splits=(Split("a"), Split("(?=ab)a")))
    reason = "regex: step 2 of 2: `(?=ab)` at position 0 is look-ahead"
    assert ctok.Tokenizer(spec).pretokenizer.startswith(reason)


# ---- time


def reads(tables, data):
    """How often each byte of an ASCII text is read, with the tables read by hand."""
    n = len(data)
    counts = [0] * (n + 1)
    at = 0
    while at < n:
        state, last, position = 0, at, at
        while True:
            counts[position] += 1
            column = 0 if position == n else int(tables.ascii[data[position]])
            state = int(tables.table[column + state])
            if tables.may <= state <= tables.states:
                last = position
            if state >= tables.ends or position == n:
                break
            position += 1
        at = last if last > at else at + 1
    return max(counts[:n], default=0)


@pytest.mark.parametrize("name", [*MODELS, *ROWS])
def test_no_character_is_read_more_often_than_was_proved(name):
    steps = [(ROWS[name], "", False)] if name in ROWS else regexes.MODELS[name]
    source = random.Random(41)
    for pattern, _, _ in steps:
        tables = automaton.compile_tables(pattern, lines=name not in ROWS)
        assert tables.reads <= automaton.MAX_READS
        assert (tables.reads == 0) == (len(tables.loops) > 0)
        if tables.reads == 0:
            continue
        for _ in range(60):
            alphabet = source.choices("ab1 \n'/.sX<", k=source.randint(1, 4))
            data = "".join(source.choices(alphabet, k=200)).encode()
            # one more: where a piece ends is where the next one starts
            assert reads(tables, data) <= tables.reads + 1, (pattern, data)


def test_a_regex_that_needs_several_reads_is_told_how_many():
    assert automaton.compile_tables(r"\p{L}+|(?s:.)").reads == 1
    assert automaton.compile_tables(r"a(?:bcd)?|(?s:.)").reads > 1


@pytest.mark.parametrize(
    "name", ["row-cl100k", "row-o200k", "kimi", "jais2", "deepseek_llm", "falcon"]
)
@pytest.mark.thread_unsafe(reason="its time is measured")
def test_a_long_run_takes_no_longer_than_it_is_long(name):
    cutter = cutter_of(name)
    for unit in (" ", "a", "\n ", "'", "1", "A\u0301", "\u4e9c", " /\n"):
        data = (unit * 100_000 + "x").encode()
        start = time.process_time()
        assert cutter(data)[1][-1] == len(data)
        assert time.process_time() - start < 2, unit  # quadratic, it takes minutes


@pytest.mark.parametrize(
    ("pattern", "unit", "count"),
    [
        (r"a*b|a", "a", 200_001),
        (r"\s+$", " ", 1),
        (r"[a-z]*[0-9]", "a", 1),
        (r"(?:a|b)*c|a", "ab", 400_000),
        (r"a*?b", "a", 1),
        (r"\s*\n|\s{64}(?!\S)|\s", " ", 3124 + 64 + 1),
    ],
)
@pytest.mark.thread_unsafe(reason="its time is measured")
def test_what_is_searched_in_vain_is_searched_once(pattern, unit, count):
    cutter = patterns.compile_steps([(pattern, "isolated", False)], lines=False)
    data = (unit * 200_000 + "x").encode()
    start = time.process_time()
    ends = cutter(data)[1]
    assert time.process_time() - start < 2
    assert len(ends) == count
    short = data[-100:]
    assert pieces(cutter, short) == judge([(pattern, "isolated", False)], short)


@pytest.mark.thread_unsafe(reason="its time is measured")
def test_tables_are_made_quickly_and_kept():
    automaton.compile_tables.cache_clear()
    charsets.named.cache_clear()
    start = time.process_time()
    tables = automaton.compile_tables(regexes.KIMI)
    assert time.process_time() - start < 1
    assert automaton.compile_tables(regexes.KIMI) is tables


# ---- steps


def test_two_steps_that_do_not_see_each_other_become_one():
    assert automaton.joined(r"\p{N}{1,3}", regexes.DEEPSEEK_HAN) is not None
    assert automaton.joined(r"\p{N}", r"\d") is None
    assert automaton.joined(r"\p{N}", r"\s+(?!\S)") is None
    assert cutter_of("deepseek_v3").count == 2
    assert automaton.joined(r"\s?a+", r"\s?b+") is not None
    assert automaton.joined(r"\s?a+", r"b\s?") is None  # a match of the first may start in there
    assert automaton.joined(r"\s?a+", r"a|b+") is None  # cuts what the first takes
    assert automaton.joined(r"\s?a+", r"\s") is None
    assert automaton.joined(r"[\r\n]", r"\s?a+") is not None
    assert not automaton.commute(r"[\r\n]", r"\s?a+")
    assert cutter_of("deepseek_coder").count == len(regexes.DEEPSEEK_CODER) - 2


def test_a_step_of_single_characters_goes_into_the_next_one():
    assert cutter_of("starcoder").count == 1
    assert automaton.compile_behind(r"\p{N}{1,3}", regexes.DEEPSEEK, lines=True) is not None
    assert automaton.compile_behind(r"\p{N}{1,3}", regexes.GPT2) is not None  # takes it whole
    assert automaton.compile_behind(r"\p{N}{1,3}", r"\s+|\p{N}{2}") is None  # cuts a number's piece
    assert automaton.compile_behind(r"\p{N}{1,3}", r"\s+|\d+") is None  # and some numbers' pieces
    assert automaton.compile_behind(r"[1\s]{1,2}", r"\S+") is None
    assert automaton.compile_behind(r"\p{N}{2}", r"\s+") is None  # leaves a single number
    assert automaton.compile_behind(r"\p{N}(?=a)", r"\s+") is None


def test_a_step_that_a_later_one_undoes_is_none():
    steps = regexes.MODELS["spark"]
    assert cutter_of("spark").count == len(steps) - 2  # and one is joined
    for data in (b"a 12345 b67c", "\u4e9c123\u4e9c \u0664\u0665".encode()):
        assert pieces(cutter_of("spark"), data) == judge(steps, data)
    assert automaton.is_undone(r"\p{N}{1,3}", r"\p{N}")
    assert not automaton.is_undone(r"\p{N}{2,3}", r"\p{N}")
    assert not automaton.is_undone(r"\d{1,3}", r"\p{N}")
    assert not automaton.is_undone(r"\p{N}", r"\p{N}{1,3}")


def test_random_steps_cut_as_the_regex_module_does():
    source = random.Random(46)
    fewer = 0
    some = [r"\d", "[ab]", r"\s", r"[1\s]{1,2}", "A+", r"\p{Han}|1", "S?B"]
    some += [r"\s?a+", r"\s?[bB]+", r"[\r\n]", r"\s?\.+", r"a(?!b)|1+b?"]
    for _ in range(800):
        firsts = source.choices(some, k=3)
        last = source.choice([*some, random_regex(source, 1)])
        steps = [(p, "isolated", False) for p in (*firsts[: source.randint(1, 3)], last)]
        try:
            cutter = patterns.compile_steps(steps, lines=True)
        except RefusedError:
            continue
        fewer += cutter.count < len(steps)
        for _ in range(12):
            data = "".join(source.choices(LETTERS, k=source.randint(0, 14))).encode()
            assert pieces(cutter, data) == judge(steps, data), (steps, data)
    assert fewer > 300


@pytest.mark.parametrize("room", [1, 2, 3, 64, 68, 100, 257, 400])
def test_steps_give_the_same_pieces_in_any_number_a_call(room):
    several = [" ".join(texts.random_texts(51, 60)).encode(), *long_texts(73, 3)]
    for name in MODELS:
        cutter = cutter_of(name)
        for text in several if cutter.in_place else ():
            assert cutter.ends(text, room).tolist() == cutter(text)[1].tolist(), name


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"\p{N}", 1),
        (r"[\p{P}!-/]|\s", 1),
        (r"\s+", 2),
        ("[0-9][0-9][0-9]", 3),
        (r"\d{3}", 3),
        (r"\s+$", 4),
        (r"\s+?", 0),
        (r"\p{N}{1,3}", 0),
        ("[0-9][0-9][0-8]", 0),
        (r"\s+(?=a)", 0),
    ],
)
def test_a_set_that_tells_all_is_found(pattern, how):
    assert automaton.compile_tables(pattern, lines=True).whole_set == how


def test_a_step_that_is_a_family_runs_its_scan():
    def families_of(*steps):
        found = patterns._compile_isolated(list(steps), "scalar", lines=True)
        return [kernels.kernels()[kernel] if kernel >= 0 else None for *_, kernel in found]

    lines = r"[^\n]+|[\n]+"
    assert families_of(lines, regexes.QWEN2) == [None, ("qwen2", "scalar")]
    assert families_of(regexes.YOUTU, regexes.O200K_BY_ONE)[1] == ("o200k_digits", "scalar")
    # no `$` of it holds before a line's end, behind which all white space is taken
    assert families_of(lines, kernels.patterns()["cl100k"])[1] == ("cl100k", "scalar")
    assert families_of(lines, regexes.EXAONE_MOE) == [None, None]


@pytest.mark.parametrize("steps", [[], [(r"\p{L}", "contiguous", False)] * 9], ids=len)
def test_no_steps_and_too_many_are_refused(steps):
    with pytest.raises(RefusedError, match="steps"):
        patterns.compile_steps(steps, lines=True)


@pytest.mark.parametrize(
    "damage",
    [
        {"states": 1},
        {"may": 0},
        {"broken": 200},
        {"pages": np.full(0x1100, 9999, np.uint16)},
        {"ascii": np.full(256, 1 << 20, np.uint32)},
        {"dull": np.zeros(3, np.uint8)},
        {"spare": np.zeros(256, np.uint8)},
        {"kinds": np.zeros(256, np.uint8)},
        {"lasts": np.zeros(256, np.uint8)},
        {"width": 16},
        {"entries": np.zeros(33 * 128, np.uint8)},
        {"table": np.zeros(4, np.uint16)},
        {"classes": np.zeros(256, np.uint8)},
    ],
    ids=lambda damage: next(iter(damage)),
)
def test_tables_that_lead_outside_are_refused(damage):
    tables = automaton.compile_tables(regexes.KIMI)
    check(tables)
    with pytest.raises(ValueError, match="leads out"):
        Cutter([(dataclasses.replace(tables, **damage), "isolated", False, -1)], "plain")


def test_entries_of_a_state_that_is_none_are_refused():
    tables = automaton.compile_tables(regexes.GPT2)
    assert tables.width == 16
    damaged = dataclasses.replace(tables, entries=tables.entries | 0x80)
    with pytest.raises(ValueError, match="leads out"):
        check(damaged)


def test_the_automata_of_the_safety_programs_are_up_to_date():
    tool = Path(__file__).parent.parent / "tools" / "make_test_automata.py"
    subprocess.run([sys.executable, tool, "--check"], check=True)


# ---- in a tokenizer


def test_a_regex_of_no_family_runs_without_the_regex_module():
    tokens = [b"ab", b"abc", b"  "]
    tokenizer = vocabs.make(tokens, pattern=r"\w+|\s+|[^\w\s]", specials={"<s>": 300})
    assert tokenizer.pretokenizer == "automaton"
    plain = vocabs.reference_of(tokenizer)
    for text in [
        *texts.random_texts(9, 300),
        *map(settled, texts.REGRESSIONS),
        *texts.INVALID_UTF8,
    ]:
        text = settled(text) if isinstance(text, str) else text
        assert tokenizer.encode_ordinary(text) == reference.encode(plain, text)
        assert tokenizer.count(text, disallowed_special=()) == len(reference.encode(plain, text))
    batch = ["ab  abc", "", "a<s>b" * 100] * 400
    expected = [reference.encode(plain, text, allowed=["<s>"]) for text in batch[:3]] * 400
    for threads in (1, 2):
        found = tokenizer.encode_batch(batch, allowed_special="all", threads=threads)
        assert found.tolist() == expected
    counts = tokenizer.count_batch(batch, allowed_special="all").tolist()
    assert counts == list(map(len, expected))
    with pytest.raises(ctok.SpecialTokenError, match="<s>"):
        tokenizer.encode("a<s>")


@pytest.mark.parametrize("name", MODELS)
def test_a_tokenizer_cuts_in_the_steps_of_its_file(name):
    steps = tuple(Split(*step) for step in regexes.MODELS[name])
    tokenizer = ctok.Tokenizer(dataclasses.replace(vocabs.make_spec(), splits=steps))
    assert tokenizer.pretokenizer.split("/")[0] == WITH_ROWS.get(name, "automaton")
    for text in map(settled, texts.random_texts(61, 60, 300)):
        data = text.encode()
        left = b"".join(judge(regexes.MODELS[name], data))
        assert tokenizer.encode_ordinary(text) == list(left)
        assert tokenizer.count(text, disallowed_special=()) == len(left)


REMOVING = {
    **{name: regexes.MODELS[name] for name in ("clip", "whitespace", "bert")},
    "white space": [(r"\s+", "removed", False)],
    "behind a step": [(r"[a-e]", "isolated", False), (r"[\s\d]", "removed", False)],
    "twice": [(r"\s", "removed", False), (r"\w+", "removed", True), ("e+", "isolated", False)],
    "not told by its characters": [(r"\p{L}[\p{L}-]*", "removed", True)],
}


@pytest.mark.parametrize("name", REMOVING)
def test_removed_text_is_left_out_wherever_it_stands(name):
    steps = REMOVING[name]
    spec = vocabs.make_spec([b"ab", b"abc", b"  ", b"th", b"the"], specials={"<s>": 300})
    tokenizer = ctok.Tokenizer(dataclasses.replace(spec, splits=tuple(Split(*s) for s in steps)))
    assert tokenizer._core.split.tells == (name != "not told by its characters")

    def ids_of(text):
        return [i for piece in judge(steps, text.encode()) for i in tokenizer.encode_piece(piece)]

    several = ["", " ", "the abc", "\u3000", "x" * 300 + " " + "y" * 20, "  a\u3000\u4e9c b-c, 12 "]
    several += map(settled, texts.random_texts(62, 120, 400))
    expected = [ids_of(text) for text in several]
    assert [tokenizer.encode_ordinary(text) for text in several] == expected
    assert [tokenizer.encode(text.encode(), disallowed_special=()) for text in several] == expected
    for threads in (1, 2):
        found = tokenizer.encode_batch(several * 9, threads=threads, disallowed_special=())
        assert found.tolist() == expected * 9
        counts = tokenizer.count_batch(several * 9, threads=threads, disallowed_special=())
        assert counts.tolist() == [*map(len, expected)] * 9
    large = "".join(several) * 12
    for threads in (1, 2):
        found = tokenizer.encode_to_numpy(large, threads=threads, disallowed_special=())
        assert found.tolist() == ids_of(large)
    between = tokenizer.encode(" <s> the<s><s>abc " * 200, allowed_special="all")
    assert between == [300, *ids_of(" the"), 300, 300, *ids_of("abc  ")] * 200


def test_a_long_piece_behind_removed_text():
    spec = vocabs.make_spec([b"ab"])
    tokenizer = ctok.Tokenizer(
        dataclasses.replace(spec, splits=(Split(r"\s", "removed"),)), cache_bytes=0
    )
    long = "abc" * 100_000
    assert tokenizer.encode_ordinary(f" {long} \n{long} b") == [256, 99] * 200_000 + [98]
    assert tokenizer.encode_ordinary(" " * 300_000) == []


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("left_out", ["", " "], ids=["all", "without spaces"])
def test_pieces_are_counted_by_an_automaton(threads, left_out):
    pattern = r"\w+|[^\w\s]" if left_out else r"\w+|\s+|[^\w\s]"
    counts = ctok.PieceCounts(pattern, threads=threads)
    counts.count(["ab ab, cd", b"ab", "ab " * 100_000, " cd" * 100_000])
    expected = {b"ab": 100_003, b" ": 200_002, b",": 1, b"cd": 100_001}
    assert dict(counts.top(9)) == {k: v for k, v in expected.items() if k.decode() != left_out}


# ---- sets of characters


def test_properties_hold_unicode_16():
    unicodedata2 = pytest.importorskip("unicodedata2", reason="the test extra has it")
    from ctok import properties

    assert properties.UNICODE_VERSION == unicodedata2.unidata_version == ctok.UNICODE_VERSION
    every = np.array([c for c in range(0, 0x110000, 3) if not 0xD800 <= c < 0xE000], np.int32)
    for name in charsets.CATEGORIES:
        found = set(every[charsets.has(charsets.named(name), every)].tolist())
        theirs = {c for c in every.tolist() if unicodedata2.category(chr(c)).upper() == name}
        assert found == theirs, name
    han = charsets.named("Han")
    assert charsets.has(han, np.array([0x3007, 0x4E9C, 0x20000], np.int32)).all()
    scripts = [charsets.named(f"Script={name}") for name in properties.SCRIPTS]
    size = sum(int(charsets.has(script, every).sum()) for script in scripts)
    assert size == int(charsets.has(charsets.union(*scripts), every).sum())  # no two overlap


def test_sets_are_what_python_says_of_them():
    source = random.Random(71)
    points = np.arange(200, dtype=np.int32)

    def some():
        ranges = [(a, a + source.randint(0, 20)) for a in source.sample(range(180), 4)]
        members = charsets.of_ranges(ranges)
        return members, {c for a, b in ranges for c in range(a, b + 1)}

    for _ in range(200):
        (a, in_a), (b, in_b) = some(), some()
        for members, expected in (
            (charsets.union(a, b), in_a | in_b),
            (charsets.both(a, b), in_a & in_b),
            (charsets.without(a, b), in_a - in_b),
            (charsets.invert(a), set(range(200)) - in_a),
        ):
            assert set(points[charsets.has(members, points)].tolist()) == expected


def test_folding_is_simple_and_without_turkish():
    def fold(text):
        members = charsets.fold(charsets.of_ranges((ord(c), ord(c)) for c in text))
        points = np.arange(0x3000, dtype=np.int32)
        return {chr(c) for c in points[charsets.has(members, points)].tolist()}

    assert fold("s") == {"s", "S", "\u017f"}
    assert fold("k") == {"k", "K", "\u212a"}
    assert fold("I") == {"i", "I"}
    assert fold("\xdf") == {"\xdf", "\u1e9e"}
    assert fold("\u03c3") == {"\u03c2", "\u03c3", "\u03a3"}


@given(st.text(max_size=8))
def test_any_text_as_a_regex_is_refused_or_understood(pattern):
    try:
        cutter = patterns.compile_steps([(pattern, "isolated", False)], lines=True)
    except RefusedError:
        return
    for text in ("", pattern, "ab 1\n", "\U0001f30d"):
        data = text.encode()
        assert pieces(cutter, data) == judge([(pattern, "isolated", False)], data)
