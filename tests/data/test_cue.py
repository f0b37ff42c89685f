"""CUE sheets as programs and people wrote them."""

from __future__ import annotations

import pytest

from data.albums import UNREADABLE, judge
from data.cue import Track, UnusableSheet, decode_text, parse_sheet, read_sheet
from errors import UsageError

SHEET = """REM GENRE "Folk"
REM DATE 1995
PERFORMER "閔惠芬"
TITLE "二泉映月"
FILE "CDImage.wav" WAVE
  TRACK 01 AUDIO
    TITLE "江河水"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "陽關三疊"
    PERFORMER "Guo Yazhi"
    INDEX 00 03:58:60
    INDEX 01 04:01:30
  TRACK 03 AUDIO
    FLAGS DCP
    INDEX 01 09:00:74
"""


def test_tracks_last_until_the_next_one_begins() -> None:
    (file,) = parse_sheet(SHEET)
    assert file.name == "CDImage.wav"
    album = {"genre": "Folk", "date": "1995", "performer": "閔惠芬", "album": "二泉映月"}
    assert file.tracks == (
        Track(1, 0.0, 241.4, album | {"title": "江河水"}),
        Track(2, 241.4, 540 + 74 / 75, album | {"title": "陽關三疊", "performer": "Guo Yazhi"}),
        Track(3, 540 + 74 / 75, None, album | {"title": "二泉映月, 03"}),
    )
    assert file.last_start_s == 540 + 74 / 75


def test_pauses_that_a_ripper_left_in_the_file_before_belong_there() -> None:
    sheet = """FILE "01.wav" WAVE
      TRACK 01 AUDIO
        INDEX 01 00:00:00
      TRACK 02 AUDIO
        INDEX 00 03:00:00
    FILE "02.wav" WAVE
        INDEX 01 00:00:00
      TRACK 03 AUDIO
        INDEX 01 02:00:00"""
    first, second = parse_sheet(sheet)
    assert [(t.number, t.start_s, t.end_s) for t in first.tracks] == [(1, 0.0, None)]
    assert [(t.number, t.start_s, t.end_s) for t in second.tracks] == [
        (2, 0.0, 120.0), (3, 120.0, None),
    ]  # fmt: skip


def test_a_piece_that_is_hidden_before_the_first_track_is_not_lost() -> None:
    sheet = 'FILE "a" WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 {}\n'
    hidden = parse_sheet(sheet.format("01:30:00"))[0].tracks
    assert [(t.number, t.start_s, t.end_s) for t in hidden] == [(0, 0.0, 90.0), (1, 90.0, None)]
    assert len(parse_sheet(sheet.format("00:00:32"))[0].tracks) == 1


def test_careless_spelling_is_understood() -> None:
    sheet = (
        'file My "best" Album.ape\r\n track 1 audio\r\n  title  No quotes\r\n'
        '\tindex 01 0:0:0\r\nTRACK 02 MODE1/2352\nINDEX 01 70:00:00\nTRACK 03 AUDIO\n'
        'TITLE "open\nINDEX 01 75:30:00'
    )  # fmt: skip
    (file,) = parse_sheet(sheet)
    assert file.name == 'My "best" Album.ape'
    assert [(t.tags["title"], t.start_s, t.end_s) for t in file.tracks] == [
        ("No quotes", 0.0, 4530.0), ("open", 4530.0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title",
    ["江河水 阳关三叠", "闵惠芬二胡独奏", "将军令 - 闵惠芬", "渔舟唱晚", "二胡独奏：刘明源"],
)
def test_simplified_sheets_of_no_said_encoding(title: str) -> None:
    text = SHEET.replace("江河水", title).replace("閔惠芬", "闵惠芬").replace("陽關三疊", "x")
    for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
        assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize("title", ["江河水", "閔惠芬二胡獨奏", "台北市立國樂團", "漁舟唱晚"])
def test_traditional_sheets_of_no_said_encoding(title: str) -> None:
    text = SHEET.replace("江河水", title)
    for encoding in ("big5", "utf-8", "utf-16"):
        assert decode_text(text.encode(encoding)) == text


def test_western_letters_and_an_encoding_that_is_said() -> None:
    text = 'TITLE "Café Größe"'
    assert decode_text(text.encode("cp1252")) == text
    assert decode_text("春".encode("shift-jis"), "shift-jis") == "春"
    with pytest.raises(UsageError, match="no text encoding"):
        decode_text(b"", "klingon")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not for us", "names no tracks"),
        ("TRACK 01 AUDIO", "line 1: a TRACK stands before any FILE"),
        ('FILE "a"\nTRACK x AUDIO', "line 2: TRACK x is no number"),
        ('FILE "a"\nINDEX 01 0:0:0', "line 2: an INDEX stands before any TRACK"),
        ('FILE "a"\nTRACK 1 AUDIO\nINDEX 01 1:99:0', "line 3: INDEX 01 1:99:0 is no time"),
        ('FILE "a"\nTRACK 1 AUDIO', "track 1 has no INDEX 01"),
        ('FILE "a"\n' + 2 * "TRACK 1 AUDIO\nINDEX 01 0:0:0\n", "track 1 is there twice"),
        (
            'FILE "a"\nTRACK 1 AUDIO\nINDEX 01 5:0:0\nTRACK 2 AUDIO\nINDEX 01 4:0:0',
            "track 2 begins before track 1",
        ),
        ('FILE "a"\n' * 2000, "more than 999 files"),
    ],
)
def test_a_bad_sheet_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(UnusableSheet, match=problem):
        read_sheet(text.encode())


def test_nonsense_is_no_other_error() -> None:
    for raw in (b"", b"\0" * 100, bytes(range(256)) * 9, b"FILE\nTRACK\nINDEX\nREM\nTITLE"):
        with pytest.raises(UnusableSheet):
            read_sheet(raw)


FILE = parse_sheet(SHEET)


@pytest.mark.parametrize(
    ("there", "lengths", "audio"),
    [
        (["CD/CDImage.wav", "CD/b.flac"], {}, "CD/CDImage.wav"),
        (["CD/cdimage.WAV", "CD/b.flac"], {}, "CD/cdimage.WAV"),
        (["CD/CDImage.ape", "CD/b.flac"], {}, "CD/CDImage.ape"),
        (["CD/other.flac"], {}, "CD/other.flac"),
        (["CD/other.flac", "CD/Disc 1.flac"], {}, "CD/Disc 1.flac"),
        (["CD/a.flac", "CD/b.flac"], {"CD/a.flac": 60.0, "CD/b.flac": 3000.0}, "CD/b.flac"),
        (["CD/01.flac", "CD/02.flac", "CD/03.flac"], {}, ""),  # split already
        (["CD/more/01.flac"], {}, ""),
        ([], {}, ""),
        (["CD/CDImage.wav"], {"CD/CDImage.wav": UNREADABLE}, ""),  # fails by itself
        (["CD/CDImage.wav"], {"CD/CDImage.wav": None}, "CD/CDImage.wav"),
    ],
)
def test_the_audio_that_a_sheet_means(there: list[str], lengths: dict, audio: str) -> None:
    verdict = judge("CD/Disc 1.cue", FILE, there, lambda path: lengths.get(path, 3000.0))
    assert verdict.problem == ""
    assert verdict.audio == (audio,)


def test_where_no_audio_is_meant_one_sentence_says_why() -> None:
    open_ = judge("x.cue", FILE, ["a.flac", "b.flac"], lambda path: 3000.0)
    assert open_.problem.startswith("x.cue: several audio files could be CDImage.wav")
    short = judge("x.cue", FILE, ["CDImage.flac"], lambda path: 500.0)
    assert short.problem == (
        "x.cue: track 3 begins at 9:00, but CDImage.flac ends at 8:20; it is imported whole."
    )
