"""Which files of a folder are recordings."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from data.decoding import AUDIO_SUFFIXES
from data.files import readable_name, real_path, stored_path, stored_text
from data.library import CATALOGUE
from data.sources import Source
from data.unread import not_read, sentences
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


@dataclass(frozen=True)
class Scan:
    """What a folder holds.

    Attributes
    ----------
    files : tuple of AudioFile
        Sorted by path.
    problems : tuple of str
        One sentence for each place that could not be looked at, and for each kind of files that
        are not read: recordings may be there.
    """

    files: tuple[AudioFile, ...]
    problems: tuple[str, ...]


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


def scan(root: Path, suffixes: AbstractSet[str] = AUDIO_SUFFIXES) -> Scan:
    """Every audio file below `root` by its suffix.

    Other files (covers, booklets) and whatever is hidden, macOS's ``._*`` companions among it,
    are passed over silently, and so is what only has the name of a file: who opens a pipe waits
    for ever. Links to folders are followed.
    """
    files: list[AudioFile] = []
    problems: list[str] = []
    unread: dict[str, list[str]] = {}
    for folder, names in _folders(root, problems.append):
        inside = stored_path(Path(folder).relative_to(root))
        # Text: Path.relative_to takes as long as all the rest of a scan.
        within = "" if inside == "." else f"{inside}/"
        music = [
            name
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes
        ]
        for suffix, name in not_read(names, with_music=bool(music)):
            unread.setdefault(suffix, []).append(stored_text(within + name))
        for name in music:
            file, path = Path(folder, name), stored_text(within + name)
            try:
                status = file.stat()
            except OSError as error:
                if file.is_symlink():
                    problems.append(f"{readable_name(path)} is a link that leads nowhere.")
                elif not isinstance(error, FileNotFoundError):
                    problems.append(f"{readable_name(path)} cannot be read: {error.strerror}.")
                continue  # else it was removed since
            if stat.S_ISREG(status.st_mode):
                files.append(AudioFile(path, status.st_size, status.st_mtime_ns))
    in_order = tuple(sorted(files, key=lambda file: file.path))
    return Scan(in_order, (*sorted(problems), *sentences(unread)))


def _folders(root: Path, problem: Callable[[str], None]) -> Iterator[tuple[str, list[str]]]:
    """Each folder, once, with the names of what is in it; those behind links after all others.

    A folder that is reached on two ways would give its recordings twice, and one that holds
    `root` everything else on the disk. A library in it is no music either: its copies for
    browsers are made of recordings.
    """

    def unreadable(error: OSError) -> None:
        name = readable_name(stored_path(Path(error.filename).relative_to(root)))
        problem(f"The folder {name} cannot be read: {error.strerror}.")

    seen = {_identity(above) for above in root.resolve().parents}
    ways = deque([str(root)])
    while ways:
        for folder, names, files in os.walk(ways.popleft(), onerror=unreadable):
            known = _identity(folder)
            if known in seen or (
                folder != str(root) and {CATALOGUE, "latents"} <= {*files, *names}
            ):
                names.clear()
                continue
            seen.add(known)
            shown = sorted(name for name in names if not name.startswith("."))
            links = [name for name in shown if Path(folder, name).is_symlink()]
            ways += [f"{folder}/{name}" for name in links]
            names[:] = [name for name in shown if name not in links]
            yield folder, files


def _identity(folder: str | Path) -> tuple[int, int]:
    """What a folder is, whatever way leads to it."""
    status = Path(folder).stat()
    return status.st_dev, status.st_ino
