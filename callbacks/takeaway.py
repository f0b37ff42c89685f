"""Files and texts of the selection, to be taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, html, no_update
from dash.dcc.express import send_bytes, send_string
from flask import Flask, Response, abort, send_file

from analysis.stretches import runs
from callbacks import views
from callbacks.media import media_path
from callbacks.services import Recipe, Services
from errors import UserError
from figures.style import clock
from layout.ids import Id, Store

NAME = "musiclatentvis-selection"


def register(app: Dash, services: Services) -> None:
    """Wire the menu."""

    @app.callback(
        Output(Id.TAKE_AWAY_FILE, "data"),
        Output(Id.TAKE_AWAY_TEXT, "value"),
        Output(Id.TAKE_AWAY_SAYS, "children"),
        Input(Store.TAKE_AWAY, "data"),
        State(Store.SELECTION, "data"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def take(
        asked: Mapping[str, Any] | None, recipe: Recipe, clustering: Recipe | None
    ) -> tuple[Any, Any, Any]:
        if not asked:
            return no_update, no_update, no_update
        try:
            return compute_take_away(services, asked, recipe, clustering)
        except UserError as problem:
            return no_update, "", html.Span(str(problem), className="problem")


def register_downloads(server: Flask, services: Services) -> None:
    """The route of sound files: they are too large for an answer of a callback."""

    @server.get("/take-away/<name>")
    def sound(name: str) -> Response:
        path = services.take_away.sound_file(name)
        if path is None:
            abort(404)
        return send_file(path, as_attachment=True, download_name=f"{NAME}.flac")


def compute_take_away(
    services: Services, asked: Mapping[str, Any], recipe: Recipe, clustering: Recipe | None
) -> tuple[Any, str, Any]:
    """A file to download, a text to copy, and what the menu says.

    Raises
    ------
    UserError
        If nothing is selected, or it cannot be made.
    """
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        raise UserError(views.NOTHING_SELECTED)
    what, count = asked["what"], f"{len(view.rows):,} segments"
    if what == "python":
        return no_update, python_lines(services.take_away.folder, view), "Copy into a notebook:"
    if what == "playlist":
        text = playlist(view, str(asked["origin"]))
        return send_string(text, f"{NAME}.m3u8"), "", f"A playlist of {count}."
    if what == "sound":
        name = services.take_away.sound(view.table, view.rows)
        link = html.A(
            f"Save the sound of {count}", href=f"/take-away/{name}", download=f"{NAME}.flac"
        )
        return no_update, "", link
    clusters = None
    if clustering is not None:
        clusters = np.maximum(views.labels_of(services, view.table, clustering)[view.rows], -1)
    content = services.take_away.segments(view.table, view.rows, f".{what}", clusters)
    return send_bytes(content, f"{NAME}.{what}"), "", f"{count} as a table."


def playlist(view: views.Selected, origin: str) -> str:
    """An extended M3U of the selected stretches, in the table's order.

    Parameters
    ----------
    view : Selected
    origin : str
        The server as the browser knows it, such as ``http://lab:8050``.
    """
    recordings = {recording.id: recording for recording in view.table.recordings}
    lines = ["#EXTM3U"]
    for number, start_s, end_s in runs(view.table, view.rows):
        recording = recordings[number]
        name = f"{recording.title} – {recording.performer}, {clock(start_s)}–{clock(end_s)}"
        lines += [
            f"#EXTINF:{end_s - start_s:.0f},{name}",
            f"#EXTVLCOPT:start-time={start_s:g}",
            f"#EXTVLCOPT:stop-time={end_s:g}",
            f"{origin}{media_path(number)}/audio#t={start_s:g},{end_s:g}",
        ]
    return "\n".join(lines) + "\n"


def python_lines(folder: str, view: views.Selected) -> str:
    """Lines that load the same selection in a notebook on this machine."""
    recipe = json.dumps(view.recipe, ensure_ascii=False)
    return (
        "import json\n"
        "from analysis.selection import evaluate\n"
        "from data.library import Library\n"
        "from data.maps import segment_table\n"
        "\n"
        f"library = Library.open({folder!r})\n"
        f"table = segment_table(library, {view.table.map_id!r})\n"
        f"recipe = json.loads({recipe!r})\n"
        "rows = evaluate(recipe, table, tables=lambda map_id: segment_table(library, map_id))\n"
        "latents = table.latents[rows]  # one row for ten seconds, 16 numbers\n"
        "where = [(table.recordings[table.recording_index[row]].path, table.start_s[row])"
        " for row in rows]\n"
    )
