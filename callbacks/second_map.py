"""Another map beside the first one: the same segments, elsewhere.

Its point `i` is row `i` of the first map's table, so that colours, highlights and clicks mean
the same on both. While it is closed nothing here answers a brush.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, no_update

from analysis.segments import SegmentTable
from callbacks import views
from callbacks.encoders import NOT_MOVED, follow, projection_asked
from callbacks.map import patch_map, patch_places
from callbacks.services import Recipe, Services
from figures.map import map_figure
from figures.style import message_figure
from language import _
from layout.ids import Id, Store
from layout.maps import OWN
from layout.opening import BUSY_MS, IDLE_MS
from layout.projection import SECOND

#: What chooses the map beside its encoder.
CONTROLS = (SECOND.method, *SECOND.settings.values())


def register(app: Dash, services: Services) -> None:
    """Wire the second map."""
    app.clientside_callback(
        "window.dash_clientside.second.toggle",
        Output(Store.COMPARE, "data"),
        Input(Id.MAP_COMPARE, "n_clicks"),
        State(Store.COMPARE, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Store.SECOND, "data"),
        Output(Store.SECOND_SKETCH, "data"),
        Output(Id.SECOND_ENCODER, "value"),
        *[Output(control, "value") for control in CONTROLS],
        Output(Id.SECOND_WORK, "children"),
        Output(Id.SECOND_PROBLEM, "children"),
        Output(Id.SECOND_INTERVAL, "interval"),
        Output(Id.SECOND_INTERVAL, "disabled"),
        Input(Store.COMPARE, "data"),
        Input(Id.SECOND_ENCODER, "value"),
        *[Input(control, "value") for control in CONTROLS],
        Input(Id.SECOND_INTERVAL, "n_intervals"),
        Input(Store.MAP, "data"),
        State(Store.SECOND, "data"),
        State(Store.SECOND_SKETCH, "data"),
        prevent_initial_call=True,
    )
    def update_second(comparing: bool, asked: str | None, *rest: Any) -> tuple[Any, ...]:
        count = len(CONTROLS)
        values, (_, first, shown, sketch) = rest[:count], rest[count:]
        if not comparing:
            return {} if shown else no_update, None, no_update, *NOT_MOVED, "", "", IDLE_MS, True
        wanted, wrong = projection_asked(values, shown)
        # What the first map has just changed to need not stand beside it too.
        moved = ctx.triggered_id == Store.MAP and shown.get("map") == first.get("map")
        at_first = other_than(services, first.get("encoder")) if moved or not asked else None
        found = follow(services, at_first or asked, wanted, shown)
        value = (at_first or no_update) if found.asked is no_update else found.asked
        interval = BUSY_MS if found.busy else IDLE_MS
        drawn = no_update if found.sketch == sketch else found.sketch
        problem = wrong or found.problem
        return found.shown, drawn, value, *found.controls, found.work, problem, interval, False

    @app.callback(
        Output(Id.SECOND_GRAPH, "figure"),
        Input(Store.SECOND, "data"),
        Input(Store.MAP, "data"),
        Input(Id.COLOR_BY, "value"),
        Input(Store.CLUSTERING, "data"),
        Input(Store.SECOND_SKETCH, "data"),
        State(Store.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def update_second_map(
        second: Mapping[str, Any],
        first: Mapping[str, Any],
        color_by: str,
        clustering: Recipe | None,
        sketch: Mapping[str, Any] | None,
        recipe: Recipe,
    ) -> Any:
        changed = set(ctx.triggered_prop_ids.values())
        if not second:
            return message_figure("") if Store.SECOND in changed else no_update
        maps = (first.get("map"), second["map"])
        if changed & {Store.SECOND, Store.MAP}:
            return compute_second_map(services, maps, recipe, color_by, clustering)
        table = second_table(services, maps)
        if changed == {Store.SECOND_SKETCH}:
            return patch_places(services, table, sketch)
        return patch_map(services, recipe, color_by, clustering, table)


def other_than(services: Services, encoder: str | None) -> str:
    """What stands beside an encoder at first: the library's own, else another that ships."""
    rows = services.collection.encoders()
    row = next((row for row in rows if row.id != encoder), None)
    return OWN if row is None or row.own else row.id


def compute_second_map(
    services: Services,
    maps: tuple[str | None, str],
    recipe: Recipe,
    color_by: str,
    clustering: Recipe | None,
) -> dict[str, Any]:
    """Segments of the first map where the second one has them.

    Parameters
    ----------
    services : Services
    maps : (str, str)
        Ids of the first map and the second.
    recipe : dict
    color_by : str
    clustering : dict or None
    """
    first, table = services.collection.table(maps[0]), second_table(services, maps)
    if first is None or table is None:
        return message_figure("")
    if np.isnan(table.positions).all():
        return message_figure(_("The two maps have no segment in common."))
    colours = views.colouring(services, table, color_by, clustering)
    here = recipe.get("all_of") and recipe.get("map") == first.map_id
    rows = views.rows_of(services, first, recipe) if here else None
    figure = map_figure(table, colours, rows)
    figure["layout"]["uirevision"] = maps[1]
    figure["layout"]["meta"] |= {"map": maps[0], "places": maps[1]}
    return figure


def second_table(services: Services, maps: tuple[str | None, str]) -> SegmentTable | None:
    """Rows and latents of the first map, at the places of the second."""
    first, second = (services.collection.table(map_id) for map_id in maps)
    if first is None or second is None:
        return None
    positions = first.positions_on(second)
    # A table of its own: what was derived from the first one's places is not about these.
    return replace(first, positions=positions, map_id=f"{first.map_id}@{second.map_id}")
