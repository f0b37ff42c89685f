"""The score of a form: every cell at its time, sections and novelty on the same axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.form import Form, form_of
from figures.form import COLOURS, UNIT, form_caption, form_figure
from tests.figures.test_figures import decoded


def sound(duration_s: float) -> dict[str, Any]:
    return {"title": "良宵", "performer": "Style A", "duration_s": duration_s, "recording": 3}


def made_form(hop_s: int, count: int, **more: Any) -> Form:
    rng = np.random.default_rng(3)
    latents = rng.normal(size=(count, 16)) + 3 * np.eye(16)[np.arange(count) * 3 // count]
    return form_of(latents, None, hop_s, **more)


@pytest.mark.parametrize(("hop_s", "count"), [(10, 32), (5, 63), (1, 311)])
def test_a_cell_lies_about_the_middle_of_its_window(hop_s: int, count: int) -> None:
    figure = form_figure(made_form(hop_s, count), sound(320))
    cells = figure["data"][0]
    assert decoded(cells["z"]).shape == (count, count)
    assert cells["x0"] == cells["y0"] == 5
    assert cells["dx"] == cells["dy"] == hop_s
    assert cells["x0"] + (count - 1) * hop_s == 5 + (count - 1) * hop_s <= 320 - 5
    assert figure["layout"]["yaxis"]["range"] == [320, 0]


def test_times_are_minutes_and_seconds() -> None:
    axis = form_figure(made_form(10, 32), sound(328))["layout"]["xaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True))[120] == "2:00"
    assert len(axis["tickvals"]) <= 10


def test_sections_and_novelty_stand_on_the_axis_of_the_matrix() -> None:
    form = made_form(1, 311)
    assert len(form.across.boundaries) >= 2
    figure = form_figure(form, sound(320))
    bars = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert bars[0]["x0"] == 0
    assert [bar["x1"] for bar in bars] == [*form.across.boundaries, 320]
    assert {bar["fillcolor"] for bar in bars} >= {bars[0]["fillcolor"], bars[1]["fillcolor"]}
    assert bars[0]["fillcolor"] != bars[1]["fillcolor"]
    curve = figure["data"][1]
    highest = decoded(curve["x"])[int(decoded(curve["y"]).argmax())]
    # A value of novelty lies where its cell begins: there the boundary is.
    assert np.abs(form.across.boundaries - highest).min() < 0.01


def test_only_two_recordings_have_something_beside_the_matrix() -> None:
    rng = np.random.default_rng(0)
    form = form_of(rng.normal(size=(30, 16)), rng.normal(size=(20, 16)), 1)
    alone = form_figure(made_form(10, 12), sound(125))
    two = form_figure(form, sound(40), sound(30))
    assert len(alone["data"]) == 2
    assert len(two["data"]) == 3
    assert two["layout"]["meta"]["durations"] == (40, 30)
    assert two["layout"]["xaxis"]["title"]["text"] == "良宵 · Style A"
    assert alone["layout"]["xaxis"]["title"]["text"] == ""


def test_the_colours_reach_from_the_least_to_the_most_similar() -> None:
    form = made_form(10, 32)
    figure = form_figure(form, sound(328))
    cells = figure["data"][0]
    assert cells["zmin"] * UNIT == pytest.approx(form.matrix.min(), abs=UNIT)
    assert cells["zmax"] * UNIT == pytest.approx(1, abs=UNIT)
    assert list(figure["layout"]["meta"]["colours"]) == list(COLOURS)


def test_the_caption_says_when_cells_are_means() -> None:
    assert form_caption(made_form(1, 60)) == "60 × 60 windows of ten seconds, one each second"
    said = form_caption(made_form(1, 60, limit=20))
    assert said == "One window each second, as exact means over 20 × 20 blocks of 3"
