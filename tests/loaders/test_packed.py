"""The bundled encodings' own format: small, and whole or refused."""

from pathlib import Path

import numpy as np
import pytest

import ctok
from ctok import catalog, kernels
from ctok.loaders import packed


@pytest.mark.parametrize("row", catalog.RANK_FILES, ids=lambda row: row.name)
def test_packing_again_gives_the_bundled_file(row):
    spec = catalog.load_bundled(row.name)
    data = packed.pack(spec.token_bytes, np.diff(spec.token_offsets), spec.split_at)
    assert data == Path(catalog.DATA, f"{row.name}.ctokpack").read_bytes()
    assert kernels.checksum(data) == row.checksum
    token_bytes, offsets, split_at = packed.unpack(data, source=row.name)
    assert token_bytes == spec.token_bytes
    assert offsets.tolist() == spec.token_offsets.tolist()
    assert split_at.tolist() == spec.split_at.tolist()


def test_what_is_no_packed_file_is_refused():
    good = packed.pack(b"abab", np.array([1, 1, 0, 2]), np.array([0, 0, 0, 1]))
    assert packed.unpack(good, source="x")[1].tolist() == [0, 1, 2, 2, 4]
    for bad in (good[:-1], good + b"x", good[:20], good[:10], b"", b"C" + good[1:]):
        with pytest.raises(ctok.VocabError, match="x: not a packed encoding of version 2"):
            packed.unpack(bad, source="x")
    with pytest.raises(ValueError, match="a token of 256 bytes"):
        packed.pack(b"a" * 256, np.array([256]), np.array([0]))


def test_all_bundled_files_together_are_under_4_megabytes():
    assert sum(path.stat().st_size for path in Path(catalog.DATA).glob("*.ctokpack")) < 4_000_000


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_file_is_refused_by_name(monkeypatch, tmp_path, damage):
    good = Path(catalog.DATA, "cl100k_base.ctokpack").read_bytes()
    middle = len(good) // 2
    bad = {
        "cut": good[:-1],
        "flipped": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
        "empty": b"",
    }[damage]
    (tmp_path / "cl100k_base.ctokpack").write_bytes(bad)
    monkeypatch.setattr(catalog, "DATA", tmp_path)
    with pytest.raises(ctok.VocabError, match=r"cl100k_base\.ctokpack.*install ctok again"):
        catalog.load_bundled("cl100k_base")
