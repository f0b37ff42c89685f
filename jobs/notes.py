"""The Notes page: are notes that sound alike alike as latents (paper, T1 and Fig. 7)?

Every column of recorded scales, or of the notes that recordings play, is placed on two
maps: one of note samples, the 501 numbers of a normalised spectrogram column, and one of
note latents, the 32 numbers that the note encoder makes of them. Workers compute both,
with the figures under them, when they are first asked for; the library's maps keep them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from analysis.melody import loudness_levels
from analysis.notes import Note, NoteMaps, NoteSource, note_figures
from analysis.segments import COLUMNS_PER_SECOND
from data.catalogue import Recording
from data.files import write_atomically
from data.library import Library
from data.scales import (
    DEMO_SCALES,
    read_scale_notes,
    scales_digest,
)
from encoders.registry import ensure_installed
from errors import UserError
from jobs.pitch import PlayedNotes, ensure_notes

if TYPE_CHECKING:
    from encoders.encoder import Encoder
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

#: More points than this say no more on a map of this size, and make it slow.
MAX_COLUMNS = 2000
#: Of a longer note, so many columns are shown, evenly spread: as many as 0.25 s have, and
#: fewer where there are many notes, before any note is left out.
COLUMNS_PER_NOTE, FEWEST_PER_NOTE = 10, 4
#: Of a selection, the notes of this many recordings.
MAX_RECORDINGS = 12

# Part of the file's name: a change of what is computed must not find old files.
_VERSION = 2
_SAMPLES_PER_COLUMN = 500
_PERPLEXITY = 30.0
_SPACES = ("samples", "latents")


@dataclass(frozen=True)
class Columns:
    """Which columns of which files are placed, and the labels that the figures ask for.

    Attributes
    ----------
    files : tuple of str
    file, column, note, pitch, loudness, instrument : int32 [shape=(n,)]
        Index into `files`, column of that file, and codes.
    """

    files: tuple[str, ...]
    file: NDArray[np.int32]
    column: NDArray[np.int32]
    note: NDArray[np.int32]
    pitch: NDArray[np.int32]
    loudness: NDArray[np.int32]
    instrument: NDArray[np.int32]


@dataclass(frozen=True)
class _Placed:
    """What is kept: both maps and their figures."""

    positions: dict[str, NDArray[np.float32]]
    figures: dict[str, Any]


def note_maps(
    library: Library,
    engine: Engine,
    encoder_id: str,
    progress: Progress | None = None,
    folder: Path = DEMO_SCALES,
) -> NoteMaps:
    """Both maps of recorded scales for an encoder, from the library or computed now.

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
    scale = read_scale_notes(folder)
    names = tuple(dict.fromkeys(note.path for note in scale))
    notes = [
        Note(
            names.index(note.path),
            note.start_s,
            note.end_s,
            note.loudness,
            note.instrument,
            note.pitch,
        )
        for note in scale
    ]
    files = tuple(str(folder / name) for name in names)
    columns = _columns(
        files, notes, [note.columns for note in scale], _codes(n.name for n in notes)
    )
    placed = _placed(library, engine, encoder_id, columns, scales_digest(folder), progress)
    sources = tuple(NoteSource(title=name) for name in names)
    return _maps(placed, columns, notes, sources, "")


def recording_note_maps(
    library: Library,
    engine: Engine,
    encoder_id: str,
    chosen: Sequence[tuple[Recording, Sequence[float] | None]],
    progress: Progress | None = None,
) -> NoteMaps:
    """Both maps of the notes that recordings play, or that some of their segments play.

    Parameters
    ----------
    library : Library
    engine : Engine
    encoder_id : str
    chosen : sequence of (Recording, segments)
        `segments` are starts in seconds of the ten-second segments to take notes from; None
        means all of the recording.
    progress : callable, optional

    Raises
    ------
    UserError
        If no recording can be read, or none of them plays a note.
    """
    taken = [chosen[i] for i in _evenly(len(chosen), MAX_RECORDINGS)]
    played, problems = ensure_notes(library, engine, [r for r, _ in taken], progress)
    notes: list[Note] = []
    spans: list[range] = []
    kept: list[tuple[Recording, PlayedNotes]] = []
    for recording, segments in taken:
        found = played.get(recording.sha256)
        if found is None:
            continue
        for note, span in _notes_of(found, len(kept), recording.instrument, segments):
            notes.append(note)
            spans.append(span)
        kept.append((recording, found))
    if not notes:
        raise UserError(problems[0] if problems else _NO_NOTES)
    shown = _evenly(len(notes), MAX_COLUMNS // FEWEST_PER_NOTE)
    remark = _remark(len(shown), len(notes), len(taken), len(chosen), problems)
    notes, spans = [notes[i] for i in shown], [spans[i] for i in shown]
    columns = _columns(tuple(str(r.file) for r, _ in kept), notes, spans, _semitones(notes, kept))
    digest = _digest([recording.sha256 for recording, _ in kept], columns)
    placed = _placed(library, engine, encoder_id, columns, digest, progress)
    sources = tuple(
        NoteSource(
            recording.sha256[:12],
            recording.id,
            recording.title,
            recording.performer,
            found.tonic,
            found.tuning_cents,
        )
        for recording, found in kept
    )
    return _maps(placed, columns, notes, sources, remark)


_NO_NOTES = (
    "No note of definite pitch was found here: choose another recording, or select more segments "
    "on the Explore page."
)


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
    files = [str(Path(folder) / name) for name in names]
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
    positions = project_segments(values, "tsne", _PERPLEXITY, 0)
    labels = (columns.pitch, columns.loudness, columns.instrument, columns.note)
    return positions, note_figures(values, positions, *labels)


def gather_samples(
    files: Sequence[str],
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
                f"{Path(files[index]).name} ends before its note at "
                f"{column[rows].max() / COLUMNS_PER_SECOND:g} s: put the whole recording back."
            )
    return gathered


def _notes_of(
    played: PlayedNotes, source: int, instrument: str, segments: Sequence[float] | None
) -> list[tuple[Note, range]]:
    """Notes of a recording and the columns of each that may be shown."""
    levels = loudness_levels(played.notes.level_db)
    found = []
    for first, end, pitch, level in zip(
        played.notes.first.tolist(),
        played.notes.end.tolist(),
        played.notes.pitch.tolist(),
        levels.tolist(),
        strict=True,
    ):
        start_s, end_s = first / COLUMNS_PER_SECOND, end / COLUMNS_PER_SECOND
        if segments is None or any(start <= start_s < start + 10 for start in segments):
            note = Note(source, start_s, end_s, level, instrument, pitch=pitch)
            found.append((note, range(first, end)))
    return found


def _evenly(count: int, most: int) -> list[int]:
    """At most `most` of ``range(count)``, evenly spread."""
    if count <= most:
        return list(range(count))
    return np.round(np.linspace(0, count - 1, most)).astype(int).tolist()


def _remark(shown: int, notes: int, recordings: int, chosen: int, problems: Sequence[str]) -> str:
    parts = []
    if shown < notes:
        parts.append(f"{shown:,} of {notes:,} notes shown")
    if recordings < chosen:
        parts.append(f"of {recordings:,} of {chosen:,} recordings")
    text = " ".join(parts)
    if text and shown == notes:
        text = f"{notes:,} notes {text}"
    return ". ".join(part.rstrip(".") for part in (text, *problems) if part)


def _columns(
    files: tuple[str, ...], notes: Sequence[Note], spans: Sequence[range], pitch: NDArray[np.int32]
) -> Columns:
    """The columns to place: of each note all, or of a long one some."""
    most = min(COLUMNS_PER_NOTE, max(FEWEST_PER_NOTE, MAX_COLUMNS // len(spans)))
    chosen = [[span[i] for i in _evenly(len(span), most)] for span in spans]
    of_note = np.repeat(np.arange(len(notes), dtype=np.int32), [len(row) for row in chosen])
    file = np.array([note.source for note in notes], dtype=np.int32)
    loudness = np.array([note.loudness for note in notes], dtype=np.int32)
    instrument = _codes(note.instrument for note in notes)
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


def _codes(labels: Any) -> NDArray[np.int32]:
    return np.unique(list(labels), return_inverse=True)[1].astype(np.int32)


def _semitones(
    notes: Sequence[Note], kept: Sequence[tuple[Recording, PlayedNotes]]
) -> NDArray[np.int32]:
    """Pitch of each note as a semitone in its recording's own tuning: a code for the figures."""
    tuning = np.array([found.tuning_cents for _, found in kept])
    source = np.array([note.source for note in notes])
    pitch = np.array([note.pitch for note in notes])
    return np.round(pitch - tuning[source] / 100).astype(np.int32)


def _digest(contents: Sequence[str], columns: Columns) -> str:
    digest = hashlib.sha256(json.dumps(list(contents)).encode())
    for values in (columns.file, columns.column, columns.note, columns.pitch, columns.loudness):
        digest.update(values.astype("<i4").tobytes())
    digest.update(columns.instrument.astype("<i4").tobytes())
    return digest.hexdigest()[:12]


def _placed(
    library: Library,
    engine: Engine,
    encoder_id: str,
    columns: Columns,
    digest: str,
    progress: Progress | None,
) -> _Placed:
    """The maps of these columns, from the library or computed now."""
    path = library.maps_folder / f"notes-{_VERSION}-{encoder_id}-{digest}.safetensors"
    kept = _kept(path, len(columns.column))
    if kept is not None:
        return kept
    report = progress or (lambda done, total, message: None)
    folder = str(ensure_installed(library, encoder_id))
    sentence = f"Placing {len(columns.column):,} note samples and their latents on two maps"
    report(0, len(_SPACES), sentence)
    positions: dict[str, NDArray[np.float32]] = {}
    figures: dict[str, Any] = {}
    calls = [(columns, folder, space) for space in _SPACES]
    for index, outcome in engine.map(place_columns, calls):
        positions[_SPACES[index]], figures[_SPACES[index]] = outcome.unwrap()
        report(len(positions), len(_SPACES), sentence)
    write_atomically(path, save(positions, {"figures": json.dumps(figures)}))
    return _Placed(positions, figures)


def _kept(path: Path, count: int) -> _Placed | None:
    """What was computed before; None where nothing, or nothing readable, is kept."""
    try:
        with safe_open(path, framework="numpy") as file:
            positions = {space: file.get_tensor(space) for space in _SPACES}
            figures = json.loads((file.metadata() or {})["figures"])
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
    fits = all(values.shape == (count, 2) for values in positions.values())
    return _Placed(positions, figures) if fits else None


def _maps(
    placed: _Placed,
    columns: Columns,
    notes: Sequence[Note],
    sources: tuple[NoteSource, ...],
    remark: str,
) -> NoteMaps:
    return NoteMaps(
        samples=placed.positions["samples"],
        latents=placed.positions["latents"],
        note=columns.note,
        column=columns.column,
        notes=tuple(notes),
        sources=sources,
        figures=placed.figures,
        remark=remark,
    )
