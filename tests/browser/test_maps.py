"""Maps by every method on either side, how well they keep neighbours, contours and names."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from data.library import Library
from tests.browser.test_encoders import _brush, _choose, _range, _recipe
from tools.browsing import (
    graph,
    new_page,
    open_explore,
    point_pixels,
    settle,
    wait_until_drawn,
)
from tools.running import RunningServer, start_server

MAIN, SECOND = "map-graph", "second-graph"


@pytest.fixture(scope="module")
def library(demo_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo library of this module's own: it is mapped in several ways."""
    return Path(shutil.copytree(demo_library, tmp_path_factory.mktemp("maps") / "library"))


@pytest.fixture(scope="module")
def server(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_server(library, tmp_path_factory.mktemp("server") / "server.log") as running:
        yield running


def test_another_method_moves_the_points_and_leaves_the_selection(
    explore: Page, library: Path
) -> None:
    page = explore
    with Library.open(library) as opened:
        own = opened.catalogue.current_map
    tsne, heatmap = graph(page, MAIN), graph(page, "heatmap-graph")
    rows = _brush(page, MAIN)
    _choose(page, "map-method", "PCA")
    _wait_for(page, "map-store", "pca")
    settle(page)
    pca = graph(page, MAIN)
    assert pca["x"] != tsne["x"] and pca["colors"] == tsne["colors"]
    assert pca["selected"] == rows
    assert _recipe(page)["all_of"][0]["of"] == own
    page.click("#selection-clear")
    settle(page)
    # The latents are the same, so every panel is.
    assert graph(page, "heatmap-graph")["z"] == heatmap["z"]
    # It is this page's choice: the library has its map still, and a reload has the choice.
    with Library.open(library) as opened:
        assert opened.catalogue.current_map == own
    open_explore(page, page.url)
    _wait_for(page, "map-store", "pca")
    expect(page.locator("#map-method")).to_contain_text("PCA")
    _choose(page, "map-method", "t-SNE")
    _wait_for(page, "map-store", str(own))
    settle(page)
    assert graph(page, MAIN)["x"] == tsne["x"]


def test_undo_reaches_back_over_a_change_of_the_map(explore: Page) -> None:
    page = explore
    rows = _brush(page, MAIN)
    _choose(page, "map-method", "PCA")
    _wait_for(page, "map-store", "pca")
    settle(page)
    page.click("#selection-clear")
    settle(page)
    assert graph(page, MAIN)["selected"] is None
    page.click("#page-undo")
    settle(page)
    assert graph(page, MAIN)["selected"] == rows
    assert "of" in _recipe(page)["all_of"][0]


def test_a_new_map_takes_shape_in_the_place_of_the_old_one(explore: Page, library: Path) -> None:
    page = explore
    before = graph(page, MAIN)
    _choose(page, "map-method", "t-SNE")
    page.click("#map-settings summary")
    expect(page.locator("#map-perplexity")).to_be_visible()
    expect(page.locator("#map-neighbours")).to_be_hidden()
    page.fill("#map-perplexity", "9")
    page.keyboard.press("Enter")
    page.wait_for_function(_SKETCHED)
    expect(page.locator("#map-encoder-work")).to_contain_text("t-SNE of contrast takes shape.")
    sketch = graph(page, MAIN)
    assert sketch["x"] != before["x"] and sketch["colors"] == before["colors"]
    # Panels go on with what they show.
    assert graph(page, "heatmap-graph")["meta"] is None
    page.wait_for_function(
        "() => (window.dash_component_api.getLayout('map-store').props.data.projection || {})"
        ".perplexity === 9",
        timeout=120_000,
    )
    settle(page)
    assert not page.evaluate(_SKETCHED)
    assert graph(page, MAIN)["x"] not in (sketch["x"], before["x"])
    expect(page.locator("#map-encoder-work")).to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#map-perplexity")).to_be_hidden()
    with Library.open(library) as opened:
        kept = [info.params for info in opened.catalogue.maps()]
    assert {"perplexity": 9.0, "seed": 0} in kept
    assert not list((library / "maps").glob("frame-*"))


def test_two_methods_stand_side_by_side(explore: Page) -> None:
    page = explore
    page.click("#map-compare")
    _choose(page, "second-encoder", "contrast")
    _choose(page, "second-method", "PCA")
    _wait_for(page, "second-store", "pca")
    wait_until_drawn(page, SECOND)
    settle(page)
    one, other = graph(page, MAIN), graph(page, SECOND)
    assert one["x"] != other["x"] and one["colors"] == other["colors"]
    rows = _brush(page, SECOND)
    assert graph(page, MAIN)["selected"] == graph(page, SECOND)["selected"] == rows
    # How well neighbours are kept is a question about each map.
    _choose(page, "color-by", "Neighbours kept")
    settle(page)
    one, other = graph(page, MAIN), graph(page, SECOND)
    assert one["selected"] == other["selected"] == rows
    assert sum(one["colors"]) < 0.7 * sum(other["colors"])  # 1: all kept, 5: few
    assert graph(page, "heatmap-graph")["z"]
    expect(page.locator("#legend")).to_contain_text("13 to 15 of 15")
    expect(page.locator("#legend")).to_contain_text("on average")


def test_contours_and_names_follow_the_view_and_no_brush_asks_for_them(explore: Page) -> None:
    page = explore
    expect(page.locator(".map-contour")).to_have_count(0)
    _layers(page)
    expect(page.locator(f"#{MAIN} .map-contour")).to_have_count(5)
    names = page.locator(f"#{MAIN} .map-name:not(.hidden)")
    expect(names.nth(2)).to_be_attached()
    assert _apart(page)
    performers = page.locator("#legend .legend-label").all_inner_texts()
    assert set(names.all_text_contents()) <= set(performers)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    _brush(page, MAIN)
    assert asked and not [body for body in asked if "layers-store" in body]
    expect(page.locator(f"#{MAIN} .map-contour")).to_have_count(5)

    drawn = page.locator(f"#{MAIN} .map-contours g").get_attribute("transform")
    wide = _range(page, MAIN)
    page.click("#map-zoom")
    settle(page)
    assert _range(page, MAIN) != wide
    assert page.locator(f"#{MAIN} .map-contours g").get_attribute("transform") != drawn
    assert _apart(page)

    _choose(page, "color-by", "Instrument")
    settle(page)
    instruments = page.locator("#legend .legend-label").all_inner_texts()
    assert set(names.all_text_contents()) <= set(instruments)
    _layers(page)
    expect(page.locator(".map-contour, .map-name")).to_have_count(0)


def test_a_card_closes_before_the_selection_is_cleared(explore: Page) -> None:
    page = explore
    rows = _brush(page, MAIN)
    page.click(".map-layers-menu summary")
    page.keyboard.press("Escape")
    settle(page)
    expect(page.locator("#map-layers")).to_be_hidden()
    assert graph(page, MAIN)["selected"] == rows
    page.click("#map-settings summary")
    expect(page.locator("#map-settings .popover-card")).to_be_visible()
    page.click(".page-count")
    expect(page.locator("#map-settings .popover-card")).to_be_hidden()


_SKETCHED = """
() => Boolean(document.querySelector("#map-graph .js-plotly-plot").layout.meta.sketch)
"""
_BOXES = """
(id) => [...document.querySelectorAll(`#${id} .map-name:not(.hidden)`)].map((name) => {
  const { left, top, right, bottom } = name.getBoundingClientRect();
  return [left, top, right, bottom];
})
"""


def test_a_link_keeps_clusters_that_were_made_on_another_map(explore: Page) -> None:
    page = explore
    page.fill("#cluster-k", "4")
    page.keyboard.press("Tab")
    page.click("#cluster-run")
    settle(page)
    _choose(page, "map-method", "PCA")
    _wait_for(page, "map-store", "pca")
    settle(page)
    result = page.locator("#cluster-result").inner_text()
    assert "Cluster 4" in result
    address = page.evaluate("() => window.musiclatentvis.link.address()")
    other = new_page(page.context.browser, reduced_motion="reduce")
    other.goto(address)
    other.wait_for_function(
        "() => document.documentElement.dataset.link === 'restored'", timeout=20_000
    )
    settle(other)
    assert graph(other, MAIN)["x"] == graph(page, MAIN)["x"]
    assert graph(other, MAIN)["colors"] == graph(page, MAIN)["colors"]
    assert other.locator("#cluster-result").inner_text() == result
    expect(other.locator("#cluster-k")).to_have_value("4")
    other.context.close()


def test_points_are_drawn_in_the_colours_of_the_legend(explore: Page) -> None:
    page = explore
    for colour_by in (None, "Instrument"):
        if colour_by:
            _choose(page, "color-by", colour_by)
            settle(page)
        codes = graph(page, MAIN)["colors"]
        swatches = page.locator("#legend .swatch").evaluate_all(
            "spots => spots.map((spot) => getComputedStyle(spot).color)"
        )
        legend = np.array([re.findall(r"\d+", colour)[:3] for colour in swatches], dtype=float)
        places = np.array(point_pixels(page, list(range(len(codes)))))
        picture = np.array(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), dtype=float)
        apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 99 * np.eye(len(places))
        alone = np.flatnonzero(apart.min(axis=1) > 12)
        assert len(alone) >= 5
        for row in alone:
            x, y = places[row].round().astype(int)
            nearest = np.linalg.norm(legend - picture[y, x], axis=1).argmin()
            assert nearest == codes[row] - 1


def _wait_for(page: Page, store: str, map_id: str) -> None:
    page.wait_for_function(
        """([store, begin]) => {
          const { data } = window.dash_component_api.getLayout(store).props;
          return Boolean(data && data.map && data.map.startsWith(begin));
        }""",
        arg=[store, map_id],
    )


def _layers(page: Page) -> None:
    """Switch both layers on, or off."""
    page.click(".map-layers-menu summary")
    for label in page.locator("#map-layers label").all():
        label.click()
    page.keyboard.press("Escape")
    settle(page)


def _apart(page: Page) -> bool:
    """Whether no name lies over another one."""
    boxes: list[Any] = page.evaluate(_BOXES, MAIN)
    return all(
        one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
    )
