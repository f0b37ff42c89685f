"""Album images become one recording a track, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from data.decoding import decode
from data.files import sha256_of
from data.library import Library
from data.maps import segment_table
from data.sources import track_id
from errors import UsageError
from jobs.engine import Engine
from jobs.importing import import_folder
from jobs.previews import ensure_playable
from tests.making import melody, write_audio, write_film
from tests.monkey import write_ape
from tests.serial_engine import SerialEngine, serial

RATE = 16_000
SHEET = """PERFORMER "{performer}"
TITLE "Album"
FILE "{name}" WAVE
  TRACK 01 AUDIO
    TITLE "{title}"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Second"
    PERFORMER "Somebody else"
    INDEX 01 00:12:00
  TRACK 03 AUDIO
    INDEX 01 00:33:00
"""


def _sheet(name: str = "album.wav", title: str = "First", performer: str = "A") -> str:
    return SHEET.format(name=name, title=title, performer=performer)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder CD1 with album.flac, 45 seconds, and no sheet yet."""
    folder = tmp_path / "music"
    tags = {"title": "Album", "artist": "Who ripped it"}
    write_audio(folder / "CD1/album.flac", melody(45, RATE, seed=2), RATE, tags=tags)
    return folder


def _rows(library: Library) -> list[tuple[str, str, str, float]]:
    return [(r.path, r.title, r.performer, r.duration_s) for r in library.catalogue.recordings()]


def _calls(engine: Engine) -> int:
    return cast(SerialEngine, engine).calls


TRACKS = [
    ("CD1/album.flac#01", "First", "A", 12.0),
    ("CD1/album.flac#02", "Second", "Somebody else", 21.0),
    ("CD1/album.flac#03", "Album, 03", "A", 12.0),
]


def test_a_sheet_makes_one_recording_of_each_track(library: Library, album: Path) -> None:
    (album / "CD1/album.cue").write_text(_sheet(), encoding="utf-8")
    summary = import_folder(library, serial(), album)
    assert (summary.found, summary.encoded, summary.exit_code) == (3, 3, 0)
    assert _rows(library) == TRACKS
    first, second, third = library.catalogue.recordings()
    assert (second.audio, second.start_s, second.end_s) == ("CD1/album.flac", 12.0, 33.0)
    assert (third.start_s, third.end_s) == (33.0, None)
    assert second.sha256 == track_id(sha256_of(first.file), 12, 33)
    assert second.tags["album"] == "Album"
    table = segment_table(library)
    assert table is not None
    assert np.bincount(table.recording_index).tolist() == [1, 2, 1]
    assert table.start_s.tolist() == [0.0, 0.0, 10.0, 0.0]
    engine = serial()
    again = import_folder(library, engine, album)
    assert (_calls(engine), again.unchanged) == (0, 3)
    copy = ensure_playable(library, serial(), second)
    assert copy.stem == second.sha256
    assert decode(copy).duration_s == pytest.approx(21, abs=0.01)


def test_monkeys_audio_with_a_sheet_in_an_old_encoding(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    (folder / "光盘").mkdir(parents=True)
    write_ape(folder / "光盘/CDImage.ape", melody(45, 8_000, seed=4), 8_000)
    sheet = _sheet("D:\\音乐\\CDImage.wav", "江河水", "闵惠芬")
    (folder / "光盘/CDImage.cue").write_bytes(sheet.encode("gb18030"))
    assert import_folder(library, serial(), folder).exit_code == 0
    first = library.catalogue.recordings()[0]
    assert (first.title, first.performer) == ("江河水", "闵惠芬")
    with pytest.raises(UsageError):
        import_folder(library, serial(), folder, cue_encoding="klingon")

    # An encoding that somebody gave holds for the folder until it is taken back.
    import_folder(library, serial(), folder, cue_encoding="big5")
    wrong = library.catalogue.recordings()[0].title
    assert wrong != "江河水"
    import_folder(library, serial(), folder)
    assert library.catalogue.recordings()[0].title == wrong
    import_folder(library, serial(), folder, cue_encoding="auto")
    assert library.catalogue.recordings()[0].title == "江河水"


def test_a_sheet_inside_the_file_works_as_well(library: Library, tmp_path: Path) -> None:
    tags = {"title": "Album", "artist": "Who ripped it", "cuesheet": _sheet("whatever.wav")}
    sound = melody(45, RATE, seed=2)
    write_audio(tmp_path / "m/CD1/album.flac", sound, RATE, tags=tags)
    # Split by a program that copies the album's sheet into each track.
    write_audio(tmp_path / "m/split.flac", sound[: 20 * RATE], RATE, tags=tags)
    summary = import_folder(library, serial(), tmp_path / "m")
    assert (summary.found, summary.encoded) == (4, 4)
    assert _rows(library)[:3] == TRACKS
    assert _rows(library)[3][:2] == ("split.flac", "Album")
    engine = serial()
    import_folder(library, engine, tmp_path / "m")
    assert _calls(engine) == 0


def test_an_import_that_was_killed_among_the_tracks_goes_on(
    library: Library, tmp_path: Path
) -> None:
    tags = {"cuesheet": _sheet("whatever.wav")}
    write_audio(tmp_path / "m/CD1/album.flac", melody(45, RATE, seed=2), RATE, tags=tags)

    class Killed(SerialEngine):
        def map(self, function: Any, argument_tuples: Any) -> Any:
            for index, outcome in super().map(function, argument_tuples):
                if self.calls == 3:  # the album, the first track, the second
                    raise KeyboardInterrupt
                yield index, outcome

    with pytest.raises(KeyboardInterrupt):
        import_folder(library, cast(Engine, Killed()), tmp_path / "m")
    assert len(library.catalogue.recordings()) == 1
    import_folder(library, serial(), tmp_path / "m")
    assert _rows(library) == TRACKS


def test_a_sheet_that_comes_later_splits_what_was_whole(library: Library, album: Path) -> None:
    import_folder(library, serial(), album)
    assert [r.path for r in library.catalogue.recordings()] == ["CD1/album.flac"]
    (album / "CD1/album.cue").write_text(_sheet(), encoding="utf-8")
    import_folder(library, serial(), album)
    assert _rows(library) == TRACKS
    (whole,) = library.catalogue.recordings("retired")
    assert (whole.path, whole.reason[:17]) == ("CD1/album.flac", "is an album image")

    # A corrected title is taken over without encoding, one track less is one recording less.
    engine = serial()
    (album / "CD1/album.cue").write_text(_sheet(title="The first"), encoding="utf-8")
    import_folder(library, engine, album)
    assert library.catalogue.recordings()[0].title == "The first"
    assert _calls(engine) == 1  # the album's length
    (album / "CD1/album.cue").write_text(_sheet().rpartition("TRACK 03")[0], encoding="utf-8")
    import_folder(library, serial(), album)
    assert [row[0] for row in _rows(library)] == [track[0] for track in TRACKS[:2]]
    assert library.catalogue.recordings()[1].duration_s == 33.0

    # Without its sheet the album keeps its tracks, as long as it is the same file.
    (album / "CD1/album.cue").unlink()
    import_folder(library, serial(), album)
    assert len(library.catalogue.recordings()) == 2
    write_audio(album / "CD1/album.flac", melody(30, RATE, seed=9), RATE)
    import_folder(library, serial(), album)
    assert [r.path for r in library.catalogue.recordings()] == ["CD1/album.flac"]


@pytest.mark.parametrize("inside", [False, True])
def test_an_album_that_moves_keeps_its_recordings(
    library: Library, tmp_path: Path, inside: bool
) -> None:
    folder = tmp_path / "m/CD1"
    tags = {"cuesheet": _sheet()} if inside else None
    write_audio(folder / "album.flac", melody(45, RATE, seed=2), RATE, tags=tags)
    if not inside:
        (folder / "album.cue").write_text(_sheet(), encoding="utf-8")
    import_folder(library, serial(), tmp_path / "m")
    before = {row.sha256: row.id for row in library.catalogue.recordings()}
    folder.rename(tmp_path / "m/Disc 1")
    summary = import_folder(library, serial(), tmp_path / "m")
    assert (summary.encoded, summary.moved, summary.missing) == (0, 3, ())
    rows = library.catalogue.recordings()
    assert {row.sha256: row.id for row in rows} == before
    assert [(row.path, row.audio) for row in rows] == [
        (f"Disc 1/album.flac#0{n}", "Disc 1/album.flac") for n in (1, 2, 3)
    ]
    engine = serial()
    import_folder(library, engine, tmp_path / "m")
    assert _calls(engine) == 0

    # While its file is away, an album stays on the map with all its tracks.
    (tmp_path / "m/Disc 1").rename(tmp_path / "away")
    assert len(import_folder(library, serial(), tmp_path / "m").missing) == 3
    (tmp_path / "away").rename(tmp_path / "m/Disc 1")
    assert import_folder(library, serial(), tmp_path / "m").missing == ()
    assert _rows(library)[0][0] == "Disc 1/album.flac#01"


def test_a_bad_sheet_leaves_the_file_whole_with_one_sentence(library: Library, album: Path) -> None:
    (album / "CD1/album.cue").write_text("not for us", encoding="utf-8")
    write_audio(album / "CD2/x.wav", melody(20, RATE, seed=5), RATE)
    (album / "CD2/x.cue").write_text(_sheet("x.wav"), encoding="utf-8")
    summary = import_folder(library, serial(), album)
    assert summary.problems == (
        "CD1/album.cue cannot be used: it names no tracks. Its audio is imported whole.",
        "CD2/x.cue: track 3 begins at 0:33, but CD2/x.wav ends at 0:20; it is imported whole.",
    )
    assert [r.path for r in library.catalogue.recordings()] == ["CD1/album.flac", "CD2/x.wav"]
    engine = serial()
    assert import_folder(library, engine, album).problems == summary.problems
    assert _calls(engine) == 0


def test_a_sheet_beside_split_tracks_says_nothing(library: Library, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_audio(tmp_path / f"m/{number:02d}.flac", melody(11, RATE, seed=number), RATE)
    (tmp_path / "m/album.cue").write_text(_sheet(), encoding="utf-8")
    summary = import_folder(library, serial(), tmp_path / "m")
    assert (summary.encoded, summary.exit_code) == (3, 0)


def test_a_film_without_sound_is_a_remark_and_its_music_a_recording(
    library: Library, tmp_path: Path
) -> None:
    write_film(tmp_path / "m/concert.mp4", melody(12, 48_000))
    write_film(tmp_path / "m/silent.mp4", None)
    summary = import_folder(library, serial(), tmp_path / "m")
    assert (summary.exit_code, summary.encoded) == (0, 1)
    assert summary.remarks == ("silent.mp4 is a video without sound and was passed over.",)
    assert summary.failed == ()
