"""Which files of a folder are recordings."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from data.decoding import AUDIO_SUFFIXES
from data.files import real_path, stored_path, stored_text
from data.sources import Source
from errors import UsageError


@dataclass(frozen=True)
class AudioFile:
    """One file that claims to be audio, or a track in it.

    Attributes
    ----------
    path, audio, start_s, end_s
        As :class:`data.catalogue.Recording` has them.
    size, mtime_ns : int
        Of the file.
    tags : dict
        What a CUE sheet says of a track.
    """

    path: str
    size: int
    mtime_ns: int
    audio: str = ""
    start_s: float = 0.0
    end_s: float | None = None
    tags: dict[str, str] = field(default_factory=dict)

    def source(self, root: str) -> Source:
        """Where its sound is, in a folder as the catalogue stores it."""
        return Source(str(real_path(root, self.audio or self.path)), self.start_s, self.end_s)


def audio_root(folder: str | Path) -> Path:
    """The absolute form of a folder to import.

    Raises
    ------
    UsageError
        If it is missing, no folder, or may not be read.
    """
    root = Path(folder).absolute()
    if not root.exists():
        raise UsageError(f"The folder {root} does not exist: check the path.")
    if not root.is_dir():
        raise UsageError(f"{root} is a file: give the folder that holds the recordings.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(f"The folder {root} may not be read: change its permissions.")
    return Path(os.path.normpath(root))


def scan(root: Path, suffixes: AbstractSet[str] = AUDIO_SUFFIXES) -> list[AudioFile]:
    """Every audio file below `root` by its suffix, sorted by path.

    Other files (covers, booklets) and whatever is hidden, macOS's ``._*``
    companions among it, are passed over silently.
    """
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not name.startswith(".")]
        inside = stored_path(Path(folder).relative_to(root))
        for name in files:
            file = Path(folder, name)
            if name.startswith(".") or file.suffix.lower() not in suffixes:
                continue
            try:
                status = file.stat()
            except OSError:  # removed since, or a link to nowhere: there is no recording
                continue
            # Text: Path.relative_to takes as long as all the rest of a scan.
            path = name if inside == "." else f"{inside}/{name}"
            found.append(AudioFile(stored_text(path), status.st_size, status.st_mtime_ns))
    return sorted(found, key=lambda file: file.path)
