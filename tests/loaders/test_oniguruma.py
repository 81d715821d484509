"""A regex of a tokenizer.json finds in ctok what Oniguruma finds in tokenizers, or is refused."""

from __future__ import annotations

import pytest

from ctok import VocabError, kernels, patterns
from ctok.loaders import oniguruma
from ctok.loaders.oniguruma import translated

from .. import regexes

tokenizers = pytest.importorskip("tokenizers")

TEXT = (
    "Some words, n\u00e4ive \u4f60\u597d a\u200db \u200d c\u200c x\u00b2 \u00bd_\u2160 a-b\n"
    "axx\n\nI\u0130i\u0131 bb' 'S 'LL  12 345\t\u24d0 [a]\u0301 \U0001f600\nend\n"
)
SAME = [
    *(r"\w", r"\W", r"[\w]", r"[^\w\s]+", r"[\W]", r"[^\W_]+", r"\w+", r"\b", r"\B", r"\bx"),
    *("^", "$", r"\A", r"\Z", r"^\s*", r"\s+$", "x*", "x?", "a*?", "|x", "(?=b)", "(?<=x)|b"),
    *("[a[bc]d]", "[]a]", "[^]a]", r"[\[a]", "[a-c&&b]", "[[:alpha:]]+", r"\\b", "[{]+", "x{1,2}"),
    *("(?i:'s|'ll)", "(?>x+)b", "(?:a|b)++", r"\p{^L}", r"[\p{L}&&[^a-z]]", regexes.BLOOM_NESTED),
    *("(?i:is|ii)", "(?i)I+", "(?i:a)i", r"(?i:'s)|\p{Lu}", r"(?i:x(?-i:\p{Ll}))", "(?i)(?<i>i)e"),
    *("(?i:[a-h])", r"(?i)[\u4e00-\u9fa5]", "a||b", "a--b|-", "[a|-]", "x{1,2}?", "x{,2}b", "a{b"),
]
REFUSED = {
    r"\p{N}{1,3}+": r"'\{1,3\}\+' at 5 is a repeat that is repeated",
    r"\h+": "is a hexadecimal digit",
    r"[\h]": "is a hexadecimal digit",
    r"a\Gb": "is where the last match ended",
    r"\pL": "is a letter",
    r"\p{Word}": "is a class without joiners",
    "[[:punct:]]": "is a class of symbols too",
    "[[:^digit:]]": "is no ASCII class",
    "(?m).": "is a dot that takes newlines",
    "(?im:.)": "is a dot that takes newlines",
    "[a[^b]]": "a class in a class",
    "[a-[bc]]": "a class in a class",
    "(?i)stra\u00dfe": "in another case",
    "(?i:first)": "in another case",
    "a{2}?": r"'\{2\}\?' at 1 is a repeat that may be left out",
    "a{,}": "is no repeat",
    "a{,}?": "is no repeat",
    r"\N": "is all but a newline",
    r"\m": "is a letter",
    r"\M": "is a letter",
    r"\U00000061": "is a letter",
    "(?:axx){e<=1}": r"'\{' at 7 is no bound of errors",
    "a{e}": "is no bound of errors",
    "a{1<i<3}": "is no bound of errors",
    r"\p{XDigit}": "is a class of another Unicode",
    r"[\P{Diacritic}]": "is a class of another Unicode",
    r"\p{^extended pictographic}": "is a class of another Unicode",
    "(?L)a": "is no flag that is known",
    "(?V0)a": "is no flag that is known",
    "(?V1:a)": "is no flag that is known",
    "[[a]--b]": "is no operator",
    "[[a]||b]": "is no operator",
    "[a~~b&&c]": "is no operator",
    r"(?i)\p{Lu}": "is of one case",
    r"(?i:x|[\p{Ll}])": "is of one case",
    r"(?i)(?:a|(\P{Lt}))": "is of one case",
    "a(?i)b": r"'\(\?i\)' at 1 is a flag for what stands behind it",
    "(?:(?-i)b)": "is a flag for what stands behind it",
    r"(?i)\p{Uppercase_Letter}": "is of one case",
    "(?i)[[:lower:]]": "is of one case",
    "(?i)\u0131": "is a letter without the Turkish ones",
    "(?i)\u0130": "in another case",
    "(?i:[xi])": "is a letter without the Turkish ones",
    "(?i)[a-z]": "'-' at 6 is a range without the Turkish letters",
    r"(?i)[\x41-\x5a]": "is a range without the Turkish letters",
}


@pytest.mark.parametrize("pattern", SAME)
def test_a_regex_finds_what_it_finds_in_tokenizers(pattern):
    theirs = tokenizers.normalizers.Replace(tokenizers.Regex(pattern), "\u2192")
    compiled = patterns.compile_regex(translated(pattern, "here"), lines=True)
    for text in (TEXT, TEXT.strip(), "x", "axxb", "\n", ""):
        parts, at = [], 0
        for start, end in patterns.found_by(compiled, text):
            parts += [text[at:start], "\u2192"]
            at = end
        assert "".join([*parts, text[at:]]) == theirs.normalize_str(text), text


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_regex_that_says_something_else_there_is_refused_by_name(pattern):
    with pytest.raises(VocabError, match=f"^here: .*{REFUSED[pattern]}"):
        translated(pattern, "here")


def test_a_regex_that_the_module_refuses_otherwise_is_refused():
    with pytest.raises(VocabError, match="does not compile"):
        patterns.compile_regex("(?V0)[[a]]")


def test_the_regexes_of_the_families_are_taken_as_they_are():
    for name, pattern in kernels.patterns().items():
        if name != "cl100k":  # tiktoken's own, whose bound is possessive
            assert translated(pattern, name) == pattern
    assert translated(regexes.BLOOM_NESTED, "bloom") == regexes.BLOOM


def test_letters_that_are_several_in_another_case_are_those_of_all_of_unicode():
    letters = (chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    assert oniguruma._several() == {c: c.casefold() for c in letters if len(c.casefold()) > 1}
