"""The C headers on systems that are not here: compiled by zig for each, run by an emulator.

Needs `pip install ziglang wasmtime`, and wine, qemu-user of the system; what is missing is skipped.
A target without an emulator is compiled and linked only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_safety import HERE, INCLUDE, PROGRAMS, WARNINGS

# zig's name of a target, and the program that runs its programs here, if there is one.
EMULATORS = {
    "x86_64-linux-musl": (),
    "aarch64-linux-musl": ("qemu-aarch64",),
    "riscv64-linux-musl": ("qemu-riscv64",),
    "s390x-linux-musl": ("qemu-s390x",),  # its numbers' highest bytes come first
    "x86_64-windows-gnu": ("wine",),
    "aarch64-windows-gnu": None,
    "x86_64-macos": None,
    "aarch64-macos": None,
    "wasm32-wasi": (sys.executable, str(HERE / "wasi.py")),
}
MORE_FLAGS = {"wasm32-wasi": ("-D_WASI_EMULATED_SIGNAL", "-lwasi-emulated-signal")}
TOO_SLOW = {"pretokenize"}  # for qemu: minutes without it
SECONDS = 1800

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="ziglang is missing"),
]


def compile_for(target: str, source: Path, output: Path, *flags: str) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", "-target", target, *WARNINGS, "-O2"]
    command += ["-DNDEBUG", "-fwrapv", f"-I{INCLUDE}", f"-I{HERE}", str(source), "-o", str(output)]
    command += [*flags, *MORE_FLAGS.get(target, ())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", EMULATORS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_headers_are_safe_elsewhere(target: str, program: str, tmp_path: Path) -> None:
    output = tmp_path / f"{program}.exe"
    compile_for(target, HERE / f"{program}.c", output, "-std=c11", "-D_GNU_SOURCE")
    emulator = EMULATORS[target]
    if emulator is None:
        return
    if emulator and not shutil.which(emulator[0]):
        pytest.skip(f"{emulator[0]} is not installed; {program} was compiled and not run")
    if emulator and emulator[0].startswith("qemu") and program in TOO_SLOW:
        pytest.skip(f"{program} was compiled and not run: it would take an hour")
    result = subprocess.run(
        [*emulator, str(output)],
        capture_output=True, text=True, check=False, timeout=SECONDS,
        env={**os.environ, "WINEDEBUG": "-all"},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1].endswith(" checks hold"), result.stdout
    print(result.stdout, end="")


WINDOWS = """
#include <windows.h>
#include "ctok/ctok.h"
extern int ctok_checked;
"""


@pytest.mark.parametrize(("language", "standard"), [("c", "c11"), ("c++", "c++17")])
def test_headers_stand_behind_windows_h(language: str, standard: str, tmp_path: Path) -> None:
    source = tmp_path / "program.c"
    source.write_text(WINDOWS, encoding="ascii")
    flags = ("-x", language, f"-std={standard}", "-c")
    compile_for("x86_64-windows-gnu", source, tmp_path / "program.o", *flags)
