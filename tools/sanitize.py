"""Runs the tests against a copy of the project that is built for a sanitizer.

    python tools/sanitize.py asan [pytest's arguments]      also ubsan, tsan

The copy stands in build/<sanitizer>, so the normal build stays as it is. A run fails when pytest
fails or when the sanitizer wrote a report: reports go to files, because pytest captures stderr
and a crash in a test's subprocess can go unnoticed.
"""

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("benchmarks", "docs", "fuzz", "include", "src", "tests", "tools")
COPIED_FILES = ("LICENSE", "Makefile", "README.md", "pyproject.toml", "setup.py", "MANIFEST.in")
IGNORED = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__", "corpus", "build", "*.egg-info")
# The long tiers take hours under instrumentation.
NOT_SELECTED = "not full and not long"


@dataclass(frozen=True)
class Sanitizer:
    """How one sanitizer runs.

    Parameters
    ----------
    symbol
        Stands in each instrumented module.
    preload
        Libraries of the compiler that must be in the process before the first module.
    options
        The environment variable of the run-time library and its settings.
    environment
        Further variables for pytest's process.
    """

    symbol: str
    preload: tuple[str, ...]
    options: tuple[str, str]
    environment: dict[str, str] = field(default_factory=dict)


SANITIZERS = {
    # PYTHONMALLOC: each object of Python is an allocation that the sanitizer sees. Leaks are
    # looked for by the fuzzers: the interpreter's own would drown ours.
    "asan": Sanitizer(
        symbol="__asan_init",
        preload=("libasan.so", "libstdc++.so"),
        options=("ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1"),
        environment={"PYTHONMALLOC": "malloc"},
    ),
    "ubsan": Sanitizer(
        symbol="__ubsan_handle",
        preload=(),
        options=("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1"),
    ),
    "tsan": Sanitizer(
        symbol="__tsan_init",
        preload=("libtsan.so",),
        options=("TSAN_OPTIONS", "halt_on_error=1:exitcode=66"),
        # tokenizers' own threads are not instrumented
        environment={"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
    ),
}


def copy_project(target: Path) -> None:
    """Renews the sources in `target`; objects that are built there stay, so rebuilds are short."""
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, copy = ROOT / name, target / name
        for old in copy.rglob("*"):
            if old.is_file() and not old.name.endswith(".so"):
                old.unlink()
        if source.is_dir():
            shutil.copytree(source, copy, ignore=IGNORED, dirs_exist_ok=True)
    for name in COPIED_FILES:
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, target / name)


def build(name: str, sanitizer: Sanitizer, target: Path) -> None:
    """Builds the modules in place and checks that each of them is instrumented."""
    environment = os.environ | {"CTOK_BUILD": name, "PYTHONPATH": "src"}
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=target, env=environment, check=True)
    modules = sorted((target / "src").rglob("*.so"))
    plain = [path.name for path in modules if sanitizer.symbol.encode() not in path.read_bytes()]
    if plain or not modules:
        sys.exit(f"{name}: not instrumented: {', '.join(plain) or 'no module was built'}")


def run_tests(name: str, sanitizer: Sanitizer, target: Path, arguments: list[str]) -> int:
    """pytest's exit code, or 1 with every report printed when there is one."""
    reports = target / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir()
    variable, options = sanitizer.options
    environment = os.environ | sanitizer.environment
    environment |= {
        variable: f"{options}:log_path={reports / 'san.log'}",
        "PYTHONPATH": str(target / "src"),
        "CTOK_BUILD": name,
    }
    libraries = [
        subprocess.run(
            ["gcc", f"-print-file-name={library}"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for library in sanitizer.preload
    ]
    if libraries:
        environment["LD_PRELOAD"] = " ".join(libraries)
    python = [sys.executable, "-c", "import ctok.kernels; print(ctok.kernels.__file__)"]
    module = subprocess.run(
        python, cwd=target, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    if not module.startswith(str(target)):
        sys.exit(f"{name}: the tests would run {module}")
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", NOT_SELECTED]
    code = subprocess.run(
        [*pytest, *arguments], cwd=target, env=environment, check=False
    ).returncode
    found = sorted(reports.iterdir())
    for report in found:
        print(f"--- {report.name}\n{report.read_text(errors='replace')}")
    print(f"{name}: pytest returned {code}, {len(found)} report(s)")
    return code or (1 if found else 0)


def main() -> int:
    """Copies, builds and tests; all arguments behind the sanitizer's name are pytest's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sanitizer", choices=SANITIZERS)
    known, arguments = parser.parse_known_args()
    sanitizer = SANITIZERS[known.sanitizer]
    target = ROOT / "build" / known.sanitizer
    copy_project(target)
    build(known.sanitizer, sanitizer, target)
    return run_tests(known.sanitizer, sanitizer, target, arguments or ["tests"])


if __name__ == "__main__":
    sys.exit(main())
