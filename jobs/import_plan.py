"""What an import has to do: the folder as it is beside what the catalogue knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.albums import IS_ALBUM, NO_TRACK, SUPERSEDED
from data.catalogue import Catalogue, Recording
from data.files import readable_name, stored_path
from data.library import Library
from data.scanning import AudioFile
from jobs.albums import superseded
from jobs.labelling import Labelling
from jobs.mapping import current_encoder


@dataclass(frozen=True)
class ImportPlan:
    """What an import has to do.

    Attributes
    ----------
    root : str
        The folder, as the catalogue names it.
    encoder_id : str
        Whose latents are wanted.
    files, work : list of AudioFile
        All of the folder, and those that a worker has to look at.
    known : dict
        Rows of the catalogue by path, without those that tracks of an album stand for.
    labelling : Labelling
        Where labels come from.
    problems : tuple of str
        What is wrong with the folder itself, or with what labels it.
    """

    root: str
    encoder_id: str
    files: list[AudioFile]
    work: list[AudioFile]
    known: dict[str, Recording]
    labelling: Labelling
    problems: tuple[str, ...]

    @classmethod
    def make(
        cls,
        library: Library,
        root: Path,
        files: list[AudioFile],
        labelling: Labelling,
        problems: tuple[str, ...],
        *,
        retry: bool,
    ) -> ImportPlan:
        """Compare a folder's files with the catalogue; `retry` those that failed, too."""
        encoder_id = current_encoder(library)
        name = stored_path(root)
        rows = library.catalogue.recordings(state=None, root=name)
        known = {row.path: row for row in rows if row.reason not in SUPERSEDED}
        encoded = library.latents.known(encoder_id)

        def needs_work(file: AudioFile) -> bool:
            row = known.get(file.path)
            if row is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
                return True
            if (row.audio, row.start_s, row.end_s) != (file.audio, file.start_s, file.end_s):
                return True
            return retry if row.state == "failed" else row.sha256 not in encoded

        if not files:
            problems += (f"{readable_name(name)} holds no audio files: nothing was imported.",)
        work = [file for file in files if needs_work(file)]
        return cls(name, encoder_id, files, work, known, labelling, problems)

    def labels(
        self, file: AudioFile, tags: dict[str, str], old: Recording | None
    ) -> dict[str, Any]:
        """Labels of a recording, as fields of its row; `old` is what the catalogue has of it."""
        return self.labelling.labels(file.path, tags, old)

    def with_tracks(self, tracks: list[AudioFile]) -> ImportPlan:
        """The plan with albums that workers have found replaced by their tracks."""
        albums = {track.audio for track in tracks}
        files = [file for file in self.files if file.path not in albums]
        work = [file for file in self.work if file.path not in albums]
        return replace(self, files=files + tracks, work=work + tracks)

    def superseded(self, catalogue: Catalogue) -> Iterator[Recording]:
        """Rows of albums whose tracks are recordings now, and of tracks that are none any more."""
        for row in superseded(catalogue.recordings(state=None, root=self.root), self.files):
            yield replace(row, state="retired", reason=NO_TRACK if row.audio else IS_ALBUM)

    def relabelled(self) -> Iterator[Recording]:
        """Rows of unchanged files to which tables or sheet give other labels than they have."""
        worked = {file.path for file in self.work}
        for file in self.files:
            old = self.known.get(file.path)
            if old is None or file.path in worked:
                continue
            if not self.labelling.said_anew and _agrees(file, old):
                continue
            tags = old.tags | file.tags
            new = replace(old, tags=tags, **self.labels(file, tags, old))
            if new != old:
                yield new


def _agrees(file: AudioFile, row: Recording) -> bool:
    """Whether a row has all that a CUE sheet says of it; true for files without a sheet."""
    return file.tags.items() <= row.tags.items()
