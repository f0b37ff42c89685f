"""What the library holds: maps, recordings, encoders, and what it is doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.annotations import Annotation
from analysis.projection import Projection
from analysis.segments import SegmentTable, Sketch


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
    sketch : Sketch or None
        What the map looks like so far, where there is something to see.
    projection : Projection or None
        How the map is computed.
    """

    map_id: str | None
    sentence: str
    busy: bool
    progress: float | None = None
    sketch: Sketch | None = None
    projection: Projection | None = None


@dataclass(frozen=True)
class RecordingRow:
    """One line of the library page; `id` is the recording's, `edited` the labels a person typed."""

    path: str
    title: str
    performer: str
    instrument: str
    duration_s: float
    state: str
    reason: str
    remarks: tuple[str, ...]
    id: int = 0
    folder: str = ""
    edited: tuple[str, ...] = ()


@dataclass(frozen=True)
class EncoderRow:
    """An encoder that can be chosen.

    Attributes
    ----------
    id : str
        ``<recipe>-<8 hex>``.
    recipe : str
    own : bool
        Whether it is the one that the library uses.
    shipped : bool
        Whether it came with the project; else it was trained on this library.
    """

    id: str
    recipe: str
    own: bool
    shipped: bool


@dataclass(frozen=True)
class EncoderView:
    """An encoder's training, for its page."""

    id: str
    summary: Mapping[str, str]
    note_losses: Mapping[str, Sequence[float]]
    segment_losses: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class WindowsState:
    """Latents of a recording's windows at a hop, or why there are none (yet).

    Attributes
    ----------
    latents : float32 [shape=(n, 16)] or None
        Of ten seconds each, in order of time.
    sentence : str
        What is being done, or what is wrong; empty when there are latents.
    busy : bool
        Whether it is worth asking again.
    """

    latents: NDArray[np.float32] | None
    sentence: str = ""
    busy: bool = False


class Collection(Protocol):
    """The library as the page sees it."""

    def status(self, encoder: str = "", projection: Projection | None = None) -> Status:
        """What there is to show now of an encoder by a projection; of the library's own by default.

        The first to ask for another one has the library encoded with it and mapped, in the
        background; what the library uses stays as it is.
        """

    def table(self, map_id: str | None) -> SegmentTable | None:
        """The table of one map; None when that map does not exist (any more)."""

    def recordings(self) -> Sequence[RecordingRow]:
        """Every recording, failed ones included."""

    def revision(self) -> int:
        """A number that grows with every change of the recordings."""

    def encoders(self) -> Sequence[EncoderRow]:
        """Encoders that can be chosen, the library's own first."""

    def encoder(self) -> EncoderView | None:
        """The library's own encoder."""

    def annotations(self, recording: int) -> Sequence[Annotation]:
        """What is annotated in a recording, in order of time."""

    def windows(self, encoder: str, recording: int, hop_s: int) -> WindowsState:
        """Latents of a recording's windows, one each `hop_s` seconds.

        The first to ask has a worker compute them from the notes that are kept.
        """
