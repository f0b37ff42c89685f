"""The Library page as a person uses it: find, hear, edit, undo, retire, restore, add."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.making import melody, write_audio
from tools.browsing import settle, wait_until_drawn
from tools.running import RunningServer, start_server

_DROP = """
async ([name, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name));
  const page = document.getElementById("library-page");
  for (const kind of ["dragover", "drop"]) {
    const how = { dataTransfer: transfer, bubbles: true, cancelable: true };
    page.dispatchEvent(new DragEvent(kind, how));
  }
}
"""


@pytest.fixture
def own_server(library_copy: Path, tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(library_copy, tmp_path / "server.log") as running:
        yield running


def test_a_library_is_looked_after(own_server: RunningServer, page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.goto(f"{own_server.url}/library")
    rows = page.locator(".ag-center-cols-container .ag-row")
    expect(rows.first).to_be_visible()
    says, shown = page.locator("#library-says"), page.locator('[data-shown="ready"] span')
    count = int(shown.inner_text())

    page.fill("#library-search", "guang ming")
    expect(rows).to_have_count(3)
    performer = page.locator('.ag-row[row-index="0"] [col-id="performer"]')
    before = performer.inner_text()
    performer.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("闵惠芬")
    page.keyboard.press("Enter")
    expect(says).to_have_text("1 recording changed.")
    expect(performer).to_have_text("闵惠芬")
    page.keyboard.press("Control+z")
    expect(says).to_have_text("Undone.")
    expect(performer).to_have_text(before)

    # Every row that is found, at once.
    page.locator(".ag-header .ag-checkbox-input").first.check()
    page.select_option("#library-field", "performer")
    page.fill("#library-value", "Somebody")
    page.click('[data-library-do="set"]')
    expect(says).to_contain_text("recordings changed.")
    expect(performer).to_have_text("Somebody")
    page.click("#library-undo")
    expect(performer).to_have_text(before)

    page.locator("[data-library-hear]").first.click()
    expect(page.locator("[data-library-hear].icon-pause")).to_have_count(1)
    page.locator("[data-library-hear].icon-pause").click()
    expect(page.locator("[data-library-hear].icon-pause")).to_have_count(0)

    # Out, and in again; the map follows in the background.
    page.fill("#library-search", "")
    page.click('[data-library-do="none"]')
    page.locator('.ag-row[row-index="1"] .ag-checkbox-input').check()
    page.click('[data-library-do="retire"]')
    expect(says).to_have_text("1 recording retired.")
    expect(shown).to_have_text(str(count - 1))
    expect(page.locator("#page-count")).to_contain_text(f"{count - 1} recordings", timeout=120_000)
    page.click('[data-shown="retired"]')
    page.locator('.ag-row[row-index="0"] .ag-checkbox-input').check()
    page.click('[data-library-do="restore"]')
    expect(shown).to_have_text(str(count))
    page.click('[data-shown="ready"]')

    # Dropped onto the page: sent, looked into, encoded, mapped.
    file = write_audio(tmp_path / "x.flac", melody(21, 22_050, 5), 22_050)
    page.evaluate(_DROP, ["江河水.flac", list(file.read_bytes())])
    expect(shown).to_have_text(str(count + 1), timeout=120_000)
    page.locator("[data-job-cancel]").first.wait_for(state="detached", timeout=120_000)
    page.click(".library-history summary")
    page.locator("[data-job-log]").first.click()
    expect(page.locator(".library-log")).to_contain_text("1 audio file, 1 encoded")

    page.fill("#library-search", "江河水")
    page.locator('.ag-row[row-index="0"] .ag-checkbox-input').check()
    page.click('[data-library-do="map"]')
    wait_until_drawn(page, "map-graph")
    settle(page)
    expect(page.locator("#selection-summary")).to_contain_text("2 of")
