"""The menu "Take away": files of the selection, pictures of the figures."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.decoding import decode
from tools.browsing import graph, settle


@pytest.fixture
def rows(explore: Page) -> list[int]:
    """The erhu is selected and the menu open."""
    explore.locator(".symbol-entry", has_text="Erhu").click()
    settle(explore)
    selected: list[int] = graph(explore, "map-graph")["selected"]
    explore.click("#take-away summary")
    return selected


def test_the_selection_as_a_table(explore: Page, rows: list[int]) -> None:
    with explore.expect_download() as download:
        explore.click("[data-take=csv]")
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert len(table) == len(rows)
    assert {line["instrument"] for line in table} == {"Erhu"}
    xs = graph(explore, "map-graph")["x"]
    assert [float(line["x"]) for line in table] == pytest.approx([xs[row] for row in rows])
    with explore.expect_download() as download:
        explore.click("[data-take=parquet]")
    assert download.value.path().read_bytes()[:4] == b"PAR1"


def test_the_selection_as_sound_and_playlist(
    explore: Page, rows: list[int], tmp_path: Path
) -> None:
    explore.click("[data-take=sound]")
    with explore.expect_download() as download:
        explore.locator("#take-away-says a").click(timeout=120_000)
    download.value.save_as(tmp_path / "sound.flac")
    seconds = decode(tmp_path / "sound.flac").duration_s
    assert 10 * len(rows) <= seconds <= 10 * len(rows) + 0.4 * 30
    with explore.expect_download() as download:
        explore.click("[data-take=playlist]")
    lines = download.value.path().read_text("utf-8").splitlines()
    address = next(line for line in lines if line.startswith("http"))
    assert explore.request.get(address.split("#")[0]).ok


def test_the_lines_for_a_notebook_are_there_to_copy(explore: Page, rows: list[int]) -> None:
    expect(explore.locator("#take-away-text")).to_be_hidden()
    explore.click("[data-take=python]")
    expect(explore.locator("#take-away-text")).to_have_value(_LINES)


_LINES = re.compile(r"import json\n[\s\S]*\"Erhu\"[\s\S]*latents = ")


@pytest.mark.parametrize("form", ["SVG", "PNG"])
def test_every_figure_on_show_as_a_picture(explore: Page, rows: list[int], form: str) -> None:
    names = ["Map of the segments", "Latent values", "Cosine similarity", "Parallel coordinates"]
    expect(explore.locator(".take-figures .take-row > span")).to_have_text(names)
    for name in names:
        with explore.expect_download() as download:
            explore.get_by_label(f"{name} as {form}").click()
        content = download.value.path().read_bytes()
        if form == "PNG":
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            assert len(content) > 5_000
        else:
            assert b"<svg" in content[:200]
    if form == "SVG":
        with explore.expect_download() as download:
            explore.get_by_label("Map of the segments as SVG").click()
        # Points are shapes, one each, not a picture of them.
        drawing = download.value.path().read_text("utf-8")
        assert drawing.count('class="point"') == len(graph(explore, "map-graph")["x"])
        # Nobody reads colours without their key; what is not selected is not in it.
        assert "Performer" in drawing and "Style 01 Plain" in drawing and "Erhu" in drawing


def test_layers_of_a_map_are_in_its_picture(explore: Page) -> None:
    explore.evaluate(
        "() => dash_clientside.set_props('map-layers', { value: ['contours', 'names'] })"
    )
    explore.wait_for_selector(".map-names text:not(.hidden)")
    settle(explore)
    names = explore.locator(".map-names text:not(.hidden)").all_text_contents()
    explore.click("#take-away summary")
    with explore.expect_download() as download:
        explore.get_by_label("Map of the segments as SVG").click()
    drawing = download.value.path().read_text("utf-8")
    assert all(drawing.count(name) >= names.count(name) + 1 for name in names)  # and in the key
    assert drawing.count("<path data-index") >= 3


def test_escape_closes_the_menu_and_keeps_the_selection(explore: Page, rows: list[int]) -> None:
    explore.keyboard.press("Escape")
    settle(explore)
    expect(explore.locator("#take-away .menu")).to_be_hidden()
    assert graph(explore, "map-graph")["selected"] == rows
