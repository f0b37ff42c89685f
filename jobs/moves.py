"""Files that were moved, renamed or swapped, and files that are gone.

A recording is its content. When a folder is read again, a content that is no longer where it
was and stands somewhere else now is the same recording at a new place: its row keeps its id,
and with it labels, edits, selections and links. A row whose file is nowhere stays, says so,
and is whole again when the file is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from data.albums import SUPERSEDED
from data.catalogue import Catalogue, Recording
from data.scanning import AudioFile
from language import N_

#: The remark on a recording whose file is gone.
GONE = N_("its file is no longer there: it stays on the map, but cannot be heard until it is back")


class Moves:
    """Which row of the catalogue each file of a folder belongs to.

    Parameters
    ----------
    catalogue : Catalogue
    root : str
        The folder that is imported.
    files : iterable of AudioFile
        All of its files.
    work : iterable of AudioFile
        Those that are new or may have changed; :meth:`found` says what is in them.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        root: str,
        files: Iterable[AudioFile],
        work: Iterable[AudioFile],
    ) -> None:
        self._catalogue = catalogue
        self._root = root
        self._here = {file.path for file in files}
        self._waited_for = {file.path for file in work}
        self._contents: dict[str, str] = {}

    def found(self, path: str, sha256: str) -> None:
        """A file that was looked at has this content; empty where it cannot be read."""
        self._waited_for.discard(path)
        self._contents[path] = sha256

    def open_question(self, own: Recording | None, sha256: str) -> bool:
        """Whether a file's row may depend on files that were not looked at yet.

        Parameters
        ----------
        own : Recording or None
            The row at the file's path.
        sha256 : str
            What the file holds.
        """
        if own is not None and own.sha256 == sha256:
            return False
        if own is not None and own.sha256:
            return True  # what the row stood for may turn up elsewhere
        return any(self._may_be_free(row) for row in self._with_content(sha256))

    def settle(self, held: dict[str, Recording | None]) -> dict[str, Recording | None]:
        """Give the files in question their rows; moves these in the catalogue.

        Parameters
        ----------
        held : dict
            Row at the path of each file that :meth:`open_question` named, by path.

        Returns
        -------
        rows : dict
            The row of each file: one that stood elsewhere, the one at its path, or None.
        """
        claimed: dict[int, str] = {}
        rows: dict[str, Recording | None] = {}
        for path in sorted(held):
            free = self._with_content(self._contents[path])
            taken = next((r for r in free if r.id not in claimed and self._may_be_free(r)), None)
            if taken is not None:
                claimed[taken.id] = path
                rows[path] = taken
        places = {key: (self._root, path) for key, path in claimed.items()}
        for path, own in held.items():
            if path in rows:
                if own is not None and own.id not in claimed:
                    # Another recording's file lies where its own was; it has none now.
                    places[own.id] = (self._root, f"{path}~{own.sha256[:8]}")
            else:
                rows[path] = None if own is None or own.id in claimed else own
        self._catalogue.move_recordings(places)
        return rows

    def _with_content(self, sha256: str) -> list[Recording]:
        """Rows of a content, those that people see first."""
        rows = self._catalogue.with_content(sha256) if sha256 else []
        return sorted(rows, key=lambda row: row.state == "duplicate")

    def _may_be_free(self, row: Recording) -> bool:
        """Whether the content of a row is no longer, or maybe no longer, where the row says."""
        if row.reason in SUPERSEDED:
            return False
        if row.root != self._root:
            return not row.file.is_file()
        if row.path not in self._here or row.path in self._waited_for:
            return True
        return self._contents.get(row.path, row.sha256) != row.sha256


def mark_gone(catalogue: Catalogue, root: str, files: Iterable[AudioFile]) -> None:
    """Put the remark `GONE` on a folder's recordings without a file, and take it off others."""
    here = {file.audio or file.path for file in files}
    catalogue.save_recordings(_marked(catalogue.recordings(state=None, root=root), here))


def _marked(rows: Iterable[Recording], here: set[str]) -> Iterator[Recording]:
    for row in rows:
        gone = (row.audio or row.path) not in here and row.state != "failed"
        if gone != (GONE in row.notes):
            notes = tuple(note for note in row.notes if note != GONE)
            yield replace(row, notes=(*notes, GONE) if gone else notes)
