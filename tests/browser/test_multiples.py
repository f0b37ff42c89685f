"""A small map for each instrument."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tools.browsing import click_graph, graph, settle


def test_each_instrument_has_its_own_map_that_follows_and_plays(explore: Page) -> None:
    explore.click("[data-open=multiples-workspace]")
    explore.wait_for_function(_DRAWN)
    settle(explore)
    maps = explore.evaluate(_MAPS)
    names = explore.locator(".symbol-entry").all_inner_texts()
    assert [small["name"] for small in maps] == [name.lstrip("●■◆▲") for name in names]
    rows = [row for small in maps for row in small["rows"]]
    assert sorted(rows) == list(range(len(graph(explore, "map-graph")["x"])))
    xs = graph(explore, "map-graph")["x"]
    assert all(small["x"] == [xs[row] for row in small["rows"]] for small in maps)

    # A selection greys the others here too.
    explore.locator(".legend-entry button").first.click()
    settle(explore)
    selected = set(graph(explore, "map-graph")["selected"])
    maps = explore.evaluate(_MAPS)
    lit = {small["rows"][point] for small in maps for point in small["selected"]}
    assert lit == selected

    # A click plays what was clicked.
    small = next(small for small in maps if small["selected"])
    x, y = small["pixels"][small["selected"][0]]
    click_graph(explore, "multiples-graph", x, y)
    expect(explore.locator("#player-now")).to_contain_text(small["name"])


_DRAWN = """
() => {
  const plot = document.querySelector('#multiples-graph .js-plotly-plot');
  return Boolean(plot && plot._fullData && plot._fullData.length);
}
"""
_MAPS: Any = """
() => {
  const plot = document.querySelector('#multiples-graph .js-plotly-plot');
  const box = plot.getBoundingClientRect();
  return plot._fullData.map((trace, index) => {
    const axis = (name) => plot._fullLayout[trace[name].replace(/^([xy])/, '$1axis')];
    const [xaxis, yaxis] = [axis('xaxis'), axis('yaxis')];
    return {
      name: trace.name,
      rows: plot.layout.meta.rows[index],
      x: Array.from(trace.x),
      selected: trace.selectedpoints ? Array.from(trace.selectedpoints) : null,
      pixels: Array.from(trace.x, (x, point) => [
        box.left + xaxis._offset + xaxis.d2p(x),
        box.top + yaxis._offset + yaxis.d2p(trace.y[point]),
      ]),
    };
  });
}
"""
