"""The linked panels come in one answer, and fail alone."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from dash import Dash, html, no_update
from flask.testing import FlaskClient

from callbacks import linked
from callbacks.linked import PANELS, Panel
from errors import UserError
from layout.ids import Id, Store
from tests.callbacks.test_compute import EVERYTHING, made_services
from tests.figures.test_figures import sentence_in
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
    said = sentence_in(broken[0])
    assert said == "This panel cannot be shown; the log says why." and broken[1] is no_update
    assert "heatmap-graph could not be computed" in caplog.text and "odd" in caplog.text
    told = Panel(outputs, _raises(UserError("A recipe needs a map."))).answer(
        services, EVERYTHING, "", None
    )
    assert sentence_in(told[0]) == "A recipe needs a map."


def _client() -> FlaskClient:
    app, services = made_services(made_table())
    page = Dash(__name__, server=app)
    page.layout = html.Div()
    linked.register(page, services)
    return app.test_client()


def test_one_answer_fills_every_panel_and_colours_leave_the_similarity() -> None:
    client = _client()
    asked = {"selection": EVERYTHING, "color_by": "instrument", "clustering": None}
    whole = client.post("/panels", json=asked).json
    outputs = {(str(name), prop) for panel in PANELS for name, prop in panel.outputs}
    assert {(name, prop) for name, props in whole.items() for prop in props} == outputs
    assert whole[Store.HIGHLIGHT]["data"] == {"map": "made", "rows": None}
    coloured = client.post("/panels", json=asked | {"colours_only": True}).json
    assert set(coloured) == set(whole) - {Id.SIMILARITY_GRAPH, Id.SIMILARITY_CAPTION}
    assert all(coloured[name] == whole[name] for name in coloured)


@pytest.mark.parametrize("asked", [[], {}, {"selection": "all"}])
def test_a_question_without_a_selection_is_refused(asked: Any) -> None:
    assert _client().post("/panels", json=asked).status_code == 400
