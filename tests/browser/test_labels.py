"""What a data set's annotations and titles in two scripts become on the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analysis.annotations import Annotation
from data.library import Library
from tools.browsing import click_graph, graph, open_explore, point_pixels, settle
from tools.running import RunningServer, start_server


@pytest.fixture(scope="module")
def labelled(
    demo_library: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """The demo with trills in its first recording, and one title in characters."""
    folder = tmp_path_factory.mktemp("labelled")
    shutil.copytree(demo_library, folder / "library")
    with Library.open(folder / "library") as library:
        rows = library.catalogue.recordings()
        trills = [Annotation(0, 18, "Trill"), Annotation(20, 29, "Vibrato")]
        library.catalogue.annotations.replace({rows[0].sha256: trills})
        same = next(row for row in rows if row.title == "Guang Ming Xing")
        library.catalogue.save_recordings(
            [replace(same, title="光明行", edits={"title": "光明行"})]
        )
    with start_server(folder / "library", folder / "server.log") as server:
        yield server


def test_annotations_colour_select_and_are_heard(page: Page, labelled: RunningServer) -> None:
    open_explore(page, labelled.url)
    page.click("#color-by")
    page.get_by_text("Technique", exact=True).click()
    settle(page)
    legend = page.locator("#legend .legend-entry")
    expect(legend).to_contain_text(["Trill", "Vibrato", "Not annotated"])
    trill = legend.filter(has_text="Trill")
    expect(trill.locator(".legend-count")).to_have_text("2")
    trill.locator("button").click()
    settle(page)
    assert graph(page, "map-graph")["selected"] == [0, 1]
    ((x, y),) = point_pixels(page, [0])
    click_graph(page, "map-graph", x, y)
    expect(page.locator("#player-marks")).to_be_visible()
    expect(page.locator("#player-mark")).to_have_text("Trill")
    trill.locator("button").click()
    settle(page)
    assert graph(page, "map-graph")["selected"] is None


def test_titles_that_sound_alike_become_one_piece_when_somebody_says_so(
    page: Page, labelled: RunningServer
) -> None:
    page.goto(f"{labelled.url}/library")
    settle(page)
    page.locator("#library-titles summary").click()
    offer = page.locator("#library-titles li", has_text="光明行")
    expect(offer).to_contain_text("sound the same")
    offer.get_by_text("One piece").click()
    expect(page.locator("#library-titles summary")).to_have_text("1 pair of titles is one piece")
    open_explore(page, labelled.url)
    page.click("#piece-filter")
    options = page.locator(".dash-dropdown-option")
    expect(options.filter(has_text="Guang Ming Xing")).to_have_count(1)
    expect(options.filter(has_text="光明行")).to_have_count(0)
    # It is found by its other title, too.
    page.locator(".dash-dropdown-search").fill("光明")
    options.filter(has_text="Guang Ming Xing").click()
    page.keyboard.press("Escape")
    settle(page)
    expect(page.locator("#selection-summary")).to_contain_text("Guang Ming Xing")
