"""``musiclatentvis verify``: is everything in a library what was written, and can it be mended?

Files tell by themselves (:mod:`data.sealed`), by their name (encoders), or by the sums that the
catalogue has taken down; the catalogue itself is read whole. What is damaged is taken from a
backup, or made again from the recordings: encoders are deterministic, so that latents come back
byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from data.backups import Backup, last_backup, newest
from data.checksums import Checksum
from data.database import faults
from data.files import sweep
from data.integrity import content_fits, examine, files_of, note_content, set_aside_in
from data.library import CATALOGUE, Library
from data.sealed import Damaged
from encoders.registry import is_whole
from errors import UserError
from jobs.mending import Mending
from jobs.rescue import mend_catalogue, take_copy
from jobs.summary import files

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

_UNFIT = "its recordings or facts do not fit their checksum"


@dataclass(frozen=True)
class Damage:
    """One thing that is damaged, or missing.

    Attributes
    ----------
    path : str
        In the library's folder.
    what : str
        What is wrong with it.
    mended : str
        What was done about it; empty where nothing was.
    """

    path: str
    what: str
    mended: str = ""


@dataclass(frozen=True)
class Verification:
    """What was looked at and what was found."""

    folder: Path
    files: int
    damage: tuple[Damage, ...]
    repaired: bool

    @property
    def exit_code(self) -> int:
        """0 when all is whole now."""
        return 1 if any(not one.mended for one in self.damage) else 0

    def lines(self) -> list[str]:
        """What was found, for people."""
        if not self.damage:
            return [f"{self.folder} is whole: the catalogue and {files(self.files)}."]
        lines = [f"{self.folder}: {files(self.files)} checked, {len(self.damage)} damaged."]
        for one in self.damage:
            lines.append(f"  damaged: {one.path}: {one.what}.")
            if one.mended:
                lines.append(f"    mended: {one.mended}.")
        left = [one for one in self.damage if not one.mended]
        if left and not self.repaired:
            lines.append(
                f"Run 'musiclatentvis verify --repair --library {self.folder}' to mend that."
            )
        elif left:
            lines.append(
                "What is not mended is in no backup, and cannot be made from the recordings that "
                "are there: name another backup with --from, or put the recordings back."
            )
        return lines


def verify(
    folder: Path,
    engine: Engine,
    *,
    database_url: str = "",
    repair: bool = False,
    source: Path | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Look at every file of a library and at its catalogue; mend what is damaged if asked to.

    Parameters
    ----------
    folder : Path
        The library's; its catalogue may be so damaged that it cannot be opened.
    engine : Engine
        Not touched unless something is made again.
    database_url : str
        Of the catalogue, where it is not in the folder.
    repair : bool
    source : Path, optional
        A backup, or a folder of backups, to take whole files from; by default the one that
        the library was last backed up to.
    progress : callable, optional
        ``progress(done, total, message)``.

    Raises
    ------
    UserError
        If there is no library, or `source` is no backup.
    """
    folder = folder.absolute()
    report = progress or (lambda done, total, message: None)
    if not Library.exists(folder):
        raise UserError(f"There is no library in {folder}.")
    backup = _backup(folder, source)
    found: list[Damage] = []
    if not database_url:
        wrong = _faults(folder / CATALOGUE)
        if wrong and not repair:
            paths = list(files_of(folder))
            damaged = _examined(folder, paths, {}, report)[0]
            first = Damage(CATALOGUE, wrong)
            return Verification(folder, len(paths), (first, *damaged), repaired=False)
        if wrong:
            mended = mend_catalogue(folder, backup, engine, report)
            found.append(Damage(CATALOGUE, wrong, mended))
    with Library.open(folder, database_url=database_url) as library:
        return _verified(library, engine, backup if repair else None, found, repair, report)


def _verified(
    library: Library,
    engine: Engine,
    backup: Backup | None,
    found: list[Damage],
    repair: bool,
    report: Progress,
) -> Verification:
    sweep(library.folder)
    if not content_fits(library.catalogue):
        mended = ""
        if repair:
            mended = take_copy(library)
        if repair and not mended and backup is not None and backup.has_catalogue:
            mended = mend_catalogue(library.folder, backup, engine, report)
        found.append(Damage(CATALOGUE, _UNFIT, mended))
    paths = list(files_of(library.folder))
    sums = library.catalogue.checksums
    damaged, new = _examined(library.folder, paths, sums.all(), report)
    damaged += _missing(library, {one.path for one in damaged})
    if repair:
        done = Mending(library, engine, backup).mend([one.path for one in damaged], report)
        damaged = [replace(one, mended=mended) for one, mended in zip(damaged, done, strict=True)]
    sums.keep({path: seen for path, seen in new.items() if not _concerns(damaged, path)})
    # Made again, a file may be another one that is as good.
    mended_ones = [one for one in damaged if one.mended]
    sums.forget(
        [
            path
            for path in sums.all()
            if not (library.folder / path).is_file() or _concerns(mended_ones, path)
        ]
    )
    found += damaged
    if all(one.mended for one in found):
        note_content(library.catalogue)
    return Verification(library.folder, len(paths), tuple(found), repair)


def _concerns(damaged: list[Damage], path: str) -> bool:
    """Whether a file, or the folder that it stands in, is among what is damaged."""
    return any(path == one.path or path.startswith(f"{one.path}/") for one in damaged)


def _backup(folder: Path, source: Path | None) -> Backup | None:
    if source is None:
        return last_backup(folder)
    backup = newest(source.absolute())
    if backup is None:
        raise UserError(f"{source} holds no backup that can be read: choose another folder.")
    return backup


def _faults(catalogue: Path) -> str:
    if not catalogue.is_file():
        return "is missing"
    return "; ".join(faults(catalogue)[:3])


def _examined(
    folder: Path, paths: list[str], known: dict[str, Checksum], report: Progress
) -> tuple[list[Damage], dict[str, Checksum]]:
    """What is damaged, and sums that are seen for the first time."""
    damaged: list[Damage] = []
    new: dict[str, Checksum] = {}
    for done, path in enumerate(paths):
        report(done, len(paths), PurePosixPath(path).name)
        try:
            seen = examine(folder, path, known.get(path))
        except (OSError, Damaged) as error:
            damaged.append(Damage(path, _reason(error)))
            continue
        if seen is not None and path not in known:
            new[path] = seen
    known_to_be = {PurePosixPath(one.path).parent.as_posix() for one in damaged}
    for encoder in sorted({path.split("/")[1] for path in paths if path.startswith("encoders/")}):
        at = f"encoders/{encoder}"
        if at not in known_to_be and not is_whole(folder / at):
            damaged.append(Damage(at, "its weights are not those of its name"))
    return damaged, new


def _missing(library: Library, known: set[str]) -> list[Damage]:
    """Latents of recordings, and maps, that should be there; also what was set aside before."""
    encoder_id = library.catalogue.current_encoder or ""
    there = library.latents.known(encoder_id)
    wanted = [
        library.latents.path(encoder_id, row.sha256)
        for row in library.catalogue.recordings()
        if row.sha256 not in there
    ]
    wanted += [path.with_suffix(".safetensors") for path in set_aside_in(library.folder)]
    current = library.catalogue.current_map
    if current is not None:
        wanted += [library.maps_folder / f"{current}.safetensors"]
    paths = {path.relative_to(library.folder).as_posix() for path in wanted if not path.is_file()}
    return [Damage(path, "is missing") for path in sorted(paths - known)]


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return "its content does not fit its checksum"
