"""Features of recordings on disk, so that a second evaluation decodes nothing.

Conventions
-----------
* ``<version>-<sha256>.safetensors``: hand-made features of one content's segments.
* ``<version>-<encoder id>-<sha256>.safetensors``: how well an encoder rebuilds its columns.
* Files are written whole or not at all; one that cannot be read counts as missing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from data.files import write_atomically

# Part of the files' names: a change of what is computed must not find old ones.
VERSION = 1


class FeatureStore:
    """The folder ``features/`` of a library."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, sha256: str, encoder_id: str = "") -> Path:
        """Where the features of a content, or an encoder's errors on it, are or would be."""
        parts = [str(VERSION), encoder_id, sha256] if encoder_id else [str(VERSION), sha256]
        return self.folder / f"{'-'.join(parts)}.safetensors"

    def has(self, sha256: str, encoder_id: str = "") -> bool:
        """True when they have been kept."""
        return self.path(sha256, encoder_id).is_file()

    def read(self, sha256: str, encoder_id: str = "") -> dict[str, NDArray] | None:
        """What was kept; None where nothing, or nothing readable, is."""
        try:
            return load_file(self.path(sha256, encoder_id))
        except (OSError, SafetensorError):
            return None

    def write(self, sha256: str, arrays: dict[str, NDArray], encoder_id: str = "") -> None:
        """Keep arrays by name."""
        tensors = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        write_atomically(self.path(sha256, encoder_id), save(tensors))
