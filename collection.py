"""The library and the engine as the page sees them: the real ``callbacks.services``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.notes import NoteMaps
from analysis.segments import SegmentTable
from callbacks.services import (
    EncoderView,
    NoteRequest,
    NotesState,
    RecordingRow,
    ScalesRow,
    Status,
)
from data.catalogue import Recording
from data.library import Library
from data.maps import segment_table
from encoders.registry import find, loss_curves
from errors import InternalError, UserError
from jobs import previews
from jobs.engine import Engine
from jobs.importing import import_demo
from jobs.mapping import current_encoder
from jobs.notes import note_maps, recording_note_maps
from jobs.scales import ensure_scale_playable, list_scales, scales_folder

log = logging.getLogger(__name__)

EMPTY = (
    "This library has no recordings yet. Import a folder with "
    "“musiclatentvis import FOLDER”, then this page fills itself."
)


#: Note maps kept at hand; they are on disk too.
KEPT_NOTE_MAPS = 16


@dataclass
class NotesWork:
    """Note maps that are being computed, and what is done for them now."""

    future: Future[NoteMaps] | None = None
    sentence: str = "Reading the notes"

    def report(self, done: int, total: int, sentence: str) -> None:
        """Take down what is being done."""
        self.sentence = sentence


class LibraryCollection:
    """What a library holds, with the demo's first import and the note maps in the background.

    Parameters
    ----------
    library : Library
    engine : Engine
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._background = ThreadPoolExecutor(max_workers=2, thread_name_prefix="background")
        self._demo: Future[Any] | None = None
        self._notes: dict[tuple[str, NoteRequest], NotesWork] = {}
        self._progress: tuple[str, float] = ("", 0.0)
        self._tables: dict[str, tuple[int, SegmentTable]] = {}
        self._guard = threading.Lock()

    def import_demo_if_empty(self) -> None:
        """Start importing the demo collection when nothing was ever imported."""
        if self._library.catalogue.recordings(state=None):
            return
        self._progress = ("Starting to import the demo collection …", 0.0)
        self._demo = self._background.submit(self._import_demo)

    def status(self) -> Status:
        """What there is to show now."""
        map_id = self._library.catalogue.current_map
        sentence, progress = self._progress
        if self._demo is not None and not self._demo.done():
            return Status(map_id, sentence, True, progress)
        if map_id is None:
            return Status(None, sentence or EMPTY, False)
        return Status(map_id, "", False)

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
                known = (revision, table)
                self._tables = {map_id: known}
        return known[1]

    def recordings(self) -> Sequence[RecordingRow]:
        """Every recording, failed ones included."""
        return [_row(recording) for recording in self._library.catalogue.recordings(state=None)]

    def encoder(self) -> EncoderView | None:
        """The encoder of this library and how it was trained."""
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
        with self._guard:
            work = self._notes.get(key)
            if work is None:
                work = NotesWork()
                work.future = self._background.submit(self._note_maps, *key, work)
                self._notes[key] = work
                while len(self._notes) > KEPT_NOTE_MAPS:
                    self._notes.pop(next(iter(self._notes)))
        assert work.future is not None
        if not work.future.done():
            return NotesState(None, f"{work.sentence} …", busy=True)
        try:
            return NotesState(work.future.result())
        except UserError as problem:
            sentence = str(problem)
        except Exception:
            log.exception("The notes could not be placed")
            sentence = "The notes could not be placed; the log says why."
        with self._guard:  # whoever asks again later has it tried again
            self._notes.pop(key, None)
        return NotesState(None, sentence)

    def _note_maps(self, encoder_id: str, request: NoteRequest, work: NotesWork) -> NoteMaps:
        if request.scales:
            folder = scales_folder(self._library, request.scales)
            return note_maps(self._library, self._engine, encoder_id, work.report, folder)
        found = [
            (recording, segments)
            for recording_id, segments in request.recordings
            if (recording := self._library.catalogue.recording(recording_id)) is not None
        ]
        if not found:
            raise UserError("This recording is no longer in the library: choose another one.")
        return recording_note_maps(self._library, self._engine, encoder_id, found, work.report)

    def _import_demo(self) -> None:
        def report(done: int, total: int, message: str) -> None:
            self._progress = (f"Importing the demo collection: {message}", done / max(total, 1))

        try:
            import_demo(self._library, self._engine, report)
            self._progress = ("", 1.0)
        except UserError as problem:
            self._progress = (f"The demo collection could not be imported: {problem}", 1.0)
            log.warning("The demo collection could not be imported: %s", problem)
        except InternalError as problem:
            log.warning("The import of the demo collection stopped: %s", problem)
        except Exception:
            self._progress = ("The demo collection could not be imported; the log says why.", 1.0)
            log.exception("The demo collection could not be imported")

    def _read_table(self, map_id: str) -> SegmentTable | None:
        try:
            return segment_table(self._library, map_id)
        except UserError as problem:
            log.warning("Map %s cannot be shown: %s", map_id, problem)
            return None


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
            raise UserError("This recording is no longer in the library: reload the page.")
        encoder_id = current_encoder(self._library)
        return previews.ensure_preview(self._library, self._engine, found, encoder_id)


def _row(recording: Recording) -> RecordingRow:
    return RecordingRow(
        path=recording.path,
        title=recording.title,
        performer=recording.performer,
        instrument=recording.instrument,
        duration_s=recording.duration_s,
        state=recording.state,
        reason=recording.reason,
        remarks=tuple(recording.notes),
        id=recording.id,
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
