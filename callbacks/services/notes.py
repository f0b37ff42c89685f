"""The notes of recordings and recorded scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.notes import NoteMaps


@dataclass(frozen=True)
class NoteRequest:
    """Whose notes the Notes page shows: recorded scales, or recordings.

    Attributes
    ----------
    scales : str
        Id of recorded scales; empty where `recordings` are meant.
    recordings : tuple of (int, tuple of float or None)
        Recording's id and the starts of the segments to take notes from; None for all.
    """

    scales: str = ""
    recordings: tuple[tuple[int, tuple[float, ...] | None], ...] = ()


@dataclass(frozen=True)
class NotesState:
    """The maps of a request, or why there are none (yet).

    Attributes
    ----------
    maps : NoteMaps or None
    sentence : str
        What is being done, or what is wrong; empty when there are maps.
    busy : bool
        Whether it is worth asking again.
    """

    maps: NoteMaps | None
    sentence: str = ""
    busy: bool = False


@dataclass(frozen=True)
class ScalesRow:
    """Recorded scales that can be chosen."""

    id: str
    name: str
    notes: int


class Notes(Protocol):
    """What the Notes page asks for."""

    def scales(self) -> Sequence[ScalesRow]:
        """Recorded scales, the demo's first."""

    def notes(self, request: NoteRequest) -> NotesState:
        """The note maps of a request; the first to ask has them computed."""
