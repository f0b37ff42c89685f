"""Named selections: kept in the library, shown again, compared, removed."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tools.browsing import graph, new_page, open_explore, settle
from tools.running import RunningServer


def test_a_selection_is_kept_for_every_reader_and_shown_again(
    explore: Page, browser: Browser, server: RunningServer
) -> None:
    rows = _keep(explore, "Erhu", "Everything on the erhu", who="Conductor")
    line = explore.locator(".selection-line", has_text="Everything on the erhu")
    expect(line).to_contain_text("Conductor")
    expect(line.locator(".selection-how")).to_have_text("Erhu")
    expect(line.locator(".selection-count")).to_have_text(str(len(rows)))

    other = new_page(browser)
    open_explore(other, server.url)
    _open(other)
    other.locator(".selection-line", has_text="Everything on the erhu").get_by_text("Show").click()
    settle(other)
    assert graph(other, "map-graph")["selected"] == rows
    expect(other.locator("#instrument-filter")).to_contain_text("Erhu")
    other.keyboard.press("Control+z")
    settle(other)
    assert graph(other, "map-graph")["selected"] is None
    other.context.close()


def test_a_name_is_asked_for_and_given_once(explore: Page) -> None:
    _open(explore)
    explore.click("#selection-keep")
    expect(explore.locator("#selection-kept")).to_contain_text("name first")
    _keep(explore, "Pipa", "Twice")
    explore.fill("#selection-name", "Twice")
    explore.click("#selection-keep")
    expect(explore.locator("#selection-kept")).to_contain_text("already")


def test_two_selections_are_compared(explore: Page) -> None:
    erhu = _keep(explore, "Erhu", "For comparing: erhu")
    zheng = _keep(explore, "Zheng", "For comparing: zheng")
    _side(explore, "For comparing: erhu", "A")
    _side(explore, "For comparing: zheng", "B")
    caption = explore.locator("#comparison-caption")
    expect(caption).to_contain_text(f"{len(erhu):,} segments")
    expect(caption).to_contain_text(f"{len(zheng):,} segments")
    shares = explore.evaluate(_SHARES)
    assert len(shares) == 2
    assert all(abs(share - 100) < 0.1 for side in shares for share in side)
    contents = explore.locator("#comparison-contents").inner_text()
    assert f"Erhu\n{len(erhu)}\n0" in contents
    assert f"Zheng\n0\n{len(zheng)}" in contents
    # A brush changes what "Selected now" stands for.
    _side(explore, "Selected now", "B")
    expect(caption).to_contain_text(f"{len(zheng):,} segments. They differ")
    explore.locator(".symbol-entry", has_text="Pipa").click()
    settle(explore)
    expect(caption).not_to_contain_text(f"Selected now, {len(zheng):,} segments")


def test_a_removed_selection_comes_back_with_undo(explore: Page) -> None:
    _keep(explore, "Pipa", "To be removed")
    line = explore.locator(".selection-line", has_text="To be removed")
    line.locator("[data-kept-remove]").click()
    expect(line).to_have_count(0)
    explore.locator("[data-kept-restore]").click()
    expect(line).to_have_count(1)


def test_nothing_to_compare_says_what_to_do(explore: Page) -> None:
    _open(explore)
    expect(explore.locator("#comparison-caption")).to_contain_text("A and B need a segment each")


# Shares of each selection in percent, summed over the bins of each dimension.
_SHARES = """
() => document.querySelector('#comparison-graph .js-plotly-plot')._fullData.map((trace) => {
  const sums = [];
  Array.from(trace.base).forEach((at, index) => {
    sums[at] = (sums[at] || 0) + trace.customdata[index];
  });
  return sums;
})
"""


def _open(page: Page) -> None:
    if not page.locator("#selections-workspace").is_visible():
        page.click("[data-open=selections-workspace]")
    expect(page.locator(".selection-line").first).to_be_visible()
    settle(page)


def _keep(page: Page, instrument: str, name: str, who: str = "") -> list[int]:
    """Select an instrument, keep it under a name, and say which rows it is."""
    page.locator(".symbol-entry", has_text=instrument).click()
    settle(page)
    _open(page)
    page.fill("#selection-name", name)
    page.fill("#selection-who", who)
    page.click("#selection-keep")
    expect(page.locator(".selection-line", has_text=name)).to_be_visible()
    settle(page)
    rows: list[int] = graph(page, "map-graph")["selected"]
    return rows


def _side(page: Page, name: str, letter: str) -> None:
    line = page.locator(".selection-line", has_text=name).first
    line.locator(f"[data-side={letter}]").click()
    expect(line.locator(f"[data-side={letter}]")).to_have_attribute("aria-pressed", "true")
    settle(page)
