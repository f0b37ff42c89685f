"""The two note maps: one marks what the other shows, a click is heard, labels stay apart."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tools.browsing import drag, settle
from tools.running import RunningServer

SAMPLES, LATENTS = "notes-samples-graph", "notes-latents-graph"
_FILLED = """
(count) => ["notes-samples-graph", "notes-latents-graph"].every((id) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  if (!plot || !plot._fullData || !plot._fullData.length) return false;
  return plot._fullData.reduce((sum, trace) => sum + trace.x.length, 0) >= count;
})
"""
#: Every point of a map in pixels of the page, with its trace and number.
_POINTS = """
(id) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  const box = plot.getBoundingClientRect();
  const {xaxis, yaxis} = plot._fullLayout;
  return plot._fullData.flatMap((trace, curve) => Array.from(trace.x, (x, number) => ({
    curve, number, x: box.left + xaxis._offset + xaxis.d2p(x),
    y: box.top + yaxis._offset + yaxis.d2p(trace.y[number]), card: trace.text[number],
  })));
}
"""
_SELECTED = """
(id) => document.querySelector(`#${id} .js-plotly-plot`)._fullData
  .map((trace) => trace.selectedpoints ? Array.from(trace.selectedpoints) : null)
"""
_RINGS = """
(id) => {
  const marks = document.querySelectorAll(`#${id} .map-marks path`);
  return Array.from(marks, (mark) => (mark.getAttribute("d") || "").split("M").length - 1);
}
"""
_LABELS = """
(id) => Array.from(document.querySelectorAll(`#${id} .annotation text`), (text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { text: text.textContent, left, right, top, bottom };
}).filter(({ right, left }) => right > left)
"""
_SOUND = """
() => {
  const audio = document.getElementById("notes-audio");
  const { note, start, length } = audio.dataset;
  return { note, start: Number(start), length: Number(length), time: audio.currentTime,
           paused: audio.paused, source: audio.currentSrc };
}
"""


@pytest.fixture
def notes(page: Page, server: RunningServer) -> Page:
    """The Notes page with both maps of the demo's scales."""
    page.set_default_timeout(120_000)
    page.goto(f"{server.url}/notes")
    page.wait_for_function(_FILLED, arg=1920)
    settle(page)
    return page


def test_resting_on_a_point_rings_its_note_on_the_other_map(notes: Page) -> None:
    point = _lonely(notes, SAMPLES)
    _rest(notes, point)
    card = notes.locator(f"#{SAMPLES} .hoverlayer .hovertext")
    for line in point["card"].replace("<b>", "").replace("</b>", "").split("<br>"):
        expect(card).to_contain_text(line)
    assert "loudness l" in point["card"]
    notes.wait_for_function(f"(id) => ({_RINGS})(id)[1] === 1", arg=LATENTS)
    assert notes.evaluate(_RINGS, LATENTS) == [10, 1]
    notes.mouse.move(5, 400)
    notes.wait_for_function(f"(id) => ({_RINGS})(id)[1] === 0", arg=LATENTS)


@pytest.mark.parametrize(("here", "there"), [(SAMPLES, LATENTS), (LATENTS, SAMPLES)])
def test_a_brush_marks_the_same_notes_on_both_maps_until_esc(
    notes: Page, here: str, there: str
) -> None:
    total = len(notes.evaluate(_POINTS, here))
    inside, near = _brush(notes, here)
    marked = _rows(notes.evaluate(_SELECTED, here))
    assert inside <= marked <= inside | near
    assert _rows(notes.evaluate(_SELECTED, there)) == marked
    for graph in (here, there):
        assert len(notes.evaluate(_POINTS, graph)) == total  # greyed, never removed
    expect(notes.locator("#notes-marked")).to_contain_text("marked")
    notes.keyboard.press("Escape")
    _assert_nothing_marked(notes)


def test_marks_of_most_notes_leave_the_maps_where_they_are_and_are_cleared(notes: Page) -> None:
    box = notes.locator(f"#{LATENTS} .nsewdrag").first.bounding_box()
    assert box is not None
    corner = box["x"] + 0.5 * box["width"], box["y"] + 0.6 * box["height"]
    drag(notes, (box["x"] + 3, box["y"] + 3), corner)
    expect(notes.locator("#notes-marked")).to_contain_text("marked")
    assert notes.locator(f"#{LATENTS} .nsewdrag").first.bounding_box() == box
    notes.keyboard.press("Escape")
    notes.wait_for_timeout(600)
    _assert_nothing_marked(notes)


def test_a_click_on_nothing_clears_the_marks(notes: Page) -> None:
    _brush(notes, SAMPLES)
    box = notes.locator(f"#{SAMPLES} .nsewdrag").first.bounding_box()
    assert box is not None
    notes.mouse.click(box["x"] + 4, box["y"] + 4)
    _assert_nothing_marked(notes)


def test_esc_leaves_the_selection_of_the_explore_page_alone(notes: Page) -> None:
    notes.click("a.nav-explore")
    settle(notes)
    notes.click("#performer-filter")
    notes.locator(".dash-dropdown-option").first.click()
    notes.keyboard.press("Escape")
    settle(notes)
    summary = notes.locator("#selection-summary").inner_text()
    notes.click("a.nav-notes")
    settle(notes)
    _brush(notes, SAMPLES)
    notes.keyboard.press("Escape")
    _assert_nothing_marked(notes)
    notes.click("a.nav-explore")
    expect(notes.locator("#selection-summary")).to_have_text(summary)


def test_a_click_plays_the_note_and_no_more(notes: Page) -> None:
    point = _lonely(notes, LATENTS)
    _rest(notes, point)
    notes.mouse.click(point["x"], point["y"])
    notes.wait_for_function(
        "() => { const audio = document.getElementById('notes-audio');"
        " return audio.dataset.start && audio.currentTime > Number(audio.dataset.start); }"
    )
    notes.wait_for_function("() => document.getElementById('notes-audio').paused")
    sound = notes.evaluate(_SOUND)
    assert point["card"].startswith(f"<b>{sound['note']}</b>")
    assert sound["length"] == pytest.approx(0.25)
    assert sound["start"] < sound["time"] < sound["start"] + 0.25 + 0.2  # timers are not exact
    assert "/media/scales/demo/" in sound["source"]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
def test_labels_never_touch_and_nothing_overlaps(notes: Page, width: int, height: int) -> None:
    notes.set_viewport_size({"width": width, "height": height})
    settle(notes)
    notes.wait_for_timeout(500)
    for graph in (SAMPLES, LATENTS):
        labels = notes.evaluate(_LABELS, graph)
        assert len(labels) >= 12
        _assert_apart(labels)
        box = notes.locator(f"#{graph} .nsewdrag").first.bounding_box()
        assert box is not None
        notes.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(4):
            notes.mouse.wheel(0, -200)
        notes.wait_for_timeout(600)
        _assert_apart(notes.evaluate(_LABELS, graph))
    assert notes.evaluate("() => document.documentElement.scrollWidth") <= width
    assert notes.evaluate("() => document.documentElement.scrollHeight") <= height
    feet = notes.locator(".notes-figures")
    for foot in feet.all():
        assert foot.evaluate("(element) => element.scrollWidth <= element.clientWidth")
        assert foot.locator("dt").all_inner_texts() == [
            "trustworthiness",
            "pitch",
            "pitch across instruments",
            "loudness",
            "instrument",
        ]


def test_a_recording_is_heard_in_its_own_key(notes: Page) -> None:
    notes.click("#notes-source")
    notes.locator("input.dash-dropdown-search").fill("Liang Xiao")
    notes.locator(".dash-dropdown-option", has_text="Liang Xiao").first.click()
    expect(notes.locator("#notes-status")).to_contain_text("…", timeout=2_000)
    expect(notes.locator("#notes-facts")).to_contain_text("1 = D (estimated)", timeout=240_000)
    expect(notes.locator("#notes-facts")).to_contain_text("Hz")
    expect(notes.locator("#notes-status")).to_be_empty()
    settle(notes)
    before = {point["card"].split("<br>")[0] for point in notes.evaluate(_POINTS, SAMPLES)}
    assert any(card.startswith("<b>La4</b>") and "cents" in card for card in before)
    assert not any("cents" in card and ("Fa" in card or "Ti" in card) for card in before)
    point = _lonely(notes, SAMPLES)
    _rest(notes, point)
    notes.mouse.click(point["x"], point["y"])
    notes.wait_for_function("() => document.getElementById('notes-audio').dataset.start")
    assert "/audio" in notes.evaluate("() => document.getElementById('notes-audio').src")
    notes.click("#notes-key")
    notes.locator(".dash-dropdown-option", has_text="1 = G").first.click()
    expect(notes.locator("#notes-facts")).to_contain_text("1 = G (chosen)")
    settle(notes)
    after = {point["card"].split("<br>")[0] for point in notes.evaluate(_POINTS, SAMPLES)}
    assert before != after


def _lonely(page: Page, graph: str) -> dict[str, Any]:
    """The point that is farthest from its neighbours, so that a click cannot miss it."""
    points = page.evaluate(_POINTS, graph)

    def room(one: dict[str, Any]) -> float:
        return min(
            (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2
            for other in points
            if other is not one
        )

    chosen: dict[str, Any] = max(points[::7], key=room)
    return chosen


def _rest(page: Page, point: dict[str, Any]) -> None:
    page.mouse.move(point["x"] - 4, point["y"])
    page.mouse.move(point["x"], point["y"], steps=4)


def _brush(page: Page, graph: str) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Draw a box over the middle of a map; trace and number of what is in it, and at its edge."""
    box = page.locator(f"#{graph} .nsewdrag").first.bounding_box()
    assert box is not None
    left, right = box["x"] + 0.3 * box["width"], box["x"] + 0.6 * box["width"]
    top, bottom = box["y"] + 0.3 * box["height"], box["y"] + 0.6 * box["height"]
    points = page.evaluate(_POINTS, graph)
    drag(page, (left, top), (right, bottom))
    page.wait_for_function("() => document.querySelector('#notes-marked.some')")
    settle(page)
    within = [
        {
            (point["curve"], point["number"])
            for point in points
            if left - edge < point["x"] < right + edge and top - edge < point["y"] < bottom + edge
        }
        for edge in (-2, 2)
    ]
    assert within[0]
    return within[0], within[1] - within[0]


def _rows(selected: list[list[int] | None]) -> set[tuple[int, int]]:
    return {(curve, number) for curve, row in enumerate(selected) for number in row or []}


def _assert_nothing_marked(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('#notes-marked.some')")
    for graph in (SAMPLES, LATENTS):
        assert all(row is None for row in page.evaluate(_SELECTED, graph))


def _assert_apart(labels: list[dict[str, Any]]) -> None:
    for one, other in itertools.combinations(labels, 2):
        apart_x = one["right"] <= other["left"] + 1 or other["right"] <= one["left"] + 1
        apart_y = one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
        assert apart_x or apart_y, (one, other)
