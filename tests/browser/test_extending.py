"""Recordings that come while a page is open: they are placed, nothing moves, shapes hold."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from data.library import Library
from data.maps import segment_table
from jobs.mapping import refresh_map
from tests.browser.test_encoders import _brush, _recipe
from tests.browser.test_maps import _wait_for
from tests.serial_engine import serial
from tools.browsing import graph, settle
from tools.running import RunningServer, start_server

MAIN = "map-graph"


@pytest.fixture(scope="module")
def library(demo_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo library of this module's own: it grows."""
    return Path(shutil.copytree(demo_library, tmp_path_factory.mktemp("extending") / "library"))


@pytest.fixture(scope="module")
def server(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_server(library, tmp_path_factory.mktemp("server") / "server.log") as running:
        yield running


def test_the_map_grows_under_a_selection_and_is_computed_again(
    explore: Page, library: Path
) -> None:
    page = explore
    again = page.locator("#map-again")
    expect(again).to_be_empty()
    rows = _brush(page, MAIN)
    with Library.open(library) as opened:
        before = segment_table(opened)
        _add_like(opened, rows[0])
        map_id = refresh_map(opened, serial())
        after = segment_table(opened)
    assert before is not None and after is not None and map_id is not None
    _wait_for(page, "map-store", map_id)
    settle(page)
    expect(again).to_contain_text("Compute again")
    assert f"{after.placed} of these {len(after)} segments" in str(again.get_attribute("title"))
    # The points that were there are where they were, those that were selected still are, and
    # what was placed inside the shape is selected with them.
    shown = graph(page, MAIN)
    old = [after.names().index(name) for name in before.names()]
    np.testing.assert_array_equal(np.array(shown["x"])[old], before.positions[:, 0])
    assert _recipe(page)["all_of"][0]["of"] == before.map_id
    selected = set(shown["selected"])
    assert {old[row] for row in rows} <= selected
    again.click()
    expect(again).to_be_disabled()
    expect(again.get_by_text("Computing …")).to_be_visible()
    expect(again).to_be_empty(timeout=60_000)
    expect(again).to_be_enabled()
    settle(page)
    with Library.open(library) as opened:
        computed = segment_table(opened)
        (job,) = opened.catalogue.jobs.all(last=1)
    assert (job.kind, job.state) == ("map", "done")
    assert computed is not None and computed.map_id != map_id and computed.placed == 0
    # The shape still means what it meant on the map that it was drawn on.
    names = {computed.names()[row] for row in graph(page, MAIN)["selected"]}
    assert {before.names()[row] for row in rows} <= names


def _add_like(library: Library, row: int) -> None:
    """A recording that sounds nearly as the one of a row."""
    table = segment_table(library)
    assert table is not None
    key = table.recordings[table.recording_index[row]].id
    like = library.catalogue.recording(key)
    encoder = library.catalogue.current_encoder
    assert like is not None and encoder is not None
    segments = library.latents.read_segments(encoder, like.sha256)
    notes = library.latents.read_notes(encoder, like.sha256)
    noise = np.random.default_rng(0).normal(scale=0.01, size=segments.shape)
    library.latents.write(encoder, "f" * 64, notes, segments + noise)
    library.catalogue.save_recordings([replace(like, path="new.opus", sha256="f" * 64)])
