"""Drive the page in a real Chromium, for browser tests, benchmarks and screenshots.

Conventions
-----------
* Points of the map are rows of the segment table; pixels are CSS pixels of the viewport.
* A *complaint* is a console error, an uncaught exception, or a request that failed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright
from playwright.sync_api import TimeoutError as Timeout

#: WebGL without a graphics card, sound without a click, and no traffic of the browser's own. Pages
#: are put together as browsers do it on such a machine: by the processor, not by its imitation of a
#: graphics card, with which a brush on 10,000 segments took a tenth longer.  And scripts keep where
#: in their source they are: a browser that is driven looks that up for each exception, caught ones
#: too, and compiles all of Plotly three more times when Plotly tries out what the browser can do.
ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--js-flags=--no-enable-lazy-source-positions",
    "--mute-audio",
    "--no-first-run",
]
PANELS = ("heatmap-graph", "parallel-graph", "similarity-graph")

#: Counts the answers that Dash and the panels wait for, so that nobody has to sleep.
_COUNT_ANSWERS = r"""
(() => {
  const answers = { waiting: 0, last: performance.now() };
  answers.quiet = (ms) => answers.waiting === 0 && performance.now() - answers.last > ms;
  window.__answers = answers;
  /* The map comes after the panels; it never comes for an answer that a newer one replaced. */
  const afterMap = (job) => {
    let done = false;
    const once = () => { if (!done) job(); done = true; };
    document.addEventListener("mapshown", once, { once: true });
    window.setTimeout(once, 3000);
  };
  const plainFetch = window.fetch;
  window.fetch = (...request) => {
    const target = request[0] && request[0].url ? request[0].url : String(request[0]);
    const answer = plainFetch(...request);
    if (!/_dash-|\/panels$/.test(target)) return answer;
    answers.waiting += 1;
    const over = () => { answers.waiting -= 1; answers.last = performance.now(); };
    if (!target.endsWith("/panels")) answer.then(over, over);
    else answer.then(() => afterMap(over), over);
    return answer;
  };
})();
"""
_POINT_PIXELS = """
([rows, id]) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  const box = plot.getBoundingClientRect();
  const {xaxis, yaxis} = plot._fullLayout;
  const {x, y} = plot._fullData[0];
  return rows.map((row) => [
    box.left + xaxis._offset + xaxis.d2p(x[row]),
    box.top + yaxis._offset + yaxis.d2p(y[row]),
  ]);
}
"""
_DRAWN = """
(id) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  return Boolean(plot && plot._fullData && plot._fullData.length && plot._fullLayout);
}
"""


def find_chromium() -> str:
    """Path of the browser: ``$CHROMIUM``, else the first one installed.

    Raises
    ------
    RuntimeError
        If there is none.  Tests fail then; they are never skipped.
    """
    candidates = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for name in candidates:
        if name and (path := shutil.which(name)):
            return path
    raise RuntimeError("Chromium is missing: run `make test`, which installs it, or set CHROMIUM.")


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Start Chromium, with `arguments` besides ours, and stop it at the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*ARGUMENTS, *arguments]
        )
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What a page complained about."""

    lines: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Collect complaints of `page` from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.lines.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lines.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # A sound or a request that a newer one replaced is aborted on purpose.
        if request.failure != "net::ERR_ABORTED":
            self.lines.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.lines.append(f"{response.status}: {response.request.method} {response.url}")


#: The hints of a first visit would lie over what is tried.
_NO_FIRST_VISIT = "window.localStorage.setItem('tour', 'seen')"


def new_page(
    browser: Browser,
    *,
    width: int = 1440,
    height: int = 900,
    first_visit: bool = False,
    **options: Any,
) -> Page:
    """Open an empty page, in a context of its own, that counts Dash's answers."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(30_000)
    context.add_init_script(_COUNT_ANSWERS)
    if not first_visit:
        context.add_init_script(_NO_FIRST_VISIT)
    return context.new_page()


def open_explore(page: Page, url: str) -> None:
    """Open the Explore page and wait until every panel is drawn."""
    page.goto(url)
    wait_until_drawn(page, "map-graph", *PANELS)
    settle(page)


def wait_until_drawn(page: Page, *graphs: str, timeout_s: float = 60) -> None:
    """Wait until Plotly has drawn these graphs."""
    for graph in graphs:
        page.wait_for_function(_DRAWN, arg=graph, timeout=1000 * timeout_s)


def settle(page: Page) -> None:
    """Wait until Dash has had nothing to answer for a while and what it drew has been painted."""
    # A click or key may not have become a request yet, so the quiet starts now at the earliest.
    page.evaluate("() => { window.__answers.last = performance.now(); }")
    page.wait_for_function("() => window.__answers.quiet(250)", timeout=60_000)
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def segments_of(page: Page, rows: list[int]) -> list[dict[str, Any]]:
    """What some rows of the map are: title, performer, instrument_label, start_s and more."""
    found: list[dict[str, Any]] = page.evaluate(
        "(rows) => window.musiclatentvis.segments.find(rows)", rows
    )
    return found


def graph(page: Page, graph_id: str) -> dict[str, Any]:
    """First trace and layout.meta of a drawn graph, as plain values; colours are groups' codes."""
    value: dict[str, Any] = page.evaluate(_GRAPH, graph_id)
    return value


_GRAPH = """
(id) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value)
    : Array.isArray(value) ? value.map(plain) : value;
  const trace = plot._fullData[0];
  return {
    type: trace.type,
    z: plain(trace.z), x: plain(trace.x), y: plain(trace.y),
    colors: plain(window.musiclatentvis.points.groups(plot) || (trace.line || {}).color),
    selected: plain(trace.selectedpoints),
    dimensions: (trace.dimensions || []).map((axis) => ({
      label: axis.label, values: plain(axis.values), constraintrange: plain(axis.constraintrange),
    })),
    meta: plot._fullLayout.meta || (plot.layout || {}).meta || null,
  };
}
"""


def point_pixels(
    page: Page, rows: list[int], graph_id: str = "map-graph"
) -> list[tuple[float, float]]:
    """Where these points of a map stand on the screen."""
    return [(float(x), float(y)) for x, y in page.evaluate(_POINT_PIXELS, [rows, graph_id])]


def click_graph(page: Page, graph_id: str, x: float, y: float) -> Any:
    """Click as a hand does: come near, let Plotly see what is under the mouse, press.

    Returns
    -------
    int or [row, column]
        What Plotly says was under the mouse: a point, or a cell.
    """
    page.evaluate(_KEEP_CLICKS, graph_id)
    until = time.monotonic() + 30
    while not _come_near(page, graph_id, x, y):
        assert time.monotonic() < until, f"Plotly sees nothing at {x:.0f}, {y:.0f} of {graph_id}"
    page.mouse.click(x, y)
    # Not what hovering said: that may still be about the last place but one.
    return page.wait_for_function("() => window.__clicked").json_value()["under"]


def _come_near(page: Page, graph_id: str, x: float, y: float) -> bool:
    """Whether Plotly sees something under the mouse; not where it draws the graph meanwhile."""
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y, steps=4)
    with suppress(Timeout):
        page.wait_for_function(
            "(id) => (document.querySelector(`#${id} .js-plotly-plot`)._hoverdata || []).length",
            arg=graph_id,
            timeout=3_000,
        )
        return True
    return False


_KEEP_CLICKS = """
(id) => {
  window.__clicked = null;
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  plot.once("plotly_click", ({ points }) => {
    window.__clicked = { under: points[0].pointNumber };
  });
}
"""


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press the mouse at `start`, move to `end` in steps, release."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()
