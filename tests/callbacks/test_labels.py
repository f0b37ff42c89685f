"""Instruments, titles and annotations as the page shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import language
from analysis import selection as recipes
from analysis.segments import LayerLabels, SegmentTable
from callbacks import annotation, selection, titles, views
from callbacks import map as map_callbacks
from callbacks.recipe_words import how_made
from callbacks.services import Services
from layout.colours import colour_options
from layout.parts import items
from tests.callbacks.test_compute import EVERYTHING, made_services
from tests.figures.test_figures import decoded
from tests.tables import made_table


def annotated_table() -> SegmentTable:
    """Trills in the first four segments of the first recording, then nothing, then vibrato."""
    table = made_table()
    codes = np.full(len(table), -1, dtype=np.int32)
    codes[:4], codes[10:13] = 0, 1
    infos = [
        replace(one, title="廣陵散" if one.id == 11 else one.title, piece="广陵散")
        if one.title == "Guang Ming Xing" or one.id == 11
        else one
        for one in table.recordings
    ]
    return replace(
        table,
        recordings=tuple(infos),
        layers={"technique": LayerLabels(codes, ("Trill", "Vibrato"))},
        _label_cache={},
    )


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(annotated_table())
    with app.app_context():
        yield made


def _legend(services: Services, color_by: str) -> list[Any]:
    return json.loads(items(map_callbacks.compute_legend(services, EVERYTHING, color_by, None)))


def _buttons(legend: list[Any]) -> list[tuple[str, str, str]]:
    props = [
        entry["props"]["children"]["props"]
        for entry in legend
        if "legend-entry" in entry["props"]["className"]
    ]
    return [
        (one["children"][1]["props"]["children"], one["data-group-by"], one["data-group"])
        for one in props
    ]


def test_an_instrument_is_shown_with_its_characters_and_selected_by_its_name(
    services: Services,
) -> None:
    assert ("Erhu 二胡", "instrument", "Erhu") in _buttons(_legend(services, "instrument"))
    _, _, options = selection.compute_filters(services, "made")
    assert {"label": "Erhu 二胡", "value": "Erhu", "search": "Erhu · 二胡 èrhú"} in options
    language.use("zh")
    try:
        assert ("二胡 Erhu", "instrument", "Erhu") in _buttons(_legend(services, "instrument"))
    finally:
        language.use("en")
    recipe = {"map": "made", "all_of": [{"instrument": ["二胡"]}]}
    assert how_made(recipes.normalise(recipe), annotated_table()) == "Erhu"


def test_titles_of_one_piece_are_one_choice_and_stay_as_typed(services: Services) -> None:
    table = annotated_table()
    _, options, _ = selection.compute_filters(services, "made")
    (goes_by,) = {table.piece_titles[title] for title in ("Guang Ming Xing", "廣陵散")}
    assert {option["value"] for option in options} == {"Mo Li Hua", "良宵", goes_by}
    (both,) = (option["search"] for option in options if option["value"] == goes_by)
    assert set(both.split(" ")) == {"Guang", "Ming", "Xing", "廣陵散"}
    by_one = recipes.evaluate({"all_of": [{"title": ["廣陵散"]}]}, table)
    by_other = recipes.evaluate({"all_of": [{"title": ["Guang Ming Xing"]}]}, table)
    assert by_one.tolist() == by_other.tolist()
    assert {table.recordings[i].title for i in table.recording_index[by_one]} == {
        "廣陵散",
        "Guang Ming Xing",
    }


def test_a_layer_colours_names_and_selects(services: Services) -> None:
    table = annotated_table()
    assert annotation.compute_layers(services, "made") == ["technique"]
    assert {"label": "Technique", "value": "layer:technique"} in colour_options(["technique"])
    colours = views.colouring(services, table, "layer:technique", None)
    assert colours.labels == ("Trill", "Vibrato")
    buttons = _buttons(_legend(services, "layer:technique"))
    assert buttons == [
        ("Trill", "layer:technique", "Trill"),
        ("Vibrato", "layer:technique", "Vibrato"),
        ("Not annotated", "layer:technique", ""),
    ]
    figure = map_callbacks.compute_map(services, "made", EVERYTHING, "layer:technique", None)
    assert figure["layout"]["meta"]["groups"] == ["Trill", "Vibrato"]
    assert decoded(figure["data"][0]["marker"]["color"])[[0, 5, 10]].tolist() == [1, 0, 2]
    trill = {"annotation": {"layer": "technique", "label": "Trill"}}
    assert recipes.evaluate({"all_of": [trill]}, table).tolist() == [0, 1, 2, 3]
    none = {"annotation": {"layer": "technique", "label": None}}
    assert len(recipes.evaluate({"all_of": [none]}, table)) == len(table) - 7
    gone = {"annotation": {"layer": "mood", "label": "x"}}
    assert not len(recipes.evaluate({"all_of": [gone]}, table))
    assert how_made({"all_of": [trill, none]}, table) == "Trill · Not annotated"


def test_a_map_without_the_layer_of_a_link_is_grey(services: Services) -> None:
    colours = views.colouring(services, annotated_table(), "layer:mood", None)
    assert (colours.labels, set(colours.codes.tolist())) == ((), {-1})


def test_the_player_is_told_what_is_annotated_in_the_colours_of_the_map(
    services: Services,
) -> None:
    table = annotated_table()
    colour = views.colouring(services, table, "layer:technique", None).colour_of(0)
    assert annotation.compute_annotations(services, table, 10) == {
        "layer:technique": [{"start_s": 1, "end_s": 4, "label": "Trill", "colour": colour}]
    }
    assert annotation.compute_annotations(services, table, 11) == {}


def test_alike_titles_are_offered_answered_and_parted_again(services: Services) -> None:
    def said(asked: dict[str, str] | None) -> str:
        parts = titles.compute_titles(services, asked)
        return json.dumps(
            [part.to_plotly_json() for part in parts],
            default=lambda part: part.to_plotly_json(),
            ensure_ascii=False,
        )

    offered = said(None)
    assert "1 pair of titles looks alike" in offered
    assert "sound the same" in offered
    answered = said({"do": "merge", "first": "良宵", "second": "Liang Xiao"})
    assert "looks alike" not in answered
    assert "1 pair of titles is one piece" in answered
    assert '"data-titles": "apart"' in answered
