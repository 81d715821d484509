"""Encodings by name, by model and from plug-ins; pickles and copies."""

from __future__ import annotations

import copy
import pickle
import sys

import pytest
import tiktoken.model
import tiktoken.registry

import ctok
from ctok.compat import tiktoken as compat
from ctok.compat.tiktoken import load, model, registry

from . import both

CUSTOM = {"pat_str": r"\w+", "mergeable_ranks": both.RANKS, "special_tokens": {"<s>": 400}}


def test_names_are_those_of_tiktoken():
    assert compat.list_encoding_names() == tiktoken.list_encoding_names()


def test_models_are_those_of_tiktoken():
    assert model.MODEL_TO_ENCODING == tiktoken.model.MODEL_TO_ENCODING
    assert model.MODEL_PREFIX_TO_ENCODING == tiktoken.model.MODEL_PREFIX_TO_ENCODING


def test_prefixes_are_tried_in_the_order_of_tiktoken():
    ends = [prefix + "x" for prefix in tiktoken.model.MODEL_PREFIX_TO_ENCODING]
    for name in [*tiktoken.model.MODEL_TO_ENCODING, *ends, "gpt-4-0314", "ft:gpt-4o:x", "o1-mini"]:
        assert compat.encoding_name_for_model(name) == tiktoken.encoding_name_for_model(name)


@pytest.mark.parametrize("name", ["none", "", "GPT-4", 5, None])
def test_unknown_model_and_encoding_raise_the_same(name):
    for call in (
        lambda module: module.encoding_name_for_model(name),
        lambda module: module.encoding_for_model(name),
        lambda module: module.get_encoding(name),
    ):
        expected = both.outcome(call, tiktoken)
        if expected is not AttributeError:
            assert both.outcome(call, compat) == expected


def test_encoding_is_the_same_object_at_every_call():
    assert compat.encoding_for_model("gpt-4o") is compat.get_encoding("o200k_base")
    assert compat.get_encoding("o200k_base").encode("hi") == ctok.encode("hi", "o200k_base")


def test_names_are_where_tiktoken_has_them():
    assert compat.core.Encoding is compat.Encoding
    assert compat.load.load_tiktoken_bpe is load.load_tiktoken_bpe
    assert compat.registry.get_encoding is compat.get_encoding
    assert compat.model.encoding_for_model is compat.encoding_for_model
    assert compat.__version__ == tiktoken.__version__


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_registered_encoding_is_pickled_by_name(again):
    encoding = compat.get_encoding("cl100k_base")
    assert len(pickle.dumps(encoding)) < 200
    assert again(encoding).encode("hello world") == [15339, 1917]
    assert again(encoding).__dict__ is encoding.__dict__


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_other_encoding_is_pickled_whole(again):
    for name in ("custom", "cl100k_base"):
        encoding = compat.Encoding(name, **CUSTOM)
        result = again(encoding)
        assert result.__getstate__() == encoding.__getstate__() == {"name": name, **CUSTOM}
        assert result.encode("ab <s>c", allowed_special="all") == encoding.encode(
            "ab <s>c", allowed_special="all"
        )


def test_bundled_constructors_build_equal_encodings():
    for name in ("gpt2", "p50k_base", "p50k_edit", "o200k_harmony"):
        compat.list_encoding_names()
        arguments = registry.ENCODING_CONSTRUCTORS[name]()
        assert arguments.keys() == both.arguments_of(name).keys()
        encoding = compat.Encoding(**arguments)
        text = "hello <|endoftext|> world \u4f60\u597d"
        assert encoding.encode(text, allowed_special="all") == compat.get_encoding(name).encode(
            text, allowed_special="all"
        )


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A function that installs a plug-in module for the test's time and returns both registries."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "tiktoken_ext").mkdir()

    def forget():
        for module in (registry, tiktoken.registry):
            module._available_plugin_modules.cache_clear()
        for name in [name for name in sys.modules if name.startswith("tiktoken_ext.ctok_test_")]:
            del sys.modules[name]

    for module in (registry, tiktoken.registry):
        monkeypatch.setattr(module, "ENCODING_CONSTRUCTORS", None)
        monkeypatch.setattr(module, "ENCODINGS", {})

    def install(name, source):
        (tmp_path / "tiktoken_ext" / f"ctok_test_{name}.py").write_text(source)
        forget()
        return registry, tiktoken.registry

    yield install
    forget()


GOOD = """
def toy():
    toy.calls += 1
    ranks = {bytes([b]): b for b in range(256)} | {b"ab": 256}
    return {"name": "ctok_toy", "pat_str": ".+", "mergeable_ranks": ranks,
            "special_tokens": {"<s>": 257}, "explicit_n_vocab": 258}
toy.calls = 0
ENCODING_CONSTRUCTORS = {"ctok_toy": toy}
"""


def test_plugin_is_found_and_built_once(plugin):
    for module in plugin("good", GOOD):
        assert "ctok_toy" in module.list_encoding_names()
        encoding = module.get_encoding("ctok_toy")
        assert encoding is module.get_encoding("ctok_toy")
        assert encoding.encode("abc<s>", allowed_special="all") == [256, 99, 257]
    assert pickle.loads(pickle.dumps(compat.get_encoding("ctok_toy"))).encode("ab") == [256]
    assert sys.modules["tiktoken_ext.ctok_test_good"].toy.calls == 2


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "ENCODING_CONSTRUCTORS = {'gpt2': None}",
            "Duplicate encoding name gpt2 in tiktoken plugin",
        ),
        ("", "ctok_test_bad does not define ENCODING_CONSTRUCTORS"),
    ],
)
def test_plugin_at_fault_is_named_at_every_call(plugin, source, message):
    for module in plugin("bad", source):
        for _ in range(2):
            with pytest.raises(ValueError, match=message):
                module.list_encoding_names()
            with pytest.raises(ValueError, match=message):
                module.get_encoding("ctok_toy")


def test_bundled_encodings_do_not_depend_on_plugins(plugin):
    plugin("bad", "raise ImportError('broken')")
    assert compat.get_encoding("cl100k_base").encode("hello") == [15339]


def test_unknown_encoding_message_lists_plugins(plugin):
    for module in plugin("good", GOOD):
        with pytest.raises(
            ValueError, match=r"Unknown encoding none(.|\n)*tiktoken_ext\.ctok_test_good"
        ):
            module.get_encoding("none")
