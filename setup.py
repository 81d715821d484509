"""The extension modules, the version and the headers; all else is in pyproject.toml."""

import os
import re
import shutil
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_py import build_py

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
    cmdclass={"build_py": BuildPy},
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
