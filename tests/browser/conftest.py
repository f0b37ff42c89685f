"""A real browser on the real server; every page must keep its console empty."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tools.browsing import Complaints, chromium, new_page, open_explore
from tools.running import RunningServer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own; complaints fail the test at its end."""
    page = new_page(browser, reduced_motion="reduce")
    complaints = Complaints()
    complaints.listen(page)
    yield page
    page.context.close()
    assert complaints.lines == []


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
