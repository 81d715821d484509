"""A regex of a tokenizer.json finds in ctok what Oniguruma finds in tokenizers, or is refused."""

from __future__ import annotations

import pytest

from ctok import VocabError, kernels, patterns
from ctok.loaders.oniguruma import translated

from .. import regexes

tokenizers = pytest.importorskip("tokenizers")

TEXT = (
    "Some words, n\u00e4ive \u4f60\u597d a\u200db \u200d c\u200c x\u00b2 \u00bd_\u2160 a-b\n"
    "axx\n\nbb' 'S 'LL  12 345\t\u24d0 [a]\u0301 \U0001f600\nend\n"
)
SAME = [
    *(r"\w", r"\W", r"[\w]", r"[^\w\s]+", r"[\W]", r"[^\W_]+", r"\w+", r"\b", r"\B", r"\bx"),
    *("^", "$", r"\A", r"\Z", r"^\s*", r"\s+$", "x*", "x?", "a*?", "|x", "(?=b)", "(?<=x)|b"),
    *("[a[bc]d]", "[]a]", "[^]a]", r"[\[a]", "[a-c&&b]", "[[:alpha:]]+", r"\\b", "[{]+", "x{1,2}"),
    *("(?i:'s|'ll)", "(?>x+)b", "(?:a|b)++", r"\p{^L}", r"[\p{L}&&[^a-z]]", regexes.BLOOM_NESTED),
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


def test_the_regexes_of_the_families_are_taken_as_they_are():
    for name, pattern in kernels.patterns().items():
        if name != "cl100k":  # tiktoken's own, whose bound is possessive
            assert translated(pattern, name) == pattern
    assert translated(regexes.BLOOM_NESTED, "bloom") == regexes.BLOOM
