"""What the Library page does: changes of recordings, jobs, uploads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from analysis.projection import Projection
from callbacks.services import JobRow
from data.edits import Change, Changes
from data.jobs import ACTIVE
from data.library import Library
from data.maps import projection_of
from data.metadata import LABELS
from data.scanning import audio_root
from data.uploads import Limits, Uploads
from encoders.recipes import recipe_named
from errors import UserError
from jobs.kinds import map_params
from jobs.mapping import current_map
from jobs.runner import JobRunner
from jobs.titles import left, title
from language import N_, Sentence, unpacked
from settings import Settings

#: Jobs that the history shows, and lines of one's log.
SHOWN_JOBS, SHOWN_LINES = 30, 400

_FIELDS = dict(zip(LABELS, (N_("title"), N_("performer"), N_("instrument")), strict=True))
_MEGABYTE = 10**6


class LibraryCuration:
    """Changes of recordings; whatever changes which ones are shown has the map renewed."""

    def __init__(self, library: Library, runner: JobRunner) -> None:
        self._changes = Changes(library.catalogue)
        self._runner = runner

    def edit(self, ids: Sequence[int], field: str, value: str | None) -> int:
        """Give recordings a label; how many have changed."""
        return self._changes.edit(ids, field, value)

    def retire(self, ids: Sequence[int]) -> int:
        """Take recordings out."""
        return self._settled(self._changes.retire(ids))

    def restore(self, ids: Sequence[int]) -> int:
        """Bring recordings back."""
        return self._settled(self._changes.restore(ids))

    def undo(self) -> bool:
        """Take the last change back."""
        return self._travelled(self._changes.undo())

    def redo(self) -> bool:
        """Do again what was taken back."""
        return self._travelled(self._changes.redo())

    def steps(self) -> tuple[str, str]:
        """What undo and redo would do."""
        undo, redo = self._changes.steps()
        return _described(undo), _described(redo)

    def _travelled(self, change: Change | None) -> bool:
        if change is not None and change.kind != "edit":
            self._settled(len(change.rows))
        return change is not None

    def _settled(self, count: int) -> int:
        if count:
            self._runner.ask("settle")
        return count


class LibraryJobs:
    """The jobs of a library as the page sees and starts them."""

    def __init__(self, library: Library, runner: JobRunner, settings: Settings) -> None:
        self._library = library
        self._rows = library.catalogue.jobs
        self._runner = runner
        self._folders = settings.import_folders
        self._sheets = _sheets(settings)

    @property
    def may_import_folders(self) -> bool:
        """Whether the settings name a folder to import from."""
        return bool(self._folders)

    def rows(self) -> list[JobRow]:
        """The latest jobs, newest first; those that go on whatever their age."""
        shown = {job.id: job for job in self._rows.all(*ACTIVE)}
        shown |= {job.id: job for job in self._rows.all(last=SHOWN_JOBS)}
        counts = self._rows.counts(list(shown))
        rows = []
        for job in sorted(shown.values(), key=lambda job: -job.id):
            now = self._runner.now(job)
            rows.append(
                JobRow(
                    id=job.id,
                    kind=job.kind,
                    title=title(job),
                    state=job.state,
                    share=now.share,
                    message=now.message,
                    left=left(now.left_s) or "",
                    reason=unpacked(job.reason),
                    created=job.created,
                    finished=job.finished or "",
                    lines=counts.get(job.id, 0),
                )
            )
        return rows

    def log(self, id: int) -> list[tuple[str, str]]:
        """When and what a job said."""
        return [(made, unpacked(text)) for made, text in self._rows.lines(id, SHOWN_LINES)]

    def cancel(self, id: int) -> None:
        """End a job at its next step."""
        self._runner.cancel(id)

    def rescan(self, *, retry: bool = False) -> None:
        """Look for new and changed files, and try again what failed."""
        self._runner.ask("rescan", {"retry": retry})

    def import_folder(self, folder: str) -> None:
        """Import a folder of the server, below the one that the settings name."""
        if not self._folders:
            raise UserError(N_("This server imports no folders by their path."))
        top = Path(os.path.realpath(self._folders))
        wanted = Path(os.path.realpath(top / folder.strip()))
        if not wanted.is_relative_to(top):
            raise UserError(N_("Only folders in {folder} can be imported."), folder=str(top))
        if not wanted.is_dir():
            raise UserError(N_("There is no folder {folder}: check the path."), folder=str(wanted))
        self._runner.ask("import", {"folder": str(audio_root(wanted)), **self._sheets})

    def remap(self, map_id: str | None = None) -> None:
        """Compute a map again, as it was computed; it stays until the new one is there."""
        if not self.remaps(map_id):
            self._runner.ask("map", self._remapping(map_id))

    def remaps(self, map_id: str | None = None) -> bool:
        """Whether that waits or goes on."""
        wishes = [job.params for job in self._rows.all(*ACTIVE) if job.kind == "map"]
        return bool(wishes) and self._remapping(map_id) in wishes

    def _remapping(self, map_id: str | None) -> dict[str, Any]:
        current = current_map(self._library)
        info = self._library.catalogue.map(map_id) if map_id else current
        if info is None:
            return map_params(Projection.of())
        own = current is not None and info.id == current.id
        return map_params(projection_of(info), beside="" if own else info.encoder_id)

    def train(self, recipe: str) -> None:
        """Train both encoders on the library."""
        recipe_named(recipe)
        self._runner.ask("train", {"recipe": recipe})


class LibraryUploads:
    """Files that come through the page; a whole batch becomes a job."""

    def __init__(self, library: Library, runner: JobRunner, settings: Settings) -> None:
        limits = Limits(
            settings.upload_file_mb * _MEGABYTE,
            settings.upload_files,
            settings.upload_free_mb * _MEGABYTE,
        )
        self._uploads = Uploads(library, limits)
        self._runner = runner
        self._taken = settings.upload_file_mb > 0
        self._sheets = _sheets(settings)

    def begin(self, files: Sequence[tuple[str, int]]) -> str:
        """Make room for a batch."""
        if not self._taken:
            raise UserError(N_("This server takes no files through the page."))
        self.adopt()
        return self._uploads.begin(files)

    @contextmanager
    def receiving(self, batch: str, path: str, length: int) -> Iterator[IO[bytes]]:
        """A file that takes its place in the batch when the block succeeds."""
        with self._uploads.receiving(batch, path, length) as file:
            yield file

    def finish(self, batch: str) -> bool:
        """Have a batch imported; False when nothing came."""
        if not self._uploads.finish(batch):
            return False
        self._runner.ask("upload", {"batch": batch, **self._sheets})
        return True

    def adopt(self) -> None:
        """Take in what was sent before a browser went away."""
        for batch in self._uploads.abandoned():
            self.finish(batch)


def _sheets(settings: Settings) -> dict[str, str]:
    """What an import has to know of CUE sheets, where the settings say anything."""
    return {"cue_encoding": settings.cue_encoding} if settings.cue_encoding else {}


def _described(change: Change | None) -> str:
    if change is None:
        return ""
    count = len(change.rows)
    if change.kind == "retire":
        return Sentence(N_("Retire ({count:,})"), count=count)
    if change.kind == "restore":
        return Sentence(N_("Restore ({count:,})"), count=count)
    field = Sentence(_FIELDS[change.rows[0]["field"]])
    return Sentence(N_("Edit of {field} ({count:,})"), field=field, count=count)
