"""Figures and report of a small library on disk."""

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from data.catalogue import Recording
from data.library import Library
from data.maps import gather_segments, save_map, segment_table
from errors import UserError
from jobs import evaluating
from jobs.engine import Engine
from jobs.evaluating import evaluate, segment_features
from jobs.report import report_html
from settings import Settings

ENCODER = "paper-00000000"


def make_library(folder: Path, performers: int = 3) -> Library:
    """Six recordings of 4 segments; latents lie near their performer's own place."""
    random = np.random.default_rng(0)
    library = Library.open(folder, create=True)
    rows = [
        Recording(
            root=str(folder),
            path=f"{i}.ogg",
            sha256=f"{i:064x}",
            duration_s=40.0,
            title=f"Piece {i % 2}",
            performer=f"Performer <{i % performers}>",
            instrument="Unknown",
        )
        for i in range(6)
    ]
    library.catalogue.save_recordings(rows)
    for i, row in enumerate(rows):
        latents = np.eye(performers, 16)[i % performers] * 5 + 0.1 * random.normal(size=(4, 16))
        notes = np.repeat(latents, 400, axis=0)[:, :16]
        library.latents.write(ENCODER, row.sha256, np.hstack([notes, notes]), latents)
    segments = gather_segments(library, ENCODER)
    save_map(
        library,
        "pca",
        {},
        ENCODER,
        segments.latents[:, :2],
        segments.recording_ids,
        segments.segment_index,
    )
    return library


class Cells(HTMLParser):
    """Collects text and every address a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.addresses: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href")]


@pytest.fixture
def no_scales(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(evaluating, "DEMO_SCALES", tmp_path / "nowhere")


@pytest.mark.usefixtures("no_scales")
def test_figures_and_report_are_written_and_say_the_same(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, Engine(Settings()), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "figures.json").read_text("utf-8")) == figures
    performer = figures["separability"]["performer"]["segment latents"]
    assert performer["accuracy"] == 1.0
    assert performer["chance"] == pytest.approx(1 / 3)
    assert figures["clusters"]["performer"]["ari"] == 1.0
    assert figures["segments"] == 24
    page = Cells()
    page.feed((tmp_path / "out" / "report.html").read_text("utf-8"))
    text = " ".join(page.text)
    assert "24 segments of 6 recordings" in text
    assert "1.000" in text
    assert page.addresses == []


@pytest.mark.usefixtures("no_scales")
def test_labels_that_do_not_allow_a_protocol_are_said(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, Engine(Settings()), tmp_path / "out")
    instrument = figures["separability"]["instrument"]["segment latents"]
    assert instrument["accuracy"] is None
    assert "Needs two labels" in instrument["remark"]
    assert "make demo-audio" in figures["scales"]["remark"]
    assert "Needs two labels" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_features_are_the_note_latents_that_a_segment_was_made_of(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        table = segment_table(library)
        assert table is not None
        features = segment_features(library, table, np.arange(len(table)))
    assert features.shape == (24, 640)
    expected = np.tile(np.hstack([table.latents, table.latents]), 20)
    assert np.abs(features - expected).max() < 0.01


@pytest.mark.usefixtures("no_scales")
def test_a_large_library_is_sampled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "MAX_SEGMENTS", 20)
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, Engine(Settings()), tmp_path / "out")
    assert figures["segments_compared"] == 20
    assert "20 drawn at random" in report_html(figures)


def test_a_library_without_a_map_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "library", create=True) as library,
        pytest.raises(UserError, match="nothing to evaluate"),
    ):
        evaluate(library, Engine(Settings()), tmp_path / "out")


@pytest.mark.usefixtures("no_scales")
def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with (
        make_library(tmp_path / "library") as library,
        pytest.raises(UserError, match="choose another folder"),
    ):
        evaluate(library, Engine(Settings()), tmp_path / "out")
