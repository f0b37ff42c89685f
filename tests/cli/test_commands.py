from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cli import main
from data.catalogue import Recording
from data.library import Library
from data.maps import segment_table
from tests.making import make_encoder, melody, write_audio

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library made by the command itself, with real workers, from good and bad files."""
    base = tmp_path_factory.mktemp("cli")
    with Library.open(base / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
    write_audio(base / "music" / "Erhu" / "A" / "one.ogg", melody(31, seed=1))
    write_audio(base / "music" / "Pipa" / "B" / "two.flac", melody(22, seed=2))
    (base / "music" / "letter.mp3").write_text("no music")
    done = _run("import", str(base / "music"), "--workers", "1", library=base / "library")
    assert done.returncode == 1, done.stderr
    assert "3 audio files, 2 encoded, 0 unchanged, 1 failed, 0 duplicates." in done.stdout
    assert "failed: letter.mp3 is no readable audio" in done.stdout
    assert "Mend or replace what failed" in done.stdout
    assert "Traceback" not in done.stderr
    return base / "library"


def _run(*arguments: str, library: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments, "--library", str(library)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_status_says_what_is_there_and_what_failed(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--library", str(library)]) == 0
    output = capsys.readouterr().out
    assert "2 recordings, 0.0 hours, 5 segments, 2 performers, 2 instruments." in output
    assert "letter.mp3 is no readable audio" in output
    assert "Map: tsne-" in output


def test_nobody_reading_on_is_no_accident(library: Path) -> None:
    command = [sys.executable, "-m", "cli", "list", "--library", str(library)]
    listing = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert listing.stdout is not None
    listing.stdout.close()
    _, complaints = listing.communicate()
    assert (listing.returncode, complaints) == (141, "")


def test_export_writes_the_segments(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert main(["export", "segments", "--out", str(out), "--library", str(library)]) == 0
    with np.load(out) as file:
        assert file["start_s"].tolist() == [0, 10, 20, 0, 10]
        assert set(file["instrument"]) == {"Erhu", "Pipa"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["import", "no such folder"], 2, "does not exist: check the path."),
        (["import", ".", "--metadata", "none.csv"], 2, "none.csv cannot be read"),
        (["export", "segments", "--out", "a.xlsx"], 2, "must end in .parquet, .csv, .npz"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    library: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    assert main([*arguments, "--library", str(library)]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("musiclatentvis: ")
    assert message in line


def test_an_empty_path_is_not_the_folder_one_stands_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", ""])
    assert ended.value.code == 2
    assert "AUDIO_DIR: the path is empty" in capsys.readouterr().err


def test_encode_changes_to_another_encoder_and_keeps_labels(library: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(library, tmp_path / "library"))
    done = _run("encode", "contrast", "--workers", "1", library=copy)
    assert "The library uses the encoder contrast-" in done.stdout, done.stderr
    with Library.open(copy) as opened:
        table = segment_table(opened)
    assert table is not None and table.encoder_id.startswith("contrast-")
    assert {recording.performer for recording in table.recordings} == {"A", "B"}
    assert np.allclose(np.linalg.norm(table.latents, axis=1), 1, atol=1e-5)
    assert main(["encode", "nonsense", "--library", str(copy)]) == 1


def test_commands_need_a_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["status"], ["map"], ["export", "notes", "--out", "a.csv"]):
        assert main([*command, "--library", str(tmp_path / "none")]) == 1
        assert "There is no library in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_library_of_a_newer_version_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Library.open(tmp_path / "new", create=True).close()
    database = sqlite3.connect(tmp_path / "new" / "library.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert main(["status", "--library", str(tmp_path / "new")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "was written by a newer version of MusicLatentVIS" in line


def test_status_and_import_never_load_torch_into_the_commands_process() -> None:
    code = (
        "import sys, cli, jobs.importing, jobs.mapping, jobs.summary, data.export, data.media;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_wrong_layout_or_table_leaves_no_library_and_a_preview_neither(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tmp_path / "music/03 - Erhu - 良宵.flac", melody(1))
    music, library = str(tmp_path / "music"), tmp_path / "library"
    for wrong in (["--layout", "cbf"], ["--annotations", str(tmp_path / "none.csv")]):
        assert main(["import", music, *wrong, "--library", str(library)]) == 2
    said = capsys.readouterr().err
    assert "expected folders Player1" in said
    assert "found 03 - Erhu - 良宵.flac" in said
    assert "none.csv cannot be read" in said
    assert main(["import", music, "--preview", "--workers", "1", "--library", str(library)]) == 0
    assert "良宵   Unknown    Erhu" in capsys.readouterr().out
    assert not library.exists()


def test_titles_are_listed_merged_and_kept_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.catalogue.save_recordings(
            Recording("/music", f"{title}.ogg", title=title)
            for title in ("光明行", "Guang Ming Xing", "二泉映月", "二泉印月")
        )

    def titles(*arguments: str) -> str:
        code = main(["titles", *arguments, "--library", str(tmp_path)])
        said = capsys.readouterr()
        assert code == (2 if said.err else 0)
        return said.out + said.err

    listed = titles()
    assert "  1  Guang Ming Xing (1) – 光明行 (1): sound the same" in listed
    assert "二泉印月 (1) – 二泉映月 (1): 9" in listed
    assert "Give numbers from 1 to 2" in titles("--merge", "3")
    assert titles("--merge", "1") == "Guang Ming Xing and 光明行 are one piece now.\n"
    assert "are two pieces now" in titles("--apart", "二泉印月", "二泉映月")
    listed = titles()
    assert "No titles look or sound alike." in listed
    assert "merged: Guang Ming Xing = 光明行" in listed
