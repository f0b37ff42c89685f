"""The list of notes of recorded scales."""

from pathlib import Path

import pytest

from data.scales import DEMO_SCALES, ScaleNote, read_scale_notes, scales_digest
from errors import UserError

HEADER = "path,start_s,end_s,pitch,loudness,instrument\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "notes.csv").write_text(text, encoding=encoding)
    return folder


def test_a_quarter_of_a_second_is_ten_columns() -> None:
    notes = [ScaleNote("a.opus", i / 4, (i + 1) / 4, "La4", 1, "Erhu") for i in range(48)]
    columns = [column for note in notes for column in note.columns]
    assert columns == list(range(480))


def test_notes_are_grouped_by_recording(tmp_path: Path) -> None:
    write(
        tmp_path,
        HEADER + "b.opus,0,0.25,Do4,1,Pipa\na.opus,0,0.25,Re4,2,Erhu\nb.opus,0.25,0.5,Mi4,4,Pipa\n",
        encoding="utf-8-sig",
    )
    notes = read_scale_notes(tmp_path)
    assert [note.pitch for note in notes] == ["Do4", "Mi4", "Re4"]
    assert notes[2] == ScaleNote("a.opus", 0.0, 0.25, "Re4", 2, "Erhu")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lists no notes"),
        (HEADER, "lists no notes"),
        ("path,start_s,end_s,pitch,loudness\na,0,1,Do4,1\n", "no column 'instrument'"),
        (HEADER + "a.opus,zero,0.25,Do4,1,Erhu\n", "line 2"),
        (HEADER + "a.opus,0.5,0.25,Do4,1,Erhu\n", "must end after"),
        (HEADER + "a.opus,nan,0.25,Do4,1,Erhu\n", "must end after"),
        (HEADER + "../a.opus,0,0.25,Do4,1,Erhu\n", "no path inside"),
        (HEADER + "/a.opus,0,0.25,Do4,1,Erhu\n", "no path inside"),
        (HEADER + "a.opus,0\n", "line 2"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        read_scale_notes(write(tmp_path, text))


def test_a_missing_list_or_recording_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="make demo-audio"):
        read_scale_notes(tmp_path)
    with pytest.raises(UserError, match=r"a\.opus cannot be read"):
        scales_digest(write(tmp_path, HEADER + "a.opus,0,0.25,Do4,1,Erhu\n"))


def test_the_digest_changes_with_list_and_sound(tmp_path: Path) -> None:
    write(tmp_path, HEADER + "a.opus,0,0.25,Do4,1,Erhu\n")
    seen = set()
    for sound in (b"one", b"two"):
        (tmp_path / "a.opus").write_bytes(sound)
        seen.add(scales_digest(tmp_path))
    write(tmp_path, HEADER + "a.opus,0,0.25,Do4,2,Erhu\n")
    assert len(seen | {scales_digest(tmp_path)}) == 3


def test_the_demo_has_the_papers_scales() -> None:
    notes = read_scale_notes(DEMO_SCALES)
    assert len({note.pitch for note in notes}) == 12
    assert len({note.instrument for note in notes}) == 4
    assert {note.loudness for note in notes} == {1, 2, 3, 4}
    assert len({(note.pitch, note.instrument, note.loudness) for note in notes}) == 192
    assert sum(len(note.columns) for note in notes) == 1920
