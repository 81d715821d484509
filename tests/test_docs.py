"""The recipes of docs/use.md run, and the program of docs/c.md."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys

import pytest

import ctok
from ctok.spec import Step

from . import tree, vocabs


@tree.needs("docs/use.md")
def test_the_recipes_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tree.ROOT / "docs" / "use.md"
    text = page.read_text("utf-8")
    names: dict[str, object] = {}
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert len(blocks) == 6
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(page), "exec"), names)


@tree.needs("docs/use.md")
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/use.md", "docs/c.md"])
def test_links_lead_to_files(page):
    path = tree.ROOT / page
    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / link).exists(), link


# ---- docs/c.md


# A sanitizer preloaded for Python must not get into the compiler or the program.
PLAIN = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}


def program_of(page):
    return re.search(r"^```c\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)[1]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The program of docs/c.md, built as it says; warnings are errors."""
    compiler = next(filter(shutil.which, ("cc", "gcc", "clang")), None)
    if compiler is None or sys.platform == "win32":
        pytest.skip("no C compiler as the page has it")
    folder = tmp_path_factory.mktemp("c")
    source = folder / "tokens.c"
    source.write_text(program_of(tree.ROOT / "docs" / "c.md"), "utf-8")
    options = ["-Wall", "-Wextra", "-Werror", "-I", ctok.get_include(), str(source)]
    if cpp := next(filter(shutil.which, ("g++", "clang++")), None):
        command = [cpp, "-x", "c++", "-std=c++17", "-fsyntax-only", *options]
        subprocess.run(command, check=True, env=PLAIN)
    command = [compiler, "-std=c11", "-Wpedantic", "-O0", *options, "-o", str(folder / "tokens")]
    subprocess.run(command, check=True, env=PLAIN)
    return folder / "tokens"


HARD = ["", "hello world", "\u00e9\u4e9c \U0001f30d" * 99, "a" * 70_000, " " * 999 + "\n1234567x's"]


@tree.needs("docs/c.md")
@pytest.mark.parametrize("name", ["gpt2", "cl100k_base", "o200k_base", "trained"])
def test_the_program_gives_the_ids(program, tmp_path, name):
    tokenizer = (
        ctok.train([text * 9 for text in HARD], 400, pattern="qwen2", special_tokens=["<|end|>"])
        if name == "trained"
        else ctok.get_encoding(name)
    )
    tokenizer.save(tmp_path / "vocabulary.ctok")
    family = tokenizer.pretokenizer.partition("/")[0]
    for text in [*HARD, "<|endoftext|>", b"\xff\xc0" + bytes(range(256)) * 99]:
        data = text.encode() if isinstance(text, str) else text
        command = [program, tmp_path / "vocabulary.ctok", family]
        done = subprocess.run(command, input=data, capture_output=True, check=True, env=PLAIN)
        assert list(map(int, done.stdout.split())) == tokenizer.encode_ordinary(data)


@tree.needs("docs/c.md")
def test_the_program_refuses_what_it_cannot_do(program, tmp_path):
    spec = dataclasses.replace(vocabs.make_spec(), normalizer=(Step("nfc"),))
    ctok.Tokenizer(spec).save(tmp_path / "nfc.ctok")
    (tmp_path / "none.ctok").write_bytes(b"\x89ctok\r\n\x1a" + bytes(99))
    for path, family in (("nfc.ctok", "r50k"), ("none.ctok", "r50k"), ("nfc.ctok", "none")):
        command = [program, tmp_path / path, family]
        done = subprocess.run(command, input=b"a", capture_output=True, check=False, env=PLAIN)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.startswith(b"tokens: ")
