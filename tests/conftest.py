"""What all tests share: hypothesis profiles, and the encodings as parameters."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import settings

from . import vocabs

settings.register_profile("ctok", deadline=None, print_blob=True)
settings.register_profile("long", parent=settings.get_profile("ctok"), max_examples=5000)
settings.load_profile("ctok")

# Tests that compare with other libraries, whose wheels do not exist wherever ctok's do. The extra
# "test" has these libraries; where one is missing, the tests that need it are not collected.
REFERENCES = {
    "tiktoken": ("compat/*", "parity/*"),
    "tokenizers": (
        *("parity/*", "loaders/test_damage.py", "loaders/test_kinds.py"),
        *("test_hub.py", "test_normalize.py"),
    ),
    "sentencepiece": ("loaders/test_kinds.py",),
    "rustbpe": ("parity/test_train.py",),
}
collect_ignore_glob = [
    pattern
    for package, patterns in REFERENCES.items()
    if importlib.util.find_spec(package) is None
    for pattern in patterns
]

# A shell starts what runs in its background with Ctrl-C ignored, and so would every process of a
# test that asks for it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def skip_instead(*args, **kwargs):
    pytest.skip("a test that starts a thread or a process, which Pyodide cannot")


if sys.platform == "emscripten":
    threading.Thread.start = subprocess.Popen.__init__ = skip_instead


MARKERS = (
    "full: the tier that takes minutes, run by `make parity`",
    "long: the tier that takes minutes, run by `make long`",
    "thread_unsafe: pytest-run-parallel runs it in one thread",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A worker that has nothing left takes of the other's tests: those that compile stand together,
    and take a minute each."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


def pytest_configure(config):
    """What pyproject.toml would say; a wheel is tested in a folder without it."""
    for line in MARKERS:
        config.addinivalue_line("markers", line)
    config.option.markexpr = config.option.markexpr or "not full and not long"


def pytest_terminal_summary(terminalreporter):
    """What the tests say they compared; the workers of pytest-xdist print nothing themselves."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "compared":
                terminalreporter.write_line(value)


@pytest.fixture(params=vocabs.DISTINCT)
def encoding(request):
    """(tokenizer, its plain twin) of each bundled encoding that differs in ordinary text."""
    return vocabs.bundled(request.param)


@pytest.fixture(scope="session")
def o200k():
    """The tokenizer of o200k_base."""
    return vocabs.bundled("o200k_base")[0]


@pytest.fixture(scope="session")
def cl100k():
    """The tokenizer of cl100k_base."""
    return vocabs.bundled("cl100k_base")[0]


@pytest.fixture(scope="session")
def letters():
    """A tokenizer that can be followed by hand: a, b, c merge as listed, one piece a text."""
    return vocabs.make(
        [b"ab", b"bc", b"abc", b"cab"], specials={"<s>": 300, "<end>": 301}, name="letters"
    )
