"""CUE sheets: which tracks an album image holds, and what they are called.

A sheet is text of the CD-writing program of its time: English commands, times in minutes, seconds
and frames (75 a second), and no word on its encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from analysis.segments import SEGMENT_S
from errors import UsageError

FRAMES_PER_SECOND = 75
#: A sheet has some kilobytes; what is larger is none.
MOST_BYTES = 1 << 20
_MOST_TRACKS = 999

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_FILE = re.compile(r'(?:"(?P<quoted>.*)"|(?P<bare>.*?))(?:\s+[A-Za-z0-9]+)?\s*$')
_TIME = re.compile(r"(\d+):([0-5]?\d):(\d{1,2})$")
_KEPT_REMARKS = frozenset({"composer", "date", "genre", "instrument"})


class UnusableSheet(ValueError):
    """What is wrong with a sheet, as the rest of a sentence: "line 7: …"."""


@dataclass(frozen=True)
class Track:
    """One track of an album image.

    Attributes
    ----------
    number : int
        As the sheet counts; 0 is sound before the first track.
    start_s, end_s : float, float or None
        Its part of the audio file, seconds; None for the file's end.
    tags : dict
        What the sheet says of it: `title`, `performer`, `album` and more.
    """

    number: int
    start_s: float
    end_s: float | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetFile:
    """One FILE of a sheet: the name that it says, and the tracks in it by their start."""

    name: str
    tracks: tuple[Track, ...]

    @property
    def last_start_s(self) -> float:
        """Where the last track begins: the audio file is longer."""
        return self.tracks[-1].start_s


def read_sheet(raw: bytes, encoding: str = "") -> tuple[SheetFile, ...]:
    """Read a CUE sheet.

    Parameters
    ----------
    raw : bytes
    encoding : str
        Instead of the one that the bytes speak for.

    Raises
    ------
    UnusableSheet
        If it names no tracks, or their places make no sense.
    UsageError
        If there is no such encoding.
    """
    return parse_sheet(decode_text(raw, encoding))


def decode_text(raw: bytes, encoding: str = "") -> str:
    """The text of a sheet: by its byte order mark, as UTF-8, else GB 18030, Big5 or Western."""
    check_encoding(encoding)
    mark = next((name for bom, name in _BOMS.items() if raw.startswith(bom)), "")
    if encoding or mark:
        return raw.decode(encoding or mark, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _likeliest(raw)


def check_encoding(encoding: str) -> None:
    """Refuse what is no encoding; nothing means that each sheet speaks for itself.

    Raises
    ------
    UsageError
    """
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise UsageError(
            f"{encoding!r} is no text encoding: say gb18030, big5 or utf-8, for example."
        ) from error


def _likeliest(raw: bytes) -> str:
    """The reading in which most foreign letters are in common use, GB 18030 before Big5.

    Nearly all bytes of one Chinese encoding are characters of the other too, but rare ones: each
    encoding has a block of common characters, and one of rarer ones behind it.
    """
    likeliest, best = raw.decode("cp1252", "replace"), 0.5
    for encoding, (block, common, rarer) in _BLOCKS.items():
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        leads = [letter.encode(block, "ignore")[:1] for letter in text if letter > "\x7f"]
        score = sum(1.0 if lead in common else rarer for lead in leads if lead)
        if score / max(1, len(leads)) > best:
            likeliest, best = text, score / len(leads)
    return likeliest


def _bytes(*spans: tuple[int, int]) -> frozenset[bytes]:
    return frozenset(bytes([byte]) for first, last in spans for byte in range(first, last + 1))


# Encoding -> the older one that it extends, first bytes of its punctuation and common characters,
# and what a rarer character counts: names in simplified characters need those more often.
_BLOCKS = {
    "gb18030": ("gb2312", _bytes((0xA1, 0xA3), (0xB0, 0xD7)), 0.9),
    "big5hkscs": ("big5", _bytes((0xA1, 0xA3), (0xA4, 0xC6)), 0.5),
}


def parse_sheet(text: str) -> tuple[SheetFile, ...]:
    """The files and tracks of a sheet's text; see :func:`read_sheet`."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        command, _, rest = line.strip().partition(" ")
        act = _COMMANDS.get(command.upper())
        if act is not None:
            try:
                act(reader, rest.strip())
            except UnusableSheet as problem:
                raise UnusableSheet(f"line {number}: {problem}") from None
    return reader.finished()


@dataclass
class _Open:
    """A track that is being read; `starts` are its INDEX 00 and 01 with the file each is in."""

    number: int
    sounds: bool
    tags: dict[str, str] = field(default_factory=dict)
    starts: dict[int, tuple[int, float]] = field(default_factory=dict)


class _Reader:
    """What was read so far."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._album: dict[str, str] = {}
        self._tracks: list[_Open] = []

    def file(self, rest: str) -> None:
        match = _FILE.match(rest)
        assert match is not None  # every text matches
        if len(self._names) == _MOST_TRACKS:
            raise UnusableSheet(f"there are more than {_MOST_TRACKS} files")
        self._names.append((match["quoted"] or match["bare"] or "").strip())

    def track(self, rest: str) -> None:
        number, _, kind = rest.partition(" ")
        if not self._names:
            raise UnusableSheet("a TRACK stands before any FILE")
        if not (number.isascii() and number.isdigit()) or len(number) > 3:
            raise UnusableSheet(f"TRACK {number[:20]} is no number")
        if len(self._tracks) == _MOST_TRACKS:
            raise UnusableSheet(f"there are more than {_MOST_TRACKS} tracks")
        self._tracks.append(_Open(int(number), kind.strip().upper() in ("", "AUDIO")))

    def index(self, rest: str) -> None:
        number, _, time = rest.partition(" ")
        match = _TIME.match(time.strip())
        if not self._tracks:
            raise UnusableSheet("an INDEX stands before any TRACK")
        if match is None or not (number.isascii() and number.isdigit()):
            raise UnusableSheet(f"INDEX {rest[:30]} is no time (minutes:seconds:frames)")
        minutes, seconds, frames = map(int, match.groups())
        start_s = 60 * minutes + seconds + frames / FRAMES_PER_SECOND
        self._tracks[-1].starts[int(number)] = (len(self._names) - 1, start_s)

    def text(self, name: str) -> Callable[[str], None]:
        def keep(rest: str) -> None:
            value = " ".join(rest.strip().strip('"').split())
            if value:
                (self._tracks[-1].tags if self._tracks else self._album)[name] = value

        return keep

    def remark(self, rest: str) -> None:
        key, _, value = rest.partition(" ")
        if key.lower() in _KEPT_REMARKS:
            self.text(key.lower())(value)

    def finished(self) -> tuple[SheetFile, ...]:
        by_file: list[list[Track]] = [[] for _ in self._names]
        seen: set[int] = set()
        for track in self._tracks:
            if not track.sounds:
                continue
            start = track.starts.get(1, track.starts.get(0))
            if start is None:
                raise UnusableSheet(f"track {track.number} has no INDEX 01")
            if track.number in seen:
                raise UnusableSheet(f"track {track.number} is there twice")
            seen.add(track.number)
            by_file[start[0]].append(Track(track.number, start[1], None, self._tags(track)))
        if not seen:
            raise UnusableSheet("it names no tracks")
        return tuple(
            SheetFile(name, _spans(tracks))
            for name, tracks in zip(self._names, by_file, strict=True)
            if tracks
        )

    def _tags(self, track: _Open) -> dict[str, str]:
        album = {("album" if key == "title" else key): text for key, text in self._album.items()}
        name = f"{self._album['title']}, " if "title" in self._album else ""
        return {"title": f"{name}{track.number:02d}"} | album | track.tags


_COMMANDS: dict[str, Callable[[_Reader, str], None]] = {
    "FILE": _Reader.file,
    "TRACK": _Reader.track,
    "INDEX": _Reader.index,
    "REM": _Reader.remark,
    "TITLE": lambda reader, rest: reader.text("title")(rest),
    "PERFORMER": lambda reader, rest: reader.text("performer")(rest),
    "SONGWRITER": lambda reader, rest: reader.text("composer")(rest),
}


def _spans(tracks: list[Track]) -> tuple[Track, ...]:
    """The tracks of one file, each until the next begins: a pause belongs to what it follows."""
    spans: list[Track] = []
    for track in tracks:
        if spans:
            before = spans[-1]
            if track.start_s <= before.start_s:
                raise UnusableSheet(f"track {track.number} begins before track {before.number}")
            spans[-1] = replace(before, end_s=track.start_s)
        spans.append(track)
    first = spans[0]
    if first.start_s >= SEGMENT_S and first.number == 1:
        # Some CDs hide a piece before their first track.
        tags = first.tags | {"title": f"{first.tags.get('album', 'Album')}, before track 1"}
        spans.insert(0, Track(0, 0.0, first.start_s, tags))
    return tuple(spans)
