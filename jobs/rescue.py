"""A damaged catalogue: from a backup, from the copy beside it, or what can still be read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.backups import Backup
from data.catalogue import Catalogue
from data.database import copy_database, faults
from data.files import readable_name, real_path, temporary_prefix
from data.integrity import is_content_of
from data.library import CATALOGUE, COPY, Library
from data.salvage import salvage
from jobs.importing import import_folder
from jobs.restoring import check_catalogue, restore_catalogue

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

#: The catalogue that was damaged.
DAMAGED = "library-damaged.db"


def take_copy(library: Library) -> str:
    """Replace the content of a catalogue by the copy beside it, if that is the same but whole.

    Returns
    -------
    done : str
        Empty where there is no such copy.
    """
    file = library.folder / COPY
    if not file.is_file() or faults(file):
        return ""
    copy = Catalogue(f"sqlite:///{file}", str(library.folder))
    try:
        same = is_content_of(copy, library.catalogue)
    finally:
        copy.close()
    if not same:
        return ""
    restore_catalogue(file, library.folder, DAMAGED)
    return f"taken from {COPY}; the damaged one is kept as {DAMAGED}"


def mend_catalogue(folder: Path, backup: Backup | None, engine: Engine, progress: Progress) -> str:
    """Replace a damaged catalogue, from a backup or by what can still be read of it.

    Then the imported folders are read again, where they are at hand: what is encoded already
    costs no decoding.

    Returns
    -------
    done : str
        What was done, as a part of a sentence.
    """
    lost, there = False, (folder / CATALOGUE).is_file()
    if backup is not None and backup.has_catalogue:
        check_catalogue(backup)
        _, restart = restore_catalogue(backup.folder / CATALOGUE, folder, DAMAGED)
        roots: Sequence[str] = backup.roots
        done = f"the catalogue was taken from {backup.folder}"
    else:
        with tempfile.TemporaryDirectory(prefix=temporary_prefix("salvage"), dir=folder) as at:
            new = Path(at) / CATALOGUE
            copied = (folder / COPY).is_file() and not faults(folder / COPY)
            if copied:
                copy_database(folder / COPY, new)
            found = salvage(folder / CATALOGUE, new)
            _, restart = restore_catalogue(new, folder, DAMAGED)
        roots, lost = found.roots, bool(found.lost.get("recordings"))
        done = f"what could be read was saved: {found.said()}"
        if copied and lost:
            done += f"; the rest was taken from {COPY}, as it was after the last import"
            lost = False
    read, missing = _read_again(folder, roots, engine, progress)
    if read:
        done += f"; read again: {', '.join(read)}"
    if lost:
        done += "; what was lost is labelled by tags and folders: import again with --metadata"
    if missing or not roots:
        done += f"; import again, where they are now: {', '.join(missing) or 'your recordings'}"
    if restart:
        done += "; a server that is running must be started again"
    if there:
        done += f"; the damaged one is kept as {DAMAGED}"
    return done


def _read_again(
    folder: Path, roots: Sequence[str], engine: Engine, progress: Progress
) -> tuple[list[str], list[str]]:
    """Import folders again; those that were, and those that are not there."""
    read, missing = [], []
    with Library.open(folder, create=True) as library:
        for root in roots:
            at = real_path(root, "")
            if at.is_dir():
                import_folder(library, engine, at, progress=progress)
                read.append(readable_name(root))
            else:
                missing.append(readable_name(root))
    return read, missing
