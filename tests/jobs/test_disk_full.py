"""A full disk ends an import in one sentence, nothing is broken, and it goes on later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from analysis.projection import Projection
from data.catalogue import Catalogue
from data.database import faults
from data.library import Library
from data.maps import segment_table
from errors import DiskFull
from jobs.backing_up import back_up
from jobs.engine import Engine, Outcome
from jobs.importing import import_folder
from jobs.mapping import compute_map
from jobs.previews import ensure_playable
from jobs.verifying import verify
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import SerialEngine, serial

_SENTENCE = "There is no room left on the disk of .*: free some, then do the same again"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def library(disk: Path) -> Iterator[Library]:
    with Library.open(disk / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        yield library


class _Ballast:
    """Takes all the room that there is."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "ballast"

    def fill(self) -> None:
        with self._path.open("ab") as file:
            size = 1 << 24
            while size >= 512:
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)
                except OSError:
                    size //= 2

    def drop(self) -> None:
        self._path.unlink()


class _Filling(SerialEngine):
    """Fills the disk before or after its second file is encoded, or before the map."""

    def __init__(self, ballast: _Ballast, moment: str) -> None:
        super().__init__()
        self._ballast = ballast
        self._moment = moment

    def map(self, function: Callable[..., Any], argument_tuples: Any) -> Any:
        for index, arguments in enumerate(argument_tuples):
            if (index, self._moment) == (1, "latents"):
                self._ballast.fill()
            try:
                outcome = Outcome(function(*arguments))
            except Exception as error:
                outcome = Outcome(error=error)
            if (index, self._moment) == (1, "catalogue"):
                self._ballast.fill()
            yield index, outcome

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        result = super().run(function, *arguments)
        if self._moment == "map":
            self._ballast.fill()
        return result


@pytest.mark.parametrize("moment", ["latents", "catalogue", "map"])
def test_an_import_stops_with_a_sentence_and_goes_on(
    library: Library, disk: Path, folder: Path, tmp_path: Path, moment: str
) -> None:
    ballast = _Ballast(disk)
    with pytest.raises(DiskFull, match=_SENTENCE):
        import_folder(library, cast(Engine, _Filling(ballast, moment)), folder)
    assert faults(library.folder / "library.db") == []
    assert [p for p in library.folder.rglob(".*") if p.is_file()] == []
    assert len(library.catalogue.recordings()) < 4  # and can be read
    ballast.drop()
    summary = import_folder(library, serial(), folder)
    assert summary.exit_code == 0
    table = segment_table(library)
    assert table is not None
    with Library.open(tmp_path / "whole", create=True) as whole:
        whole.catalogue.set_meta("current_encoder", make_encoder(whole.encoders_folder))
        import_folder(whole, serial(), folder)
        undisturbed = segment_table(whole)
    assert undisturbed is not None
    assert table.positions.tolist() == undisturbed.positions.tolist()
    assert table.latents.tolist() == undisturbed.latents.tolist()


def test_maps_copies_and_backups_say_it_too(library: Library, disk: Path, folder: Path) -> None:
    write_audio(folder / "new.wma", melody(30, 22_050, 5), 22_050)
    import_folder(library, serial(), folder)
    wma = next(row for row in library.catalogue.recordings() if row.path == "new.wma")
    ballast = _Ballast(disk)
    ballast.fill()
    for work in (
        lambda: compute_map(library, serial(), Projection.of("pca")),
        lambda: ensure_playable(library, serial(), wma),
        lambda: back_up(library, disk / "backups"),
        lambda: [
            library.catalogue.selections.keep("x" * n, "", {"a": "b" * 99_999}) for n in (1, 2)
        ],
    ):
        with pytest.raises(DiskFull, match=_SENTENCE):
            work()
    ballast.drop()
    assert ensure_playable(library, serial(), wma).is_file()
    assert back_up(library, disk / "backups").exit_code == 0
    # Nothing but the encoder of random weights, whose name says nothing about them.
    damaged = {damage.path for damage in verify(library.folder, serial()).damage}
    assert damaged == {f"encoders/{library.catalogue.current_encoder}"}


def test_sqlites_own_limit_is_the_same_sentence(tmp_path: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'a.db'}", str(tmp_path))
    with catalogue._engine.connect() as connection:
        (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match=_SENTENCE):
        catalogue.set_meta("large", "x" * 100_000)
    catalogue.close()
