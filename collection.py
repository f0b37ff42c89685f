"""The library and the engine as the page sees them: the real ``callbacks.services``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from callbacks.services import EncoderView, NotePanels, RecordingRow, Status
from data.catalogue import Recording
from data.library import Library
from data.maps import segment_table
from encoders.registry import find, loss_curves
from errors import UserError
from jobs import previews
from jobs.engine import Engine
from jobs.importing import import_demo
from jobs.mapping import current_encoder
from jobs.notes import NoteMaps, note_maps

log = logging.getLogger(__name__)

EMPTY = (
    "This library has no recordings yet. Import a folder with "
    "“musiclatentvis import FOLDER”, then this page fills itself."
)


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
        self._notes: dict[str, Future[NoteMaps]] = {}
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

    def notes(self) -> NotePanels | str:
        """The note maps of the current encoder, or a sentence while a worker computes them."""
        encoder_id = current_encoder(self._library)
        with self._guard:
            if encoder_id not in self._notes:
                self._notes[encoder_id] = self._background.submit(
                    note_maps, self._library, self._engine, encoder_id
                )
            future = self._notes[encoder_id]
        if not future.done():
            return "Computing both maps; this takes some seconds the first time …"
        try:
            maps = future.result()
        except UserError as problem:
            return str(problem)
        return NotePanels(
            maps.positions_samples,
            maps.positions_latents,
            [str(pitch) for pitch in maps.pitch],
            [int(level) for level in maps.loudness],
            [str(instrument) for instrument in maps.instrument],
        )

    def _import_demo(self) -> None:
        def report(done: int, total: int, message: str) -> None:
            self._progress = (f"Importing the demo collection: {message}", done / max(total, 1))

        try:
            import_demo(self._library, self._engine, report)
            self._progress = ("", 1.0)
        except UserError as problem:
            self._progress = (f"The demo collection could not be imported: {problem}", 1.0)
            log.warning("The demo collection could not be imported: %s", problem)
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
