"""The library and the engine as the page sees them: the real ``callbacks.services``."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.annotations import Annotation
from analysis.notes import NoteMaps
from analysis.projection import Projection
from analysis.segments import COLUMNS_PER_SECOND, SegmentTable, Sketch
from callbacks.services import (
    EncoderRow,
    EncoderView,
    NoteRequest,
    NotesState,
    RecordingRow,
    ScalesRow,
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
from jobs import previews
from jobs.background import Background, Progress, Task
from jobs.encoder_maps import ensure_map, kept_map, unencoded
from jobs.engine import Engine
from jobs.mapping import current_encoder, current_map
from jobs.notes import note_maps, recording_note_maps
from jobs.runner import JobRunner
from jobs.scales import ensure_scale_playable, list_scales, scales_folder
from jobs.titles import left, title
from language import N_, Sentence, _, translated, unpacked

log = logging.getLogger(__name__)
T = TypeVar("T")
#: Whose latents, and how they are placed.
MapKey = tuple[str, Projection]

EMPTY = N_(
    "This library has no recordings yet. Add some on the page Library, or with "
    "“musiclatentvis import FOLDER”, then this page fills itself."
)

#: Tasks that go on at once: their threads only wait for the engine's workers.
THREADS = 2
#: Note maps, and outcomes for other maps, kept at hand; they are on disk too.
KEPT_NOTE_MAPS, KEPT_MAPS = 16, 16
#: Seconds that a page waits for what may be there at once: a map by PCA, the sketch of another.
AT_ONCE_S = 0.6
#: Recordings whose windows at a hop are at hand; they are on disk too.
KEPT_WINDOWS = 64
#: Tables in memory: two maps side by side, and the ones that other readers look at.
KEPT_TABLES = 4


@dataclass(frozen=True)
class _Made:
    """A map that was asked for, and what it goes with: the current map, the newest one like it."""

    map_id: str
    beside: tuple[str | None, str]


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
        self._engine = engine
        self._runner = runner
        self._mended: set[str] = set()
        self._notes = Background[NoteMaps](THREADS, KEPT_NOTE_MAPS)
        self._maps = Background[_Made](THREADS, KEPT_MAPS)
        self._sketches: dict[MapKey, Sketch] = {}
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
        return self._status_of((encoder, projection), map_id)

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

    def _status_of(self, key: MapKey, current: str) -> Status:
        """Of a map that is not the library's current one, beside it."""
        encoder, projection = key
        status = partial(Status, projection=projection)
        task = self._maps.get(key)
        if task is None:
            if encoder not in {info.id for info in available(self._library)}:
                return status(
                    None, _("This encoder is no longer there: choose another one."), False
                )
            if kept := kept_map(self._library, encoder, projection):
                return status(kept, "", False)
            task = self._maps.ask(key, partial(self._map_of, key), N_("Starting the workers"))
            if not unencoded(self._library, encoder):
                self._await_sketch(key, task)
        if task.busy:
            sketch = self._sketches.get(key)
            return status(None, f"{translated(task.sentence)} …", True, task.share, sketch)
        found, sentence = _outcome(task, _("This map cannot be shown; the log says why."))
        if found is not None and found.beside == (current, self._newest(key)):
            return status(found.map_id, "", False)
        self._maps.forget(key, task)  # it failed, or there is another map now
        return status(None, sentence, busy=not sentence)

    def _newest(self, key: MapKey) -> str:
        """The last such map that anybody had computed; empty when there is none."""
        maps = self._library.catalogue.maps()
        return next((info.id for info in maps if (info.encoder_id, projection_of(info)) == key), "")

    def _await_sketch(self, key: MapKey, task: Task[_Made]) -> None:
        """Give a map a moment: then its first sketch comes with the first answer."""
        until = time.monotonic() + AT_ONCE_S
        while task.busy and key not in self._sketches and time.monotonic() < until:
            task.wait(0.02)

    def _map_of(self, key: MapKey, progress: Progress) -> _Made:
        current = self._library.catalogue.current_map
        show = partial(self._sketches.__setitem__, key)
        try:
            map_id = ensure_map(self._library, self._engine, *key, progress, show)
            return _Made(map_id, (current, self._newest(key)))
        finally:
            self._sketches.pop(key, None)

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

    def scales(self) -> Sequence[ScalesRow]:
        """Recorded scales, the demo's first."""
        return [
            ScalesRow(found.id, found.name, found.notes) for found in list_scales(self._library)
        ]

    def notes(self, request: NoteRequest) -> NotesState:
        """The note maps of a request for the current encoder; computed once, in the background."""
        key = (current_encoder(self._library), request)
        task = self._notes.ask(key, partial(self._note_maps, *key), N_("Reading the notes"))
        if task.busy:
            return NotesState(None, f"{translated(task.sentence)} …", busy=True)
        maps, sentence = _outcome(task, _("The notes could not be placed; the log says why."))
        if maps is None:  # whoever asks again later has it tried again
            self._notes.forget(key, task)
        return NotesState(maps, sentence)

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
        latents, sentence = _outcome(task, _("The windows could not be encoded; the log says why."))
        if latents is None:
            self._windows.forget(key, task)
        return WindowsState(latents, sentence)

    def _note_maps(self, encoder_id: str, request: NoteRequest, progress: Progress) -> NoteMaps:
        if request.scales:
            folder = scales_folder(self._library, request.scales)
            return note_maps(self._library, self._engine, encoder_id, progress, folder)
        found = [
            (recording, segments)
            for recording_id, segments in request.recordings
            if (recording := self._library.catalogue.recording(recording_id)) is not None
        ]
        if not found:
            raise UserError(N_("This recording is no longer in the library: choose another one."))
        return recording_note_maps(self._library, self._engine, encoder_id, found, progress)

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


class LibrarySound:
    """Sound and its pictures for the player, made by workers where they are missing."""

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine

    def audio(self, recording: int) -> Path | None:
        """A file that browsers play; None for an unknown recording."""
        found = self._library.catalogue.recording(recording)
        if found is None or not found.file.is_file():
            return None
        return previews.ensure_playable(self._library, self._engine, found)

    def scale_audio(self, scales: str, recording: int) -> Path | None:
        """The same for a recording of some scales, by its place in their list."""
        return ensure_scale_playable(self._library, self._engine, scales, recording)

    def spectrogram(self, recording: int, first_column: int, columns: int) -> NDArray[np.uint8]:
        """Columns of the spectrogram that the encoder sees, uint8 (t, 501)."""
        path = self._preview(recording)
        return previews.read_preview_segment(path, first_column, columns).spectrogram

    def waveform(self, recording: int) -> NDArray[np.int16]:
        """Lowest and highest sample of each 25 ms column, int16 (t, 2)."""
        return previews.read_peaks(self._preview(recording))

    def _preview(self, recording: int) -> Path:
        found = self._library.catalogue.recording(recording)
        if found is None:
            raise UserError(N_("This recording is no longer in the library: reload the page."))
        encoder_id = current_encoder(self._library)
        return previews.ensure_preview(self._library, self._engine, found, encoder_id)


def _outcome(task: Task[T], failed: str) -> tuple[T, str] | tuple[None, str]:
    """What came out of a finished task, or a sentence that says why nothing did."""
    try:
        return task.result(), ""
    except UserError as problem:
        return None, translated(problem)
    except Exception:
        log.exception("Work in the background failed")
        return None, failed


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
