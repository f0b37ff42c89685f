"""Damage is found, named, and mended from a backup or from the recordings, byte for byte."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from cli import main
from data.integrity import files_of
from data.library import Library
from data.maps import map_path, segment_table
from encoders.service import LatentService
from errors import UserError
from jobs.backing_up import back_up
from jobs.importing import import_folder
from jobs.verifying import Verification, verify
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the shipped encoder, beside the folder with its recordings."""
    base = tmp_path_factory.mktemp("verified")
    for seed in range(3):
        write_audio(base / "music" / f"{seed}.flac", melody(21 + 10 * seed, 22_050, seed), 22_050)
    with Library.open(base / "library", create=True) as library:
        import_folder(library, serial(), base / "music")
    return base


@pytest.fixture
def library(imported: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(imported / "library", tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        yield library


def _spoil(path: Path, place: int | None = None) -> bytes:
    """Change a byte, by default in the middle; returns what was there before."""
    whole = path.read_bytes()
    place = len(whole) * 2 // 3 if place is None else place
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    return whole


def _latents(library: Library) -> Path:
    encoder_id = library.catalogue.current_encoder or ""
    return library.latents.path(encoder_id, library.catalogue.recordings()[0].sha256)


def _named(found: Verification) -> list[str]:
    return [damage.path for damage in found.damage]


def test_a_whole_library_is_whole_and_no_worker_is_asked(library: Library) -> None:
    engine = serial()
    found = verify(library.folder, engine, repair=True)
    assert (found.exit_code, found.damage) == (0, ())
    assert found.files == len(list(files_of(library.folder)))
    assert cast(SerialEngine, engine).calls == 0


def test_damaged_files_of_every_kind_are_made_again_byte_for_byte(library: Library) -> None:
    verify(library.folder, serial())  # takes down the sums of what has none
    encoder_id = library.catalogue.current_encoder or ""
    library.features_folder.mkdir(exist_ok=True)
    features = library.features_folder / "1-a.safetensors"
    shutil.copy(_latents(library), features)
    victims = [
        _latents(library),
        map_path(library, library.catalogue.current_map or ""),
        library.encoders_folder / encoder_id / "segment.safetensors",
        library.encoders_folder / encoder_id / "losses.csv",
    ]
    whole = [_spoil(path) for path in victims]
    _spoil(features)
    found = verify(library.folder, serial())
    assert found.exit_code == 1
    names = {path.relative_to(library.folder).as_posix() for path in (*victims, features)}
    assert set(_named(found)) == names
    assert [path.read_bytes() != was for path, was in zip(victims, whole, strict=True)] == [
        True
    ] * 4
    mended = verify(library.folder, serial(), repair=True)
    assert mended.exit_code == 0, mended.lines()
    assert [path.read_bytes() for path in victims] == whole
    assert not features.exists()
    assert verify(library.folder, serial()).damage == ()


def test_a_backup_serves_where_the_recording_is_gone(
    library: Library, imported: Path, tmp_path: Path
) -> None:
    back_up(library, tmp_path / "backups")
    rows = library.catalogue.recordings()
    library.catalogue.save_recordings([replace(row, root="/gone") for row in rows])
    with sqlite3.connect(library.folder / "library.db") as database:
        database.execute("DELETE FROM recordings WHERE root != '/gone'")
    database.close()
    whole = _spoil(_latents(library))
    (library.folder / "last_backup.json").unlink()
    alone = verify(library.folder, serial(), repair=True)
    assert alone.exit_code == 1
    assert "put the recordings back" in alone.lines()[-1]
    found = verify(library.folder, serial(), repair=True, source=tmp_path / "backups")
    assert found.exit_code == 0, found.lines()
    assert "taken from" in found.damage[0].mended
    assert _latents(library).read_bytes() == whole
    with pytest.raises(UserError, match="holds no backup"):
        verify(library.folder, serial(), source=imported)


def test_a_changed_recording_never_becomes_anothers_latents(
    library: Library, imported: Path, tmp_path: Path
) -> None:
    music = Path(shutil.copytree(imported / "music", tmp_path / "music"))
    rows = library.catalogue.recordings()
    with sqlite3.connect(library.folder / "library.db") as database:
        database.execute("UPDATE recordings SET root = ?", (str(music),))
    database.close()
    library.catalogue.set_meta("moved", "yes")
    write_audio(music / rows[0].path, melody(21, 22_050, 77), 22_050)
    _spoil(_latents(library))
    assert verify(library.folder, serial(), repair=True).exit_code == 1


def test_who_reads_damaged_latents_gets_whole_ones_and_others_do_not_notice(
    library: Library,
) -> None:
    whole = _spoil(_latents(library))
    row = library.catalogue.recordings()[0]
    engine = serial()
    notes = LatentService(library, engine).notes(row, library.catalogue.current_encoder or "")
    assert len(notes) // 400 == 2
    assert cast(SerialEngine, engine).calls == 1
    assert _latents(library).read_bytes() == whole
    assert _latents(library).with_suffix(".damaged").is_file()
    verify(library.folder, serial(), repair=True)
    assert not _latents(library).with_suffix(".damaged").is_file()


def test_a_map_that_is_computed_after_damage_brings_everything_back(
    library: Library, imported: Path
) -> None:
    table = segment_table(library)
    segments = library.latents.read_segments(
        library.catalogue.current_encoder or "", library.catalogue.recordings()[0].sha256
    )
    whole = _spoil(_latents(library), _latents(library).read_bytes().index(segments.tobytes()))
    _spoil(map_path(library, library.catalogue.current_map or ""))
    import_folder(library, serial(), imported / "music")
    assert _latents(library).read_bytes() == whole
    again = segment_table(library)
    assert again is not None and table is not None
    assert again.positions.tolist() == table.positions.tolist()


@pytest.mark.parametrize("with_backup", [True, False])
@pytest.mark.parametrize("what", ["page", "head", "gone", "letter"])
def test_a_damaged_catalogue_is_found_named_and_mended(
    library: Library, tmp_path: Path, what: str, with_backup: bool
) -> None:
    if with_backup:
        back_up(library, tmp_path / "backups")
    before = [replace(row, id=0) for row in library.catalogue.recordings()]
    catalogue = library.folder / "library.db"
    library.close()
    with closing(sqlite3.connect(catalogue)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        statement = "SELECT rootpage FROM sqlite_master WHERE name = 'recordings'"
        (page,) = database.execute(statement).fetchone()
    if what == "gone":
        catalogue.unlink()
    else:
        with catalogue.open("r+b") as file:
            if what == "letter":  # which SQLite does not notice
                content = file.read()
                file.seek(content.index(b"Unknown", (page - 1) * size))
                file.write(b"Unclean")
            else:
                file.seek((page - 1) * size if what == "page" else 0)
                file.write(os.urandom(size))
    if what != "letter":
        with pytest.raises(UserError, match="is damaged: run"):
            Library.open(library.folder).catalogue.recordings()
    found = verify(library.folder, serial())
    assert "library.db" in _named(found)
    assert found.exit_code == 1
    mended = verify(library.folder, serial(), repair=True)
    assert mended.exit_code == 0, mended.lines()
    said = mended.damage[0].mended
    if what in ("head", "gone") and not with_backup:
        assert "the rest was taken from library-copy.db, as it was after the last import" in said
    assert ("kept as library-damaged.db" in said) == (what != "gone")
    with Library.open(library.folder) as again:
        assert [replace(row, id=0) for row in again.catalogue.recordings()] == before
        assert segment_table(again) is not None
    assert verify(library.folder, serial()).damage == ()
    assert (library.folder / "library-damaged.db").is_file() == (what != "gone")


def test_the_command_says_it_in_lines(
    library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _spoil(_latents(library))
    assert main(["verify", "--library", str(library.folder)]) == 1
    output = capsys.readouterr().out
    assert f"damaged: {_latents(library).relative_to(library.folder)}: its content does" in output
    assert "verify --repair" in output
    assert main(["backup", str(tmp_path / "b"), "--library", str(library.folder)]) == 1
    assert main(["restore", str(tmp_path / "b"), "--library", str(tmp_path / "other")]) == 0
    assert "3 recordings" in capsys.readouterr().out
    assert main(["verify", "--library", str(tmp_path / "none")]) == 1
