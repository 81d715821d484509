"""The bundled encodings and the models that use them."""

import pytest

import ctok
from ctok import catalog

from . import vocabs


def test_the_bundled_encodings_are_those_of_tiktoken():
    openai_public = pytest.importorskip("tiktoken_ext.openai_public")
    assert set(ctok.list_encoding_names()) == set(openai_public.ENCODING_CONSTRUCTORS)


@pytest.mark.parametrize("name", vocabs.ALL)
def test_a_bundled_encoding_is_proper_and_loads_with_its_splits(name):
    spec = catalog.load_bundled(name)
    assert spec.split_at is not None
    tokenizer = ctok.get_encoding(name)
    assert tokenizer.is_proper
    assert tokenizer.name == name
    row = catalog.ENCODINGS[name]
    assert tokenizer.pattern == ctok.families()[row.family]
    if row.explicit_n_vocab is not None:
        assert tokenizer.n_vocab == row.explicit_n_vocab


@pytest.mark.parametrize("name", vocabs.DISTINCT)
def test_the_packed_splits_are_those_that_merging_finds(name):
    spec = catalog.load_bundled(name)
    found_out = ctok.VocabSpec(
        spec.name, spec.token_bytes, spec.token_offsets, spec.pattern, spec.specials
    )
    tokenizer = ctok.Tokenizer(found_out)
    assert tokenizer.is_proper
    assert tokenizer.vocab.split_lengths.tolist() == spec.split_at.tolist()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o", "o200k_base"),
        ("gpt-4o-2024-05-13", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-0314", "cl100k_base"),
        ("gpt-5-mini", "o200k_base"),
        ("gpt-oss-20b", "o200k_harmony"),
        ("gpt2", "gpt2"),
        ("davinci", "r50k_base"),
        ("text-davinci-003", "p50k_base"),
        ("text-davinci-edit-001", "p50k_edit"),
        ("ft:gpt-4o-mini:me::1", "o200k_base"),
    ],
)
def test_a_model_has_its_encoding(model, name):
    assert ctok.encoding_name_for_model(model) == name
    assert ctok.encoding_for_model(model) is ctok.get_encoding(name)


def test_an_unknown_model_is_named_with_a_way_out():
    with pytest.raises(KeyError, match=r"wizard-7b.*get_encoding"):
        ctok.encoding_for_model("wizard-7b")
