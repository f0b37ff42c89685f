"""What callbacks are given: the collection, the sound, and a cache of derived results.

These are protocols; ``server.create_app`` passes the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from callbacks.derived import Derived


@dataclass(frozen=True)
class Status:
    """What the collection is doing.

    Attributes
    ----------
    map_id : str or None
        The map to show, when there is one.
    sentence : str
        Shown in place of the map while there is none.
    busy : bool
        Whether work goes on that will change the map.
    progress : float or None
        From 0 to 1.
    """

    map_id: str | None
    sentence: str
    busy: bool
    progress: float | None = None


@dataclass(frozen=True)
class RecordingRow:
    """One line of the library page."""

    path: str
    title: str
    performer: str
    instrument: str
    duration_s: float
    state: str
    reason: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class NotePanels:
    """Two maps of the same notes (paper, Fig. 7)."""

    samples: NDArray[np.float32]
    latents: NDArray[np.float32]
    pitches: Sequence[str]
    loudness: Sequence[int]
    instruments: Sequence[str]


@dataclass(frozen=True)
class EncoderView:
    """An encoder's training, for its page."""

    id: str
    summary: Mapping[str, str]
    note_losses: Mapping[str, Sequence[float]]
    segment_losses: Mapping[str, Sequence[float]]


class Collection(Protocol):
    """The library as the page sees it."""

    def status(self) -> Status:
        """What there is to show now."""

    def table(self, map_id: str | None) -> SegmentTable | None:
        """The table of one map; None when that map does not exist (any more)."""

    def recordings(self) -> Sequence[RecordingRow]:
        """Every recording, failed ones included."""

    def encoder(self) -> EncoderView | None:
        """The encoder whose latents are shown."""

    def notes(self) -> NotePanels | str:
        """The note maps, or a sentence while they are being computed."""


class Sound(Protocol):
    """What the player asks for."""

    def audio(self, recording: int) -> Path | None:
        """A file that browsers play; None for an unknown recording."""

    def spectrogram(self, recording: int, first_column: int, columns: int) -> NDArray[np.uint8]:
        """Columns of the spectrogram that the encoder sees, uint8 (t, 501)."""

    def waveform(self, recording: int) -> NDArray[np.int16]:
        """Lowest and highest sample of each 25 ms column, int16 (t, 2)."""


@dataclass(frozen=True)
class Services:
    """Everything callbacks need, passed to each ``register``."""

    collection: Collection
    sound: Sound
    derived: Derived


#: JSON of a selection or clustering recipe.
Recipe = dict[str, Any]
