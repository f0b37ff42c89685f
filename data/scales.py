"""Recorded scales whose pitch, loudness and instrument are known note by note.

The paper's T1 (Section 4.2) asks whether note latents keep what makes a note: twelve
pitches from Do4 to So5, four instruments, four loudness levels, 0.25 s a note, which is
ten columns of the spectrogram.

``notes.csv`` beside the recordings has the columns ``path, start_s, end_s, pitch,
loudness, instrument``; pitch is solfège with its octave (``La4``), loudness 1 (softest) to 4.

Own scales are imported from such a list (:mod:`jobs.scales`) and kept with copies of their
sound, a few seconds each, so that they stay whole when the originals move::

    scales/<digest>/notes.csv, scales.json, and the recordings where notes.csv says
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from analysis.segments import COLUMNS_PER_SECOND
from analysis.solfege import read_pitch_name
from data.tables import Row, rows_of
from errors import UsageError, UserError

DEMO_SCALES = Path(__file__).parent / "demo" / "scales"

_NAMED_AT_MOST = 5  # rows named before the rest is only counted
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
    advice = "run 'make demo-audio'"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The scales cannot be read, {path} is missing or damaged: {advice}."
        ) from error
    notes = [_note(row, place) for place, row in _rows(text, str(path), advice)]
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


def read_own_notes(path: Path) -> tuple[ScaleNote, ...]:
    """Read somebody's own list of notes; stricter than :func:`read_scale_notes`.

    Parameters
    ----------
    path : Path
        CSV, UTF-8, with the columns of ``notes.csv``; recordings are relative to its folder.

    Returns
    -------
    notes : tuple of ScaleNote
        Pitches in the spelling of :mod:`analysis.solfege`.

    Raises
    ------
    UsageError
        If there is no such file.
    UserError
        If it is no table of notes, with a line for each row that says something impossible.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The list of notes {path} cannot be read: {error.strerror}.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path.name}, line {line}: is not UTF-8; save it as UTF-8 and import again."
        ) from error
    rows = _rows(text, path.name, f"give a table with the columns {', '.join(_FIELDS)}")
    notes: list[ScaleNote] = []
    problems: list[str] = []
    for place, row in rows:
        try:
            notes.append(_own_note(row, place))
        except UserError as problem:
            problems.append(str(problem))
    refuse(problems)
    recordings = list(dict.fromkeys(note.path for note in notes))
    return tuple(sorted(notes, key=lambda note: recordings.index(note.path)))


def refuse(problems: Sequence[str]) -> None:
    """Raise a UserError with a line for each problem, if there are any."""
    if len(problems) > _NAMED_AT_MOST:
        rest = len(problems) - _NAMED_AT_MOST
        problems = [*problems[:_NAMED_AT_MOST], f"… and {rest:,} more like these."]
    if problems:
        raise UserError("\n".join(problems))


def notes_csv(notes: Sequence[ScaleNote]) -> str:
    """Write notes in the form in which the library keeps them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FIELDS)
    for note in notes:
        times = (f"{note.start_s:.6g}", f"{note.end_s:.6g}")
        writer.writerow([note.path, *times, note.pitch, note.loudness, note.instrument])
    return out.getvalue()


def _rows(text: str, name: str, advice: str) -> list[tuple[str, Row]]:
    """Each row with its place in the file, for messages."""
    header, rows = rows_of(text, name)
    missing = [field for field in _FIELDS if field not in header]
    if not rows:
        raise UserError(f"{name} lists no notes: {advice}.")
    if missing:
        raise UserError(f"{name} has no column {missing[0]!r}: it needs {', '.join(_FIELDS)}.")
    return [(f"{name}, line {line}", row) for line, row in rows]


def _own_note(row: Row, place: str) -> ScaleNote:
    note = _note({key: (value or "").strip() for key, value in row.items() if key}, place)
    pitch = read_pitch_name(note.pitch)
    if pitch is None:
        raise UserError(
            f"{place}: {note.pitch!r} is no pitch in solfège with its octave, such as La4 or ♭Ti4."
        )
    if not 1 <= note.loudness <= 4:
        raise UserError(f"{place}: loudness is 1 (softest) to 4, not {note.loudness}.")
    if not note.instrument:
        raise UserError(f"{place}: the instrument is missing.")
    path = PurePosixPath(note.path.replace("\\", "/")).as_posix()
    return replace(note, path=path, pitch=pitch)


def _note(row: dict[str, str | None], place: str) -> ScaleNote:
    values = [row[name] or "" for name in _FIELDS]
    try:
        start_s, end_s, loudness = float(values[1]), float(values[2]), int(values[4])
    except ValueError as error:
        raise UserError(f"{place}: {error}.") from error
    # A name from a file must not lead out of the folder.
    parts = PurePosixPath(values[0].replace("\\", "/"))
    if not values[0] or parts.is_absolute() or ".." in parts.parts:
        raise UserError(f"{place}: {values[0]!r} is no path inside the folder.")
    if not 0 <= start_s < end_s < float("inf"):
        raise UserError(f"{place}: a note must end after it starts, not at {end_s} s.")
    return ScaleNote(values[0], start_s, end_s, values[3], loudness, values[5])
