"""Packs OpenAI's rank files into src/ctok/data, and writes their checksums into the catalog.

    python tools/pack_vocab.py FOLDER     a folder with p50k_base.tiktoken and so on, or .gz

Each file is first checked against the sha256 that tiktoken publishes.
"""

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

from ctok import catalog, kernels
from ctok.loaders import packed, tiktoken
from ctok.vocab import Vocab

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "ctok"


def read(folder: Path, name: str) -> bytes:
    """The rank file's bytes, unzipped when need be."""
    plain = folder / f"{name}.tiktoken"
    if plain.exists():
        return plain.read_bytes()
    return gzip.decompress(Path(f"{plain}.gz").read_bytes())


def main() -> int:
    """Packs every file that the catalog names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    catalog_text = (PACKAGE / "catalog.py").read_text()
    for row in catalog.RANK_FILES:
        data = read(folder, row.name)
        if hashlib.sha256(data).hexdigest() != row.published_sha256:
            sys.exit(f"{row.name}: not the file that OpenAI publishes")
        spec = tiktoken.parse(data, source=row.name, pattern="", name=row.name)
        vocab = Vocab(spec)
        assert vocab.is_proper, f"{row.name} is not proper"
        lengths = np.diff(spec.token_offsets)
        result = packed.pack(spec.token_bytes, lengths, vocab.split_lengths)
        (PACKAGE / "data" / f"{row.name}.ctokpack").write_bytes(result)
        checksum = f"0x{kernels.checksum(result):016X}"
        before = f'    "{row.name}",\n    checksum='
        head, tail = catalog_text.split(before, 1)
        catalog_text = f"{head}{before}{checksum}{tail[tail.index(',') :]}"
        print(f"{row.name}: {len(data)} bytes, packed {len(result)}, checksum {checksum}")
    (PACKAGE / "catalog.py").write_text(catalog_text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
