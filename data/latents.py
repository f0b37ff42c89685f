"""Latents on disk: one safetensors file a recording and encoder, named by content.

Conventions
-----------
* ``notes``: float16 [T, 32], 40 rows a second; ``segments``: float32 [N, 16], one row for
  each consecutive ten seconds.
* Files are written whole or not at all, with the sums of :mod:`data.sealed`.
* Whoever finds one damaged sets it aside, as ``<sha256>.damaged``: from then on the latents are
  simply missing, which every part of the program knows how to mend.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from data.files import write_atomically
from data.sealed import Damaged, read_sealed, sealed
from errors import UserError

_SUFFIX = ".safetensors"


class LatentStore:
    """The folder ``latents/<encoder id>/<sha256>.safetensors``."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, encoder_id: str, sha256: str) -> Path:
        """Where the latents of a recording with this content are, or would be."""
        return self.folder / encoder_id / f"{sha256}{_SUFFIX}"

    def has(self, encoder_id: str, sha256: str) -> bool:
        """True when this content was encoded by this encoder."""
        return self.path(encoder_id, sha256).is_file()

    def known(self, encoder_id: str) -> set[str]:
        """SHA-256 of every content that this encoder has encoded; one look at the folder."""
        try:
            with os.scandir(self.folder / encoder_id) as entries:
                names = [entry.name for entry in entries]
        except FileNotFoundError:
            return set()
        # What begins with a dot is being written.
        return {
            name[: -len(_SUFFIX)] for name in names if name.endswith(_SUFFIX) and name[0] != "."
        }

    def read_notes(self, encoder_id: str, sha256: str) -> NDArray[np.float16]:
        """Note latents, float16 [shape=(T, 32)].

        Raises
        ------
        UserError
            If the recording is not encoded by this encoder; :class:`data.sealed.Damaged` if its
            file is damaged, which is then set aside.
        """
        return self._read(encoder_id, sha256, "notes")

    def read_segments(self, encoder_id: str, sha256: str) -> NDArray[np.float32]:
        """Segment latents, float32 [shape=(N, 16)]; reads only that part of the file.

        Raises
        ------
        UserError
            As :meth:`read_notes`.
        """
        return self._read(encoder_id, sha256, "segments")

    def read_shape(self, encoder_id: str, sha256: str) -> tuple[int, int]:
        """(T columns, N segments) of a recording, read from the file's header alone."""
        path = self.path(encoder_id, sha256)
        try:
            with safe_open(path, framework="numpy") as file:
                columns = file.get_slice("notes").get_shape()[0]
                return columns, file.get_slice("segments").get_shape()[0]
        except OSError as error:
            raise _unreadable(path, error) from error
        except (SafetensorError, ValueError) as error:
            raise _unreadable(path, Damaged(str(error))) from error

    def write(
        self,
        encoder_id: str,
        sha256: str,
        notes: NDArray[np.floating],
        segments: NDArray[np.floating],
    ) -> Path:
        """Keep the latents of one recording.

        Parameters
        ----------
        notes : float [shape=(T, 32)]
        segments : float [shape=(N, 16)]
        """
        if notes.ndim != 2 or segments.ndim != 2:
            raise ValueError(f"latents must be matrices, not {notes.shape} and {segments.shape}")
        path = self.path(encoder_id, sha256)
        tensors: dict[str, NDArray] = {
            "notes": np.ascontiguousarray(notes, dtype=np.float16),
            "segments": np.ascontiguousarray(segments, dtype=np.float32),
        }
        write_atomically(path, sealed(tensors))
        return path

    def _read(self, encoder_id: str, sha256: str, name: str) -> NDArray:
        path = self.path(encoder_id, sha256)
        try:
            return read_sealed(path, name)[name]
        except (OSError, Damaged) as error:
            raise _unreadable(path, error) from error


def set_aside(path: Path) -> Path:
    """Move a damaged file out of the way, so that what it held counts as missing."""
    aside = path.with_suffix(".damaged")
    with suppress(OSError):  # of a library that cannot be written, it stays where it is
        path.replace(aside)
    return aside


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(
            f"There are no latents of encoder {path.parent.name} for recording {path.stem[:8]}: "
            "import its folder again."
        )
    if isinstance(error, OSError):
        return UserError(f"{path} cannot be read ({error.strerror or error}): look at its disk.")
    set_aside(path)
    return Damaged(
        f"The latents {path} are damaged and were set aside: they are made again when they are "
        "next asked for, or by 'musiclatentvis verify --repair'."
    )
