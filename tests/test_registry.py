"""From a name, a path or a model to a Tokenizer."""

import importlib.util
import os
import subprocess
import sys
import threading

import pytest

import ctok

from . import vocabs


@pytest.mark.parametrize("name", vocabs.ALL)
def test_get_encoding_gives_the_same_object_each_time(name):
    assert ctok.get_encoding(name) is ctok.get_encoding(name)
    assert ctok.load(name) is ctok.get_encoding(name)


def test_threads_that_load_at_once_get_one_object(monkeypatch):
    from ctok import registry

    monkeypatch.setattr(registry, "_shared", {})
    found = []
    start = threading.Barrier(8)

    def get():
        start.wait()
        found.append(ctok.get_encoding("r50k_base"))

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_an_unknown_encoding_is_named_beside_those_that_there_are():
    with pytest.raises(ctok.VocabError, match=r"'o300k'.*o200k_base"):
        ctok.get_encoding("o300k")
    with pytest.raises(ctok.VocabError, match=r"'o300k'.*o200k_base"):
        ctok.encode("a", "o300k")


@pytest.mark.parametrize("bad", [None, 5, b"gpt2"], ids=repr)
def test_a_name_of_a_wrong_type_is_refused(bad):
    with pytest.raises(TypeError, match=type(bad).__name__):
        ctok.get_encoding(bad)


def test_load_takes_no_second_opinion_on_a_bundled_encoding():
    for how in ({"pattern": "r50k"}, {"special_tokens": {}}, {"name": "x"}):
        with pytest.raises(ctok.VocabError, match="'cl100k_base' is a bundled encoding"):
            ctok.load("cl100k_base", **how)


def test_load_of_a_bundled_name_with_a_backend_is_equal_to_the_shared_one():
    forced = ctok.load("cl100k_base", backend=ctok.backends()[0])
    assert forced == ctok.get_encoding("cl100k_base")
    assert forced is not ctok.get_encoding("cl100k_base")


def test_load_names_what_it_cannot_find():
    with pytest.raises(FileNotFoundError, match=r"'no_such'.*neither a file nor.*o200k_base"):
        ctok.load("no_such", pattern="r50k")


def test_one_liners_use_o200k_base_by_default():
    assert ctok.encode("hello world") == [24912, 2375]
    assert ctok.decode([24912, 2375]) == "hello world"
    assert ctok.count("hello world") == 2
    assert ctok.encode_batch(["hello world"]).tolist() == [[24912, 2375]]
    assert ctok.count_batch(["hello world", ""]).tolist() == [2, 0]
    assert ctok.decode_batch([[24912, 2375], []]) == ["hello world", ""]
    assert ctok.encode("hello world", "cl100k_base") == [15339, 1917]
    assert ctok.encode("hello", vocabs.make([b"he"])) == [256, *b"llo"]


def test_get_include_has_the_headers():
    from pathlib import Path

    folder = Path(ctok.get_include())
    assert (folder / "ctok" / "ctok.h").is_file()
    assert (folder / "ctok" / "merge.h").is_file()


def test_the_version_is_that_of_the_distribution():
    from importlib import metadata

    assert ctok.__version__.count(".") >= 2
    try:
        installed = metadata.version("ctok")
    except metadata.PackageNotFoundError:
        return  # run from the source folder
    assert ctok.__version__ == installed


@pytest.mark.parametrize("call", [ctok.get_encoding, ctok.load, lambda n: ctok.encode("a", n)])
def test_a_model_in_the_place_of_an_encoding_is_told_the_way(call):
    with pytest.raises((ctok.VocabError, FileNotFoundError), match="encoding_for_model.'gpt-4o'"):
        call("gpt-4o")


def test_the_modules_of_compat_are_there_without_an_import_of_their_own():
    script = "import sys, ctok; assert not [m for m in sys.modules if 'ctok.compat' in m];"
    script += "ctok.compat.tiktoken.get_encoding('gpt2'); assert not hasattr(ctok.compat, 'none')"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", script], check=True, env=env)


def test_all_public_names_are_there():
    missing = set() if importlib.util.find_spec("tokenizers") else {"accelerate"}  # needs it
    for name in {*ctok.__all__} - missing:
        assert getattr(ctok, name) is not None
    assert ctok.UNICODE_VERSION == "16.0.0"
    assert set(ctok.families()) >= {"r50k", "cl100k", "llama3", "o200k"}
    assert "scalar" in ctok.backends()
