"""What an installation holds, and what other projects build on."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest

import ctok

from . import tree
from .conftest import REFERENCES

pytestmark = pytest.mark.thread_unsafe(reason="starts processes, which is slow enough once")

PACKAGE = Path(ctok.__file__).parent
HEADERS = Path(ctok.get_include(), "ctok")


def python(*args, cwd, **more):
    done = subprocess.run(
        [sys.executable, *map(str, args)],
        cwd=cwd, capture_output=True, text=True, timeout=600, **more,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def distribution():
    try:
        return importlib.metadata.distribution("ctok")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("ctok runs from its source folder here, without an installation")


def test_the_version_is_that_of_the_headers(distribution):
    assert f'#define CTOK_VERSION "{ctok.__version__}"' in (HEADERS / "base.h").read_text("utf-8")
    assert distribution.version == ctok.__version__


def test_one_distribution_owns_the_name(distribution):
    assert set(importlib.metadata.packages_distributions()["ctok"]) == {"ctok"}
    assert "@" not in "".join(distribution.requires)


def test_numpy_and_regex_are_all_it_needs(distribution):
    needed = [line for line in distribution.requires if "extra ==" not in line]
    assert sorted(line.split(">")[0] for line in needed) == ["numpy", "regex"]


def test_the_umbrella_header_and_all_that_it_includes_are_there():
    included = {
        line.split('"')[1]
        for path in HEADERS.rglob("*.h")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith('#include "')
    }
    assert "ctok/merge.h" in included
    assert [name for name in included if not (HEADERS.parent / name).is_file()] == []


def test_every_compiled_module_has_its_stub():
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    compiled = {path.name.removesuffix(suffix) for path in PACKAGE.glob(f"*{suffix}")}
    assert {"vocab", "encoder", "decoder", "kernels"} <= compiled
    assert [name for name in compiled if not (PACKAGE / f"{name}.pyi").is_file()] == []
    assert (PACKAGE / "py.typed").is_file()


def test_importing_ctok_imports_nothing_that_it_may_not_need():
    program = "import numpy, sys; old = {*sys.modules}; import ctok; print(*{*sys.modules} - old)"
    loaded = {name.split(".")[0] for name in python("-c", program, cwd=None).split()}
    assert "ctok" in loaded
    heavy = {"argparse", "json", "hashlib", "regex", "rich", "tiktoken", "tokenizers", "pyarrow"}
    assert loaded & heavy == set()


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python always has a GIL"
)
def test_importing_ctok_leaves_the_gil_off():
    assert python("-c", "import sys, ctok; print(sys._is_gil_enabled())", cwd=None) == "False\n"


def test_a_copy_under_another_name_works(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "*.pyx")
    shutil.copytree(PACKAGE, tmp_path / "borrowed", ignore=ignored)
    program = """
    import sys
    sys.modules["ctok"] = None  # an import of this name fails
    import borrowed
    from borrowed import cli
    assert borrowed.decode(borrowed.encode("hello world")) == "hello world"
    assert cli.main(["inspect", "o200k_base"]) == 0
    """
    assert "o200k_base" in python("-c", textwrap.dedent(program), cwd=tmp_path)


EXTENSION = """
    # cython: language_level=3
    from libc.stdint cimport uint32_t

    from ctok.vocab cimport Vocab

    cdef extern from "ctok/base.h" nogil:
        uint32_t CTOK_NO_RANK

    def rank(Vocab vocab, uint32_t left, uint32_t right):
        cdef uint32_t result
        with nogil:
            result = vocab.pair_rank(left, right)
        return None if result == CTOK_NO_RANK else result
"""
SETUP = """
    import ctok
    from Cython.Build import cythonize
    from setuptools import Extension, setup

    setup(
        name="borrower",
        ext_modules=cythonize([
            Extension("borrower", ["borrower.pyx"], include_dirs=[ctok.get_include()])
        ]),
    )
"""


def test_another_project_cimports_vocab_and_compiles_against_the_headers(tmp_path):
    pytest.importorskip("Cython")
    (tmp_path / "borrower.pyx").write_text(textwrap.dedent(EXTENSION))
    (tmp_path / "setup.py").write_text(textwrap.dedent(SETUP))
    python("setup.py", "-q", "build_ext", "--inplace", cwd=tmp_path)
    program = """
    import borrower, ctok
    vocab = ctok.get_encoding("cl100k_base").vocab
    h, e, z = (vocab.find(b) for b in (b"h", b"e", b"\\0"))
    assert borrower.rank(vocab, h, e) == vocab.rank(h, e) == vocab.find(b"he")
    assert borrower.rank(vocab, z, h) is vocab.rank(z, h) is None
    """
    python("-c", textwrap.dedent(program), cwd=tmp_path)


def test_the_tests_are_collected_without_the_libraries_that_they_compare_with():
    program = (
        "import sys, pytest; sys.modules.update(dict.fromkeys(sys.argv[2:]));"
        "sys.exit(pytest.main(['-q', '--collect-only', '-p', 'no:cacheprovider', sys.argv[1]]))"
    )
    more = ["django", "huggingface_hub", "transformers", "unicodedata2"]
    out = python("-c", program, Path(__file__).parent, *REFERENCES, *more, cwd=None)
    assert "tests/test_parallel.py::" in out
    assert " at 0x" not in out  # a test's name is the same in every worker of pytest-xdist


def test_every_bundled_encoding_has_its_data():
    for name in ctok.list_encoding_names():
        assert ctok.get_encoding(name).n_vocab > 50_000
    sizes = [path.stat().st_size for path in (PACKAGE / "data").glob("*.ctokpack")]
    assert sum(sizes) < 4_000_000
    assert "MIT License" in (PACKAGE / "data" / "LICENSE.md").read_text("utf-8")


class MsvcCompiler:
    """What setup.py uses of setuptools's compiler on Windows; what must not work fails."""

    compiler_type = "msvc"
    initialized = True

    def __init__(self, fails):
        self.fails, self.seen = fails, []
        self.cc, self.compile_options = "cl.exe", ["/nologo"]

    def compile(self, sources, output_dir, **more):
        self.seen.append((self.cc, *self.compile_options))
        if self.fails == "compile":
            raise setuptools_errors().CompileError("no headers")
        return [f"{output_dir}/probe.obj"]

    def link_shared_object(self, objects, output, **more):
        if self.fails == "link":
            raise setuptools_errors().LinkError("undefined symbol")


def setuptools_errors():
    return importlib.import_module("setuptools.errors")


@tree.needs("setup.py")
@pytest.mark.parametrize(
    ("asked", "platform", "fails", "taken"),
    [
        ("1", "win-amd64", None, "x86_64"),
        ("1", "win-arm64", None, "aarch64"),
        ("1", "win-amd64", "compile", None),
        ("1", "win-amd64", "link", None),
        ("1", "win32", None, None),
        ("1", "win-amd64", "absent", None),
        ("0", "win-amd64", None, None),
    ],
)
def test_windows_is_compiled_by_clang_cl_where_it_works(
    asked, platform, fails, taken, tmp_path, monkeypatch
):
    setuptools, build = pytest.importorskip("setuptools"), pytest.importorskip("Cython.Build")
    given = {}
    monkeypatch.setattr(setuptools, "setup", lambda **options: given.update(options))
    monkeypatch.setattr(build, "cythonize", lambda *_, **__: [])
    monkeypatch.chdir(tree.ROOT)
    monkeypatch.setenv("CTOK_CLANG_CL", asked)
    spec = importlib.util.spec_from_file_location("ctok_setup", tree.ROOT / "setup.py")
    setup = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(setup)
    clang = tmp_path / "clang-cl.exe"
    if fails != "absent":
        clang.touch()
    monkeypatch.setattr(setup, "CLANG_CL", (None, str(clang)))
    command = given["cmdclass"]["build_ext"](setuptools.Distribution())
    command.finalize_options()
    command.plat_name, command.compiler, command.extensions = platform, MsvcCompiler(fails), []
    command.build_extensions()
    options = ["/nologo", *([f"--target={taken}-pc-windows-msvc"] if taken else [])]
    assert command.compiler.cc == (str(clang) if taken else "cl.exe")
    assert command.compiler.compile_options == options
    assert all(cc == str(clang) for cc, *_ in command.compiler.seen)
