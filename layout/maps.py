"""The map panel: tools, one map, and another one beside it when asked."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from analysis.density import REGION_SHARE
from analysis.projection import Projection
from language import _
from layout.ids import Id
from layout.opening import IDLE_MS, Opening
from layout.parts import attributes, dropdown, graph, icon, icon_button
from layout.projection import FIRST, KEPT, SECOND, Controls, projection_controls
from layout.workspace import open_workspace

#: What can lie over and under the points.
CONTOURS, NAMES = "contours", "names"

#: Value of a drop-down that follows the library's own encoder, whichever that is.
OWN = "own"
#: How long a segment of a line can be heard, seconds, and how long it is at first.
LINE_CHOICES_S = (2, 3, 5, 10)
LINE_S = 3


def map_panel(opening: Opening) -> html.Section:
    """One map, or two beside each other, under one toolbar and above one summary."""
    return html.Section(
        [
            html.Header(
                [
                    _toolbar(),
                    html.Span(
                        _("Drag to select · wheel zooms · click to hear"),
                        className="caption map-hint only-wide only-alone",
                    ),
                    html.Span(
                        _("The left map is that of all panels"),
                        className="caption map-hint only-wide only-beside",
                        title=_("Every other panel, clustering too, shows the left map’s latents"),
                    ),
                    dcc.Link(
                        _("Figures of both"),
                        href="/evaluate",
                        className="caption only-beside",
                        title=_("Evaluate measures every encoder that has encoded this library"),
                    ),
                    _line_options(),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    _side(
                        _("Encoder of the map and of all panels"),
                        Id.MAP_ENCODER,
                        (FIRST, opening.projection),
                        (Id.MAP_ENCODER_WORK, Id.MAP_ENCODER_PROBLEM),
                        graph(Id.MAP_GRAPH, scroll_zoom=True),
                        # Says how much was placed on the map since it was computed, if anything.
                        html.Button(id=Id.MAP_AGAIN, className="map-again", n_clicks=0),
                        options=opening.encoders,
                        value=OWN,
                        **KEPT,
                    ),
                    _side(
                        _("Encoder of the second map"),
                        Id.SECOND_ENCODER,
                        (SECOND, opening.projection),
                        (Id.SECOND_WORK, Id.SECOND_PROBLEM),
                        graph(Id.SECOND_GRAPH, scroll_zoom=True),
                        options=opening.encoders,
                    ),
                    html.Div(
                        [
                            _("This browser draws without WebGL: the page works, more slowly."),
                            " ",
                            html.Span(
                                _("A map of so many points takes seconds to draw."),
                                className="slow",
                                hidden=True,
                            ),
                        ],
                        id=Id.MAP_WEBGL,
                        className="map-webgl",
                        hidden=True,
                    ),
                    html.Div(opening.waiting, id=Id.MAP_EMPTY, className="map-empty"),
                    dcc.Interval(id=Id.SECOND_INTERVAL, interval=IDLE_MS, disabled=True),
                ],
                className="panel-body map-sides",
            ),
            html.Footer(
                [
                    html.Span(
                        id=Id.SELECTION_SUMMARY,
                        className="selection-summary",
                        **attributes(aria_live="polite"),
                    ),
                    open_workspace(
                        Id.SELECTIONS_WORKSPACE,
                        _("Keep, compare"),
                        _("Keep the selection under a name; compare two selections"),
                    ),
                    dbc.Button(
                        _("Clear"),
                        id=Id.SELECTION_CLEAR,
                        className="quiet",
                        title=_("Select everything again (Esc)"),
                    ),
                ],
                className="panel-foot",
            ),
        ],
        className="panel panel-map",
        **attributes(aria_label=_("Map of the segments")),
    )


def work_note(sentence: str, share: float | None) -> list[Any]:
    """What is being done for a map that is not there yet, with a thin bar."""
    return [html.Span(sentence), dbc.Progress(value=100 * (share or 0.0))]


def _toolbar() -> html.Div:
    return html.Div(
        [
            icon_button(Id.MAP_BOX, "box", _("Select with a box")),
            icon_button(Id.MAP_LASSO, "lasso", _("Select with a lasso")),
            icon_button(Id.MAP_PAN, "pan", _("Move the map by dragging")),
            icon_button(Id.MAP_LINE, "line", _("Listen along a line")),
            html.Span(className="separator"),
            icon_button(Id.SELECT_REPLACE, "replace", _("A drag selects anew")),
            icon_button(Id.SELECT_ADD, "add", _("A drag adds to the selection (Shift)")),
            icon_button(Id.SELECT_SUBTRACT, "subtract", _("A drag takes away from it (Alt)")),
            icon_button(
                Id.SELECT_INTERSECT, "intersect", _("A drag keeps what both have (Shift+Alt)")
            ),
            icon_button(Id.SELECT_INVERT, "invert", _("Select what is not selected (I)")),
            html.Span(className="separator"),
            icon_button(Id.MAP_ZOOM, "zoom", _("Zoom into the selection")),
            icon_button(Id.MAP_HOME, "home", _("Show the whole map")),
            html.Span(className="separator"),
            _layers(),
            icon_button(Id.MAP_COMPARE, "compare", _("Compare two maps")),
        ],
        className="toolbar",
        role="toolbar",
        **attributes(aria_label=_("Map tools")),
    )


def _line_options() -> html.Label:
    """How long each segment of a line is heard; stands there while the line is the tool."""
    choices = [
        html.Option(
            _("{seconds} s each", seconds=seconds), value=str(seconds), selected=seconds == LINE_S
        )
        for seconds in LINE_CHOICES_S
    ]
    return html.Label(
        [
            html.Span(_("Draw a line ·"), className="caption"),
            html.Select(choices, id=Id.LINE_SECONDS, title=_("How long each segment is heard")),
        ],
        className="line-options",
    )


def _layers() -> html.Details:
    """What can be drawn beside the points."""
    options = [
        {"label": _("Density contours"), "value": CONTOURS},
        {"label": _("Names of regions"), "value": NAMES},
    ]
    return html.Details(
        [
            html.Summary(
                icon("layers"),
                className="icon-button",
                title=_("Layers: density and names"),
                **attributes(aria_label=_("Layers: density and names")),
            ),
            html.Div(
                [
                    dcc.Checklist(id=Id.MAP_LAYERS, options=options, value=[], **KEPT),
                    html.P(
                        _(
                            "Lines enclose the densest 10, 30, 50, 70 and 90 % of the segments. "
                            "A region has a name where at least {share:.0f} % of its segments "
                            "share what the colours stand for.",
                            share=100 * REGION_SHARE,
                        ),
                        className="about",
                    ),
                ],
                className="popover-card",
            ),
        ],
        className="popover-details map-layers-menu",
    )


def _side(
    label: str,
    encoder: Id,
    projection: tuple[Controls, Projection | None],
    notes: tuple[Id, Id],
    body: dcc.Graph,
    *further: Any,
    **options: Any,
) -> html.Div:
    """A map under the drop-downs that choose it, with room for what keeps it waiting.

    What else stands beside the drop-downs is `further`.
    """
    chooser = dropdown(id=encoder, clearable=False, searchable=False, **options)
    head = [
        html.Label(_("Encoder")),
        html.Div(chooser, title=label),
        html.Label(_("Map")),
        *projection_controls(projection[0], _("How the map is computed"), projection[1]),
        *further,
    ]
    work, problem = (
        html.Div(id=note, className=f"map-note {kind}", **attributes(aria_live="polite"))
        for note, kind in zip(notes, ("work", "problem"), strict=True)
    )
    return html.Div(
        [
            html.Div(head, className="map-side-head"),
            html.Div([body, work, problem], className="map-side-body"),
        ],
        className="map-side",
        role="group",
        **attributes(aria_label=label),
    )
