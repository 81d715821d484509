"""Where the project's own files are, for the tests that read them; a wheel is tested without."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def needs(name: str) -> pytest.MarkDecorator:
    """Skips a test where a file of the project is not beside tests/: an installation is tested."""
    return pytest.mark.skipif(not (ROOT / name).exists(), reason=f"{name} is not beside tests/")
