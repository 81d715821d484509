"""The shape of the house: which file may use which, a copy under another name, a light import."""

import fnmatch
import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ctok

from . import tree

PACKAGE = Path(ctok.__file__).resolve().parent
# The sources of the compiled modules are in a checkout only, so it is the one that is read.
SOURCES = tree.ROOT / "src" / "ctok"
HEADERS = tree.ROOT / "include" / "ctok"
needs_sources = tree.needs("src/ctok")

# The backends that have leaves; and the levels: a file uses only files of the levels above its
# own. `include` stands for ctok's C headers.
CPUS = ("scalar", "avx2", "avx512", "neon")
LEVELS = [
    ["include/base.h"],
    ["include/unicode_tables.h", "include/cpu.h", "include/simd.h", "include/simd/intrinsics.h"],
    ["include/simd/*.h", "include/unicode.h"],
    [
        "include/families.h",
        "include/transcode.h",
        "include/pairs.h",
        "include/special.h",
        "include/automaton.h",
        "include/rules.h",
        "include/classes.h",
    ],
    [
        "include/composed.h",
        "include/joints.h",
        "include/pieces.h",
        "include/decode.h",
        "include/train.h",
        "include/checksum.h",
    ],
    ["include/merge.h", "include/scan.h", "include/cache.h"],
    ["include/lanes.h", "include/wide.h"],
    [
        "include/pretokenize.h",
        "include/build.h",
        "include/dropout.h",
        "include/linear.h",
    ],
    ["include/encode.h", "include/check.h"],
    ["include/document.h", "include/counts.h"],
    ["include/kernels.h"],
    ["include/ctok.h"],
    ["c/*.pxd"],
    [
        "columns.py",
        "errors.py",
        "entries.py",
        "records.py",
        "progress.py",
        "textfiles.py",
        "token_view.py",
        "reference.py",
        "parallel.py",
    ],
    [
        "spec.py",
        "alphabet.py",
        "unicode9.py",
        "kernels.pyx",
        "turns.pxd",
        "vocab.pxd",
        "hub.py",
    ],
    ["properties.py", "cutter.pyx"],
    ["charsets.py"],
    ["regexes.py"],
    ["automaton.py"],
    ["loaders/__init__.py", "loaders/fields.py", "loaders/protobuf.py", "loaders/packed.py"],
    ["loaders/oniguruma.py"],
    ["loaders/components.py", "loaders/tiktoken.py"],
    ["loaders/huggingface.py", "loaders/sentencepiece.py", "patterns.py"],
    ["loaders/*.py"],
    ["loaders/detect.py"],
    [
        "vocab.pyx",
        "splits.py",
        "catalog.py",
        "normalize.py",
        "edits.py",
        "postprocess.py",
        "saved.py",
    ],
    ["alignment.py"],
    [
        "decoder.pyx",
        "dropout.pyx",
        "encoded.pyx",
        "encoder.pyx",
        "counter.pyx",
        "trainer.pyx",
        "decoding.py",
    ],
    ["front.py", "batch.py", "export.py"],
    ["tracing.py", "gguf_fields.py"],
    ["tokenizer.py"],
    ["registry.py", "counting.py"],
    ["api.py", "characters.py", "checkpoint.py"],
    ["training.py", "evaluation.py", "corpus.py"],
    ["pruning.py"],
    ["__init__.py"],
    ["compat/__init__.py"],
    ["compat/*.py", "cli.py"],
    ["__main__.py"],
]
# Tokenizer needs the registry when it is pickled, and only then.
ALLOWED = {("tokenizer.py", "registry.py"), ("tokenizer.py", "catalog.py")}
# The function is imported when it is asked for.
ALLOWED |= {("__init__.py", "compat/huggingface/accelerated.py")}
# Counts end in a training, when they are asked to.
ALLOWED |= {("counting.py", "training.py")}
# simd.h is the contract of the leaves and takes them in behind it.
ALLOWED |= {("include/simd.h", f"include/simd/{leaf}.h") for leaf in CPUS}

C_INCLUDE = re.compile(r'^\s*#\s*include\s+"ctok/([\w/]+\.h)"', re.MULTILINE)
CYTHON_EXTERN = re.compile(r'cdef extern from "ctok/([\w/]+\.h)"')
CIMPORT = re.compile(r"^\s*from (\.+)([\w.]*) cimport ", re.MULTILINE)
IMPORT = re.compile(r"^[ \t]*from (\.+)([\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
ABSOLUTE = re.compile(r"^\s*(?:from|c?import|from \w+ c?import)\s+ctok\b", re.MULTILINE)


def files():
    """Every source by the name it has in LEVELS."""
    found = {f"include/{p.relative_to(HEADERS).as_posix()}": p for p in HEADERS.rglob("*.h")}
    for path in SOURCES.rglob("*.p*"):
        if path.suffix in (".py", ".pyx", ".pxd"):
            found[path.relative_to(SOURCES).as_posix()] = path
    return found


FILES = files()


def level_of(name):
    """The number of the level a file stands at."""
    for exact in (True, False):
        for number, row in enumerate(LEVELS):
            if name in row if exact else any(fnmatch.fnmatch(name, pattern) for pattern in row):
                return number
    raise AssertionError(f"{name} stands at no level: give it a place in LEVELS")


def module(folder, dots, dotted):
    """The file that a relative import of one module names, if it is one of ours."""
    base = folder
    for _ in range(len(dots) - 1):
        base = base.parent
    stem = (
        (base / dotted.replace(".", "/")).as_posix().removeprefix("./")
        if dotted
        else base.as_posix()
    )
    stem = "" if stem == "." else stem
    candidates = [f"{stem}.py", f"{stem}.pyx"] if stem else []
    candidates.append(f"{stem}/__init__.py".removeprefix("/"))
    return next((name for name in candidates if name in FILES), None)


def type_checking_only(text):
    """The source without what stands under `if TYPE_CHECKING:`."""
    return re.sub(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)+", "", text, flags=re.MULTILINE)


def uses(name):
    """The files of ours that a file names."""
    text = type_checking_only(FILES[name].read_text(encoding="utf-8"))
    if name.endswith(".h"):
        return {f"include/{header}" for header in C_INCLUDE.findall(text)}
    folder = Path(name).parent
    found = {f"include/{header}" for header in CYTHON_EXTERN.findall(text)}
    for dots, dotted in CIMPORT.findall(text):
        base = folder
        for _ in range(len(dots) - 1):
            base = base.parent
        found.add((base / dotted.replace(".", "/")).as_posix() + ".pxd")
    for dots, dotted, names in IMPORT.findall(text):
        whole = module(folder, dots, dotted)
        for part in re.findall(r"(\w+)(?: as \w+)?", names):
            inner = module(folder, dots, f"{dotted}.{part}".strip("."))
            found.add(inner or whole)
    return {other for other in found if other and other != name}


@needs_sources
def test_the_files_are_found():
    assert len(FILES) > 40
    assert "include/ctok.h" in FILES
    assert "include/pairs.h" in uses("include/merge.h")
    assert {"errors.py", "c/base.pxd", "c/pairs.pxd"} <= uses("vocab.pyx")
    assert {"loaders/packed.py", "patterns.py", "errors.py", "spec.py"} <= uses("catalog.py")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_uses_only_levels_above_its_own(name):
    own = level_of(name)
    for other in sorted(uses(name)):
        if (name, other) in ALLOWED or other == Path(name).with_suffix(".pxd").as_posix():
            continue
        if name.startswith("c/") and other.startswith("c/"):
            continue  # a mirror includes as its header does, which is checked there
        if any(
            name.startswith(folder) and other.startswith(folder)
            for folder in ("compat/tiktoken/", "compat/huggingface/")
        ):
            continue  # one library, in the modules that the other has
        assert other in FILES, f"{name} uses {other}, which is not there"
        assert level_of(other) < own, f"{name} (level {own}) uses {other} (level {level_of(other)})"


@pytest.mark.parametrize("name", sorted(name for name in FILES if not name.endswith(".h")))
def test_the_package_never_names_itself(name):
    text = FILES[name].read_text(encoding="utf-8")
    code = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    assert not ABSOLUTE.findall(code), f"{name} has an absolute import of ctok"


@needs_sources
def test_loaders_need_no_compiled_code_but_look_ups():
    loaders = [name for name in FILES if name.startswith("loaders/")]
    assert len(loaders) > 8
    for name in loaders:
        compiled = {used for used in uses(name) if used.endswith((".pyx", ".pxd"))}
        assert compiled <= {"kernels.pyx"}


@needs_sources
def test_every_level_has_a_file():
    for pattern in itertools.chain.from_iterable(LEVELS):
        assert fnmatch.filter(FILES, pattern), f"{pattern} of LEVELS is no file any more"


def test_a_copy_under_another_name_works(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "*.c")
    shutil.copytree(PACKAGE, tmp_path / "another_name", ignore=ignored)
    code = (
        "import pickle, sys, another_name as a\n"
        "assert a.encode('hello world') == [24912, 2375]\n"
        "assert a.decode_batch(a.encode_batch(['x'] * 3)) == ['x'] * 3\n"
        "t = a.get_encoding('gpt2')\n"
        "assert pickle.loads(pickle.dumps(t)) is t\n"
        "try: a.encode('<|endoftext|>')\n"
        "except a.SpecialTokenError: pass\n"
        "assert 'ctok' not in sys.modules\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


def test_import_costs_under_40_milliseconds_over_numpy(tmp_path):
    """The least CPU time of several fresh interpreters, with compiled bytecode at hand; on a machine
    where numpy itself takes more than 80 ms, half of what numpy takes."""
    script = (
        "import time; a = time.process_time(); import numpy; b = time.process_time(); import ctok;"
        "c = time.process_time(); print(b - a, c - b)"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", script]
    runs = []
    for _ in range(9):
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )
        runs.append([float(seconds) for seconds in result.stdout.split()])
    numpy_seconds = min(run[0] for run in runs)
    assert min(run[1] for run in runs) < max(0.040, numpy_seconds / 2)
