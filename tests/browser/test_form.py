"""The workspace Form: read, coloured, dragged over and heard, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tools.browsing import drag, settle, wait_until_drawn

_PIXEL = """
([x, y]) => {
  const plot = document.querySelector("#form-graph .js-plotly-plot");
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
}
"""
_SHOWN = """
() => {
  const plot = document.querySelector("#form-graph .js-plotly-plot");
  const { xaxis, yaxis } = plot._fullLayout;
  const [cells] = plot._fullData;
  return {
    ...plot.layout.meta,
    rows: cells.z.length,
    columns: cells.z[0].length,
    colorscale: cells.colorscale,
    across: xaxis._length / plot.layout.meta.durations[0],
    down: yaxis._length / plot.layout.meta.durations[1],
  };
}
"""
_RECIPE = "() => window.dash_component_api.getLayout('selection-store').props.data"
_PLAY = """
(recording) => {
  const audio = `/media/${recording}/audio`;
  const known = { title: "", performer: "", instrument: "", duration_s: 60, segments: 6 };
  const segment = { ...known, recording, start_s: 0, media: `/media/${recording}`, audio };
  window.dash_clientside.set_props("player-store", { data: { queue: [segment] } });
}
"""
_PLAYS_WITHIN = """
([recording, start, end]) => {
  const audio = document.getElementById("player-audio");
  return audio.currentSrc.includes(`/media/${recording}/audio`) && !audio.paused
    && audio.currentTime > start - 0.05 && audio.currentTime < end;
}
"""


@pytest.fixture
def form(explore: Page) -> Page:
    """The workspace on the recording that has most segments."""
    explore.click('[data-open="form-workspace"]')
    wait_until_drawn(explore, "form-graph")
    settle(explore)
    return explore


def test_closed_it_asks_the_server_for_nothing(explore: Page) -> None:
    asked: list[str] = []
    explore.on("request", lambda request: asked.append(request.post_data or ""))
    box = explore.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    drag(explore, (box["x"] + 20, box["y"] + 20), middle)
    settle(explore)
    assert any('"selection"' in request for request in asked)
    assert not any("form-" in request for request in asked)


def test_one_recording_is_read_in_minutes_with_equal_seconds(form: Page) -> None:
    shown = shown_in(form)
    assert shown["rows"] == shown["columns"] >= 20
    assert shown["across"] == pytest.approx(shown["down"], rel=0.01)
    ticks = form.locator("#form-graph .xaxislayer-above .xtick text").all_text_contents()
    assert "1:00" in ticks
    expect(form.locator("#form-caption")).to_have_text(
        f"{shown['rows']} × {shown['rows']} windows of ten seconds, one each 10 seconds"
    )
    form.set_viewport_size({"width": 1300, "height": 900})
    form.wait_for_timeout(400)
    narrow = shown_in(form)
    assert narrow["across"] == pytest.approx(narrow["down"], rel=0.01)
    assert narrow["across"] < shown["across"]


def test_each_second_is_encoded_when_it_is_asked_for(form: Page) -> None:
    before = shown_in(form)
    form.locator("#form-hop label", has_text="1 s").click()
    form.wait_for_function(
        "(rows) => { const plot = document.querySelector('#form-graph .js-plotly-plot');"
        " return plot._fullData.length && plot._fullData[0].z.length > 5 * rows; }",
        arg=before["rows"],
        timeout=120_000,
    )
    settle(form)
    expect(form.locator("#form-status")).to_be_empty()
    passage = form.locator("#form-passages li").first
    passage.hover()
    # The passage on both sides of the diagonal, the mouse on the list.
    expect(form.locator(".form-layer .form-passage")).to_have_count(2)
    buttons = passage.locator("button")
    expect(buttons).to_have_count(2)
    side, start, end = (float(part) for part in attribute(buttons.nth(1), "data-hear").split())
    buttons.nth(1).click()
    assert side == 1
    plays(form, before["recordings"][1]["recording"], start, end)
    expect(form.locator(".form-layer .form-playhead")).to_have_count(2)


def test_a_stretch_ends_where_it_says_and_play_goes_on_from_there(form: Page) -> None:
    button = form.locator("#form-passages button").first
    _, _, end = (float(part) for part in attribute(button, "data-hear").split())
    button.click()
    plays(form, shown_in(form)["recordings"][0]["recording"], 0, end)
    move = "(time) => { document.getElementById('player-audio').currentTime = time; }"
    form.evaluate(move, end - 0.3)
    form.wait_for_function("() => document.getElementById('player-audio').paused")
    form.keyboard.press(" ")
    plays(form, shown_in(form)["recordings"][0]["recording"], end - 0.5, end + 20)


def test_a_drag_selects_both_stretches_and_plays_them(form: Page) -> None:
    shown = shown_in(form)
    recording = shown["recordings"][0]
    drag(form, pixel(form, 31, 121), pixel(form, 49, 149))
    settle(form)
    assert segments_selected(form) == 5
    (pick,) = form.evaluate(_RECIPE)["all_of"]
    assert pick["any_of"] == [
        {"recording": {"id": recording["recording"], "start_s": 30, "end_s": 50}},
        {"recording": {"id": recording["recording"], "start_s": 120, "end_s": 150}},
    ]
    plays(form, recording["recording"], 30, 50)
    expect(form.locator(".form-layer .form-block")).to_have_count(1)
    form.evaluate("() => { document.getElementById('player-audio').currentTime = 49.8; }")
    plays(form, recording["recording"], 120, 150)
    form.keyboard.press("Control+z")
    settle(form)
    expect(form.locator(".form-layer .form-block")).to_have_count(0)


def test_a_block_on_the_diagonal_is_one_stretch_and_shift_adds_to_it(form: Page) -> None:
    drag(form, pixel(form, 31, 31), pixel(form, 59, 59))
    settle(form)
    assert segments_selected(form) == 3
    form.keyboard.down("Shift")
    drag(form, pixel(form, 101, 101), pixel(form, 119, 119))
    form.keyboard.up("Shift")
    settle(form)
    assert segments_selected(form) == 5


def test_a_click_plays_the_cells_two_windows_and_selects_nothing(form: Page) -> None:
    recording = shown_in(form)["recordings"][0]["recording"]
    before = form.locator("#selection-summary").inner_text()
    form.mouse.click(*pixel(form, 95, 15))
    plays(form, recording, 10, 20)
    form.evaluate("() => { document.getElementById('player-audio').currentTime = 19.8; }")
    plays(form, recording, 90, 100)
    assert form.locator("#selection-summary").inner_text() == before


def test_a_click_above_the_matrix_plays_the_section(form: Page) -> None:
    shown = shown_in(form)
    start, end = shown["sections"][0][1]
    x, y = pixel(form, (start + end) / 2, 0)
    form.mouse.click(x, y - 30)
    plays(form, shown["recordings"][0]["recording"], start, end)


def test_the_mouse_is_answered_with_times_and_cosine_and_marks_other_views(form: Page) -> None:
    form.mouse.move(*pixel(form, 15, 125))
    form.mouse.move(*pixel(form, 35, 125))
    expect(form.locator("#form-pair")).to_contain_text("2:00–2:10 with 0:30–0:40: cosine")
    expect(form.locator("#map-graph .hover-ring")).to_have_attribute("d", re.compile(r".+"))
    form.mouse.move(5, 300)
    expect(form.locator("#form-pair")).to_contain_text("Drag over a block")
    row = shown_in(form)["recordings"][0]["first_row"] + 4
    form.evaluate("(row) => window.musiclatentvis.hover.show(row, 'map-graph')", row)
    expect(form.locator(".form-layer .form-hovered")).to_have_count(2)


def test_threshold_and_colours_change_the_picture_and_ask_nobody(form: Page) -> None:
    asked: list[str] = []
    form.on("request", lambda request: asked.append(request.post_data or ""))
    before = shown_in(form)["colorscale"]
    form.locator("#form-threshold").fill("0.9")
    form.wait_for_function(
        "() => document.querySelector('#form-graph .js-plotly-plot')"
        "._fullData[0].colorscale[0][1] === 'rgba(0,0,0,0)'"
    )
    expect(form.locator("#form-threshold-says")).to_have_text("0.90")
    shown = shown_in(form)
    share = (0.9 - shown["lowest"]) / (shown["highest"] - shown["lowest"])
    assert shown["colorscale"][1][0] == pytest.approx(share, abs=1e-6)
    assert shown["colorscale"][-1] == before[-1]
    form.click("#form-colours")
    form.locator(".dash-dropdown-option", has_text="Ink on paper").click()
    settle(form)
    assert shown_in(form)["colorscale"][-1] != before[-1]
    assert not [request for request in asked if "form-" in request]


def test_two_performances_are_compared_and_their_own_sound_can_be_kept(form: Page) -> None:
    choose(form, "form-recording", "Guang Ming Xing · Style 01")
    choose(form, "form-other", "Guang Ming Xing · Style 03")
    form.wait_for_function(
        "() => { const { meta } = document.querySelector('#form-graph .js-plotly-plot').layout;"
        " return meta && meta.two; }"
    )
    settle(form)
    shown = shown_in(form)
    assert [sound["title"] for sound in shown["recordings"]] == ["Guang Ming Xing"] * 2
    assert shown["across"] == pytest.approx(shown["down"], rel=0.01)
    form.locator("#form-levelled input").uncheck()
    settle(form)
    kept = shown_in(form)
    # Two recordings of one instrument and one room are alike throughout; levelled they are not.
    assert kept["lowest"] > shown["lowest"]
    drag(form, pixel(form, 11, 41), pixel(form, 29, 59))
    settle(form)
    assert segments_selected(form) == 4
    plays(form, shown["recordings"][0]["recording"], 10, 30)
    expect(form.locator(".form-layer .form-playhead")).to_have_count(1)
    form.evaluate("() => { document.getElementById('player-audio').currentTime = 29.8; }")
    plays(form, shown["recordings"][1]["recording"], 40, 60)


def test_it_opens_on_what_plays_and_closes_on_escape(explore: Page) -> None:
    explore.click('[data-open="form-workspace"]')
    wait_until_drawn(explore, "form-graph")
    settle(explore)
    first = shown_in(explore)["recordings"][0]["recording"]
    explore.keyboard.press("Escape")
    expect(explore.locator("#form-workspace")).to_be_hidden()
    another = 1 if first != 1 else 2
    explore.evaluate(_PLAY, another)
    explore.wait_for_function("() => !document.getElementById('player-audio').paused")
    explore.click('[data-open="form-workspace"]')
    explore.wait_for_function(
        "(id) => document.querySelector('#form-graph .js-plotly-plot')"
        ".layout.meta.recordings[0].recording === id",
        arg=another,
    )


def shown_in(page: Page) -> dict[str, Any]:
    value: dict[str, Any] = page.evaluate(_SHOWN)
    return value


def pixel(page: Page, across_s: float, down_s: float) -> tuple[float, float]:
    x, y = page.evaluate(_PIXEL, [across_s, down_s])
    return float(x), float(y)


def plays(page: Page, recording: int, start: float, end: float) -> None:
    page.wait_for_function(_PLAYS_WITHIN, arg=[recording, start, end])


def segments_selected(page: Page) -> int:
    return int(page.locator("#selection-summary").inner_text().split()[0])


def attribute(locator: Locator, name: str) -> str:
    value = locator.get_attribute(name)
    assert value is not None
    return value


def choose(page: Page, dropdown: str, text: str) -> None:
    page.click(f"#{dropdown}")
    page.locator(".dash-dropdown-search").fill(text)
    page.locator(".dash-dropdown-option", has_text=text).first.click()
    settle(page)
