"""The notes of recordings and recorded scales, placed on two maps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from analysis.notes import NoteMaps
from callbacks.services import NoteRequest, NotesState, ScalesRow
from data.library import Library
from errors import UserError
from jobs.background import Background, Progress
from jobs.engine import Engine
from jobs.mapping import current_encoder
from jobs.notes import note_maps, recording_note_maps
from jobs.scales import list_scales, scales_folder
from language import N_, _, translated
from services.waiting import THREADS, outcome

#: Note maps that are kept at hand; they are on disk too.
KEPT = 16


class LibraryNotes:
    """The notes of a library.

    Parameters
    ----------
    library : Library
    engine : Engine
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._tasks = Background[NoteMaps](THREADS, KEPT)

    def scales(self) -> Sequence[ScalesRow]:
        """Recorded scales, the demo's first."""
        return [
            ScalesRow(found.id, found.name, found.notes) for found in list_scales(self._library)
        ]

    def notes(self, request: NoteRequest) -> NotesState:
        """The note maps of a request for the current encoder; computed once, in the background."""
        key = (current_encoder(self._library), request)
        task = self._tasks.ask(key, partial(self._note_maps, *key), N_("Reading the notes"))
        if task.busy:
            return NotesState(None, f"{translated(task.sentence)} …", busy=True)
        maps, sentence = outcome(task, _("The notes could not be placed; the log says why."))
        if maps is None:  # whoever asks again later has it tried again
            self._tasks.forget(key, task)
        return NotesState(maps, sentence)

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
