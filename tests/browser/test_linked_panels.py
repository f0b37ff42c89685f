"""A selection, wherever it is made, shows the same segments in every panel."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from playwright.sync_api import Page, Route, expect

from figures.style import clock
from tools.browsing import PANELS, drag, graph, point_pixels, segments_of, settle


def test_everything_is_selected_at_first(explore: Page) -> None:
    count = _count(explore)
    assert graph(explore, "map-graph")["selected"] is None
    assert len(graph(explore, "heatmap-graph")["z"]) == count
    assert len(_lines(explore)[0]["values"]) == count
    expect(explore.locator("#selection-summary")).to_contain_text(f"{count:,} segments")
    expect(explore.locator("#selection-clear")).to_be_disabled()


def test_box_on_the_map_changes_every_panel_to_the_same_segments(explore: Page) -> None:
    rows = _brush_left_half(explore)
    _assert_panels_show(explore, rows)


def test_where_nothing_is_selected_every_panel_says_so(explore: Page) -> None:
    pixels = point_pixels(explore, list(range(len(graph(explore, "map-graph")["x"]))))
    box = explore.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    corner = box["x"] + 3, box["y"] + box["height"] - 3
    assert all(abs(x - corner[0]) + abs(y - corner[1]) > 20 for x, y in pixels)
    drag(explore, corner, (corner[0] + 8, corner[1] - 8))
    settle(explore)
    for panel in ("heatmap-graph", "similarity-graph", "parallel-graph"):
        sentence = explore.locator(f"#{panel} .annotation")
        expect(sentence).to_contain_text("No segment is selected")
        room, text = explore.locator(f"#{panel}").bounding_box(), sentence.bounding_box()
        assert room is not None and text is not None
        assert text["x"] > room["x"] and text["x"] + text["width"] < room["x"] + room["width"]
    expect(explore.locator(".parallel-lines")).to_have_count(0)
    explore.keyboard.press("Escape")
    settle(explore)
    expect(explore.locator(".parallel-lines")).to_have_count(1)


def test_lasso_on_the_map_selects_what_it_encloses(explore: Page) -> None:
    explore.click("#map-lasso")
    pixels = point_pixels(explore, list(range(_count(explore))))
    x, y = pixels[0]
    path = [(x - 60, y - 45), (x + 60, y - 45), (x + 60, y + 45), (x - 60, y + 45)]
    explore.mouse.move(*path[0])
    explore.mouse.down()
    for corner in [*path[1:], path[0]]:
        explore.mouse.move(*corner, steps=5)
    explore.mouse.up()
    settle(explore)
    selected = graph(explore, "map-graph")["selected"]
    near = {i for i, (px, py) in enumerate(pixels) if abs(px - x) < 50 and abs(py - y) < 35}
    reach = {i for i, (px, py) in enumerate(pixels) if abs(px - x) < 70 and abs(py - y) < 55}
    assert near <= set(selected) <= reach
    _assert_panels_show(explore, selected)


def test_a_brush_is_no_click_and_becomes_a_shape_without_points(explore: Page) -> None:
    explore.evaluate(_COUNT_CLICKS)
    pixels = point_pixels(explore, list(range(_count(explore))))
    x, y = pixels[len(pixels) // 2]
    # Released on a point, where Plotly would hear a click.
    drag(explore, (x - 40, y - 40), (x, y))
    settle(explore)
    assert explore.evaluate("() => window.__clicks") == 0
    recipe = explore.evaluate(
        "() => window.dash_component_api.getLayout('selection-store').props.data"
    )
    assert [list(term) for term in recipe["all_of"]] == [["box"]]
    assert len(recipe["all_of"][0]["box"]) == 4
    assert explore.locator("#map-graph .map-brush").count() == 0


def test_escape_in_the_middle_of_a_drag_selects_nothing(explore: Page) -> None:
    box = explore.locator("#map-graph .nsewdrag").first.bounding_box()
    assert box is not None
    explore.mouse.move(box["x"] + 5, box["y"] + 5)
    explore.mouse.down()
    explore.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    expect(explore.locator("#map-graph .map-brush")).to_have_count(1)
    explore.keyboard.press("Escape")
    expect(explore.locator("#map-graph .map-brush")).to_have_count(0)
    explore.mouse.up()
    settle(explore)
    assert graph(explore, "map-graph")["selected"] is None
    assert _brush_left_half(explore)


def test_the_same_box_selects_again_after_clearing(explore: Page) -> None:
    rows = _brush_left_half(explore)
    explore.keyboard.press("Escape")
    settle(explore)
    assert _brush_left_half(explore) == rows
    assert graph(explore, "map-graph")["selected"] == rows


def test_new_colours_keep_the_highlight(explore: Page) -> None:
    rows = _brush_left_half(explore)
    explore.click("#color-by")
    explore.locator(".dash-dropdown-option", has_text="Instrument").click()
    settle(explore)
    assert graph(explore, "map-graph")["selected"] == rows


def test_colours_chosen_while_the_panels_are_on_their_way_change_nothing_else(
    explore: Page,
) -> None:
    def late(route: Route) -> None:
        explore.wait_for_timeout(400)
        route.continue_()

    explore.route("**/panels", late)
    explore.locator(".legend-entry button").first.click()
    explore.evaluate("() => window.dash_clientside.set_props('color-by', { value: 'instrument' })")
    settle(explore)
    rows = graph(explore, "map-graph")["selected"]
    assert 0 < len(rows) < _count(explore)
    _assert_panels_show(explore, rows)
    groups = explore.locator(".legend-entry button").evaluate_all(
        "(buttons) => buttons.map((button) => button.dataset.groupBy)"
    )
    assert set(groups) == {"instrument"}
    recipe = explore.evaluate(
        "() => window.dash_component_api.getLayout('selection-store').props.data"
    )
    assert [list(term) for term in recipe["all_of"]] == [["performer"]]


def test_panels_fit_a_window_that_changes_after_a_brush(explore: Page) -> None:
    _brush_left_half(explore)
    explore.set_viewport_size({"width": 1920, "height": 1080})
    for name in PANELS:
        explore.wait_for_function(_FILLS, arg=name)


def test_a_sentence_in_a_panel_cannot_be_dragged_away(explore: Page) -> None:
    explore.evaluate("() => window.musiclatentvis.select({ box: [900, 900, 901, 901] })")
    settle(explore)
    for name in PANELS:
        area = explore.locator(f"#{name}").bounding_box()
        assert area is not None
        x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
        drag(explore, (x - 50, y - 40), (x + 50, y + 40))
    settle(explore)
    for name in PANELS:
        expect(explore.locator(f"#{name} .annotation-text")).to_contain_text("No segment")


_FILLS = """
(name) => {
  const graph = document.getElementById(name);
  const { width, height } = graph.querySelector(".js-plotly-plot")._fullLayout;
  return Math.abs(width - graph.clientWidth) < 2 && Math.abs(height - graph.clientHeight) < 2;
}
"""
_COUNT_CLICKS = """
() => {
  window.__clicks = 0;
  const plot = document.querySelector('#map-graph .js-plotly-plot');
  plot.on('plotly_click', () => { window.__clicks += 1; });
}
"""


def test_performer_title_and_instrument_narrow_the_selection_together(explore: Page) -> None:
    names = _segments(explore)
    instrument = names[0]["instrument"]
    _choose(explore, "instrument-filter", instrument)
    rows = [row for row, name in enumerate(names) if name["instrument"] == instrument]
    _assert_panels_show(explore, rows)

    performer = names[rows[0]]["performer"]
    _choose(explore, "performer-filter", performer)
    rows = [row for row in rows if names[row]["performer"] == performer]
    _assert_panels_show(explore, rows)

    title = names[rows[0]]["title"]
    _choose(explore, "piece-filter", title)
    rows = [row for row in rows if names[row]["title"] == title]
    _assert_panels_show(explore, rows)
    expect(explore.locator("#selection-summary")).to_contain_text(title)


def test_range_on_an_axis_selects_on_the_map_and_everywhere(explore: Page) -> None:
    first_axis = explore.locator("#parallel-graph .axis-brush .background").first.bounding_box()
    assert first_axis is not None
    x = first_axis["x"] + first_axis["width"] / 2
    middle = first_axis["y"] + first_axis["height"] / 2
    drag(explore, (x, first_axis["y"] + 2), (x, middle))
    settle(explore)
    # The order of the axes follows the variance of what is selected now.
    (axis,) = [line for line in _lines(explore) if line["constraintrange"]]
    low, high = sorted(axis["constraintrange"])
    rows = graph(explore, "map-graph")["selected"]
    values = axis["values"]
    assert 0 < len(rows) < len(values)
    assert rows == [row for row, value in enumerate(values) if low <= value <= high]
    assert len(graph(explore, "heatmap-graph")["z"]) == len(rows)


def test_escape_selects_everything_again(explore: Page) -> None:
    _brush_left_half(explore)
    explore.keyboard.press("Escape")
    settle(explore)
    assert graph(explore, "map-graph")["selected"] is None
    assert len(graph(explore, "heatmap-graph")["z"]) == _count(explore)


def test_zoom_into_the_selection_and_back(explore: Page) -> None:
    whole = _map_range(explore)
    rows = _brush_left_half(explore)
    explore.click("#map-zoom")
    settle(explore)
    zoomed = _map_range(explore)
    assert zoomed[1] - zoomed[0] < whole[1] - whole[0]
    xs = graph(explore, "map-graph")["x"]
    assert zoomed[0] <= min(xs[row] for row in rows)
    explore.click("#map-home")
    settle(explore)
    back = _map_range(explore)
    assert back[0] <= min(xs)
    assert max(xs) <= back[1]


def test_wheel_zooms_at_the_cursor(explore: Page) -> None:
    before = _map_range(explore)
    (x, y), *_ = point_pixels(explore, [0])
    explore.mouse.move(x, y)
    explore.mouse.wheel(0, -300)
    explore.wait_for_function(
        "(width) => { const r = document.querySelector('#map-graph .js-plotly-plot')"
        "._fullLayout.xaxis.range; return r[1] - r[0] < width; }",
        arg=(before[1] - before[0]) * 0.98,
    )
    (after_x, after_y), *_ = point_pixels(explore, [0])
    assert abs(after_x - x) < 4
    assert abs(after_y - y) < 4


def _count(page: Page) -> int:
    return len(graph(page, "map-graph")["x"])


def _segments(page: Page) -> list[dict[str, str]]:
    """Title, instrument, performer and start of each point."""
    return [
        {
            "title": found["title"],
            "instrument": found["instrument_label"],
            "performer": found["performer"],
            "start": clock(found["start_s"]),
        }
        for found in segments_of(page, list(range(_count(page))))
    ]


def _lines(page: Page) -> list[dict[str, Any]]:
    return list(graph(page, "parallel-graph")["dimensions"])


def _map_range(page: Page) -> list[float]:
    value: list[float] = page.evaluate(
        "() => document.querySelector('#map-graph .js-plotly-plot')._fullLayout.xaxis.range"
    )
    return value


def _brush_left_half(page: Page) -> list[int]:
    """Drag a box over the left part of the map; the rows that stand in it."""
    pixels = point_pixels(page, list(range(_count(page))))
    xs, ys = sorted(x for x, _ in pixels), [y for _, y in pixels]
    # Between two neighbours, so that rounding to pixels does not matter.
    middle = len(xs) // 2
    gap = max(range(middle - len(xs) // 4, middle), key=lambda i: xs[i + 1] - xs[i])
    right = (xs[gap] + xs[gap + 1]) / 2
    drag(page, (xs[0] - 8, min(ys) - 8), (right, max(ys) + 8))
    settle(page)
    return [row for row, (x, _) in enumerate(pixels) if x < right]


def _choose(page: Page, dropdown: str, label: str) -> None:
    """Open a searchable list, search, and take the one that is left."""
    page.click(f"#{dropdown}")
    page.locator("input.dash-dropdown-search").fill(label)
    page.locator(".dash-dropdown-option", has_text=label).first.click()
    page.keyboard.press("Escape")
    settle(page)


def _assert_panels_show(page: Page, rows: list[int]) -> None:
    """Map, heatmap, lines, similarity and summary are of exactly these segments."""
    assert rows
    names = _segments(page)
    expect(page.locator("#selection-summary")).to_contain_text(
        re.compile(rf"^{len(rows):,} of {len(names):,} segments")
    )
    assert sorted(graph(page, "map-graph")["selected"]) == rows

    heatmap = graph(page, "heatmap-graph")
    shown = Counter(name.rstrip("\u200b") for name in heatmap["y"])
    assert shown == Counter(
        f"{names[row]['title']} · {names[row]['performer']} · {names[row]['start']}" for row in rows
    )
    lines = _lines(page)
    assert {len(line["values"]) for line in lines} == {len(rows)}
    similarity = graph(page, "similarity-graph")
    assert similarity["meta"]["names"] == [
        f"{names[row]['title']} {names[row]['start']}" for row in rows
    ]

    listed = page.locator("#variance-list li").all_inner_texts()
    variances = [float(text.split()[1]) for text in listed]
    assert variances == sorted(variances, reverse=True)
    order = [text.split()[0] for text in listed]
    assert order == heatmap["x"] == [line["label"] for line in lines]
