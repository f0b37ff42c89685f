"""What callbacks are given: the collection, the sound, and a cache of derived results.

These are protocols; ``server.create_app`` passes the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.annotations import Annotation
from analysis.descriptors import DescriptorState
from analysis.notes import NoteMaps
from analysis.projection import Projection
from analysis.report import EvaluationState
from analysis.segments import SegmentTable, Sketch
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
class JobRow:
    """One piece of work in the background.

    Attributes
    ----------
    id : int
    kind : str
    title : str
        What it is, a sentence to be translated like `message`, `left` and `reason`.
    state : str
        ``"queued"``, ``"running"``, ``"stopping"``, ``"done"``, ``"failed"`` or ``"cancelled"``.
    share : float
        How much is done, 0 to 1.
    message, left, reason : str
        What is being done, how long it still takes, why it failed.
    created, finished : str
        ISO 8601 in UTC; the second is empty while it goes on.
    lines : int
        Lines in its log.
    """

    id: int
    kind: str
    title: str
    state: str
    share: float
    message: str
    left: str
    reason: str
    created: str
    finished: str
    lines: int

    @property
    def active(self) -> bool:
        """Whether it waits or goes on."""
        return self.state in ("queued", "running", "stopping")


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


@dataclass(frozen=True)
class ScalesRow:
    """Recorded scales that can be chosen."""

    id: str
    name: str
    notes: int


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

    def scales(self) -> Sequence[ScalesRow]:
        """Recorded scales, the demo's first."""

    def notes(self, request: NoteRequest) -> NotesState:
        """The note maps of a request; the first to ask has them computed."""

    def annotations(self, recording: int) -> Sequence[Annotation]:
        """What is annotated in a recording, in order of time."""

    def windows(self, encoder: str, recording: int, hop_s: int) -> WindowsState:
        """Latents of a recording's windows, one each `hop_s` seconds.

        The first to ask has a worker compute them from the notes that are kept.
        """


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


class Evaluation(Protocol):
    """What the Evaluate page asks for."""

    def start(self) -> None:
        """Begin an evaluation in the background unless one is under way."""

    def state(self) -> EvaluationState:
        """How far it is, and the figures of the current map as they were kept last."""


class Descriptors(Protocol):
    """What a musician hears in each segment."""

    def state(self, table: SegmentTable) -> DescriptorState:
        """What is known of a table's segments; the first to ask has the rest measured."""


class KeptSelection(Protocol):
    """A named selection."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def who(self) -> str:
        """Who kept it; may be empty."""

    @property
    def made(self) -> str:
        """When, ISO 8601 in UTC."""

    @property
    def recipe(self) -> dict[str, Any]:
        """How it was made."""


class Selections(Protocol):
    """Selections that readers kept in the library."""

    def all(self) -> Sequence[KeptSelection]:
        """Newest first."""

    def keep(self, name: str, who: str, recipe: dict[str, Any]) -> KeptSelection:
        """Keep one; a UserError says what is wrong with its name."""

    def remove(self, id: int) -> None:
        """Take one off the list."""

    def restore(self, id: int) -> None:
        """Put it back."""


class AlikeTitles(Protocol):
    """Two titles that may be one piece."""

    @property
    def first(self) -> str:
        """One of them."""

    @property
    def second(self) -> str:
        """The other."""

    @property
    def first_count(self) -> int:
        """Recordings of the first."""

    @property
    def second_count(self) -> int:
        """Recordings of the second."""

    @property
    def similarity(self) -> float:
        """From 0 to 1."""

    @property
    def same_sound(self) -> bool:
        """Whether they are pronounced the same."""


class Titles(Protocol):
    """Which titles are one piece, where a person has to say."""

    def alike(self) -> Sequence[AlikeTitles]:
        """Pairs that nobody has judged, the likeliest first."""

    def merged(self) -> Sequence[tuple[str, str]]:
        """Pairs that are one piece because somebody said so."""

    def merge(self, first: str, second: str) -> None:
        """Let two titles be one piece."""

    def keep_apart(self, first: str, second: str) -> None:
        """Let them be two, and do not offer them again."""


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


class Curation(Protocol):
    """What a person changes of the recordings; their files are never touched."""

    def edit(self, ids: Sequence[int], field: str, value: str | None) -> int:
        """Give recordings a label; how many have changed. A UserError says what is wrong."""

    def retire(self, ids: Sequence[int]) -> int:
        """Take recordings out, to be brought back whenever somebody wants."""

    def restore(self, ids: Sequence[int]) -> int:
        """Bring recordings back."""

    def undo(self) -> bool:
        """Take the last of these changes back; False when there is none."""

    def redo(self) -> bool:
        """Do again what was taken back."""

    def steps(self) -> tuple[str, str]:
        """What undo and redo would do, sentences to be translated; empty for nothing."""


class Jobs(Protocol):
    """Work in the background."""

    @property
    def may_import_folders(self) -> bool:
        """Whether folders of the server may be imported by their path."""

    def rows(self) -> Sequence[JobRow]:
        """The latest jobs, newest first."""

    def log(self, id: int) -> Sequence[tuple[str, str]]:
        """When and what a job said, sentences to be translated."""

    def cancel(self, id: int) -> None:
        """End a job at its next step."""

    def rescan(self, *, retry: bool = False) -> None:
        """Look for new and changed files, and try again what failed."""

    def import_folder(self, folder: str) -> None:
        """Import a folder of the server. A UserError says why not."""

    def remap(self, map_id: str | None = None) -> None:
        """Compute a map again, by default the library's; it stays until the new one is there."""

    def remaps(self, map_id: str | None = None) -> bool:
        """Whether a map waits for that, or is being computed again."""

    def train(self, recipe: str) -> None:
        """Train both encoders on the library, and use them."""


class Uploads(Protocol):
    """Recordings that come through the page."""

    def begin(self, files: Sequence[tuple[str, int]]) -> str:
        """Make room for files of these names and sizes; the name of the batch."""

    def receiving(self, batch: str, path: str, length: int) -> AbstractContextManager[IO[bytes]]:
        """A file that takes its place in the batch when the block succeeds."""

    def finish(self, batch: str) -> bool:
        """Have a batch imported; False when nothing came."""


@dataclass(frozen=True)
class Services:
    """Everything callbacks need, passed to each ``register``."""

    collection: Collection
    sound: Sound
    derived: Derived
    evaluation: Evaluation
    descriptors: Descriptors
    selections: Selections
    take_away: TakeAway
    curation: Curation
    jobs: Jobs
    uploads: Uploads
    titles: Titles


#: JSON of a selection or clustering recipe.
Recipe = dict[str, Any]
