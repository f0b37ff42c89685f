"""The columns of the Notes page: which of each note are placed, and placing them in workers.

A column is a note sample, 501 numbers of a normalised spectrogram (paper, Section 3.2.1); its note
latent is the 32 numbers that the note encoder makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.notes import Note, note_figures
from analysis.projection import Projection
from analysis.segments import COLUMNS_PER_SECOND
from data.scales import read_scale_notes
from data.sources import Source
from errors import UserError

if TYPE_CHECKING:
    from encoders.encoder import Encoder

#: More points than this say no more on a map of this size, and make it slow.
MAX_COLUMNS = 2000
#: Of a longer note, so many columns are shown, evenly spread: as many as 0.25 s have, and
#: fewer where there are many notes, before any note is left out.
COLUMNS_PER_NOTE, FEWEST_PER_NOTE = 10, 4

_SAMPLES_PER_COLUMN = 500
_PERPLEXITY = 30.0


@dataclass(frozen=True)
class Columns:
    """Which columns of which files are placed, and the labels that the figures ask for.

    Attributes
    ----------
    files : tuple of Source
    file, column, note, pitch, loudness, instrument : int32 [shape=(n,)]
        Index into `files`, column of that file, and codes.
    """

    files: tuple[Source, ...]
    file: NDArray[np.int32]
    column: NDArray[np.int32]
    note: NDArray[np.int32]
    pitch: NDArray[np.int32]
    loudness: NDArray[np.int32]
    instrument: NDArray[np.int32]


def choose_columns(
    files: tuple[Source, ...],
    notes: Sequence[Note],
    spans: Sequence[range],
    pitch: NDArray[np.int32],
) -> Columns:
    """The columns to place: of each note all, or of a long one some."""
    most = min(COLUMNS_PER_NOTE, max(FEWEST_PER_NOTE, MAX_COLUMNS // len(spans)))
    chosen = [[span[i] for i in evenly(len(span), most)] for span in spans]
    of_note = np.repeat(np.arange(len(notes), dtype=np.int32), [len(row) for row in chosen])
    file = np.array([note.source for note in notes], dtype=np.int32)
    loudness = np.array([note.loudness for note in notes], dtype=np.int32)
    instrument = codes_of(note.instrument for note in notes)
    column = np.concatenate([np.array(row, dtype=np.int32) for row in chosen])
    return Columns(
        files,
        file[of_note],
        column,
        of_note,
        pitch[of_note],
        loudness[of_note],
        instrument[of_note],
    )


def thinned_notes(count: int) -> list[int]:
    """Which of `count` notes are shown, evenly spread: each has at least a few columns."""
    return evenly(count, MAX_COLUMNS // FEWEST_PER_NOTE)


def evenly(count: int, most: int) -> list[int]:
    """At most `most` of ``range(count)``, evenly spread."""
    if count <= most:
        return list(range(count))
    return np.round(np.linspace(0, count - 1, most)).astype(int).tolist()


def codes_of(labels: Iterable[str]) -> NDArray[np.int32]:
    """A number for each label, the same for equal ones."""
    return np.unique(list(labels), return_inverse=True)[1].astype(np.int32)


def note_samples(folder: str, encoder_folder: str) -> NDArray[np.float32]:
    """Normalised spectrogram columns of every note; needs torch, so call it in a worker.

    Parameters
    ----------
    folder : str
        Recordings of scales with their ``notes.csv``.
    encoder_folder : str
        The encoder whose normalisation is applied.

    Returns
    -------
    samples : float32 [shape=(n, 501)]
        In [0, 1]; notes in the order of :func:`data.scales.read_scale_notes`.

    Raises
    ------
    UserError
        If a recording cannot be decoded or ends before its notes.
    """
    from encoders.encoder import load_encoder

    notes = read_scale_notes(Path(folder))
    names = list(dict.fromkeys(note.path for note in notes))
    file = np.repeat([names.index(n.path) for n in notes], [len(n.columns) for n in notes])
    column = np.concatenate([np.array(note.columns) for note in notes])
    files = [Source(str(Path(folder) / name)) for name in names]
    return gather_samples(files, file, column, load_encoder(encoder_folder))


def place_columns(
    columns: Columns, encoder_folder: str, space: str
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Compute one of the two maps and its figures; runs in a worker.

    Parameters
    ----------
    columns : Columns
    encoder_folder : str
    space : str
        ``"samples"`` or ``"latents"``.

    Returns
    -------
    positions : float32 [shape=(n, 2)]
    figures : dict
        As :func:`analysis.notes.note_figures` gives them.
    """
    from encoders.encoder import load_encoder
    from jobs.mapping import project_segments

    encoder = load_encoder(encoder_folder)
    values = gather_samples(columns.files, columns.file, columns.column, encoder)
    if space == "latents":
        values = encoder.note_latents(values)
    positions = project_segments(values, Projection.of("tsne", perplexity=_PERPLEXITY))
    labels = (columns.pitch, columns.loudness, columns.instrument, columns.note)
    return positions, note_figures(values, positions, *labels)


def gather_samples(
    files: Sequence[Source],
    file: NDArray[np.integer],
    column: NDArray[np.integer],
    encoder: Encoder,
) -> NDArray[np.float32]:
    """Normalised spectrogram columns of some files, float32 [shape=(n, 501)]; decodes.

    Raises
    ------
    UserError
        If a file cannot be decoded, or ends before one of its columns.
    """
    from data.decoding import decode

    gathered = np.empty((len(column), 501), dtype=np.float32)
    for index in np.unique(file):
        rows = np.flatnonzero(file == index)
        samples = decode(files[index]).samples
        # Resampling may round the end of the last note away: one silent column more.
        first = 0
        for piece in encoder.spectrogram_chunks(np.pad(samples, (0, _SAMPLES_PER_COLUMN))):
            here = rows[(column[rows] >= first) & (column[rows] < first + len(piece))]
            gathered[here] = np.asarray(piece)[column[here] - first]
            first += len(piece)
        if len(rows) and column[rows].max() >= first:
            raise UserError(
                f"{files[index].name} ends before its note at "
                f"{column[rows].max() / COLUMNS_PER_SECOND:g} s: put the whole recording back."
            )
    return gathered
