"""The bundled encodings' own format: small, and whole or refused."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import ctok
from ctok import catalog
from ctok.loaders import packed


@pytest.mark.parametrize("row", catalog.RANK_FILES, ids=lambda row: row.name)
def test_packing_again_gives_the_bundled_file(row):
    spec = catalog.load_bundled(row.name)
    lengths = np.diff(spec.token_offsets).astype(np.uint16)
    data = packed.pack(spec.token_bytes, lengths, spec.split_at.astype(np.uint16))
    token_bytes, lengths_again, split_at = packed.unpack(
        data, source=row.name, sha256=hashlib.sha256(data).hexdigest()
    )
    assert token_bytes == spec.token_bytes
    assert lengths_again.tolist() == lengths.tolist()
    assert split_at.tolist() == spec.split_at.tolist()


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
