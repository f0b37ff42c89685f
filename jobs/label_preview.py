"""What an import would call the recordings of a folder, and why, before anything is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data.decoding import UnreadableAudio
from data.files import readable_name, real_path, stored_path
from data.mojibake import Repair
from data.scanning import audio_root, scan
from data.tags import Tags, read_tags
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
) -> tuple[list[LabelRow], tuple[str, ...]]:
    """Labels of every recording of a folder as an import of it as new would give them.

    Parameters
    ----------
    engine : Engine
        Its workers read the tags; nothing is decoded and nothing written.
    audio_dir, metadata_csv, layout, annotations_csv
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
    paths = [file.path for file in scan(root)]
    labelling = Labelling.read(root, paths, metadata_csv, layout, annotations_csv)
    report = progress or (lambda done, total, message: None)
    rows: dict[int, LabelRow] = {}
    calls = [(stored_path(root), path) for path in paths]
    for done, (index, outcome) in enumerate(engine.map(read_file_tags, calls), start=1):
        path = paths[index]
        if outcome.error is None:
            tags, reason = outcome.value
        else:
            tags, reason = Tags({}, {}), f"could not be read ({type(outcome.error).__name__})"
        rows[index] = _row(labelling, path, tags, reason)
        report(done, len(paths), readable_name(path))
    return [rows[index] for index in sorted(rows)], labelling.problems


def read_file_tags(root: str, path: str) -> tuple[Tags, str]:
    """Tags of one file, or why there are none; runs in a worker.

    Parameters
    ----------
    root, path : str
        As the catalogue stores them.
    """
    try:
        return read_tags(real_path(root, path)), ""
    except UnreadableAudio as error:
        return Tags({}, {}), error.reason


def _row(labelling: Labelling, path: str, tags: Tags, reason: str) -> LabelRow:
    labels = labelling.resolved(path, tags.fields)
    kept = {name: repair for name, repair in tags.repairs.items() if labels.sources[name] == "tags"}
    return LabelRow(
        readable_name(path),
        labels.title,
        labels.performer,
        labels.instrument,
        labels.sources,
        kept,
        labelling.count(path),
        reason,
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
