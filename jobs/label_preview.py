"""What an import would call the recordings of a folder, and why, before anything is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data.albums import own_tags, track_files
from data.catalogue import Catalogue
from data.cue import Track
from data.decoding import AUDIO_SUFFIXES, UnreadableAudio, open_audio
from data.files import readable_name, stored_path
from data.mojibake import Repair
from data.scanning import AudioFile, audio_root, scan
from data.sources import Source
from data.tags import Tags, choose_tags
from jobs.albums import SHEET_SUFFIX, with_tracks
from jobs.encoding import tracks_inside
from jobs.labelling import Labelling

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class LabelRow:
    """What would be kept of one recording.

    Attributes
    ----------
    path : str
        Relative to the folder, for people's eyes.
    title, performer, instrument : str
    sources : dict
        Label -> who says it: ``"table"``, ``"data set"``, ``"tags"`` or ``"names"``.
    repairs : dict
        Label -> how its tag was read before and after, where it was kept and had been read with
        the wrong encoding.
    annotations : int
        Stretches that are annotated.
    reason : str
        Why the file cannot be read, as the rest of a sentence; else empty.
    """

    path: str
    title: str
    performer: str
    instrument: str
    sources: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, Repair] = field(default_factory=dict)
    annotations: int = 0
    reason: str = ""


def preview_labels(
    engine: Engine,
    audio_dir: str | Path,
    metadata_csv: str | Path | None = None,
    layout: str = "",
    annotations_csv: str | Path | None = None,
    progress: Progress | None = None,
    *,
    cue_encoding: str = "",
) -> tuple[list[LabelRow], tuple[str, ...]]:
    """Labels of every recording of a folder as an import of it as new would give them.

    Parameters
    ----------
    engine : Engine
        Its workers read the tags; nothing is decoded and nothing written.
    audio_dir, metadata_csv, layout, annotations_csv, cue_encoding
        As :func:`jobs.importing.import_folder` takes them.
    progress : callable, optional
        ``progress(done, total, message)``.

    Returns
    -------
    rows : list of LabelRow
        In order of their paths.
    problems : tuple of str
        What an import would report besides single recordings.

    Raises
    ------
    UsageError, UserError
        As :func:`jobs.importing.import_folder`.
    """
    root = audio_root(audio_dir)
    stored = stored_path(root)
    # A catalogue that knows nothing and is gone afterwards: this is an import as new.
    catalogue = Catalogue("sqlite://", "of a preview")
    scanned = scan(root, AUDIO_SUFFIXES | {SHEET_SUFFIX})
    files, sheet_problems = with_tracks(catalogue, engine, stored, scanned.files, cue_encoding)
    catalogue.close()
    paths = [file.path for file in files]
    labelling = Labelling.read(root, paths, metadata_csv, layout, annotations_csv)
    report = progress or (lambda done, total, message: None)
    rows: dict[int, list[LabelRow]] = {}
    calls = [(file.source(stored),) for file in files]
    for done, (index, outcome) in enumerate(engine.map(read_labels, calls), start=1):
        file = files[index]
        if outcome.error is None:
            found: FileLabels = outcome.value
        else:
            found = FileLabels(reason=f"could not be read ({type(outcome.error).__name__})")
        here = track_files(file, found.tracks) if found.tracks else [file]
        rows[index] = [_row(labelling, one, found) for one in here]
        report(done, len(files), readable_name(file.path))
    in_order = [row for index in sorted(rows) for row in rows[index]]
    return in_order, (*scanned.problems, *sheet_problems, *labelling.problems)


@dataclass(frozen=True)
class FileLabels:
    """What one file says of itself.

    Attributes
    ----------
    tags : Tags
    tracks : tuple of Track
        Of an album image that holds its own CUE sheet.
    reason : str
        Why it cannot be read; else empty.
    """

    tags: Tags = field(default_factory=Tags)
    tracks: tuple[Track, ...] = ()
    reason: str = ""


def read_labels(source: Source) -> FileLabels:
    """Read a file's tags, and its CUE sheet if it holds one; runs in a worker."""
    try:
        with open_audio(source.path) as (container, stream):
            tags = choose_tags({**container.metadata, **stream.metadata})
            return FileLabels(tags, tracks_inside(source, container, stream)[0])
    except UnreadableAudio as error:
        return FileLabels(reason=error.reason)


def _row(labelling: Labelling, file: AudioFile, found: FileLabels) -> LabelRow:
    tags, repairs = found.tags.fields, found.tags.repairs
    if file.audio:  # as an import takes them
        tags = own_tags(file, tags)
        repairs = {name: one for name, one in repairs.items() if tags.get(name) == one.after}
    labels = labelling.resolved(file.path, tags)
    kept = {name: one for name, one in repairs.items() if labels.sources[name] == "tags"}
    return LabelRow(
        readable_name(file.path),
        labels.title,
        labels.performer,
        labels.instrument,
        labels.sources,
        kept,
        labelling.count(file.path),
        found.reason,
    )


def preview_lines(rows: list[LabelRow], problems: tuple[str, ...]) -> Iterator[str]:
    """The rows as a table for a terminal, repaired fields below their recording."""
    from unicodedata import east_asian_width

    def width(text: str) -> int:
        return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

    head = ("File", "Title", "Performer", "Instrument")
    cells = [head, *((row.path, row.title, row.performer, row.instrument) for row in rows)]
    widths = [min(40, max(width(line[place]) for line in cells)) for place in range(len(head))]

    def line(texts: tuple[str, ...]) -> str:
        padded = (
            text + " " * (most - width(text)) for text, most in zip(texts, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    yield line(head)
    for row, texts in zip(rows, cells[1:], strict=True):
        yield line(texts)
        if row.reason:
            yield f"    {row.reason}"
        for label, repair in row.repairs.items():
            yield f"    {label}: “{repair.after}” was “{repair.before}”, read as {repair.encoding}"
        if row.annotations:
            yield f"    {row.annotations} annotations"
    yield f"{len(rows)} recordings; nothing was written. Import again without --preview to keep it."
    yield from (f"  problem: {problem}" for problem in problems)
