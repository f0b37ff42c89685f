"""The paper's three questions as tables; see :mod:`analysis.report`."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.report import CHANCE, LEARNED, Column, Figures, Row, Table
from language import N_, _, translated

_SPACE_COLUMNS = {
    "ari": "ARI",
    "nmi": "NMI",
    "accuracy": N_("matched"),
    "auc": N_("best dimension"),
}
_METHODS = {
    "novelty": N_("novelty of the latents"),
    "uniform": N_("equal parts, as many"),
    "random": N_("drawn at random, as many"),
}


def question_tables(figures: Figures) -> list[Table]:
    """T1, T2 (every space, and every piece) and T3 (boundaries and repeats)."""
    return [
        notes(figures["scales"]),
        performers(figures["spaces"]),
        pieces(figures["performances"]),
        boundaries(figures["structure"]),
        repeats(figures["structure"]),
    ]


def notes(scales: Figures) -> Table:
    """T1: note samples beside note latents and as many principal components."""
    title = _("T1 · Do note latents keep what makes a note?")
    text = _(
        "Columns of the recorded scales whose five nearest columns, of other notes or of other "
        "instruments only, have the same pitch, loudness or instrument."
    )
    questions = [key for key in scales if key != "remark"]
    if not questions:
        return Table("notes", title, text, (), (), (translated(scales["remark"]),))
    spaces = list(scales[questions[0]])
    return Table(
        "notes",
        title,
        text,
        (Column(_("dims"), kind="count"), *(Column(_(question)) for question in questions)),
        (
            *(
                Row(
                    _(space),
                    (
                        scales[questions[0]][space]["dimensions"],
                        *(scales[question][space]["value"] for question in questions),
                    ),
                    "learned" if space == "note latents" else "",
                )
                for space in spaces
            ),
            Row(_(CHANCE), (None, *(scales[q][spaces[0]]["chance"] for q in questions)), "chance"),
        ),
        tuple(
            dict.fromkeys(translated(r) for q in questions if (r := scales[q][spaces[0]]["remark"]))
        ),
    )


def performers(spaces: list[Figures]) -> Table:
    """T2 over all pieces: every space beside the others."""
    results = [(space, space["performers of a piece"]) for space in spaces]
    first = results[0][1]
    count = first.get("pieces", 0)
    rows = [
        Row(
            _(space["name"]),
            tuple(result[key] for key in _SPACE_COLUMNS),
            "learned" if space["name"] == LEARNED else "",
            _(space["about"]),
        )
        for space, result in results
    ]
    return Table(
        "performers",
        _("T2 · Are the performers of one piece told apart?"),
        _(
            "Ward clusters of one piece's segments, as many as it has performers, against the "
            "performers: the mean over {count:,} pieces. Matched: segments in the right cluster. "
            "Best dimension: area under the ROC curve of the single dimension that separates best.",
            count=count,
        ),
        tuple(Column(_(name)) for name in _SPACE_COLUMNS.values()),
        (*rows, Row(_(CHANCE), (0.0, None, first["chance"], None), "chance"))
        if count
        else tuple(rows),
        (translated(first["remark"]),) if first["remark"] else (),
    )


def pieces(performances: list[Figures]) -> Table:
    """T2 piece by piece, with the dimensions that separate the performers best."""
    rows = [
        Row(
            piece["title"],
            (
                piece["performers"],
                ", ".join(piece["instruments"]),
                piece["ari"],
                piece["accuracy"],
                _dimensions(piece),
            ),
            about=", ".join(piece["names"]),
        )
        for piece in performances
    ]
    complete = [piece["title"] for piece in performances if piece["auc"][0] >= 1 - 1e-12]
    sentence = _(
        "One dimension alone separates the performers completely in {count:,} of {total:,} pieces.",
        count=len(complete),
        total=len(rows),
    )
    return Table(
        "pieces",
        _("T2 · Piece by piece, by segment latents"),
        _(
            "The three dimensions that separate a piece's performers best, with the area under "
            "the ROC curve, the mean over all pairs of performers: 1.000 separates completely."
        ),
        (
            Column(_("performers"), kind="count"),
            Column(_("instruments"), kind="text"),
            Column("ARI"),
            Column(_("matched")),
            Column(_("dimensions"), kind="text"),
        ),
        tuple(rows),
        (sentence,) if rows else (_("Needs a title that two performers or more play."),),
    )


def boundaries(structure: Figures) -> Table:
    """T3: found boundaries against known sections."""
    scored = [recording["scores"] for recording in structure["recordings"] if recording["scores"]]
    windows = list(scored[0]) if scored else []
    rows = [
        Row(
            _(text),
            tuple(
                float(value)
                for window in windows
                for value in np.mean([scores[window][method] for scores in scored], axis=0)
            ),
            "learned" if method == "novelty" else "",
        )
        for method, text in _METHODS.items()
    ]
    remark = (
        _("Means over {count:,} recordings with known sections.", count=len(scored))
        if scored
        else _("Needs known sections: a sections.csv (path, start_s, end_s, label) in the folder.")
    )
    return Table(
        "boundaries",
        _("T3 · Does the music change where the latents do?"),
        _(
            "Peaks of Foote's novelty on the cosine matrix of segment latents, one a second, "
            "against known section boundaries; the first and the last do not count."
        ),
        tuple(
            Column(name, _("within {seconds} s", seconds=window))
            for window in windows
            for name in (_("precision"), _("recall"), "F")
        ),
        tuple(rows) if scored else (),
        tuple(filter(None, (remark, translated(structure["remark"])))),
    )


def repeats(structure: Figures) -> Table:
    """T3: passages that return, against sections of the same name."""
    found = [len(recording["repeats"]) for recording in structure["recordings"]]
    scored = [r["repeat_scores"] for r in structure["recordings"] if r["repeat_scores"]]
    columns = (Column(_("same section")), Column(_("returns found")))
    text = _(
        "Bright stripes beside the diagonal are passages that return. Same section: the share of "
        "their seconds whose two moments lie in sections of one name. Returns found: known returns "
        "of a section that such a stripe covers."
    )
    rows: tuple[Row, ...] = ()
    if scored:
        precision, recall = _mean(scored, "precision"), _mean(scored, "recall")
        rows = (
            Row(_("stripes of the latents"), (precision, recall), "learned"),
            Row(_(CHANCE), (_mean(scored, "chance"), None), "chance"),
        )
    return Table(
        "repeats",
        _("T3 · Does it return where the latents do?"),
        text,
        columns if scored else (),
        rows,
        (
            _(
                "{count:,} passages that return in {recordings:,} recordings.",
                count=sum(found),
                recordings=len(found),
            ),
        ),
    )


def _mean(scores: list[dict[str, Any]], key: str) -> float | None:
    values = [score[key] for score in scores if score[key] is not None]
    return float(np.mean(values)) if values else None


def _dimensions(piece: Figures) -> str:
    pairs = zip(piece["dimensions"], piece["auc"], strict=True)
    return ", ".join(f"dim-{dimension} {area:.3f}" for dimension, area in pairs)
