"""Somebody's own scales: checked, copied into the library, and found again.

A scale is whole or refused: a list of notes of which some are missing would give other
figures than the scale that was played.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.catalogue import Recording
from data.files import sha256_of, temporary_prefix, write_atomically
from data.library import Library
from data.media import is_playable
from data.scales import (
    DEMO_SCALES,
    ScaleNote,
    notes_csv,
    read_own_notes,
    read_scale_notes,
    refuse,
    scales_digest,
)
from errors import UserError
from jobs.previews import ensure_playable
from language import N_

if TYPE_CHECKING:
    from jobs.engine import Engine

#: Names the demo's scales, which come with the program.
DEMO = "demo"
# A list may round its last note's end up; what is missing there is shorter than a column.
_TOLERANCE_S = 0.026


@dataclass(frozen=True)
class Scales:
    """Recorded scales that the page can show.

    Attributes
    ----------
    id : str
        ``"demo"``, or the digest of what was imported.
    name : str
    notes, recordings : int
    """

    id: str
    name: str
    notes: int
    recordings: int


def import_scales(library: Library, engine: Engine, csv_path: str | Path) -> Scales:
    """Check a list of notes with its recordings and copy both into the library.

    Parameters
    ----------
    library : Library
    engine : Engine
        Workers decode the recordings.
    csv_path : path
        Columns ``path, start_s, end_s, pitch, loudness, instrument``, UTF-8; paths are
        relative to its folder.

    Returns
    -------
    Scales
        The same as before when these scales were imported before.

    Raises
    ------
    UsageError
        If there is no such file.
    UserError
        With a line for each thing to mend; nothing is imported then.
    """
    csv_path = Path(csv_path).absolute()
    notes = read_own_notes(csv_path)
    codecs = _checked(engine, csv_path, notes)
    library.scales_folder.mkdir(parents=True, exist_ok=True)
    # Built beside its final place and renamed: a kill leaves no half of a scale.
    prefix = temporary_prefix("importing")
    building = Path(tempfile.mkdtemp(prefix=prefix, dir=library.scales_folder))
    try:
        building.chmod(0o755)
        for path in codecs:
            (building / path).parent.mkdir(parents=True, exist_ok=True)
            _copy(csv_path.parent / path, building / path)
        write_atomically(building / "notes.csv", notes_csv(notes).encode())
        name = csv_path.parent.name if csv_path.stem.lower() == "notes" else csv_path.stem
        facts = {"name": name, "codecs": codecs}
        write_atomically(building / "scales.json", json.dumps(facts, indent=1).encode())
        scales = Scales(scales_digest(building), name, len(notes), len(codecs))
        folder = library.scales_folder / scales.id
        if not (folder / "scales.json").is_file():
            building.replace(folder)
    except OSError as error:
        raise UserError(
            f"The scales cannot be kept in {library.scales_folder}: {error.strerror}."
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return _scales(folder) or scales


def list_scales(library: Library) -> list[Scales]:
    """The demo's scales, if they are there, then the imported ones by name."""
    found = [Scales(DEMO, N_("Recorded scales"), 0, 0)] if DEMO_SCALES.is_dir() else []
    own = [_scales(folder) for folder in sorted(library.scales_folder.glob("[0-9a-f]*"))]
    return found + sorted((s for s in own if s is not None), key=lambda s: (s.name, s.id))


def scales_folder(library: Library, id: str) -> Path:
    """The folder of some scales.

    Raises
    ------
    UserError
        If there are no such scales.
    """
    if id == DEMO:
        return DEMO_SCALES
    folder = library.scales_folder / id
    if not id.isalnum() or not (folder / "scales.json").is_file():
        raise UserError("These scales are no longer in the library: reload the page.")
    return folder


def ensure_scale_playable(library: Library, engine: Engine, id: str, index: int) -> Path | None:
    """A file that browsers play of the recording `index` of some scales; None if there is none.

    A worker makes a copy where browsers do not play the recording itself.

    Raises
    ------
    UserError
        If there are no such scales, or the recording cannot be decoded.
    """
    folder = scales_folder(library, id)
    paths = list(dict.fromkeys(note.path for note in read_scale_notes(folder)))
    if not 0 <= index < len(paths):
        return None
    path = paths[index]
    codec = "opus" if id == DEMO else _facts(folder).get("codecs", {}).get(path, "")
    recording = Recording(str(folder), path, codec=codec)
    if is_playable(recording):  # asked for in many small ranges: nothing is read for that
        return recording.file
    recording = replace(recording, sha256=sha256_of(recording.file))
    return ensure_playable(library, engine, recording)


def probe(audio: str) -> tuple[float, str]:
    """Seconds that can be decoded of a file and its codec; decodes, so call it in a worker.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    from data.decoding import decode

    decoded = decode(audio)
    return decoded.duration_s, decoded.codec


def _checked(engine: Engine, csv_path: Path, notes: tuple[ScaleNote, ...]) -> dict[str, str]:
    """Codec of each recording; refuses what is missing, unreadable or too short."""
    paths = list(dict.fromkeys(note.path for note in notes))
    problems = [
        f"{csv_path.name}: the recording {path} is not beside it."
        for path in paths
        if not (csv_path.parent / path).is_file()
    ]
    refuse(problems)
    codecs: dict[str, str] = {}
    durations: dict[str, float] = {}
    calls = [(str(csv_path.parent / path),) for path in paths]
    for index, outcome in engine.map(probe, calls):
        if isinstance(outcome.error, UserError):
            problems.append(f"{csv_path.name}: {outcome.error}")
        else:
            durations[paths[index]], codecs[paths[index]] = outcome.unwrap()
    problems += [
        f"{csv_path.name}: {note.path} lasts {durations[note.path]:.2f} s, so its note "
        f"{note.pitch} cannot end at {note.end_s:g} s."
        for note in notes
        if note.path in durations and note.end_s > durations[note.path] + _TOLERANCE_S
    ]
    refuse(problems)
    return {path: codecs[path] for path in paths}


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _facts(folder: Path) -> dict:
    try:
        facts = json.loads((folder / "scales.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _scales(folder: Path) -> Scales | None:
    facts = _facts(folder)
    if not facts:
        return None
    try:
        notes = read_scale_notes(folder)
    except UserError:
        return None
    return Scales(
        folder.name, str(facts.get("name", folder.name)), len(notes), len(facts.get("codecs", {}))
    )
