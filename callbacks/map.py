"""The map, its summary line and its legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from dash import Dash, Input, Output, Patch, State, ctx, html

from analysis.segments import LAYER_PREFIX, SegmentTable
from callbacks import views
from callbacks.encoders import sketched
from callbacks.recipe_words import NOT_ANNOTATED
from callbacks.services import Recipe, Services
from figures.map import map_figure, map_places, map_ranges, marker_colours, named_groups
from figures.palette import SYMBOL_TEXTS, Colouring
from figures.style import message_figure
from language import _, ngettext
from language.instruments import instrument_details, instrument_label
from layout.ids import Id, Store
from layout.parts import attributes, items, plain

#: Share of a sketch's height above its points, where the page says how far it is.
ROOM_FOR_NOTE = 0.1


def register(app: Dash, services: Services) -> None:
    """Wire the map."""

    @app.callback(
        Output(Id.MAP_GRAPH, "figure"),
        Input(Store.MAP, "data"),
        Input(Id.COLOR_BY, "value"),
        Input(Store.CLUSTERING, "data"),
        Input(Store.MAP_SKETCH, "data"),
        State(Store.SELECTION, "data"),
        prevent_initial_call=True,  # callbacks.opening
    )
    def update_map(
        shown: dict[str, Any],
        color_by: str,
        clustering: Recipe | None,
        sketch: dict[str, Any] | None,
        recipe: Recipe,
    ) -> Any:
        changed = set(ctx.triggered_prop_ids.values())
        if Store.MAP in changed:
            return compute_map(services, shown.get("map"), recipe, color_by, clustering)
        if changed == {Store.MAP_SKETCH}:
            return patch_places(services, services.collection.table(shown.get("map")), sketch)
        return patch_map(services, recipe, color_by, clustering)

    app.clientside_callback(
        "window.dash_clientside.map.tool",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.MAP_BOX, "n_clicks"),
        Input(Id.MAP_LASSO, "n_clicks"),
        Input(Id.MAP_PAN, "n_clicks"),
        Input(Id.MAP_LINE, "n_clicks"),
        State(Store.PAGE, "data"),
        prevent_initial_call="initial_duplicate",
    )
    app.clientside_callback(
        "window.dash_clientside.map.zoom",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.MAP_ZOOM, "n_clicks"),
        Input(Id.MAP_HOME, "n_clicks"),
        prevent_initial_call=True,
    )


def compute_map(
    services: Services, map_id: str | None, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> dict[str, Any]:
    """The whole figure, for a map that was not on show before."""
    table = services.collection.table(map_id)
    if table is None:
        return message_figure("")
    colours = views.colouring(services, table, color_by, clustering)
    # A selection made on the map before is on its way to this one (assets/js/selection.js).
    here = recipe.get("all_of") and recipe.get("map") == table.map_id
    rows = views.rows_of(services, table, recipe) if here else None
    return map_figure(table, colours, rows)


def patch_map(
    services: Services,
    recipe: Recipe,
    color_by: str,
    clustering: Recipe | None,
    table: SegmentTable | None = None,
) -> Patch:
    """Only the colours and names, and what is highlighted in them; the view stays where it is.

    Parameters
    ----------
    services : Services
    recipe : dict
    color_by : str
    clustering : dict or None
    table : SegmentTable, optional
        Whose colours, where it is not the recipe's map that is drawn.
    """
    patch = Patch()
    view = views.selected(services, recipe)
    if view is None:
        return patch
    colours = views.colouring(services, table or view.table, color_by, clustering)
    for name, value in marker_colours(colours).items():
        patch["data"][0]["marker"][name] = value
    patch["layout"]["meta"]["groups"] = named_groups(colours)
    # The browser highlights on its own, so the figure that Dash keeps may be behind.
    patch["data"][0]["selectedpoints"] = _highlighted(view)
    return patch


def patch_places(
    services: Services, table: SegmentTable | None, sketch: Mapping[str, Any] | None
) -> Patch:
    """Only where the points are: those of a map on its way, or back on the map that is there.

    Parameters
    ----------
    services : Services
    table : SegmentTable or None
        What the points are rows of.
    sketch : mapping or None
        As :attr:`callbacks.encoders.Followed.sketch`.
    """
    patch = Patch()
    if table is None:
        return patch
    seen = sketched(services, sketch)
    if sketch and seen is None:  # finished since: the map itself is next
        return patch
    positions = table.positions if seen is None else table.positions_on(seen)
    if np.isnan(positions).all():
        return patch
    for name, value in map_places(positions).items():
        patch["data"][0][name] = value
    above = 0.0 if seen is None else ROOM_FOR_NOTE
    for name, limits in map_ranges(positions, above).items():
        patch["layout"][name]["range"] = limits
    # No shape can be drawn on places that nobody keeps (assets/js/brush.js).
    patch["layout"]["meta"]["sketch"] = seen is not None
    return patch


def compute_selected(
    services: Services, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> tuple[dict[str, Any] | None, str, bool, str]:
    """What to highlight, the summary, whether there is nothing to clear, and the legend."""
    return (
        compute_highlight(services, recipe),
        compute_summary(services, recipe),
        not recipe.get("all_of"),
        items(compute_legend(services, recipe, color_by, clustering)),
    )


def compute_highlight(services: Services, recipe: Recipe) -> dict[str, Any] | None:
    """Rows to highlight, and the map they are of; None while there is no such map.

    The browser applies them to the map it has (``assets/js/map.js``): a figure
    or a patch of one would make it draw before the panels have been drawn.
    """
    view = views.selected(services, recipe)
    if view is None:
        return None
    return {"map": view.table.map_id, "rows": _highlighted(view)}


def _highlighted(view: views.Selected) -> list[int] | None:
    return None if view.is_everything else view.rows.tolist()


def compute_summary(services: Services, recipe: Recipe) -> str:
    """What is selected and how many, in one line."""
    view = views.selected(services, recipe)
    if view is None:
        return ""
    total = len(view.table)
    if view.is_everything:
        count = len(view.table.recordings)
        return _(
            "All {total:,} segments of {recordings}",
            total=total,
            recordings=ngettext("1 recording", "{count:,} recordings", count),
        )
    recordings = np.unique(view.table.recording_index[view.rows])
    chosen = [view.table.recordings[index] for index in recordings]
    performers = {recording.performer for recording in chosen}
    titles = {view.table.piece_titles[recording.title] for recording in chosen}
    parts = [
        _("{count:,} of {total:,} segments", count=len(view.rows), total=total),
        only_name(performers) or ngettext("1 performer", "{count:,} performers", len(performers)),
        only_name(titles) or ngettext("1 title", "{count:,} titles", len(titles)),
    ]
    return " · ".join(parts)


def compute_legend(
    services: Services, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> list[Any]:
    """Groups with their colour and how many selected segments each has; symbols below."""
    view = views.selected(services, recipe)
    if view is None:
        return []
    colours = views.colouring(services, view.table, color_by, clustering)
    if color_by == "cluster" and clustering is None:
        return [
            html.P(_("Press Run under Clustering to colour by cluster."), className="legend-hint")
        ]
    counts = np.bincount(colours.codes[view.rows] + 1, minlength=len(colours.labels) + 1)
    shown = set(np.unique(colours.codes).tolist())
    entries: list[Any] = [html.P(colours.about, className="legend-hint")] if colours.about else []
    entries += [
        _entry(colours, code, int(counts[code + 1]))
        for code in [*range(len(colours.labels)), -1]
        if code in shown or code >= 0
    ]
    return entries + _symbols(view)


def _entry(colours: Colouring, code: int, count: int) -> dict[str, Any]:
    """A group: what assets/js/legend.js selects when it is clicked."""
    bands = colours.name == "kept"  # there is no way to select by them
    without = _("Not on this map") if bands else _("In no cluster")
    if colours.name.startswith(LAYER_PREFIX):
        without = _(NOT_ANNOTATED)
    label = colours.labels[code] if code >= 0 else without
    group = str(code) if colours.name == "cluster" else colours.value_of(code) if code >= 0 else ""
    selects = {
        "title": _(
            "{name}: click for only this group, Shift-click for with or without it", name=label
        ),
        **attributes(data_group_by=colours.name, data_group=group),
    }
    return plain(
        "Div",
        plain(
            "Button",
            [
                plain("Span", "●", className="swatch", style={"color": colours.colour_of(code)}),
                plain("Span", label, className="legend-label"),
                plain("Span", f"{count:,}", className="legend-count"),
            ],
            type="button",
            **({"disabled": True} if bands else selects),
        ),
        className="legend-entry" if count else "legend-entry absent",
        role="listitem",
    )


def _symbols(view: views.Selected) -> list[Any]:
    """Which symbol stands for which instrument; they select as the groups do."""
    instruments = view.table.labels("instrument")[1]
    if len(instruments) < 2:
        return []
    marks = [
        html.Button(
            [
                html.Span(SYMBOL_TEXTS[code % len(SYMBOL_TEXTS)], className="symbol"),
                instrument_label(instrument),
            ],
            type="button",
            title=_(
                "{name}: click for only this group, Shift-click for with or without it",
                name=instrument_details(instrument),
            ),
            className="symbol-entry",
            **attributes(data_group_by="instrument", data_group=instrument),
        )
        for code, instrument in enumerate(instruments)
    ]
    return [html.Div(marks, className="legend-symbols")]


def only_name(names: set[str]) -> str:
    """The only name there is; nothing where there are several."""
    return next(iter(names)) if len(names) == 1 else ""
