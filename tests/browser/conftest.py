"""A real browser on the real server; every page must keep its console empty."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tools.browsing import Complaints, chromium, new_page, open_explore
from tools.running import RunningServer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium("--process-per-site") as running:
        yield running


@pytest.fixture(scope="session")
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A reader whose browser keeps what it has compiled: pages open in half the time.

    One tab stays open all the while, so that the process that has compiled it does.
    """
    context = new_page(browser, reduced_motion="reduce").context
    yield context
    context.close()


@pytest.fixture
def page(reader: BrowserContext) -> Iterator[Page]:
    """An empty page that remembers nothing of others; complaints fail the test at its end."""
    page = reader.new_page()
    complaints = Complaints()
    complaints.listen(page)
    yield page
    _forget(reader, page)
    assert complaints.lines == []


def _forget(reader: BrowserContext, page: Page) -> None:
    """Close what a test has opened, and forget what it kept and was allowed."""
    first, *opened = reader.pages
    address = urlsplit(page.url)
    origin = f"{address.scheme}://{address.netloc}"
    if address.netloc and first.url == "about:blank":
        with suppress(Error):  # the test has ended its server
            first.goto(f"{origin}/healthz")
    for tab in opened:
        tab.close()
    if address.netloc:
        session = reader.new_cdp_session(first)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()
    reader.clear_cookies()
    reader.clear_permissions()
    reader.unroute_all()
    reader.set_offline(False)


@pytest.fixture
def explore(page: Page, server: RunningServer) -> Page:
    """The Explore page on the demo library, every panel drawn."""
    open_explore(page, server.url)
    return page


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Print the server's log with a failure."""
    report = (yield).get_result()
    running = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(running, RunningServer):
        report.sections.append(("server log", running.log_tail()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
