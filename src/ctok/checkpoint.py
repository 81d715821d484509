"""A training's checkpoint: a folder with its counts, its settings and the merges made so far."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .counting import PieceCounts, replace


class Checkpoint:
    """A folder that outlives the process; a file in it is whole, or as it was before.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._counts = folder / "counts.npz"
        self._counting = folder / "counting.npz"
        self._settings = folder / "settings.json"
        self._merges = folder / "merges.npy"

    def load_counts(self, like: PieceCounts) -> tuple[PieceCounts, bool]:
        """The saved counts, none at the beginning; and whether they are those of all texts.

        Raises
        ------
        ValueError
            They were counted under another pattern or limit than `like`.
        """
        ended = self._counts.exists()
        path = self._counts if ended else self._counting
        if path.exists():
            like.merge(PieceCounts.load(path))
            like.put_away()
        return like, ended

    def save_counts(self, counts: PieceCounts, *, ended: bool) -> None:
        """Keeps the counts, which are those of all texts when counting has ended."""
        if ended:
            counts.save(self._counts)
            self._counting.unlink(missing_ok=True)
        else:
            counts.save(self._counting)
            counts.put_away()

    def check(self, settings: dict[str, Any], parts: list[list[npt.NDArray[Any]]]) -> None:
        """Keeps the settings of a training, or compares them with those that are kept.

        Raises
        ------
        ValueError
            The folder is of another training.
        """
        digest = hashlib.sha256()
        for part in parts:
            for array in part:
                digest.update(len(array).to_bytes(8, "little"))
                digest.update(np.ascontiguousarray(array).data)
        settings = {**settings, "start_and_counts": digest.hexdigest()}
        if not self._settings.exists():
            data = json.dumps(settings, indent=1).encode()
            replace(self._settings, lambda file: file.write(data))
            return
        kept = json.loads(self._settings.read_text())
        for name, value in settings.items():
            if kept.get(name) != value:
                raise ValueError(
                    f"the checkpoint {self._settings.parent} is of another training: its {name} is"
                    f" {kept.get(name)!r}, not {value!r}; name another folder or remove this one"
                )

    def load_merges(self) -> npt.NDArray[np.uint32]:
        """The merges made so far, shape (n, 2)."""
        if not self._merges.exists():
            return np.empty((0, 2), dtype=np.uint32)
        merges: npt.NDArray[np.uint32] = np.load(self._merges, allow_pickle=False)
        return merges

    def save_merges(self, merges: npt.NDArray[np.uint32]) -> None:
        """Keeps the merges made so far."""
        replace(self._merges, lambda file: np.save(file, merges))
