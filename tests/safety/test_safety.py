"""The C headers on their own: guard pages at full optimization, slow twins, exhaustive UTF-8.

Each program of this folder prints how many checks held, or the first that did not. They are built
with the flags that extensions get, by each compiler that is here; under tools/sanitize.py they are
built for the same sanitizer as the modules.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ctok

HERE = Path(__file__).resolve().parent
INCLUDE = ctok.get_include()
PROGRAMS = (
    *("unicode", "transcode", "leaves", "pretokenize", "automaton", "merge", "special"),
    *("encode", "decode", "train", "saved", "joints"),
)
COMPILERS = {"gcc": ("gcc",), "clang": ("clang", "clang-14")}
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
SANITIZERS = {"asan": "address", "ubsan": "undefined"}
SECONDS = 600

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the programs need mmap and mprotect"
)


def flags() -> tuple[str, ...]:
    """Full optimization, or what the modules under test are instrumented with."""
    sanitizer = SANITIZERS.get(os.environ.get("CTOK_BUILD", ""))
    if sanitizer is None:
        return ("-O3", "-DNDEBUG", "-fwrapv")
    return ("-O1", "-g", "-fno-wrapv", f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all")


def compiler_named(name: str) -> str | None:
    """The first program of that name that is installed."""
    return next(filter(shutil.which, COMPILERS[name]), None)


def build_and_run(program: str, compiler: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program's result, or the compiler's when it fails."""
    target = folder / f"{program}-{compiler}"
    # A sanitizer preloaded for Python must not get into the compiler or a program of another one.
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    command = [compiler, "-std=c11", "-D_GNU_SOURCE", *WARNINGS, *flags()]
    command += [f"-I{INCLUDE}", f"-I{HERE}", str(HERE / f"{program}.c"), "-o", str(target)]
    built = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, timeout=SECONDS
    )
    if built.returncode:
        return built
    return subprocess.run(
        [str(target)], capture_output=True, text=True, env=environment, check=False, timeout=SECONDS
    )


@pytest.fixture(scope="session")
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str], subprocess.CompletedProcess[str]]]:
    """A program's result, by its name and the compiler's path.

    What this session asks for is run ahead, two at a time. A worker of pytest-xdist has neighbours
    that use the other processors, and is not told beforehand which tests are its own.
    """
    folder = tmp_path_factory.mktemp("safety")
    alone = not hasattr(request.config, "workerinput")
    wanted = {
        (item.callspec.params["program"], compiler)
        for item in request.session.items
        if alone and isinstance(item, pytest.Function) and item.path == Path(__file__)
        if (compiler := compiler_named(item.callspec.params["compiler"]))
    }
    with ThreadPoolExecutor(2) as pool:
        ahead = {each: pool.submit(build_and_run, *each, folder) for each in sorted(wanted)}

        def result(program: str, compiler: str) -> subprocess.CompletedProcess[str]:
            if future := ahead.get((program, compiler)):
                return future.result()
            return build_and_run(program, compiler, folder)

        yield result


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_headers_are_safe(
    run: Callable[[str, str], subprocess.CompletedProcess[str]], program: str, compiler: str
) -> None:
    path = compiler_named(compiler)
    if path is None:
        message = f"{compiler} is not installed; {program}.c was not run with it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    result = run(program, path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith(f"{program}: ") and result.stdout.endswith(" checks hold\n")
    print(result.stdout, end="")
