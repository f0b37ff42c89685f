"""Backups of a library: dated folders, each of them whole, that share their files.

::

    DIR/2026-03-01T08.30.00Z/
        backup.json        when, of what, and the SHA-256 of every file
        library.db         the catalogue at one moment
        latents/ maps/ …   as in the library

A file that the backup before has too is a hard link to it: each folder can be copied, or
deleted, without the others. What can be made again (``media``) is left out, and so are the
imported recordings, which are not the library's.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from data.checksums import Checksum
from data.files import atomic_path, sha256_of, write_atomically
from data.library import BACKUP_MANIFEST, CATALOGUE
from data.sealed import Damaged
from errors import UserError

FORMAT = 1
_LAST = "last_backup.json"  # beside the catalogue: it is needed when that cannot be read


@dataclass(frozen=True)
class Entry:
    """One file of a backup: its content, and the time by which it is known to be the same."""

    sha256: str
    size: int
    mtime_ns: int

    @property
    def checksum(self) -> Checksum:
        """What it holds."""
        return Checksum(self.sha256, self.size)


@dataclass(frozen=True)
class Backup:
    """A backup that was made.

    Attributes
    ----------
    folder : Path
    made : str
        ISO 8601 in UTC.
    library : str
        The folder it was made of.
    roots : tuple of str
        Folders with the imported recordings, which are not in it.
    files : dict
        By path in the folder, posix.
    """

    folder: Path
    made: str
    library: str
    roots: tuple[str, ...]
    files: dict[str, Entry]

    @property
    def has_catalogue(self) -> bool:
        """False where the catalogue was in another database, which has backups of its own."""
        return CATALOGUE in self.files

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files.values())

    def write(self) -> None:
        """Write what makes its folder a backup."""
        facts = {"format": FORMAT} | asdict(self) | {"folder": self.folder.name}
        write_atomically(self.folder / BACKUP_MANIFEST, json.dumps(facts, indent=0).encode())


def read_backup(folder: Path) -> Backup:
    """Read what a backup's folder holds.

    Raises
    ------
    UserError
        If it is none, or a newer version made it.
    """
    try:
        facts = json.loads((folder / BACKUP_MANIFEST).read_bytes())
        if facts["format"] > FORMAT:
            raise UserError(f"{folder} was made by a newer version of MusicLatentVIS: update it.")
        files = {path: Entry(**entry) for path, entry in facts["files"].items()}
        roots = tuple(facts["roots"])
        return Backup(folder, facts["made"], facts["library"], roots, files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{folder} is no backup, or its {BACKUP_MANIFEST} is damaged: choose another one."
        ) from error


def newest(folder: Path) -> Backup | None:
    """The newest backup in a folder of backups that can be read; the folder may be one itself.

    Raises
    ------
    UserError
        If the folder cannot be looked into.
    """
    try:
        found = [folder] if (folder / BACKUP_MANIFEST).is_file() else []
        found += sorted(
            (path.parent for path in folder.glob(f"[0-9]*/{BACKUP_MANIFEST}")), reverse=True
        )
    except OSError as error:
        raise UserError(f"The backups in {folder} cannot be read: {error.strerror}.") from error
    for path in found:
        try:
            return read_backup(path)
        except UserError:
            continue
    return None


def last_backup(library_folder: Path) -> Backup | None:
    """The backup that a library was last backed up to, where that is still at hand."""
    try:
        folder = Path(json.loads((library_folder / _LAST).read_bytes())["folder"])
        return newest(folder) or newest(folder.parent)
    except (OSError, ValueError, KeyError, TypeError, UserError):
        return None


def remember(library_folder: Path, backup: Backup) -> None:
    """Keep where a library was last backed up to."""
    write_atomically(library_folder / _LAST, json.dumps({"folder": str(backup.folder)}).encode())


def take_from(backup: Backup, path: str, library_folder: Path) -> bool:
    """Put a file of a backup into a library; False where the backup has none that is whole.

    Raises
    ------
    DiskFull
    """
    entry = backup.files.get(path)
    if entry is None:
        return False
    try:
        with atomic_path(library_folder / path) as temporary:
            shutil.copy2(backup.folder / path, temporary)
            if sha256_of(temporary) != entry.sha256:
                raise Damaged(f"{backup.folder / path} is damaged.")
    except (Damaged, FileNotFoundError):
        return False
    return True
