"""The words and buttons on clusters: the result beside the map, and the workspace's list."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import html

from analysis.agreement import SILHOUETTE_SEED, ClusterSummary
from analysis.cluster_identity import typical_rows
from callbacks import views
from figures.palette import Colouring
from figures.style import clock, real_minus
from language import N_, _, ngettext
from layout.parts import attributes, filled, plain

#: Characters of a name.
LONGEST_NAME = 40
_NOISE = N_("In no cluster")


def result_items(view: views.Selected, summary: ClusterSummary, colours: Colouring) -> list[Any]:
    """Agreement with the labels, then each cluster: select it, hear it, see who is in it."""
    codes = colours.codes[view.rows]
    clusters = [
        _members(view, view.rows[codes == code], code, colours)
        for code in range(len(colours.labels))
    ]
    if summary.noise:
        clusters.append(_members(view, view.rows[codes < 0], -1, colours))
    return [_agreement(summary), *clusters]


def cluster_items(view: views.Selected, colours: Colouring) -> list[Any]:
    """One line for each cluster: its colour, its name to be written, its size, its most typical."""
    codes = colours.codes[view.rows]
    typical = view.rows[typical_rows(view.table.latents[view.rows], codes)]
    sizes = np.bincount(codes + 1, minlength=len(colours.labels) + 1)
    lines = [
        _line(
            _swatch(code, colours),
            _name_field(code, name),
            _select(code, _count(int(sizes[code + 1])), name),
            _hear(view, int(typical[code])),
            _keep(code, name),
        )
        for code, name in enumerate(colours.labels)
    ]
    if sizes[0]:
        select = _select(-1, _count(int(sizes[0])), _(_NOISE))
        lines.append(
            _line(_swatch(-1, colours), html.Span(_(_NOISE), className="cluster-name"), select)
        )
    return lines


def _line(*parts: Any) -> html.Div:
    return html.Div(list(parts), className="clusters-line", role="listitem")


def _swatch(code: int, colours: Colouring) -> html.Span:
    return html.Span("●", className="swatch", style={"color": colours.colour_of(code)})


def _name_field(code: int, name: str) -> dict[str, Any]:
    numbered = numbered_name(code)
    return plain(
        "Input",
        type="text",
        className="cluster-name",
        value="" if name == numbered else name,
        placeholder=numbered,
        title=_("Click to name this cluster"),
        **attributes(
            aria_label=_("Name of {cluster}", cluster=numbered),
            data_name=str(code),
            maxlength=str(LONGEST_NAME),
            autocomplete="off",
            spellcheck="false",
        ),
    )


def numbered_name(code: int) -> str:
    """What a cluster is called before it has a name."""
    return _("Cluster {number}", number=code + 1)


def _select(code: int, text: str, name: str) -> html.Button:
    return html.Button(
        text,
        type="button",
        className="link-button",
        title=_("{name}: click for only this cluster, Shift-click to add it", name=name),
        **attributes(data_group_by="cluster", data_group=str(code)),
    )


def _keep(code: int, name: str) -> html.Button:
    return html.Button(
        _("Keep"),
        type="button",
        className="link-button",
        title=_("Keep “{name}” among the selections, under this name", name=name),
        **attributes(data_keep=str(code)),
    )


def _hear(view: views.Selected, row: int, *, brief: bool = False) -> html.Button:
    """The most typical segment; a click plays it."""
    table = view.table
    recording = table.recordings[table.recording_index[row]]
    start = clock(float(table.start_s[row]))
    segment = f"{recording.title} · {recording.performer}, {start}"
    said = _("Hear its most typical segment: {segment}", segment=segment)
    content: list[Any] = [html.Span("▶", className="play", **attributes(aria_hidden="true"))]
    if not brief:
        content += [html.Span([html.B(recording.title), f" · {recording.performer}"])]
        content += [html.Span(start, className="caption")]
    return html.Button(
        content,
        type="button",
        className="hear",
        title=said,
        **attributes(data_row=str(row), aria_label=said),
    )


def _members(view: views.Selected, rows: views.Rows, code: int, colours: Colouring) -> html.Details:
    """One cluster: its size, and the segments in it by recording."""
    index = view.table.recording_index[rows]
    lines = []
    for recording in np.unique(index):
        info = view.table.recordings[recording]
        starts = view.table.start_s[rows[index == recording]]
        lines.append(
            html.Li(
                filled(
                    _("{recording}: {times}"),
                    recording=html.Span(f"{info.title} · {info.performer}"),
                    times=_(", ").join(clock(float(start)) for start in starts),
                )
            )
        )
    name = colours.labels[code] if code >= 0 else _(_NOISE)
    text = _("{name}: {segments}", name=name, segments=_count(len(rows)))
    head: list[Any] = [_swatch(code, colours), _select(code, text, name)]
    if code >= 0:
        labels = np.zeros(len(rows), dtype=np.int32)
        typical = rows[typical_rows(view.table.latents[rows], labels)[0]]
        head.append(_hear(view, int(typical), brief=True))
    return html.Details([html.Summary(head), html.Ul(lines)], className="cluster-members")


def _agreement(summary: ClusterSummary) -> html.Table:
    def number(value: float | None) -> str:
        return "–" if value is None else real_minus(f"{value:.3f}")

    silhouette = number(summary.silhouette)
    if summary.silhouette_sample:
        silhouette = _(
            "{silhouette} (on {count:,} drawn, seed {seed})",
            silhouette=silhouette,
            count=summary.silhouette_sample,
            seed=SILHOUETTE_SEED,
        )
    rows = (
        (_("performer"), summary.ari_performer, summary.nmi_performer),
        (_("instrument"), summary.ari_instrument, summary.nmi_instrument),
        (_("title"), summary.ari_title, summary.nmi_title),
    )
    return html.Table(
        [
            html.Tr([html.Th(""), html.Th("ARI"), html.Th("NMI")]),
            *(
                html.Tr([html.Th(name), html.Td(number(ari)), html.Td(number(nmi))])
                for name, ari, nmi in rows
            ),
            html.Tr([html.Th(_("silhouette")), html.Td(silhouette, colSpan=2)]),
        ],
        title=_("1 is perfect agreement; ARI is 0 for chance"),
    )


def _count(number: int) -> str:
    return ngettext("1 segment", "{count:,} segments", number)
