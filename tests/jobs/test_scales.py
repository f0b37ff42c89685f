"""Somebody's own scales: imported whole and kept, or refused in clear lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cli
from data.library import Library
from data.scales import DEMO_SCALES, read_own_notes, read_scale_notes
from errors import UsageError, UserError
from jobs.notes import note_maps
from jobs.scales import DEMO, ensure_scale_playable, import_scales, list_scales, scales_folder
from tests.making import write_audio
from tests.serial_engine import serial

HEADER = "path,start_s,end_s,pitch,loudness,instrument\n"
ROW = "Erhu/low.wav,0,0.25,La4,1,Erhu\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two recordings of one second and a list of eight notes."""
    folder = tmp_path / "My erhu"
    sound = 0.3 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
    rows = [HEADER.strip()]
    for name, gain in (("Erhu/low.wav", 0.3), ("high.m4a", 1.0)):
        write_audio(folder / name, (gain * sound).astype(np.float32))
        rows += [f"{name},{i / 4},{i / 4 + 0.25},sol{4 + i % 2},{i + 1},Erhu" for i in range(4)]
    (folder / "notes.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    return folder


def test_own_scales_are_kept_with_their_sound(own: Path, library: Library) -> None:
    engine = serial()
    scales = import_scales(library, engine, own / "notes.csv")
    assert (scales.name, scales.notes, scales.recordings) == ("My erhu", 8, 2)
    assert [found.id for found in list_scales(library)] == [DEMO, scales.id]
    # They stay whole when the originals move.
    for path in (own / "high.m4a", own / "Erhu" / "low.wav", own / "notes.csv"):
        path.unlink()
    folder = scales_folder(library, scales.id)
    assert [note.pitch for note in read_scale_notes(folder)] == ["So4", "So5", "So4", "So5"] * 2
    encoder_id = library.catalogue.current_encoder
    assert encoder_id is not None
    maps = note_maps(library, engine, encoder_id, folder=folder)
    assert len(maps.note) == 80
    assert [source.title for source in maps.sources] == ["Erhu/low.wav", "high.m4a"]
    heard = ensure_scale_playable(library, engine, scales.id, 0)
    assert heard == folder / "Erhu" / "low.wav"
    assert ensure_scale_playable(library, engine, scales.id, 2) is None
    assert not list(library.scales_folder.glob(".*"))


def test_the_same_scales_are_imported_once(own: Path, library: Library) -> None:
    first = import_scales(library, serial(), own / "notes.csv")
    again = import_scales(library, serial(), own / "notes.csv")
    assert first == again
    assert len(list(library.scales_folder.iterdir())) == 1


def test_the_demo_plays_as_it_is(library: Library) -> None:
    assert ensure_scale_playable(library, serial(), DEMO, 0) == DEMO_SCALES / "Bamboo Flute.opus"
    for name in ("0123456789ab", "..", "../x"):
        with pytest.raises(UserError, match="reload the page"):
            scales_folder(library, name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("path,start_s,end_s,pitch,loudness\na.wav,0,1,La4,1\n", "no column 'instrument'"),
        (HEADER, "lists no notes"),
        (HEADER + "Erhu/low.wav,0,0.25,A4,1,Erhu\n", "line 2: 'A4' is no pitch in solfège"),
        (HEADER + "Erhu/low.wav,0,0.25,La4,5,Erhu\n", "line 2: loudness is 1"),
        (HEADER + "Erhu/low.wav,0,0.25,La4,loud,Erhu\n", "line 2"),
        (HEADER + "Erhu/low.wav,0,0.25,La4,1,\n", "line 2: the instrument is missing"),
        (HEADER + "Erhu/low.wav,0.5,0.25,La4,1,Erhu\n", "must end after"),
        (HEADER + "Erhu/low.wav,0.5,1.5,La4,1,Erhu\n", "lasts 1.00 s.*cannot end at 1.5 s"),
        (HEADER + "none.wav,0,0.25,La4,1,Erhu\n", "none.wav is not beside it"),
        (HEADER + "../x.wav,0,0.25,La4,1,Erhu\n", "no path inside"),
        (HEADER + "notes.csv,0,0.25,La4,1,Erhu\n", "is no readable audio"),
    ],
)
def test_a_bad_list_is_refused_in_one_line_and_leaves_nothing(
    own: Path, library: Library, text: str, sentence: str
) -> None:
    (own / "notes.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=sentence) as problem:
        import_scales(library, serial(), own / "notes.csv")
    assert "\n" not in str(problem.value)
    assert problem.value.exit_code == 1
    assert list_scales(library)[1:] == []
    assert not library.scales_folder.exists() or not list(library.scales_folder.iterdir())


def test_every_bad_row_has_its_line(own: Path) -> None:
    (own / "notes.csv").write_text(HEADER + "a.wav,0,1,X,1,E\n" * 7 + ROW, encoding="utf-8")
    with pytest.raises(UserError) as problem:
        read_own_notes(own / "notes.csv")
    lines = str(problem.value).splitlines()
    assert len(lines) == 6 and "line 6" in lines[4] and "2 more" in lines[5]


def test_another_encoding_and_separator(own: Path) -> None:
    path = own / "notes.csv"
    path.write_bytes((HEADER + "Erhu/low.wav,0,0.25,La4,1,二胡\n").encode("gb18030"))
    with pytest.raises(UserError, match="line 2: is not UTF-8"):
        read_own_notes(path)
    path.write_text((HEADER + ROW).replace(",", ";").upper().replace("ERHU/LOW.WAV", "a.wav"))
    assert read_own_notes(path)[0].pitch == "La4"
    with pytest.raises(UsageError, match="cannot be read"):
        read_own_notes(own / "other.csv")


def test_the_command_says_what_it_did(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(tmp_path / "new")
    assert cli.main(["import-scales", str(own / "none.csv"), "--library", library]) == 2
    assert not Path(library).exists()
    (own / "bad.csv").write_text(HEADER, encoding="utf-8")
    assert cli.main(["import-scales", str(own / "bad.csv"), "--library", library]) == 1
    assert not Path(library).exists()
    problems = capsys.readouterr().err.splitlines()
    assert len(problems) == 2 and all(line.startswith("musiclatentvis: ") for line in problems)
    command = ["import-scales", str(own / "notes.csv"), "--library", library, "--workers", "1"]
    assert cli.main(command) == 0
    assert "8 notes of 2 recordings" in capsys.readouterr().out
