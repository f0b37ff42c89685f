"""The workspace Clusters in a real browser: cut, curves, names, selecting, hearing."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

from tools.browsing import graph, point_pixels, settle


def test_the_cut_is_dragged_and_recolours_the_page(explore: Page) -> None:
    _open(explore)
    expect(_line(explore)).to_have_attribute("aria-valuetext", "2 clusters")
    x, y = _middle(_line(explore))
    heights = explore.evaluate(_MERGE_PIXELS)
    explore.mouse.move(x, y)
    explore.mouse.down()
    below = (heights[-5] + heights[-6]) / 2  # five merges lie above: six clusters
    explore.mouse.move(x, (y + below) / 2, steps=3)
    explore.mouse.move(x, below, steps=3)
    expect(_line(explore)).to_have_attribute("aria-valuetext", "6 clusters")
    explore.mouse.up()
    expect(explore.locator("#cluster-k")).to_have_value("6")
    expect(explore.locator("#clusters-list .clusters-line")).to_have_count(6)
    settle(explore)
    assert len(set(graph(explore, "map-graph")["colors"])) == 6
    # The line comes to rest between the two merges that it parts.
    rest = _middle(_line(explore))[1]
    heights = explore.evaluate(_MERGE_PIXELS)
    assert heights[-5] < rest < heights[-6]


def test_the_cut_moves_with_the_keyboard_and_colours_stay(explore: Page) -> None:
    _open(explore)
    _line(explore).focus()
    for _ in range(3):
        explore.keyboard.press("ArrowDown")
    expect(explore.locator("#clusters-list .clusters-line")).to_have_count(5)
    settle(explore)
    before = _map_colours(explore)
    explore.keyboard.press("ArrowDown")
    expect(explore.locator("#clusters-list .clusters-line")).to_have_count(6)
    settle(explore)
    after = _map_colours(explore)
    kept = [one == other for one, other in zip(before, after, strict=True)]
    assert len({one for one, same in zip(before, kept, strict=True) if not same}) == 1
    explore.keyboard.press("ArrowUp")
    expect(explore.locator("#cluster-k")).to_have_value("5")
    settle(explore)
    assert _map_colours(explore) == before


def test_a_click_on_a_curve_takes_that_number(explore: Page) -> None:
    _open(explore)
    _click_curve(explore, 5)
    expect(explore.locator("#cluster-k")).to_have_value("7")
    expect(explore.locator("#clusters-list .clusters-line")).to_have_count(7)
    expect(_line(explore)).to_have_attribute("aria-valuenow", "7")


def test_a_click_on_a_curve_takes_that_eps(explore: Page) -> None:
    _open(explore)
    explore.click("#cluster-method")
    explore.locator(".dash-dropdown-option", has_text="DBSCAN").click()
    settle(explore)
    expect(_line(explore)).to_be_hidden()
    expect(explore.locator("#clusters-note")).to_contain_text("knee")
    tried = graph(explore, "clusters-curves")["x"]
    _click_curve(explore, 4)
    expect(explore.locator("#cluster-eps")).to_have_value(f"{tried[4]:g}")
    settle(explore)
    expect(explore.locator("#cluster-result")).to_contain_text("In no cluster")


def test_a_name_stands_wherever_the_cluster_does(explore: Page) -> None:
    _open(explore)
    name = explore.locator("#clusters-list .cluster-name").first
    name.fill("slow erhu")
    name.press("Enter")
    for place in ("#legend", "#cluster-result"):
        expect(explore.locator(place)).to_contain_text("slow erhu")
    settle(explore)
    code = int(name.get_attribute("data-name") or "")
    row = graph(explore, "map-graph")["colors"].index(code + 1)
    (x, y), *_ = point_pixels(explore, [row])
    explore.mouse.move(x - 3, y)
    explore.mouse.move(x, y, steps=3)
    expect(explore.locator("#map-graph .point-label")).to_contain_text("slow erhu")
    name.fill("")
    name.press("Tab")
    expect(explore.locator("#legend")).to_contain_text("Cluster 1")
    expect(explore.locator("#clusters-list [data-group]").first).to_be_focused()


def test_a_click_on_a_cluster_selects_it_and_leaves_the_tree(explore: Page) -> None:
    _open(explore)
    feet = explore.evaluate(_MERGE_PIXELS)
    button = explore.locator("#clusters-list [data-group='1']")
    size = button.inner_text()
    button.click()
    expect(explore.locator("#selection-summary")).to_contain_text(f"{size.split()[0]} of ")
    settle(explore)
    assert explore.evaluate(_MERGE_PIXELS) == feet
    explore.locator("#cluster-result [data-group='0']").click(modifiers=["Shift"])
    settle(explore)
    expect(explore.locator("#selection-summary")).not_to_contain_text(f"{size.split()[0]} of ")
    assert len(graph(explore, "map-graph")["x"]) == _selected(explore)


def test_the_most_typical_segment_is_heard(explore: Page) -> None:
    _open(explore)
    button = explore.locator("#clusters-list .hear").first
    title = button.locator("b").inner_text()
    button.click()
    expect(explore.locator("#player-now")).to_contain_text(title)
    explore.wait_for_function(
        "() => { const a = document.getElementById('player-audio'); return a.currentTime > 0; }"
    )


def test_a_cluster_is_kept_under_its_name(explore: Page) -> None:
    _open(explore)
    name = explore.locator("#clusters-list .cluster-name").first
    name.fill(called := f"kept at {time.time_ns()}")  # a library that is used again has the others
    name.press("Enter")
    expect(explore.locator("#legend")).to_contain_text(called)
    settle(explore)
    explore.locator("[data-keep='0']").click()
    expect(explore.locator("#clusters-kept")).to_contain_text("kept among the selections")
    explore.get_by_text("Keep, compare").click()
    expect(explore.locator("#selections-list")).to_contain_text(called)


def test_run_takes_what_is_selected_now(explore: Page) -> None:
    _open(explore)
    explore.locator("#clusters-list [data-group='1']").click()
    settle(explore)
    count = explore.locator("#selection-summary").inner_text().split()[0]
    explore.click("#cluster-run")
    expect(explore.locator("#clusters-caption")).to_contain_text(f"{count} segments")


def test_closed_it_asks_the_server_nothing(explore: Page) -> None:
    _open(explore)
    explore.keyboard.press("Escape")
    expect(explore.locator("#clusters-workspace")).to_be_hidden()
    settle(explore)
    asked: list[str] = []
    explore.on("request", lambda request: asked.append(request.post_data or ""))
    explore.click("#cluster-run")
    settle(explore)
    assert asked
    assert not [body for body in asked if '"clusters-view-store"' in body]


_MERGE_PIXELS = """
() => {
  const plot = document.querySelector('#clusters-tree .js-plotly-plot');
  const axis = plot._fullLayout.yaxis;
  const top = plot.getBoundingClientRect().top + axis._offset;
  return plot.layout.meta.heights.map((height) => top + axis.d2p(height));
}
"""


def _open(page: Page) -> None:
    page.get_by_text("Help me choose").click()
    expect(page.locator("#clusters-workspace")).to_be_visible()
    settle(page)  # the first clustering loads what it needs
    expect(_line(page)).to_be_visible()
    page.wait_for_function(_COMPLETE, timeout=60_000)
    settle(page)


_COMPLETE = """
() => {
  const plot = document.querySelector('#clusters-curves .js-plotly-plot');
  return Boolean(plot && plot.layout && plot.layout.meta && plot.layout.meta.complete);
}
"""


def _line(page: Page) -> Locator:
    return page.locator("#clusters-cut")


def _middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _click_curve(page: Page, index: int) -> None:
    page.wait_for_function(_COMPLETE, timeout=60_000)
    settle(page)
    x, y = page.evaluate(
        """(index) => {
          const plot = document.querySelector('#clusters-curves .js-plotly-plot');
          const box = plot.getBoundingClientRect();
          const { xaxis, yaxis } = plot._fullLayout;
          const { x, y } = plot._fullData[0];
          return [
            box.left + xaxis._offset + xaxis.d2p(x[index]),
            box.top + yaxis._offset + yaxis.d2p(y[index]),
          ];
        }""",
        index,
    )
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(120)  # Plotly looks for what is under the mouse at most so often
    page.mouse.click(x, y)


def _map_colours(page: Page) -> list[str]:
    """CSS colour of each point."""
    colours: list[str] = page.evaluate(
        """() => {
          const { marker } = document.querySelector('#map-graph .js-plotly-plot')._fullData[0];
          return Array.from(marker.color);
        }"""
    )
    return colours


def _selected(page: Page) -> int:
    words = page.locator("#selection-summary").inner_text().replace(",", "").split()
    return int(words[1] if words[0] == "All" else words[0])
