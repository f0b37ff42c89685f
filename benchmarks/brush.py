"""From a brush on a map of 10,000 segments to every linked panel.

Twice: the server alone, which answers for all panels at once, and the page in a real Chromium,
from the mouse button's release until every panel is painted.
Gates: p95 under 150 ms on the server, under 300 ms on the page.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.synthetic import make_library
from data.library import Library
from data.maps import segment_table
from tools.browsing import PANELS, chromium, drag, new_page, open_explore, settle
from tools.running import start_server

SERVER_GATE_MS = 150.0
PAGE_GATE_MS = 300.0

#: Notes when each panel was last painted after the mouse button was released.
_PROBE = """
(graphs) => {
  const probe = { released: 0, painted: {} };
  window.__probe = probe;
  // The first event of a release: nothing the page does for it may go uncounted.
  window.addEventListener("pointerup", () => {
    probe.released = performance.now();
    probe.painted = {};
  }, true);
  const paint = (name) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { probe.painted[name] = performance.now() - probe.released; };
    channel.port2.postMessage(null);
  });
  graphs.forEach((id) => {
    document.querySelector(`#${id} .js-plotly-plot`).on("plotly_afterplot", () => paint(id));
  });
  const list = document.getElementById("variance-list");
  new MutationObserver(() => paint("variance-list"))
    .observe(list, { childList: true, subtree: true, characterData: true });
}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=10_000)
    parser.add_argument("--brushes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = make_library(Path(temporary) / "library", options.segments, options.seed)
        boxes = brush_boxes(folder, options.brushes, options.seed)
        with start_server(folder, Path(temporary) / "server.log") as server:
            on_server = measure_server(server.url, folder, boxes)
            with chromium() as browser:
                page = new_page(browser)
                on_page = measure_page(page, server.url, boxes)
    print(f"{options.segments:,} segments, {len(boxes)} brushes, load {os.getloadavg()[0]:.1f}")
    slow = _table("server, brush to answer", on_server, SERVER_GATE_MS)
    slow += _table("page, release to paint", on_page, PAGE_GATE_MS)
    return 1 if slow else 0


def measure_server(url: str, folder: Path, boxes: list[list[float]]) -> dict[str, list[float]]:
    """Milliseconds from sending a brush to the answer for all panels.

    Parameters
    ----------
    url : str
        Of a running server.
    folder : Path
        Its library.
    boxes : list of [x0, y0, x1, y1]
        Brushes, in map units.
    """
    times: list[float] = []
    with Library.open(folder) as library:
        table = segment_table(library)
    assert table is not None
    for box in boxes:
        recipe = {"map": table.map_id, "all_of": [{"box": box}]}
        asked = {"selection": recipe, "color_by": "performer", "clustering": None}
        began = time.perf_counter()
        _post(f"{url}/panels", json.dumps(asked).encode())
        times.append(1000 * (time.perf_counter() - began))
    return {"all panels": times[1:]}  # the first brush warms the server up, as the first visit does


def measure_page(page: Page, url: str, boxes: list[list[float]]) -> dict[str, list[float]]:
    """Milliseconds from releasing the mouse until all panels are painted."""
    open_explore(page, url)
    page.evaluate(_PROBE, list(PANELS))
    needed = {*PANELS, "variance-list"}
    times: dict[str, list[float]] = {}
    for number, box in enumerate(boxes):
        (left, top), (right, bottom) = _pixels(page, box)
        drag(page, (left, top), (right, bottom))
        page.wait_for_function(
            "(names) => names.every((name) => name in window.__probe.painted)", arg=sorted(needed)
        )
        settle(page)
        painted: dict[str, float] = page.evaluate("() => window.__probe.painted")
        if number:
            for name, duration in painted.items():
                times.setdefault(name, []).append(duration)
            times.setdefault("all panels", []).append(max(painted.values()))
    return times


def brush_boxes(folder: Path, count: int, seed: int) -> list[list[float]]:
    """Brushes around randomly chosen segments, from a few to most of the map."""
    with Library.open(folder) as library:
        table = segment_table(library)
    assert table is not None
    generator = np.random.default_rng(seed)
    low, high = table.positions.min(axis=0), table.positions.max(axis=0)
    boxes = []
    for centre in generator.choice(table.positions, count):
        half = (high - low) * generator.uniform(0.04, 0.5, size=2)
        x0, y0 = np.maximum(centre - half, low)
        x1, y1 = np.minimum(centre + half, high)
        boxes.append([float(x0), float(y0), float(x1), float(y1)])
    return boxes


def _pixels(page: Page, box: list[float]) -> list[list[float]]:
    corners: list[list[float]] = page.evaluate(
        """([x0, y0, x1, y1]) => {
          const plot = document.querySelector('#map-graph .js-plotly-plot');
          const box = plot.getBoundingClientRect();
          const { xaxis, yaxis } = plot._fullLayout;
          const at = (x, y) => [box.left + xaxis._offset + xaxis.d2p(x),
                                box.top + yaxis._offset + yaxis.d2p(y)];
          return [at(x0, y1), at(x1, y0)];
        }""",
        box,
    )
    return corners


def _post(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def _table(title: str, times: dict[str, list[float]], gate: float) -> list[str]:
    """Print a line for each panel; the names of those that miss the gate."""
    print(f"\n{title:<28}{'median':>9}{'p95':>9}{'gate':>9}  ms")
    slow = []
    for name, values in sorted(times.items()):
        median, late = np.percentile(values, [50, 95])
        if late >= gate:
            slow.append(name)
        mark = "  too slow" if late >= gate else ""
        print(f"{name:<28}{median:>9.0f}{late:>9.0f}{gate:>9.0f}{mark}")
    return slow


if __name__ == "__main__":
    sys.exit(main())
