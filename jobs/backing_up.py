"""``musiclatentvis backup``: a copy of a library at one moment, while others work on it."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from data.backups import Backup, Entry, newest, remember
from data.checksums import Checksum
from data.database import copy_database
from data.files import atomic_path, room_for, sha256_of, sweep, sync, temporary_prefix
from data.integrity import MADE_AGAIN, content_fits, examine, files_of, note_content
from data.library import CATALOGUE, Library
from data.sealed import Damaged
from errors import UsageError, UserError
from jobs.summary import files, imported_roots

#: A backup in one file.
ARCHIVE = ".tar"
_STAMP = "%Y-%m-%dT%H.%M.%SZ"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class BackupSummary:
    """What a backup did.

    Attributes
    ----------
    backup : Backup
    new, new_size : int
        Files that the backup before did not have, and their bytes.
    problems : tuple of str
        One line for each file that is damaged and therefore not in it.
    """

    backup: Backup
    new: int
    new_size: int
    problems: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 when the whole library is in it."""
        return 1 if self.problems else 0

    def lines(self) -> list[str]:
        """What is in it and what is not, for people."""
        lines = [
            f"{self.backup.folder}: {files(len(self.backup.files))}, "
            f"{self.backup.size / 1e6:.1f} MB, of them new {files(self.new)}, "
            f"{self.new_size / 1e6:.1f} MB.",
            *(f"  problem: {problem}" for problem in self.problems),
        ]
        if not self.backup.has_catalogue:
            lines.append(
                "  not in it: the catalogue, which MLV_DATABASE_URL keeps elsewhere: use that "
                "database's own backup, such as pg_dump."
            )
        lines += [f"  not in it: the recordings in {root}." for root in self.backup.roots]
        return [*lines, "  not in it: media, which is made again when it is needed."]


def back_up(library: Library, target: Path, progress: Progress | None = None) -> BackupSummary:
    """Back a library up.

    Parameters
    ----------
    library : Library
    target : Path
        Folder for backups, which gets a dated folder; or a file that ends in ``.tar``.
    progress : callable, optional
        ``progress(done, total, message)``.

    Raises
    ------
    UsageError
        If `target` is inside the library.
    UserError
        If it cannot be written, has no room, or the catalogue is damaged.
    """
    target = target.absolute()
    if target.is_relative_to(library.folder):
        raise UsageError(f"{target} is inside the library: a backup belongs on another disk.")
    report = progress or (lambda done, total, message: None)
    folder = target.parent if target.suffix == ARCHIVE else target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with room_for(folder / CATALOGUE), _building(folder) as building:
            if target.suffix == ARCHIVE:
                summary = _Making(library, building, None, report).run()
                _pack(building, target)
                return replace(summary, backup=replace(summary.backup, folder=target))
            summary = _Making(library, building, newest(target), report).run()
            backup = replace(summary.backup, folder=_finish(building, target))
    except OSError as error:
        raise UserError(f"No backup can be made in {folder}: {error.strerror or error}.") from error
    remember(library.folder, backup)
    return replace(summary, backup=backup)


class _Making:
    """One backup while it is made."""

    def __init__(
        self, library: Library, folder: Path, before: Backup | None, progress: Progress
    ) -> None:
        self._library = library
        self._folder = folder
        self._before = before
        self._progress = progress
        self._entries: dict[str, Entry] = {}
        self._new: list[str] = []
        self._problems: list[str] = []

    def run(self) -> BackupSummary:
        # The catalogue first: whatever it speaks of was on disk before, and files never change.
        catalogue = self._library.catalogue.file
        if catalogue is not None:
            copy_database(catalogue, self._folder / CATALOGUE)
            self._add(CATALOGUE, self._read_back(CATALOGUE))
        if content_fits(self._library.catalogue):
            note_content(self._library.catalogue)
        else:
            self._problems.append("The catalogue does not fit its checksum: run verify.")
        sums = self._library.catalogue.checksums.all()
        paths = [p for p in files_of(self._library.folder) if _is_kept(p)]
        for done, path in enumerate(paths):
            self._progress(done, len(paths), PurePosixPath(path).name)
            try:
                if not self._link(path):
                    self._copy(path, sums.get(path))
            except Damaged as damage:
                self._problems.append(f"{damage} It is not in the backup.")
            except FileNotFoundError:  # computed again or taken away meanwhile
                continue
        backup = Backup(
            self._folder,
            datetime.now(UTC).isoformat(timespec="seconds"),
            str(self._library.folder),
            tuple(imported_roots(self._library.catalogue)),
            self._entries,
        )
        backup.write()
        new_size = sum(self._entries[path].size for path in self._new)
        return BackupSummary(backup, len(self._new), new_size, tuple(self._problems))

    def _link(self, path: str) -> bool:
        """Take a file from the backup before, if it is the same one."""
        known = self._before.files.get(path) if self._before else None
        if known is None or self._before is None:
            return False
        found = (self._library.folder / path).stat()
        if (found.st_size, found.st_mtime_ns) != (known.size, known.mtime_ns):
            return False
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._before.folder / path, target)
        except OSError:  # a disk without hard links, or the file was lost there
            return False
        self._entries[path] = known
        return True

    def _copy(self, path: str, known: Checksum | None) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self._library.folder / path, target)
        try:
            examine(self._folder, path, known)
        except Damaged:
            target.unlink()
            examine(self._library.folder, path, known)  # names the library's file
            raise
        self._add(path, self._read_back(path))

    def _read_back(self, path: str) -> str:
        """SHA-256 of a file that was written, once from memory and once from the disk."""
        file = self._folder / path
        written = sha256_of(file)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if sha256_of(file) != written:
            raise OSError(f"{file} does not hold what was written to it: the disk is failing")
        return written

    def _add(self, path: str, sha256: str) -> None:
        found = (self._folder / path).stat()
        self._entries[path] = Entry(sha256, found.st_size, found.st_mtime_ns)
        self._new.append(path)


def _is_kept(path: str) -> bool:
    return PurePosixPath(path).parts[0] not in MADE_AGAIN


@contextmanager
def _building(parent: Path) -> Iterator[Path]:
    """A folder that is gone when it was not finished."""
    folder = Path(tempfile.mkdtemp(prefix=temporary_prefix("backup"), dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(folder: Path, target: Path) -> Path:
    """Give a backup its name: the time, in UTC."""
    name = datetime.now(UTC).strftime(_STAMP)
    finished, count = target / name, 1
    while finished.exists():
        count += 1
        finished = target / f"{name}-{count}"
    folder.chmod(0o755)
    folder.rename(finished)
    sync(target)
    return finished


def _pack(folder: Path, target: Path) -> None:
    name = datetime.now(UTC).strftime(_STAMP)
    with atomic_path(target) as temporary, tarfile.open(temporary, "w") as archive:
        archive.add(folder, arcname=name)
