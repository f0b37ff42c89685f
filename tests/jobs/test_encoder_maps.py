"""The map of another encoder beside the library's own, from real sound by shipped weights."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from analysis.projection import Projection
from data.library import Library
from data.maps import segment_table
from encoders.registry import BUILT_IN, default_encoder
from errors import UserError
from jobs.encoder_maps import ensure_map, kept_map
from jobs.engine import Engine
from jobs.importing import import_folder, use_encoder
from jobs.mapping import compute_map
from jobs.summary import status_lines
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial

OTHER = default_encoder().id
TSNE, PCA = Projection.of("tsne"), Projection.of("pca")


def _calls(engine: Engine) -> int:
    return cast(SerialEngine, engine).calls


@pytest.fixture
def imported(library: Library, folder: Path) -> Library:
    import_folder(library, serial(), folder)
    return library


def test_another_encoder_is_mapped_and_the_librarys_own_stays(imported: Library) -> None:
    catalogue = imported.catalogue
    before = (catalogue.current_encoder, catalogue.current_map)
    assert kept_map(imported, OTHER, TSNE) is None
    told: list[tuple[int, int, str]] = []
    map_id = ensure_map(imported, serial(), OTHER, TSNE, lambda *now: told.append(now))
    assert (catalogue.current_encoder, catalogue.current_map) == before
    assert kept_map(imported, OTHER, TSNE) == map_id
    here, there = segment_table(imported), segment_table(imported, map_id)
    assert here is not None and there is not None
    assert there.encoder_id == OTHER
    assert (there.method, here.method) == ("tsne", "tsne")
    np.testing.assert_array_equal(here.positions_on(there), there.positions)
    shares = [done / total for done, total, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1
    assert "3 of 3 recordings" in " ".join(message for _, _, message in told)


def test_asking_again_costs_nothing(imported: Library) -> None:
    map_id = ensure_map(imported, serial(), OTHER, TSNE)
    engine = serial()
    revision = imported.catalogue.revision()
    assert ensure_map(imported, engine, OTHER, TSNE) == map_id
    assert (_calls(engine), imported.catalogue.revision()) == (0, revision)


def test_new_recordings_and_another_method_renew_it(imported: Library, folder: Path) -> None:
    first = ensure_map(imported, serial(), OTHER, TSNE)
    write_audio(folder / "new.flac", melody(12, seed=8))
    import_folder(imported, serial(), folder)
    assert kept_map(imported, OTHER, TSNE) is None
    engine = serial()
    second = ensure_map(imported, engine, OTHER, TSNE)
    assert second != first
    assert _calls(engine) == 2  # the new recording, and the map
    own = compute_map(imported, serial(), PCA)
    assert kept_map(imported, OTHER, PCA) is None
    third = ensure_map(imported, serial(), OTHER, PCA)
    assert kept_map(imported, OTHER, TSNE) == second
    table = segment_table(imported, third)
    assert table is not None and (table.method, len(table)) == ("pca", 10)
    assert imported.catalogue.current_map == own


def test_changing_the_library_over_takes_the_map_that_was_kept(imported: Library) -> None:
    own, mine = imported.catalogue.current_encoder, imported.catalogue.current_map
    map_id = ensure_map(imported, serial(), OTHER, TSNE)
    engine = serial()
    (summary,) = use_encoder(imported, engine, OTHER)
    assert imported.catalogue.current_map == map_id == summary.map_id
    use_encoder(imported, engine, str(own))
    assert imported.catalogue.current_map == mine
    assert _calls(engine) == 0


def test_recordings_without_a_file_are_left_out(imported: Library, folder: Path) -> None:
    gone = folder / "Zheng/C/茉莉花.wav"
    gone.unlink()
    broken = folder / "Erhu/B/Guang Ming Xing.flac"
    broken.write_bytes(b"no music")
    map_id = ensure_map(imported, serial(), OTHER, TSNE)
    table = segment_table(imported, map_id)
    assert table is not None
    assert [recording.path for recording in table.recordings] == ["Erhu/A/Guang Ming Xing.ogg"]
    here = segment_table(imported)
    assert here is not None
    assert np.isnan(here.positions_on(table)).any(axis=1).tolist() == [False] * 2 + [True] * 7


def test_an_encoder_that_can_encode_nothing_is_a_sentence(imported: Library, folder: Path) -> None:
    revision = imported.catalogue.revision()
    for path in folder.rglob("*.*"):
        path.unlink()
    with pytest.raises(UserError, match="No recording of this library can be encoded with"):
        ensure_map(imported, serial(), OTHER, TSNE)
    with pytest.raises(UserError, match="There is no encoder 'paper-none'"):
        ensure_map(imported, serial(), "paper-none", TSNE)
    assert imported.catalogue.revision() == revision


def test_status_lists_the_other_encoder(imported: Library) -> None:
    assert "Also encoded" not in "\n".join(status_lines(imported))
    map_id = ensure_map(imported, serial(), OTHER, TSNE)
    line = f"  Also encoded with {OTHER}: 3 of 3 recordings, map: {map_id}."
    assert line in status_lines(imported)
    assert (BUILT_IN / OTHER).is_dir()
