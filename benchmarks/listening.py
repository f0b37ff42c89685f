"""From a click to its sound, on the demo collection in a real Chromium.

The time runs from the mouse button's release until the page's audio element says `playing`.
Every click is on another recording, in a browser that has heard none of them. Gate: p95 under
100 ms where the mouse rested on the point before, and for a neighbour from the player's list;
what was not expected, and what asks the server first, stand beside it without a gate.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from tools.browsing import chromium, new_page, open_explore, point_pixels, settle
from tools.running import start_server

GATE_MS = 100.0
#: How long the mouse rests on a point before it is clicked, seconds.
REST_S = 0.3

#: Notes the time from a release of the mouse to the sound, and which rows recordings begin with.
_PROBE = """
() => {
  window.__sound = { released: 0, playing: null };
  window.addEventListener("pointerup", () => {
    window.__sound = { released: performance.now(), playing: null };
  }, true);
  document.getElementById("player-audio").addEventListener("playing", () => {
    window.__sound.playing ??= performance.now() - window.__sound.released;
  });
}
"""
_SOUNDS = "() => window.__sound.released > 0 && window.__sound.playing !== null"
#: One row of each recording, the one with most room around it.
_ROWS = """
() => {
  const plot = document.querySelector("#map-graph .js-plotly-plot");
  const { xaxis, yaxis } = plot._fullLayout;
  const { x, y, text } = plot._fullData[0];
  const places = Array.from(x, (value, row) => [xaxis.d2p(value), yaxis.d2p(y[row])]);
  const room = places.map(([left, top], row) => Math.min(
    ...places.map(([l, t], other) => (other === row ? Infinity : Math.hypot(l - left, t - top)))));
  const best = new Map();
  text.forEach((words, row) => {
    const recording = words.split("<br>").slice(0, 2).join();
    if (!best.has(recording) || room[best.get(recording)] < room[row]) best.set(recording, row);
  });
  return [...best.values()].filter((row) => room[row] > 5);
}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, help="a library; by default the demo, imported now")
    parser.add_argument("--latency", type=float, default=0.0, help="of the network, ms")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        library = options.library or Path(temporary) / "library"
        with (
            start_server(library, Path(temporary) / "server.log") as server,
            chromium() as browser,
        ):
            times = {
                name: measure(browser, server.url, way, options.latency)
                for name, way in WAYS.items()
            }
    print(f"latency {options.latency:g} ms, load {os.getloadavg()[0]:.1f}")
    return 1 if _table(times) else 0


def measure(
    browser: Browser, url: str, way: Callable[[Page], list[float]], latency: float
) -> list[float]:
    """Milliseconds from each click to its sound, in a fresh browser."""
    page = new_page(browser)
    page.set_default_timeout(180_000)  # a first start imports the demo
    open_explore(page, url)
    page.set_default_timeout(20_000)
    page.evaluate(_PROBE)
    if latency:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        rate = 4e6  # bytes a second
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency,
                "downloadThroughput": rate,
                "uploadThroughput": rate,
            },
        )
    times = way(page)
    page.context.close()
    return times[1:]  # with the first one the browser opens its sound device


def rested(page: Page, rest_s: float = REST_S) -> list[float]:
    """Points that the mouse rested on."""
    times = []
    for row in page.evaluate(_ROWS):
        (x, y), *_ = point_pixels(page, [row])
        page.mouse.move(x - 4, y)
        page.mouse.move(x, y, steps=4)
        page.wait_for_function(
            "() => (document.querySelector('#map-graph .js-plotly-plot')._hoverdata || []).length"
        )
        time.sleep(rest_s)
        times.append(_click(page, partial(page.mouse.click, x, y)))
    return times


def at_once(page: Page) -> list[float]:
    """Points that are clicked as soon as the mouse is on them."""
    return rested(page, 0.0)


def neighbour(page: Page) -> list[float]:
    """The first of the list of neighbours, again and again."""
    row = page.evaluate(_ROWS)[0]
    (x, y), *_ = point_pixels(page, [row])
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y, steps=4)
    page.mouse.click(x, y)
    times = []
    for turn in range(20):
        page.locator(f"#walk-list[data-row] button >> nth={turn % 5}").wait_for()
        settle(page)
        time.sleep(1.0)  # a person listens before going on
        button = page.locator(f"#walk-list button >> nth={turn % 5}")
        times.append(_click(page, button.click))
        page.mouse.move(5, 5)
    return times


def through_the_server(page: Page) -> list[float]:
    """Rows of the heatmap: which segment that is, only the server knows."""
    box = page.locator("#heatmap-graph .nsewdrag").first.bounding_box()
    assert box is not None
    times = []
    for share in np.linspace(0.03, 0.97, 16):
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * share
        page.mouse.move(x - 4, y)
        page.mouse.move(x, y, steps=4)
        page.wait_for_timeout(150)
        times.append(_click(page, partial(page.mouse.click, x, y)))
    return times


WAYS = {
    "after resting on a point": rested,
    "a neighbour from the list": neighbour,
    "a point, at once": at_once,
    "a row of the heatmap": through_the_server,
}
#: Those that we promise are ready.
EXPECTED = {"after resting on a point", "a neighbour from the list"}


def _click(page: Page, click: Callable[[], None]) -> float:
    page.evaluate("() => { window.__sound = { released: 0, playing: null }; }")
    click()
    page.wait_for_function(_SOUNDS)
    settle(page)
    return float(page.evaluate("() => window.__sound.playing"))


def _table(times: dict[str, list[float]]) -> list[str]:
    """Print a line for each way; the names of those that miss the gate."""
    print(f"\n{'click to sound':<28}{'median':>9}{'p95':>9}{'gate':>9}{'clicks':>9}  ms")
    slow = []
    for name, values in times.items():
        median, late = np.percentile(values, [50, 95])
        gate = f"{GATE_MS:.0f}" if name in EXPECTED else "–"
        missed = name in EXPECTED and late >= GATE_MS
        if missed:
            slow.append(name)
        mark = "  too slow" if missed else ""
        print(f"{name:<28}{median:>9.0f}{late:>9.0f}{gate:>9}{len(values):>9}{mark}")
    return slow


if __name__ == "__main__":
    sys.exit(main())
