"""What each panel computes for a selection, checked against numpy on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash import no_update
from flask import Flask
from flask_caching import Cache
from numpy.typing import NDArray
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from analysis.annotations import Annotation
from analysis.descriptors import DESCRIPTORS, DescriptorState
from analysis.projection import Projection
from analysis.report import EvaluationState
from analysis.segments import SegmentTable
from callbacks import clustering, frame, news, panels, player, views
from callbacks import map as map_callbacks
from callbacks.derived import Derived
from callbacks.opening import first_answers
from callbacks.services import (
    EncoderRow,
    EncoderView,
    NoteRequest,
    NotesState,
    RecordingRow,
    ScalesRow,
    Services,
    Status,
    WindowsState,
)
from data.schema import metadata
from data.selections import NamedSelections
from data.titles import Alike
from figures.heatmap import row_names
from layout.ids import Id
from layout.opening import ASLEEP_MS, BUSY_MS, Opening
from tests.figures.test_figures import decoded, sentence_in
from tests.tables import made_table


class MadeCollection:
    """One made-up table."""

    def __init__(self, table: SegmentTable | None) -> None:
        self._table = table

    def status(self, encoder: str = "", projection: Projection | None = None) -> Status:
        if self._table is None:
            return Status(None, "Importing the demo collection: 3 of 8", True, 0.4)
        return Status(self._table.map_id, "", False, projection=Projection.of("pca"))

    def table(self, map_id: str | None) -> SegmentTable | None:
        return self._table

    def recordings(self) -> list[RecordingRow]:
        good = RecordingRow("a.ogg", "Liang Xiao", "Style A", "Erhu", 80.0, "ready", "", ())
        bad = RecordingRow("b.mp3", "", "", "", 0.0, "failed", "b.mp3 is no audio.", ())
        return [good, bad]

    def revision(self) -> int:
        return 1

    def encoders(self) -> list[EncoderRow]:
        return [
            EncoderRow("paper-00000000", "paper", own=True, shipped=True),
            EncoderRow("contrast-11111111", "contrast", own=False, shipped=True),
        ]

    def encoder(self) -> EncoderView | None:
        return None

    def annotations(self, recording: int) -> list[Annotation]:
        return [Annotation(1, 4, "Trill")] if recording == 10 else []

    def windows(self, encoder: str, recording: int, hop_s: int) -> WindowsState:
        return WindowsState(None, "Encoding", busy=True)


class Unread:
    """Scales whose notes are still being read."""

    def scales(self) -> list[ScalesRow]:
        return [ScalesRow("demo", "Recorded scales", 0)]

    def notes(self, request: NoteRequest) -> NotesState:
        return NotesState(None, "Computing", busy=True)


class Silence:
    """No sound at all."""

    def audio(self, recording: int) -> Path | None:
        return None

    def scale_audio(self, scales: str, recording: int) -> Path | None:
        return None

    def spectrogram(self, recording: int, first: int, columns: int) -> NDArray[np.uint8]:
        return np.zeros((0, 501), dtype=np.uint8)

    def waveform(self, recording: int) -> NDArray[np.int16]:
        return np.zeros((0, 2), dtype=np.int16)


class NothingMeasured:
    """No evaluation yet; remembers whether one was asked for."""

    def __init__(self) -> None:
        self.started = False

    def start(self) -> None:
        self.started = True

    def state(self) -> EvaluationState:
        return EvaluationState("", None, self.started)


class Unheard:
    """Nobody has measured anything."""

    def state(self, table: SegmentTable) -> DescriptorState:
        values = np.full((len(table), len(DESCRIPTORS)), np.nan, np.float32)
        return DescriptorState(values, np.zeros(len(table), bool), False)


class Nothing:
    """Nothing to take away."""

    folder = "/library"

    def segments(self, table: Any, rows: Any, suffix: str, clusters: Any = None) -> bytes:
        return b""

    def sound(self, table: Any, rows: Any) -> str:
        raise AssertionError("no sound was asked for")

    def sound_file(self, name: str) -> Path | None:
        return None


class Untouched:
    """Nobody changes a recording."""

    def edit(self, ids: Any, field: str, value: str | None) -> int:
        return 0

    def retire(self, ids: Any) -> int:
        return 0

    def restore(self, ids: Any) -> int:
        return 0

    def undo(self) -> bool:
        return False

    def redo(self) -> bool:
        return False

    def steps(self) -> tuple[str, str]:
        return "", ""


class Idle:
    """Nothing goes on in the background."""

    may_import_folders = False

    def rows(self) -> list[Any]:
        return []

    def log(self, id: int) -> list[tuple[str, str]]:
        return []

    def cancel(self, id: int) -> None: ...

    def rescan(self, *, retry: bool = False) -> None: ...

    def import_folder(self, folder: str) -> None: ...

    def remap(self, map_id: str | None = None) -> None: ...

    def remaps(self, map_id: str | None = None) -> bool:
        return False

    def train(self, recipe: str) -> None: ...


class NothingComes:
    """No files come through the page."""

    def begin(self, files: Any) -> str:
        raise AssertionError("no files were sent")

    def receiving(self, batch: str, path: str, length: int) -> Any:
        raise AssertionError("no files were sent")

    def finish(self, batch: str) -> bool:
        return False


class NeverAsked:
    """Two titles on offer; remembers what was answered."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str, str]] = []

    def alike(self) -> list[Alike]:
        return [] if self.answers else [Alike("良宵", "Liang Xiao", 1, 2, 1.0, True)]

    def merged(self) -> list[tuple[str, str]]:
        return [(first, second) for do, first, second in self.answers if do == "merge"]

    def merge(self, first: str, second: str) -> None:
        self.answers.append(("merge", first, second))

    def keep_apart(self, first: str, second: str) -> None:
        self.answers.append(("apart", first, second))


def made_services(table: SegmentTable | None) -> tuple[Flask, Services]:
    app = Flask(__name__)
    derived = Derived(Cache(config={"CACHE_TYPE": "SimpleCache"}))
    derived.bind(app)
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    kept = NamedSelections(engine)
    return app, Services(
        MadeCollection(table), Silence(), Unread(), derived, NothingMeasured(), Unheard(), kept,
        Nothing(), Untouched(), Idle(), NothingComes(), NeverAsked(),
    )  # fmt: skip


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(made_table())
    with app.app_context():
        yield made


#: Controls of a map that nobody touched.
NOTHING_CHOSEN = (None,) * len(frame.CONTROLS)
EVERYTHING: dict[str, Any] = {"map": "made", "all_of": []}
STYLE_B: dict[str, Any] = {"map": "made", "all_of": [{"performer": ["Style B"]}]}
NOTHING: dict[str, Any] = {"map": "made", "all_of": [{"box": [90, 90, 91, 91]}]}


def rows_of_style_b() -> NDArray[np.int64]:
    codes, names = made_table().labels("performer")
    return np.flatnonzero(codes == names.index("Style B"))


def test_all_linked_panels_show_the_same_segments_in_the_same_order(services: Services) -> None:
    rows = rows_of_style_b()
    latents = made_table().latents
    order = np.argsort(-latents[rows].var(axis=0, dtype=np.float64), kind="stable")
    names = [f"dim-{dimension}" for dimension in order]

    listed = panels.compute_variance_list(services, STYLE_B)
    buttons = [item.children for item in listed]
    assert [button.children[0].children for button in buttons] == names
    assert buttons[0].children[1] == f" {latents[rows].var(axis=0, dtype=np.float64).max():.5f}"

    heatmap, _ = panels.compute_heatmap(services, STYLE_B, "performer", None)
    assert heatmap["data"][0]["x"] == names
    assert decoded(heatmap["data"][0]["z"]).shape == (len(rows), 16)

    parallel, _ = panels.compute_parallel(services, STYLE_B, "performer", None)
    axes = parallel["data"][0]["dimensions"]
    assert [axis["label"] for axis in axes] == names
    np.testing.assert_array_equal(decoded(axes[0]["values"]), latents[rows, order[0]])

    similarity, _ = panels.compute_similarity(services, STYLE_B)
    units = latents[rows] / np.linalg.norm(latents[rows], axis=1, keepdims=True)
    np.testing.assert_allclose(decoded(similarity["data"][0]["z"]), units @ units.T, atol=1e-6)


def test_axis_ranges_narrow_every_panel_but_leave_other_lines_in_grey(services: Services) -> None:
    latents = made_table().latents
    recipe = {
        "map": "made",
        "all_of": [{"performer": ["Style B"]}, {"range": {"dim": 3, "ranges": [[0.0, 9.0]]}}],
    }
    rows = rows_of_style_b()
    inside = rows[latents[rows, 3] >= 0]
    parallel, caption = panels.compute_parallel(services, recipe, "performer", None)
    axes = {axis["label"]: axis for axis in parallel["data"][0]["dimensions"]}
    assert len(decoded(axes["dim-3"]["values"])) == len(rows)
    assert axes["dim-3"]["constraintrange"] == [0.0, 9.0]
    assert caption.startswith(f"{len(inside)} of {len(rows)} ")
    heatmap, _ = panels.compute_heatmap(services, recipe, "performer", None)
    assert len(decoded(heatmap["data"][0]["z"])) == len(inside)


def test_summary_says_what_and_how_many(services: Services) -> None:
    assert map_callbacks.compute_summary(services, EVERYTHING) == (
        "All 42 segments of 6 recordings"
    )
    assert map_callbacks.compute_summary(services, STYLE_B) == (
        "21 of 42 segments · Style B · 3 titles"
    )


def test_an_empty_selection_says_what_to_do(services: Services) -> None:
    assert panels.compute_variance_list(services, NOTHING) == []
    for figure, _ in (
        panels.compute_heatmap(services, NOTHING, "performer", None),
        panels.compute_parallel(services, NOTHING, "performer", None),
        panels.compute_similarity(services, NOTHING),
    ):
        assert sentence_in(figure) == views.NOTHING_SELECTED


def test_a_selection_highlights_rows_without_a_figure(services: Services) -> None:
    rows = rows_of_style_b().tolist()
    highlight = map_callbacks.compute_highlight(services, STYLE_B)
    assert highlight == {"map": "made", "rows": rows}
    everything = map_callbacks.compute_highlight(services, EVERYTHING)
    assert everything == {"map": "made", "rows": None}


def test_new_colours_patch_the_map_and_keep_its_highlight(services: Services) -> None:
    operations = map_callbacks.patch_map(services, STYLE_B, "instrument", None).to_plotly_json()
    values = {tuple(o["location"]): o["params"]["value"] for o in operations["operations"]}
    assert values["data", 0, "selectedpoints"] == rows_of_style_b().tolist()
    assert {place[:3] for place in values} == {
        ("data", 0, "marker"),
        ("data", 0, "selectedpoints"),
        ("layout", "meta", "groups"),
    }


def test_clustering_colours_only_what_was_clustered(services: Services) -> None:
    recipe, text, color_by = clustering.compute_clustering(
        services, STYLE_B, "hierarchical", {"linkage": "ward", "k": 3}
    )
    assert color_by == "cluster"
    table = made_table()
    colours = views.colouring(services, table, "cluster", recipe)
    assert set(np.unique(colours.codes)) == {-1, 0, 1, 2}
    np.testing.assert_array_equal(np.flatnonzero(colours.codes >= 0), rows_of_style_b())
    heatmap, _ = panels.compute_heatmap(services, STYLE_B, "cluster", recipe)
    strip = decoded(heatmap["data"][1]["z"])[:, 0]
    assert (np.diff(strip) >= 0).all() and set(strip) == {1, 2, 3}
    sizes = np.bincount(colours.codes[rows_of_style_b()])
    assert f"Cluster 1: {sizes[0]} segments" in str(text)


def test_clusters_stay_on_another_map_of_the_same_latents(services: Services) -> None:
    recipe = {"map": "made", "all_of": [{"box": [-1, -1, 1, 1]}]}
    found, _, _ = clustering.compute_clustering(services, recipe, "kmeans", {"k": 3, "seed": 0})
    moved = replace(made_table(), map_id="moved", positions=-made_table().positions)
    other = replace(moved, map_id="other", latents=moved.latents + 1)
    tables = {"made": made_table(), "moved": moved, "other": other}
    services.collection.table = tables.get  # type: ignore[method-assign, assignment]
    assert clustering.still_holds(services, found, "moved")
    colours = [views.colouring(services, tables[at], "cluster", found) for at in ("made", "moved")]
    np.testing.assert_array_equal(colours[0].codes, colours[1].codes)
    assert not clustering.still_holds(services, found, "other")
    assert not clustering.still_holds(services, found, "gone")
    assert not clustering.still_holds(services, None, "moved")


@pytest.mark.parametrize(
    ("method", "settings", "sentence"),
    [
        ("kmeans", {"k": None, "seed": 0}, "Fill in Clusters with a number first."),
        ("kmeans", {"k": 500, "seed": 0}, "500"),
        ("dbscan", {"eps": -1, "min_samples": 5}, "above 0"),
    ],
)
def test_bad_settings_get_a_sentence(
    services: Services, method: str, settings: dict[str, Any], sentence: str
) -> None:
    recipe, text, _ = clustering.compute_clustering(services, STYLE_B, method, settings)
    assert sentence in str(text)
    assert not isinstance(recipe, dict)


def test_clicks_name_the_right_segments(services: Services) -> None:
    view = views.selected(services, STYLE_B)
    assert view is not None
    colours = views.colouring(services, view.table, "performer", None)
    lines = views.heatmap_rows(view, colours)
    # Dash passes no arrays on, so that a cell is known by its place on the axes alone.
    name = row_names(view.table, lines)[4]
    for line in (name, 4):
        click = {"points": [{"curveNumber": 0, "x": "dim-2", "y": line}]}
        assert player.rows_on_heatmap(click, view.table, lines) == [int(lines[4])]
    gone = {"points": [{"curveNumber": 0, "x": "dim-2", "y": "A row of an older selection"}]}
    assert player.rows_on_heatmap(gone, view.table, lines) == []
    cell = {"points": [{"curveNumber": 0, "x": 9, "y": 2}]}
    assert player.rows_on_similarity(cell, view) == [int(view.rows[2]), int(view.rows[9])]
    queue = player.queue(view.table, [int(view.rows[9])])["queue"]
    assert queue[0]["start_s"] == 20.0 and queue[0]["recording"] == 13
    assert queue[0]["segments"] == 7


def test_a_poll_that_brings_nothing_new_draws_nothing() -> None:
    text = "30 recordings · 397 segments"
    before = [None, "", "", 10_000, text]
    assert frame.only_changed(["", no_update, None, 10_000, text], before) == [no_update] * 5
    assert frame.only_changed(["", "", None, 700, text], before)[3] == 700


def test_legend_counts_the_selected(services: Services) -> None:
    text = str(map_callbacks.compute_legend(services, STYLE_B, "performer", None))
    assert "Style A" in text and "'21'" in text and "'0'" in text


def test_the_page_says_what_it_waits_for() -> None:
    app, waiting = made_services(None)
    with app.app_context():
        found = frame.compute_status(waiting, None, NOTHING_CHOSEN, {})
    assert not isinstance(found.shown, dict)
    assert "3 of 8" in str(found.words.waiting) and found.words.interval == BUSY_MS


def test_while_a_map_is_computed_again_its_button_waits(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {"map": "map-1", "own": True}
    found = frame.compute_status(services, None, NOTHING_CHOSEN, shown)
    assert (found.words.again, found.words.interval) == (False, ASLEEP_MS)
    monkeypatch.setattr(services.jobs, "remaps", lambda map_id=None: map_id == "map-1")
    found = frame.compute_status(services, None, NOTHING_CHOSEN, shown)
    assert (found.words.again, found.words.interval) == (True, BUSY_MS)


def test_news_is_what_changes_the_page(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    before = news.compute_news(services, "map-1")
    assert news.compute_news(services, "map-1") == before
    monkeypatch.setattr(services.jobs, "remaps", lambda map_id=None: map_id == "map-1")
    again = news.compute_news(services, "map-1")
    monkeypatch.setattr(services.collection, "revision", lambda: 1_000)
    assert len({before, again, news.compute_news(services, "map-1")}) == 3


def test_without_a_map_the_settings_are_those_of_the_first_method() -> None:
    app, waiting = made_services(None)
    with app.app_context():
        answers = first_answers(waiting, Opening())
    assert answers[Id.CLUSTER_K_FIELD, "hidden"] is False
    assert answers[Id.CLUSTER_EPS_FIELD, "hidden"] is True
    assert answers[Id.SELECTION_CLEAR, "disabled"] is True


def test_ids_are_one_contract() -> None:
    promised = [
        "map-graph",
        "heatmap-graph",
        "parallel-graph",
        "similarity-graph",
        "variance-list",
        "cluster-method",
        "cluster-run",
        "cluster-result",
        "performer-filter",
        "piece-filter",
        "instrument-filter",
        "color-by",
        "selection-summary",
        "selection-clear",
        "legend",
        "player-audio",
        "player-play",
        "notes-samples-graph",
        "notes-latents-graph",
    ]
    assert set(promised) <= {str(member) for member in Id}


def test_many_lines_are_drawn_evenly_and_said_to_be() -> None:
    app, services = made_services(made_table(recordings=60, segments=300))
    with app.app_context():
        figure, caption = panels.compute_parallel(services, EVERYTHING, "performer", None)
    rows = figure["layout"]["meta"]["rows"]
    assert len(rows) == panels.LINES == len(set(rows))
    assert "3,000 lines" in caption and "18,000 segments" in caption
    shares = np.bincount(np.array(rows) // 300, minlength=60)
    assert shares.min() >= 48 and shares.max() <= 60
    table = services.collection.table("map-1")
    assert table is not None
    for axis in figure["data"][0]["dimensions"]:
        values = decoded(axis["values"])
        of_all = table.latents[:, int(axis["label"].removeprefix("dim-"))]
        assert len(values) == panels.LINES
        assert (values.min(), values.max()) == (of_all.min(), of_all.max())
