"""The extension modules, the version and the headers; all else is in pyproject.toml."""

import logging
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.errors import CompileError, ExecError, LinkError

# CTOK_BUILD=asan, ubsan or tsan builds for the sanitizers (tools/sanitize.py); debug compiles
# quickly and adds Cython's bounds checks, as the sanitizers' builds do.
BUILD = os.environ.get("CTOK_BUILD", "release")
MODULES = (
    "kernels",
    "vocab",
    "encoder",
    "decoder",
    "encoded",
    "counter",
    "trainer",
    "cutter",
    "dropout",
)
HEADERS = sorted(str(path) for path in Path("include/ctok").rglob("*.h"))
VERSION = re.search(r'CTOK_VERSION "(.+)"', Path("include/ctok/base.h").read_text("utf-8"))[1]

if sys.platform == "win32":
    COMPILE, LINK = ["/O2", "/std:c11"], []
else:
    COMPILE, LINK = ["-std=c11", "-O3" if BUILD == "release" else "-O1", "-g0"], []
    sanitizer = {"asan": "address", "ubsan": "undefined", "tsan": "thread"}.get(BUILD)
    if sanitizer:
        COMPILE = [
            *("-std=c11", "-O1", "-g", "-fno-omit-frame-pointer", "-fno-wrapv", "-UNDEBUG"),
            *(f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all"),
        ]
        LINK = [f"-fsanitize={sanitizer}"]

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": BUILD != "release",
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
    "embedsignature": True,
    "binding": True,
    "freethreading_compatible": True,
}


# CTOK_CLANG_CL=1 asks for clang-cl on Windows: Microsoft's own compiler leaves out AVX2, AVX-512
# and NEON, whose functions are written for gcc and clang.
CLANG_CL = (shutil.which("clang-cl"), r"C:\Program Files\LLVM\bin\clang-cl.exe")
CLANG_TARGETS = {"win-amd64": "x86_64", "win-arm64": "aarch64"}
CLANG_PROBE = """
#include <Python.h>
#include "ctok/cpu.h"
#include "ctok/simd.h"
int ctok_probe(void) { return ctok_cpu_runs(CTOK_AVX2_BACKEND); }
"""


class BuildExt(build_ext):
    """Compiles by clang-cl where that is asked for and works, else by what setuptools takes."""

    def build_extensions(self) -> None:
        """Picks the compiler, then compiles all modules."""
        if os.environ.get("CTOK_CLANG_CL") == "1" and self.compiler.compiler_type == "msvc":
            self._take_clang_cl()
        super().build_extensions()

    def _take_clang_cl(self) -> None:
        """Puts clang-cl into the place of cl, whose linker stays; undone if a probe fails."""
        compiler, target = self.compiler, CLANG_TARGETS.get(self.plat_name)
        clang = next((path for path in CLANG_CL if path and Path(path).is_file()), None)
        if not compiler.initialized:
            compiler.initialize(self.plat_name)
        cl, options = compiler.cc, compiler.compile_options
        try:
            if not clang or not target:
                raise CompileError(f"no clang-cl for {self.plat_name}")
            compiler.cc = clang
            compiler.compile_options = [*options, f"--target={target}-pc-windows-msvc"]
            with tempfile.TemporaryDirectory() as folder:
                probe = Path(folder, "probe.c")
                probe.write_text(CLANG_PROBE, "ascii")
                include = ["include", *self.include_dirs]
                objects = compiler.compile(
                    [str(probe)], folder, include_dirs=include, extra_postargs=COMPILE
                )
                library = str(Path(folder, "probe.dll"))
                compiler.link_shared_object(objects, library, library_dirs=self.library_dirs)
        except (CompileError, ExecError, LinkError, OSError) as error:
            compiler.cc, compiler.compile_options = cl, options
            self.warn(f"compiling by cl, without vectors, since clang-cl does not do: {error}")
        else:
            self.announce(f"compiling by {clang}", logging.INFO)


class BuildPy(build_py):
    """Puts the headers into the package, as ctok/include/ctok/*.h.

    An editable installation leaves them where they are: `ctok.get_include` looks in both places.
    """

    def _copies(self) -> dict[str, str]:
        """Each header's place in the built package, and where it comes from."""
        if self.editable_mode:
            return {}
        package = Path(self.build_lib, "ctok")
        return {(package / path).as_posix(): path for path in HEADERS}

    def run(self) -> None:
        """Copies modules, data and headers."""
        super().run()
        for target, source in self._copies().items():
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """All files that `run` writes."""
        return [*super().get_outputs(include_bytecode), *self._copies()]


setup(
    version=VERSION,
    cmdclass={"build_ext": BuildExt, "build_py": BuildPy},
    options={"build_ext": {"parallel": os.cpu_count()}},
    ext_modules=cythonize(
        [
            Extension(
                f"ctok.{name}",
                [f"src/ctok/{name}.pyx"],
                include_dirs=["include", "src/ctok"],
                depends=[*HEADERS, *map(str, Path("src/ctok").glob("*.h"))],
                extra_compile_args=COMPILE,
                extra_link_args=LINK,
            )
            for name in MODULES
        ],
        compiler_directives=DIRECTIVES,
        build_dir="build/cython",
        annotate=bool(os.environ.get("CTOK_ANNOTATE")),
    ),
)
