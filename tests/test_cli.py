"""The command ctok, as a shell runs it."""

import importlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

import ctok
from ctok import cli, textfiles
from ctok.token_view import readable

pytestmark = pytest.mark.thread_unsafe(reason="a command reads and writes sys.stdin and sys.stdout")

# "hi", a world of two tokens, a newline, a tab, an escape, and a byte of no character.
TEXT = "hi wörld 🌍\n\tx\x1b[31m".encode() + b"\xff"


def run(*args, stdin=b"", env=None, encoding="utf-8"):
    """What a command prints and exits with; in this process, for one of its own takes a while."""
    files = {"stdin": io.TextIOWrapper(io.BytesIO(stdin))}
    for name in ("stdout", "stderr"):
        files[name] = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    with mock.patch.dict(os.environ, env or {}), mock.patch.multiple(sys, **files):
        try:
            code = cli.main(list(map(str, args)))
        except SystemExit as end:
            code = end.code
    for name in ("stdout", "stderr"):
        files[name].flush()
    printed = [files[name].buffer.getvalue() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(args, code, *printed)


def output(*args, **given):
    done = run(*args, **given)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def complaint(*args, **given):
    done = run(*args, **given)
    assert done.returncode == 1
    assert done.stdout == b""
    message = done.stderr.decode()
    assert message.startswith("ctok: ")
    assert message.count("\n") == 1, message
    return message


def test_encode_prints_the_ids_of_the_whole_input_in_one_line():
    assert output("encode", "-", stdin=b"hello world\n") == b"24912 2375 198\n"


def test_encode_reads_a_file_under_the_named_encoding(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(TEXT)
    expected = ctok.encode(TEXT, "cl100k_base")
    assert output("encode", "-e", "cl100k_base", path).split() == [b"%d" % i for i in expected]
    assert json.loads(output("encode", "--json", "-e", "gpt-4", path)) == expected


def test_encode_lines_makes_each_line_a_text():
    lines = output("encode", "--lines", "--json", stdin=b"hello\n\nhello world").splitlines()
    assert [json.loads(line) for line in lines] == [[24912], [], [24912, 2375]]


def test_lines_are_encoded_as_they_come():
    """A program that writes a line and waits gets its ids; lines of any length are whole."""
    command = [sys.executable, "-m", "ctok", "encode", "--lines"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": env}
    with subprocess.Popen(command, **pipes) as process:
        for line, ids in ((b"hello world", b"24912 2375"), (b"", b"")):
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            assert process.stdout.readline().rstrip() == ids
        process.stdin.close()
        assert process.stdout.read() == b""
    long = b" ".join([b"hello"] * 400_000)
    assert len(output("encode", "--lines", stdin=long + b"\n" + long).split()) == 800_000


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz"])
def test_packed_files_are_unpacked(tmp_path, ending):
    module = {"gz": "gzip", "bz2": "bz2", "xz": "lzma"}[ending]
    path = tmp_path / f"text.{ending}"
    path.write_bytes(importlib.import_module(module).compress(b"hello world\nhello"))
    assert output("encode", path) == b"24912 2375 198 24912\n"
    assert output("encode", "--lines", path) == b"24912 2375\n24912\n"
    assert output("count", path).split()[:2] == [b"4", b"17"]
    path.write_bytes(path.read_bytes()[:-9])
    for command in ("encode", "count", "show"):
        assert "damaged" in run(command, path).stderr.decode()
        assert run(command, path).returncode == 1


@pytest.mark.parametrize("size", [1, 7, 64])
def test_count_reads_a_large_file_in_parts(tmp_path, monkeypatch, size):
    monkeypatch.setattr(textfiles, "BLOCK_BYTES", size)
    text = "a line.\nand more\n\nx\u00e9\ny 123!\n456\nB" * 9
    path = tmp_path / "text"
    path.write_text(text, "utf-8")
    for name in ("gpt2", "o200k_base"):
        expected = [ctok.count(text, name), len(text.encode())]
        assert [int(n) for n in output("count", "-e", name, path).split()[:2]] == expected
    path.write_text(text + "<|endoftext|>", "utf-8")
    place = len(text.encode())
    assert f"at position {place};" in run("count", path).stderr.decode()


def test_what_is_wrong_with_a_line_names_the_line():
    lines = b"a\n" * 3_000_000 + b"b <|endoftext|>\n"
    done = run("encode", "--lines", stdin=lines)
    assert (done.returncode, done.stdout.count(b"\n")) == (1, 3_000_000 - 3_000_000 % (1 << 19))
    assert b"line 3000001: Encountered" in done.stderr
    for wrong in (b"x", b"999999999"):
        done = run("decode", "--lines", stdin=b"5\n" + wrong)
        assert (done.returncode, done.stdout) == (1, b"&\n")
        assert done.stderr.startswith(b"ctok: line 2: ")


@pytest.mark.parametrize("data", [b"", b"\n", TEXT, bytes(range(256))], ids=repr)
def test_decode_writes_back_the_bytes_that_encode_read(data):
    assert output("decode", stdin=output("encode", stdin=data)) == data


def test_decode_lines_undoes_encode_lines():
    data = b"hello\n\nhello world\n"
    assert output("decode", "--lines", stdin=output("encode", "--lines", stdin=data)) == data


def test_decode_reads_json():
    assert output("decode", stdin=b"[24912, 2375]\n") == b"hello world"


def test_count_has_a_line_for_each_file_and_for_all(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"hello world")
    two.write_bytes(b"hello")
    rows = [line.split() for line in output("count", one, two).decode().splitlines()]
    assert rows == [["2", "11", str(one)], ["1", "5", str(two)], ["3", "16", "total"]]
    assert json.loads(output("count", "--json", one)) == [
        {"file": str(one), "tokens": 2, "bytes": 11}
    ]


def test_count_goes_on_after_a_missing_file_and_fails(tmp_path):
    path = tmp_path / "here"
    path.write_bytes(b"hello")
    done = run("count", tmp_path / "missing", path)
    assert done.returncode == 1
    assert done.stdout.split()[:3] == [b"1", b"5", str(path).encode()]
    assert done.stderr.count(b"\n") == 1
    assert b"missing" in done.stderr


def test_show_puts_bars_between_tokens_outside_of_a_terminal():
    assert output("show", stdin=b"hello world\n").decode() == "hello│ world│↵\n"


def test_show_prints_the_bytes_of_a_character_that_is_cut_apart():
    shown = output("show", "-e", "cl100k_base", stdin="🌍".encode()).decode()
    assert shown == "⟨f0⟩⟨9f⟩│⟨8c⟩│⟨8d⟩\n"


def test_show_sends_no_control_character_to_the_terminal():
    shown = output("show", stdin=TEXT + "\x00\x7f\x85\u202e".encode()).decode()
    assert {c for c in shown if not c.isprintable()} == {"\n"}
    assert "⟨1b⟩" in shown
    assert "⟨202e⟩" in shown
    assert "\N{REPLACEMENT CHARACTER}" not in shown


def test_show_ids_has_a_token_a_line():
    shown = output("show", "--ids", stdin=b"hello world").decode()
    assert shown == "  24912 hello\n   2375  world\n"


def test_show_json_has_an_object_a_token():
    rows = [json.loads(line) for line in output("show", "--json", stdin=TEXT).splitlines()]
    assert b"".join(bytes.fromhex(row["bytes"]) for row in rows) == TEXT
    assert [row["id"] for row in rows] == ctok.encode(TEXT)


@pytest.mark.parametrize(
    ("options", "env", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
        (["--color=always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_show_is_colored_when_asked(options, env, colored):
    pytest.importorskip("rich")
    clean = {"NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm-256color"}
    shown = output("show", *options, stdin=b"hello world", env={**clean, **env})
    assert (b"\x1b[" in shown) == colored


def test_readable_keeps_whole_characters_and_pictures_the_rest():
    assert readable("ñ中🌍".encode()) == "ñ中🌍"
    assert readable(b"\n\t \xe4\xb8") == "↵→ ⟨e4⟩⟨b8⟩"


def test_inspect_states_the_facts_of_a_vocabulary():
    facts = json.loads(output("inspect", "--json", "cl100k_base"))
    tokenizer = ctok.get_encoding("cl100k_base")
    assert facts["n_vocab"] == 100_277
    assert facts["tokens"] == 100_256
    assert facts["special_tokens"] == tokenizer.special_tokens
    assert facts["pattern"] == tokenizer.pattern
    assert facts["is_proper"] is True
    text = output("inspect", "cl100k_base").decode()
    assert "<|endoftext|>" in text
    assert "100277" in text


def test_export_writes_a_rank_file_that_loads_again(tmp_path):
    path = tmp_path / "mine.tiktoken"
    data = output("export", "r50k_base", "--format", "tiktoken")
    output("export", "r50k_base", "--format", "tiktoken", "-o", path)
    assert path.read_bytes() == data
    assert data.startswith(b"IQ== 0\n")
    encoded = output("encode", "-e", path, "--pattern", "r50k", stdin=b"hello world")
    assert encoded == output("encode", "-e", "r50k_base", stdin=b"hello world")


def test_special_tokens_are_refused_unless_the_user_says_what_they_are():
    text = b"a<|endoftext|>"
    message = complaint("encode", stdin=text)
    assert "'<|endoftext|>'" in message
    assert "--special allow" in message
    assert "--special text" in message
    assert output("encode", "--special", "allow", stdin=text) == b"64 199999\n"
    assert output("decode", stdin=output("encode", "--special", "text", stdin=text)) == text


@pytest.mark.parametrize(
    ("args", "stdin", "named"),
    [
        (["encode", "no/such/file"], b"", "no/such/file"),
        (["show", "."], b"", "'.'"),
        (["encode", "-e", "nonsense"], b"", "o200k_base"),
        (["inspect", "nonsense"], b"", "nonsense"),
        (["decode"], b"12 twelve", "twelve"),
        (["decode"], b"99999999999", "99999999999"),
        (["decode"], b"-1", "-1"),
        (["export", "gpt2", "--format", "tiktoken", "-o", "no/such/dir"], b"", "no/such/dir"),
        (["inspect", ".", "--pattern", "cl100k"], b"", "no vocabulary in this folder"),
        (["encode", "-e", __file__, "--pattern", "cl100k"], b"", "test_cli.py"),
        (["encode", "-e", __file__, "--pattern", "("], b"", "test_cli.py"),
    ],
    ids=lambda value: " ".join(map(os.path.basename, value)) if isinstance(value, list) else None,
)
def test_a_users_error_is_one_line_that_names_it(args, stdin, named):
    assert named in complaint(*args, stdin=stdin)


@pytest.mark.parametrize("args", [[], ["nonsense"], ["encode", "--nonsense"], ["export", "gpt2"]])
def test_wrong_arguments_exit_with_2(args):
    done = run(*args)
    assert done.returncode == 2
    assert b"usage: ctok" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a broken pipe is another error there")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_is_no_error_to_talk_about(unbuffered):
    process = subprocess.Popen(
        [sys.executable, "-m", "ctok", "export", "cl100k_base", "--format", "tiktoken"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert process.stdout.read(7) == b"IQ== 0\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == cli.BROKEN_PIPE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ctok", "show", "-"],
            input=b"hello", stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(b"ctok: cannot write the output: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell that closes files")
@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_closed_input_or_output_is_one_line(closed):
    command = f'exec "{sys.executable}" -m ctok encode {closed}'
    done = subprocess.run(
        ["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"is closed\n" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_an_output_that_cannot_hold_a_character_gets_its_number():
    assert output("show", stdin=b"a b", encoding="ascii") == b"a\\u2502 b\n"


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_an_interrupt_is_quiet():
    program = "import sys; from ctok.cli import main; print('ready', flush=True); sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "encode"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == b"ready\n"
    time.sleep(1)  # until it waits for its input
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (cli.INTERRUPTED, b"", b"")


def test_a_command_is_a_row(capsys):
    def add_arguments(parser):
        parser.add_argument("word")

    def shout(args):
        print(args.word.upper())
        return 0

    parser = cli.parser_of([cli.Command("shout", "a word, louder", add_arguments, shout)])
    args = parser.parse_args(["shout", "hello"])
    assert args.run(args) == 0
    assert capsys.readouterr().out == "HELLO\n"


@pytest.mark.parametrize("command", [["-m", "ctok"], ["-c", "from ctok.cli import main; main()"]])
def test_a_shell_runs_it(command):
    done = subprocess.run(
        [sys.executable, *command, "encode"], input=b"hello world", capture_output=True, check=True
    )
    assert (done.stdout.split(), done.stderr) == ([b"24912", b"2375"], b"")


def test_version_names_the_installation():
    assert output("--version").decode().startswith(f"ctok {ctok.__version__} (")
