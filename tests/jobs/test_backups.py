"""What was backed up comes back, also under a server that is running."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.backups import newest, read_backup
from data.catalogue import Catalogue
from data.database import copy_database
from data.library import Library
from data.maps import segment_table
from errors import UsageError, UserError
from jobs.backing_up import back_up
from jobs.importing import import_folder
from jobs.restoring import restore
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import serial


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with three recordings, beside the folder with their files."""
    base = tmp_path_factory.mktemp("imported")
    for seed in range(3):
        write_audio(base / "music" / f"{seed}.flac", melody(21 + 10 * seed, 22_050, seed), 22_050)
    with Library.open(base / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        import_folder(library, serial(), base / "music")
    return base


@pytest.fixture
def folder(imported: Path) -> Path:
    return imported / "music"


@pytest.fixture
def full(imported: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of one's own."""
    shutil.copytree(imported / "library", tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        yield library


def _titles(library: Library) -> set[str]:
    return {row.title for row in library.catalogue.recordings()}


def test_backups_are_whole_folders_that_share_their_files(
    full: Library, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    first = back_up(full, target)
    assert first.exit_code == 0
    assert first.new == len(first.backup.files)
    assert any(str(folder) in line for line in first.lines())
    write_audio(folder / "new.flac", melody(12, 22_050, 9), 22_050)
    import_folder(full, serial(), folder)
    second = back_up(full, target)
    fresh = {path for path in second.backup.files if path not in first.backup.files}
    assert {path.split("/")[0] for path in fresh} == {"latents", "maps"}
    assert second.new == len(fresh) + 1  # and the catalogue
    shared = next(path for path in first.backup.files if path.startswith("latents/"))
    inodes = {(one.backup.folder / shared).stat().st_ino for one in (first, second)}
    assert len(inodes) == 1
    found = newest(target)
    assert found is not None and found.folder == second.backup.folder
    assert read_backup(first.backup.folder).files == first.backup.files
    assert not list(target.glob(".*"))
    with pytest.raises(UserError, match="is a backup, which stays as it is"):
        Library.open(second.backup.folder)
    # The older one alone is enough.
    for path in sorted(second.backup.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    restored = restore(first.backup.folder, tmp_path / "elsewhere")
    assert (restored.recordings, restored.copied) == (3, first.new - 1)


def test_restoring_gives_the_running_server_the_old_content_and_a_new_revision(
    full: Library, tmp_path: Path
) -> None:
    before, table = _titles(full), segment_table(full)
    backup = back_up(full, tmp_path / "backups").backup
    rows = full.catalogue.recordings()
    full.catalogue.save_recordings([replace(row, title="spoilt") for row in rows])
    full.catalogue.jobs.add("import")
    victim = full.latents.path(str(full.catalogue.current_encoder), rows[0].sha256)
    victim.unlink()
    revision = full.catalogue.revision()
    reader = full.catalogue._engine.connect()  # a server in the middle of a request
    with reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM recordings").scalar() == 3
        restored = restore(tmp_path / "backups", full.folder)
    assert (restored.exit_code, restored.restart, restored.copied) == (0, False, 1)
    assert (restored.recordings, restored.before) == (3, 3)
    assert _titles(full) == before
    assert full.catalogue.revision() > revision
    assert victim.is_file()
    after = segment_table(full)
    assert after is not None and table is not None
    np.testing.assert_array_equal(after.positions, table.positions)
    # What it was before can be had back.
    kept = full.folder / "library-before-restore.db"
    catalogue = Catalogue(f"sqlite:///{kept}", "kept")
    assert {row.title for row in catalogue.recordings()} == {"spoilt"}
    catalogue.close()
    assert backup.made in restored.lines()[0]


def test_a_backup_in_one_file(full: Library, tmp_path: Path) -> None:
    summary = back_up(full, tmp_path / "one.tar")
    assert summary.backup.folder == tmp_path / "one.tar"
    assert restore(tmp_path / "one.tar", tmp_path / "elsewhere").recordings == 3
    with Library.open(tmp_path / "elsewhere") as other:
        assert segment_table(other) is not None
    assert [path.name for path in (tmp_path / "elsewhere").glob(".*")] == []
    cut = tmp_path / "cut.tar"
    cut.write_bytes((tmp_path / "one.tar").read_bytes()[:5000])
    with pytest.raises(UserError, match="choose another"):
        restore(cut, tmp_path / "third")


def test_what_is_damaged_is_named_and_not_backed_up(full: Library, tmp_path: Path) -> None:
    row = full.catalogue.recordings()[0]
    path = full.latents.path(str(full.catalogue.current_encoder), row.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    summary = back_up(full, tmp_path / "backups")
    assert summary.exit_code == 1
    assert str(path) in summary.problems[0]
    assert path.relative_to(full.folder).as_posix() not in summary.backup.files


def test_a_damaged_backup_is_not_restored(full: Library, tmp_path: Path) -> None:
    backup = back_up(full, tmp_path / "backups").backup
    for path in (backup.folder / "maps").iterdir():
        path.write_bytes(b"")
    for path in full.maps_folder.iterdir():
        path.unlink()
    restored = restore(backup.folder, full.folder)
    assert restored.exit_code == 1
    assert "is damaged; it was not restored" in restored.problems[0]
    with (backup.folder / "library.db").open("r+b") as file:
        file.write(os.urandom(100))
    with pytest.raises(UserError, match=r"The catalogue of the backup .* is damaged"):
        restore(backup.folder, full.folder)
    assert len(full.catalogue.recordings()) == 3


def test_a_catalogue_elsewhere_is_said_not_to_be_covered(
    full: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalogue, "file", None)  # as with PostgreSQL
    summary = back_up(full, tmp_path / "backups")
    assert "library.db" not in summary.backup.files
    assert any("pg_dump" in line for line in summary.lines())
    url = f"sqlite:///{tmp_path / 'other.db'}"
    restored = restore(tmp_path / "backups", tmp_path / "elsewhere", url)
    assert any("not restored: the catalogue" in line for line in restored.lines())


def test_a_backup_holds_no_half_of_what_is_being_written(full: Library, tmp_path: Path) -> None:
    titles = _titles(full)
    with closing(sqlite3.connect(full.folder / "library.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE recordings SET title = 'not yet' WHERE id = 1")
        copy_database(full.folder / "library.db", tmp_path / "copy.db")
        writer.rollback()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert {row[0] for row in copy.execute("SELECT title FROM recordings")} == titles


def test_wrong_places_are_said(full: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is inside the library"):
        back_up(full, full.folder / "backups")
    with pytest.raises(UserError, match="holds no backup"):
        restore(tmp_path, full.folder)
    back_up(full, tmp_path / "backups")
    first = restore(tmp_path / "backups", tmp_path / "new").lines()
    assert not any("before it" in line for line in first)
    assert any(
        "before it held" in line for line in restore(tmp_path / "backups", full.folder).lines()
    )
    (tmp_path / "file").write_text("")
    (tmp_path / "text.tar").write_text("no archive")
    with pytest.raises(UserError, match=r"text\.tar is damaged, or no archive at all: [^\n]*$"):
        restore(tmp_path / "text.tar", tmp_path / "other")
    with pytest.raises(UserError, match="cannot be restored: Not a directory"):
        restore(tmp_path / "backups", tmp_path / "file" / "library")
    with pytest.raises(UserError, match=r"The backups in .* cannot be read: File name too long"):
        restore(tmp_path / ("x" * 300), full.folder)
    with pytest.raises(UserError, match="No backup can be made"):
        back_up(full, tmp_path / "file")
