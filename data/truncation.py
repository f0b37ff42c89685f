"""Does a file end before its own container says so?

FFmpeg decodes what is there and, for Ogg, reports the duration of what is there: a
truncated Ogg file looks like a shorter whole one.  Its pages tell the difference.
"""

from __future__ import annotations

from pathlib import Path

_PAGE_MARK = b"OggS"
_LARGEST_PAGE = 27 + 255 + 255 * 255  # header, lacing table, content
_END_OF_STREAM = 0x04


def ends_early(path: Path) -> bool:
    """True when an Ogg file's last page is cut off or is not marked as the last.

    Files of other formats are never said to end early: their headers give a duration,
    which is compared with what was decoded.
    """
    with path.open("rb") as file:
        if file.read(4) != _PAGE_MARK:
            return False
        file.seek(0, 2)
        file.seek(-min(file.tell(), 2 * _LARGEST_PAGE), 2)
        tail = file.read()
    page = tail.rfind(_PAGE_MARK)
    if page < 0 or len(tail) < page + 27:
        return True
    lacing = tail[page + 27 : page + 27 + tail[page + 26]]
    end = page + 27 + tail[page + 26] + sum(lacing)
    return end > len(tail) or not tail[page + 5] & _END_OF_STREAM
