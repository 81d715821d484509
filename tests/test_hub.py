"""ctok.load("organization/name") fetches through huggingface_hub, from a server on this machine."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ctok
from ctok import hub

from . import models

pytest.importorskip("huggingface_hub")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CODE = """
import ctok
tokenizer = ctok.load("someone/model")
print(tokenizer.name, *tokenizer.encode("hello world"))
"""
WITH_TOKEN = """
from ctok.compat.huggingface import Tokenizer
print(*Tokenizer.from_pretrained("someone/model", token="secret").encode("hello world").ids)
"""


@pytest.fixture
def server():
    """A hub with one model that has a tokenizer.json and weights; and what was asked of it."""
    files = {
        "tokenizer.json": json.dumps(models.byte_level()).encode(),
        "model.safetensors": b"weights",
    }
    asked: list[str] = []

    class Hub(http.server.BaseHTTPRequestHandler):
        def reply(self, body: bytes, **headers: str) -> None:
            self.send_response(200)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Authorization')}")
            path = self.path.split("?")[0]
            name = path.rsplit("/", 1)[-1]
            if path.startswith("/api/models/someone/model/tree"):
                rows = [
                    {"type": "file", "path": file, "size": len(data), "oid": "0" * 40}
                    for file, data in files.items()
                ]
                self.reply(json.dumps(rows).encode(), Content_Type="application/json")
            elif path.startswith("/api/models/someone/model"):
                siblings = [{"rfilename": file} for file in files]
                info = {"id": "someone/model", "sha": COMMIT, "siblings": siblings, "tags": []}
                self.reply(json.dumps(info).encode(), Content_Type="application/json")
            elif path.startswith("/someone/model/resolve/") and name in files:
                etag = hashlib.sha1(files[name]).hexdigest()
                self.reply(files[name], ETag=f'"{etag}"', X_Repo_Commit=COMMIT)
            else:
                self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def run(home, code=CODE, **environment):
    """What a new process prints, the name and ids, and what it says to stderr."""
    source = Path(ctok.__file__).parent.parent
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    environment = {**inherited, "HF_HOME": str(home), "PYTHONPATH": str(source), **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
    )
    return done.stdout.split(), done.stderr


def test_a_model_is_fetched_once_and_its_weights_never(server, tmp_path):
    url, asked = server
    wanted = ["someone/model", *map(str, ctok.load(models.byte_level()).encode("hello world"))]
    found, said = run(tmp_path, HF_ENDPOINT=url)
    assert found == wanted, said
    assert any("tokenizer.json" in path for path in asked)
    assert not any("safetensors" in path for path in asked)
    asked.clear()
    assert run(tmp_path, HF_ENDPOINT=url, HF_HUB_OFFLINE="1")[0] == wanted
    assert asked == []


def test_a_token_that_is_given_is_sent(server, tmp_path):
    url, asked = server
    found, said = run(tmp_path, WITH_TOKEN, HF_ENDPOINT=url)
    assert found == list(map(str, ctok.load(models.byte_level()).encode("hello world"))), said
    assert any(path.endswith(" Bearer secret") for path in asked)


def test_a_model_that_cannot_be_fetched_is_named(tmp_path):
    found, said = run(tmp_path, HF_HUB_OFFLINE="1")
    assert found == [] and "VocabError: 'someone/model' is no file here, and fetching" in said


def test_names_of_models_have_one_slash():
    assert hub.is_name("Qwen/Qwen3-0.6B") and hub.is_name("a/b_c.d")
    for other in ("gpt2", "a/b/c", "/a/b", "./a", "../a", "a/", "C:\\a", "a b/c"):
        assert not hub.is_name(other)
