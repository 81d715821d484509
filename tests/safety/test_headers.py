"""Every public header compiles alone; tools/check_headers.py has the compilers and the flags."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .. import tree

TOOL = tree.ROOT / "tools" / "check_headers.py"

pytestmark = tree.needs("tools/check_headers.py")


def run(*headers: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *map(str, headers)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_header_compiles_alone() -> None:
    result = run()
    print(result.stdout, end="")
    assert result.returncode == 0, result.stdout


def test_a_header_that_needs_another_is_named(tmp_path: Path) -> None:
    header = tmp_path / "needy.h"
    header.write_text("static inline uint32_t needy(void) { return 0; }\n", encoding="ascii")
    result = run(header)
    assert result.returncode != 0
    assert str(header) in result.stdout


# What the headers take of MSVC's library; its own headers are on Windows only.
LIBRARY = {
    "string.h": """
        void *memcpy(void *, const void *, size_t), *memmove(void *, const void *, size_t);
        void *memset(void *, int, size_t), *memchr(const void *, int, size_t);
        int memcmp(const void *, const void *, size_t);
        size_t strlen(const char *);""",
    "malloc.h": "void *_aligned_malloc(size_t, size_t); void _aligned_free(void *);",
    "stdlib.h": "void *malloc(size_t); void free(void *);",
    "intrin.h": """
        unsigned char _BitScanForward64(unsigned long *, unsigned long long);
        unsigned char _BitScanReverse64(unsigned long *, unsigned long long);
        __int64 _InterlockedExchangeAdd64(volatile __int64 *, __int64);""",
}
LIBRARY_HEADER = """
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {{
#endif
{}
#ifdef __cplusplus
}}
#endif
"""
VECTORS = {"x86_64": "CTOK_X86", "aarch64": "CTOK_ARM"}


@pytest.mark.parametrize("compiler", ["cl", "clang-cl"])
@pytest.mark.parametrize("processor", VECTORS)
@pytest.mark.parametrize(("language", "standard"), [("c", "c11"), ("c++", "c++17")])
def test_headers_compile_for_msvc(
    compiler: str, processor: str, language: str, standard: str, tmp_path: Path
) -> None:
    """By clang-cl, with vectors; as cl without them, and without words that only clang knows."""
    clang = shutil.which("clang") or shutil.which("clang-14")
    if clang is None:
        pytest.skip("clang is not installed")
    for name, text in LIBRARY.items():
        (tmp_path / name).write_text(LIBRARY_HEADER.format(text), encoding="ascii")
    vectors = f"defined({VECTORS[processor]})"
    lines = [
        "#if !defined(_MSC_VER) || defined(__GNUC__)",
        "#error another compiler",
        "#endif",
        *(["#define __attribute__(x) @"] if compiler == "cl" else []),
        '#include "ctok/ctok.h"',
        f"#if {vectors if compiler == 'cl' else f'!{vectors}'}",
        "#error the vectors",
        "#endif",
        "extern int ctok_checked;",
    ]
    source = tmp_path / "program.c"
    source.write_text("\n".join(lines) + "\n", encoding="ascii")
    command = [clang, f"--target={processor}-pc-windows-msvc", "-x", language, f"-std={standard}"]
    command += ["-nostdlibinc", "-isystem", str(tmp_path), f"-I{tree.ROOT / 'include'}"]
    command += ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
    if compiler == "cl":
        command += ["-U__clang__", "-Wgnu", "-Wno-unused-function", "-Wno-unused-const-variable"]
        command += ["-Wno-language-extension-token"]  # __forceinline
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
