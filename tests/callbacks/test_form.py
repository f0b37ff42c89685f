"""What the workspace Form says, on made recordings whose form is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from analysis.similarity import cosine_similarity
from callbacks import form
from callbacks.form import View
from callbacks.services import Services, WindowsState
from figures.form import UNIT
from tests.callbacks.test_compute import MadeCollection, made_services
from tests.figures.test_figures import decoded
from tests.tables import made_table

TABLE = made_table(recordings=6, segments=12)
FIRST, SECOND = (recording.id for recording in TABLE.recordings[:2])
EVERYTHING: dict[str, Any] = {"map": "made", "all_of": []}


class Encoded(MadeCollection):
    """Windows at any hop are there, are not there yet, or cannot be."""

    def __init__(self, table: SegmentTable, state: WindowsState | None = None) -> None:
        super().__init__(table)
        self.state = state
        self.asked: list[tuple[str, int, int]] = []

    def windows(self, encoder: str, recording: int, hop_s: int) -> WindowsState:
        self.asked.append((encoder, recording, hop_s))
        return self.state or WindowsState(returning(recording))


def returning(recording: int) -> NDArray[np.float32]:
    """Two minutes, each second; what is played from 0:10 returns at 1:10."""
    latents = np.random.default_rng(recording).normal(size=(111, 16))
    latents[70:90] = latents[10:30]
    return latents.astype(np.float32)


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(TABLE)
    with app.app_context():
        yield replace(made, collection=Encoded(TABLE))


def with_windows(services: Services, state: WindowsState) -> Services:
    return replace(services, collection=Encoded(TABLE, state))


def matrix(view: View) -> NDArray[np.float64]:
    return decoded(view.figure["data"][0]["z"]) * UNIT


def test_at_ten_seconds_the_tables_own_segments_are_compared(services: Services) -> None:
    view = form.compute_form(services, "made", FIRST, None, 10)
    mine = TABLE.latents[TABLE.recording_index == 0]
    np.testing.assert_allclose(matrix(view), cosine_similarity(mine), atol=UNIT)
    assert view.caption == "12 × 12 windows of ten seconds, one each 10 seconds"
    assert (view.status, view.idle, view.alone) == ("", True, True)
    assert isinstance(services.collection, Encoded)
    assert services.collection.asked == []


def test_at_one_second_a_passage_and_its_return_can_be_heard(services: Services) -> None:
    view = form.compute_form(services, "made", FIRST, None, 1)
    title, listed = json.loads(view.passages)
    assert title["props"]["children"] == "Passages that return"
    first, *_ = listed["props"]["children"]
    hears = [
        child["props"]["data-hear"]
        for child in first["props"]["children"]
        if child["type"] == "Button"
    ]
    assert hears == ["0 10.0 39.0", "1 70.0 99.0"] or hears == ["0 10 39", "1 70 99"]
    assert isinstance(services.collection, Encoded)
    assert services.collection.asked == [("paper-00000000", FIRST, 1)]


def test_two_recordings_stand_across_and_down(services: Services) -> None:
    view = form.compute_form(services, "made", FIRST, SECOND, 10, levelled=False)
    one, other = (TABLE.latents[TABLE.recording_index == index] for index in (0, 1))
    both = cosine_similarity(np.concatenate([one, other]))
    np.testing.assert_allclose(matrix(view), both[12:, :12], atol=UNIT)
    sounds = view.figure["layout"]["meta"]["recordings"]
    assert [sound["recording"] for sound in sounds] == [FIRST, SECOND]
    assert [sound["first_row"] for sound in sounds] == [0, 12]
    assert not view.alone
    levelled = form.compute_form(services, "made", FIRST, SECOND, 10)
    assert np.abs(matrix(levelled) - matrix(view)).max() > 0.01


def test_while_windows_are_encoded_it_says_so_and_asks_again(services: Services) -> None:
    waiting = with_windows(services, WindowsState(None, "Encoding the windows …", busy=True))
    view = form.compute_form(waiting, "made", FIRST, SECOND, 1)
    assert (view.status, view.idle) == ("Encoding the windows …", False)
    assert (view.caption, json.loads(view.passages)) == ("", [])


def test_what_cannot_be_encoded_is_said_once(services: Services) -> None:
    failed = with_windows(services, WindowsState(None, "erhu.ogg cannot be opened."))
    view = form.compute_form(failed, "made", FIRST, None, 5)
    assert (view.status, view.idle) == ("erhu.ogg cannot be opened.", True)


def test_too_short_and_gone_are_sentences(services: Services) -> None:
    short = with_windows(services, WindowsState(np.ones((1, 16), np.float32)))
    assert "too short" in form.compute_form(short, "made", FIRST, None, 1).status
    assert "choose another" in form.compute_form(services, "made", 999, None, 10).status
    app, nothing = made_services(None)
    with app.app_context():
        assert "choose another" in form.compute_form(nothing, "made", FIRST, None, 10).status


def opened(**more: Any) -> dict[str, Any]:
    return {"map": "made", "selection": EVERYTHING, "playing": None, "anew": True} | more


def test_it_opens_on_what_plays_else_on_what_is_selected_most(services: Services) -> None:
    options, _, chosen, other, shown = form.compute_choices(
        services, opened(playing=SECOND), None, None
    )
    assert (chosen, other, shown) == (SECOND, None, {"map": "made"})
    assert len(options) == 6
    third = TABLE.recordings[2]
    selection = {"map": "made", "all_of": [{"title": [third.title]}, {"performer": ["Style A"]}]}
    _, _, chosen, _, _ = form.compute_choices(services, opened(selection=selection), SECOND, None)
    assert chosen == third.id
    nothing = {"map": "made", "all_of": [{"box": [90, 90, 91, 91]}]}
    _, _, chosen, _, _ = form.compute_choices(services, opened(selection=nothing), None, None)
    assert chosen == FIRST


def test_another_map_keeps_what_was_chosen(services: Services) -> None:
    _, _, chosen, other, _ = form.compute_choices(
        services, opened(playing=FIRST, anew=False), SECOND, FIRST
    )
    assert (chosen, other) == (SECOND, FIRST)
    _, _, chosen, other, _ = form.compute_choices(services, opened(anew=False), 999, FIRST)
    assert (chosen, other) == (FIRST, None)
