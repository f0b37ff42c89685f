"""Uploads: whole or not at all, inside their folder, within the limits."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.library import Library
from data.scanning import scan
from data.uploads import ABANDONED_S, Limits, Uploads, safe_path
from errors import UserError


@pytest.fixture
def uploads(tmp_path: Path) -> Iterator[Uploads]:
    with Library.open(tmp_path / "library", create=True) as library:
        yield Uploads(library, Limits(file=1000, files=4, free=0))


def _send(uploads: Uploads, batch: str, path: str, content: bytes) -> None:
    with uploads.receiving(batch, path, len(content)) as file:
        file.write(content)


def test_files_keep_their_folders_and_are_seen_once_the_batch_is_closed(uploads: Uploads) -> None:
    batch = uploads.begin([("Erhu/A/二泉映月.flac", 3), ("Erhu/A/b.ogg", 2)])
    _send(uploads, batch, "Erhu/A/二泉映月.flac", b"abc")
    _send(uploads, batch, "Erhu\\A\\b.ogg", b"de")
    top = uploads.folder(batch).parent
    assert scan(top).files == ()
    assert uploads.finish(batch) and uploads.finish(batch)
    assert [file.path for file in scan(uploads.folder(batch)).files] == [
        "Erhu/A/b.ogg", "Erhu/A/二泉映月.flac",
    ]  # fmt: skip
    assert [path.name for path in uploads.folder(batch).rglob(".*")] == []


def test_a_broken_connection_leaves_nothing(uploads: Uploads) -> None:
    batch = uploads.begin([("a.flac", 3)])
    with pytest.raises(UserError, match="ended before the file was whole"):
        _send(uploads, batch, "a.flac", b"ab")
    receiving = uploads.receiving(batch, "a.flac", 3)
    receiving.__enter__().write(b"ab")
    assert receiving.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None) is False
    assert not uploads.finish(batch)
    assert not uploads.folder(batch).exists()


def test_only_what_was_announced_is_taken(uploads: Uploads) -> None:
    batch = uploads.begin([("a.flac", 3)])
    for path, content in (("b.flac", b"abc"), ("a.flac", b"a" * 30_000)):
        with pytest.raises(UserError, match="not expected"):
            _send(uploads, batch, path, content)
    for stranger in ("../../etc", "20260101-000000-00000000", ""):
        with pytest.raises(UserError, match="not expected"):
            _send(uploads, stranger, "a.flac", b"abc")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "no recordings"),
        ([("a.flac", 1001)], "too large"),
        ([(f"{n}.flac", 1) for n in range(5)], "5 files are too many"),
        ([("letter.exe", 1)], "no recording"),
        ([("../a.flac", 1)], "cannot be kept"),
        ([(".hidden/a.flac", 1)], "cannot be kept"),
        ([("x" * 300 + ".flac", 1)], "too long"),
    ],
)
def test_what_may_not_come_in_is_a_sentence(
    uploads: Uploads, files: list[tuple[str, int]], says: str
) -> None:
    with pytest.raises(UserError, match=says):
        uploads.begin(files)


def test_a_full_disk_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        uploads = Uploads(library, Limits(file=1000, files=4, free=1 << 60))
        with pytest.raises(UserError, match="no room for these files"):
            uploads.begin([("a.flac", 3)])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/etc/passwd.wav", "etc/passwd.wav"),
        ("C:\\Music\\a.mp3", "C_/Music/a.mp3"),
        ("a?b*.FLAC", "a_b_.FLAC"),
        ("cafe\u0301.ogg", "café.ogg"),
    ],
)
def test_names_are_made_safe(sent: str, kept: str) -> None:
    assert safe_path(sent).as_posix() == kept


def test_a_table_among_the_files_labels_them(uploads: Uploads) -> None:
    files = {"CD1/labels.csv": b"path,title\n1.flac,Er Quan\n", "CD1/1.flac": b"x"}
    batch = uploads.begin([(path, len(content)) for path, content in files.items()])
    for path, content in files.items():
        _send(uploads, batch, path, content)
    uploads.finish(batch)
    table = uploads.table(batch)
    assert table is not None and table.name == "labels.csv"
    assert uploads.folder(batch) == table.parent  # its paths count from there


def test_what_came_before_a_browser_went_away_is_found(uploads: Uploads) -> None:
    batch = uploads.begin([("a.flac", 3), ("b.flac", 3)])
    _send(uploads, batch, "a.flac", b"abc")
    assert uploads.abandoned() == []
    then = time.time() - ABANDONED_S - 1
    folder = uploads.folder(batch).with_name(f".{batch}")
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then, then))
    assert uploads.abandoned() == [batch]
    assert uploads.finish(batch) and uploads.abandoned() == []
