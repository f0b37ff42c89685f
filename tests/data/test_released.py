"""Libraries of every format open in the newest version, and a kill never leaves half of one."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from data import schema
from data.library import Library
from data.maps import segment_table

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path(__file__).parent / "released"
# Ends by SIGKILL after so many statements of a migration.
KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from data.library import Library
left = int(sys.argv[2])

def count(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().split()[0] in ("ALTER", "CREATE", "UPDATE", "INSERT"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "after_cursor_execute", count)
Library.open(sys.argv[1])
"""


def _library(folder: Path, revision: str) -> Path:
    shutil.copytree(RELEASED / revision, folder)
    with closing(sqlite3.connect(folder / "library.db")) as database:
        database.executescript((folder / "library.sql").read_text("utf-8"))
    return folder


def _shape(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as database:
        statement = "SELECT name, sql FROM sqlite_master ORDER BY name"
        return [*database.execute(statement), *database.execute("SELECT * FROM alembic_version")]


def test_every_format_has_its_library() -> None:
    assert sorted(path.name for path in RELEASED.iterdir() if path.is_dir()) == [*schema.REVISIONS]


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_released_library_opens_and_shows_its_table(tmp_path: Path, revision: str) -> None:
    folder = _library(tmp_path / "library", revision)
    with Library.open(folder) as library:
        table = segment_table(library)
        assert table is not None
        assert [(r.title, r.performer, r.instrument) for r in table.recordings] == [
            ("光明行", "A", "Erhu"),
            ("Xi Yang Xiao Gu", "B", "Pipa"),
        ]
        assert table.start_s.tolist() == [0, 0, 10]
        rows = library.catalogue.recordings(state=None)
        assert [row.state for row in rows] == ["ready", "ready", "failed"]
        assert (rows[0].audio, rows[0].end_s, rows[0].edits) == ("", None, {})
        for row in rows[:2]:
            assert len(library.latents.read_notes(table.encoder_id, row.sha256)) == 20
        kept = [selection.name for selection in library.catalogue.selections.all()]
        assert kept == (["slow erhu"] if revision > "0001" else [])
        assert [job.state for job in library.catalogue.jobs.all()] == ["done"]
    before = folder / f"library-{revision}.db"
    assert before.is_file() == (revision != schema.REVISIONS[-1])
    if before.is_file():
        with closing(sqlite3.connect(before)) as database:
            assert database.execute("SELECT * FROM alembic_version").fetchone() == (revision,)


@pytest.mark.parametrize("statements", [1, 4, 9])
def test_a_killed_migration_leaves_the_old_format_whole(tmp_path: Path, statements: int) -> None:
    folder = _library(tmp_path / "library", "0001")
    old = _shape(folder / "library.db")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(statements)], env=environment
    )
    assert done.returncode == -signal.SIGKILL
    assert _shape(folder / "library.db") == old
    with Library.open(folder) as library:
        assert len(library.catalogue.recordings()) == 2
    assert _shape(folder / "library.db")[-1] == (schema.REVISIONS[-1],)
