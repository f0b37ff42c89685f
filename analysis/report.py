"""The figures of an evaluation as tables with words, for the report, the page and the terminal.

Conventions
-----------
* A number in a table may be None: what the labels do not allow, said in a remark below.
* A *score* lies in [0, 1] (a bar is drawn for it); chance is a row of its own.
* Nothing here is markup: whoever draws a table escapes its texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
Cell = float | int | str | None

CHANCE = "chance"
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

    return [
        neighbours(figures),
        clusters(figures),
        autoencoders(figures),
        *question_tables(figures),
    ]


def facts(figures: Figures) -> str:
    """What was evaluated, in a sentence."""
    drawn = ""
    if figures["recordings_compared"] < figures["recordings"]:
        how = ", drawn at random," if figures["drawn_at_random"] else ""
        drawn = (
            f"; {figures['segments_compared']:,} segments of {figures['recordings_compared']:,} "
            f"recordings{how} are compared"
        )
    return (
        f"Encoder {figures['encoder']}, map {figures['map']}: {figures['segments']:,} segments "
        f"of {figures['recordings']:,} recordings{drawn}."
    )


_NEIGHBOURS = {
    "instrument by recording": Column("other recordings", "instrument"),
    "instrument by piece": Column("other pieces", "instrument"),
    "instrument by performer": Column("other performers", "instrument"),
    "performer by recording": Column("other recordings", "performer"),
    "performer by piece": Column("other pieces", "performer"),
    "piece by segment": Column("segments", "same piece, mAP"),
    "piece by recording": Column("recordings", "same piece, mAP"),
}


def neighbours(figures: Figures) -> Table:
    """k-nearest-neighbour accuracies and retrieval, every space beside the others."""
    spaces = figures["spaces"]
    chance = tuple(spaces[0][key].get("chance") for key in _NEIGHBOURS)
    return Table(
        "neighbours",
        "Who plays what? Nearest neighbours and retrieval",
        "Share of segments whose five nearest segments name, by majority, the right instrument or "
        "performer; neighbours come from other recordings only, or from other pieces or other "
        "performers only. Same piece: how high the other recordings of the piece stand when all "
        "others are ranked (mean average precision).",
        (Column("dims", kind="count"), *_NEIGHBOURS.values()),
        (
            *(_space_row(space, [space[key]["value"] for key in _NEIGHBOURS]) for space in spaces),
            Row(CHANCE, (None, *chance), "chance", "always the commonest label; any order"),
        ),
        (
            "Distances are Euclidean: on z-scored features where their scales are mixed (MFCC, "
            "chroma, columns) and where recordings are compared, else on the numbers as they are.",
            *_remarks(
                (f"{column.group}, {column.name}", spaces[0][key])
                for key, column in _NEIGHBOURS.items()
            ),
            *_not_decoded(figures),
        ),
    )


def clusters(figures: Figures) -> Table:
    """Agreement of ward clusters with the labels, every space beside the others."""
    keys = [(label, key) for label in ("instrument", "performer") for key in _CLUSTERS]
    names = {"ari": "ARI", "nmi": "NMI", "silhouette": "silhouette"}
    return Table(
        "clusters",
        "Do clusters agree with the labels?",
        "Ward clusters of all segments, as many as there are labels: adjusted Rand index (0 is "
        "chance, 1 agreement) and normalised mutual information. The silhouette says how well the "
        "labels themselves stand apart (-1 to 1).",
        tuple(Column(names[key], label) for label, key in keys),
        tuple(
            _space_row(space, [space[f"clusters of {label}"][key] for label, key in keys], False)
            for space in figures["spaces"]
        ),
        tuple(
            _remarks(
                (label, figures["spaces"][0][f"clusters of {label}"])
                for label in ("instrument", "performer")
            )
        ),
    )


_CLUSTERS = ("ari", "nmi", "silhouette")


def autoencoders(figures: Figures) -> Table:
    """Reconstruction of both autoencoders, the map's faithfulness, dead dimensions."""
    rebuilt = figures["reconstruction"]
    names = {
        "columns": "columns of 501 bins, from 32 numbers",
        "segments": "standardised note latents, from 16 numbers",
    }
    dead = ", ".join(f"dim-{dim}" for dim in figures["dead_dimensions"])
    return Table(
        "autoencoders",
        "Reconstruction, map and dimensions",
        "Mean squared error on this library, beside that of always answering with the mean; "
        "explained is what that leaves out.",
        (Column("error", kind="number"), Column("mean", kind="number"), Column("explained")),
        tuple(
            Row(name, (rebuilt[key]["mse"], rebuilt[key]["mean"], _explained(rebuilt[key])))
            for key, name in names.items()
        ),
        (
            _map_sentence(figures["map_faithfulness"]),
            f"Hardly any variation in {dead}." if dead else "No dimension is dead.",
            *_remarks((names[key], rebuilt[key]) for key in names),
        ),
    )


def number(value: Cell, digits: int = 3) -> str:
    """A cell as text; a dash where there is no figure."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else f"{value}"


def as_text(table: Table) -> str:
    """A table for the terminal: numbers to the right, words to the left."""
    heads = [" ".join(filter(None, (c.group.split(",")[0], c.name))) for c in table.columns]
    grid = [["", *heads], *([row.name, *map(number, row.cells)] for row in table.rows)]
    kinds = ["text", *(column.kind for column in table.columns)]
    widths = [max(len(line[place]) for line in grid) for place in range(len(kinds))]
    lines = [
        "  ".join(
            cell.ljust(width) if kind == "text" else cell.rjust(width)
            for cell, width, kind in zip(line, widths, kinds, strict=True)
        ).rstrip()
        for line in (grid if table.rows else [])
    ]
    return "\n".join([table.title, *lines, *(f"  {remark}" for remark in table.remarks)])


def _map_sentence(faithful: Figures) -> str:
    trust, continuity = (number(faithful[key], 4) for key in ("trustworthiness", "continuity"))
    return (
        f"Map ({faithful['method']}): trustworthiness {trust}, continuity {continuity} on "
        f"{faithful['segments']:,} segments. {faithful['remark']}".strip()
    )


def _space_row(space: Figures, cells: Sequence[Cell], with_size: bool = True) -> Row:
    size = (space["dimensions"],) if with_size else ()
    role = "learned" if space["name"] == LEARNED else ""
    return Row(space["name"], (*size, *cells), role, f"{space['about']}; {space['distance']}")


def _remarks(results: Iterable[tuple[str, Figures]]) -> list[str]:
    """Each remark once, with what it is about."""
    about: dict[str, list[str]] = {}
    for name, result in results:
        if result.get("remark"):
            about.setdefault(result["remark"], []).append(name)
    lines = [f"{'; '.join(names)}: {remark}" for remark, names in about.items()]
    return [line[:1].upper() + line[1:] for line in lines]


def _not_decoded(figures: Figures) -> list[str]:
    problems = figures["problems"]
    if not problems:
        return []
    missing = any(space["name"] == "MFCC" for space in figures["spaces"])
    what = "They are left out" if missing else "Baselines from the sound are missing"
    count = "1 recording" if len(problems) == 1 else f"{len(problems):,} recordings"
    return [f"{count} could not be decoded: {problems[0]} {what}."]


def _explained(result: Figures) -> float | None:
    if result["mse"] is None or not result["mean"]:
        return None
    return 1 - float(result["mse"]) / float(result["mean"])
