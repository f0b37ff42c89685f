"""The Evaluate page on the demo: the button measures, the tables say what was measured."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from analysis.report import number
from data.library import Library
from jobs.evaluating import kept_evaluation
from tools.browsing import settle, wait_until_drawn
from tools.running import RunningServer


def test_the_button_measures_the_demo_and_the_page_shows_it(
    page: Page, server: RunningServer, demo_library: Path
) -> None:
    page.goto(f"{server.url}/evaluate")
    wait_until_drawn(page, "encoder-note-losses", "encoder-segment-losses")
    settle(page)
    page.click("#evaluate-run")
    expect(page.locator(".evaluate-progress")).to_be_visible()
    expect(page.locator("#evaluate-run")).to_be_enabled(timeout=240_000)
    wait_until_drawn(page, "evaluate-structure-graph")
    expect(page.locator("#evaluate-report .panel")).to_have_count(8)
    with Library.open(demo_library) as library:
        figures = kept_evaluation(library, str(library.catalogue.current_map))
    assert figures is not None
    assert figures["problems"] == []
    spaces = {space["name"]: space for space in figures["spaces"]}
    assert len(spaces) == 10
    assert spaces["MFCC"]["instrument by recording"]["value"] > 0.5
    assert all(len(row["sections"]) > 1 for row in figures["structure"]["recordings"])
    learned = page.locator(".evaluate-neighbours tr.learned td")
    shown = number(spaces["segment latents"]["instrument by recording"]["value"])
    expect(learned.nth(1)).to_have_text(shown)
    for width, height in ((1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        wide = "() => Math.max(...Array.from(document.querySelectorAll('.evaluate-scroll'),"
        assert page.evaluate(f"{wide} (part) => part.scrollWidth - part.clientWidth))") <= 1
    page.locator(".evaluate-structure").scroll_into_view_if_needed()
    settle(page)
