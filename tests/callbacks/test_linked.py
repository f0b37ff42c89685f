"""The linked panels come in one answer, and fail alone."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from dash import Dash, html, no_update

from callbacks import linked
from callbacks.linked import PANELS, Panel
from errors import UserError
from layout.ids import Id, Store
from tests.callbacks.test_compute import EVERYTHING, made_services
from tests.tables import made_table


def _raises(problem: Exception) -> Any:
    def compute(*_of: Any) -> Any:
        raise problem

    return compute


def test_a_panel_that_fails_says_so_in_its_place(caplog: pytest.LogCaptureFixture) -> None:
    outputs = ((Id.HEATMAP_GRAPH, "figure"), (Id.HEATMAP_CAPTION, "children"))
    _app, services = made_services(made_table())
    with caplog.at_level(logging.ERROR):
        broken = Panel(outputs, _raises(ValueError("odd"))).answer(services, EVERYTHING, "", None)
    said = broken[0]["layout"]["annotations"][0]["text"]
    assert said == "This panel cannot be shown; the log says why." and broken[1] is no_update
    assert "heatmap-graph could not be computed" in caplog.text and "odd" in caplog.text
    told = Panel(outputs, _raises(UserError("A recipe needs a map."))).answer(
        services, EVERYTHING, "", None
    )
    assert told[0]["layout"]["annotations"][0]["text"] == "A recipe needs a map."


def _ask(changed: str, color_by: str) -> dict[str, dict[str, Any]]:
    app, services = made_services(made_table())
    page = Dash(__name__, server=app)
    page.layout = html.Div()
    linked.register(page, services)
    client = app.test_client()
    asked = next(
        d for d in client.get("/_dash-dependencies").json if Store.HIGHLIGHT in d["output"]
    )
    outputs = [part.rsplit(".", 1) for part in asked["output"].strip(".").split("...")]
    values = {Store.SELECTION: EVERYTHING, Id.COLOR_BY: color_by, Store.CLUSTERING: None}
    body = {
        "output": asked["output"],
        "outputs": [{"id": name, "property": prop} for name, prop in outputs],
        "inputs": [part | {"value": values[part["id"]]} for part in asked["inputs"]],
        "changedPropIds": [changed],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    found: dict[str, dict[str, Any]] = json.loads(answer.data)["response"]
    return found


def test_one_answer_fills_every_panel_and_colours_leave_the_similarity() -> None:
    everything = {str(name) for panel in PANELS for name, _property in panel.outputs}
    assert set(_ask("selection-store.data", "performer")) == everything
    coloured = set(_ask("color-by.value", "instrument"))
    assert coloured == everything - {Id.SIMILARITY_GRAPH, Id.SIMILARITY_CAPTION}
