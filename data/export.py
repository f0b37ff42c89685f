"""Latents as tables for other programs: Parquet, CSV or NPZ, chosen by suffix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import COLUMNS_PER_SECOND, SegmentTable
from data.catalogue import Recording
from data.files import atomic_path, readable_name
from data.library import Library
from data.maps import segment_table
from errors import UsageError, UserError

if TYPE_CHECKING:
    import pyarrow

SUFFIXES = (".parquet", ".csv", ".npz")

Columns = dict[str, Any]


def export_segments(library: Library, out: str | Path) -> int:
    """Write the segments of the current map, one row each.

    Columns: `path` (relative to the imported folder), `start_s`, `duration_s`, `title`,
    `performer`, `instrument`, `z0` … `z15` (segment latent), `x`, `y` (place on the map).
    NPZ files hold one array for each column.

    Returns
    -------
    n_rows : int

    Raises
    ------
    UsageError
        If the suffix of `out` is none of .parquet, .csv, .npz.
    UserError
        If the library has no map, or `out` cannot be written.
    """
    out = _checked(out)
    table = segment_table(library)
    if table is None:
        raise UserError(
            f"The library {library.folder} has no map yet: "
            "import recordings or run 'musiclatentvis map'."
        )
    write_segments(table, np.arange(len(table)), out)
    return len(table)


def write_segments(
    table: SegmentTable,
    rows: NDArray[np.integer],
    out: str | Path,
    clusters: NDArray[np.integer] | None = None,
) -> None:
    """Write some segments of a table, one row each, as :func:`export_segments` does.

    Parameters
    ----------
    table : SegmentTable
    rows : int [shape=(k,)]
    out : path
    clusters : int [shape=(k,)], optional
        Makes a column `cluster`: from 0, below 0 for none.

    Raises
    ------
    UsageError, UserError
        As :func:`export_segments`.
    """
    out = _checked(out)
    of_row = table.recording_index[rows]
    columns: Columns = {
        "path": np.array([readable_name(r.path) for r in table.recordings])[of_row],
        "start_s": table.start_s[rows],
        "duration_s": np.full(len(rows), table.duration_s, np.float32),
    }
    for label in ("title", "performer", "instrument"):
        columns[label] = np.array([getattr(r, label) for r in table.recordings])[of_row]
    if clusters is not None:
        columns["cluster"] = clusters
    columns |= {f"z{i}": table.latents[rows, i] for i in range(table.latents.shape[1])}
    columns |= {"x": table.positions[rows, 0], "y": table.positions[rows, 1]}
    if out.suffix == ".npz":
        _write_npz(out, columns)
    else:
        _write_table(out, [columns])


def export_notes(
    library: Library, out: str | Path, progress: Callable[[int, int, str], None] | None = None
) -> int:
    """Write the note latents of every ready recording, one row for each 25 ms.

    Columns: `path`, `start_s`, `title`, `performer`, `instrument`, `z0` … `z31`. At 144,000
    rows an hour NPZ files are leaner: `latents` float16 [n, 32], `start_s` [n] and
    `recording` int32 [n], an index into `paths`, `titles`, `performers`, `instruments`.

    Returns
    -------
    n_rows : int

    Raises
    ------
    UsageError, UserError
        As :func:`export_segments`.
    """
    out = _checked(out)
    encoder_id = library.catalogue.current_encoder
    known = library.latents.known(encoder_id) if encoder_id else set()
    recordings = [r for r in library.catalogue.recordings() if r.sha256 in known]
    if not encoder_id or not recordings:
        raise UserError(
            f"The library {library.folder} holds no latents yet: "
            "run 'musiclatentvis import AUDIO_DIR'."
        )
    report = progress or (lambda done, total, message: None)
    counter = _Counter()

    def parts() -> Iterator[tuple[Recording, NDArray[np.float16]]]:
        for done, recording in enumerate(recordings, start=1):
            notes = library.latents.read_notes(encoder_id, recording.sha256)
            counter.rows += len(notes)
            yield recording, notes
            report(done, len(recordings), recording.title)

    if out.suffix == ".npz":
        _write_npz(out, _packed_notes(list(parts())))
    else:
        _write_table(out, (_note_columns(recording, notes) for recording, notes in parts()))
    return counter.rows


class _Counter:
    rows = 0


def _note_columns(recording: Recording, notes: NDArray[np.float16]) -> Columns:
    count = len(notes)
    columns: Columns = {
        "path": np.full(count, readable_name(recording.path)),
        "start_s": (np.arange(count) / COLUMNS_PER_SECOND).astype(np.float32),
    }
    for label in ("title", "performer", "instrument"):
        columns[label] = np.full(count, getattr(recording, label))
    return columns | {f"z{i}": notes[:, i].astype(np.float32) for i in range(notes.shape[1])}


def _packed_notes(parts: list[tuple[Recording, NDArray[np.float16]]]) -> Columns:
    recordings = [recording for recording, _ in parts]
    counts = [len(notes) for _, notes in parts]
    columns: Columns = {
        "latents": np.concatenate([notes for _, notes in parts]),
        "start_s": np.concatenate(
            [np.arange(count, dtype=np.float32) / COLUMNS_PER_SECOND for count in counts]
        ),
        "recording": np.repeat(np.arange(len(parts), dtype=np.int32), counts),
        "paths": np.array([readable_name(recording.path) for recording in recordings]),
    }
    for label in ("title", "performer", "instrument"):
        columns[f"{label}s"] = np.array([getattr(r, label) for r in recordings])
    return columns


def _checked(out: str | Path) -> Path:
    out = Path(out)
    if out.suffix not in SUFFIXES:
        raise UsageError(f"{out} must end in {', '.join(SUFFIXES)}: the suffix says the format.")
    return out


def _write_npz(out: Path, columns: Columns) -> None:
    with _writing(out) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **columns)


def _write_table(out: Path, parts: Iterable[Columns]) -> None:
    """Write row groups one after the other, so that only one is in memory."""
    import pyarrow

    with _writing(out) as temporary:
        writer = None
        try:
            for columns in parts:
                table = pyarrow.table(columns)
                if writer is None:
                    writer = _table_writer(temporary, table.schema)
                writer.write_table(table)
        finally:
            if writer is not None:
                writer.close()


def _table_writer(path: Path, schema: pyarrow.Schema) -> Any:
    if path.suffix == ".csv":
        from pyarrow.csv import CSVWriter

        return CSVWriter(str(path), schema)
    from pyarrow.parquet import ParquetWriter

    return ParquetWriter(str(path), schema)


@contextmanager
def _writing(out: Path) -> Iterator[Path]:
    try:
        with atomic_path(out) as temporary:
            yield temporary
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}.") from error
