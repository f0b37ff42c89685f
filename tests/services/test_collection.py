"""The library as the page sees it, with encoders of its own and shipped ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from analysis.projection import Projection, project
from callbacks.services import Status
from data.library import Library
from data.maps import map_path
from encoders.registry import default_encoder
from jobs.engine import Engine
from jobs.importing import import_folder
from jobs.kinds import KINDS, LANES
from jobs.mapping import compute_map
from jobs.runner import JobRunner
from services.collection import KEPT_TABLES, LibraryCollection
from services.curation import LibraryJobs
from settings import Settings
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import SerialEngine, serial

OTHER = default_encoder().id


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Two recordings, encoded with random weights."""
    for seed in range(2):
        write_audio(tmp_path / "music" / f"{seed}.flac", melody(21, 22_050, seed), 22_050)
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        import_folder(library, serial(), tmp_path / "music")
        yield library


def _settled(ask: Callable[[], Status]) -> Status:
    for _ in range(600):
        status = ask()
        if not status.busy:
            return status
        time.sleep(0.05)
    raise AssertionError("it never ended")


def test_encoders_are_the_librarys_own_first_then_the_shipped_ones(library: Library) -> None:
    rows = LibraryCollection(library, serial()).encoders()
    assert [(row.recipe, row.own, row.shipped) for row in rows] == [
        ("paper", True, False), ("contrast", False, True), ("paper", False, True),
    ]  # fmt: skip


def test_two_readers_have_another_encoder_computed_once(library: Library) -> None:
    engine = serial()
    collection = LibraryCollection(library, engine)
    own = collection.status()
    first = [collection.status(OTHER) for _ in range(2)]
    assert [(status.map_id, status.busy) for status in first] == [(None, True)] * 2
    assert first[0].sentence
    found = _settled(lambda: collection.status(OTHER))
    assert found.map_id not in (None, own.map_id)
    assert cast(SerialEngine, engine).calls == 3  # two recordings and a map
    table = collection.table(found.map_id)
    assert table is not None and table.encoder_id == OTHER
    assert collection.status() == own
    assert collection.status(own_id(library)) == own
    # Another process finds it made.
    assert LibraryCollection(library, serial()).status(OTHER) == found


def own_id(library: Library) -> str:
    return str(library.catalogue.current_encoder)


def test_it_follows_the_librarys_map(library: Library) -> None:
    collection = LibraryCollection(library, serial())
    before = _settled(lambda: collection.status(OTHER))
    compute_map(library, serial(), Projection.of("pca"))
    after = _settled(lambda: collection.status(OTHER))
    assert after.map_id != before.map_id
    assert str(after.map_id).startswith("pca-")


def test_a_failure_is_a_sentence_and_is_tried_again_when_asked_for(library: Library) -> None:
    class Broken(SerialEngine):
        broken = True

        def run(self, function: Any, *arguments: Any) -> Any:
            if self.broken:
                raise OSError("No space left")
            return super().run(function, *arguments)

    engine = Broken()
    collection = LibraryCollection(library, cast(Engine, engine))
    status = _settled(lambda: collection.status(OTHER))
    assert status.map_id is None
    assert "the log says why" in status.sentence
    engine.broken = False
    assert _settled(lambda: collection.status(OTHER)).map_id


@pytest.mark.parametrize("encoder", ["paper-none", "../../etc"])
def test_an_unknown_encoder_is_a_sentence(library: Library, encoder: str) -> None:
    status = LibraryCollection(library, serial()).status(encoder)
    assert (status.map_id, status.busy) == (None, False)
    assert "choose another one" in status.sentence


def test_tables_of_both_maps_stay_in_memory(library: Library) -> None:
    collection = LibraryCollection(library, serial())
    maps = [
        compute_map(library, serial(), Projection.of("tsne", seed=seed))
        for seed in range(KEPT_TABLES + 1)
    ]
    two = [collection.table(map_id) for map_id in maps[:2]]
    assert all(collection.table(maps[at]) is two[at] for at in (0, 1, 0, 1))
    for map_id in maps[2:]:
        collection.table(map_id)
    assert collection.table(maps[0]) is not two[0]
    assert collection.table("tsne-none") is None


def test_another_projection_is_sketched_kept_and_leaves_the_librarys_map(library: Library) -> None:
    class Slow(SerialEngine):
        def run(self, function: Any, *arguments: Any) -> Any:
            go.wait(20)
            return super().run(function, *arguments)

    go = threading.Event()
    collection = LibraryCollection(library, cast(Engine, Slow()))
    own = collection.status()
    wanted = Projection.of("tsne", perplexity=2, seed=1)
    status = collection.status(projection=wanted)
    for _ in range(200):
        if status.sketch is not None:
            break
        time.sleep(0.02)
        status = collection.status(projection=wanted)
    # Before any worker has answered the page has the segments on their principal plane.
    table = collection.table(own.map_id)
    assert status.sketch is not None and table is not None
    plane = project(table.latents, Projection.of("pca"))
    np.testing.assert_allclose(
        table.positions_on(status.sketch), plane, atol=1e-3 * float(np.ptp(plane))
    )
    go.set()
    found = _settled(lambda: collection.status(projection=wanted))
    assert str(found.map_id).startswith("tsne-") and found.map_id != own.map_id
    assert found.projection == wanted
    assert collection.status() == own
    # Another process, and whoever asks tomorrow, has it at once and needs no worker.
    again = LibraryCollection(library, cast(Engine, None))
    assert again.status(projection=wanted) == found


def test_pca_is_there_at_once_and_needs_no_worker(library: Library) -> None:
    collection = LibraryCollection(library, cast(Engine, None))
    found = collection.status(projection=Projection.of("pca"))
    assert (str(found.map_id)[:4], found.busy) == ("pca-", False)


def test_a_damaged_map_is_computed_again_while_the_page_waits(library: Library) -> None:
    collection = LibraryCollection(library, serial())
    own = collection.status()
    before = collection.table(own.map_id)
    path = map_path(library, own.map_id or "")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    runner = JobRunner(library, serial(), KINDS, LANES)
    collection = LibraryCollection(library, serial(), runner)  # a server starts
    collection.mend_map_if_damaged()
    waiting = collection.status()
    assert (waiting.map_id, waiting.busy) == (None, True)
    assert runner.run_next()
    after = _settled(collection.status)
    table = collection.table(after.map_id)
    assert table is not None and before is not None
    assert table.positions.tolist() == before.positions.tolist()
    assert path.read_bytes() == whole


@pytest.mark.parametrize("beside", [False, True])
def test_an_extended_map_is_computed_again_by_a_job_and_stays_until_then(
    library: Library, tmp_path: Path, beside: bool
) -> None:
    encoder = OTHER if beside else ""
    runner = JobRunner(library, serial(), KINDS, LANES)
    collection = LibraryCollection(library, serial(), runner)
    jobs = LibraryJobs(library, runner, Settings())
    _settled(lambda: collection.status(encoder))
    write_audio(tmp_path / "music" / "new.flac", melody(11, seed=9))
    import_folder(library, serial(), tmp_path / "music", how="extend")
    extended = _settled(lambda: collection.status(encoder)).map_id
    table = collection.table(extended)
    assert table is not None and table.placed == 1
    jobs.remap(extended)
    jobs.remap(extended)  # a second click begins nothing
    assert [(row.kind, row.active) for row in jobs.rows()] == [("map", True)]
    assert jobs.remaps(extended) and jobs.remaps(None) is not beside
    assert collection.status(encoder).map_id == extended
    own = library.catalogue.current_map
    assert runner.run_next() and not jobs.remaps(extended)
    found = _settled(lambda: collection.status(encoder))
    assert found.map_id not in (None, extended)
    computed = collection.table(found.map_id)
    assert computed is not None and (computed.placed, computed.frame) == (0, "")
    assert computed.names() == table.names() and computed.encoder_id == table.encoder_id
    assert (library.catalogue.current_map == own) is beside
