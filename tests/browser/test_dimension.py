"""A click on a dimension's name says what it means, wherever the name stands."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tools.browsing import drag, graph, point_pixels, settle


def test_the_card_says_what_goes_with_it_and_what_it_separates(explore: Page) -> None:
    button = _name(explore, 0)
    dimension = button.inner_text().split()[0]
    button.click()
    card = _card(explore)
    expect(card).to_be_visible()
    expect(card).to_contain_text(f"What {dimension} means")
    expect(button).to_have_attribute("aria-pressed", "true")
    # The first to ask has every recording measured.
    expect(card.locator(".dimension-sound .dimension-row")).to_have_count(8, timeout=240_000)
    expect(card.locator(".dimension-sound")).to_contain_text("Brightness")
    expect(card.locator(".dimension-groups")).to_contain_text("AUC")
    expect(explore.locator("#dimension-status")).to_be_empty()
    map_box, box = explore.locator(".panel-map").bounding_box(), card.bounding_box()
    assert map_box is not None and box is not None
    assert box["x"] >= map_box["x"] + map_box["width"]


def test_a_click_on_an_end_plays_its_ten_seconds(explore: Page) -> None:
    _name(explore, 0).click()
    end = explore.locator("#dimension-high button").first
    row = int(end.get_attribute("data-row") or -1)
    title, start = end.locator("b").inner_text(), end.locator("span").last.inner_text()
    dimension = _card(explore).get_attribute("data-dimension")
    values = next(
        axis["values"]
        for axis in graph(explore, "parallel-graph")["dimensions"]
        if axis["label"] == f"dim-{dimension}"
    )
    assert values[row] == max(values)
    end.click()
    minutes, seconds = start.split(":")
    begins = 60 * int(minutes) + int(seconds)
    explore.wait_for_function(
        "(begins) => { const { currentTime, paused } = document.getElementById('player-audio');"
        " return !paused && currentTime > begins && currentTime < begins + 10; }",
        arg=begins,
    )
    expect(explore.locator("#player-now")).to_contain_text(title)


def test_names_above_axes_and_below_columns_open_it_too(explore: Page) -> None:
    labels = [axis["label"] for axis in graph(explore, "parallel-graph")["dimensions"]]
    explore.locator("#parallel-graph .axis-title").nth(3).click()
    expect(_card(explore)).to_contain_text(f"What {labels[3]} means")
    expect(_name(explore, 3)).to_have_attribute("aria-pressed", "true")
    explore.click("#dimension-close")
    expect(_card(explore)).to_be_hidden()
    expect(_name(explore, 3)).to_have_attribute("aria-pressed", "false")
    explore.locator("#heatmap-graph .xtick text").nth(5).click()
    expect(_card(explore)).to_contain_text(f"What {labels[5]} means")


def test_escape_closes_the_card_and_only_then_clears_the_selection(explore: Page) -> None:
    _brush(explore)
    selected = explore.locator("#selection-summary").inner_text()
    _name(explore, 0).click()
    expect(_card(explore)).to_be_visible()
    explore.keyboard.press("Escape")
    expect(_card(explore)).to_be_hidden()
    settle(explore)
    expect(explore.locator("#selection-summary")).to_have_text(selected)
    explore.keyboard.press("Escape")
    expect(explore.locator("#selection-summary")).to_contain_text("All ")


def test_the_card_follows_selection_and_colour_and_keeps_its_dimension(explore: Page) -> None:
    explore.click(".side-legend [data-choose=best]")
    expect(_card(explore)).to_be_visible()
    settle(explore)
    dimension = _card(explore).get_attribute("data-dimension")
    _brush(explore)
    count = explore.locator("#selection-summary").inner_text().split()[0]
    expect(explore.locator("#dimension-title")).to_contain_text(f"· {count} segments")
    explore.click("#color-by")
    explore.locator(".dash-dropdown-option", has_text="Instrument").click()
    expect(_card(explore).locator(".dimension-groups")).to_contain_text("Erhu")
    assert _card(explore).get_attribute("data-dimension") == dimension


def test_with_the_keyboard_it_opens_takes_the_focus_and_gives_it_back(explore: Page) -> None:
    _name(explore, 2).focus()
    explore.keyboard.press("Enter")
    expect(explore.locator("#dimension-close")).to_be_focused()
    explore.keyboard.press("Escape")
    expect(_name(explore, 2)).to_be_focused()


def test_closed_it_asks_the_server_nothing(explore: Page) -> None:
    asked: list[str] = []
    explore.on(
        "request",
        lambda request: asked.append(request.post_data or "") if request.method == "POST" else None,
    )
    _brush(explore)
    assert asked
    assert not [body for body in asked if '"dimension-view-store"' in body]


def _card(page: Page) -> Locator:
    return page.locator("#dimension-card")


def _name(page: Page, place: int) -> Locator:
    return page.locator("#variance-list button").nth(place)


def _brush(page: Page) -> None:
    """Drag a box over the left half of the map."""
    pixels = point_pixels(page, list(range(len(graph(page, "map-graph")["x"]))))
    xs, ys = sorted(x for x, _ in pixels), [y for _, y in pixels]
    drag(page, (xs[0] - 8, min(ys) - 8), (xs[len(xs) // 2], max(ys) + 8))
    settle(page)


def test_a_range_is_kept_by_its_two_ends_without_a_mouse(explore: Page) -> None:
    explore.locator("#variance-list button").first.focus()
    explore.keyboard.press("Enter")
    expect(explore.locator("#dimension-card")).to_be_visible()
    settle(explore)
    axis = graph(explore, "parallel-graph")["dimensions"][0]
    middle = sorted(axis["values"])[len(axis["values"]) // 2]
    explore.locator("#dimension-from").focus()
    explore.keyboard.type(f"{middle:.4f}")
    explore.keyboard.press("Tab")
    settle(explore)
    rows = graph(explore, "map-graph")["selected"]
    low = round(middle, 4)
    assert rows == [row for row, value in enumerate(axis["values"]) if value >= low]
    # The axis has the brush, and an undo takes both away.
    found = [
        line for line in graph(explore, "parallel-graph")["dimensions"] if line["constraintrange"]
    ]
    assert [line["label"] for line in found] == [axis["label"]]
    explore.keyboard.press("Escape")  # out of the field
    explore.keyboard.press("Control+z")
    settle(explore)
    assert graph(explore, "map-graph")["selected"] is None
