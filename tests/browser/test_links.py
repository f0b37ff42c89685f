"""A link reproduces the view; a drag over the timeline selects."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.browsing import (
    Complaints,
    click_graph,
    drag,
    graph,
    new_page,
    point_pixels,
    settle,
    wait_until_drawn,
)


@pytest.fixture
def other(browser: Browser) -> Any:
    """Somebody else's browser."""
    page = new_page(browser, reduced_motion="reduce")
    complaints = Complaints()
    complaints.listen(page)
    yield page
    page.context.close()
    assert complaints.lines == []


def test_a_link_shows_the_same_page_to_somebody_else(explore: Page, other: Page) -> None:
    # A performer less a box, clusters of it, coloured by title, zoomed, with a dimension open.
    explore.locator(".legend-entry button").nth(0).click()
    settle(explore)
    rows = graph(explore, "map-graph")["selected"]
    pixels = point_pixels(explore, rows)
    x, y = pixels[0]
    explore.keyboard.down("Alt")
    drag(explore, (x - 12, y - 12), (x + 12, y + 12))
    explore.keyboard.up("Alt")
    settle(explore)
    explore.click("#cluster-run")
    settle(explore)
    explore.click("#color-by")
    explore.locator(".dash-dropdown-option", has_text="Title").click()
    settle(explore)
    click_graph(explore, "map-graph", *point_pixels(explore, [rows[-1]])[0])
    explore.wait_for_function(
        "() => document.getElementById('player-audio').currentTime > 0.3", timeout=30_000
    )
    explore.keyboard.press(" ")
    explore.click("#map-zoom")
    explore.locator("#variance-list button").nth(1).click()
    settle(explore)
    here = _state(explore)
    assert 0 < len(here["rows"]) < len(rows)

    other.goto(_link(explore))
    wait_until_drawn(other, "map-graph", "heatmap-graph")
    other.wait_for_function("() => document.documentElement.dataset.link === 'restored'")
    settle(other)
    there = _state(other)
    heard = there.pop("heard"), here.pop("heard")
    assert there == here
    assert heard[0] == pytest.approx(heard[1], abs=0.3)
    assert "#" not in other.url
    assert other.evaluate("() => document.getElementById('player-audio').paused")


def test_clusters_of_a_selection_come_back_as_they_were(explore: Page, other: Page) -> None:
    explore.locator(".legend-entry button").nth(0).click()
    settle(explore)
    explore.click("#cluster-run")
    settle(explore)
    explore.click("[data-open=clusters-workspace]")
    settle(explore)
    read = "() => window.dash_component_api.getLayout('clustering-store').props.data"
    clustering = explore.evaluate(read)
    other.goto(_link(explore))
    other.wait_for_function("() => document.documentElement.dataset.link === 'restored'")
    settle(other)
    expect(other.locator("#clusters-workspace")).to_be_visible()
    assert other.evaluate(read) == clustering


def test_a_link_that_was_cut_off_says_so_and_the_page_works(explore: Page, other: Page) -> None:
    other.goto(_link(explore)[:-20])
    wait_until_drawn(other, "map-graph")
    expect(other.locator("#page-count")).to_contain_text("This link cannot be read")


def test_a_workspace_and_a_second_map_come_back_too(explore: Page, other: Page) -> None:
    explore.click("#map-compare")
    wait_until_drawn(explore, "second-graph")
    explore.click("[data-open=multiples-workspace]")
    settle(explore)
    other.goto(_link(explore))
    wait_until_drawn(other, "map-graph", "second-graph")
    expect(other.locator("#multiples-workspace")).to_be_visible()


def test_a_drag_over_the_timeline_selects_that_stretch(explore: Page) -> None:
    click_graph(explore, "map-graph", *point_pixels(explore, [0])[0])
    expect(explore.locator("#player-time")).to_have_text(re.compile(r"\d:\d\d / \d:\d\d"))
    minutes, seconds = explore.locator("#player-time").inner_text().split(" / ")[1].split(":")
    duration = 60 * int(minutes) + int(seconds)
    box = explore.locator("#player-overview").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2

    def place(second: float) -> tuple[float, float]:
        return box["x"] + second / duration * box["width"], y

    drag(explore, place(22), place(47))
    settle(explore)
    assert len(graph(explore, "map-graph")["selected"]) == 3
    expect(explore.locator("#player-band")).to_be_hidden()
    explore.keyboard.down("Shift")
    drag(explore, place(72), place(78))
    explore.keyboard.up("Shift")
    settle(explore)
    assert len(graph(explore, "map-graph")["selected"]) == 4
    # A click goes there and selects nothing.
    explore.mouse.click(*place(31))
    explore.wait_for_function(
        "() => Math.abs(document.getElementById('player-audio').currentTime - 32) < 3"
    )
    assert len(graph(explore, "map-graph")["selected"]) == 4


def _link(page: Page) -> str:
    page.click("#take-away summary")
    page.click("[data-take=link]")
    expect(page.locator("#take-away-text")).to_have_value(re.compile(r"#view="))
    return page.input_value("#take-away-text")


def _state(page: Page) -> dict[str, Any]:
    """What a person sees and hears."""
    map_graph = graph(page, "map-graph")
    return {
        "rows": map_graph["selected"],
        "colours": map_graph["colors"],
        "legend": page.locator("#legend").inner_text(),
        "filter": page.locator("#performer-filter").inner_text(),
        "clusters": page.locator("#cluster-result").inner_text(),
        "dimension": page.locator("#dimension-title").inner_text(),
        "ranges": [round(end, 6) for end in page.evaluate(_RANGES)],
        "now": page.locator("#player-now").inner_text(),
        "heard": page.evaluate("() => document.getElementById('player-audio').currentTime"),
    }


_RANGES = """
() => {
  const { xaxis, yaxis } = document.querySelector('#map-graph .js-plotly-plot')._fullLayout;
  return [...xaxis.range, ...yaxis.range];
}
"""
