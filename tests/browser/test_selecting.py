"""Selecting from every view, in every mode, and going back."""

from __future__ import annotations

import math
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tools.browsing import click_graph, drag, graph, point_pixels, segments_of, settle

MAP = "map-graph"


def test_shift_adds_alt_takes_away_and_both_keep_what_both_have(explore: Page) -> None:
    left = _brush(explore, (0.0, 0.0), (0.5, 1.0))
    top = _rows_in(explore, (0.3, 0.0), (1.0, 0.5))
    added = _brush(explore, (0.3, 0.0), (1.0, 0.5), "Shift")
    assert set(added) == set(left) | top
    taken = _brush(explore, (0.0, 0.0), (0.4, 0.6), "Alt")
    assert set(taken) == set(added) - _rows_in(explore, (0.0, 0.0), (0.4, 0.6))
    both = _brush(explore, (0.2, 0.2), (0.9, 0.9), "Shift", "Alt")
    assert set(both) == set(taken) & _rows_in(explore, (0.2, 0.2), (0.9, 0.9))
    assert 0 < len(both) < len(taken) < len(added)


def test_the_toolbar_has_the_same_modes(explore: Page) -> None:
    left = _brush(explore, (0.0, 0.0), (0.5, 1.0))
    explore.click("#select-subtract")
    expect(explore.locator("#select-subtract")).to_have_attribute("aria-pressed", "true")
    taken = _brush(explore, (0.0, 0.0), (1.0, 0.5))
    assert set(taken) == set(left) - _rows_in(explore, (0.0, 0.0), (1.0, 0.5))
    explore.click("#select-replace")
    right = _brush(explore, (0.5, 0.0), (1.0, 1.0))
    assert set(right) == _rows_in(explore, (0.5, 0.0), (1.0, 1.0))


def test_inverting_turns_filters_and_ranges_round_too(explore: Page) -> None:
    _solo(explore, 1)
    chosen = _selected(explore)
    explore.keyboard.press("i")
    settle(explore)
    assert set(_selected(explore)) == set(range(_count(explore))) - set(chosen)
    expect(explore.locator("#performer-filter")).to_contain_text("All performers")
    explore.click("#select-invert")
    settle(explore)
    assert _selected(explore) == chosen


def test_undo_and_redo_bring_back_shapes_filters_and_ranges(explore: Page) -> None:
    expect(explore.locator("#page-undo")).to_be_disabled()
    states = [_state(explore)]
    _brush(explore, (0.0, 0.0), (0.6, 1.0))
    states.append(_state(explore))
    _solo(explore, 0)
    states.append(_state(explore))
    axis = explore.locator("#parallel-graph .axis-brush .background").first.bounding_box()
    assert axis is not None
    x = axis["x"] + axis["width"] / 2
    drag(explore, (x, axis["y"] + 2), (x, axis["y"] + 0.7 * axis["height"]))
    settle(explore)
    states.append(_state(explore))
    assert len({str(state) for state in states}) == 4
    for state in reversed(states[:-1]):
        explore.keyboard.press("Control+z")
        settle(explore)
        assert _state(explore) == state
    expect(explore.locator("#page-undo")).to_be_disabled()
    for state in states[1:]:
        explore.click("#page-redo")
        settle(explore)
        assert _state(explore) == state
    expect(explore.locator("#page-redo")).to_be_disabled()
    # Faster than the panels follow.
    for _ in states[1:]:
        explore.keyboard.press("Control+z")
    settle(explore)
    assert _state(explore) == states[0]


def test_what_is_done_after_an_undo_ends_the_way_forward(explore: Page) -> None:
    _brush(explore, (0.0, 0.0), (0.6, 1.0))
    explore.keyboard.press("Control+z")
    settle(explore)
    _brush(explore, (0.5, 0.0), (1.0, 1.0))
    expect(explore.locator("#page-redo")).to_be_disabled()


def test_a_drag_over_heatmap_rows_keeps_those_segments(explore: Page) -> None:
    order = _heatmap_order(explore)
    box = explore.locator("#heatmap-graph .nsewdrag").first.bounding_box()
    assert box is not None
    height = box["height"] / len(order)
    first, last = 40, 90
    top, bottom = (box["y"] + (line + 0.5) * height for line in (first, last))
    drag(explore, (box["x"] + 50, top), (box["x"] + 70, bottom))
    settle(explore)
    kept = set(_selected(explore))
    # A row is half a pixel high: one more or less at each end.
    assert set(order[first + 2 : last - 1]) <= kept <= set(order[first - 2 : last + 3])
    assert len(graph(explore, "heatmap-graph")["z"]) == len(kept)


def test_a_drag_over_a_block_of_the_matrix_keeps_its_rows_and_columns(explore: Page) -> None:
    count = _count(explore)
    _drag_cells(explore, (20, 40), (100, 150))
    kept = set(_selected(explore))
    wanted = {*range(20, 41), *range(100, 151)}
    assert len(wanted ^ kept) <= 8, sorted(wanted ^ kept)
    assert len(kept) < count
    _drag_cells(explore, (0, 10), (0, 10), "Alt")
    assert len(_selected(explore)) in range(len(kept) - 13, len(kept) - 8)


def test_a_click_in_the_legend_is_solo_and_shift_click_toggles(explore: Page) -> None:
    everything = _count(explore)
    _solo(explore, 2)
    alone = explore.locator(".legend-entry .legend-label").nth(2).inner_text()
    assert {segment["performer"] for segment in _segments(explore)} == {alone}
    explore.keyboard.down("Shift")
    _solo(explore, 4)
    explore.keyboard.up("Shift")
    assert len({segment["performer"] for segment in _segments(explore)}) == 2
    _solo(explore, 4)
    _solo(explore, 4)
    assert graph(explore, MAP)["selected"] is None
    explore.keyboard.down("Shift")
    _solo(explore, 0)
    explore.keyboard.up("Shift")
    counts = explore.locator(".legend-entry .legend-count").all_inner_texts()
    assert counts[0] == "0"
    assert len(_selected(explore)) == sum(map(int, counts)) < everything


def test_a_symbol_below_the_legend_keeps_its_instrument(explore: Page) -> None:
    explore.locator(".symbol-entry", has_text="Pipa").click()
    settle(explore)
    assert {segment["instrument_label"] for segment in _segments(explore)} == {"Pipa 琵琶"}


def test_a_key_selects_the_recording_that_is_heard(explore: Page) -> None:
    ((x, y),) = point_pixels(explore, [150])
    click_graph(explore, MAP, x, y)
    expect(explore.locator("#player-now b")).not_to_be_empty()
    explore.keyboard.press("r")
    settle(explore)
    rows = _selected(explore)
    assert 150 in rows
    assert rows == list(range(rows[0], rows[-1] + 1))
    assert {segment["title"] for segment in _segments(explore)} == {
        explore.locator("#player-now b").inner_text()
    }


def test_a_line_under_the_mouse_is_named_marked_and_heard(explore: Page) -> None:
    row, x, y = explore.evaluate(_LONELY_LINE)
    explore.evaluate(_KEEP_HOVERED)
    explore.mouse.move(x, y - 40)
    explore.mouse.move(x, y, steps=4)
    explore.wait_for_function("(row) => window.__hovered && window.__hovered.row === row", arg=row)
    marks = explore.evaluate(_MARKS)
    assert marks == {graph_id: graph_id != "parallel-graph" for graph_id in marks}
    explore.mouse.click(x, y)
    expect(explore.locator("#player-now b")).not_to_be_empty()
    title = explore.locator("#player-now b").inner_text()
    expect(explore.locator("#parallel-graph .point-label")).to_contain_text(title)
    assert explore.evaluate("() => window.musiclatentvis.player.where().row") == row
    assert graph(explore, MAP)["selected"] is None


# The line with most room between the first two axes, and where it is there.
_LONELY_LINE = """
() => {
  const plot = document.querySelector('#parallel-graph .js-plotly-plot');
  const [one, two] = [...plot.querySelectorAll('.y-axis')].map((node) => node.__data__)
    .sort((a, b) => a.x - b.x);
  const middle = Array.from(one.paddedUnitValues, (v, i) => (v + two.paddedUnitValues[i]) / 2);
  const apart = (line, other) => (line === other ? 9 : Math.abs(middle[other] - middle[line]));
  const room = (line) => Math.min(...middle.map((_, other) => apart(line, other)));
  const best = middle.map((_, line) => line).sort((a, b) => room(b) - room(a))[0];
  const { left, top } = plot.getBoundingClientRect();
  const { pad, translateX, translateY } = one.model;
  return [
    best,
    left + translateX + pad.l + (one.x + two.x) / 2,
    top + translateY + pad.t + (1 - middle[best]) * one.height,
  ];
}
"""


def test_a_mark_moves_with_the_panels_under_a_mouse_that_rests(explore: Page) -> None:
    _solo(explore, 0)
    pixels = point_pixels(explore, list(range(_count(explore))))
    _, row = max(
        (min(math.dist(pixels[row], other) for other in pixels if other != pixels[row]), row)
        for row in _selected(explore)
    )
    x, y = pixels[row]
    explore.mouse.move(x - 4, y)
    explore.mouse.move(x, y, steps=3)
    where = "() => document.querySelector('#heatmap-graph .hover-line').getAttribute('d')"
    explore.wait_for_function(f"({where})()")
    before = explore.evaluate(where)
    explore.keyboard.press("Escape")
    settle(explore)
    moved = explore.evaluate(where)
    assert moved and moved != before
    explore.mouse.move(5, 400)
    explore.wait_for_function(f"!({where})()")
    explore.mouse.move(x, y, steps=3)
    explore.wait_for_function(f"({where})()")
    assert explore.evaluate(where) == moved


def test_keys_are_the_pages_again_after_a_choice_with_the_mouse(explore: Page) -> None:
    _solo(explore, 0)
    explore.click("#color-by")
    explore.locator(".dash-dropdown-option", has_text="Title").click()
    settle(explore)
    explore.keyboard.press("i")
    settle(explore)
    inverted = _selected(explore)
    assert 0 < len(inverted) < _count(explore)
    explore.click("[data-open=form-workspace]")
    explore.locator("#form-hop label").nth(1).click()
    settle(explore)
    explore.keyboard.press("Control+z")
    settle(explore)
    assert set(_selected(explore)) == set(range(_count(explore))) - set(inverted)
    explore.keyboard.press("Escape")
    expect(explore.locator("#form-workspace")).to_be_hidden()


def test_escape_is_the_pages_where_a_list_is_closed_with_the_keyboard(explore: Page) -> None:
    _solo(explore, 0)
    explore.locator("#color-by").focus()
    explore.keyboard.press("Enter")
    expect(explore.locator(".dash-dropdown-content")).to_be_visible()
    explore.keyboard.press("Escape")
    expect(explore.locator(".dash-dropdown-content")).to_be_hidden()
    assert len(_selected(explore)) < _count(explore)
    explore.keyboard.press("Escape")
    settle(explore)
    assert graph(explore, MAP)["selected"] is None


@pytest.mark.parametrize("source", [MAP, "heatmap-graph", "similarity-graph"])
def test_the_segment_under_the_mouse_is_marked_in_every_other_view(
    explore: Page, source: str
) -> None:
    row = 200
    if source == MAP:
        ((x, y),) = point_pixels(explore, [row])
    else:
        lines = (
            _heatmap_order(explore) if source == "heatmap-graph" else list(range(_count(explore)))
        )
        box = explore.locator(f"#{source} .nsewdrag").first.bounding_box()
        assert box is not None
        share = (lines.index(row) + 0.5) / len(lines)
        x, y = box["x"] + 0.5 * box["width"], box["y"] + share * box["height"]
    explore.evaluate(_KEEP_HOVERED)
    # Rows of the heatmap and of the matrix are narrower than a pixel: one beside it will do.
    near = 0 if source == MAP else 3
    found = (
        "([source, row, near]) => window.__hovered && window.__hovered.source === source"
        " && window.__hovered.row !== null && Math.abs(window.__hovered.row - row) <= near"
    )
    for attempt in range(5):  # Plotly looks where the mouse is from time to time only
        explore.mouse.move(x - 6 - attempt, y)
        explore.mouse.move(x, y, steps=4)
        explore.wait_for_timeout(300)
        if explore.evaluate(found, [source, row, near]):
            break
    assert explore.evaluate(found, [source, row, near]), explore.evaluate("() => window.__hovered")
    marks = explore.evaluate(_MARKS)
    assert marks == {graph_id: graph_id != source for graph_id in marks}
    explore.mouse.move(5, 5)
    explore.wait_for_function("() => window.__hovered.row === null")
    assert not any(explore.evaluate(_MARKS).values())


_KEEP_HOVERED = """
() => {
  window.__hovered = null;
  document.addEventListener("segmenthover", (event) => { window.__hovered = event.detail; });
}
"""
_MARKS = """
() => Object.fromEntries(
  ["map-graph", "heatmap-graph", "similarity-graph", "parallel-graph"].map((id) => [
    id,
    [...document.querySelectorAll(`#${id} .hover-marks path`)].some((p) => p.getAttribute("d")),
  ])
)
"""


def _count(page: Page) -> int:
    return len(graph(page, MAP)["x"])


def _selected(page: Page) -> list[int]:
    rows = graph(page, MAP)["selected"]
    return list(range(_count(page))) if rows is None else list(rows)


def _segments(page: Page) -> list[dict[str, str]]:
    """Labels of the selected segments."""
    return segments_of(page, _selected(page))


def _state(page: Page) -> dict[str, Any]:
    """What a person sees of a selection: points, filter and the axes' ranges."""
    return {
        "rows": _selected(page),
        "filter": page.locator("#performer-filter").inner_text(),
        "ranges": [axis["constraintrange"] for axis in graph(page, "parallel-graph")["dimensions"]],
    }


def _solo(page: Page, entry: int) -> None:
    page.locator(".legend-entry button").nth(entry).click()
    settle(page)


def _heatmap_order(page: Page) -> list[int]:
    """Rows from the heatmap's top: group after group, in the table's order."""
    colours = graph(page, MAP)["colors"]
    return sorted(_selected(page), key=lambda row: (colours[row], row))


def _corner(page: Page, share: tuple[float, float]) -> tuple[float, float]:
    box = page.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    return (
        box["x"] + 3 + share[0] * (box["width"] - 6),
        box["y"] + 3 + share[1] * (box["height"] - 6),
    )


def _rows_in(page: Page, start: tuple[float, float], end: tuple[float, float]) -> set[int]:
    (x0, y0), (x1, y1) = _corner(page, start), _corner(page, end)
    pixels = point_pixels(page, list(range(_count(page))))
    return {row for row, (x, y) in enumerate(pixels) if x0 <= x <= x1 and y0 <= y <= y1}


def _brush(
    page: Page, start: tuple[float, float], end: tuple[float, float], *keys: str
) -> list[int]:
    for key in keys:
        page.keyboard.down(key)
    drag(page, _corner(page, start), _corner(page, end))
    for key in keys:
        page.keyboard.up(key)
    settle(page)
    return _selected(page)


def _drag_cells(page: Page, rows: tuple[int, int], columns: tuple[int, int], *keys: str) -> None:
    """Drag from the middle of one cell to that of another one."""
    box = page.locator("#similarity-graph .nsewdrag").first.bounding_box()
    assert box is not None
    cells = len(graph(page, "similarity-graph")["z"])
    xs = [box["x"] + (cell + 0.5) / cells * box["width"] for cell in columns]
    ys = [box["y"] + (cell + 0.5) / cells * box["height"] for cell in rows]
    for key in keys:
        page.keyboard.down(key)
    drag(page, (xs[0], ys[0]), (xs[1], ys[1]))
    for key in keys:
        page.keyboard.up(key)
    settle(page)
