"""Features of recordings on disk, so that nothing is decoded a second time for them.

Conventions
-----------
* ``<version>-<sha256>.safetensors``: hand-made features of one content's segments.
* ``<version>-<encoder id>-<sha256>.safetensors``: how well an encoder rebuilds its columns.
* ``<version>-<encoder id>.<hop>.<offset>-<sha256>.safetensors``: segment latents at other places
  than every ten seconds, in columns.
* ``<version>-descriptors.<version>-<sha256>.safetensors``: what a musician hears in its segments.
* Files are written whole or not at all, with the sums of :mod:`data.sealed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from data.files import write_atomically
from data.sealed import Damaged, read_sealed, sealed
from errors import UserError

# Part of the files' names: a change of what is computed must not find old ones.
VERSION = 1
#: The kind of :mod:`analysis.descriptors`; they change on their own.
DESCRIPTORS = "descriptors.1"


def segments_kind(encoder_id: str, hop: int, offset: int) -> str:
    """The kind of segment latents at a hop and an offset, in columns."""
    return f"{encoder_id}.{hop}.{offset}"


class FeatureStore:
    """The folder ``features/`` of a library."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, sha256: str, kind: str = "") -> Path:
        """Where the features of a content are, or would be.

        Parameters
        ----------
        sha256 : str
        kind : str
            Empty for the hand-made features, an encoder's id for its errors,
            :data:`DESCRIPTORS`, or from :func:`segments_kind`.
        """
        parts = [str(VERSION), kind, sha256] if kind else [str(VERSION), sha256]
        return self.folder / f"{'-'.join(parts)}.safetensors"

    def has(self, sha256: str, kind: str = "") -> bool:
        """True when they have been kept."""
        return self.path(sha256, kind).is_file()

    def read(self, sha256: str, name: str) -> NDArray[Any]:
        """One feature of a content.

        Raises
        ------
        UserError
            If it was not kept or its file is damaged.
        """
        path = self.path(sha256)
        try:
            return read_sealed(path, name)[name]
        except (OSError, Damaged) as error:
            raise UserError(
                f"{path} is damaged ({error}): delete it and evaluate again."
            ) from error

    def find(self, sha256: str, kind: str) -> dict[str, NDArray[Any]] | None:
        """All arrays of one kind; None where nobody computed them, or their file is damaged."""
        try:
            return read_sealed(self.path(sha256, kind))
        except (OSError, Damaged):
            return None

    def write(self, sha256: str, arrays: dict[str, NDArray[Any]], kind: str = "") -> None:
        """Keep arrays by name."""
        write_atomically(self.path(sha256, kind), sealed(arrays))
