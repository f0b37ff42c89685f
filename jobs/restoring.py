"""``musiclatentvis restore``: a library becomes what it was when it was backed up.

The catalogue's content is replaced in one step, under SQLite's own lock, so that a server which
is running sees either the old or the restored one, with a revision that it has not seen. What
the library was before is kept as ``library-before-restore.db``. Latents and maps that are there
and whole stay.
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.backups import Backup, newest, take_from
from data.catalogue import Catalogue
from data.database import DamagedCatalogue, copy_database, faults, replace_content
from data.files import (
    room_for,
    sha256_of,
    sweep,
    temporary_prefix,
)
from data.integrity import examine
from data.jobs import ACTIVE
from data.library import CATALOGUE, Library
from data.sealed import Damaged
from errors import UserError
from jobs.backing_up import ARCHIVE
from jobs.summary import files

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes
    ----------
    backup : Backup
    folder : Path
        Of the library.
    copied : int
        Files that were missing or damaged.
    recordings, before : int
        How many are ready in the catalogue now, and were before; the latter None where that
        could not be read.
    kept : bool
        Whether there was a catalogue before, which is kept.
    catalogue : bool
        Whether the catalogue was restored, or only files were.
    problems : tuple of str
        One line for each file of the backup that is damaged itself.
    restart : bool
        A server that runs must be started again.
    """

    backup: Backup
    folder: Path
    copied: int
    recordings: int
    before: int | None
    kept: bool
    catalogue: bool
    problems: tuple[str, ...]
    restart: bool

    @property
    def exit_code(self) -> int:
        """0 when everything was restored."""
        return 1 if self.problems else 0

    def lines(self) -> list[str]:
        """What there is now, for people."""
        lines = [
            f"{self.folder} is as it was at {self.backup.made}: {self.recordings} recordings; "
            f"{files(self.copied)} copied.",
            *(f"  problem: {problem}" for problem in self.problems),
        ]
        if not self.catalogue:
            lines.append("  not restored: the catalogue, which another database keeps.")
            return lines
        if self.kept:
            was = "could not be read" if self.before is None else f"held {self.before}"
            lines.append(f"  The catalogue before it {was}; it is kept as {KEPT}.")
        lines.append("  What was imported since is quickly there again: import its folder again.")
        if self.restart:
            lines.append("  A server that is running must be started again.")
        return lines


#: The catalogue as it was before.
KEPT = "library-before-restore.db"


def restore(
    source: Path, folder: Path, database_url: str = "", progress: Progress | None = None
) -> Restored:
    """Restore a library from a backup; a server may be running on it.

    Parameters
    ----------
    source : Path
        A backup's folder, a folder of backups, whose newest is taken, or a ``.tar`` file.
    folder : Path
        The library; made where there is none.
    database_url : str
        Of the catalogue, where it is not in the folder: it stays as it is.
    progress : callable, optional
        ``progress(done, total, message)``.

    Raises
    ------
    UserError
        If there is no backup, its catalogue is damaged, or the library cannot be written.
    """
    folder = folder.absolute()
    try:
        return _restored(
            source, folder, database_url, progress or (lambda done, total, message: None)
        )
    except OSError as error:
        raise UserError(
            f"The library {folder} cannot be restored: {error.strerror or error}."
        ) from error


def _restored(source: Path, folder: Path, database_url: str, report: Progress) -> Restored:
    with _unpacked(source.absolute(), folder) as at:
        backup = newest(at)
        if backup is None:
            raise UserError(f"{source} holds no backup that can be read: choose another folder.")
        with_catalogue = backup.has_catalogue and not database_url
        if with_catalogue:
            check_catalogue(backup)
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        copied, problems = _copy_files(backup, folder, report)
        before: int | None = 0
        kept = restart = False
        if with_catalogue:
            kept = (folder / CATALOGUE).is_file()
            before, restart = restore_catalogue(backup.folder / CATALOGUE, folder)
        with Library.open(folder, create=True, database_url=database_url) as library:
            count = len(library.catalogue.recordings())
    return Restored(
        backup, folder, copied, count, before, kept, with_catalogue, tuple(problems), restart
    )


def restore_catalogue(source: Path, folder: Path, kept: str = KEPT) -> tuple[int | None, bool]:
    """Give a library the catalogue of a file.

    Parameters
    ----------
    source : Path
        A database, of this or an older format.
    folder : Path
        The library's.
    kept : str
        Name for the catalogue that was there.

    Returns
    -------
    before : int or None
        Recordings of the one that was there; None where it could not be read.
    restart : bool
        Whether its file had to be replaced, which a running server does not notice.
    """
    live = folder / CATALOGUE
    before, revision = _put_by(live, folder / kept)
    with (
        room_for(live),
        tempfile.TemporaryDirectory(prefix=temporary_prefix("restore"), dir=folder) as scratch,
    ):
        new = Path(scratch) / CATALOGUE
        copy_database(source, new)
        _prepare(new, revision)
        try:
            replace_content(new, live)
            restart = bool(faults(live))
        except DamagedCatalogue:
            restart = True
        if restart:  # too damaged to be written to
            for part in ("", "-wal", "-shm"):
                live.with_name(live.name + part).unlink(missing_ok=True)
            copy_database(new, live)
    return before, restart


def _put_by(live: Path, kept: Path) -> tuple[int | None, int]:
    """Keep the catalogue that is there; how many recordings it holds, and its revision."""
    if not live.is_file():
        return 0, 0
    try:
        copy_database(live, kept)
        catalogue = Catalogue(f"sqlite:///{live}", str(live.parent))
    except DamagedCatalogue:
        for part in ("", "-wal"):
            if (file := live.with_name(live.name + part)).is_file():
                with room_for(kept):
                    shutil.copy2(file, kept.with_name(kept.name + part))
        return None, 0
    try:
        return len(catalogue.recordings()), catalogue.revision()
    finally:
        catalogue.close()


def _prepare(new: Path, revision: int) -> None:
    """Bring a copy to this version's format, under a revision that nobody has seen."""
    catalogue = Catalogue(f"sqlite:///{new}", str(new.parent))
    try:
        for job in catalogue.jobs.all(*ACTIVE):
            reason = "The library was restored from a backup."
            catalogue.jobs.end(job.id, "cancelled", reason)
        catalogue.set_meta("revision", str(max(revision, catalogue.revision()) + 1))
    finally:
        catalogue.close()


def check_catalogue(backup: Backup) -> None:
    """Make sure that the catalogue of a backup is what was written.

    Raises
    ------
    UserError
        If it is not.
    """
    source = backup.folder / CATALOGUE
    try:
        whole = sha256_of(source) == backup.files[CATALOGUE].sha256
    except OSError:
        whole = False
    if not whole:
        raise UserError(
            f"The catalogue of the backup {backup.folder} is damaged: choose an older one."
        )


def _copy_files(backup: Backup, folder: Path, report: Progress) -> tuple[int, list[str]]:
    copied, problems = 0, []
    paths = [path for path in backup.files if path != CATALOGUE]
    for done, path in enumerate(paths):
        report(done, len(paths), PurePosixPath(path).name)
        try:
            examine(folder, path, backup.files[path].checksum)
        except (OSError, Damaged):
            if take_from(backup, path, folder):
                copied += 1
            else:
                problems.append(f"{backup.folder / path} is damaged; it was not restored.")
    return copied, problems


@contextmanager
def _unpacked(source: Path, folder: Path) -> Iterator[Path]:
    """The folder of a backup, also of one in a file."""
    if source.suffix != ARCHIVE or not source.is_file():
        yield source
        return
    folder.mkdir(parents=True, exist_ok=True)
    prefix = temporary_prefix("unpacked")
    with room_for(folder / CATALOGUE), tempfile.TemporaryDirectory(prefix=prefix, dir=folder) as at:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(at, filter="data")
        except (tarfile.TarError, EOFError) as error:
            raise UserError(
                f"{source} is damaged, or no archive at all: choose another backup."
            ) from error
        yield Path(at)
