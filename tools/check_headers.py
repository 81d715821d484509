"""Compiles every public header alone, in C11 and C++17, with each compiler that is here.

A header must stand on its own (it includes what it needs), stay silent under strict warnings and be
usable twice in one translation unit. Run `make headers`; the exit code says how many cases failed.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = count()
WARNINGS = (
    *("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-compare", "-Wshadow"),
    *("-Wundef", "-Wvla", "-Werror"),
)
# The language, its standard, and the programs that may be there; the first one found of a row runs.
COMPILERS = (
    ("c", "c11", ("gcc",)),
    ("c", "c11", ("clang", "clang-14")),
    ("c", "c11", ("aarch64-linux-gnu-gcc",)),
    ("c++", "c++17", ("g++",)),
    ("c++", "c++17", ("clang++", "clang++-14")),
    ("c++", "c++17", ("aarch64-linux-gnu-g++",)),
)


def present_compilers() -> Iterator[tuple[str, str, str]]:
    """(language, standard, program) of every row of COMPILERS whose program is installed."""
    for language, standard, programs in COMPILERS:
        program = next(filter(shutil.which, programs), None)
        if program:
            yield language, standard, program
        else:
            print(f"absent: {programs[0]}")


def check(
    header: Path, language: str, standard: str, program: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Compiles a source that includes the header twice; include guards make the second one empty."""
    number = next(NUMBERS)
    source = folder / f"check{number}.c"
    line = f'#include "{header.as_posix()}"\n'
    source.write_text(f"{line}{line}extern int ctok_checked;\n", encoding="ascii")
    command = [program, "-x", language, f"-std={standard}", "-O2", *WARNINGS]
    command += [f"-I{ROOT / 'include'}", "-c", str(source), "-o", str(folder / f"check{number}.o")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main() -> int:
    """Prints one line a compiler and every message of a header that fails; returns the failures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("headers", nargs="*", type=Path, help="default: all of include/")
    headers = [path.resolve() for path in parser.parse_args().headers]
    headers = headers or sorted((ROOT / "include").rglob("*.h"))
    failures = 0
    compilers = list(present_compilers())
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        for language, standard, program in compilers:
            failed = 0
            row = (language, standard, program, Path(folder))
            results = pool.map(lambda header, row=row: check(header, *row), headers)
            for header, result in zip(headers, results, strict=True):
                if result.returncode:
                    failed += 1
                    print(f"{header} with {program} -std={standard}:")
                    print(result.stderr, end="")
            print(f"{program} -std={standard}: {len(headers) - failed} of {len(headers)} headers")
            failures += failed
    if not compilers:
        print("no compiler is installed; nothing was checked")
    return failures if compilers else 1


if __name__ == "__main__":
    sys.exit(main())
