"""A first visit, a browser without WebGL, a small screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.browsing import (
    Complaints,
    click_graph,
    drag,
    graph,
    new_page,
    open_explore,
    point_pixels,
    settle,
)
from tools.running import RunningServer

_WITHOUT_WEBGL = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : original.call(this, kind, ...rest);
};
"""
HINT = ".tour-hint:not([hidden])"


@pytest.fixture
def newcomer(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """The Explore page as somebody sees it who was never here."""
    page = new_page(browser, first_visit=True)
    complaints = Complaints()
    complaints.listen(page)
    open_explore(page, server.url)
    yield page
    page.context.close()
    assert complaints.lines == []


def test_a_first_visit_has_three_hints_and_a_second_none(newcomer: Page) -> None:
    titles = []
    for number in (1, 2, 3):
        expect(newcomer.locator(HINT)).to_contain_text(f"{number} of 3")
        titles.append(newcomer.locator(f"{HINT} h2").inner_text())
        box = newcomer.locator(HINT).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1440
        newcomer.locator(f"{HINT} .tour-next").click()
    assert len(set(titles)) == 3
    expect(newcomer.locator(HINT)).to_have_count(0)
    newcomer.reload()
    settle(newcomer)
    newcomer.wait_for_timeout(600)
    expect(newcomer.locator(HINT)).to_have_count(0)


def test_the_hints_close_with_escape_and_come_back_from_the_help(newcomer: Page) -> None:
    expect(newcomer.locator(HINT)).to_be_visible()
    newcomer.keyboard.press("Escape")
    expect(newcomer.locator(HINT)).to_have_count(0)
    newcomer.keyboard.press("?")
    newcomer.get_by_text("Show the first hints again").click()
    expect(newcomer.locator(HINT)).to_contain_text("1 of 3")


def test_fields_have_names_and_play_begins_without_a_mouse(explore: Page) -> None:
    expect(explore.get_by_role("spinbutton", name="Clusters")).to_have_count(1)
    expect(explore.get_by_role("slider", name="Volume")).to_have_count(1)
    expect(explore.get_by_role("group", name="Colour by").get_by_role("button")).to_have_count(1)
    explore.keyboard.press(" ")
    expect(explore.locator("#player-now b")).not_to_be_empty()


def test_without_webgl_the_page_works_and_says_so(browser: Browser, server: RunningServer) -> None:
    page = new_page(browser, width=1366, height=768)
    page.context.add_init_script(_WITHOUT_WEBGL)
    complaints = Complaints()
    complaints.listen(page)
    open_explore(page, server.url)
    assert graph(page, "map-graph")["type"] == "scatter"
    expect(page.locator("#map-webgl")).to_contain_text("without WebGL")
    pixels = point_pixels(page, list(range(len(graph(page, "map-graph")["x"]))))
    box = page.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    drag(page, (box["x"] + 2, box["y"] + 2), (middle, box["y"] + box["height"] - 2))
    settle(page)
    selected = graph(page, "map-graph")["selected"]
    assert selected == [row for row, (x, _) in enumerate(pixels) if x <= middle]
    assert len(graph(page, "heatmap-graph")["z"]) == len(selected)
    click_graph(page, "map-graph", *pixels[selected[0]])
    expect(page.locator("#player-now b")).not_to_be_empty()
    page.context.close()
    assert complaints.lines == []


def test_a_finger_selects_and_plays(browser: Browser, server: RunningServer) -> None:
    page = new_page(browser, width=1180, height=820, has_touch=True)
    open_explore(page, server.url)
    box = page.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    pixels = point_pixels(page, list(range(len(graph(page, "map-graph")["x"]))))
    middle = box["y"] + box["height"] / 2
    _swipe(page, (box["x"] + 4, box["y"] + 4), (box["x"] + box["width"] - 4, middle))
    settle(page)
    selected = graph(page, "map-graph")["selected"]
    assert selected == [row for row, (_, y) in enumerate(pixels) if y <= middle]
    page.touchscreen.tap(*pixels[selected[0]])
    expect(page.locator("#player-now b")).not_to_be_empty()
    page.context.close()


def _swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Put a finger down at `start`, draw it to `end` and lift it."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for step in range(1, 9):
        share = step / 8
        touch("touchMove", tuple(a + share * (b - a) for a, b in zip(start, end, strict=True)))
    touch("touchEnd")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1440, 900), (1920, 1080)])
def test_nothing_leaves_the_screen(
    browser: Browser, server: RunningServer, width: int, height: int
) -> None:
    page = new_page(browser, width=width, height=height)
    open_explore(page, server.url)
    outside = page.evaluate(_OUTSIDE)
    page.context.close()
    assert outside == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (800, 1000), (1024, 768), (1180, 820)])
def test_a_narrow_window_scrolls_and_leaves_nothing_out(
    browser: Browser, server: RunningServer, width: int, height: int
) -> None:
    page = new_page(browser, width=width, height=height)
    open_explore(page, server.url)
    aside = page.evaluate(_ASIDE)
    flat = page.evaluate(_FLAT)
    page.locator("[data-open=form-workspace]").click()
    expect(page.locator("#form-workspace .panel-head")).to_be_in_viewport()
    page.context.close()
    assert aside == []
    assert flat == []


def test_the_card_of_a_dimension_is_readable_in_a_low_window(
    browser: Browser, server: RunningServer
) -> None:
    page = new_page(browser, width=1366, height=768)
    open_explore(page, server.url)
    page.locator("#variance-list button").first.click()
    page.locator("#dimension-sound .dimension-row").last.wait_for(timeout=120_000)
    last = page.locator("#dimension-sound .dimension-row").last.bounding_box()
    ends = page.locator(".dimension-end").first.bounding_box()
    page.context.close()
    assert last is not None and ends is not None
    beside = last["x"] + last["width"] <= ends["x"]
    assert beside or last["y"] + last["height"] <= ends["y"]


def test_a_server_that_is_gone_is_missed_and_welcomed_back(
    browser: Browser, server: RunningServer
) -> None:
    page = new_page(browser)
    open_explore(page, server.url)
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    page.click("#cluster-run")
    expect(page.locator(".connection")).to_contain_text("does not answer")
    page.unroute("**/*")
    expect(page.locator(".connection")).to_have_count(0)
    page.click("#cluster-run")
    expect(page.locator("#cluster-result")).to_contain_text("silhouette")
    page.context.close()


def test_what_was_selected_while_the_server_was_gone_is_shown_when_it_is_back(
    browser: Browser, server: RunningServer
) -> None:
    page = new_page(browser)
    open_explore(page, server.url)
    everything = len(graph(page, "heatmap-graph")["z"])
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    page.locator(".legend-entry button").first.click()
    expect(page.locator("#selection-summary")).to_contain_text("do not show this selection yet")
    assert len(graph(page, "heatmap-graph")["z"]) == everything
    page.unroute("**/*")
    expect(page.locator("#selection-summary")).to_contain_text(f"of {everything:,} segments")
    settle(page)
    rows = graph(page, "map-graph")["selected"]
    assert 0 < len(rows) == len(graph(page, "heatmap-graph")["z"]) < everything
    page.context.close()


# Controls that leave the screen sideways, and panels that have no height left.
_ASIDE = """
() => [...document.querySelectorAll('.panel, .page-explore button, .top button')]
  .filter((node) => node.offsetParent && node.checkVisibility())
  .filter((node) => {
    const { left, right } = node.getBoundingClientRect();
    return left < 0 || right > innerWidth + 0.5;
  })
  .map((node) => node.id || node.className)
"""
_FLAT = """
() => [...document.querySelectorAll('.page-explore > *')]
  .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 30)
  .map((node) => node.className)
"""

# Controls and panels that are shown but not wholly on the screen, and bars that are too narrow.
_OUTSIDE = """
() => [...document.querySelectorAll('.panel, .page-explore button, .top button, .toolbar')]
  .filter((node) => node.offsetParent && !node.closest('.legend, .cluster-result, .variance-list'))
  .filter((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const cut = node.matches('.toolbar') && node.scrollWidth > node.parentElement.clientWidth;
    return cut || left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
  })
  .map((node) => node.id || node.className)
"""
