"""What an import did, in counts and clear lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from data.catalogue import Catalogue, MapInfo, Recording
from data.decoding import NO_SOUND
from data.files import readable_name, real_path
from data.library import Library
from data.maps import is_extended
from encoders.registry import installed
from jobs.moves import GONE

_WHAT_TO_DO = (
    "Mend or replace what failed, or take it out of the folder, and import the folder again; "
    "everything else is in the library."
)
_FACT = "import:"  # + folder: what was wrong with its last import besides single recordings


@dataclass(frozen=True)
class ImportSummary:
    """The outcome of one import.

    Attributes
    ----------
    root : str
        The imported folder.
    found : int
        Audio files in it.
    encoded, moved, unchanged : int
        Recordings that were new or changed and are in the library now; those that were found at
        another place than before; files that needed no work, failed ones included.
    failed, duplicates, remarks : tuple of str
        One line for each recording; failures of earlier imports that still stand included.
    missing : tuple of str
        One line for each recording whose file is no longer there; its latents are kept.
    problems : tuple of str
        One line for each problem of the folder or the metadata CSV.
    map_id : str or None
        The new map, if one was needed.
    map_note : str
        How that map came about, where it was not computed anew.
    """

    root: str
    found: int = 0
    encoded: int = 0
    moved: int = 0
    unchanged: int = 0
    failed: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    map_id: str | None = field(default=None)
    map_note: str = ""

    @property
    def exit_code(self) -> int:
        """0 when all went well, 1 when something is listed that should be mended."""
        return 1 if self.failed or self.problems else 0

    def lines(self) -> list[str]:
        """The summary for people: counts first, then a line for each thing to know."""
        counts = [
            f"{self.encoded} encoded",
            *([f"{self.moved} moved"] if self.moved else []),
            f"{self.unchanged} unchanged",
            f"{len(self.failed)} failed",
            _duplicates(self.duplicates),
        ]
        lines = [f"{readable_name(self.root)}: {_audio_files(self.found)}, {', '.join(counts)}."]
        for kind, entries in self.sections():
            lines += [f"  {kind}: {entry}" for entry in entries]
        if self.failed:
            lines.append(f"  {_WHAT_TO_DO}")
        return [*lines, f"  map: {self.map_note}"] if self.map_note else lines

    def sections(self) -> list[tuple[str, tuple[str, ...]]]:
        """Kind and lines, the most urgent first."""
        return [
            ("problem", self.problems),
            ("failed", self.failed),
            ("missing", self.missing),
            ("duplicate", self.duplicates),
            ("remark", self.remarks),
        ]


def describe(catalogue: Catalogue, root: str) -> ImportSummary:
    """The lines that the catalogue holds for a folder, as after its last import."""
    rows = catalogue.recordings(state=None, root=root)
    gone = [row for row in rows if GONE in row.notes and row.state in ("ready", "duplicate")]
    rows = [row for row in rows if row.state != "failed" or row.file.is_file()]
    failed = [row for row in rows if row.state == "failed"]
    return ImportSummary(
        root,
        found=len(rows) - len(gone),
        failed=tuple(_line(row, row.reason) for row in failed if row.reason != NO_SOUND),
        duplicates=tuple(_line(row, row.reason) for row in rows if row.state == "duplicate"),
        remarks=tuple(
            f"{readable_name(row.path)}: {note}."
            for row in rows
            if row.state == "ready"
            for note in row.notes
            if note != GONE
        )
        + tuple(_line(row, NO_SOUND) for row in failed if row.reason == NO_SOUND),
        missing=tuple(
            _line(row, "is no longer in the folder; its latents are kept") for row in gone
        ),
        problems=problems_of(catalogue, root),
    )


def problems_of(catalogue: Catalogue, root: str) -> tuple[str, ...]:
    """What the last import of a folder found wrong besides single recordings."""
    return tuple(json.loads(catalogue.get_meta(_FACT + root) or "[]"))


def remember_problems(catalogue: Catalogue, root: str, problems: tuple[str, ...]) -> None:
    """Keep the problems of an import, for ``musiclatentvis status``."""
    value = json.dumps(problems, ensure_ascii=False)
    if catalogue.get_meta(_FACT + root) != value:
        catalogue.set_meta(_FACT + root, value)


def imported_roots(catalogue: Catalogue) -> list[str]:
    """Folders that were imported: those with recordings, and empty ones that still exist."""
    roots = {recording.root for recording in catalogue.recordings(state=None)}
    facts = {root for root in catalogue.facts(_FACT) if real_path(root, "").is_dir()}
    return sorted(roots | facts)


def map_note(info: MapInfo | None) -> str:
    """What to know of a map that was extended; empty for one that was computed."""
    if info is None or not is_extended(info):
        return ""
    placed, count = info.params["placed"], info.n_segments
    if not placed:
        return "what is no longer in the collection was left out; nothing else moved."
    return (
        f"{placed} of its {count} segments were placed on it after it was computed; the others "
        "stand where they were. 'musiclatentvis map' computes it anew."
    )


def _other_encoders(library: Library, ready: list[Recording]) -> list[str]:
    """Encoders that have encoded recordings too, and the newest map of each."""
    newest = {info.encoder_id: info.id for info in reversed(library.catalogue.maps())}
    lines = []
    for info in installed(library):
        known = library.latents.known(info.id)
        count = sum(recording.sha256 in known for recording in ready)
        if count and info.id != library.catalogue.current_encoder:
            lines.append(
                f"  Also encoded with {info.id}: {count} of {len(ready)} recordings, "
                f"map: {newest.get(info.id, 'none yet')}."
            )
    return lines


def files(count: int) -> str:
    """``1 file``, ``2 files``."""
    return "1 file" if count == 1 else f"{count:,} files"


def _audio_files(count: int) -> str:
    return "1 audio file" if count == 1 else f"{count:,} audio files"


def _duplicates(lines: tuple[str, ...]) -> str:
    return "1 duplicate" if len(lines) == 1 else f"{len(lines)} duplicates"


def _line(recording: Recording, reason: str) -> str:
    return f"{readable_name(recording.path)} {reason}."


def status_lines(library: Library) -> list[str]:
    """What is in a library, what failed and why, for ``musiclatentvis status``."""
    catalogue = library.catalogue
    ready = catalogue.recordings()
    current = catalogue.map(catalogue.current_map or "")
    hours = sum(recording.duration_s for recording in ready) / 3600
    segments = sum(int(recording.duration_s // 10) for recording in ready)
    performers = len({recording.performer for recording in ready})
    instruments = len({recording.instrument for recording in ready})
    lines = [
        f"Library {library.folder}",
        f"  {len(ready)} recordings, {hours:.1f} hours, {segments} segments, "
        f"{performers} performers, {instruments} instruments.",
        f"  Encoder: {catalogue.current_encoder or 'none yet'}.",
        f"  Map: {current.id if current else 'none yet'}.",
        *([f"  {note[0].upper()}{note[1:]}"] if (note := map_note(current)) else []),
        *_other_encoders(library, ready),
    ]
    for root in imported_roots(catalogue):
        summary = describe(catalogue, root)
        lines.append(
            f"{readable_name(root)}: {_audio_files(summary.found)}, {len(summary.failed)} failed, "
            f"{_duplicates(summary.duplicates)}."
        )
        lines += [f"  {kind}: {entry}" for kind, entries in summary.sections() for entry in entries]
    return lines
