"""Tracks of album images in a folder that is imported: by CUE sheets beside them or inside.

What a sheet is good for depends on its text and on the audio files around it. It is judged once,
with the help of workers, which alone open audio, and remembered until either changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from data.albums import SUPERSEDED, UNREADABLE, Verdict, judge, track_files
from data.catalogue import Catalogue, Recording
from data.cue import MOST_BYTES, SheetFile, UnusableSheet, read_sheet
from data.decoding import header_duration, open_audio
from data.files import readable_name, real_path
from data.scanning import AudioFile
from errors import UserError

if TYPE_CHECKING:
    from jobs.engine import Engine

SHEET_SUFFIX = ".cue"
#: Says that each sheet speaks for itself again, after an encoding was given for a folder.
EACH_ITS_OWN = "auto"
#: + folder: the encoding that somebody gave, and verdicts by the digest of what they depend on.
_FACT = "sheets:"


def with_tracks(
    catalogue: Catalogue,
    engine: Engine,
    root: str,
    found: Sequence[AudioFile],
    encoding: str = "",
) -> tuple[list[AudioFile], tuple[str, ...]]:
    """Put the tracks of album images in the place of their files.

    Parameters
    ----------
    catalogue : Catalogue
    engine : Engine
        Asked only about sheets that are new, or whose audio has changed.
    root : str
        The folder, as the catalogue stores it.
    found : sequence of AudioFile
        Audio files and sheets.
    encoding : str
        Of the sheets; empty: the one that was given for this folder before, else each speaks for
        itself, as it does after ``"auto"``.

    Returns
    -------
    files : list of AudioFile
        By path; images of which nobody says where their tracks are stay whole.
    problems : tuple of str
        One sentence for each sheet that cannot be used.
    """
    files = {file.path: file for file in found if not _is_sheet(file)}
    judged = _Judged(catalogue, engine, root, encoding)
    tracks: dict[str, list[AudioFile]] = {}
    problems = []
    for sheet in filter(_is_sheet, found):
        try:
            raw = _read(root, sheet)
            parts = read_sheet(raw, judged.encoding)
        except UnusableSheet as problem:
            remedy = " Its audio is imported whole." if _around(sheet, files) else ""
            problems.append(f"{readable_name(sheet.path)} cannot be used: {problem}.{remedy}")
            continue
        verdict = judged.verdict(sheet, raw, parts, _around(sheet, files))
        if verdict.problem:
            problems.append(verdict.problem)
        for part, audio in zip(parts, verdict.audio, strict=False):
            if audio:  # of two sheets for one image, the first counts
                tracks.setdefault(audio, track_files(files[audio], part.tracks))
    judged.remember()
    for audio, known in _known_tracks(catalogue, root, files).items():
        tracks.setdefault(audio, known)
    whole = [file for path, file in files.items() if path not in tracks]
    split = [track for group in tracks.values() for track in group]
    return sorted([*whole, *split], key=lambda file: file.path), tuple(problems)


def superseded(rows: Iterable[Recording], files: Sequence[AudioFile]) -> list[Recording]:
    """Rows that other rows have replaced: images that have tracks now, tracks that are none."""
    paths = {file.path for file in files}
    albums = {file.audio for file in files if file.audio}
    return [
        row
        for row in rows
        if row.state != "retired"
        and row.path not in paths
        and (row.path in albums or row.audio in albums | paths)
        and row.file.is_file()
    ]


def probe_length(audio: str) -> float | None:
    """Seconds of an audio file by its header, None where it does not say; runs in a worker."""
    with open_audio(audio) as (container, stream):
        return header_duration(container, stream)


class _Judged:
    """Verdicts of a folder's sheets: those remembered, and those of this import."""

    def __init__(self, catalogue: Catalogue, engine: Engine, root: str, encoding: str) -> None:
        self._catalogue, self._engine, self._root = catalogue, engine, root
        self._before = json.loads(catalogue.get_meta(_FACT + root) or "{}")
        before = self._before.get("encoding", "")
        self.encoding = "" if encoding == EACH_ITS_OWN else encoding or before
        self._now: dict[str, dict] = {}

    def verdict(
        self,
        sheet: AudioFile,
        raw: bytes,
        parts: Sequence[SheetFile],
        around: Sequence[AudioFile],
    ) -> Verdict:
        facts = [(file.path, file.size, file.mtime_ns) for file in around]
        text = json.dumps([sheet.path, self.encoding, facts])
        digest = hashlib.sha256(text.encode() + raw).hexdigest()[:24]
        known = self._before.get("verdicts", {}).get(digest)
        if known is not None:
            verdict = Verdict(tuple(known["audio"]), known["problem"])
        else:
            verdict = judge(sheet.path, parts, [file.path for file in around], self._length_of)
        self._now[digest] = asdict(verdict)
        return verdict

    def remember(self) -> None:
        if not self._now and not self.encoding and not self._before:
            return
        now = {"encoding": self.encoding, "verdicts": self._now}
        if now != self._before:
            self._catalogue.set_meta(_FACT + self._root, json.dumps(now, ensure_ascii=False))

    def _length_of(self, path: str) -> float | None:
        try:
            length: float | None = self._engine.run(probe_length, str(real_path(self._root, path)))
        except UserError:  # it fails by itself, as a whole
            return UNREADABLE
        return length


def _is_sheet(file: AudioFile) -> bool:
    return file.path.lower().endswith(SHEET_SUFFIX)


def _read(root: str, sheet: AudioFile) -> bytes:
    if sheet.size > MOST_BYTES:
        raise UnusableSheet("it is too large for a CUE sheet")
    try:
        return real_path(root, sheet.path).read_bytes()
    except OSError as error:
        raise UnusableSheet(f"it cannot be read ({error.strerror or error})") from error


def _around(sheet: AudioFile, files: dict[str, AudioFile]) -> list[AudioFile]:
    """Audio files in the sheet's folder and below."""
    folder = PurePosixPath(sheet.path).parent
    return [file for path, file in files.items() if PurePosixPath(path).is_relative_to(folder)]


def _known_tracks(
    catalogue: Catalogue, root: str, files: dict[str, AudioFile]
) -> dict[str, list[AudioFile]]:
    """Tracks of images that have not changed since: their sheet is inside, or has gone."""
    known: dict[str, list[AudioFile]] = {}
    for row in catalogue.recordings(state=None, root=root):
        file = files.get(row.audio)
        if file is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
            continue
        if row.reason in SUPERSEDED:
            continue
        track = AudioFile(
            row.path, row.size, row.mtime_ns, row.audio, row.start_s, row.end_s, row.tags
        )
        known.setdefault(row.audio, []).append(track)
    return {audio: tracks for audio, tracks in known.items() if _complete(tracks)}


def _complete(tracks: list[AudioFile]) -> bool:
    """False when an import was ended before it had written all rows of an image."""
    tracks.sort(key=lambda track: track.start_s)
    ends = [track.end_s for track in tracks]
    return ends == [*(track.start_s for track in tracks[1:]), None]
