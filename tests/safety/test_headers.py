"""Every public header compiles alone; tools/check_headers.py has the compilers and the flags."""

import subprocess
import sys
from pathlib import Path

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
