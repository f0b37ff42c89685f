"""Small pieces that several panels are made of."""

from __future__ import annotations

import json
from string import Formatter
from typing import Any

from dash import dcc, html

from figures.style import base_layout
from language import _


def attributes(**values: str) -> dict[str, Any]:
    """HTML attributes whose names have hyphens: ``aria_label`` becomes ``aria-label``."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def icon(name: str) -> html.Span:
    """An icon from ``assets/icons``, in the colour of the text around it."""
    return html.Span(className=f"icon icon-{name}", **attributes(aria_hidden="true"))


def icon_button(id: str, name: str, title: str) -> html.Button:
    """A button with an icon and the words a screen reader says for it.

    The icon is drawn by the button itself: every component that Dash knows is asked at each
    change of the page whether it is concerned.
    """
    return html.Button(
        id=id,
        title=title,
        className=f"icon-button drawn icon-{name}",
        n_clicks=0,
        **attributes(aria_label=title, type="button"),
    )


def filled(sentence: str, **parts: Any) -> list[Any]:
    """A translated sentence whose named fields are components.

    Parameters
    ----------
    sentence : str
        ``"Blank below {threshold}"``, for example.
    parts : component
        What stands at each field.
    """
    return [
        part
        for text, name, _, _ in Formatter().parse(sentence)
        for part in (text, parts[name] if name else None)
        if part
    ]


def panel(title: str, body: Any, *, caption: Any = None, name: str) -> html.Section:
    """A titled box; `name` is its CSS class and place on the page's grid.

    `caption` is what stands beside the title, one component or a list of them.
    """
    more = caption if isinstance(caption, list) else [caption]
    head = [html.H2(title), *(part for part in more if part is not None)]
    return html.Section(
        [html.Header(head, className="panel-head"), html.Div(body, className="panel-body")],
        className=f"panel panel-{name}",
        **attributes(aria_label=title),
    )


def dropdown(**props: Any) -> dcc.Dropdown:
    """A drop-down whose own words are in the language of the page."""
    labels: Any = {
        "select_all": _("Select all"),
        "deselect_all": _("Deselect all"),
        "selected_count": _("{num_selected} selected"),
        "search": _("Search"),
        "clear_search": _("Clear search"),
        "clear_selection": _("Clear selection"),
        "no_options_found": _("No options found"),
    }
    return dcc.Dropdown(labels=labels, **props)


def graph(id: str, *, scroll_zoom: bool = False, forgets: bool = False) -> dcc.Graph:
    """A graph that fills its panel and has no buttons of its own.

    Where it `forgets`, its ``hoverData`` ends when the mouse leaves.
    """
    return dcc.Graph(
        id=id,
        className="graph",
        responsive=True,
        clear_on_unhover=forgets,
        config={"displayModeBar": False, "scrollZoom": scroll_zoom, "doubleClick": False},
        figure={
            "data": [],
            "layout": base_layout(xaxis={"visible": False}, yaxis={"visible": False}),
        },
    )


def items(components: list[Any]) -> str:
    """Components for the ``data-items`` of a list that ``assets/js/lists.js`` writes.

    Plain HTML only: nothing in them can have an id or take part in a callback. What never
    changes stands in such a list too, so that Dash has fewer components to go through.
    """
    return json.dumps(components, default=lambda component: component.to_plotly_json())


def plain(kind: str, children: Any = None, **props: Any) -> dict[str, Any]:
    """An element for :func:`items` as a component would say it, in a tenth of the time.

    Also what Dash's own components cannot hold, such as an ``Input`` with a list of its own.
    """
    return {"type": kind, "props": {"children": children, **props}}


def field(label: str, control: Any, **more: Any) -> html.Div:
    """A control under its label, by which screen readers call it too."""
    if isinstance(control, dcc.Input):
        named_by = html.Label(label, htmlFor=control.to_plotly_json()["props"]["id"])
        return html.Div([named_by, control], className="field", **more)
    # The button of a list names itself by what is chosen.
    named = {"role": "group", **attributes(aria_label=label)}
    return html.Div([html.Label(label), control], className="field", **named, **more)
