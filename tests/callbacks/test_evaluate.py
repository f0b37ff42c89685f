"""The Evaluate page: what the button starts, what the tables say, one recording's structure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from dash import no_update

from analysis.report import EvaluationState, tables
from callbacks.evaluate import (
    OUTDATED,
    compute_report,
    compute_status,
    compute_structure,
    table_panel,
)
from callbacks.services import Services
from layout.evaluate import HINT
from tests.callbacks.test_compute import made_services
from tests.evaluations import made_figures
from tests.tables import made_table


class MadeEvaluation:
    """A state that tests set."""

    def __init__(self, state: EvaluationState) -> None:
        self.now = state

    def start(self) -> None:
        self.now = EvaluationState("", None, True, "Decoding", 0.25)

    def state(self) -> EvaluationState:
        return self.now


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(made_table())
    with app.app_context():
        yield replace(made, evaluation=MadeEvaluation(EvaluationState("", None)))


def as_json(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def test_while_it_runs_the_button_rests_and_the_page_asks_again(services: Services) -> None:
    services.evaluation.start()
    words, disabled, idle, token = compute_status(services, "")
    assert "Decoding …" in as_json(words)
    assert (disabled, idle, token) == (True, False, no_update)


def test_when_it_is_done_the_page_rests_and_shows_the_new_figures(services: Services) -> None:
    figures = made_figures() | {"labels": made_table().key}
    services = replace(services, evaluation=MadeEvaluation(EvaluationState("new", figures)))
    assert compute_status(services, "old") == ("", False, True, "new")
    assert compute_status(services, "new")[3] is no_update


def test_problems_and_changed_labels_are_said(services: Services) -> None:
    failed = EvaluationState("", None, False, "Import recordings first.")
    services = replace(services, evaluation=MadeEvaluation(failed))
    assert "Import recordings first." in as_json(compute_status(services, "")[0])
    services = replace(services, evaluation=MadeEvaluation(EvaluationState("t", made_figures())))
    assert OUTDATED in as_json(compute_status(services, "")[0])


def test_before_the_first_one_the_page_says_what_it_would_do() -> None:
    assert compute_report(EvaluationState("", None)) == (HINT, [], [], None, True)


@pytest.mark.parametrize("allowed", [True, False])
def test_the_page_has_every_table_of_the_report(allowed: bool) -> None:
    figures = made_figures(allowed)
    words, panels, options, chosen, hidden = compute_report(EvaluationState("t", figures))
    text = as_json(panels)
    assert "40 segments of 4 recordings" in words
    assert all(table.title in text for table in tables(figures))
    assert len(panels) == 8
    assert [option["value"] for option in options] == [1, 2]
    assert (chosen, hidden) == (1, False)


def test_the_best_of_a_column_is_set_in_bold_and_scores_have_bars() -> None:
    figures = made_figures()
    figures["spaces"][6]["instrument by recording"]["value"] = 0.75
    text = as_json(table_panel(tables(figures)[0]))
    assert text.count(" best") > 1
    assert '"className": "score amount starts best", "style": {"--share": "0.750"}' in text


def test_the_structure_of_a_recording_is_a_figure() -> None:
    figure = compute_structure(made_figures(), 1)
    go.Figure(figure)
    assert len(figure["data"]) == 2
    assert figure["data"][1]["hovertemplate"].startswith("0:00–0:14 returns at 0:30–0:44")
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["A", "A soft"]
    go.Figure(compute_structure(made_figures(), 2))
    assert compute_structure(None, 1)["data"] == []
    assert compute_structure(made_figures(), 99)["data"] == []
