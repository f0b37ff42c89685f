"""Where the labels and annotations of an imported folder come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.annotations import Annotation
from data.annotations import read_annotations
from data.catalogue import Catalogue, Recording
from data.files import readable_name, some_of
from data.layouts import Layout, layout_named, strangers
from data.metadata import (
    LABELS,
    Labels,
    MetadataTable,
    label_fields,
    read_metadata,
    resolve_labels,
)
from data.scanning import scan
from data.tables import path_key
from errors import UserError

_FACT = "layout:"  # + folder: the data set that it was imported as


@dataclass(frozen=True)
class Labelling:
    """What is said of the recordings of one folder besides their own tags and names.

    Attributes
    ----------
    table : MetadataTable or None
    layout, before : Layout or None
        The data set that the folder is, and the one that it was imported as before.
    named : str
        Name of the layout where the folder was not known to be that data set.
    annotations : dict
        Path, as :func:`data.tables.path_key` writes it -> annotations.
    problems : tuple of str
    """

    table: MetadataTable | None = None
    layout: Layout | None = None
    before: Layout | None = None
    named: str = ""
    annotations: dict[str, list[Annotation]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @classmethod
    def read(
        cls,
        root: Path,
        paths: Sequence[str],
        metadata_csv: str | Path | None = None,
        layout: str = "",
        annotations_csv: str | Path | None = None,
        remembered: str = "",
    ) -> Labelling:
        """Read the tables of a folder.

        Parameters
        ----------
        root : Path
        paths : sequence of str
            Its recordings, as the catalogue stores them.
        metadata_csv, annotations_csv : path, optional
        layout : str
            Name of a data set.
        remembered : str
            Name of the data set that the folder was imported as before.

        Raises
        ------
        UsageError
            If a table is missing, or the folder is not that data set.
        UserError
            If the table of annotations cannot be read.
        """
        table = read_metadata(metadata_csv, root) if metadata_csv is not None else None
        problems = list(table.problems_in(paths)) if table else []
        before = layout_named(remembered) if remembered else None
        known = layout_named(layout) if layout else before
        if layout and known:
            outside = strangers(known, layout, [readable_name(path) for path in paths])
            problems += _left_out(outside, f"do not belong to the data set {layout}")
        found: dict[str, list[Annotation]] = {}
        for path in paths if known else ():
            try:
                found[path_key(path)] = known.annotations(root, path) if known else []
            except UserError as error:
                problems.append(str(error))
        if annotations_csv is not None:
            there = {path_key(path) for path in paths}
            given = read_annotations(annotations_csv, root)
            for key, annotations in given.items():
                found.setdefault(key, []).extend(annotations)
            missing = sorted(set(given) - there)
            problems += _left_out(missing, "have annotations and are not in the folder")
        named = layout if layout != remembered else ""
        annotated = {path: annotations for path, annotations in found.items() if annotations}
        return cls(table, known, before, named, annotated, tuple(problems))

    @property
    def said_anew(self) -> bool:
        """Whether somebody says now what recordings that are known are called."""
        return self.table is not None or bool(self.named)

    def labels(self, path: str, tags: dict[str, str], old: Recording | None) -> dict[str, Any]:
        """Labels of a recording, as fields of its row.

        One that is known keeps its labels where nobody says anything new of it: a table that
        names other recordings, or cannot be read, takes nothing away.
        """
        if old is None:
            return label_fields(self.resolved(path, tags), {})
        given = old.given or {label: getattr(old, label) for label in LABELS}
        kept = Labels(given["title"], given["performer"], given["instrument"], old.extra)
        if self.table is not None and self.table.row(path):
            kept = self.resolved(path, tags)
        elif old.path == path and kept == _resolve(path, {}, old.tags, self.before):
            # It was the file itself that spoke, not a table of earlier, and it may have other tags
            # or a layout now. What was moved keeps its labels: a new folder is no new label.
            kept = self.resolved(path, tags)
        return label_fields(kept, old.edits)

    def resolved(self, path: str, tags: dict[str, str]) -> Labels:
        """Labels of a recording as if it were new."""
        return _resolve(path, self.table.row(path) if self.table else {}, tags, self.layout)

    def count(self, path: str) -> int:
        """How many annotations a recording has."""
        return len(self.annotations.get(path_key(path), ()))

    def annotate(self, catalogue: Catalogue, root: str) -> None:
        """Keep the annotations of the folder's recordings, and what data set it is."""
        if self.named and catalogue.get_meta(_FACT + root) != self.named:
            catalogue.set_meta(_FACT + root, self.named)
        if self.annotations:
            rows = catalogue.recordings(state=None, root=root)
            catalogue.annotations.replace(
                {
                    row.sha256: self.annotations[path_key(row.path)]
                    for row in rows
                    if row.sha256 and path_key(row.path) in self.annotations
                }
            )


def check_sources(root: Path, layout: str, annotations_csv: str | Path | None) -> None:
    """Make sure that a folder is the data set it is said to be, and annotations can be read.

    Raises
    ------
    UsageError
        If it is not, or there is no such data set or table.
    UserError
        If the table of annotations cannot be read.
    """
    if annotations_csv is not None:
        read_annotations(annotations_csv, root)
    if layout:
        paths = [readable_name(file.path) for file in scan(root).files]
        strangers(layout_named(layout), layout, paths)


def remembered_layout(catalogue: Catalogue, root: str) -> str:
    """The data set that a folder was imported as; empty for none."""
    return catalogue.get_meta(_FACT + root) or ""


def _resolve(
    path: str, row: Mapping[str, str], tags: Mapping[str, str], layout: Layout | None
) -> Labels:
    by_layout = layout.labels(readable_name(path)) if layout else {}
    return resolve_labels(path, row, tags, by_layout)


def _left_out(paths: Iterable[str], why: str) -> list[str]:
    names = list(paths)
    if not names:
        return []
    which = f"{len(names)} files" if len(names) > 1 else "These"
    return [f"{which} {why}: {some_of(names)}."]
