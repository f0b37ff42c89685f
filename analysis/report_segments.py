"""Segments, clusters, autoencoders and map as tables; see :mod:`analysis.report`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.projection import METHOD_NAMES
from analysis.report import CHANCE, LEARNED, Cell, Column, Figures, Row, Table, number
from language import N_, _, ngettext, translated


def segment_tables(figures: Figures) -> list[Table]:
    """Neighbours and retrieval, clusters, reconstruction."""
    return [neighbours(figures), clusters(figures), autoencoders(figures)]


_NEIGHBOURS = {
    "instrument by recording": Column(N_("other recordings"), N_("instrument")),
    "instrument by piece": Column(N_("other pieces"), N_("instrument")),
    "instrument by performer": Column(N_("other performers"), N_("instrument")),
    "performer by recording": Column(N_("other recordings"), N_("performer")),
    "performer by piece": Column(N_("other pieces"), N_("performer")),
    "piece by segment": Column(N_("segments"), N_("same piece, mAP")),
    "piece by recording": Column(N_("recordings"), N_("same piece, mAP")),
}


def neighbours(figures: Figures) -> Table:
    """k-nearest-neighbour accuracies and retrieval, every space beside the others."""
    spaces = figures["spaces"]
    chance = tuple(spaces[0][key].get("chance") for key in _NEIGHBOURS)
    columns = {key: Column(_(column.name), _(column.group)) for key, column in _NEIGHBOURS.items()}
    return Table(
        "neighbours",
        _("Who plays what? Nearest neighbours and retrieval"),
        _(
            "Share of segments whose five nearest segments name, by majority, the right "
            "instrument or performer; neighbours come from other recordings only, or from other "
            "pieces or other performers only. Same piece: how high the other recordings of the "
            "piece stand when all others are ranked (mean average precision)."
        ),
        (Column(_("dims"), kind="count"), *columns.values()),
        (
            *(_space_row(space, [space[key]["value"] for key in _NEIGHBOURS]) for space in spaces),
            Row(_(CHANCE), (None, *chance), "chance", _("always the commonest label; any order")),
        ),
        (
            _(
                "Distances are Euclidean. Features of mixed scale (MFCC, chroma, columns, notes) "
                "are z-scored, before PCA too, and so is everything where recordings are compared."
            ),
            *_remarks(
                (f"{column.group}, {column.name}", spaces[0][key])
                for key, column in columns.items()
            ),
            *_not_decoded(figures),
        ),
    )


def clusters(figures: Figures) -> Table:
    """Agreement of ward clusters with the labels, every space beside the others."""
    keys = [(label, key) for label in ("instrument", "performer") for key in _CLUSTERS]
    names = {"ari": "ARI", "nmi": "NMI", "silhouette": _("silhouette")}
    return Table(
        "clusters",
        _("Do clusters agree with the labels?"),
        _(
            "Ward clusters of all segments, as many as there are labels: adjusted Rand index (0 "
            "is chance, 1 agreement) and normalised mutual information. The silhouette says how "
            "well the labels themselves stand apart (-1 to 1)."
        ),
        tuple(Column(names[key], _(label)) for label, key in keys),
        tuple(
            _space_row(space, [space[f"clusters of {label}"][key] for label, key in keys], False)
            for space in figures["spaces"]
        ),
        tuple(
            _remarks(
                (_(label), figures["spaces"][0][f"clusters of {label}"])
                for label in ("instrument", "performer")
            )
        ),
    )


_CLUSTERS = ("ari", "nmi", "silhouette")


def autoencoders(figures: Figures) -> Table:
    """Reconstruction of both autoencoders, the map's faithfulness, dead dimensions."""
    rebuilt = figures["reconstruction"]
    names = {
        "columns": _("columns of 501 bins, from 32 numbers"),
        "segments": _("standardised note latents, from 16 numbers"),
    }
    dead = ", ".join(f"dim-{dim}" for dim in figures["dead_dimensions"])
    return Table(
        "autoencoders",
        _("Reconstruction, map and dimensions"),
        _(
            "Mean squared error on this library, beside that of always answering with the mean; "
            "explained is what that leaves out."
        ),
        (
            Column(_("error"), kind="number"),
            Column(_("mean"), kind="number"),
            Column(_("explained")),
        ),
        tuple(
            Row(name, (rebuilt[key]["mse"], rebuilt[key]["mean"], _explained(rebuilt[key])))
            for key, name in names.items()
        ),
        (
            _map_sentence(figures["map_faithfulness"]),
            _("Hardly any variation in {dimensions}.", dimensions=dead)
            if dead
            else _("No dimension is dead."),
            *_remarks((names[key], rebuilt[key]) for key in names),
        ),
    )


def _map_sentence(faithful: Figures) -> str:
    trust, continuity = (number(faithful[key], 4) for key in ("trustworthiness", "continuity"))
    said = _(
        "Map ({method}): trustworthiness {trust}, continuity {continuity} on {count:,} segments.",
        method=METHOD_NAMES.get(faithful["method"], faithful["method"]),
        trust=trust,
        continuity=continuity,
        count=faithful["segments"],
    )
    return f"{said} {translated(faithful['remark'])}".strip()


def _space_row(space: Figures, cells: Sequence[Cell], with_size: bool = True) -> Row:
    size = (space["dimensions"],) if with_size else ()
    role = "learned" if space["name"] == LEARNED else ""
    about = f"{_(space['about'])}; {_(space['distance'])}"
    return Row(_(space["name"]), (*size, *cells), role, about)


def _remarks(results: Iterable[tuple[str, Figures]]) -> list[str]:
    """Each remark once, with what it is about."""
    about: dict[str, list[str]] = {}
    for name, result in results:
        if result.get("remark"):
            about.setdefault(result["remark"], []).append(name)
    lines = [f"{'; '.join(names)}: {translated(remark)}" for remark, names in about.items()]
    return [line[:1].upper() + line[1:] for line in lines]


def _not_decoded(figures: Figures) -> list[str]:
    problems = figures["problems"]
    if not problems:
        return []
    missing = any(space["name"] == "MFCC" for space in figures["spaces"])
    said = ngettext(
        "1 recording could not be decoded: {problem}",
        "{count:,} recordings could not be decoded: {problem}",
        len(problems),
        problem=problems[0],
    )
    what = _("They are left out.") if missing else _("Baselines from the sound are missing.")
    return [f"{said} {what}"]


def _explained(result: Figures) -> float | None:
    if result["mse"] is None or not result["mean"]:
        return None
    return 1 - float(result["mse"]) / float(result["mean"])
