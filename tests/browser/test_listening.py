"""Ways to listen: neighbours, walking, previews, loops, lines, the path and the cross-hair."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from playwright.sync_api import Page, expect

from tools.browsing import click_graph, drag, graph, point_pixels, settle

#: Row of what is heard.
_NOW = "() => { const now = window.musiclatentvis.player.now(); return now && now.row; }"
_SOUNDING = """
() => window.musiclatentvis.voices.sounding()
  .filter((voice) => !voice.audio.paused && voice.audio.currentTime > voice.segment.start_s)
  .map((voice) => voice.segment.row)
"""
_PLAYS = """
(row) => {
  const { player } = window.musiclatentvis;
  return player.playing() && player.now().row === row;
}
"""

_PLACE = re.compile(r"translate\(\d+\.\d \d+\.\d\)")


def test_neighbours_are_those_of_other_recordings_and_are_heard_on_a_click(explore: Page) -> None:
    row = _hear(explore)
    entries = explore.locator("#walk-list button")
    expect(entries).to_have_count(5)
    values = [float(text) for text in explore.locator(".walk-similarity").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    assert values[0] <= 1
    target = int(entries.nth(1).get_attribute("data-segment") or -1)
    entries.nth(1).click()
    explore.wait_for_function(_PLAYS, arg=target)
    assert _recording(explore, target) != _recording(explore, row)


def test_n_walks_on_to_what_was_not_heard_and_b_walks_back(explore: Page) -> None:
    walked = [_hear(explore)]
    for _ in range(3):
        explore.wait_for_function(
            "(row) => document.getElementById('walk-list').dataset.row === String(row)",
            arg=walked[-1],
        )
        explore.keyboard.press("n")
        explore.wait_for_function(f"(row) => ({_NOW})() !== row", arg=walked[-1])
        walked.append(explore.evaluate(_NOW))
    assert len(set(walked)) == len(walked)
    for row in reversed(walked[:-1]):
        explore.keyboard.press("b")
        explore.wait_for_function(_PLAYS, arg=row)


@pytest.mark.parametrize(
    ("key", "sign", "axis"),
    [("ArrowRight", 1, 0), ("ArrowLeft", -1, 0), ("ArrowUp", -1, 1), ("ArrowDown", 1, 1)],
)
def test_shift_with_an_arrow_walks_in_its_direction(
    explore: Page, key: str, sign: int, axis: int
) -> None:
    pixels = point_pixels(explore, _rows(explore))
    middle = [sum(place[at] for place in pixels) / len(pixels) for at in (0, 1)]
    row = min(_rows(explore), key=lambda at: math.dist(pixels[at], middle))
    explore.evaluate("(row) => window.musiclatentvis.listening.hear([row])", row)
    explore.wait_for_function(_PLAYS, arg=row)
    explore.keyboard.press(f"Shift+{key}")
    explore.wait_for_function(f"(row) => ({_NOW})() !== row", arg=row)
    there = explore.evaluate(_NOW)
    assert sign * (pixels[there][axis] - pixels[row][axis]) > 0


def test_a_loop_begins_again_at_the_end_of_its_segment(explore: Page) -> None:
    row = _hear(explore)
    explore.keyboard.press("l")
    expect(explore.locator("#player-loop")).to_have_attribute("aria-pressed", "true")
    start = explore.evaluate("() => window.musiclatentvis.player.now().start_s")
    explore.evaluate(
        "(time) => { document.getElementById('player-audio').currentTime = time; }", start + 9.6
    )
    explore.wait_for_function(
        "(end) => document.getElementById('player-audio').currentTime > end", arg=start + 9.7
    )
    explore.wait_for_function(
        "([row, end]) => window.musiclatentvis.player.now().row === row"
        " && document.getElementById('player-audio').currentTime < end",
        arg=[row, start + 5],
    )
    assert explore.evaluate("() => window.musiclatentvis.player.playing()")


def test_a_preview_is_heard_while_the_mouse_rests_and_the_player_returns(explore: Page) -> None:
    row = _hear(explore)
    explore.keyboard.press("h")
    other = _far_from(explore, row)
    (x, y), *_ = point_pixels(explore, [other])
    explore.mouse.move(x - 3, y)
    explore.mouse.move(x, y, steps=3)
    explore.wait_for_function(f"(row) => ({_SOUNDING})().includes(row)", arg=other)
    explore.wait_for_function("() => document.getElementById('player-audio').volume === 0")
    assert explore.evaluate("() => window.musiclatentvis.player.playing()")
    explore.mouse.move(5, 5)
    explore.wait_for_function(f"() => !({_SOUNDING})().length")
    explore.wait_for_function("() => document.getElementById('player-audio').volume > 0.85")
    explore.reload()
    expect(explore.locator("#player-preview")).to_have_attribute("aria-pressed", "true")


def test_without_the_preview_resting_is_silent(explore: Page) -> None:
    (x, y), *_ = point_pixels(explore, [_far_from(explore, 0)])
    explore.mouse.move(x - 3, y)
    explore.mouse.move(x, y, steps=3)
    explore.locator("#map-graph .point-label").wait_for()
    explore.wait_for_timeout(400)
    assert explore.evaluate("() => window.musiclatentvis.voices.sounding().length") == 0


def test_segments_along_a_line_are_heard_in_its_order_until_esc(explore: Page) -> None:
    explore.click("#map-line")
    explore.select_option("#line-seconds", "2")
    stops = _draw(explore)
    assert len(stops) >= 3
    heard = []
    for _ in range(2):
        explore.wait_for_function(
            "(last) => window.musiclatentvis.player.playing()"
            " && document.querySelector('#map-graph .line-now')"
            f" && ({_NOW})() !== last",
            arg=heard[-1] if heard else None,
        )
        heard.append(explore.evaluate(_NOW))
    assert stops.index(heard[0]) < stops.index(heard[1])  # a slow machine may miss the first
    explore.keyboard.press("Escape")
    expect(explore.locator("#map-graph .listening-line *")).to_have_count(0)
    explore.wait_for_function("() => !window.musiclatentvis.voices.sounding().length")
    assert not explore.evaluate("() => window.musiclatentvis.player.playing()")
    explore.keyboard.press(" ")  # and on from there
    explore.wait_for_function(_PLAYS, arg=heard[-1])


def test_a_click_on_the_map_ends_a_line_and_plays_nothing(explore: Page) -> None:
    explore.click("#map-line")
    _draw(explore)
    explore.locator("#map-graph .line-now").wait_for()
    (x, y), *_ = point_pixels(explore, [_far_from(explore, 0)])
    explore.mouse.move(x - 3, y)
    explore.mouse.move(x, y, steps=3)
    explore.mouse.click(x, y)
    expect(explore.locator("#map-graph .listening-line *")).to_have_count(0)
    settle(explore)
    assert not explore.evaluate("() => window.musiclatentvis.player.playing()")


def test_the_selection_plays_in_time_order(explore: Page) -> None:
    pixels = point_pixels(explore, _rows(explore))
    xs, ys = sorted(x for x, _ in pixels), [y for _, y in pixels]
    drag(explore, (xs[0] - 8, min(ys) - 8), (xs[len(xs) // 2], max(ys) + 8))
    settle(explore)
    rows = explore.evaluate("() => window.musiclatentvis.map.rows()")
    explore.click("#player-selection")
    explore.wait_for_function(_PLAYS, arg=rows[0])
    segments = explore.evaluate("(rows) => window.musiclatentvis.segments.find(rows)", rows)
    last = next(
        at
        for at, (one, other) in enumerate(itertools.pairwise(segments))
        if (other["row"], other["recording"]) != (one["row"] + 1, one["recording"])
    )
    nearly = segments[last]["start_s"] + 10 - 0.3
    # A file that is still on its way does not go where it is told.
    explore.wait_for_function(
        "() => { const audio = document.getElementById('player-audio');"
        " return audio.readyState >= 3 && !audio.seeking; }"
    )
    explore.evaluate(
        "(time) => { document.getElementById('player-audio').currentTime = time; }", nearly
    )
    explore.wait_for_function(_PLAYS, arg=rows[last + 1])


def test_the_path_leads_through_the_recording_and_the_playhead_moves_on_it(explore: Page) -> None:
    row = _hear(explore)
    now = explore.locator("#map-graph .path-now")
    expect(now).to_have_attribute("transform", _PLACE)
    places = explore.evaluate(
        "() => [...document.querySelectorAll('#map-graph .recording-path path[stroke-opacity]')]"
        ".map((path) => path.getAttribute('d')).join('')"
    )
    assert len(set(places.replace("M", "L").split("L")[1:])) > 2
    before = now.get_attribute("transform")
    explore.wait_for_function(
        "(before) => document.querySelector('#map-graph .path-now').getAttribute('transform')"
        " !== before",
        arg=before,
    )
    explore.mouse.move(*point_pixels(explore, [row])[0])
    explore.mouse.wheel(0, -300)
    explore.wait_for_function(
        "(d) => [...document.querySelectorAll('#map-graph .recording-path path[stroke-opacity]')]"
        ".map((path) => path.getAttribute('d')).join('') !== d",
        arg=places,
    )
    explore.keyboard.press("p")
    expect(explore.locator("#map-graph .recording-path *")).to_have_count(0)


def test_the_cross_hair_stands_at_the_segment_among_the_selected(explore: Page) -> None:
    row = _hear(explore)
    layer = explore.locator("#similarity-graph .playing-cell")
    expect(layer.locator("path")).to_have_count(2)
    cell = layer.locator("[data-cell]").get_attribute("data-cell")
    assert int(cell or -1) == row  # everything is selected
    (x, y), *_ = point_pixels(explore, [_far_from(explore, row)])
    drag(explore, (x - 12, y - 12), (x + 12, y + 12))
    settle(explore)
    expect(layer.locator("path")).to_have_count(0)


def test_what_is_listened_to_asks_no_callback_of_a_brush(explore: Page) -> None:
    """The path and the cross-hair are SVG: a click is heard without a Dash answer."""
    asked: list[str] = []
    explore.on(
        "request",
        lambda request: (
            asked.append(request.url) if "_dash-update-component" in request.url else None
        ),
    )
    _hear(explore)
    settle(explore)
    assert asked == []


def _rows(page: Page) -> list[int]:
    return list(range(len(graph(page, "map-graph")["x"])))


def _hear(page: Page) -> int:
    """Click the point with most room around it."""
    pixels = point_pixels(page, _rows(page))
    inner = [row for row in _rows(page) if 0 < _index(page, row) < 4][::7]
    row = max(
        inner,
        key=lambda at: min(math.dist(pixels[at], p) for i, p in enumerate(pixels) if i != at),
    )
    click_graph(page, "map-graph", *pixels[row])
    page.wait_for_function(_PLAYS, arg=row)
    page.locator(f"#walk-list[data-row='{row}']").wait_for()
    return row


def _far_from(page: Page, row: int) -> int:
    """A point with room around it, of the half that is further away."""
    pixels = point_pixels(page, _rows(page))
    order = sorted(_rows(page), key=lambda at: math.dist(pixels[at], pixels[row]))
    far = order[len(order) // 2 :]
    return max(
        far,
        key=lambda at: min(math.dist(pixels[at], p) for i, p in enumerate(pixels) if i != at),
    )


def _draw(page: Page) -> list[int]:
    """Draw a line from the leftmost point to the rightmost one; the rows of its stops."""
    pixels = point_pixels(page, _rows(page))
    start, end = min(pixels), max(pixels)
    drag(page, start, end)
    page.locator("#map-graph .line-stop").first.wait_for()
    places: list[list[float]] = page.evaluate(
        """() => {
          const box = document.querySelector("#map-graph .js-plotly-plot").getBoundingClientRect();
          return [...document.querySelectorAll("#map-graph .listening-line circle")]
            .map(({ cx, cy }) => [box.left + cx.baseVal.value, box.top + cy.baseVal.value]);
        }"""
    )
    return [min(_rows(page), key=lambda at: math.dist(pixels[at], place)) for place in places]


def _recording(page: Page, row: int) -> int:
    found: int = page.evaluate(
        "(row) => window.musiclatentvis.segments.find([row]).then(([s]) => s.recording)", row
    )
    return found


def _index(page: Page, row: int) -> int:
    """Place of a segment in its recording."""
    rows: list[int] = page.evaluate("(row) => window.musiclatentvis.segments.rowsOf(row)", row)
    return rows.index(row)
