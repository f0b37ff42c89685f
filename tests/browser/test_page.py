"""The page as a whole: it fits, its other pages open, light and dark, keys."""

from __future__ import annotations

import itertools
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tools.browsing import open_explore, settle, wait_until_drawn
from tools.running import RunningServer

SIZES = [(1440, 900), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everything_fits_and_nothing_overlaps(
    page: Page, server: RunningServer, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_explore(page, server.url)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate("() => document.documentElement.scrollHeight") <= height
    panels = page.locator(".page-explore .panel").all()
    boxes = [box for panel in panels if (box := panel.bounding_box())]
    assert len(boxes) >= 6
    for first, second in itertools.combinations(boxes, 2):
        apart_x = (
            first["x"] + first["width"] <= second["x"] + 1
            or second["x"] + second["width"] <= first["x"] + 1
        )
        apart_y = (
            first["y"] + first["height"] <= second["y"] + 1
            or second["y"] + second["height"] <= first["y"] + 1
        )
        assert apart_x or apart_y


def test_theme_changes_and_is_remembered(explore: Page, server: RunningServer) -> None:
    read = "() => document.documentElement.getAttribute('data-bs-theme')"
    before = explore.evaluate(read)
    explore.click("#page-theme")
    after = explore.evaluate(read)
    assert {before, after} == {"light", "dark"}
    open_explore(explore, server.url)
    assert explore.evaluate(read) == after


def test_question_mark_shows_the_keys(explore: Page) -> None:
    explore.keyboard.press("?")
    expect(explore.locator("#page-help-text")).to_be_visible()
    explore.keyboard.press("Escape")
    expect(explore.locator("#page-help-text")).to_be_hidden()


def test_an_idle_page_asks_dash_only_when_there_is_news(page: Page, server: RunningServer) -> None:
    news = ["one"]
    page.add_init_script(_ASK_OFTEN)
    page.route("**/news?map=*", lambda route: route.fulfill(body=news[-1]))
    open_explore(page, server.url)
    with page.expect_response("**/news?map=*"):
        pass
    settle(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0]))
    page.wait_for_timeout(1_000)
    assert set(asked) == {f"{server.url}/news"}
    with page.expect_request(lambda request: "_dash-update-component" in request.url) as told:
        news.append("two")
    assert '"status-interval.n_intervals"' in (told.value.post_data or "")


_ASK_OFTEN = """
const patient = window.setInterval;
window.setInterval = (job, ms, ...rest) => patient(job, ms === 10000 ? 200 : ms, ...rest);
"""


def test_a_page_whose_plotly_comes_late_waits_for_it_quietly(
    page: Page, server: RunningServer
) -> None:
    page.add_init_script(_COUNT_TIMERS)
    page.route("**/plotly.min*", _late)
    open_explore(page, server.url)
    assert page.locator("script[src*='plotly.min']").count() == 1
    # A few who wait look several times a second; once each of them waited for each graph anew.
    assert page.evaluate("() => window.__timers") < 1_000


def _late(route: Route) -> None:
    time.sleep(1.5)
    route.continue_()


_COUNT_TIMERS = """
window.__timers = 0;
const later = window.setTimeout;
window.setTimeout = (...job) => { window.__timers += 1; return later(...job); };
"""


def test_notes_page_shows_samples_and_latents(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/notes")
    page.set_default_timeout(120_000)
    wait_until_drawn(page, "notes-samples-graph", "notes-latents-graph")
    settle(page)


def test_encoder_page_draws_the_loss_curves(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/evaluate")
    wait_until_drawn(page, "encoder-note-losses", "encoder-segment-losses")


def test_a_long_legend_scrolls_and_leaves_the_filters_their_room(explore: Page) -> None:
    # Forty performers in a tall window are what ten are in this one.
    explore.set_viewport_size({"width": 1440, "height": 700})
    filters, colours, legend = (
        explore.locator(name).bounding_box()
        for name in ("#instrument-filter", "#color-by", "#legend")
    )
    assert filters is not None and colours is not None and legend is not None
    assert filters["y"] + filters["height"] < colours["y"]
    assert legend["y"] + legend["height"] < 700
    overflow = "node => node.scrollHeight > node.clientHeight"
    assert explore.locator("#legend").evaluate(overflow)
