"""From a click on a panel to the sound of what was clicked.

Clicks on a map, whose points are rows, are heard without asking (``assets/js/listening.js``).
"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from analysis.segments import SegmentTable
from callbacks import views
from callbacks.media import media_path
from callbacks.panels import similarity_of
from callbacks.services import Recipe, Services
from figures.heatmap import row_names
from language.instruments import instrument_label
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire the player."""

    @app.callback(
        Output(Store.PLAYER, "data"),
        Input(Id.HEATMAP_GRAPH, "clickData"),
        Input(Id.SIMILARITY_GRAPH, "clickData"),
        Input(Store.DIMENSION_END, "data"),
        State(Store.SELECTION, "data"),
        State(Id.COLOR_BY, "value"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def play_what_was_clicked(
        on_heatmap: Any,
        on_similarity: Any,
        on_end: Any,
        recipe: Recipe,
        color_by: str,
        clustering: Recipe | None,
    ) -> Any:
        view = views.selected(services, recipe)
        if view is None:
            return no_update
        if ctx.triggered_id == Id.HEATMAP_GRAPH:
            colours = views.colouring(services, view.table, color_by, clustering)
            rows = rows_on_heatmap(on_heatmap, view.table, views.heatmap_rows(view, colours))
        elif ctx.triggered_id == Store.DIMENSION_END:
            rows = row_at_end(on_end, view.table)
        else:
            rows = rows_on_similarity(on_similarity, view)
        return queue(view.table, rows) if rows else no_update

    for name, button in (
        ("toggle", Id.PLAYER_PLAY),
        ("previous", Id.PLAYER_PREVIOUS),
        ("next", Id.PLAYER_NEXT),
    ):
        app.clientside_callback(
            f"window.dash_clientside.player.{name}",
            Output(Store.PAGE, "data", allow_duplicate=True),
            Input(button, "n_clicks"),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        "window.dash_clientside.player.volume",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.PLAYER_VOLUME, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "window.dash_clientside.player.play",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Store.PLAYER, "data"),
        prevent_initial_call=True,
    )


def rows_on_heatmap(click: Any, table: SegmentTable, rows: views.Rows) -> list[int]:
    """Row of the clicked line of the heatmap, whose axis names lines or numbers them."""
    line = _point(click).get("y")
    if isinstance(line, str):
        names = row_names(table, rows)
        line = names.index(line) if line in names else None
    return [int(rows[int(line)])] if line is not None and 0 <= line < len(rows) else []


def rows_on_similarity(click: Any, view: views.Selected) -> list[int]:
    """Segment i, then segment j, of the clicked cell; a block's first where cells are blocks."""
    point = _point(click)
    edges = similarity_of(view).edges[:-1]
    cell = [int(point[axis]) for axis in ("y", "x") if axis in point]
    if len(cell) < 2 or not all(0 <= at < len(edges) for at in cell):
        return []
    return [int(view.rows[edges[at]]) for at in cell]


def row_at_end(click: Any, table: SegmentTable) -> list[int]:
    """Row of the clicked end of a dimension."""
    row = (click or {}).get("row")
    return [row] if isinstance(row, int) and 0 <= row < len(table) else []


def queue(table: SegmentTable, rows: list[int]) -> dict[str, Any]:
    """What the browser plays, one segment after the other."""
    return {"queue": [segment(table, row) for row in rows]}


def segment(table: SegmentTable, row: int) -> dict[str, Any]:
    """All that the player shows and needs of one segment."""
    index = int(table.recording_index[row])
    return {"row": row, "start_s": float(table.start_s[row]), **heard(table, index)}


def heard(table: SegmentTable, index: int) -> dict[str, Any]:
    """All that the player shows and needs of one recording, by its index in the table."""
    recording = table.recordings[index]
    path = media_path(recording.id)
    return {
        "recording": recording.id,
        "title": recording.title,
        "performer": recording.performer,
        "instrument": recording.instrument,
        "instrument_label": instrument_label(recording.instrument),
        "duration_s": recording.duration_s,
        "segments": int((table.recording_index == index).sum()),
        "media": path,
        "audio": f"{path}/audio",
    }


def _point(click: Any) -> dict[str, Any]:
    """The clicked point as Dash passes it on: without the arrays that Plotly's has."""
    points = (click or {}).get("points") or [{}]
    return dict(points[0])
