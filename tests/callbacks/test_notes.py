"""The Notes page through its callbacks and its media route, on made-up notes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash import Dash
from flask.testing import FlaskClient

from analysis.notes import QUESTIONS, Note, NoteMaps, NoteSource
from callbacks import media, notes
from callbacks.services import NoteRequest, NotesState, ScalesRow, Services
from layout.ids import Id, Store
from layout.page import page
from tests.callbacks.test_compute import EVERYTHING, NOTHING, STYLE_B, made_services, made_table

ALL: dict[str, int] = {}


def made_maps(*, recordings: bool) -> NoteMaps:
    """Four notes of two instruments with three columns each; the second pitch is a Fa in D."""
    pitches = [69.1, 67.3, 69.1, 76.0]
    written = [
        Note(i // 2, i / 2, i / 2 + 0.25, i + 1, ("Erhu", "Pipa")[i % 2], "", pitch)
        if recordings
        else Note(i // 2, i / 2, i / 2 + 0.25, i + 1, ("Erhu", "Pipa")[i % 2], f"La{i + 2}")
        for i, pitch in enumerate(pitches)
    ]
    sources = (
        (
            NoteSource("aaaa", 7, "Liang Xiao", "Style A", 2, 10.0),
            NoteSource("bbbb", 8, "Mo Li Hua", "Style B", 7, 10.0),
        )
        if recordings
        else (NoteSource(title="Erhu.opus"), NoteSource(title="Pipa.opus"))
    )
    figure = {question: {"accuracy": 0.75, "chance": 0.5} for question in QUESTIONS}
    unknown = {question: {"accuracy": None, "chance": None} for question in QUESTIONS}
    places = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
    return NoteMaps(
        places,
        places + 1,
        np.repeat(np.arange(4, dtype=np.int32), 3),
        np.arange(12, dtype=np.int32),
        tuple(written),
        sources,
        {
            "samples": {"trustworthiness": 0.9, **figure},
            "latents": {"trustworthiness": 0.95, **unknown},
        },
        "4 of 9 notes shown" if recordings else "",
    )


class Scales:
    """Two scales, and made-up notes or another answer."""

    def __init__(self, state: NotesState | None = None) -> None:
        self._state = state
        self.asked: list[NoteRequest] = []

    def scales(self) -> list[ScalesRow]:
        return [ScalesRow("demo", "Recorded scales", 0), ScalesRow("0a1b", "Mine", 12)]

    def notes(self, request: NoteRequest) -> NotesState:
        self.asked.append(request)
        return self._state or NotesState(made_maps(recordings=not request.scales))


class Tape:
    """One file of scales."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def scale_audio(self, scales: str, recording: int) -> Path | None:
        return self._path if (scales, recording) == ("demo", 0) else None


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(made_table())
    with app.app_context():
        yield dataclasses.replace(made, notes=Scales())


def cards(figure: dict[str, Any]) -> list[str]:
    return [text for trace in figure["data"] for text in trace["text"]]


def test_scales_keep_the_names_they_came_with(services: Services) -> None:
    filled = notes.compute_notes(services, "scales:demo", ALL, EVERYTHING)
    assert filled.store["notes"]["name"] == ["La2", "La3", "La4", "La5"]
    assert filled.store["audio"] == ["/media/scales/demo/0/audio", "/media/scales/demo/1/audio"]
    assert [trace["name"] for trace in filled.samples["data"]] == ["Erhu", "Pipa"]
    symbols = {trace["marker"]["symbol"] for trace in filled.samples["data"]}
    colours = {trace["marker"]["color"] for trace in filled.samples["data"]}
    assert len(symbols) == len(colours) == 2
    assert cards(filled.samples)[0] == "<b>La2</b><br>Erhu 二胡<br>loudness l1"
    assert cards(filled.samples) == cards(filled.latents)
    assert filled.store["rows"] == [[0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10, 11]]
    assert filled.store["status"] == "" and filled.idle


def test_recordings_are_named_in_their_own_key_and_tuning(services: Services) -> None:
    filled = notes.compute_notes(services, "recording:7", ALL, EVERYTHING)
    # 10 cents sharp is in tune here; F sharp + 20 cents in D is a Mi, G + 20 a Fa.
    assert filled.store["notes"]["name"] == ["So4", "Fa4", "Re4", "La4"]
    by_note = [cards(filled.samples)[i] for i in (0, 6, 3, 9)]
    assert by_note[0].startswith("<b>So4</b> +0 cents")
    assert by_note[1].startswith("<b>Fa4</b><br>")  # never called out of tune
    assert by_note[3].startswith("<b>La4</b> −10 cents")
    assert "Liang Xiao, 0:00" in by_note[0]
    assert "4 of 9 notes shown" in filled.facts
    assert filled.facts.endswith("encoder paper, the library’s own")
    assert filled.store["audio"] == ["/media/7/audio", "/media/8/audio"]


def test_a_chosen_key_counts_for_its_recording_only(services: Services) -> None:
    filled = notes.compute_notes(services, "recording:7", {"aaaa": 9}, EVERYTHING)
    assert filled.store["notes"]["name"] == ["Do4", "♭Ti3", "Re4", "La4"]
    token = filled.store["token"]
    same = notes.compute_notes(services, "recording:7", {"aaaa": 9, "x": 1}, EVERYTHING, token)
    assert same.samples is notes.no_update and same.store is notes.no_update
    other = notes.compute_notes(services, "recording:7", ALL, EVERYTHING, token)
    assert other.store["token"] != token


def test_the_selection_becomes_recordings_and_segments(services: Services) -> None:
    everything = notes.request_of(services, "selection", EVERYTHING)
    assert isinstance(everything, NoteRequest)
    assert len(everything.recordings) == len(made_table().recordings)
    assert all(segments is None for _, segments in everything.recordings)
    some = notes.request_of(services, "selection", STYLE_B)
    assert isinstance(some, NoteRequest)
    table = made_table()
    performers = {r.id: r.performer for r in table.recordings}
    assert {performers[recording] for recording, _ in some.recordings} == {"Style B"}
    codes, names = table.labels("performer")
    rows = int((codes == names.index("Style B")).sum())
    assert sum(len(segments or ()) for _, segments in some.recordings) == rows
    assert "select some segments" in str(notes.request_of(services, "selection", NOTHING))


def test_what_is_waited_for_and_what_went_wrong_are_said(services: Services) -> None:
    busy = NotesState(None, "Listening for the notes of Mo Li Hua …", busy=True)
    waiting = dataclasses.replace(services, notes=Scales(busy))
    filled = notes.compute_notes(waiting, "recording:7", ALL, EVERYTHING)
    assert filled.store == {"status": busy.sentence, "busy": True} and not filled.idle
    assert filled.samples["data"] == [] and filled.legend == []
    again = notes.still_waiting(filled)
    assert again.samples is notes.no_update and again.store == filled.store and not again.idle
    wrong = NotesState(None, "The scales are missing: run this.")
    failed = dataclasses.replace(services, notes=Scales(wrong))
    assert notes.compute_notes(failed, "scales:x", ALL, EVERYTHING).idle


def test_no_library_says_what_to_do() -> None:
    app, made = made_services(None)
    with app.app_context():
        filled = notes.compute_notes(made, "selection", ALL, {"map": "", "all_of": []})
    assert "import a folder" in filled.store["status"]


def test_figures_stand_under_each_map_and_the_better_is_marked(services: Services) -> None:
    filled = notes.compute_notes(services, "scales:demo", ALL, EVERYTHING)
    samples, latents = filled.samples_figures.children, filled.latents_figures.children
    assert [entry.children[0].children for entry in samples] == ["trustworthiness", *QUESTIONS]
    assert samples[0].children[1].children == "0.900" and not samples[0].children[1].className
    assert latents[0].children[1].className == "better"
    assert samples[1].children[2].children == "chance 0.50"
    assert latents[1].children[1].children == "–" and "do not allow" in latents[1].title


def test_the_selector_offers_scales_selection_and_recordings(services: Services) -> None:
    options = notes.compute_sources(services, "", "scales:demo")
    assert [option["value"] for option in options] == [
        "scales:demo",
        "scales:0a1b",
        "selection",
        "recording:0",
    ]
    assert options[1]["label"] == "Mine (12 notes)"
    found = notes.compute_sources(services, "no such title", "recording:0")
    assert found[-1]["value"] == "recording:0"  # what is chosen stays on offer
    assert len(notes.compute_sources(services, "no such title", "selection")) == 3


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    tape = tmp_path / "scale.opus"
    tape.write_bytes(bytes(range(100)))
    app = Dash(__name__, assets_folder=str(tmp_path))
    app.layout = page()
    _, made = made_services(made_table())
    made.derived.bind(app.server)
    services = dataclasses.replace(
        made,
        notes=Scales(),
        sound=Tape(tape),  # type: ignore[arg-type]
    )
    notes.register(app, services)
    media.register(app.server, services)
    return app.server.test_client()


def test_the_scales_are_served_in_ranges(client: FlaskClient) -> None:
    with client.get("/media/scales/demo/0/audio", headers={"Range": "bytes=10-19"}) as part:
        assert part.status_code == 206 and part.data == bytes(range(10, 20))
    assert client.get("/media/scales/demo/1/audio").status_code == 404


def test_the_page_asks_and_is_answered(client: FlaskClient) -> None:
    dependencies = client.get("/_dash-dependencies").get_json()
    update = next(
        entry for entry in dependencies if f"{Id.NOTES_SAMPLES_GRAPH}.figure" in entry["output"]
    )
    values = {Store.NOTES_PAGE: True, Id.NOTES_SOURCE: "scales:demo", Store.SELECTION: EVERYTHING}

    def filled(entries: list[dict[str, str]]) -> list[dict[str, Any]]:
        return [{**entry, "value": values.get(entry["id"])} for entry in entries]

    outputs = [
        dict(zip(("id", "property"), name.split("."), strict=True))
        for name in update["output"].strip(".").split("...")
    ]
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": update["output"],
            "outputs": outputs,
            "inputs": filled(update["inputs"]),
            "state": filled(update["state"]),
            "changedPropIds": [f"{Id.NOTES_SOURCE}.value"],
        },
    )
    assert answer.status_code == 200
    response = json.loads(answer.data)["response"]
    assert len(response[Id.NOTES_LATENTS_GRAPH]["figure"]["data"]) == 2
    assert response[Id.NOTES_INTERVAL]["disabled"] is True
    assert response[Store.NOTES]["data"]["note"] == np.repeat(np.arange(4), 3).tolist()
