"""Training: exact greedy merges, whatever the threads, the order of texts and the memory."""

import io
import itertools
import os
import pickle
import random
import re
import signal
import subprocess
import sys
import textwrap
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

import ctok
import ctok.progress
from ctok import counting, training
from ctok.spec import VocabSpec

from . import train_texts, tree, vocabs
from .test_textfiles import odd_text

# ---- the plain trainer


def plain_train(piece_counts, n_merges, *, order=bytes(range(256)), lowest=1, longest=None):
    """Tokens in order, by counting all pairs anew before every merge."""
    tokens = [order[i : i + 1] for i in range(256)]
    words = [([order.index(byte) for byte in piece], n) for piece, n in piece_counts.items()]
    for _ in range(n_merges):
        counts = Counter()
        for word, n in words:
            for pair in itertools.pairwise(word):
                counts[pair] += n
        allowed = [
            (-n, pair)
            for pair, n in counts.items()
            if n >= lowest
            and (longest is None or len(tokens[pair[0]]) + len(tokens[pair[1]]) <= longest)
        ]
        if not allowed:
            break
        _, best = min(allowed)
        words = [(plain_merge(word, best, len(tokens)), n) for word, n in words]
        tokens.append(tokens[best[0]] + tokens[best[1]])
    return tokens


def plain_merge(word, pair, new):
    merged = []
    at = 0
    while at < len(word):
        if tuple(word[at : at + 2]) == pair:
            merged.append(new)
            at += 2
        else:
            merged.append(word[at])
            at += 1
    return merged


def tokens_of(tokenizer):
    spec = tokenizer.vocab.spec
    return [spec.token_bytes[a:b] for a, b in itertools.pairwise(spec.token_offsets.tolist())]


def pieces_of(texts, pattern="cl100k"):
    return dict(ctok.PieceCounts(pattern).count(texts).top(1 << 60))


# ---- texts


@pytest.fixture(scope="module")
def texts():
    return train_texts.every_kind()


@pytest.fixture(scope="module")
def tokenizer(texts):
    return ctok.train(texts, 3000, progress=False)


# ---- exactness


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("aab \n1é中"), max_size=40), max_size=20),
    st.integers(0, 60),
    st.sampled_from(["rustbpe", "huggingface"]),
    st.integers(1, 3),
)
def test_train_agrees_with_the_plain_trainer(texts, n_merges, ties, lowest):
    trained = ctok.train(
        texts, 256 + n_merges, ties=ties, min_frequency=lowest, threads=2, progress=False
    )
    order = training.byte_order(ties)
    assert tokens_of(trained) == plain_train(pieces_of(texts), n_merges, order=order, lowest=lowest)


@pytest.mark.parametrize(
    "text",
    [
        "aaaaaaaaaaaaa",
        "abababababababab",
        "aaabaaabaaabaaab",
        "abcabcabc abcab",
        "\n\n\n\n  \n    \n        \n                \n  ",
    ],
)
def test_train_counts_overlaps_as_the_plain_trainer(text):
    # Overlapping pairs made counts negative in tokenizers (its issue 2320).
    trained = ctok.train([text], 300, progress=False)
    assert tokens_of(trained) == plain_train(pieces_of([text]), 44)


def test_train_counts_past_32_bits():
    counts = ctok.PieceCounts().count(["the thin"], weight=3 << 31).count(["in in in"])
    assert counts.top(2) == [(b" thin", 3 << 31), (b"the", 3 << 31)]
    expected = plain_train(dict(counts.top(100)), 5)
    assert tokens_of(counts.train(261, progress=False)) == expected
    assert expected[256:258] == [b"th", b"in"]


def test_counts_refuse_to_leave_64_bits():
    counts = ctok.PieceCounts().count(["ab"], weight=1 << 60)
    with pytest.raises(OverflowError, match="weight"):
        counts.count(["ab" * 4], weight=1 << 60)


# ---- determinism


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_train_does_not_depend_on_threads(texts, tokenizer, threads):
    assert ctok.train(texts, 3000, threads=threads, progress=False) == tokenizer


def test_train_does_not_depend_on_the_order_of_texts(texts, tokenizer):
    shuffled = random.Random(1).sample(texts, len(texts))
    assert ctok.train(shuffled, 3000, progress=False) == tokenizer


def test_train_does_not_depend_on_shards(texts, tokenizer, tmp_path):
    shards = [ctok.PieceCounts().count(texts[i::3]) for i in range(3)]
    shards[1].save(tmp_path / "shard.npz")
    shards[1] = ctok.PieceCounts.load(tmp_path / "shard.npz")
    shards[2] = pickle.loads(pickle.dumps(shards[2]))
    total = shards[2] + shards[0] + shards[1]
    total.save(tmp_path / "total.npz")
    ctok.PieceCounts().count(texts).save(tmp_path / "whole.npz")
    assert (tmp_path / "total.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert total.train(3000, progress=False) == tokenizer


@pytest.mark.parametrize("max_runs", [3, 1 << 30])
def test_train_does_not_depend_on_memory(texts, tokenizer, monkeypatch, max_runs):
    monkeypatch.setattr(counting, "MAX_RUNS", max_runs)
    spilled = []
    write = counting._mapped
    monkeypatch.setattr(
        counting, "_mapped", lambda *run: spilled.append(write(*run)) or spilled[-1]
    )
    counts = ctok.PieceCounts(threads=2, memory_bytes=1 << 20).count(texts)
    assert len(spilled) > 6, "little spilled: the test is too small"
    assert len(counts._runs) == min(len(counts._runs), max_runs)
    assert len(counts) == len(ctok.PieceCounts().count(texts))
    assert not list(Path(counts._folder.name).iterdir())
    assert counts.train(3000, progress=False) == tokenizer


def test_train_does_not_depend_on_hash_seeds(tokenizer):
    script = """
        import hashlib, sys
        sys.path[:0] = sys.argv[1:]
        import ctok
        from tests import train_texts
        texts = train_texts.every_kind()
        tokenizer = ctok.train(texts, 3000, progress=False)
        print(hashlib.sha256(tokenizer.vocab.spec.token_bytes).hexdigest())
    """
    folders = [str(tree.ROOT), *filter(None, sys.path)]
    digests = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), *folders],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("family", list(ctok.families()))
def test_counts_do_not_depend_on_the_parts_of_a_text(monkeypatch, family):
    text = odd_text(family, 60_000)
    monkeypatch.setattr(counting, "PART_BYTES", 1 << 30)
    whole = ctok.PieceCounts(family, threads=1).count([text, text[::-1]])
    monkeypatch.setattr(counting, "PART_BYTES", 97)
    parts = ctok.PieceCounts(family, threads=2).count([text, text[::-1]])
    assert all(map(np.array_equal, whole.arrays(), parts.arrays()))
    assert (parts.n_texts, parts.n_bytes) == (2, 2 * len(text))


# ---- what comes out


def test_trained_tokenizer_is_proper(tokenizer):
    # Without its splits, Vocab finds out by itself whether the vocabulary is proper.
    spec = tokenizer.vocab.spec
    again = ctok.Tokenizer(VocabSpec(spec.name, spec.token_bytes, spec.token_offsets, spec.pattern))
    assert again.is_proper
    assert np.array_equal(again.vocab.split_lengths, spec.split_at)


def test_trained_tokenizer_gives_texts_back(texts, tokenizer):
    for text in texts[:5] + texts[-20:]:
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_trained_tokenizer_splits_as_training_ended():
    # The last counts of pairs are those of the encoded texts: none may stand twice.
    texts = train_texts.many_scripts(2000)
    trained = ctok.train(texts, 1 << 15, min_frequency=2, progress=False)
    pairs = Counter()
    for text in texts:
        for piece in trained.pieces(text):
            pairs.update(itertools.pairwise(trained.encode(piece)))
    assert max(pairs.values()) < 2


def test_special_tokens_get_the_last_ids(texts):
    trained = ctok.train(texts, 1000, special_tokens=["<|bos|>", "<|eos|>"], progress=False)
    assert trained.special_tokens == {"<|bos|>": 998, "<|eos|>": 999}
    assert trained.n_vocab == 1000
    assert trained.encode("a<|eos|>", allowed_special="all")[-1] == 999


# ---- where it starts, what it may do


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"special_tokens": {"<|end|>": 500}}, "special_tokens is .* not a mapping"),
        ({"vocab_size": "300"}, "vocab_size is an int, not '300'"),
        ({"vocab_size": 300.0}, "vocab_size is an int, not 300.0"),
        ({"texts": {"text": ["a", "b"]}}, "texts is a table"),
    ],
)
def test_train_refuses_arguments_of_another_kind(how, message):
    with pytest.raises(TypeError, match=message):
        ctok.train(**{"texts": ["a b"], "vocab_size": 300, **how})


def test_train_warns_of_a_name_in_the_place_of_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("corpus.txt").write_text("a b")
    with pytest.warns(UserWarning, match=r"pathlib.Path\('corpus.txt'\)"):
        ctok.train(["corpus.txt"], 300)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ctok.train([Path("corpus.txt")], 300)
        ctok.train(["corpus.txt\n", "corpus.txt"], 300)
        for odd in ("a" * 999, "\ud800", "\0", ""):
            ctok.train([odd], 300)


@pytest.mark.parametrize("name", ["llama-3", "cl100k_bas", "gpt-4"])
def test_a_word_is_no_pattern(name):
    for call in (
        lambda: ctok.train(["a"], 300, pattern=name),
        lambda: vocabs.make().with_pattern(name),
    ):
        with pytest.raises(ctok.VocabError, match=f"'{name}' is a word.*cl100k"):
            call()


@pytest.mark.parametrize("name", ctok.list_encoding_names())
def test_the_name_of_an_encoding_is_a_pattern(name):
    expected = ctok.get_encoding(name).pattern
    assert ctok.PieceCounts(name).pattern == expected


def test_train_continues_from_a_tokenizer(texts, tokenizer):
    first = ctok.train(texts, 700, progress=False)
    assert ctok.train(texts, 3000, initial=first, progress=False) == tokenizer


def test_train_keeps_the_ids_of_a_bundled_encoding(texts):
    start = ctok.get_encoding("cl100k_base")
    longer = ctok.train(
        texts, start.n_vocab + 501, initial=start, special_tokens=["<|x|>"], progress=False
    )
    assert longer.special_tokens == {**start.special_tokens, "<|x|>": start.n_vocab + 500}
    assert tokens_of(longer)[: start.n_vocab - 21] == tokens_of(start)[: start.n_vocab - 21]
    assert all(tokens_of(longer)[start.n_vocab :])
    text = "".join(texts)
    assert len(longer.encode(text, disallowed_special=())) < 0.97 * start.count(
        text, disallowed_special=()
    )
    assert longer.decode(longer.encode(texts[0])) == texts[0]


def test_train_refuses_a_tokenizer_that_is_not_proper():
    tokens = [bytes([i]) for i in range(256)] + [b"abc"]
    offsets = np.cumsum([0, *map(len, tokens)]).astype(np.uint32)
    start = ctok.Tokenizer(VocabSpec("odd", b"".join(tokens), offsets, r"\S+|\s+"))
    with pytest.raises(ctok.VocabError, match="odd.*is_proper"):
        ctok.train(["abc"], 300, initial=start)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("abc ", max_size=60), max_size=10), st.integers(1, 6))
def test_max_token_bytes_agrees_with_the_plain_trainer(texts, longest):
    trained = ctok.train(texts, 290, max_token_bytes=longest, progress=False)
    assert tokens_of(trained) == plain_train(pieces_of(texts), 34, longest=longest)


def test_train_takes_rows(texts, tokenizer):
    rows = [{"id": 5, "body": text} for text in texts]
    assert ctok.train(rows, 3000, field="body", progress=False) == tokenizer


def test_max_piece_bytes_leaves_longer_pieces_out():
    counts = ctok.PieceCounts(max_piece_bytes=3).count(["one three two", "a" * 1000])
    assert dict(counts.top(9)) == {b"one": 1}


def test_min_piece_count_leaves_rare_pieces_out():
    texts = ["aaaa bbbb bbbb"] * 3 + ["cccc"]
    trained = ctok.train(texts, 300, min_piece_count=2, progress=False)
    assert not any(b"c" in token and len(token) > 1 for token in tokens_of(trained))
    assert b" bbbb" in tokens_of(trained)


def test_pattern_forbids_merges_across_pieces(texts):
    trained = ctok.train(texts, 2000, pattern=r"\p{N}|\p{L}+|[^\p{N}\p{L}]+", progress=False)
    assert trained.pretokenizer == "automaton"
    numbers = [token for token in tokens_of(trained) if any(48 <= byte < 58 for byte in token)]
    assert sorted(numbers) == [bytes([byte]) for byte in range(48, 58)]


def test_pattern_keeps_scripts_apart():
    scripts = ("Latin", "Han", "Cyrillic", "Hangul")
    pattern = "|".join([rf" ?\p{{{script}}}+" for script in scripts] + [r"\s+(?!\S)|\s|."])
    texts = [text.replace(" ", "") for text in train_texts.many_scripts(3000)]
    trained = ctok.train(texts, 1500, pattern=pattern, progress=False)
    words = [token.decode("utf-8", "ignore") for token in tokens_of(trained)]
    found = {script: regex.compile(rf"\p{{{script}}}") for script in scripts}
    seen = [{script for script in scripts if found[script].search(word)} for word in words]
    assert set(itertools.chain.from_iterable(seen)) == set(scripts)
    assert max(map(len, seen)) == 1


def test_second_stage_goes_across_pieces(texts):
    lines = r"[^\n]+|\n+"
    two = ctok.train(
        texts, 1500, stage2_pattern=lines, stage2_at=1000, special_tokens=["<s>"], progress=False
    )
    one = ctok.train(texts, 1000, progress=False)
    assert tokens_of(two)[:1000] == tokens_of(one)
    assert two == ctok.PieceCounts(lines).count(texts).train(
        1500, initial=one, special_tokens=["<s>"], progress=False
    )
    pieces = {len(one.pieces(token)) for token in tokens_of(two)[1000:]}
    assert max(pieces) > 1, "no token went across pieces"
    spec = two.vocab.spec
    unsplit = VocabSpec(spec.name, spec.token_bytes, spec.token_offsets, spec.pattern)
    assert ctok.Tokenizer(unsplit).is_proper


def whole_characters(token):
    """The characters of a token; None when it ends inside of one."""
    try:
        return token.decode()
    except UnicodeDecodeError:
        return None


def plain_characters(texts, alphabet, n_merges):
    """Learned tokens, by counting pairs of characters; pieces are cut where the alphabet ends."""
    words = Counter()
    for text in texts:
        for piece in ctok.get_encoding("cl100k_base").pieces(text):
            for is_known, run in itertools.groupby(piece, alphabet.__contains__):
                if is_known:
                    words[tuple(run)] += 1
    learned = []
    ids = {character: i for i, character in enumerate(alphabet)}
    for _ in range(n_merges):
        pairs = Counter()
        for word, n in words.items():
            for pair in itertools.pairwise(word):
                pairs[pair] += n
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], ids[pair[0]], ids[pair[1]]))
        learned.append("".join(best))
        ids[learned[-1]] = len(ids)
        merged = Counter()
        for word, n in words.items():
            merged[tuple(plain_merge(list(word), best, learned[-1]))] += n
        words = merged
    return learned


@pytest.mark.parametrize("coverage", [1.0, 0.95])
def test_train_from_characters_agrees_with_the_plain_trainer(coverage):
    texts = train_texts.many_scripts(1500)
    options = {"initial": "characters", "character_coverage": coverage, "progress": False}
    start = ctok.train(texts, 1 << 15, min_frequency=1 << 40, **options)
    trained = ctok.train(texts, start.n_vocab + 120, **options)
    counts = Counter(itertools.chain.from_iterable(texts))
    alphabet, covered = [], 0
    for character, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if covered < coverage * counts.total():
            alphabet.append(character)
        covered += n
    tokens = tokens_of(trained)
    assert {token.decode() for token in tokens if whole_characters(token) in counts} >= set(
        alphabet
    )
    n_learned = sum(len(whole_characters(token) or "") > 1 for token in tokens)
    assert n_learned == 120
    # Ties go by ids: those of bytes for ASCII, then the order in which characters became tokens.
    order = sorted(alphabet, key=lambda character: tokens.index(character.encode()))
    expected = plain_characters(texts, dict.fromkeys(order), n_learned)
    assert [token.decode() for token in tokens[-n_learned:]] == expected
    assert all(set(token.decode()) <= set(alphabet) for token in tokens[-n_learned:])
    assert trained.decode(trained.encode("\U0001f600" + texts[0])) == "\U0001f600" + texts[0]
    spec = trained.vocab.spec
    unsplit = VocabSpec(spec.name, spec.token_bytes, spec.token_offsets, spec.pattern)
    assert ctok.Tokenizer(unsplit).is_proper


def test_train_from_a_fixed_alphabet():
    trained = ctok.train(
        ["héé xx", "日本 日本"], 300, initial="characters", alphabet="éh", progress=False
    )
    assert tokens_of(trained)[256:] == ["é".encode(), "hé".encode(), "héé".encode()]
    for options, message in (
        ({"alphabet": "ab"}, "initial"),
        ({"initial": "characters", "alphabet": ["ab"]}, "'ab'"),
        ({"initial": "characters", "character_coverage": 0}, "coverage is 0"),
        ({"initial": "characters", "stage2_pattern": "x", "stage2_at": 260}, "second stage"),
    ):
        with pytest.raises(ValueError, match=message):
            ctok.train(["ab"], 300, **options)
    with pytest.raises(ValueError, match="at least 259 is needed"):
        ctok.train(["é日"], 258, initial="characters")


def test_prune_keeps_the_tokens_of_the_texts(texts):
    for start in (ctok.get_encoding("cl100k_base"), ctok.train(texts, 3000, progress=False)):
        some = texts[::4]
        small = ctok.prune(start, some)
        assert small.n_vocab < start.n_vocab
        assert set(small.special_tokens) == set(start.special_tokens)
        for text in some:
            before = start.encode_ordinary(text)
            after = small.encode_ordinary(text)
            assert list(map(small.decode_single_token_bytes, after)) == list(
                map(start.decode_single_token_bytes, before)
            )
        used = Counter(itertools.chain.from_iterable(map(small.encode_ordinary, some)))
        spec = small.vocab.spec
        unsplit = VocabSpec(spec.name, spec.token_bytes, spec.token_offsets, spec.pattern)
        assert ctok.Tokenizer(unsplit).is_proper
        parts = set(tokens_of(small)[:256])
        for token, cut in zip(tokens_of(small), spec.split_at.tolist(), strict=True):
            parts |= {token[:cut], token[cut:]}
        for number, token in enumerate(tokens_of(small)):
            assert number in used or token in parts or len(token) == 1


def test_prune_by_count_keeps_a_proper_vocabulary(texts):
    start = ctok.get_encoding("cl100k_base")
    counts = ctok.PieceCounts("cl100k").count(texts)
    sizes = [ctok.prune(start, counts, min_count=n).n_vocab for n in (1, 5, 50)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] // 2
    small = ctok.prune(start, counts, min_count=50)
    assert small.decode(small.encode(texts[0])) == texts[0]
    with pytest.raises(ValueError, match="counts of the pattern"):
        ctok.prune(start, ctok.PieceCounts("o200k"))


# ---- a full disk


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no files")
@pytest.mark.parametrize("option", ["memory_bytes=1 << 20", "checkpoint=sys.argv[1]"])
def test_a_full_disk_is_told_and_leaves_no_part(tmp_path, option):
    script = f"""
        import os, resource, signal, sys, tempfile
        sys.path[:0] = sys.argv[2:]
        import ctok
        from tests import train_texts
        tempfile.tempdir = sys.argv[1]
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            ctok.train(train_texts.every_kind(), 3000, progress=False, {option})
        except OSError as error:
            print(type(error).__name__, error)
    """
    folders = [str(Path(__file__).parent.parent), *filter(None, sys.path)]
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.match(r"OSError \[Errno \d+\] File too large", done.stdout), done
    assert not list(tmp_path.rglob("*.part"))
    assert not list(tmp_path.rglob("*.run"))


# ---- the documentation


@tree.needs("docs/train.md")
def test_the_documented_recipes_run(texts, tmp_path, monkeypatch, capsys):
    page = tree.ROOT / "docs" / "train.md"
    blocks = re.findall(
        r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) == 6
    monkeypatch.chdir(tmp_path)
    names = {"documents": texts[:40]}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)
    own = names["own"]
    assert own.get_vocab_size() == 1024
    assert own.get_special_tokens() == set(names["SPECIAL_TOKENS"])
    assert own.get_bos_token_id() == 1015
    assert own.encode("x <|bos|>", prepend=own.get_bos_token_id())[0] == 1015
    assert 1015 not in own.encode("x <|bos|>")
    lengths = own.token_bytes()
    assert [len(own.tokenizer.decode_single_token_bytes(i)) for i in range(1015)] == list(
        lengths[:1015]
    )
    assert not lengths[1015:].any()
    parts = [
        {"type": "text", "text": "See: "},
        {"type": "python", "text": "1+1"},
        {"type": "python_output", "text": "2"},
        {"type": "text", "text": "Two."},
    ]
    said = [("system", "Be kind."), ("user", "Sum?"), ("assistant", parts)]
    messages = [{"role": role, "content": content} for role, content in said]
    ids, mask = own.render_conversation({"messages": messages})
    assert own.decode(ids) == (
        "<|bos|><|user_start|>Be kind.\n\nSum?<|user_end|><|assistant_start|>See: "
        "<|python_start|>1+1<|python_end|><|output_start|>2<|output_end|>Two.<|assistant_end|>"
    )
    assert own.decode(list(itertools.compress(ids, mask))) == (
        "See: <|python_start|>1+1<|python_end|>Two.<|assistant_end|>"
    )
    assert [len(part) for part in own.render_conversation({"messages": messages}, 7)] == [7, 7]
    expected = ctok.train(texts[:40], 1015, pattern="nanochat", progress=False)
    assert own.tokenizer.get_mergeable_ranks() == expected.get_mergeable_ranks()
    assert "bytes a token" in capsys.readouterr().out


# ---- interruption


def test_checkpoint_resumes_to_the_same_result(texts, tokenizer, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "STRETCH_SECONDS", 0.001)

    def interrupt(done, wanted, newest):
        assert (wanted, bool(newest)) == (3000 - 256, True)
        if done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ctok.train(texts, 3000, checkpoint=tmp_path / "run", progress=interrupt)
    done = len(np.load(tmp_path / "run" / "merges.npy"))
    assert 500 < done < 3000 - 256
    unread = iter(int, 1)  # it would fail: these are no texts
    assert ctok.train(unread, 3000, checkpoint=tmp_path / "run", progress=False) == tokenizer


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_checkpoint_outlives_a_stopped_process(texts, tokenizer, tmp_path, name):
    script = """
        import sys, time
        sys.path[:0] = sys.argv[2:]
        import ctok
        from tests import train_texts
        from ctok import counting, training
        training.STRETCH_SECONDS, training.CHECKPOINT_SECONDS = 0.001, 0.0
        texts = train_texts.every_kind()
        def slow(done, wanted, newest):
            print(done, flush=True)
            time.sleep(0.02)
        ctok.train(texts, 3000, checkpoint=sys.argv[1], progress=slow)
    """
    folders = [str(tree.ROOT), *filter(None, sys.path)]
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "run"), *folders],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        for line in child.stdout:
            if int(line) > 700:
                child.send_signal(getattr(signal, name))
                break
        child.wait()
    assert child.returncode == -getattr(signal, name)
    done = len(np.load(tmp_path / "run" / "merges.npy"))
    assert 0 < done < 3000 - 256
    resumed = ctok.train(texts, 3000, checkpoint=tmp_path / "run", progress=False)
    assert resumed.vocab.spec.token_bytes == tokenizer.vocab.spec.token_bytes
    assert resumed == tokenizer


def interrupted(texts, after):
    """Texts that end with Ctrl-C."""
    yield from texts[:after]
    raise KeyboardInterrupt


@pytest.mark.parametrize("memory_bytes", [None, 1 << 20])
def test_checkpoint_resumes_counting(texts, tokenizer, tmp_path, monkeypatch, memory_bytes):
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(training, "CHECKPOINT_SHARE", 1e9)
    monkeypatch.setattr(counting, "BATCH_BYTES", 40_000)
    run = {"checkpoint": tmp_path, "memory_bytes": memory_bytes, "progress": False}
    for after in (len(texts) // 3, 2 * len(texts) // 3):
        with pytest.raises(KeyboardInterrupt):
            ctok.train(interrupted(texts, after), 3000, **run)
        kept = ctok.PieceCounts.load(tmp_path / "counting.npz")
        assert after // 2 < kept.n_texts <= after
        with pytest.raises(ValueError, match="other texts"):
            ctok.train(["x", *texts], 3000, **run)
        with pytest.raises(ValueError, match="other texts"):
            ctok.train(texts[: after // 2], 3000, **run)
    counted = []
    count_batch = ctok.PieceCounts.count_batch
    monkeypatch.setattr(
        ctok.PieceCounts,
        "count_batch",
        lambda self, batch, weight=1: counted.extend(batch) or count_batch(self, batch, weight),
    )
    assert ctok.train(texts, 3000, **run) == tokenizer
    assert len(counted) == len(texts) - kept.n_texts
    assert not (tmp_path / "counting.npz").exists()


def test_checkpoint_resumes_both_stages(texts, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(training, "CHECKPOINT_SHARE", 1e9)
    monkeypatch.setattr(counting, "BATCH_BYTES", 40_000)
    run = {"stage2_pattern": r"[^\n]+|\n+", "stage2_at": 900, "progress": False}
    with pytest.raises(KeyboardInterrupt):
        ctok.train(interrupted(texts, len(texts) // 2), 1000, checkpoint=tmp_path, **run)
    # As if a kill had come between the two files.
    (tmp_path / "stage2" / "counting.npz").unlink()
    assert ctok.train(texts, 1000, checkpoint=tmp_path, **run) == ctok.train(texts, 1000, **run)


def test_checkpoint_goes_on_to_a_larger_vocabulary(texts, tokenizer, tmp_path):
    ctok.train(texts, 1200, checkpoint=tmp_path, progress=False)
    assert ctok.train(texts, 3000, checkpoint=tmp_path, progress=False) == tokenizer


def test_checkpoint_refuses_other_settings(texts, tmp_path):
    ctok.train(texts, 300, checkpoint=tmp_path, progress=False)
    with pytest.raises(ValueError, match="min_frequency is 1, not 2"):
        ctok.train(texts, 300, checkpoint=tmp_path, min_frequency=2, progress=False)
    with pytest.raises(ValueError, match="pattern"):
        ctok.train(texts, 300, checkpoint=tmp_path, pattern="o200k", progress=False)


def shown_on(monkeypatch, *, terminal):
    """What a training draws on the standard error."""
    screen = io.StringIO()
    screen.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(ctok.progress, "LINE_SECONDS", 0.0)
    monkeypatch.setattr(training, "STRETCH_SECONDS", 0.0)
    ctok.train(train_texts.every_kind(), 1000)
    return screen.getvalue()


def test_progress_is_drawn_on_a_terminal(monkeypatch):
    shown = shown_on(monkeypatch, terminal=True)
    assert shown.endswith("\n")
    lines = shown[:-1].split("\r")
    assert re.fullmatch(r"counting  1 MB  [\d,]+ MB/s\x1b\[K", lines[1])
    assert re.fullmatch(r"merging  \[#{24}\] 744 of 744  [\d,]+ merges/s  '.+'\x1b\[K", lines[-1])
    assert all(len(line) < 120 + len("\x1b[K") for line in lines)


def test_progress_is_not_drawn_into_a_file(monkeypatch):
    assert shown_on(monkeypatch, terminal=False) == ""


# ---- edges


def test_train_on_no_text_gives_the_bytes():
    for texts in ([], [""], ["a"], ["a b"[:1], "\n"]):
        trained = ctok.train(texts, 1000, progress=False)
        assert tokens_of(trained) == [bytes([byte]) for byte in range(256)]
        assert trained.encode("ab") == [97, 98]


def test_train_on_pieces_without_pairs_gives_the_bytes():
    trained = ctok.train(["a1b2c3"], 1000, pattern=r"\p{L}|\p{N}", progress=False)
    assert trained.n_vocab == 256


@pytest.mark.parametrize(("size", "specials"), [(255, []), (0, []), (-1, []), (257, ["a", "b"])])
def test_train_refuses_a_vocabulary_without_room(size, specials):
    with pytest.raises(ValueError, match=f"at least {256 + len(specials)} is needed"):
        ctok.train(["text"], size, special_tokens=specials)


def test_train_takes_one_piece_of_many_megabytes():
    # A piece of 16 MB: everything stays linear in its length.
    trained = ctok.train(["ab" * (8 << 20)], 280, progress=False)
    assert tokens_of(trained)[256:271] == [b"ab" * (1 << i) for i in range(15)]
    assert trained.n_vocab == 271


def test_train_treats_surrogates_as_encode_does():
    trained = ctok.train(["\ud83d\ude00\ud800" * 3], 262, progress=False)
    assert "\U0001f600\ufffd".encode() in tokens_of(trained)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ctok.train("text", 300), TypeError, r"pass \[text\]"),
        (lambda: ctok.train(["a", 5], 300), TypeError, r"texts\[1\].*int"),
        (lambda: ctok.train([{"a": "b"}], 300), ValueError, r"texts\[0\] has no field 'text'"),
        (lambda: ctok.train(["a"], 300, ties="first"), ValueError, "huggingface.*first"),
        (lambda: ctok.train(["a"], 300, initial="words"), ValueError, "initial.*words"),
        (lambda: ctok.train(["a"], 300, pattern="("), ctok.VocabError, "compile"),
        (lambda: ctok.train(["a"], 300, special_tokens="<s>"), TypeError, "<s>"),
        (lambda: ctok.train(["a"], 300, special_tokens=["x", "x"]), ValueError, "twice"),
        (lambda: ctok.train(["a"], 300, min_frequency=0), ValueError, "min_frequency is 0"),
        (lambda: ctok.train(["a"], 300, threads=0), ValueError, "threads is 0"),
        (lambda: ctok.train(["a"], 1 << 22), ValueError, "at most"),
        (lambda: ctok.train(["a"], 300, stage2_pattern="x"), ValueError, "stage2_at"),
        (lambda: ctok.PieceCounts(memory_bytes=9), ValueError, "memory_bytes is 9"),
        (lambda: ctok.PieceCounts().count(["a"], weight=0), ValueError, "weight is 0"),
        (lambda: ctok.PieceCounts("a").merge(ctok.PieceCounts("b")), ValueError, "pattern"),
    ],
)
def test_train_refuses_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- counts


def test_counts_are_those_of_the_pieces(texts):
    expected = Counter()
    splitter = ctok.get_encoding("cl100k_base")
    for text in texts:
        expected.update(piece.encode() for piece in splitter.pieces(text))
    counts = ctok.PieceCounts().count(texts)
    assert dict(counts.top(len(expected))) == expected
    assert (len(counts), counts.total) == (len(expected), sum(expected.values()))
    assert counts.top(3) == sorted(expected.items(), key=lambda item: (-item[1], item[0]))[:3]


def test_counts_may_be_used_by_several_threads(texts):
    counts = ctok.PieceCounts(threads=2)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda i: len(counts.count(texts[i::4])), range(4)):
            pass
    alone = ctok.PieceCounts(threads=1).count(texts)
    assert all(map(np.array_equal, counts.arrays(), alone.arrays()))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda part: part * 3), max_size=30))
def test_counts_stand_in_the_order_of_their_bytes(texts):
    counts = ctok.PieceCounts(r"(?s).+").count(texts)
    data, lengths, _ = counts.arrays()
    ends = np.cumsum(lengths)
    found = [data[end - n : end].tobytes() for end, n in zip(ends, lengths, strict=True)]
    assert found == sorted(set(texts) - {b""})


def test_counts_refuse_a_file_that_is_none(tmp_path):
    np.savez(tmp_path / "other.npz", data=np.zeros(3))
    (tmp_path / "text.npz").write_text("no archive")
    for name in ("other.npz", "text.npz"):
        with pytest.raises(ValueError, match=name):
            ctok.PieceCounts.load(tmp_path / name)
