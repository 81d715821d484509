"""Training at full size, in the long tier: merges of other trainers, streams, kills, memory."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import ctok

ROOT = Path(__file__).resolve().parent.parent
if not (ROOT / "benchmarks" / "train.py").exists():
    pytest.skip("benchmarks/ is not beside tests/: a wheel is tested", allow_module_level=True)

from benchmarks import corpus  # noqa: E402
from benchmarks.train import TRAINERS  # noqa: E402

pytestmark = pytest.mark.long

MEGABYTE = 1_000_000


# ---- 32,768 merges, rank by rank


def english():
    """20 MB of documentation."""
    return corpus.collect("en", 20 * MEGABYTE).texts


def code_and_chinese():
    """20 MB: sources, and as much Chinese, more of it than the packages have being made up."""
    chinese = list(
        itertools.chain.from_iterable(map(sentences, corpus.collect("cjk", MEGABYTE).texts))
    )
    return corpus.collect("code", 10 * MEGABYTE).texts + made_up(chinese, 10 * MEGABYTE)


def sentences(text):
    """Runs of Chinese characters with what separates them."""
    return [part for part in text.split() if sum("一" <= c <= "鿿" for c in part) > 1]


def made_up(known, n_bytes, seed=3):
    """Texts whose characters follow each other as two before them did in known ones."""
    rng = random.Random(seed)
    after = {}
    for text in known:
        for i in range(len(text) - 2):
            after.setdefault(text[i : i + 2], []).append(text[i + 2])
    starts = sorted(after)
    texts = []
    while n_bytes > 0:
        text = rng.choice(starts)
        while len(text) < 2000:
            following = after.get(text[-2:])
            text += rng.choice(following) if following else "。" + rng.choice(starts)
        texts.append(text)
        n_bytes -= len(text.encode())
    return texts


@pytest.fixture(scope="module")
def corpora():
    return {"english": english(), "code-and-chinese": code_and_chinese()}


@pytest.fixture(scope="module")
def own_tokens(corpora):
    """What ctok gives, trained once for each corpus and row of the rivals' table."""
    return {
        (kind, row): TRAINERS[row][1](texts, 32768, 2)
        for kind, texts in corpora.items()
        for row in {own for own, _ in TRAINERS.values()}
    }


@pytest.mark.parametrize("kind", ["english", "code-and-chinese"])
@pytest.mark.parametrize("rival", [name for name, (own, _) in TRAINERS.items() if name != own])
def test_32768_merges_are_those_of(corpora, own_tokens, kind, rival):
    pytest.importorskip(rival.partition("/")[0])
    own, train = TRAINERS[rival]
    expected = train(corpora[kind], 32768, 2)
    assert len(expected) == 32768
    assert own_tokens[kind, own] == expected


# ---- a stream of 1 GB

STREAM = """
    import json, sys
    sys.path[:0] = sys.argv[2:]
    import ctok
    from ctok import training
    from tests.test_train_large import stream
    training.CHECKPOINT_SECONDS = 0.5
    options = json.loads(sys.argv[1])
    def resident():
        for line in open("/proc/self/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    def told(texts):
        size, step = 0, 0
        for text in texts:
            yield text
            size += len(text)
            if size // 100_000_000 > step:
                step = size // 100_000_000
                print(json.dumps([size, resident()]), flush=True)
    tokenizer = ctok.train(told(stream(options.pop("size"))), 8192, progress=False, **options)
    print(json.dumps(tokenizer.vocab.spec.token_bytes.hex()), flush=True)
"""


def stream(n_bytes, seed=7):
    """Texts of 1 MB: paragraphs of a Zipfian vocabulary, drawn again and again."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 11, size=150_000)
    letters = rng.choice(list("etaoinshrdlcumwfgypbvkjxqz"), size=sizes.sum())
    words = np.array(
        ["".join(part) for part in np.split(letters, np.cumsum(sizes)[:-1])], dtype=object
    )
    places = (len(words) * rng.random((512, 8_000)) ** 3).astype(int)
    paragraphs = [" ".join(words[row]) + "\n" for row in places]
    while n_bytes > 0:
        text = "".join(paragraphs[i] for i in rng.integers(len(paragraphs), size=20))
        yield text
        n_bytes -= len(text)


def run_stream(options, stop_at=None):
    """(bytes read, bytes resident) each 100 MB, and the tokens; or killed after so many bytes."""
    command = [sys.executable, "-c", textwrap.dedent(STREAM), json.dumps(options), str(ROOT)]
    told = []
    with subprocess.Popen(
        [*command, *filter(None, sys.path)], stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout:
            told.append(json.loads(line))
            if stop_at is not None and told[-1][0] >= stop_at:
                child.send_signal(signal.SIGKILL)
                break
        child.wait()
    assert child.returncode == (0 if stop_at is None else -signal.SIGKILL)
    return told


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("memory_bytes", [None, 32 << 20])
def test_a_stream_of_a_gigabyte_needs_no_more_memory_than_its_beginning(memory_bytes):
    *told, _ = run_stream({"size": 1_000_000_000, "memory_bytes": memory_bytes})
    sizes, resident = zip(*told, strict=True)
    assert sizes[-1] >= 1_000_000_000
    assert max(resident[1:]) - resident[0] < 24 << 20, resident
    if memory_bytes is not None:
        assert max(resident) < 200 << 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_stream_killed_twice_ends_in_the_same_bytes(tmp_path):
    options = {"size": 600_000_000}
    expected = run_stream(options)[-1]
    kept = {**options, "checkpoint": str(tmp_path / "run")}
    for stop_at in (200_000_000, 400_000_000):
        run_stream(kept, stop_at)
        assert (tmp_path / "run" / "counting.npz").exists()
    before = ctok.PieceCounts.load(tmp_path / "run" / "counting.npz").n_bytes
    assert before > 150_000_000
    assert run_stream(kept)[-1] == expected


# ---- pieces of all sizes


def test_a_line_of_100_megabytes_without_a_space():
    letters = np.frombuffer(b"etaoinshrdlu", np.uint8)
    shares = 1 / np.arange(1, 13)
    drawn = np.random.default_rng(1).choice(12, size=100 * MEGABYTE, p=shares / shares.sum())
    text = letters[drawn].tobytes()
    before = usage()
    trained = ctok.train([text], 456, progress=False)
    seconds = usage() - before
    assert trained.n_vocab == 456
    assert seconds < 60
    pairs = np.bincount(drawn[:-1] * 12 + drawn[1:])
    first, second = divmod(int(pairs.argmax()), 12)
    assert trained.decode_single_token_bytes(256) == bytes([letters[first], letters[second]])


def usage():
    """CPU seconds of this process."""
    return sum(os.times()[:2])


def test_pieces_that_never_come_again_spill_and_add_up():
    rng = random.Random(5)
    letters = bytes(97 + i % 26 for i in range(256))
    texts = [
        b" ".join(rng.randbytes(rng.randint(5, 24)).translate(letters) for _ in range(6_000))
        for _ in range(200)
    ]
    spilled = ctok.PieceCounts("r50k", memory_bytes=4 << 20).count(texts)
    whole = ctok.PieceCounts("r50k").count(texts)
    assert len(whole) > 1_000_000
    assert all(map(np.array_equal, spilled.arrays(), whole.arrays()))
