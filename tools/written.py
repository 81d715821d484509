"""What the tools that write a file of the project have in common: to write it, or to compare it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def main(path: Path, about: str | None, render: Callable[[], str]) -> int:
    """Writes the file, or with --check says whether it is up to date.

    Parameters
    ----------
    path : Path
    about : str
        For --help.
    render : callable
        Gives the file's text, ASCII.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    text = render()
    if not arguments.check:
        path.write_text(text, encoding="ascii")
    elif path.read_text(encoding="ascii") != text:
        sys.exit(f"{path} is not what {Path(sys.argv[0]).name} writes; run `make tables`")
    return 0
