"""Labels of recordings: metadata CSV, data set, tags, folders, then the file's name.

A CSV that cannot be used never stops an import: its problems are listed, recordings keep the
labels that they have, and those of new ones come from the next source.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from data.files import readable_name, some_of
from data.names import labels_of_path, says_nothing
from data.tables import delimiter_of, key_in, path_key
from errors import UsageError
from language.instruments import instrument_name

LABELS = ("title", "performer", "instrument")
UNKNOWN = "Unknown"
#: Who says what a label is; the first that does counts.
SOURCES = ("table", "data set", "tags", "names")
_LABELS_STAY = "Labels stay; those of new recordings come from tags and folders."


@dataclass(frozen=True)
class Labels:
    """What the page says about a recording.

    Attributes
    ----------
    title, performer, instrument : str
    extra : dict
        Further facts: columns of the CSV, the split or part of a data set.
    sources : dict
        Label -> who says it: one of :data:`SOURCES`; not there for a label that nobody says.
    """

    title: str
    performer: str
    instrument: str
    extra: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class MetadataTable:
    """Rows of a metadata CSV by path, and one clear line for each problem in it.

    Attributes
    ----------
    name : str
        File name of the CSV, for messages.
    rows : dict
        Normalised path -> the row's non-empty cells.
    lines : dict
        Normalised path -> line number in the file, from 1.
    problems : tuple of str
    """

    name: str = ""
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def row(self, path: str) -> dict[str, str]:
        """The cells for a recording, empty when the CSV has no row for it."""
        return self.rows.get(path_key(path), {})

    def problems_in(self, paths: Iterable[str]) -> tuple[str, ...]:
        """All problems, those rows included that name none of the folder's recordings."""
        known = {path_key(path) for path in paths}
        strangers = [key for key in self.rows if key not in known]
        if not strangers:
            return self.problems
        named = some_of([f"{key} (line {self.lines[key]})" for key in strangers])
        rows = "1 row names a file" if len(strangers) == 1 else f"{len(strangers)} rows name files"
        return (
            *self.problems,
            f"{self.name}: {rows} that is not among the folder's recordings: {named}."
            if len(strangers) == 1
            else f"{self.name}: {rows} that are not among the folder's recordings: {named}.",
        )


def read_metadata(csv_path: str | Path, root: str | Path) -> MetadataTable:
    """Read a metadata CSV: UTF-8, columns ``path, title, performer, instrument`` and more.

    Parameters
    ----------
    csv_path : path
    root : path
        The imported folder, which `path` is relative to.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    csv_path = Path(csv_path)
    try:
        raw = csv_path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The metadata file {csv_path} cannot be read: {error.strerror}."
        ) from error
    name = csv_path.name
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return MetadataTable(
            name,
            problems=(
                f"{name}, line {line}: is not UTF-8; save it as UTF-8 and import again. "
                f"{_LABELS_STAY}",
            ),
        )
    return _parse(name, text, Path(root))


def _parse(name: str, text: str, root: Path) -> MetadataTable:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    rows: dict[str, dict[str, str]] = {}
    numbers: dict[str, int] = {}
    problems: list[str] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if "path" not in header:
            found = ", ".join(filter(None, header)) or "none"
            problem = f"{name}: has no column 'path' (columns found: {found}). "
            return MetadataTable(name, problems=(problem + _LABELS_STAY,))
        problems += [
            f"{name}: has no column {label!r}; it comes from tags and folders."
            for label in LABELS
            if label not in header
        ]
        previous = reader.line_num
        for cells in reader:
            number, previous = previous + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            row = {c: cell.strip() for c, cell in zip(header, cells, strict=False) if c}
            problem = _add_row(rows, numbers, row, number, root)
            if not problem and len(cells) > len(header):
                problem = f"has {len(cells)} cells where the header has {len(header)}"
            if problem:
                problems.append(f"{name}, line {number}: {problem}.")
    except csv.Error as error:
        problems.append(
            f"{name}, line {reader.line_num}: {error}; the rows from here on were not read."
        )
    return MetadataTable(name, rows, numbers, tuple(problems))


def _add_row(
    rows: dict[str, dict[str, str]],
    numbers: dict[str, int],
    row: dict[str, str],
    number: int,
    root: Path,
) -> str:
    """Add one row; returns what is wrong with it, or nothing."""
    path = row.pop("path", "")
    if not path:
        return "has no path and was left out"
    key = key_in(root, path)
    if key is None:
        return f"{path} is not inside the imported folder"
    if key in rows:
        return f"names {key} again; line {numbers[key]} counts"
    rows[key] = {column: cell for column, cell in row.items() if cell}
    numbers[key] = number
    return ""


def resolve_labels(
    path: str,
    row: Mapping[str, str],
    tags: Mapping[str, str],
    layout: Mapping[str, str] | None = None,
) -> Labels:
    """Title, performer and instrument of a recording, each from the first source that says it.

    Sources are the CSV row, the data set's layout, the file's tags, the folders and the file's
    name (:mod:`data.names`); ``"Unknown"`` where nobody says. An instrument has the one name that
    :mod:`language.instruments` gives it, however it was spelt.

    Parameters
    ----------
    path : str
        Relative to the imported folder, as the catalogue stores it.
    row : mapping
        The recording's cells of the metadata CSV, if any.
    tags : mapping
        As :func:`data.tags.read_tags` gives them.
    layout : mapping, optional
        What a :class:`data.layouts.Layout` says; further facts in it are kept in `extra`.
    """
    layout = layout or {}
    said = {label: text for label, text in tags.items() if not says_nothing(text)}
    # The folders of a data set are its layout's to read.
    readable = readable_name(path)
    named = labels_of_path(PurePosixPath(readable).name if layout else readable)
    sayings = dict(zip(SOURCES, (row, layout, said, named), strict=True))
    sources = {
        label: next(source for source, saying in sayings.items() if saying.get(label))
        for label in LABELS
        if any(saying.get(label) for saying in sayings.values())
    }
    title, performer, instrument = (
        sayings[sources[label]][label] if label in sources else UNKNOWN for label in LABELS
    )
    further = {name: cell for name, cell in {**layout, **row}.items() if name not in LABELS}
    return Labels(title, performer, instrument_name(instrument), further, sources)


def label_fields(labels: Labels, edits: Mapping[str, str]) -> dict[str, Any]:
    """Labels as fields of a recording's row: what was given, and over it what a person typed."""
    given = {label: str(getattr(labels, label)) for label in LABELS}
    return {**given, **edits, "given": given, "edits": dict(edits), "extra": labels.extra}
