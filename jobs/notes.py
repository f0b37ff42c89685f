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

from analysis.melody import loudness_levels
from analysis.notes import Note, NoteMaps, NoteSource
from analysis.segments import COLUMNS_PER_SECOND
from data.catalogue import Recording
from data.files import write_atomically
from data.library import Library
from data.scales import (
    DEMO_SCALES,
    read_scale_notes,
    scales_digest,
)
from data.sealed import Damaged, read_facts, read_sealed, sealed
from data.sources import Source
from encoders.registry import ensure_installed
from errors import UserError
from jobs.note_columns import (
    Columns,
    choose_columns,
    codes_of,
    evenly,
    place_columns,
    thinned_notes,
)
from jobs.pitch import PlayedNotes, ensure_notes
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

#: Of a selection, the notes of this many recordings.
MAX_RECORDINGS = 12

# Part of the file's name: a change of what is computed must not find old files.
_VERSION = 2
_SPACES = ("samples", "latents")


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
    files = tuple(Source(str(folder / name)) for name in names)
    columns = choose_columns(
        files, notes, [note.columns for note in scale], codes_of(n.name for n in notes)
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
    taken = [chosen[i] for i in evenly(len(chosen), MAX_RECORDINGS)]
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
    shown = thinned_notes(len(notes))
    remark = _remark(len(shown), len(notes), len(taken), len(chosen), problems)
    notes, spans = [notes[i] for i in shown], [spans[i] for i in shown]
    columns = choose_columns(
        tuple(r.source for r, _ in kept), notes, spans, _semitones(notes, kept)
    )
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


_NO_NOTES = N_(
    "No note of definite pitch was found here: choose another recording, or select more segments "
    "on the Explore page."
)


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


def _remark(shown: int, notes: int, recordings: int, chosen: int, problems: Sequence[str]) -> str:
    counts = {"shown": shown, "notes": notes, "recordings": recordings, "chosen": chosen}
    said = ""
    if recordings < chosen:
        said = Sentence(
            N_("{shown:,} of {notes:,} notes shown of {recordings:,} of {chosen:,} recordings")
            if shown < notes
            else N_("{notes:,} notes of {recordings:,} of {chosen:,} recordings"),
            **counts,
        )
    elif shown < notes:
        said = Sentence(N_("{shown:,} of {notes:,} notes shown"), **counts)
    left_out = ". ".join(problem.rstrip(".") for problem in problems)
    if not said or not left_out:
        return said or left_out
    return Sentence(N_("{said}. {problems}"), said=said, problems=left_out)


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
    sentence = Sentence(
        N_("Placing {count:,} note samples and their latents on two maps"),
        count=len(columns.column),
    )
    report(0, len(_SPACES), sentence)
    positions: dict[str, NDArray[np.float32]] = {}
    figures: dict[str, Any] = {}
    calls = [(columns, folder, space) for space in _SPACES]
    for index, outcome in engine.map(place_columns, calls):
        positions[_SPACES[index]], figures[_SPACES[index]] = outcome.unwrap()
        report(len(positions), len(_SPACES), sentence)
    write_atomically(path, sealed(positions, {"figures": json.dumps(figures)}))
    return _Placed(positions, figures)


def _kept(path: Path, count: int) -> _Placed | None:
    """What was computed before; None where nothing, or nothing readable, is kept."""
    try:
        positions = read_sealed(path, *_SPACES)
        figures = json.loads(read_facts(path)["figures"])
    except (OSError, Damaged, KeyError, ValueError):
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
