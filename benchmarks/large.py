"""The page on 100,000 segments, in a real Chromium: opening it, and brushing it.

Gates: the page shows its map and every panel within 5 s; p95 of a brush until every panel is
painted under 1 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.brush import brush_boxes, measure_page
from benchmarks.synthetic import make_library
from tools.browsing import PANELS, chromium, new_page, wait_until_drawn
from tools.running import start_server

OPEN_GATE_S, BRUSH_GATE_MS = 5.0, 1000.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--brushes", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = make_library(Path(temporary) / "library", options.segments, options.seed)
        boxes = brush_boxes(folder, options.brushes, options.seed)
        log = Path(temporary) / "server.log"
        with start_server(folder, log) as server, chromium() as browser:
            page = new_page(browser)
            began = time.perf_counter()
            page.goto(server.url)
            wait_until_drawn(page, "map-graph", *PANELS)
            opened = time.perf_counter() - began
            page.context.close()
            times = measure_page(new_page(browser), server.url, boxes)["all panels"]
    median, high = np.percentile(times, [50, 95])
    print(f"{options.segments:,} segments, {len(times)} brushes, load {os.getloadavg()[0]:.1f}")
    print(f"page opened with every panel: {opened:.1f} s (gate {OPEN_GATE_S:.0f})")
    print(f"brush: median {median:.0f} ms, p95 {high:.0f} ms (gate {BRUSH_GATE_MS:.0f})")
    return 1 if opened > OPEN_GATE_S or high > BRUSH_GATE_MS else 0


if __name__ == "__main__":
    sys.exit(main())
