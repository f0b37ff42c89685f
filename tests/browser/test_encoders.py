"""Another encoder on the page, and two maps side by side, with both shipped encoders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from data.library import Library
from tools.browsing import (
    click_graph,
    drag,
    graph,
    new_page,
    open_explore,
    point_pixels,
    settle,
    wait_until_drawn,
)
from tools.running import RunningServer, start_server

MAIN, SECOND = "map-graph", "second-graph"
_RINGED = """
(id) => {
  const ring = document.querySelector(`#${id} .hover-marks .hover-ring`);
  return Boolean(ring && ring.getAttribute("d"));
}
"""

_HEARD = "(row) => (window.musiclatentvis.player.where() || {}).row === row"


@pytest.fixture(scope="module")
def library(demo_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo library of this module's own: it is encoded with a second encoder."""
    return Path(shutil.copytree(demo_library, tmp_path_factory.mktemp("encoders") / "library"))


@pytest.fixture(scope="module")
def server(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_server(library, tmp_path_factory.mktemp("server") / "server.log") as running:
        yield running


def test_another_encoder_changes_this_page_alone(
    explore: Page, browser: Browser, server: RunningServer, library: Path
) -> None:
    with Library.open(library) as opened:
        before = (opened.catalogue.current_encoder, opened.catalogue.current_map)
    contrast = graph(explore, MAIN)["x"]
    heatmap = graph(explore, "heatmap-graph")["z"]
    expect(explore.locator("#map-encoder")).to_contain_text("contrast")
    _choose(explore, "map-encoder", "paper")
    # The page goes on while the library is encoded, and says what it waits for.
    expect(explore.locator("#map-encoder-work")).to_contain_text("Preparing paper.")
    expect(explore.locator("#map-encoder-work")).to_contain_text("Until then you see contrast.")
    assert _brush(explore, MAIN)
    assert _shown(explore)["encoder"].startswith("contrast-")
    explore.wait_for_function(_MAP_OF, arg="paper-", timeout=240_000)
    settle(explore)
    assert graph(explore, MAIN)["x"] != contrast
    expect(explore.locator("#map-encoder-work")).to_be_empty()
    # The brush is still there, told on the other map, and on every panel.
    recipe = _recipe(explore)
    assert recipe["all_of"][0]["of"] == before[1]
    explore.click("#selection-clear")
    settle(explore)
    assert graph(explore, "heatmap-graph")["z"] != heatmap

    another = new_page(browser)
    open_explore(another, server.url)
    expect(another.locator("#map-encoder")).to_contain_text("contrast")
    assert graph(another, MAIN)["x"] == contrast
    another.context.close()
    with Library.open(library) as opened:
        assert (opened.catalogue.current_encoder, opened.catalogue.current_map) == before

    open_explore(explore, server.url)  # a reload keeps what was chosen in this tab
    explore.wait_for_function(_MAP_OF, arg="paper-")
    expect(explore.locator("#map-encoder")).to_contain_text("paper")
    _choose(explore, "map-encoder", "contrast")
    explore.wait_for_function(_MAP_OF, arg="contrast-")
    settle(explore)
    assert graph(explore, MAIN)["x"] == contrast


def test_filters_and_brush_stay_and_ranges_go(side_by_side: Page) -> None:
    page = side_by_side
    rows = _brush(page, MAIN)
    page.click("#performer-filter")
    page.locator(".dash-dropdown-option").first.click()
    page.keyboard.press("Escape")
    settle(page)
    axis = page.locator("#parallel-graph .axis-brush .background").first.bounding_box()
    assert axis is not None
    x, middle = axis["x"] + axis["width"] / 2, axis["y"] + axis["height"] / 2
    drag(page, (x, axis["y"] + 2), (x, middle))
    settle(page)
    kinds = [next(iter(term)) for term in _recipe(page)["all_of"]]
    assert kinds == ["performer", "box", "range"]
    box = _recipe(page)["all_of"][1]
    first = _shown(page)["map"]

    _choose(page, "map-encoder", "paper")
    page.wait_for_function(_MAP_OF, arg="paper-")
    settle(page)
    performer, moved = _recipe(page)["all_of"]
    assert set(performer) == {"performer"}
    assert moved == {**box, "of": first}
    expect(page.locator("#second-encoder")).to_contain_text("contrast")
    selected = graph(page, MAIN)["selected"]
    assert selected == graph(page, SECOND)["selected"]
    assert 0 < len(selected) <= len(rows)
    assert len(graph(page, "heatmap-graph")["z"]) == len(selected)


@pytest.fixture
def side_by_side(explore: Page) -> Page:
    """Both encoders' maps."""
    expect(explore.locator(f"#{SECOND}")).to_be_hidden()
    explore.click("#map-compare")
    expect(explore.locator("#map-compare")).to_have_attribute("aria-pressed", "true")
    wait_until_drawn(explore, SECOND, timeout_s=240)
    settle(explore)
    expect(explore.locator("#second-encoder")).to_contain_text("paper")
    return explore


@pytest.mark.parametrize("brushed", [MAIN, SECOND])
def test_a_brush_on_either_map_selects_the_same_everywhere(
    side_by_side: Page, brushed: str
) -> None:
    page = side_by_side
    one, other = graph(page, MAIN), graph(page, SECOND)
    assert one["colors"] == other["colors"]
    assert one["x"] != other["x"]
    rows = _brush(page, brushed)
    assert 0 < len(rows) < len(one["x"])
    assert graph(page, MAIN)["selected"] == graph(page, SECOND)["selected"] == rows
    assert len(graph(page, "heatmap-graph")["z"]) == len(rows)
    expect(page.locator("#selection-summary")).to_contain_text(f"{len(rows):,} of ")
    (term,) = _recipe(page)["all_of"]
    assert ("of" in term) == (brushed == SECOND)
    assert page.locator(".map-brush").count() == 0

    page.click("#color-by")
    page.locator(".dash-dropdown-option", has_text="Instrument").click()
    settle(page)
    assert graph(page, MAIN)["colors"] == graph(page, SECOND)["colors"] != one["colors"]
    assert graph(page, SECOND)["selected"] == rows
    page.click("#selection-clear")
    settle(page)
    assert graph(page, MAIN)["selected"] is graph(page, SECOND)["selected"] is None


def test_resting_on_a_point_rings_it_on_the_other_map_and_a_click_plays_it(
    side_by_side: Page,
) -> None:
    page = side_by_side
    for here, there in ((MAIN, SECOND), (SECOND, MAIN)):
        (x, y) = _lonely(page, here)
        row = click_graph(page, here, x, y)
        page.wait_for_function(_RINGED, arg=there)
        assert not page.evaluate(_RINGED, here)
        page.wait_for_function(_HEARD, arg=row)
        settle(page)
        page.mouse.move(5, 400)
        page.wait_for_function(f"(id) => !({_RINGED})(id)", arg=there)


def test_tools_work_on_both_maps(side_by_side: Page) -> None:
    page = side_by_side
    whole = [_range(page, name) for name in (MAIN, SECOND)]
    _brush(page, SECOND)
    page.click("#map-zoom")
    settle(page)
    for name, before in zip((MAIN, SECOND), whole, strict=True):
        assert _range(page, name)[1] - _range(page, name)[0] < before[1] - before[0]
    page.click("#map-home")
    page.click("#map-pan")
    settle(page)
    before = [_range(page, name) for name in (MAIN, SECOND)]
    box = page.locator(f"#{SECOND} .nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drag(page, (x, y), (x + 60, y))
    settle(page)
    assert _range(page, MAIN) == before[0]
    assert _range(page, SECOND) != before[1]
    assert graph(page, SECOND)["selected"] == graph(page, MAIN)["selected"]


def test_a_closed_second_map_is_not_drawn_and_asks_for_nothing(side_by_side: Page) -> None:
    page = side_by_side
    page.click("#map-compare")
    settle(page)
    expect(page.locator(f"#{SECOND}")).to_be_hidden()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    assert _brush(page, MAIN)
    assert any('"selection"' in body for body in asked)
    assert not [body for body in asked if f'"output":"{SECOND}' in body or "second-store" in body]
    drawn = "(id) => document.querySelector(`#${id} .js-plotly-plot`)._fullData.length"
    assert page.evaluate(drawn, SECOND) == 0


_RECIPE = """
() => JSON.stringify(window.dash_component_api.getLayout("selection-store").props.data)
"""
_MAP_OF = """
(recipe) => {
  const shown = window.dash_component_api.getLayout("map-store").props.data;
  return Boolean(shown && shown.encoder && shown.encoder.startsWith(recipe));
}
"""


def _shown(page: Page) -> dict[str, Any]:
    value: dict[str, Any] = page.evaluate(
        "() => window.dash_component_api.getLayout('map-store').props.data"
    )
    return value


def _recipe(page: Page) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(page.evaluate(_RECIPE))
    return value


def _choose(page: Page, dropdown: str, label: str) -> None:
    page.click(f"#{dropdown}")
    page.locator(".dash-dropdown-option", has_text=label).first.click()


def _range(page: Page, graph_id: str) -> list[float]:
    value: list[float] = page.evaluate(
        "(id) => document.querySelector(`#${id} .js-plotly-plot`)._fullLayout.xaxis.range", graph_id
    )
    return value


def _brush(page: Page, graph_id: str) -> list[int]:
    """Drag a box over the left part of a map; the rows that stand in it."""
    count = len(graph(page, graph_id)["x"])
    pixels = point_pixels(page, list(range(count)), graph_id)
    xs, ys = sorted(x for x, _ in pixels), [y for _, y in pixels]
    # Between two neighbours, so that rounding to pixels does not matter.
    middle = len(xs) // 2
    gap = max(range(middle - len(xs) // 4, middle), key=lambda i: xs[i + 1] - xs[i])
    right = (xs[gap] + xs[gap + 1]) / 2
    before = page.evaluate(_RECIPE)
    drag(page, (xs[0] - 6, min(ys) - 6), (right, max(ys) + 6))
    page.wait_for_function(f"(before) => ({_RECIPE})() !== before", arg=before)
    settle(page)
    return [row for row, (x, _) in enumerate(pixels) if x < right]


def _lonely(page: Page, graph_id: str) -> tuple[float, float]:
    """The point that is farthest from its nearest neighbour, in pixels."""
    count = len(graph(page, graph_id)["x"])
    pixels = point_pixels(page, list(range(count)), graph_id)

    def room(at: tuple[float, float]) -> float:
        apart = sorted((x - at[0]) ** 2 + (y - at[1]) ** 2 for x, y in pixels)
        return apart[1]

    return max(pixels, key=room)
