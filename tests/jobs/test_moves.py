"""Files that are moved, swapped, changed, removed and brought back between two imports."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from data.catalogue import Recording
from data.library import Library
from jobs.importing import import_folder
from jobs.moves import GONE
from jobs.summary import imported_roots, status_lines
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial

A, B, C = "Erhu/A/Guang Ming Xing.ogg", "Erhu/B/Guang Ming Xing.flac", "Zheng/C/茉莉花.wav"


@pytest.fixture
def edited(library: Library, folder: Path) -> Library:
    """Three recordings, the first and the last with labels that a person typed."""
    import_folder(library, serial(), folder)
    rows = {row.path: row for row in library.catalogue.recordings()}
    library.catalogue.save_recordings(
        replace(rows[path], performer=name, edits={"performer": name}, extra={"year": "1990"})
        for path, name in ((A, "Min Huifen"), (C, "Wang Changyuan"))
    )
    return library


def _rows(library: Library) -> dict[str, Recording]:
    return {row.path: row for row in library.catalogue.recordings(state=None)}


def _kept(row: Recording) -> tuple[object, ...]:
    return row.id, row.sha256, row.performer, row.edits, row.extra, row.duration_s


def test_a_moved_file_is_the_same_recording(edited: Library, folder: Path) -> None:
    before = _rows(edited)
    (folder / "new place").mkdir()
    (folder / C).rename(folder / "new place/jasmine.wav")
    map_id = edited.catalogue.current_map
    engine = serial()
    summary = import_folder(edited, engine, folder)
    after = _rows(edited)
    assert set(after) == {A, B, "new place/jasmine.wav"}
    assert _kept(after["new place/jasmine.wav"]) == _kept(before[C])
    assert (summary.moved, summary.encoded, summary.missing) == (1, 0, ())
    assert "0 encoded, 1 moved, 2 unchanged" in summary.lines()[0]
    assert edited.catalogue.current_map == map_id
    assert cast(SerialEngine, engine).calls == 1  # the hash of one file
    assert import_folder(edited, engine, folder).moved == 0
    assert cast(SerialEngine, engine).calls == 1


def test_two_files_that_change_places_and_a_ring_of_three(edited: Library, folder: Path) -> None:
    before = _rows(edited)
    for paths in ((A, B), (A, B, C)):
        contents = [(folder / path).read_bytes() for path in paths]
        for place, content in zip([*paths[1:], paths[0]], contents, strict=True):
            (folder / place).write_bytes(content)
        assert import_folder(edited, serial(), folder).moved == len(paths)
    after = _rows(edited)
    # A went to B, and from there to C; B to A, and from there to B; C to A.
    for old, new in ((A, C), (B, B), (C, A)):
        assert _kept(after[new]) == _kept(before[old])
    assert len(after) == 3


def test_a_folder_under_another_name_is_found_by_content(
    edited: Library, folder: Path, tmp_path: Path
) -> None:
    before = _rows(edited)
    elsewhere = tmp_path / "disk two"
    folder.rename(elsewhere)
    engine = serial()
    summary = import_folder(edited, engine, elsewhere)
    after = _rows(edited)
    assert {path: _kept(row) for path, row in after.items()} == {
        path: _kept(row) for path, row in before.items()
    }
    assert (summary.moved, cast(SerialEngine, engine).calls) == (3, 3)
    assert imported_roots(edited.catalogue) == [str(elsewhere)]
    # A copy beside the original moves nothing.
    shutil.copytree(elsewhere, folder)
    assert import_folder(edited, serial(), folder).moved == 0
    assert {row.root for row in edited.catalogue.recordings()} == {str(elsewhere)}


def test_a_changed_file_keeps_what_was_typed_and_a_touched_one_is_not_encoded(
    edited: Library, folder: Path
) -> None:
    before = _rows(edited)
    write_audio(folder / A, melody(25, 22_050, 9), 22_050)
    os.utime(folder / C)
    summary = import_folder(edited, serial(), folder)
    after = _rows(edited)
    assert after[A].id == before[A].id
    assert after[A].sha256 != before[A].sha256
    assert (after[A].performer, after[A].edits) == ("Min Huifen", {"performer": "Min Huifen"})
    assert _kept(after[C]) == _kept(before[C])
    assert summary.moved == 0


def test_a_file_laid_over_another_one_moves_and_the_other_is_kept(
    edited: Library, folder: Path
) -> None:
    before = _rows(edited)
    kept = (folder / B).read_bytes()
    (folder / A).rename(folder / B)
    write_audio(folder / A, melody(15, 22_050, 11), 22_050)
    summary = import_folder(edited, serial(), folder)
    after = _rows(edited)
    assert _kept(after[B]) == _kept(before[A])
    assert after[A].id not in {row.id for row in before.values()}
    (covered,) = set(after) - {A, B, C}
    assert covered.startswith(B) and _kept(after[covered]) == _kept(before[B])
    assert len(summary.missing) == 1
    # When it turns up again, anywhere, it is whole again.
    (folder / "found.flac").write_bytes(kept)
    assert import_folder(edited, serial(), folder).missing == ()
    assert _kept(_rows(edited)["found.flac"]) == _kept(before[B])


def test_a_file_that_is_gone_is_a_remark_until_it_is_back(edited: Library, folder: Path) -> None:
    before = _rows(edited)
    (folder / C).rename(folder / "hidden")
    map_id = edited.catalogue.current_map
    summary = import_folder(edited, serial(), folder)
    gone = _rows(edited)[C]
    assert (gone.state, gone.notes) == ("ready", (GONE,))
    assert summary.missing == (f"{C} is no longer in the folder; its latents are kept.",)
    assert summary.remarks == () and summary.exit_code == 0
    assert summary.missing[0] in "\n".join(status_lines(edited))
    assert edited.catalogue.current_map == map_id  # it stays on the map
    (folder / "hidden").rename(folder / C)
    engine = serial()
    assert import_folder(edited, engine, folder).missing == ()
    assert _rows(edited)[C] == before[C]
    assert cast(SerialEngine, engine).calls == 0


def test_a_retired_recording_stays_so_when_its_file_is_moved_or_touched(
    edited: Library, folder: Path
) -> None:
    retired = replace(_rows(edited)[A], state="retired")
    edited.catalogue.save_recordings([retired])
    os.utime(folder / A)
    import_folder(edited, serial(), folder)
    (folder / A).rename(folder / "moved.ogg")
    import_folder(edited, serial(), folder)
    moved = _rows(edited)["moved.ogg"]
    assert (moved.id, moved.state) == (retired.id, "retired")
    assert A not in _rows(edited)
