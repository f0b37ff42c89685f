"""What a reader takes away of a selection: its numbers as a table, its sound as one file."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from analysis.stretches import runs
from data.excerpts import write_excerpts
from data.export import write_segments
from data.library import Library
from data.sources import Source
from encoders.single_flight import SingleFlight
from errors import UserError
from jobs.engine import Engine
from language import N_

#: An hour of FLAC is some 300 MB: more is rather a playlist's work.
LONGEST_S = 3600.0


class TakeAway:
    """Makes files of a selection; safe between threads.

    Parameters
    ----------
    library : Library
    engine : Engine
        Its workers decode.
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._flight: SingleFlight[Path] = SingleFlight()

    @property
    def folder(self) -> str:
        """Where the library is, for programs on this machine."""
        return str(self._library.folder)

    def segments(
        self,
        table: SegmentTable,
        rows: NDArray[np.integer],
        suffix: str,
        clusters: NDArray[np.integer] | None = None,
    ) -> bytes:
        """The selected segments as a CSV, Parquet or NPZ file.

        Raises
        ------
        UserError
            If it cannot be written.
        """
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / f"segments{suffix}"
            write_segments(table, rows, out, clusters)
            return out.read_bytes()

    def sound(self, table: SegmentTable, rows: NDArray[np.integer]) -> str:
        """Put the selected segments one after the other into a FLAC file, once; its name.

        Raises
        ------
        UserError
            If that is more than an hour, or a recording is missing or cannot be decoded.
        """
        seconds = len(rows) * table.duration_s
        if seconds > LONGEST_S:
            raise UserError(
                N_(
                    "{minutes:.0f} minutes are selected and {most:.0f} fit in one audio file: "
                    "select less, or take the playlist."
                ),
                minutes=seconds / 60,
                most=LONGEST_S / 60,
            )
        stretches = [self._stretch(*run) for run in runs(table, rows)]
        name = hashlib.sha256(repr(stretches).encode()).hexdigest()[:24]
        path = self._path(name)

        def make() -> Path:
            if not path.is_file():
                self._engine.run(write_excerpts, stretches, str(path))
            return path

        self._flight.do(path, make)
        return name

    def sound_file(self, name: str) -> Path | None:
        """A file that :meth:`sound` has made, by its name."""
        path = self._path(name)
        return path if re.fullmatch(r"[0-9a-f]{24}", name) and path.is_file() else None

    def _path(self, name: str) -> Path:
        return self._library.media_folder / "selections" / f"{name}.flac"

    def _stretch(self, recording: int, start_s: float, end_s: float) -> Source:
        found = self._library.catalogue.recording(recording)
        if found is None or not found.file.is_file():
            name = found.path if found else f"Recording {recording}"
            raise UserError(
                N_("{name} is not there any more: put it back, or select without it."), name=name
            )
        return found.source.part(start_s, end_s)
