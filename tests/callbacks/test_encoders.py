"""Which encoder made what is seen: choosing another one, and two maps side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash import no_update

from analysis.projection import Projection
from analysis.segments import SegmentTable, Sketch
from callbacks import frame, second_map
from callbacks import map as map_callbacks
from callbacks.encoders import (
    NOT_MOVED,
    compute_encoders,
    follow,
    name_of,
    projection_asked,
    sketched,
)
from callbacks.services import EncoderRow, Services, Status
from layout.maps import OWN
from layout.opening import BUSY_MS
from tests.callbacks.test_compute import MadeCollection, made_services
from tests.figures.test_figures import decoded, sentence_in
from tests.tables import made_table

OTHER = "contrast-11111111"
PCA, TSNE = Projection.of("pca"), Projection.of("tsne")
SHOWN = {
    "map": "made",
    "encoder": "paper-00000000",
    "asked": OWN,
    "projection": {"method": "pca"},
    "own": True,
}


def other_table() -> SegmentTable:
    """The same segments but the last five, backwards, elsewhere."""
    table = made_table()
    order = np.arange(len(table) - 5)[::-1]
    return replace(
        table,
        map_id="other",
        encoder_id=OTHER,
        positions=-table.positions[order],
        latents=table.latents[order],
        recording_index=table.recording_index[order],
        start_s=table.start_s[order],
    )


#: What the controls of a map that was made by PCA hold.
CHOSEN = ("pca", 30, 15, 0.1, 0)


class TwoEncoders(MadeCollection):
    """The made table, and another encoder in a state that tests set."""

    def __init__(self) -> None:
        super().__init__(made_table())
        self.other = Status(None, "Encoding, 3 of 8 recordings done …", True, 0.4, projection=PCA)

    def status(self, encoder: str = "", projection: Projection | None = None) -> Status:
        if encoder == OTHER or projection not in (None, PCA):
            return replace(self.other, projection=projection or PCA)
        return super().status()

    def table(self, map_id: str | None) -> SegmentTable | None:
        return {"made": made_table(), "other": other_table()}.get(map_id or "made")


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(made_table())
    with app.app_context():
        yield replace(made, collection=TwoEncoders())


def collection_of(services: Services) -> TwoEncoders:
    assert isinstance(services.collection, TwoEncoders)
    return services.collection


def test_while_another_encoder_is_prepared_the_page_stays_and_says_so(services: Services) -> None:
    found = follow(services, OTHER, PCA, SHOWN)
    assert (found.shown, found.asked, found.busy) == (no_update, no_update, True)
    text = found.work[0].children
    assert text.startswith("Preparing contrast. Encoding, 3 of 8")
    assert text.endswith("Until then you see paper.")
    assert found.work[1].value == 40
    other = follow(services, OTHER, TSNE, SHOWN).work[0].children
    assert other.startswith("Preparing contrast, t-SNE. Encoding, 3 of 8")
    assert other.endswith("Until then you see paper, PCA.")
    status = frame.compute_status(services, OTHER, CHOSEN, SHOWN)
    assert (status.shown, status.words.interval) == (no_update, BUSY_MS)
    # A page that has nothing to show yet shows the library's own map meanwhile.
    assert frame.compute_status(services, OTHER, CHOSEN, {}).shown == SHOWN


def test_when_it_is_there_the_page_changes_to_it_and_only_once(services: Services) -> None:
    collection_of(services).other = Status("other", "", False)
    found = follow(services, OTHER, PCA, SHOWN)
    assert found.shown == {
        "map": "other",
        "encoder": OTHER,
        "asked": OTHER,
        "projection": {"method": "pca"},
        "own": False,
    }
    assert (found.work, found.problem, found.busy) == ("", "", False)
    assert follow(services, OTHER, PCA, found.shown).shown is no_update
    assert follow(services, OWN, PCA, found.shown).shown == SHOWN
    assert follow(services, None, None, {}).shown == SHOWN


def test_a_failure_is_said_and_the_choice_goes_back(services: Services) -> None:
    collection_of(services).other = Status(None, "The disc is full.", False)
    found = follow(services, OTHER, PCA, SHOWN)
    assert (found.shown, found.asked, found.work) == (no_update, OWN, "")
    assert found.problem == "The disc is full."
    # The sentence stands until the next choice.
    assert follow(services, OWN, PCA, SHOWN).problem is no_update


def test_asking_for_the_librarys_own_by_name_follows_the_library(services: Services) -> None:
    assert follow(services, "paper-00000000", PCA, SHOWN).asked == OWN


def test_encoders_are_offered_by_recipe_and_by_id_where_there_are_several() -> None:
    rows = [
        EncoderRow("contrast-aaaaaaaa", "contrast", own=True, shipped=True),
        EncoderRow("paper-bbbbbbbb", "paper", own=False, shipped=True),
        EncoderRow("paper-cccccccc", "paper", own=False, shipped=False),
    ]
    offered = compute_encoders(rows)
    assert [(option["label"], option["value"]) for option in offered] == [
        ("contrast", OWN), *[(name, name) for name in ("paper-bbbbbbbb", "paper-cccccccc")],
    ]  # fmt: skip
    assert offered[0]["title"].startswith("contrast-aaaaaaaa, ships with")
    assert "trained on this library" in offered[2]["title"]
    assert name_of(rows, "gone-dddddddd") == "gone-dddddddd"


def test_beside_an_encoder_stands_another_one(services: Services) -> None:
    assert second_map.other_than(services, "paper-00000000") == OTHER
    assert second_map.other_than(services, OTHER) == OWN


def _second(services: Services, recipe: dict[str, Any], color_by: str) -> dict[str, Any]:
    return second_map.compute_second_map(services, ("made", "other"), recipe, color_by, None)


def test_the_second_map_has_the_same_points_elsewhere(services: Services) -> None:
    recipe = {"map": "made", "all_of": [{"performer": ["Style B"]}]}
    first = map_callbacks.compute_map(services, "made", recipe, "instrument", None)
    second = _second(services, recipe, "instrument")
    one, other = first["data"][0], second["data"][0]
    for same in ("selectedpoints", "marker"):
        assert one[same] == other[same]
    np.testing.assert_array_equal(decoded(other["x"])[:-5], -decoded(one["x"])[:-5])
    assert np.isnan(decoded(other["x"])[-5:]).all()
    assert np.isfinite(second["layout"]["xaxis"]["range"]).all()
    meta = {"map": "made", "groups": None}
    assert first["layout"]["meta"] == meta
    assert second["layout"]["meta"] == meta | {"places": "other"}
    assert second["layout"]["uirevision"] == "other"


def test_a_selection_of_the_map_before_is_left_to_the_browser(services: Services) -> None:
    recipe = {"map": "other", "all_of": [{"box": [0, 0, 9, 9]}]}
    assert _second(services, recipe, "performer")["data"][0]["selectedpoints"] is None
    figure = map_callbacks.compute_map(services, "made", recipe, "performer", None)
    assert figure["data"][0]["selectedpoints"] is None


def test_a_brush_on_the_second_map_selects_the_same_segments_everywhere(services: Services) -> None:
    table = made_table()
    inside = np.flatnonzero((-table.positions[:-5] > 0).all(axis=1))
    recipe = {"map": "made", "all_of": [{"box": [0, 0, 9, 9], "of": "other"}]}
    highlight = map_callbacks.compute_highlight(services, recipe)
    assert highlight == {"map": "made", "rows": inside.tolist()}
    summary = map_callbacks.compute_summary(services, recipe)
    assert summary.startswith(f"{len(inside)} of 42 segments")


def test_maps_without_a_segment_in_common_say_so(services: Services) -> None:
    elsewhere = replace(other_table(), start_s=other_table().start_s + 5)
    collection_of(services).table = lambda map_id: elsewhere if map_id == "other" else made_table()  # type: ignore[method-assign]
    figure = _second(services, {}, "performer")
    assert "no segment in common" in sentence_in(figure)


def _sketch(step: int = 3) -> Sketch:
    """The made table's segments without the first, backwards, somewhere else."""
    table = made_table()
    ids = np.array([recording.id for recording in table.recordings], np.int32)
    order = np.arange(1, len(table))[::-1]
    return Sketch(
        ids[table.recording_index][order], table.start_s[order], 9 - table.positions[order], step
    )


def test_a_map_on_its_way_is_sketched_in_the_place_of_the_one_on_show(services: Services) -> None:
    collection_of(services).other = Status(None, "Placing segments …", True, 0.5, _sketch())
    found = follow(services, OWN, TSNE, SHOWN)
    assert (found.shown, found.busy) == (no_update, True)
    assert found.work[0].children == "t-SNE of paper takes shape. Placing segments …"
    assert found.sketch is not None and found.sketch["step"] == 3
    seen = sketched(services, found.sketch)
    assert seen is not None
    patch = map_callbacks.patch_places(services, made_table(), found.sketch).to_plotly_json()
    values = {tuple(o["location"]): o["params"]["value"] for o in patch["operations"]}
    x = decoded(values["data", 0, "x"])
    np.testing.assert_allclose(x[1:], 9 - made_table().positions[1:, 0], rtol=1e-6)
    assert np.isnan(x[0])
    assert values["layout", "meta", "sketch"] is True
    assert values["layout", "xaxis", "range"][1] > np.nanmax(x)
    # When it is given up, the points go back.
    back = map_callbacks.patch_places(services, made_table(), None).to_plotly_json()
    values = {tuple(o["location"]): o["params"]["value"] for o in back["operations"]}
    np.testing.assert_array_equal(decoded(values["data", 0, "x"]), made_table().positions[:, 0])
    assert values["layout", "meta", "sketch"] is False


def test_a_sketch_that_is_over_moves_nothing(services: Services) -> None:
    collection_of(services).other = Status("other", "", False)
    gone = {"asked": OWN, "projection": {"method": "tsne"}, "step": 9}
    patch = map_callbacks.patch_places(services, made_table(), gone)
    assert patch.to_plotly_json()["operations"] == []


def test_who_looks_at_the_librarys_own_map_goes_on_to_its_next_one(services: Services) -> None:
    before = {**SHOWN, "map": "old", "projection": {"method": "tsne", **TSNE.settings}}
    found = follow(services, OWN, TSNE, before)
    assert found.shown == SHOWN
    assert found.controls[0] == "pca"
    # Somebody who chose that map stays with it.
    collection_of(services).other = Status("other", "", False)
    chosen = follow(services, OWN, TSNE, {**before, "own": False})
    assert chosen.shown["map"] == "other"
    assert tuple(chosen.controls) == NOT_MOVED


def test_a_map_that_cannot_be_made_gives_its_controls_back(services: Services) -> None:
    collection_of(services).other = Status(None, "The disc is full.", False)
    found = follow(services, OWN, TSNE, SHOWN)
    assert found.problem == "The disc is full."
    assert (found.asked, found.controls[0]) == (OWN, "pca")


def test_empty_fields_fall_back_and_wrong_ones_get_a_sentence(services: Services) -> None:
    shown = {**SHOWN, "projection": {"method": "tsne", "perplexity": 12.0, "seed": 4}}
    kept = Projection.of("tsne", perplexity=12, seed=4)
    assert projection_asked(("tsne", None, 15, 0.1, None), shown) == (kept, "")
    assert projection_asked((None,) * 5, shown) == (None, "")
    assert projection_asked(("umap", None, None, 0.5, None), shown)[0] == Projection.of(
        "umap", min_distance=0.5
    )
    same, sentence = projection_asked(("tsne", 5000, 15, 0.1, 0), shown)
    assert same == kept
    assert sentence.startswith("perplexity must be a number from 1 to 1,000")
    found = frame.compute_status(services, OWN, ("umap", 30, None, 0.1, 0), SHOWN)
    assert found.controls[2] == 15  # the empty field says what it stands for


def test_neighbours_kept_are_those_of_each_map(services: Services) -> None:
    first = map_callbacks.compute_map(services, "made", {}, "kept", None)
    second = _second(services, {}, "kept")
    colours = [decoded(figure["data"][0]["marker"]["color"]) for figure in (first, second)]
    assert (colours[0] != colours[1]).any()
    assert (colours[1][-5:] == 0).all()  # not on the second map: no group
    assert set(np.unique(colours[0])) <= {1, 2, 3, 4, 5}
    legend = str(map_callbacks.compute_legend(services, {"map": "made"}, "kept", None))
    assert "13 to 15 of 15" in legend and "on average" in legend
