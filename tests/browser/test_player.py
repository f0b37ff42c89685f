"""A click is heard: the audio element plays the right ten seconds of the right recording."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tools.browsing import click_graph, graph, point_pixels, segments_of, settle

_SOUND = """
() => {
  const audio = document.getElementById("player-audio");
  return { time: audio.currentTime, playing: !audio.paused, source: audio.currentSrc };
}
"""
_PLAYS_WITHIN = """
([start, end]) => {
  const audio = document.getElementById("player-audio");
  const began = !audio.paused && audio.currentSrc; /* it stands at zero before it has a source */
  return began && audio.currentTime > start && audio.currentTime < end;
}
"""


def test_click_on_a_point_plays_its_ten_seconds(explore: Page) -> None:
    row = _lonely_point(explore)
    (x, y), *_ = point_pixels(explore, [row])
    click_graph(explore, "map-graph", x, y)
    title, start = _segment(explore, row)
    _assert_plays(explore, start)
    expect(explore.locator("#player-now")).to_contain_text(title)
    explore.wait_for_function(
        "() => { const image = document.getElementById('player-spectrogram');"
        " return image.complete && image.naturalWidth === 400; }"
    )


def test_hover_says_what_a_point_is(explore: Page) -> None:
    row, _place = _rest_on_a_point(explore)
    expect(_label(explore)).to_contain_text(_segment(explore, row)[0])


def test_a_drag_takes_the_name_of_the_point_under_it_away(explore: Page) -> None:
    _row, (x, y) = _rest_on_a_point(explore)
    card = _label(explore)
    expect(card).to_be_visible()
    explore.mouse.down()
    explore.mouse.move(x + 15, y + 15, steps=3)
    expect(card).to_be_hidden()
    explore.mouse.up()
    explore.mouse.move(5, 5)
    settle(explore)
    expect(card).to_be_hidden()


def test_a_point_that_the_mouse_has_left_is_not_named_again(explore: Page) -> None:
    # Plotly says it again where a drag, and the graph drawn after it, hid that the mouse left.
    explore.evaluate(
        """() => {
          const plot = document.querySelector("#map-graph .js-plotly-plot");
          plot.on("plotly_hover", (said) => { window.said = window.said || said; });
        }"""
    )
    _rest_on_a_point(explore)
    expect(_label(explore)).to_be_visible()
    explore.mouse.move(5, 5)
    expect(_label(explore)).to_be_hidden()
    explore.evaluate(
        """async () => {
          const plot = document.querySelector("#map-graph .js-plotly-plot");
          plot.emit("plotly_hover", window.said);
          await window.musiclatentvis.segments.find([0]); /* a name waits for this */
        }"""
    )
    expect(_label(explore)).to_be_hidden()


def test_click_on_a_row_of_the_heatmap_plays_it(explore: Page) -> None:
    box = explore.locator("#heatmap-graph .nsewdrag").first.bounding_box()
    assert box is not None
    names = graph(explore, "heatmap-graph")["y"]
    row = len(names) // 3
    y = box["y"] + box["height"] * (row + 0.5) / len(names)
    hit, _ = click_graph(explore, "heatmap-graph", box["x"] + box["width"] / 2, y)
    assert abs(hit - row) <= 2  # a row may be thinner than a pixel
    row = hit
    _assert_plays(explore, _seconds(names[row].rstrip("\u200b").split(" · ")[-1]))


def test_click_on_a_similarity_cell_plays_its_row_and_then_its_column(explore: Page) -> None:
    names = graph(explore, "similarity-graph")["meta"]["names"]
    row, column = len(names) // 4, 3 * len(names) // 4
    x, y = explore.evaluate(
        """([row, column]) => {
          const plot = document.querySelector('#similarity-graph .js-plotly-plot');
          const box = plot.getBoundingClientRect();
          const { xaxis, yaxis } = plot._fullLayout;
          return [box.left + xaxis._offset + xaxis.d2p(column),
                  box.top + yaxis._offset + yaxis.d2p(row)];
        }""",
        [row, column],
    )
    hit = click_graph(explore, "similarity-graph", x, y)
    assert max(abs(hit[0] - row), abs(hit[1] - column)) <= 2  # a cell may be smaller than a pixel
    row, column = hit
    start = _seconds(names[row].split(" ")[-1])
    _assert_plays(explore, start)
    first = explore.evaluate(_SOUND)["source"]
    explore.evaluate(
        "(end) => { document.getElementById('player-audio').currentTime = end; }", start + 9.7
    )
    second = _seconds(names[column].split(" ")[-1])
    title = names[column].rsplit(" ", 1)[0]
    expect(explore.locator("#player-now")).to_contain_text(title)
    _assert_plays(explore, second)
    if names[row].rsplit(" ", 1)[0] != title:
        assert explore.evaluate(_SOUND)["source"] != first


def test_space_pauses_and_plays_on(explore: Page) -> None:
    (x, y), *_ = point_pixels(explore, [_lonely_point(explore)])
    click_graph(explore, "map-graph", x, y)
    explore.wait_for_function("() => !document.getElementById('player-audio').paused")
    explore.keyboard.press(" ")
    explore.wait_for_function("() => document.getElementById('player-audio').paused")
    explore.keyboard.press(" ")
    explore.wait_for_function("() => !document.getElementById('player-audio').paused")


def test_next_and_previous_step_through_the_recording(explore: Page) -> None:
    (x, y), *_ = point_pixels(explore, [_lonely_point(explore, start=0)])
    click_graph(explore, "map-graph", x, y)
    _assert_plays(explore, 0)
    explore.click("#player-next")
    _assert_plays(explore, 10)
    explore.click("#player-previous")
    _assert_plays(explore, 0)


def _assert_plays(page: Page, start: float) -> None:
    page.wait_for_function(_PLAYS_WITHIN, arg=[start - 0.05, start + 10])
    sound: dict[str, Any] = page.evaluate(_SOUND)
    assert "/media/" in sound["source"]
    settle(page)


def _lonely_point(page: Page, start: float | None = None) -> int:
    """The row of the map with most room around it, of those that start at `start`."""
    count = len(graph(page, "map-graph")["x"])
    pixels = point_pixels(page, list(range(count)))
    rows = [row for row in range(count) if start is None or _segment(page, row)[1] == start]

    def room(row: int) -> float:
        x, y = pixels[row]
        return min(
            (px - x) ** 2 + (py - y) ** 2 for other, (px, py) in enumerate(pixels) if other != row
        )

    return max(rows, key=room)


def _rest_on_a_point(page: Page) -> tuple[int, tuple[float, float]]:
    """Rest the mouse on a point with room around it; its row and where it is."""
    row = _lonely_point(page)
    (x, y), *_ = point_pixels(page, [row])
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y, steps=3)
    return row, (x, y)


def _label(page: Page) -> Locator:
    return page.locator("#map-graph .point-label")


def _segment(page: Page, row: int) -> tuple[str, float]:
    """Title and start of a point."""
    (found,) = segments_of(page, [row])
    return found["title"], found["start_s"]


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.split(":"):
        total = 60 * total + float(part)
    return total
