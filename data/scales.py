"""Recorded scales whose pitch, loudness and instrument are known note by note.

The paper's T1 (Section 4.2) asks whether note latents keep what makes a note: twelve
pitches from Do4 to So5, four instruments, four loudness levels, 0.25 s a note, which is
ten columns of the spectrogram.

``notes.csv`` beside the recordings has the columns ``path, start_s, end_s, pitch,
loudness, instrument``; pitch is solfège with its octave (``La4``), loudness 1 (softest) to 4.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from errors import UserError

DEMO_SCALES = Path(__file__).parent / "demo" / "scales"
COLUMNS_PER_SECOND = 40

_FIELDS = ("path", "start_s", "end_s", "pitch", "loudness", "instrument")


@dataclass(frozen=True)
class ScaleNote:
    """One note of a recorded scale.

    Attributes
    ----------
    path : str
        The recording, relative to the folder of ``notes.csv``.
    start_s, end_s : float
        Where it sounds, seconds.
    pitch : str
        Solfège with octave, such as ``"La4"``.
    loudness : int
        1 (softest) to 4.
    instrument : str
    """

    path: str
    start_s: float
    end_s: float
    pitch: str
    loudness: int
    instrument: str

    @property
    def columns(self) -> range:
        """The spectrogram columns centred within the note."""
        first = round(self.start_s * COLUMNS_PER_SECOND)
        return range(first, max(first + 1, round(self.end_s * COLUMNS_PER_SECOND)))


def read_scale_notes(folder: Path = DEMO_SCALES) -> tuple[ScaleNote, ...]:
    """Read ``notes.csv`` of a folder of scales.

    Returns
    -------
    notes : tuple of ScaleNote
        Grouped by recording, in the order of the file.

    Raises
    ------
    UserError
        If the file is missing, is not UTF-8, lacks a column, or a row cannot be read.
    """
    path = Path(folder) / "notes.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            f"The scales cannot be read, {path} is missing or damaged: run 'make demo-audio'."
        ) from error
    if not rows:
        raise UserError(f"{path} lists no notes: run 'make demo-audio'.")
    missing = [name for name in _FIELDS if name not in rows[0]]
    if missing:
        raise UserError(f"{path} has no column {missing[0]!r}: it needs {', '.join(_FIELDS)}.")
    notes = [_note(row, f"{path}, line {line}") for line, row in enumerate(rows, start=2)]
    recordings = list(dict.fromkeys(note.path for note in notes))
    return tuple(sorted(notes, key=lambda note: recordings.index(note.path)))


def scales_digest(folder: Path = DEMO_SCALES) -> str:
    """Names the content of ``notes.csv`` and its recordings: 12 hexadecimal digits.

    Raises
    ------
    UserError
        As :func:`read_scale_notes`, or if a recording is missing.
    """
    digest = hashlib.sha256((Path(folder) / "notes.csv").read_bytes())
    for name in dict.fromkeys(note.path for note in read_scale_notes(folder)):
        try:
            digest.update((Path(folder) / name).read_bytes())
        except OSError as error:
            raise UserError(
                f"The scale {Path(folder) / name} cannot be read: run 'make demo-audio'."
            ) from error
    return digest.hexdigest()[:12]


def _note(row: dict[str, str | None], place: str) -> ScaleNote:
    values = [row[name] or "" for name in _FIELDS]
    try:
        start_s, end_s, loudness = float(values[1]), float(values[2]), int(values[4])
    except ValueError as error:
        raise UserError(f"{place}: {error}.") from error
    # A name from a file must not lead out of the folder.
    if not values[0] or Path(values[0]).is_absolute() or ".." in Path(values[0]).parts:
        raise UserError(f"{place}: {values[0]!r} is no path inside the folder.")
    if not 0 <= start_s < end_s < float("inf"):
        raise UserError(f"{place}: a note must end after it starts, not at {end_s} s.")
    return ScaleNote(values[0], start_s, end_s, values[3], loudness, values[5])
