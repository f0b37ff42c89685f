"""Figures and report of a small library on disk."""

import json
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from analysis.projection import Projection
from analysis.report import as_text, facts, tables
from data.catalogue import Recording
from data.library import Library
from data.maps import gather_segments, save_map
from errors import UserError
from jobs import chosen, evaluation_run
from jobs.evaluating import evaluate, evaluation_path, kept_evaluation
from jobs.importing import import_folder
from jobs.report import report_html
from jobs.spaces import LEARNED, SPACE_LIST
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import serial

ENCODER = "paper-00000000"


def make_library(folder: Path, performers: int = 3) -> Library:
    """Six recordings of 4 segments; latents lie near their performer's own place."""
    random = np.random.default_rng(0)
    library = Library.open(folder, create=True)
    make_encoder(library.encoders_folder)
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
        Projection.of("pca"),
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
    monkeypatch.setattr(evaluation_run, "DEMO_SCALES", tmp_path / "nowhere")


@pytest.mark.usefixtures("no_scales")
def test_figures_and_report_are_written_and_say_the_same(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, serial(), tmp_path / "out")
        assert kept_evaluation(library, figures["map"]) == figures
    assert json.loads((tmp_path / "out" / "figures.json").read_text("utf-8")) == figures
    learned = figures["spaces"][0]
    assert learned["name"] == LEARNED
    assert learned["performer by recording"]["value"] == 1.0
    assert learned["performer by recording"]["chance"] == pytest.approx(1 / 3)
    assert learned["clusters of performer"]["ari"] == 1.0
    assert learned["performers of a piece"]["accuracy"] == 1.0
    assert [piece["title"] for piece in figures["performances"]] == ["Piece 0", "Piece 1"]
    assert figures["segments"] == 24
    page = Cells()
    page.feed((tmp_path / "out" / "report.html").read_text("utf-8"))
    text = " ".join(page.text)
    assert "24 segments of 6 recordings" in text
    assert "1.000" in text
    assert page.addresses == []


@pytest.mark.usefixtures("no_scales")
def test_what_labels_and_files_do_not_allow_is_said(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, serial(), tmp_path / "out")
    instrument = figures["spaces"][0]["instrument by recording"]
    assert instrument["value"] is None
    assert "Needs two labels" in instrument["remark"]
    assert "make demo-audio" in figures["scales"]["remark"]
    assert len(figures["problems"]) == 6
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    texts = "\n".join(as_text(table) for table in tables(figures))
    for sentence in (
        "Needs two labels",
        "6 recordings could not be decoded",
        "Baselines from the sound are missing.",
        "Needs known sections",
        "No recording could be decoded",
    ):
        assert sentence in report
        assert sentence in texts


@pytest.mark.usefixtures("no_scales")
def test_another_encoder_of_the_library_stands_in_the_same_table(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        for name, recordings in (("paper-11111111", 6), ("paper-22222222", 5)):
            folder = shutil.copytree(
                library.encoders_folder / ENCODER, library.encoders_folder / name
            )
            description = json.loads((folder / "encoder.json").read_text()) | {"id": name}
            (folder / "encoder.json").write_text(json.dumps(description))
            for row in library.catalogue.recordings()[:recordings]:
                latents = np.random.default_rng(row.id).normal(size=(4, 16))
                library.latents.write(name, row.sha256, np.zeros((1600, 32)), latents)
        figures = evaluate(library, serial())
    assert [space["name"] for space in figures["spaces"]][:3] == [
        "segment latents",
        "paper-11111111",
        "random encoder",
    ]
    rival = figures["spaces"][1]["performer by recording"]["value"]
    assert rival < figures["spaces"][0]["performer by recording"]["value"]


@pytest.mark.usefixtures("no_scales")
def test_names_from_the_library_are_escaped(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, serial())
    report = report_html(figures)
    assert "Performer <0>" not in report
    assert "Performer &lt;0&gt;" in report


@pytest.mark.usefixtures("no_scales")
def test_every_baseline_stands_beside_and_is_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "music"
    for seed, path in enumerate(
        ("Erhu/A/Guang Ming Xing.wav", "Erhu/B/Guang Ming Xing.wav", "Zheng/C/茉莉花.wav")
    ):
        write_audio(root / path, melody(31 + 10 * seed, 20_000, seed), 20_000)
    (root / "sections.csv").write_text(
        "path,start_s,end_s,label\n"
        "Erhu/A/Guang Ming Xing.wav,0,15,A\nErhu/A/Guang Ming Xing.wav,15,31,B\n"
    )
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        import_folder(library, serial(), root)
        steps: list[tuple[int, int]] = []
        first = evaluate(
            library, serial(), progress=lambda done, total, _: steps.append((done, total))
        )
        monkeypatch.setattr("jobs.features.decode", None)
        again = evaluate(library, serial())
        kept = sorted(path.name for path in library.features_folder.iterdir())
    assert [space["name"] for space in first["spaces"]] == [space.name for space in SPACE_LIST]
    assert [space["dimensions"] for space in first["spaces"]][-6:] == [64, 16, 26, 16, 24, 16]
    assert first["problems"] == []
    assert first["reconstruction"]["columns"]["mse"] > 0
    assert first["reconstruction"]["segments"]["mean"] == 1.0
    scores = [row["scores"] for row in first["structure"]["recordings"]]
    assert sum(score is not None for score in scores) == 1
    assert again == first
    assert len(kept) == 6
    assert steps[-1][0] <= steps[-1][1]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


@pytest.mark.usefixtures("no_scales")
def test_a_recording_that_cannot_be_decoded_is_left_out_and_said(tmp_path: Path) -> None:
    root = tmp_path / "music"
    for seed in range(4):
        write_audio(root / f"Erhu/A/{seed}.wav", melody(51, 20_000, seed), 20_000)
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        import_folder(library, serial(), root)
        (root / "Erhu/A/1.wav").unlink()
        write_audio(root / "Erhu/A/3.wav", melody(51, 20_000, 9), 20_000)
        figures = evaluate(library, serial())
    assert (figures["segments"], figures["segments_compared"]) == (20, 10)
    assert len(figures["spaces"]) == len(SPACE_LIST)
    assert [row["title"] for row in figures["structure"]["recordings"]] == ["0", "2"]
    text = as_text(tables(figures)[0])
    assert "2 recordings could not be decoded: 1.wav cannot be opened" in text
    assert "3.wav has changed since it was imported" in figures["problems"][1]
    assert "They are left out." in text


@pytest.mark.usefixtures("no_scales")
def test_a_large_library_is_sampled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen, "MAX_SEGMENTS", 18)
    with make_library(tmp_path / "library") as library:
        figures = evaluate(library, serial(), tmp_path / "out")
    assert figures["segments_compared"] == 16
    assert "16 segments of 4 recordings, drawn at random" in facts(figures)


def test_a_kept_evaluation_of_another_version_is_not_shown(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        path = evaluation_path(library, "map")
        path.parent.mkdir()
        for content in ("", "[]", '{"format": 1}'):
            path.write_text(content)
            assert kept_evaluation(library, "map") is None


@pytest.mark.usefixtures("no_scales")
def test_what_a_kill_left_behind_is_swept_after_a_day(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        old, new = library.evaluation_folder / ".work-old", library.evaluation_folder / ".work-new"
        for folder in (old, new):
            folder.mkdir(parents=True)
        os.utime(old, (0, 0))
        evaluate(library, serial())
        left = sorted(path.name for path in library.evaluation_folder.glob(".*"))
    assert left == [".work-new"]


def test_a_library_without_a_map_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "library", create=True) as library,
        pytest.raises(UserError, match="nothing to evaluate"),
    ):
        evaluate(library, serial(), tmp_path / "out")


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with (
        make_library(tmp_path / "library") as library,
        pytest.raises(UserError, match="choose another folder"),
    ):
        evaluate(library, serial(), tmp_path / "out")
