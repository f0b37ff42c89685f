"""What a folder holds: every recording once, and a line for each place that was not looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data.scanning import scan


def _paths(root: Path) -> list[str]:
    return [file.path for file in scan(root).files]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    for path in ("a/one.ogg", "a/cover.jpg", "b.flac/two.FLAC", ".hidden/three.ogg", "a/._one.ogg"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    return folder


def test_recordings_are_files_by_their_suffix_also_in_folders_that_have_one(root: Path) -> None:
    assert _paths(root) == ["a/one.ogg", "b.flac/two.FLAC"]
    assert scan(root).problems == ()


def test_what_only_has_the_name_of_a_file_is_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe.mp3")
    assert _paths(root) == ["a/one.ogg", "b.flac/two.FLAC"]


def test_links_to_folders_are_followed_once_and_never_in_circles(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk" / "album").mkdir(parents=True)
    (tmp_path / "disk" / "album" / "four.ogg").write_bytes(b"x")
    (tmp_path / "disk" / "back").symlink_to(root)
    (root / "0 other disk").symlink_to(tmp_path / "disk")
    (root / "1 again").symlink_to(tmp_path / "disk" / "album")
    (root / "0 same").symlink_to("a")
    (root / "a" / "up").symlink_to("..")
    (root / "a" / "everything").symlink_to(tmp_path)
    (root / "a" / "circle").symlink_to("circle")
    assert _paths(root) == ["0 other disk/album/four.ogg", "a/one.ogg", "b.flac/two.FLAC"]


def test_a_library_in_the_folder_is_no_music(root: Path) -> None:
    library = root / "library"
    for path in ("library.db", "latents/x.safetensors", "media/copy.ogg"):
        (library / path).parent.mkdir(parents=True, exist_ok=True)
        (library / path).write_bytes(b"x")
    assert _paths(root) == ["a/one.ogg", "b.flac/two.FLAC"]
    assert _paths(library) == ["media/copy.ogg"]  # whoever asks for it gets it


def test_places_that_cannot_be_looked_at_are_named(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "gone.mp3").symlink_to("/nowhere/a.mp3")
    real = os.scandir

    def forbid(path: str) -> object:
        if str(path).endswith("b.flac"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", forbid)
    found = scan(root)
    assert [file.path for file in found.files] == ["a/one.ogg"]
    assert found.problems == (
        "The folder b.flac cannot be read: Permission denied.",
        "gone.mp3 is a link that leads nowhere.",
    )


def test_kinds_that_are_not_read_are_named_and_booklets_beside_music_are_not(
    tmp_path: Path,
) -> None:
    for name in ("a/1.mp3", "a/booklet.zip", "a/2.ofr", "b/Disc 1.rar", "b/disc 2.RAR", "c/x.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"?")
    found = scan(tmp_path)
    assert [file.path for file in found.files] == ["a/1.mp3"]
    assert found.problems == (
        ".ofr files are not read, and these may hold recordings: a/2.ofr. To have them here, "
        "convert them to FLAC and import again.",
        ".rar files are not read, and these may hold recordings: b/Disc 1.rar, b/disc 2.RAR. To "
        "have them here, unpack them and import again.",
    )
