"""Which notes a recording plays: pitch, level, tuning and key, estimated once and kept.

::

    notes/<version>/<sha256>.safetensors
        first, end   int32 [n]      columns of each note; 40 are a second
        pitch        float32 [n]    MIDI number relative to A4 = 440 Hz
        level_db     float32 [n]
        (metadata)   tuning_cents, tonic

Named by content and not by encoder: what is played does not depend on who listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.melody import Notes, find_notes, tuning_and_key
from analysis.segments import COLUMNS_PER_SECOND
from data.catalogue import Recording
from data.decoding import SAMPLE_RATE
from data.files import write_atomically
from data.library import Library
from data.sealed import Damaged, read_facts, read_sealed, sealed
from data.sources import Source
from errors import UserError
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

# Part of the folder's name: a change of how notes are estimated must not find old files.
_VERSION = "1"
_HOP = SAMPLE_RATE // COLUMNS_PER_SECOND
_FRAME = 2048
# Below the lowest string of the zheng, above the highest notes of the bamboo flute.
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 2300.0
# pYIN's grid of pitches, in semitones: half as fine is five times faster, and YIN's own
# interpolation gives the cents back.
_RESOLUTION = 0.2
_SAME_PITCH = 0.5  # semitones within which both mean the same
# Estimated piece by piece, so that an hour needs no more memory than a minute.
_PIECE, _OVERLAP = 1200, 40
_SILENCE = 1e-4


@dataclass(frozen=True)
class PlayedNotes:
    """What is kept of one recording.

    Attributes
    ----------
    notes : Notes
    tuning_cents : float
        How far its A4 lies above 440 Hz.
    tonic : int
        Pitch class of do, 0 (C) to 11 (B).
    """

    notes: Notes
    tuning_cents: float
    tonic: int


def notes_path(library: Library, sha256: str) -> Path:
    """Where the notes of a recording's content are, or would be."""
    return library.notes_folder / _VERSION / f"{sha256}.safetensors"


def ensure_notes(
    library: Library,
    engine: Engine,
    recordings: Sequence[Recording],
    progress: Progress | None = None,
) -> tuple[dict[str, PlayedNotes], list[str]]:
    """Read the notes of some recordings; workers estimate those that are not known yet.

    Parameters
    ----------
    library : Library
    engine : Engine
    recordings : sequence of Recording
    progress : callable, optional
        ``progress(done, total, message)``.

    Returns
    -------
    played : dict
        PlayedNotes by the recordings' SHA-256.
    problems : list of str
        A sentence for each recording that could not be read.
    """
    report = progress or (lambda done, total, message: None)
    played: dict[str, PlayedNotes] = {}
    missing: list[Recording] = []
    for recording in recordings:
        known = read_notes(notes_path(library, recording.sha256))
        if known is None:
            missing.append(recording)
        else:
            played[recording.sha256] = known
    problems: list[str] = []
    if not missing:  # no workers are started for what is known
        return played, problems
    calls = [(r.source, str(notes_path(library, r.sha256))) for r in missing]
    report(0, len(missing), _sentence(missing, 0))
    for done, (index, outcome) in enumerate(engine.map(estimate_notes, calls), start=1):
        recording = missing[index]
        if isinstance(outcome.error, UserError):
            problems.append(f"{recording.path} is left out: {outcome.error}")
        else:
            outcome.unwrap()
            found = read_notes(notes_path(library, recording.sha256))
            if found is not None:
                played[recording.sha256] = found
        report(done, len(missing), _sentence(missing, done))
    return played, problems


def read_notes(path: Path) -> PlayedNotes | None:
    """Notes kept in a file; None where there are none, or none that can be read."""
    try:
        found = read_sealed(path, "first", "end", "pitch", "level_db")
        facts = read_facts(path)
        tuning_cents, tonic = float(facts["tuning_cents"]), int(facts["tonic"])
        return PlayedNotes(Notes(*found.values()), tuning_cents, tonic)
    except (OSError, Damaged, KeyError, ValueError):
        return None


def estimate_notes(audio: Source | str, target: str) -> None:
    """Decode one recording, estimate its notes and write them; runs in a worker.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    from data.decoding import decode

    samples = decode(audio).samples
    notes = find_notes(track_pitch(samples), column_levels(samples))
    tuning_cents, tonic = tuning_and_key(notes)
    arrays = {
        "first": notes.first,
        "end": notes.end,
        "pitch": notes.pitch,
        "level_db": notes.level_db,
    }
    facts = {"tuning_cents": f"{tuning_cents:.2f}", "tonic": str(tonic)}
    write_atomically(Path(target), sealed(arrays, facts))


def track_pitch(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fundamental frequency of each column, by pYIN; imports librosa, so call it in a worker.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.

    Returns
    -------
    f0_hz : float32 [shape=(n // 500,)]
        0 where nothing of definite pitch sounds.

    References
    ----------
    M. Mauch and S. Dixon, "pYIN: a fundamental frequency estimator using probabilistic
    threshold distributions", ICASSP 2014.
    """
    count = len(samples) // _HOP
    f0 = np.zeros(count, dtype=np.float32)
    for first in range(0, count, _PIECE):
        end = min(first + _PIECE, count)
        before = max(0, first - _OVERLAP)
        piece = samples[before * _HOP : (end + _OVERLAP) * _HOP]
        if np.abs(piece).max() > _SILENCE:
            f0[first:end] = _track_piece(piece)[first - before : end - before]
    return f0


def _track_piece(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    from encoders._librosa import librosa

    frames: dict[str, Any] = {
        "fmin": _LOWEST_HZ,
        "fmax": _HIGHEST_HZ,
        "sr": SAMPLE_RATE,
        "frame_length": _FRAME,
        "hop_length": _HOP,
    }
    coarse, voiced, _ = librosa.pyin(samples, resolution=_RESOLUTION, fill_na=None, **frames)
    fine = librosa.yin(samples, **frames)
    same = np.abs(12 * np.log2(fine / coarse)) < _SAME_PITCH
    return np.where(voiced, np.where(same, fine, coarse), 0.0).astype(np.float32)


def column_levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Level of each column in dB: the root mean square of 50 ms about its centre.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.

    Returns
    -------
    level_db : float32 [shape=(n // 500,)]
        At least -120.
    """
    count = len(samples) // _HOP
    padded = np.pad(samples[: count * _HOP], (_HOP, 0))
    halves = np.square(padded.astype(np.float64)).reshape(-1, _HOP).mean(axis=1)
    power = (halves[:-1] + halves[1:]) / 2
    return (10 * np.log10(power + 1e-12)).astype(np.float32)


def _sentence(missing: Sequence[Recording], done: int) -> str:
    if len(missing) == 1:
        return Sentence(N_("Listening for the notes of {title}"), title=missing[0].title)
    return Sentence(
        N_("Listening for the notes of {count} recordings, {done} done"),
        count=len(missing),
        done=done,
    )
