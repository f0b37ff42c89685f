"""What callbacks are given: protocols, a file for each reason to ask; ``services`` keeps them.

``server.create_app`` passes the real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callbacks.derived import Derived
from callbacks.services.collection import (
    Collection,
    EncoderRow,
    EncoderView,
    RecordingRow,
    Status,
    WindowsState,
)
from callbacks.services.curation import AlikeTitles, Curation, JobRow, Jobs, Titles, Uploads
from callbacks.services.measures import Descriptors, Evaluation
from callbacks.services.notes import NoteRequest, Notes, NotesState, ScalesRow
from callbacks.services.selections import KeptSelection, Selections
from callbacks.services.sound import Sound, TakeAway

__all__ = [
    "AlikeTitles",
    "Collection",
    "Curation",
    "Derived",
    "Descriptors",
    "EncoderRow",
    "EncoderView",
    "Evaluation",
    "JobRow",
    "Jobs",
    "KeptSelection",
    "NoteRequest",
    "Notes",
    "NotesState",
    "Recipe",
    "RecordingRow",
    "ScalesRow",
    "Selections",
    "Services",
    "Sound",
    "Status",
    "TakeAway",
    "Titles",
    "Uploads",
    "WindowsState",
]

#: JSON of a selection or clustering recipe.
Recipe = dict[str, Any]


@dataclass(frozen=True)
class Services:
    """Everything callbacks need, passed to each ``register``."""

    collection: Collection
    sound: Sound
    notes: Notes
    derived: Derived
    evaluation: Evaluation
    descriptors: Descriptors
    selections: Selections
    take_away: TakeAway
    curation: Curation
    jobs: Jobs
    uploads: Uploads
    titles: Titles
