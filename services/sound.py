"""What is heard, and its pictures for the player."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.library import Library
from errors import UserError
from jobs import previews
from jobs.engine import Engine
from jobs.mapping import current_encoder
from jobs.scales import ensure_scale_playable
from language import N_


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
