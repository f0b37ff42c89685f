"""The figures of an evaluation as tables with words, for the report, the page and the terminal.

Conventions
-----------
* A number in a table may be None: what the labels do not allow, said in a remark below.
* A *score* lies in [0, 1] (a bar is drawn for it); chance is a row of its own.
* Nothing here is markup: whoever draws a table escapes its texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import N_, _

Figures = Mapping[str, Any]
Cell = float | int | str | None

CHANCE = N_("chance")
LEARNED = "segment latents"


@dataclass(frozen=True)
class EvaluationState:
    """An evaluation under way or done.

    Attributes
    ----------
    token : str
        Changes whenever `figures` do.
    figures : mapping or None
        Of the current map, as they were kept last.
    busy : bool
    sentence : str
        What is being done, or why it could not be done; empty when there is nothing to say.
    progress : float
        From 0 to 1.
    """

    token: str
    figures: Figures | None
    busy: bool = False
    sentence: str = ""
    progress: float = 0.0


@dataclass(frozen=True)
class Column:
    """A column: its heading, what stands above several, and what its cells are.

    `kind` is ``"score"``, ``"number"``, ``"count"`` or ``"text"``.
    """

    name: str
    group: str = ""
    kind: str = "score"


@dataclass(frozen=True)
class Row:
    """A row: its name, its cells, and whether it is the one in question (or chance)."""

    name: str
    cells: tuple[Cell, ...]
    role: str = ""
    about: str = ""


@dataclass(frozen=True)
class Table:
    """A titled table with a sentence above it and remarks below."""

    key: str
    title: str
    text: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()

    def best(self, column: int) -> float | None:
        """The highest score of a column, where rows compete with what was learned."""
        if self.columns[column].kind != "score" or all(row.role != "learned" for row in self.rows):
            return None
        cells = [row.cells[column] for row in self.rows if row.role != "chance"]
        return max((cell for cell in cells if isinstance(cell, int | float)), default=None)

    def chance(self, column: int) -> float | None:
        """What chance scores in a column, where that is known."""
        row = next((row for row in self.rows if row.role == "chance"), None)
        cell = row.cells[column] if row is not None else None
        return float(cell) if isinstance(cell, int | float) else None


def tables(figures: Figures) -> list[Table]:
    """All tables of an evaluation, in the order in which they are read."""
    from analysis.report_questions import question_tables
    from analysis.report_segments import segment_tables

    return [*segment_tables(figures), *question_tables(figures)]


def facts(figures: Figures) -> str:
    """What was evaluated, in a sentence."""
    said = _(
        "Encoder {encoder}, map {map}: {segments:,} segments of {recordings:,} recordings.",
        encoder=figures["encoder"],
        map=figures["map"],
        segments=figures["segments"],
        recordings=figures["recordings"],
    )
    if figures["recordings_compared"] == figures["recordings"]:
        return said
    compared = (
        N_("{segments:,} segments of {recordings:,} recordings, drawn at random, are compared.")
        if figures["drawn_at_random"]
        else N_("{segments:,} segments of {recordings:,} recordings are compared.")
    )
    drawn = _(
        compared, segments=figures["segments_compared"], recordings=figures["recordings_compared"]
    )
    return f"{said} {drawn}"


def number(value: Cell, digits: int = 3) -> str:
    """A cell as text; a dash where there is no figure."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else f"{value}"


def as_text(table: Table) -> str:
    """A table for the terminal: numbers to the right, words to the left, groups above."""
    names = ["", *(column.name for column in table.columns)]
    grid = [names, *([row.name, *map(number, row.cells)] for row in table.rows)]
    kinds = ["text", *(column.kind for column in table.columns)]
    widths = [max(len(line[place]) for line in grid) for place in range(len(kinds))]
    lines = [
        "  ".join(
            cell.ljust(width) if kind == "text" else cell.rjust(width)
            for cell, width, kind in zip(line, widths, kinds, strict=True)
        ).rstrip()
        for line in grid
    ]
    above = _groups_above(table, widths)
    shown = [*([above] if above else []), *lines] if table.rows else []
    return "\n".join([table.title, *shown, *(f"  {remark}" for remark in table.remarks)])


def _groups_above(table: Table, widths: Sequence[int]) -> str:
    """The names of groups of columns, each where the first of its columns begins."""
    line, before = "", ""
    for place, column in enumerate(table.columns, start=1):
        if column.group and column.group != before:
            line = line.ljust(sum(widths[:place]) + 2 * place) + column.group
        before = column.group
    return line
