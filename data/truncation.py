"""Does a file end before its own container says so?

FFmpeg decodes what is there and, for some containers, reports the duration of what is
there: a truncated Ogg or WAV file looks like a shorter whole one.  Their own structure
tells the difference.  For MP3 and AMR the duration may be a mere guess from the first frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

_PAGE_MARK = b"OggS"
_LARGEST_PAGE = 27 + 255 + 255 * 255  # header, lacing table, content
_END_OF_STREAM = 0x04
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # what a recorder writes that cannot go back


def ends_early(path: Path) -> bool:
    """True when an Ogg or WAV file is cut off by its own structure.

    Files of other formats are never said to end early: their headers give a duration,
    which is compared with what was decoded.
    """
    with path.open("rb") as file:
        mark = file.read(4)
        if mark == _PAGE_MARK:
            return _ogg_ends_early(file)
        return mark == b"RIFF" and _wav_ends_early(file)


def duration_is_a_guess(path: Path) -> bool:
    """True for an MPEG, ADTS or AMR stream without a header that counts its frames."""
    with path.open("rb") as file:
        start = file.read(10)
        if start[:3] == b"ID3":
            # The tag's size: four bytes of seven bits.
            a, b, c, d = start[6:10]
            file.seek((a << 21 | b << 14 | c << 7 | d) + 10)
            start = b""
        start += file.read(200)
    if start.startswith(b"#!AMR"):
        return True
    is_frame = len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0
    return is_frame and not any(mark in start for mark in (b"Xing", b"Info", b"VBRI"))


def _ogg_ends_early(file: IO[bytes]) -> bool:
    """The last page is cut off, or is not marked as the last."""
    file.seek(0, 2)
    file.seek(-min(file.tell(), 2 * _LARGEST_PAGE), 2)
    tail = file.read()
    page = tail.rfind(_PAGE_MARK)
    if page < 0 or len(tail) < page + 27:
        return True
    lacing = tail[page + 27 : page + 27 + tail[page + 26]]
    end = page + 27 + tail[page + 26] + sum(lacing)
    return end > len(tail) or not tail[page + 5] & _END_OF_STREAM


def _wav_ends_early(file: IO[bytes]) -> bool:
    """The chunk of samples is longer than the file."""
    file.seek(0, 2)
    end = file.tell()
    place = 12
    while place + 8 <= end:
        file.seek(place)
        name, size = file.read(4), int.from_bytes(file.read(4), "little")
        if name == b"data":
            return size not in _UNKNOWN_SIZES and place + 8 + size > end
        place += 8 + size + size % 2
    return False
