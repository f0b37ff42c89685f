"""The Notes page: are notes that sound alike alike as latents (paper, T1 and Fig. 7)?

Every column of the recorded scales is placed on two maps: one of note samples, the 501
numbers of a normalised spectrogram column, and one of note latents, the 32 numbers that
the note encoder makes of them. Both are computed by workers when first asked for and
kept in the library's maps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from data.files import write_atomically
from data.library import Library
from data.scales import DEMO_SCALES, ScaleNote, read_scale_notes, scales_digest
from encoders.registry import ensure_installed
from errors import UserError

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

# Part of the file's name: a change of what is computed must not find old files.
_VERSION = 1
_SAMPLES_PER_COLUMN = 500
_SPACES = ("samples", "latents")


@dataclass(frozen=True)
class NoteMaps:
    """Two maps of the same columns and what is known of each column.

    Attributes
    ----------
    positions_samples, positions_latents : float32 [shape=(n, 2)]
    pitch, instrument : str array [shape=(n,)]
        Solfège with octave, such as ``"La4"``; the instrument's name.
    loudness : int32 [shape=(n,)]
        1 (softest) to 4.
    note : int32 [shape=(n,)]
        Which note of ``notes.csv`` the column belongs to.
    column : int32 [shape=(n,)]
        Which column of that note, from 0; columns are 25 ms apart.
    """

    positions_samples: NDArray[np.float32]
    positions_latents: NDArray[np.float32]
    pitch: NDArray[np.str_]
    loudness: NDArray[np.int32]
    instrument: NDArray[np.str_]
    note: NDArray[np.int32]
    column: NDArray[np.int32]


def note_maps(
    library: Library,
    engine: Engine,
    encoder_id: str,
    progress: Progress | None = None,
    folder: Path = DEMO_SCALES,
) -> NoteMaps:
    """Both maps of the scales for an encoder, from the library or computed now.

    Parameters
    ----------
    library : Library
    engine : Engine
        Two of its workers compute the two maps.
    encoder_id : str
    progress : callable, optional
        ``progress(done, total, message)``.
    folder : Path
        Recordings of scales with their ``notes.csv``.

    Raises
    ------
    UserError
        If the scales are missing or damaged, or there is no such encoder.
    """
    notes = read_scale_notes(folder)
    path = (
        library.maps_folder / f"notes-{_VERSION}-{encoder_id}-{scales_digest(folder)}.safetensors"
    )
    positions = _kept(path, sum(len(note.columns) for note in notes))
    if positions is None:
        encoder_folder = str(ensure_installed(library, encoder_id))
        positions = _computed(engine, str(folder), encoder_folder, progress)
        write_atomically(path, save(positions))
    return _labelled(positions, notes)


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
    from data.decoding import decode
    from encoders.encoder import load_encoder

    encoder = load_encoder(encoder_folder)
    notes = read_scale_notes(Path(folder))
    parts = []
    for name in dict.fromkeys(note.path for note in notes):
        samples = decode(Path(folder) / name).samples
        # Resampling may round the end of the last note away: one silent column more.
        spectrogram = encoder.spectrogram(np.pad(samples, (0, _SAMPLES_PER_COLUMN)))
        for note in notes:
            if note.path == name:
                parts.append(_columns(spectrogram, note))
    return np.concatenate(parts)


def place_notes(folder: str, encoder_folder: str, space: str) -> NDArray[np.float32]:
    """Compute one of the two maps; runs in a worker.

    Parameters
    ----------
    folder, encoder_folder : str
    space : str
        ``"samples"`` or ``"latents"``.

    Returns
    -------
    positions : float32 [shape=(n, 2)]
    """
    from encoders.encoder import load_encoder
    from jobs.mapping import project_segments

    values = note_samples(folder, encoder_folder)
    if space == "latents":
        values = load_encoder(encoder_folder).note_latents(values)
    return project_segments(values, "tsne", 30.0, 0)


def _computed(
    engine: Engine, folder: str, encoder_folder: str, progress: Progress | None
) -> dict[str, NDArray]:
    positions: dict[str, NDArray] = {}
    calls = [(folder, encoder_folder, space) for space in _SPACES]
    for index, outcome in engine.map(place_notes, calls):
        positions[_SPACES[index]] = outcome.unwrap()
        if progress:
            progress(len(positions), len(_SPACES), "Placing the notes of the scales")
    return positions


def _kept(path: Path, columns: int) -> dict[str, NDArray] | None:
    """What was computed before; None where nothing, or nothing readable, is kept."""
    try:
        positions = load_file(path)
    except (OSError, SafetensorError):
        return None
    fits = all(space in positions and positions[space].shape == (columns, 2) for space in _SPACES)
    return positions if fits else None


def _columns(spectrogram: NDArray[np.float32], note: ScaleNote) -> NDArray[np.float32]:
    columns = spectrogram[note.columns.start : note.columns.stop]
    if len(columns) < len(note.columns):
        raise UserError(
            f"{note.path} ends before its note {note.pitch} at {note.start_s:g} s: "
            "run 'make demo-audio'."
        )
    return columns


def _labelled(positions: dict[str, NDArray], notes: tuple[ScaleNote, ...]) -> NoteMaps:
    counts = [len(note.columns) for note in notes]
    of_note = np.repeat(np.arange(len(notes), dtype=np.int32), counts)
    return NoteMaps(
        positions_samples=positions["samples"],
        positions_latents=positions["latents"],
        pitch=np.array([note.pitch for note in notes])[of_note],
        loudness=np.array([note.loudness for note in notes], dtype=np.int32)[of_note],
        instrument=np.array([note.instrument for note in notes])[of_note],
        note=of_note,
        column=np.concatenate([np.arange(count, dtype=np.int32) for count in counts]),
    )
