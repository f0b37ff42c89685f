"""Annotations of a library: labels on stretches of recordings, kept by the recordings' content."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine, delete, select

from analysis.annotations import Annotation, dominant_labels
from analysis.segments import LayerLabels
from data.schema import annotated
from data.tables import key_in, rows_of
from errors import UsageError, UserError
from language.reading_order import in_reading_order

#: Databases bound how many values a statement may name.
_NAMED_IN_SQL = 500
COLUMNS = ("path", "start_s", "end_s", "label")
#: Names that published tables give to the three columns.
_STARTS = ("start_s", "onset_time", "onset", "start", "start_time", "begin", "time")
_ENDS = ("end_s", "offset_time", "offset", "end", "end_time")
_LABELS = ("label", "ipt", "technique", "tech", "annotation")


class Annotations:
    """Rows of the table ``annotations``.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    changing : callable
        Opens a transaction that raises the library's revision.
    """

    def __init__(
        self, engine: Engine, changing: Callable[[], AbstractContextManager[Connection]]
    ) -> None:
        self._engine = engine
        self._changing = changing

    def of(self, contents: Iterable[str]) -> dict[str, list[Annotation]]:
        """Annotations of each content that has some, in order of time.

        Parameters
        ----------
        contents : iterable of str
            SHA-256 of recordings.
        """
        wanted = set(contents)
        table = annotated
        statement = select(table).order_by(table.c.sha256, table.c.start_s, table.c.id)
        if len(wanted) <= _NAMED_IN_SQL:
            statement = statement.where(table.c.sha256.in_(wanted))
        found: dict[str, list[Annotation]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                if row.sha256 in wanted:
                    one = Annotation(row.start_s, row.end_s, row.label, row.layer, row.extra)
                    found.setdefault(row.sha256, []).append(one)
        return found

    def replace(self, by_content: Mapping[str, Sequence[Annotation]]) -> None:
        """Keep the annotations of some contents; of each layer they hold, what was there goes."""
        now = self.of(by_content)
        rows = []
        gone = []
        for sha256, new in by_content.items():
            layers = {one.layer for one in new}
            old = [one for one in now.get(sha256, ()) if one.layer in layers]
            if sorted(old) == sorted(new):
                continue
            gone += [(sha256, layer) for layer in layers]
            rows += [
                {
                    "sha256": sha256,
                    "layer": one.layer,
                    "start_s": one.start_s,
                    "end_s": one.end_s,
                    "label": one.label,
                    "extra": one.extra,
                }
                for one in new
            ]
        if not rows:
            return
        with self._changing() as connection:
            for sha256, layer in gone:
                mine = (annotated.c.sha256 == sha256) & (annotated.c.layer == layer)
                connection.execute(delete(annotated).where(mine))
            connection.execute(annotated.insert(), rows)


def segment_layers(
    by_content: Mapping[str, Sequence[Annotation]], segments: Sequence[tuple[str, int]]
) -> dict[str, LayerLabels]:
    """Every layer as labels of segments.

    Parameters
    ----------
    by_content : mapping
        As :meth:`Annotations.of` gives them.
    segments : sequence of (str, int)
        Content and number of segments of each recording, in the order of the table's rows.
    """
    words: dict[str, set[str]] = {}
    for found in by_content.values():
        for one in found:
            words.setdefault(one.layer, set()).add(one.label)
    layers = {}
    for layer, labels in sorted(words.items()):
        vocabulary = tuple(in_reading_order(labels))
        codes = [
            dominant_labels(
                [one for one in by_content.get(sha256, ()) if one.layer == layer], vocabulary, count
            )
            for sha256, count in segments
        ]
        layers[layer] = LayerLabels(np.concatenate(codes), vocabulary)
    return layers


def read_annotations(csv_path: str | Path, root: Path) -> dict[str, list[Annotation]]:
    """Read a table of annotations: UTF-8, columns ``path, start_s, end_s, label`` and ``layer``.

    Parameters
    ----------
    csv_path : path
    root : Path
        The imported folder, which `path` is relative to.

    Returns
    -------
    dict
        Path, as :func:`data.tables.path_key` writes it -> annotations; further columns are kept
        with each.

    Raises
    ------
    UsageError
        If there is no such file.
    UserError
        If it is not UTF-8, lacks a column, or a row cannot be read: the line is named.
    """
    csv_path = Path(csv_path)
    found: dict[str, list[Annotation]] = {}
    header, rows = rows_of(_text_of(csv_path), csv_path.name)
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise UserError(
            f"The annotations {csv_path.name} have no column {missing[0]!r}: the columns are "
            f"{', '.join(COLUMNS)} and, where there are several kinds of labels, layer."
        )
    for line, row in rows:
        extra = {k: v for k, v in row.items() if k and v and k not in (*COLUMNS, "layer")}
        times = _span(row["start_s"], row["end_s"], f"{csv_path.name}, line {line}")
        layer = (row.get("layer") or "").strip()[:40] or "technique"
        one = Annotation(*times, (row["label"] or "").strip(), layer, extra)
        path = (row["path"] or "").strip()
        if not path or not one.label:
            raise UserError(
                f"{csv_path.name}, line {line}: needs a path and a label; nothing was imported."
            )
        found.setdefault(key_in(root, path) or path, []).append(one)
    return found


def read_spans(csv_path: Path, label: str, layer: str = "technique") -> list[Annotation]:
    """Read the annotations of one recording as published data sets write them.

    With a header, its columns say which is onset, offset and label. Without one, rows of two
    numbers are onset and offset, a third cell is the label; rows of one number are onsets and
    offsets in turn.

    Parameters
    ----------
    csv_path : path
    label : str
        What to call stretches for which the table has no label.
    layer : str

    Raises
    ------
    UserError
        If it cannot be read so: the line is named.
    """
    where = csv_path.name
    reader = csv.reader(io.StringIO(_text_of(csv_path)))
    try:
        rows = [row for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise UserError(f"{where}, line {reader.line_num}: {error}.") from error
    if not rows:
        return []
    header = [cell.strip().lower() for cell in rows[0]]
    if any(name in header for name in _STARTS):
        start, end, named = (
            next((header.index(name) for name in names if name in header), None)
            for names in (_STARTS, _ENDS, _LABELS)
        )
        if start is None or end is None:
            raise UserError(f"{where}: has a column of onsets and none of offsets.")
        used = {start, end, named}
        return [
            Annotation(
                *_span(_cell(row, start), _cell(row, end), f"{where}, line {number}"),
                (_cell(row, named) if named is not None else "") or label,
                layer,
                {header[i]: cell for i, cell in enumerate(row) if i not in used and cell},
            )
            for number, row in enumerate(rows[1:], start=2)
        ]
    if max(map(len, rows)) == 1:
        times = [row[0] for row in rows]
        return [
            Annotation(*_span(onset, offset, f"{where}, line {2 * number + 1}"), label, layer)
            for number, (onset, offset) in enumerate(zip(times[::2], times[1::2], strict=False))
        ]
    return [
        Annotation(
            *_span(row[0], _cell(row, 1), f"{where}, line {number}"),
            _cell(row, 2) or label,
            layer,
        )
        for number, row in enumerate(rows, start=1)
    ]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"The annotations {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"The annotations {path} are not UTF-8: save them as UTF-8.") from error


def _span(start: str | None, end: str | None, where: str) -> tuple[float, float]:
    try:
        start_s, end_s = float(start or ""), float(end or "")
    except ValueError:
        start_s = end_s = math.nan
    if not 0 <= start_s < end_s < math.inf:
        raise UserError(
            f"{where}: goes from {start or 'nothing'} to {end or 'nothing'}, where two times in "
            "seconds are needed, the later one second."
        )
    return start_s, end_s
