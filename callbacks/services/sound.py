"""What is heard, and what is taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable


class Sound(Protocol):
    """What the player asks for."""

    def audio(self, recording: int) -> Path | None:
        """A file that browsers play; None for an unknown recording."""

    def scale_audio(self, scales: str, recording: int) -> Path | None:
        """The same for a recording of some scales, by its place in their list."""

    def spectrogram(self, recording: int, first_column: int, columns: int) -> NDArray[np.uint8]:
        """Columns of the spectrogram that the encoder sees, uint8 (t, 501)."""

    def waveform(self, recording: int) -> NDArray[np.int16]:
        """Lowest and highest sample of each 25 ms column, int16 (t, 2)."""


class TakeAway(Protocol):
    """Files of a selection."""

    @property
    def folder(self) -> str:
        """Where the library is, for programs on this machine."""

    def segments(
        self,
        table: SegmentTable,
        rows: NDArray[np.integer],
        suffix: str,
        clusters: NDArray[np.integer] | None = None,
    ) -> bytes:
        """A CSV or Parquet file of the segments."""

    def sound(self, table: SegmentTable, rows: NDArray[np.integer]) -> str:
        """Make a FLAC file of the segments; its name. A UserError says why there is none."""

    def sound_file(self, name: str) -> Path | None:
        """Such a file by its name."""
