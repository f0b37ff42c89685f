"""Annotations on the page: ways to colour by them, and what the player shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output
from flask import Flask, Response, abort, jsonify

from analysis.segments import LAYER_PREFIX, SegmentTable
from callbacks.services import Services
from figures.palette import categorical
from layout.colours import colour_options
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire the choice of colours."""

    @app.callback(
        Output(Id.COLOR_BY, "options"),
        Input(Store.MAP, "data"),
        prevent_initial_call=True,  # the page opens with them
    )
    def update_colours(shown: Mapping[str, Any]) -> list[dict[str, str]]:
        return colour_options(compute_layers(services, shown.get("map")))

    app.clientside_callback(
        "window.dash_clientside.annotations.layer",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.COLOR_BY, "value"),
        prevent_initial_call=True,
    )


def register_routes(server: Flask, services: Services) -> None:
    """Add the player's route."""

    @server.get("/listen/<map_id>/annotations/<int:recording>")
    def annotations(map_id: str, recording: int) -> Response:
        table = services.collection.table(map_id)
        if table is None:
            abort(404)
        response = jsonify(compute_annotations(services, table, recording))
        response.cache_control.private = True
        response.cache_control.max_age = 60
        return response


def compute_layers(services: Services, map_id: str | None) -> list[str]:
    """Names of the layers that a map's segments have."""
    table = services.collection.table(map_id) if map_id else None
    return list(table.layers) if table else []


def compute_annotations(
    services: Services, table: SegmentTable, recording: int
) -> dict[str, list[dict[str, Any]]]:
    """What is annotated in a recording, by the way to colour: times, label and the map's colour.

    Returns
    -------
    dict
        ``"layer:technique"`` -> ``{"start_s", "end_s", "label", "colour"}`` in order of time.
    """
    colours = {
        name: dict(zip(layer.vocabulary, categorical(len(layer.vocabulary)), strict=True))
        for name, layer in table.layers.items()
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for one in services.collection.annotations(recording):
        if one.label in colours.get(one.layer, {}):
            found.setdefault(f"{LAYER_PREFIX}{one.layer}", []).append(
                {
                    "start_s": one.start_s,
                    "end_s": one.end_s,
                    "label": one.label,
                    "colour": colours[one.layer][one.label],
                }
            )
    return found
