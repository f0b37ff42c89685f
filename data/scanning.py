"""Which files of a folder are recordings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from data.decoding import AUDIO_SUFFIXES
from data.files import stored_path, stored_text
from errors import UsageError


@dataclass(frozen=True)
class AudioFile:
    """One file that claims to be audio; `path` as the catalogue stores it."""

    path: str
    size: int
    mtime_ns: int


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


def scan(root: Path) -> list[AudioFile]:
    """Every audio file below `root` by its suffix, sorted by path.

    Other files (covers, booklets, cue sheets) and whatever is hidden, macOS's ``._*``
    companions among it, are passed over silently.
    """
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not name.startswith(".")]
        inside = stored_path(Path(folder).relative_to(root))
        for name in files:
            file = Path(folder, name)
            if name.startswith(".") or file.suffix.lower() not in AUDIO_SUFFIXES:
                continue
            try:
                status = file.stat()
            except OSError:  # removed since, or a link to nowhere: there is no recording
                continue
            # Text: Path.relative_to takes as long as all the rest of a scan.
            path = name if inside == "." else f"{inside}/{name}"
            found.append(AudioFile(stored_text(path), status.st_size, status.st_mtime_ns))
    return sorted(found, key=lambda file: file.path)
