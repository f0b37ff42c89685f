"""The words and bars on the card of a dimension."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import html
from numpy.typing import NDArray

from analysis.descriptors import DESCRIPTORS, Descriptor
from analysis.dimension import QUANTILES, Groups, chance_correlation
from callbacks import views
from figures.palette import Colouring
from figures.style import clock, signed
from language import N_, _, listed, ngettext
from layout.dimension import choose_dimension
from layout.parts import attributes, filled

#: Weaker correlations are no way to describe a sound.
NOTABLE = 0.3
#: Groups whose values are drawn; the pairs say more about the others than their names would.
SHOWN_GROUPS = 12
#: Dimensions that are named as the best, and as those that part every pair completely.
SHOWN_BEST, SHOWN_COMPLETE = 2, 6

#: What an area under the ROC curve is called, from the best down; below the last, not at all.
_VERDICTS = (
    (0.9, N_("Separates {one} from {other} well (AUC {area}).")),
    (0.75, N_("Separates {one} from {other} partly (AUC {area}).")),
    (0.6, N_("Separates {one} from {other} barely (AUC {area}).")),
    (0.0, N_("Does not separate {one} from {other} (AUC {area}).")),
)

_CLUSTER_FIRST = N_("Press Run under Clustering to see what tells clusters apart.")
_ONE_GROUP = N_(
    "There are no two groups of several segments here. Select more, or colour by something else, "
    "to see what this dimension tells apart."
)


def title_of(dimension: int, variance: float, rank: int, count: int) -> list[Any]:
    """Its name, and what the variance list says of it."""
    segments = ngettext("1 segment", "{count:,} segments", count)
    place = _("variance {variance:.5f}, rank {rank}", variance=variance, rank=rank)
    return [
        _("What {dimension} means", dimension=f"dim-{dimension}"),
        html.Span(f"{place} · {segments}", className="caption"),
    ]


def sound_items(correlations: NDArray[np.float64], counts: NDArray[np.integer]) -> list[Any]:
    """One sentence for whoever is in a hurry, then a bar for each descriptor."""
    known = list(zip(DESCRIPTORS, correlations.tolist(), counts.tolist(), strict=True))
    rows = [_sound_row(descriptor, value, count) for descriptor, value, count in known]
    return [html.P(_in_words(known), className="dimension-says"), *rows]


def _in_words(known: list[tuple[Descriptor, float, int]]) -> str:
    notable = [
        (abs(value), descriptor.more if value > 0 else descriptor.less)
        for descriptor, value, count in known
        if abs(value) >= max(NOTABLE, chance_correlation(count))
    ]
    if not notable:
        return _("Nothing measured goes clearly with it.")
    words = [word for __, word in sorted(notable, key=lambda pair: -pair[0])[:3]]
    words.sort(key=lambda word: word.startswith("with "))  # "clearer and with less vibrato"
    return _("Higher values sound {words}.", words=listed([_(word) for word in words]))


def _sound_row(descriptor: Descriptor, value: float, count: int) -> html.Div:
    if np.isnan(value):
        about = _(
            "{meaning}. Too few of these segments have it, or it never changes.",
            meaning=_(descriptor.meaning),
        )
        return html.Div(
            [html.Span(_(descriptor.name)), html.Span(className="bar"), html.Span("–")],
            className="dimension-row weak",
            title=about,
        )
    weak = abs(value) < chance_correlation(count)
    about = _(
        "{meaning}, in {unit}. Spearman’s rank correlation in {count:,} segments: 1 means that it "
        "rises whenever the dimension does, −1 that it falls.",
        meaning=_(descriptor.meaning),
        unit=_(descriptor.unit),
        count=count,
    )
    if weak:
        about = _("{about} So small a value can be chance.", about=about)
    return html.Div(
        [
            html.Span(_(descriptor.name)),
            html.Span(
                html.I(style={"--from": f"{min(value, 0):.3f}", "--length": f"{abs(value):.3f}"}),
                className="bar",
            ),
            html.Span(signed(value, 2)),
        ],
        className="dimension-row weak" if weak else "dimension-row",
        title=about,
    )


def group_items(
    dimension: int,
    values: NDArray[np.float32],
    codes: NDArray[np.int32],
    colours: Colouring,
    groups: Groups | None,
) -> list[Any]:
    """What it tells apart in words, where each group's values lie, and who does it better."""
    if groups is None:
        reason = _CLUSTER_FIRST if not colours.labels else _ONE_GROUP
        return [html.P(_(reason), className="hint")]
    names = [colours.labels[code] for code in groups.codes]
    pairs = groups.pairs(dimension)
    parts: list[Any] = [html.P(_separation(names, pairs), className="dimension-says")]
    against = groups.against_rest(dimension)
    areas = np.maximum(against, 1 - against)
    low, high = float(values.min()), float(values.max())
    rows = [
        _group_row(
            names[place],
            colours.colour_of(int(groups.codes[place])),
            (np.quantile(values[codes == groups.codes[place]], QUANTILES) - low)
            / max(high - low, 1e-12),
            float(areas[place]) if len(pairs) > 1 else None,
            int(groups.sizes[place]),
        )
        for place in np.argsort(-areas, kind="stable")[:SHOWN_GROUPS]
    ]
    if len(pairs) > 1:
        rows.insert(0, _group_head())
    parts.append(html.Div(rows, className="dimension-rows"))
    hidden = groups.left_out + max(0, len(names) - SHOWN_GROUPS)
    if hidden:
        parts.append(
            html.P(ngettext("1 more group.", "{count:,} more groups.", hidden), className="hint")
        )
    parts.append(_rivals(dimension, groups.best_dimensions()))
    return parts


def _separation(names: list[str], pairs: list[tuple[int, int, float]]) -> str:
    """What the dimension tells apart, in one sentence."""
    low, high, area = pairs[0]
    one, other = names[low], names[high]
    completely = [pair for pair in pairs if pair[2] == 1]
    if len(pairs) == 1:
        if completely:
            return _("Separates {one} from {other} completely (AUC 1.00).", one=one, other=other)
        verdict = next(said for least, said in _VERDICTS if area >= least)
        return _(verdict, one=one, other=other, area=auc(area))
    if len(completely) == 1:
        return _(
            "Separates {one} from {other} completely, no other of {count:,} pairs.",
            one=one,
            other=other,
            count=len(pairs),
        )
    if len(completely) == len(pairs):
        return _("Separates all {count:,} pairs of groups completely.", count=len(pairs))
    if completely:
        return _(
            "Separates {number:,} of {count:,} pairs completely, among them {one} from {other}.",
            number=len(completely),
            count=len(pairs),
            one=one,
            other=other,
        )
    return _(
        "Separates {one} from {other} best (AUC {area}), no pair completely.",
        one=one,
        other=other,
        area=auc(area),
    )


def _group_head() -> html.Div:
    return html.Div(
        [html.Span(_("Against the rest")), html.Span(), html.Span("AUC")],
        className="dimension-row weak",
    )


def _group_row(
    name: str, colour: str, quantiles: NDArray[np.floating], area: float | None, count: int
) -> html.Div:
    """Where a group's values lie, and its area against all others where there are several."""
    lowest, low, middle, high, highest = (f"{value:.3f}" for value in quantiles)
    box = {
        "--lowest": lowest,
        "--low": low,
        "--middle": middle,
        "--high": high,
        "--highest": highest,
        "--group": colour,
    }
    about = _(
        "{name}, {count:,} segments. The line holds 90 % of its values, the box the middle half.",
        name=name,
        count=count,
    )
    if area is not None:
        about = _(
            "{about} AUC {area}: 1.00 would part it from all others, 0.50 from none.",
            about=about,
            area=auc(area),
        )
    return html.Div(
        [
            html.Span(name),
            html.Span([html.I(), html.B(), html.Em()], className="box", style=box),
            html.Span("" if area is None else auc(area)),
        ],
        className="dimension-row",
        title=about,
    )


def _rivals(dimension: int, best: list[tuple[int, float]]) -> html.P:
    """The dimensions that tell the coloured groups apart best, to go on to."""
    complete = [(number, area) for number, area in best if area == 1]
    shown = complete[:SHOWN_COMPLETE] if complete else best[:SHOWN_BEST]
    said = _("Completely told apart by {names}") if complete else _("Best told apart by {names}")
    parts: list[Any] = []
    for number, area in shown:
        name = choose_dimension(
            number,
            f"dim-{number}",
            className="link-button",
            **attributes(aria_pressed=str(number == dimension).lower()),
        )
        parts += [name, " " if complete else f" ({auc(area)}) "]
    if len(complete) > len(shown):
        parts.append(_("and {count:,} more", count=len(complete) - len(shown)))
    title = _("By the mean AUC over all pairs of groups")
    return html.P(filled(said, names=html.Span(parts)), className="dimension-rivals", title=title)


def end_items(
    heading: str, view: views.Selected, dimension: int, rows: NDArray[np.int32]
) -> list[Any]:
    """Segments to be heard, the outermost first."""
    return [html.H3(heading), *(_end(view, dimension, int(row)) for row in rows)]


def _end(view: views.Selected, dimension: int, row: int) -> html.Button:
    table = view.table
    recording = table.recordings[table.recording_index[row]]
    value = signed(float(table.latents[row, dimension]), 3)
    start = clock(float(table.start_s[row]))
    return html.Button(
        [
            html.Span("▶", className="play", **attributes(aria_hidden="true")),
            html.Span([html.B(recording.title), f" · {recording.performer}"]),
            html.Span(start),
        ],
        type="button",
        title=_(
            "{segment}: {dimension} is {value}",
            segment=f"{recording.title} · {recording.performer} · {recording.instrument}, {start}",
            dimension=f"dim-{dimension}",
            value=value,
        ),
        **attributes(data_row=str(row)),
    )


def auc(area: float) -> str:
    """An area with two digits; 1.00 is kept for what separates completely."""
    return f"{area if area == 1 else min(area, 0.99):.2f}"
