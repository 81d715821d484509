"""Reads and writes vocabulary files, near and far, through a cache folder that is checked."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import tempfile
import uuid
from typing import Any

SECONDS_WITHOUT_DATA = 60  # then a download has failed


def _blobfile(path: str) -> Any:
    """The library that tiktoken reads and writes other addresses with."""
    try:
        import blobfile
    except ImportError as error:
        raise ImportError(
            f"{path!r} needs blobfile. Please install it by running `pip install blobfile`."
        ) from error
    return blobfile


def read_file(blobpath: str) -> bytes:
    """The bytes of a file: by path, by http(s) address, or any address that blobfile knows.

    Raises
    ------
    OSError
        The file cannot be read, or the server does not answer with it.
    ImportError
        An address of another kind, and blobfile is not installed.
    """
    if "://" not in blobpath:
        with open(blobpath, "rb") as file:
            return file.read()
    if blobpath.startswith(("http://", "https://")):
        import http.client  # only here: these take longer to import than all of ctok
        import urllib.request

        try:
            with urllib.request.urlopen(blobpath, timeout=SECONDS_WITHOUT_DATA) as response:
                data: bytes = response.read()
                return data
        except http.client.HTTPException as error:
            raise OSError(f"{blobpath}: the answer broke off or is no HTTP: {error!r}") from error
    contents: bytes = _blobfile(blobpath).read_bytes(blobpath)
    return contents


def check_hash(data: bytes, expected_hash: str) -> bool:
    """Whether the SHA-256 of data is the expected one, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest() == expected_hash


def _cache_dir() -> tuple[str, bool]:
    """The cache folder, and whether the user chose it; an empty name means no cache."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return os.environ[variable], True
    return os.path.join(tempfile.gettempdir(), "data-gym-cache"), False


def _write_whole(path: str, data: bytes) -> None:
    """Writes a file that others see complete or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    draft = f"{path}.{uuid.uuid4()}.tmp"
    try:
        with open(draft, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.remove(draft)
        raise


def read_file_cached(blobpath: str, expected_hash: str | None = None) -> bytes:
    """The bytes of a file, from the cache folder when it has them.

    The folder is ``TIKTOKEN_CACHE_DIR``, else ``DATA_GYM_CACHE_DIR``, else one below the folder
    for temporary files; an empty name turns caching off. A cached file with another hash is
    read anew.

    Raises
    ------
    ValueError
        What was read does not have the expected hash, with or without a cache.
    OSError
        The file cannot be read, or a cache folder that the user chose cannot be written.
    """
    cache_dir, chosen = _cache_dir()
    cached = os.path.join(cache_dir, hashlib.sha1(blobpath.encode()).hexdigest())
    if cache_dir and os.path.exists(cached):
        with open(cached, "rb") as file:
            data = file.read()
        if expected_hash is None or check_hash(data, expected_hash):
            return data
        with contextlib.suppress(OSError):
            os.remove(cached)
    data = read_file(blobpath)
    if expected_hash and not check_hash(data, expected_hash):
        raise ValueError(
            f"Hash mismatch for data downloaded from {blobpath} (expected {expected_hash}, got"
            f" {hashlib.sha256(data).hexdigest()}). The download may be damaged; please try again."
        )
    if cache_dir:
        try:
            _write_whole(cached, data)
        except OSError:
            if chosen:
                raise
    return data


def data_gym_to_mergeable_bpe_ranks(
    vocab_bpe_file: str,
    encoder_json_file: str,
    vocab_bpe_hash: str | None = None,
    encoder_json_hash: str | None = None,
    clobber_one_byte_tokens: bool = False,
) -> dict[bytes, int]:
    """Ranks from the two files of GPT-2: its merges, and its ids, which must agree.

    Parameters
    ----------
    vocab_bpe_file : str
        A line a merge below a line of heading; bytes are written as printable characters.
    encoder_json_file : str
        A JSON object from tokens, written likewise, to ids.
    vocab_bpe_hash, encoder_json_hash : str, optional
        Their SHA-256.
    clobber_one_byte_tokens : bool
        Whether single bytes take their ids from encoder_json_file.

    Raises
    ------
    AssertionError
        The files do not agree.
    KeyError
        A character that stands for no byte.
    """
    plain = [byte for byte in range(256) if chr(byte).isprintable() and chr(byte) != " "]
    others = [byte for byte in range(256) if byte not in plain]
    byte_of = {chr(byte): byte for byte in plain}
    byte_of.update((chr(256 + i), byte) for i, byte in enumerate(others))

    def bytes_of(written: str) -> bytes:
        return bytes(byte_of[character] for character in written)

    ranks = {bytes([byte]): rank for rank, byte in enumerate(plain + others)}
    lines = read_file_cached(vocab_bpe_file, vocab_bpe_hash).decode().split("\n")[1:-1]
    for rank, line in enumerate(lines, len(ranks)):
        left, right = line.split()
        ranks[bytes_of(left + right)] = rank

    listed = json.loads(read_file_cached(encoder_json_file, encoder_json_hash))
    by_token = {bytes_of(written): number for written, number in listed.items()}
    for special in (b"<|endoftext|>", b"<|startoftext|>"):
        by_token.pop(special, None)
    if clobber_one_byte_tokens:
        ranks.update((token, rank) for token, rank in by_token.items() if len(token) == 1)
    if ranks != by_token:
        raise AssertionError(
            f"{encoder_json_file} lists {len(by_token)} tokens that are not the {len(ranks)} of"
            f" {vocab_bpe_file}, or under other ids"
        )
    return ranks


def dump_tiktoken_bpe(bpe_ranks: dict[bytes, int], tiktoken_bpe_file: str) -> None:
    """Writes ranks as a .tiktoken file: a line a token, its bytes in base64 and its rank."""
    path = os.fspath(tiktoken_bpe_file)
    write = _blobfile(path).BlobFile if "://" in path else open
    with write(path, "wb") as file:
        for token, rank in sorted(bpe_ranks.items(), key=lambda item: item[1]):
            file.write(b"%s %d\n" % (base64.b64encode(token), rank))


def load_tiktoken_bpe(tiktoken_bpe_file: str, expected_hash: str | None = None) -> dict[bytes, int]:
    """Ranks from a .tiktoken file, read through the cache.

    Raises
    ------
    ValueError
        Another hash than expected, or a line that is not a token in base64 and a rank.
    """
    ranks = {}
    for line in read_file_cached(tiktoken_bpe_file, expected_hash).splitlines():
        if not line:
            continue
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
        except ValueError as error:
            raise ValueError(f"Error parsing line {line!r} in {tiktoken_bpe_file}") from error
    return ranks
