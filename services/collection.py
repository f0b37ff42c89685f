"""What a library holds and what it is doing, as the page sees them."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.annotations import Annotation
from analysis.projection import Projection
from analysis.segments import COLUMNS_PER_SECOND, SegmentTable
from callbacks.services import (
    EncoderRow,
    EncoderView,
    RecordingRow,
    Status,
    WindowsState,
)
from data.catalogue import Recording
from data.files import readable_name
from data.jobs import ACTIVE
from data.library import Library
from data.maps import projection_of, segment_table
from encoders.registry import available, built_in, find, loss_curves
from encoders.service import LatentService
from errors import UserError
from jobs.background import Background
from jobs.engine import Engine
from jobs.mapping import current_encoder, current_map
from jobs.runner import JobRunner
from jobs.titles import left, title
from language import N_, Sentence, _, translated, unpacked
from services.maps import MapsBeside
from services.waiting import THREADS, outcome

log = logging.getLogger(__name__)

EMPTY = N_(
    "This library has no recordings yet. Add some on the page Library, or with "
    "“musiclatentvis import FOLDER”, then this page fills itself."
)

#: Recordings whose windows at a hop are at hand; they are on disk too.
KEPT_WINDOWS = 64
#: Tables in memory: two maps side by side, and the ones that other readers look at.
KEPT_TABLES = 4


class LibraryCollection:
    """What a library holds; what a page merely waits for goes on in the background.

    Parameters
    ----------
    library : Library
    engine : Engine
    runner : JobRunner, optional
        Does the jobs that change the library; none go on without it.
    """

    def __init__(self, library: Library, engine: Engine, runner: JobRunner | None = None) -> None:
        self._library = library
        self._runner = runner
        self._beside = MapsBeside(library, engine)
        self._mended: set[str] = set()
        self._latents = LatentService(library, engine)
        self._windows = Background[NDArray[np.float32]](THREADS, KEPT_WINDOWS)
        self._tables: OrderedDict[str, tuple[int, SegmentTable]] = OrderedDict()
        self._guard = threading.Lock()

    def import_demo_if_empty(self) -> None:
        """Have the demo collection imported when nothing was, nor is about to be."""
        jobs = self._library.catalogue.jobs
        refused = any(job.kind == "demo" for job in jobs.all("cancelled"))
        empty = not self._library.catalogue.recordings(state=None)
        if self._runner is not None and empty and not refused and not jobs.all(*ACTIVE):
            self._runner.ask("demo")

    def mend_map_if_damaged(self) -> None:
        """Read the library's map; where its file is damaged, it is computed again."""
        self.table(None)

    def status(self, encoder: str = "", projection: Projection | None = None) -> Status:
        """What there is to show now of an encoder by a projection; of the library's own by default.

        Parameters
        ----------
        encoder : str
            Empty for the library's own.
        projection : Projection, optional
            By default the one of the library's current map.
        """
        current = current_map(self._library)
        map_id = current.id if current else None
        own = projection_of(current) if current else None
        working = self._working()
        active = self._library.catalogue.jobs.all(*ACTIVE)
        if mending := next((job for job in active if job.kind == "mend"), None):
            return working or Status(None, translated(title(mending)), True)
        if map_id is None or own is None:
            return working or Status(None, self._failure() or EMPTY, False)
        if working is not None:
            working = replace(working, map_id=map_id, projection=own)
        encoder = encoder or current_encoder(self._library)
        projection = projection or own
        if (encoder, projection) == (current_encoder(self._library), own):
            return working or Status(map_id, "", False, projection=own)
        return self._beside.status(encoder, projection, map_id)

    def _working(self) -> Status | None:
        """What the job that goes on says of itself; None when none does."""
        if self._runner is None:
            return None
        job = next(iter(self._library.catalogue.jobs.all("running")), None)
        if job is None:
            return None
        now = self._runner.now(job)
        said = translated(title(job))
        if time_left := left(now.left_s):
            said = _("{said}, {left}", said=said, left=translated(time_left))
        said = _("{job}: {step}", job=said, step=translated(now.message) or "…")
        return Status(None, said, True, now.share)

    def _failure(self) -> str:
        """Why the last job left the library without a map."""
        last = next(iter(self._library.catalogue.jobs.all(last=1)), None)
        if last is None or last.state != "failed":
            return ""
        problem = translated(unpacked(last.reason))
        return _("{job} failed: {problem}", job=translated(title(last)), problem=problem)

    def table(self, map_id: str | None) -> SegmentTable | None:
        """The table of a map, read again when the catalogue has changed."""
        map_id = map_id or self._library.catalogue.current_map
        if map_id is None:
            return None
        revision = self._library.catalogue.revision()
        with self._guard:
            known = self._tables.get(map_id)
            if known is None or known[0] != revision:
                table = self._read_table(map_id)
                if table is None:
                    return None
                known = self._tables[map_id] = (revision, table)
            self._tables.move_to_end(map_id)
            while len(self._tables) > KEPT_TABLES:
                self._tables.popitem(last=False)
        return known[1]

    def recordings(self) -> Sequence[RecordingRow]:
        """Every recording, failed ones included."""
        return [_row(recording) for recording in self._library.catalogue.recordings(state=None)]

    def revision(self) -> int:
        """A number that grows with every change of the recordings."""
        return self._library.catalogue.revision()

    def encoders(self) -> Sequence[EncoderRow]:
        """Encoders that can be chosen, the library's own first."""
        own = current_encoder(self._library)
        shipped = {info.id for info in built_in()}
        rows = [
            EncoderRow(info.id, info.recipe, info.id == own, info.id in shipped)
            for info in available(self._library)
        ]
        return sorted(rows, key=lambda row: (not row.own, not row.shipped, row.id))

    def encoder(self) -> EncoderView | None:
        """The library's own encoder and how it was trained."""
        info = find(self._library, current_encoder(self._library))
        curves = loss_curves(info.folder)
        return EncoderView(
            id=info.id,
            summary=_facts(info.card),
            note_losses=_drawn(curves.get("note", {})),
            segment_losses=_drawn(curves.get("segment", {})),
        )

    def annotations(self, recording: int) -> Sequence[Annotation]:
        """What is annotated in a recording, in order of time."""
        found = self._library.catalogue.recording(recording)
        if found is None or not found.sha256:
            return []
        return self._library.catalogue.annotations.of([found.sha256]).get(found.sha256, [])

    def windows(self, encoder: str, recording: int, hop_s: int) -> WindowsState:
        """Latents of a recording's windows at a hop; computed once, in the background."""
        found = self._library.catalogue.recording(recording)
        if found is None:
            gone = _("This recording is no longer in the library: choose another one.")
            return WindowsState(None, gone)
        key = (encoder, found.sha256, hop_s)
        task = self._windows.ask(
            key,
            lambda __: self._latents.segments(found, encoder, hop_s * COLUMNS_PER_SECOND),
            Sentence(N_("Encoding the windows of “{title}”"), title=found.title),
        )
        if task.busy:
            return WindowsState(None, f"{translated(task.sentence)} …", busy=True)
        latents, sentence = outcome(task, _("The windows could not be encoded; the log says why."))
        if latents is None:
            self._windows.forget(key, task)
        return WindowsState(latents, sentence)

    def _read_table(self, map_id: str) -> SegmentTable | None:
        try:
            return segment_table(self._library, map_id)
        except UserError as problem:
            log.warning("Map %s cannot be shown: %s", map_id, problem)
            if map_id == self._library.catalogue.current_map:
                self._mend_map(map_id)
            return None

    def _mend_map(self, map_id: str) -> None:
        """Have a damaged map computed again, once: its file tells whether that has helped."""
        if self._runner is not None and map_id not in self._mended:
            self._mended.add(map_id)
            self._runner.ask("mend")


def _row(recording: Recording) -> RecordingRow:
    return RecordingRow(
        path=readable_name(recording.path),
        title=recording.title,
        performer=recording.performer,
        instrument=recording.instrument,
        duration_s=recording.duration_s,
        state=recording.state,
        reason=recording.reason,
        remarks=tuple(recording.notes),
        id=recording.id,
        folder=readable_name(recording.root),
        edited=tuple(sorted(recording.edits)),
    )


def _facts(card: dict[str, Any]) -> dict[str, str]:
    """The model card's plain facts as text."""
    plain: dict[str, str] = {}
    for name, value in card.items():
        if isinstance(value, float):
            plain[name.replace("_", " ")] = f"{value:.5g}"
        elif isinstance(value, str | int):
            plain[name.replace("_", " ")] = str(value)
    return plain


def _drawn(curves: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: values for name, values in curves.items() if values}
