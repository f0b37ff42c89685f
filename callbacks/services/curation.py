"""What the Library page changes: labels, titles, work in the background, files that come in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol


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
