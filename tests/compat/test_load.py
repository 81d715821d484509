"""Vocabulary files: near and far, cached and checked, beside tiktoken's functions."""

from __future__ import annotations

import hashlib
import http.server
import json
import pathlib
import threading

import pytest
import tiktoken.load

from ctok.compat.tiktoken import load

from . import both

DATA = b"YQ== 0\nYg== 1\r\n\nYWI= 2\n"
RANKS = {b"a": 0, b"b": 1, b"ab": 2}
SHA256 = hashlib.sha256(DATA).hexdigest()
MODULES = pytest.mark.parametrize("module", [load, tiktoken.load], ids=["ctok", "tiktoken"])
CACHES = ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR")


@pytest.fixture
def server():
    """(address, paths asked for) of a server on this machine; /cut breaks off, /gone is not there."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(DATA) + (self.path == "/cut")))
            self.end_headers()
            self.wfile.write(DATA)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}", asked
        httpd.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder that does not exist yet, chosen by TIKTOKEN_CACHE_DIR."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "chosen"))
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(tmp_path / "other"))
    return tmp_path / "chosen"


@MODULES
def test_download_is_read_once_and_kept_under_the_sha1_of_its_address(module, server, cache):
    address, asked = server
    for _ in range(2):
        assert module.load_tiktoken_bpe(f"{address}/a.tiktoken", SHA256) == RANKS
    assert asked == ["/a.tiktoken"]
    name = hashlib.sha1(f"{address}/a.tiktoken".encode()).hexdigest()
    assert [(file.name, file.read_bytes()) for file in cache.iterdir()] == [(name, DATA)]


@MODULES
def test_cached_file_with_another_hash_is_read_anew(module, server, cache):
    address, asked = server
    module.read_file_cached(f"{address}/a")
    (file,) = cache.iterdir()
    file.write_bytes(b"damaged")
    assert module.read_file_cached(f"{address}/a") == b"damaged"
    assert module.read_file_cached(f"{address}/a", SHA256) == DATA
    assert len(asked) == 2
    assert file.read_bytes() == DATA


@MODULES
def test_second_variable_names_the_folder_when_the_first_is_not_set(
    module, server, cache, monkeypatch
):
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    module.read_file_cached(f"{server[0]}/a")
    assert len([*(cache.parent / "other").iterdir()]) == 1


@MODULES
def test_folder_that_cannot_be_written_matters_only_when_it_was_chosen(
    module, server, tmp_path, monkeypatch
):
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    for variable in CACHES:
        monkeypatch.delenv(variable, raising=False)
    assert module.read_file_cached(f"{server[0]}/a", SHA256) == DATA
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(blocked / "below"))
    with pytest.raises(OSError, match="a file"):
        module.read_file_cached(f"{server[0]}/a", SHA256)


@MODULES
def test_wrong_hash_is_refused_and_not_cached(module, server, cache):
    with pytest.raises(ValueError, match="Hash mismatch for data downloaded from http"):
        module.read_file_cached(f"{server[0]}/a", "0" * 64)
    assert not cache.exists()


def test_wrong_hash_is_refused_without_a_cache_too(server, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert load.read_file_cached(f"{server[0]}/a", SHA256) == DATA
    with pytest.raises(ValueError, match="Hash mismatch"):
        load.read_file_cached(f"{server[0]}/a", "0" * 64)
    assert len(server[1]) == 2


def test_draft_is_removed_when_it_cannot_take_its_place(server, cache):
    cached = cache / hashlib.sha1(f"{server[0]}/a".encode()).hexdigest()
    (cached / "in the way").mkdir(parents=True)
    cached.chmod(0o755)
    with pytest.raises(OSError, match="(?i)directory"):
        load._write_whole(str(cached), DATA)
    assert [file.name for file in cache.iterdir()] == [cached.name]


@MODULES
def test_answer_that_is_no_file_is_an_os_error(module, server, cache):
    with pytest.raises(OSError, match="404"):
        module.read_file(f"{server[0]}/gone")
    with pytest.raises(OSError, match="(?i)broke|broken"):
        module.read_file(f"{server[0]}/cut")
    with pytest.raises(OSError, match="no such|No such"):
        module.read_file(str(cache / "none"))
    with pytest.raises(ImportError, match="pip install blobfile"):
        module.read_file("gs://bucket/file")


@MODULES
def test_line_that_is_no_token_and_rank_is_named(module, tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    for line in (b"YQ==", b"YQ== x", b"YQ== 1 2", b"Y 1"):
        (tmp_path / "bad").write_bytes(b"YQ== 0\n" + line)
        with pytest.raises(ValueError, match="Error parsing line b'Y") as caught:
            module.load_tiktoken_bpe(str(tmp_path / "bad"))
        assert line.decode() in str(caught.value)


def test_dumped_ranks_come_back_in_order_of_rank(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    path = tmp_path / "x.tiktoken"
    load.dump_tiktoken_bpe({b"ab": 2, b"a": 0, b"b": 1}, str(path))
    assert path.read_bytes() == b"YQ== 0\nYg== 1\nYWI= 2\n"
    for module in (load, tiktoken.load):
        assert list(module.load_tiktoken_bpe(str(path)).items()) == list(RANKS.items())
    with pytest.raises(ImportError, match="pip install blobfile"):
        load.dump_tiktoken_bpe(RANKS, "gs://bucket/x")


def test_check_hash_compares_sha256():
    assert load.check_hash(DATA, SHA256)
    assert not load.check_hash(DATA + b" ", SHA256)


def gpt2_files(folder: pathlib.Path, merges: list[str], **changes: int | None) -> list[str]:
    """vocab.bpe and encoder.json of the 256 bytes and some merges, in GPT-2's spelling."""
    plain = [chr(b) for b in range(256) if chr(b).isprintable() and chr(b) != " "]
    letters = plain + [chr(256 + i) for i in range(256 - len(plain))]
    ids = {token: i for i, token in enumerate(letters + [m.replace(" ", "") for m in merges])}
    ids |= {"<|endoftext|>": len(ids), **changes}
    (folder / "vocab.bpe").write_text(
        "#version: 0.2\n" + "".join(f"{m}\n" for m in merges), "utf-8"
    )
    (folder / "encoder.json").write_text(
        json.dumps({k: v for k, v in ids.items() if v is not None})
    )
    return [str(folder / "vocab.bpe"), str(folder / "encoder.json")]


def test_files_of_gpt2_give_the_same_ranks(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    files = gpt2_files(tmp_path, ["a b", "\u0120 a", "\u0120a b", "\u010a \u010a"])
    ranks = load.data_gym_to_mergeable_bpe_ranks(*files)
    assert ranks == tiktoken.load.data_gym_to_mergeable_bpe_ranks(*files)
    assert [ranks[token] for token in (b"ab", b" a", b" ab", b"\n\n")] == [256, 257, 258, 259]


@pytest.mark.parametrize("changes", [{"ab": None}, {"ab": 300}, {"a": 7, "b": 9}, {"zz": 400}])
@pytest.mark.parametrize("clobber", [False, True])
def test_files_of_gpt2_must_agree(tmp_path, monkeypatch, changes, clobber):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    files = gpt2_files(tmp_path, ["a b"], **changes)

    def call(module):
        return module.data_gym_to_mergeable_bpe_ranks(*files, clobber_one_byte_tokens=clobber)

    assert both.outcome(call, load) == both.outcome(call, tiktoken.load)


def test_file_of_gpt2_with_another_hash_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    files = gpt2_files(tmp_path, ["a b"])
    for which in ("vocab_bpe_hash", "encoder_json_hash"):
        with pytest.raises(ValueError, match="Hash mismatch"):
            load.data_gym_to_mergeable_bpe_ranks(*files, **{which: "0" * 64})
