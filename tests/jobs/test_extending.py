"""A map after recordings were added, changed or retired: what was on it stays where it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from analysis.projection import Projection
from analysis.segments import SegmentTable
from analysis.selection import evaluate
from data.library import Library
from data.maps import segment_table
from jobs.importing import import_folder
from jobs.mapping import compute_map, refresh_map
from jobs.summary import status_lines
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial

#: Enough for neighbours: 24 segments.
SECONDS = {"a.wav": 61, "b.wav": 81, "c.wav": 101}


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for seed, (name, seconds) in enumerate(SECONDS.items()):
        write_audio(tmp_path / "music" / name, melody(seconds, 22_050, seed), 22_050)
    return tmp_path / "music"


def _add(music: Path, name: str, seconds: float = 31, seed: int = 8) -> None:
    write_audio(music / name, melody(seconds, 22_050, seed), 22_050)


def _table(library: Library, map_id: str | None = None) -> SegmentTable:
    table = segment_table(library, map_id)
    assert table is not None
    return table


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_new_recordings_are_placed_and_nothing_else_moves(
    library: Library, music: Path, method: str
) -> None:
    import_folder(library, serial(), music)
    first = compute_map(library, serial(), Projection.of(method))
    before = _table(library)
    _add(music, "between.wav")
    summary = import_folder(library, serial(), music)
    after = _table(library)
    assert after.map_id == summary.map_id != first
    assert (after.frame, after.placed, after.method) == (first, 3, method)
    np.testing.assert_array_equal(before.positions_on(after), before.positions)
    assert np.isfinite(after.positions).all()
    assert "3 of its 27 segments were placed on it" in summary.lines()[-1]
    assert "3 of its 27 segments were placed on it" in "\n".join(status_lines(library))
    info = library.catalogue.map(after.map_id)
    assert info is not None
    assert info.params["extended_from"] == first
    # And on from there: what was placed counts as placed, the frame stays.
    _add(music, "d.wav", 11, 9)
    import_folder(library, serial(), music)
    last = _table(library)
    np.testing.assert_array_equal(after.positions_on(last), after.positions)
    assert (last.frame, last.placed) == (first, 4)
    assert refresh_map(library, serial()) is None


def test_a_pca_map_shows_new_segments_where_its_axes_say(library: Library, music: Path) -> None:
    import_folder(library, serial(), music)
    compute_map(library, serial(), Projection.of("pca"))
    before = _table(library)
    _add(music, "new.wav")
    import_folder(library, serial(), music)
    after = _table(library)
    old = before.latents.astype(np.float64)
    centred = old - old.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2].T
    axes *= np.sign((centred @ axes * before.positions).sum(axis=0))
    expected = (after.latents - old.mean(axis=0)) @ axes
    np.testing.assert_allclose(after.positions, expected, atol=1e-4)


def test_the_same_import_twice_gives_the_same_places(
    library: Library, music: Path, tmp_path: Path
) -> None:
    import_folder(library, serial(), music)
    before = _table(library)
    _add(music, "new.wav")
    first = import_folder(library, serial(), music)
    library.catalogue.show_map(before.map_id)
    (library.maps_folder / f"{first.map_id}.safetensors").unlink()
    assert refresh_map(library, serial()) == first.map_id  # the id holds a digest of the places


def test_retired_recordings_are_left_out_and_come_back_to_their_places(
    library: Library, music: Path
) -> None:
    import_folder(library, serial(), music)
    before = _table(library)
    row = next(row for row in library.catalogue.recordings() if row.path == "b.wav")
    library.catalogue.save_recordings([replace(row, state="retired")])
    engine = serial()
    refresh_map(library, engine)
    pruned = _table(library)
    assert [recording.path for recording in pruned.recordings] == ["a.wav", "c.wav"]
    np.testing.assert_array_equal(pruned.positions, pruned.positions_on(before))
    assert (pruned.frame, pruned.placed) == (before.map_id, 0)
    assert cast(SerialEngine, engine).calls == 0
    library.catalogue.save_recordings([row])
    assert refresh_map(library, engine) == before.map_id
    assert cast(SerialEngine, engine).calls == 0


def test_a_changed_file_is_placed_anew(library: Library, music: Path) -> None:
    import_folder(library, serial(), music)
    before = _table(library)
    _add(music, "a.wav", 31, 9)
    import_folder(library, serial(), music, how="extend")
    after = _table(library)
    assert after.placed == 3
    same = after.recording_index > 0
    np.testing.assert_array_equal(after.positions[same], after.positions_on(before)[same])


def test_many_new_recordings_make_a_new_map_unless_told_otherwise(
    library: Library, music: Path
) -> None:
    import_folder(library, serial(), music)
    first = _table(library)
    _add(music, "long.wav", 121)  # 12 new of 36: a third
    import_folder(library, serial(), music, how="extend")
    extended = _table(library)
    assert (extended.frame, extended.placed) == (first.map_id, 12)
    import_folder(library, serial(), music, how="recompute")
    computed = _table(library)
    assert (computed.frame, computed.placed) == ("", 0)
    assert refresh_map(library, serial(), how="recompute") is None
    _add(music, "longer.wav", 151, 9)
    import_folder(library, serial(), music)
    assert _table(library).placed == 0
    _add(music, "short.wav", 11, 10)
    import_folder(library, serial(), music, how="recompute")
    assert _table(library).placed == 0


def test_a_shape_on_a_map_holds_on_its_extension_and_takes_in_what_is_new(
    library: Library, music: Path
) -> None:
    import_folder(library, serial(), music)
    before = _table(library)
    low, high = before.positions.min(axis=0) - 1e3, before.positions.max(axis=0) + 1e3
    everything = {"box": [*low.tolist(), *high.tolist()]}
    one = before.positions[4]
    lasso = [[one[0] - 1e-3, one[1] - 1e-3], [one[0] + 1e-3, one[1]], [one[0], one[1] + 1e-3]]
    drawn = {"lasso": [[float(x), float(y)] for x, y in lasso]}
    _add(music, "new.wav")
    import_folder(library, serial(), music)
    after = _table(library)

    def known(map_id: str) -> SegmentTable | None:
        return before if map_id == before.map_id else after if map_id == after.map_id else None

    for tables in (known, lambda map_id: None):  # the older map may have been removed
        recipe = {"map": before.map_id, "all_of": [everything]}
        assert len(evaluate(recipe, after, tables=tables)) == len(after)
        recipe = {"map": before.map_id, "all_of": [drawn]}
        named = [after.names()[row] for row in evaluate(recipe, after, tables=tables)]
        assert set(named) >= {before.names()[row] for row in evaluate(recipe, before)}
        moved = {"map": after.map_id, "all_of": [{**everything, "of": before.map_id}]}
        assert len(evaluate(moved, after, tables=tables)) == len(after)
    back = {"map": after.map_id, "all_of": [everything]}
    assert len(evaluate(back, before, tables=known)) == len(before)
