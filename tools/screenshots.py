"""Renew the pictures in docs/images from the real page on the demo collection.

With ``--library`` the pictures are of that library instead, with ``--out`` they go elsewhere,
and with ``--all`` there are more of them than the documents show: dark, wide, every page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tools.browsing import (
    Complaints,
    chromium,
    click_graph,
    drag,
    graph,
    new_page,
    open_explore,
    point_pixels,
    settle,
    wait_until_drawn,
)
from tools.running import start_server

ROOT = Path(__file__).resolve().parent.parent
#: The paper's two performances of one piece (task T2).
PIECE = "Guang Ming Xing"
PERFORMANCES = (f"{PIECE} · Style 01 Plain · Erhu", f"{PIECE} · Style 03 Ensemble · Erhu")
SMALL: ViewportSize = {"width": 1440, "height": 900}
WIDE: ViewportSize = {"width": 1920, "height": 1080}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, help="a library; by default the demo, imported now")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--all", action="store_true", help="more than the documents show")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    complaints = Complaints()
    with tempfile.TemporaryDirectory() as temporary:
        library = options.library or Path(temporary) / "library"
        with (
            start_server(library, Path(temporary) / "server.log") as server,
            chromium() as browser,
        ):
            page = new_page(browser)
            complaints.listen(page)
            take_pictures(page, server.url, options.out, everything=options.all)
    for line in complaints.lines:
        print(line, file=sys.stderr)
    return 1 if complaints.lines else 0


def take_pictures(page: Page, url: str, out: Path, *, everything: bool) -> None:
    """Walk through the page and keep a picture of each station."""
    page.set_default_timeout(180_000)  # a first start imports the demo
    open_explore(page, url)
    _play_a_point(page)
    _keep(page, out / "explore.png")
    if everything:
        page.click("#page-theme")
        _keep(page, out / "explore-dark.png")
        page.click("#page-theme")
        page.set_viewport_size(WIDE)
        _keep(page, out / "explore-wide.png")
        page.set_viewport_size(SMALL)
    if _choose_piece(page):
        page.click("#cluster-run")
        settle(page)
        _keep(page, out / "clusters.png")
        _explain_a_dimension(page)
        _keep(page, out / "dimension.png")
    open_explore(page, url)
    _read_form(page)
    _keep(page, out / "form.png")
    page.keyboard.press("Escape")
    _compare(page)
    _keep(page, out / "encoders.png")
    open_explore(page, url)
    _map_in_two_ways(page)
    _keep(page, out / "maps.png")
    page.goto(f"{url}/notes")
    wait_until_drawn(page, "notes-samples-graph", "notes-latents-graph")
    _keep(page, out / "notes.png")
    _evaluate(page, url)
    _keep(page, out / "evaluate.png")
    if everything:
        page.locator(".evaluate-structure").scroll_into_view_if_needed()
        _keep(page, out / "evaluate-below.png")
    page.goto(f"{url}/library")
    page.locator("#library-table .ag-row").first.wait_for()
    _keep(page, out / "library.png")


def _play_a_point(page: Page) -> None:
    """Hear a segment, so that the player has something to show; then pause."""
    (x, y), *_ = point_pixels(page, [0])
    click_graph(page, "map-graph", x, y)
    page.wait_for_function("() => document.getElementById('player-audio').currentTime > 1")
    page.keyboard.press(" ")
    page.wait_for_function("() => document.getElementById('player-spectrogram').naturalWidth > 0")
    page.locator("#player-spectrogram:not(.waiting)").wait_for()
    page.mouse.move(0, 0)


def _compare(page: Page) -> None:
    """Two maps side by side, a quarter of the first one brushed."""
    page.evaluate("() => window.musiclatentvis.workspace.close()")
    page.click("#map-compare")
    wait_until_drawn(page, "second-graph", timeout_s=600)
    settle(page)
    count = len(graph(page, "map-graph")["x"])
    pixels = point_pixels(page, list(range(count)))
    (left, top), (right, bottom) = (map(pick, zip(*pixels, strict=True)) for pick in (min, max))
    drag(page, (left - 8, top - 8), ((left + right) / 2, (top + bottom) / 2))
    page.mouse.move(0, 0)


def _read_form(page: Page) -> None:
    """Two performances of the paper's piece beside each other, each second of them."""
    page.click('[data-open="form-workspace"]')
    wait_until_drawn(page, "form-graph")
    for chooser, performance in zip(("form-recording", "form-other"), PERFORMANCES, strict=True):
        page.click(f"#{chooser}")
        page.locator("input.dash-dropdown-search").fill(performance)
        option = page.locator(".dash-dropdown-option", has_text=performance).first
        if option.count():
            option.click()
        else:  # another library: it stays with the recording that it opened on
            page.keyboard.press("Escape")
        settle(page)
    page.locator("#form-hop label").last.click()
    page.wait_for_function(
        "() => (document.querySelector('#form-graph .js-plotly-plot')"
        ".layout.meta || {}).step_s === 1",
        timeout=120_000,
    )


def _map_in_two_ways(page: Page) -> None:
    """The same latents by t-SNE and PCA, with both layers, coloured by neighbours kept."""
    page.click(".map-layers-menu summary")
    for layer in page.locator("#map-layers label").all():
        layer.click()
    page.keyboard.press("Escape")
    page.click("#map-compare")
    encoder = page.locator("#map-encoder").inner_text().strip()
    for chooser, label in (
        ("second-encoder", encoder),
        ("second-method", "PCA"),
        ("color-by", "Neighbours kept"),
    ):
        page.click(f"#{chooser}")
        page.locator(".dash-dropdown-option", has_text=label).first.click()
        settle(page)
    wait_until_drawn(page, "second-graph")
    page.mouse.move(0, 0)


def _evaluate(page: Page, url: str) -> None:
    """Have the library evaluated, unless it was, and wait for the report."""
    page.goto(f"{url}/evaluate")
    wait_until_drawn(page, "encoder-note-losses", "encoder-segment-losses")
    settle(page)
    if not page.locator(".evaluate-neighbours").count():
        page.click("#evaluate-run")
    page.locator(".evaluate-neighbours").wait_for(timeout=600_000)
    wait_until_drawn(page, "evaluate-structure-graph")


def _choose_piece(page: Page) -> bool:
    """Select the paper's piece, where the library has it."""
    page.click("#piece-filter")
    page.locator("input.dash-dropdown-search").fill(PIECE)
    option = page.locator(".dash-dropdown-option", has_text=PIECE).first
    found = option.count() > 0
    if found:
        option.click()
    page.keyboard.press("Escape")
    settle(page)
    return found


def _explain_a_dimension(page: Page) -> None:
    """Open the dimension that tells the performers apart best, every recording measured."""
    page.click("#color-by")
    page.locator(".dash-dropdown-option", has_text="Performer").click()
    page.click(".side-legend [data-choose=best]")
    page.locator("#dimension-sound .dimension-row").first.wait_for(timeout=600_000)


def _keep(page: Page, path: Path) -> None:
    settle(page)
    time.sleep(1.5)  # transitions of colours and sizes, on a slow machine
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    sys.exit(main())
