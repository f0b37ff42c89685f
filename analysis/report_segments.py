"""Segments, clusters, autoencoders and map as tables; see :mod:`analysis.report`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.report import CHANCE, LEARNED, Cell, Column, Figures, Row, Table, number


def segment_tables(figures: Figures) -> list[Table]:
    """Neighbours and retrieval, clusters, reconstruction."""
    return [neighbours(figures), clusters(figures), autoencoders(figures)]


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
            "Distances are Euclidean. Features of mixed scale (MFCC, chroma, columns, notes) are "
            "z-scored, before PCA too, and so is everything where recordings are compared.",
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
