"""Album images: which audio file a CUE sheet speaks of, and one recording for each of its tracks.

Sheets were written before the audio was packed, renamed or copied: the name that one says is a
hint.  What is there decides.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from data.cue import SheetFile, Track
from data.files import readable_name
from data.scanning import AudioFile

#: What became of a row for the whole of a file that is an album image now.
IS_ALBUM = "is an album image: its tracks are recordings of their own"
NO_TRACK = "is no longer a track of its album"
#: Rows of such reasons stand for nothing any more, wherever their content turns up.
SUPERSEDED = (IS_ALBUM, NO_TRACK)

#: Seconds of an audio file by its path; `UNREADABLE` where it cannot be opened, and None where
#: its header does not say.
Lengths = Callable[[str], float | None]
UNREADABLE = -1.0


@dataclass(frozen=True)
class Verdict:
    """What a sheet is good for.

    Attributes
    ----------
    audio : tuple of str
        For each FILE of the sheet the path of the audio file that is cut; empty where none is.
    problem : str
        One sentence for people, or nothing.
    """

    audio: tuple[str, ...] = ()
    problem: str = ""


def judge(
    sheet: str, files: Sequence[SheetFile], there: Sequence[str], length_of: Lengths
) -> Verdict:
    """Find the audio files that a sheet speaks of.

    Parameters
    ----------
    sheet : str
        Its path.
    files : sequence of SheetFile
    there : sequence of str
        Paths of the audio files in the sheet's folder and below.
    length_of : callable
        Asked only for files that may be meant.
    """
    named = [_named(sheet, file.name, there) for file in files]
    folder = PurePosixPath(sheet).parent
    free = [p for p in there if PurePosixPath(p).parent == folder and p not in named]
    audio = ["" for _ in files]
    for place, file in enumerate(files):
        if len(file.tracks) < 2:
            continue  # already a file of its own
        found = named[place] or _meant(sheet, file, free, length_of)
        if found is None:
            return Verdict(problem=_ambiguous(sheet, file))
        length = length_of(found) if found else UNREADABLE
        if length is not None and 0 <= length <= file.last_start_s:
            return Verdict(problem=_too_short(sheet, file, found, length))
        audio[place] = "" if length == UNREADABLE else found
    return Verdict(tuple(audio))


def track_files(album: AudioFile, tracks: Iterable[Track]) -> list[AudioFile]:
    """The tracks of an album image as recordings to import."""
    return [
        replace(
            album,
            path=f"{album.path}#{track.number:02d}",
            audio=album.path,
            start_s=track.start_s,
            end_s=track.end_s,
            tags=track.tags,
        )
        for track in tracks
    ]


def own_tags(track: AudioFile, tags: Mapping[str, str]) -> dict[str, str]:
    """Tags of a track: its sheet's over its file's, whose title is the album's."""
    return {key: text for key, text in tags.items() if key != "title"} | track.tags


def _named(sheet: str, name: str, there: Sequence[str]) -> str:
    """The audio file that has this name, or one that differs by case or format only."""
    parts = PurePosixPath(name.replace("\\", "/"))
    folder = PurePosixPath(sheet).parent
    # Some sheets know where the file lay on the disk of whoever wrote it.
    for wanted in (folder / parts, folder / parts.name):
        for alike in (_same, _stem):
            found = [p for p in there if alike(PurePosixPath(p)) == alike(wanted)]
            if len(found) == 1:
                return found[0]
    return ""


def _meant(sheet: str, file: SheetFile, free: Sequence[str], length_of: Lengths) -> str | None:
    """The audio file that a FILE of another name must mean: "" for none, None where it is open."""
    if not free:
        return ""
    own = [p for p in free if _stem(PurePosixPath(p)) == _stem(PurePosixPath(sheet))]
    if len(own) == 1 or len(free) == 1:
        return (own or free)[0]
    if len(free) >= len(file.tracks):
        return ""  # the album was split into its tracks
    long = [p for p in free if (length_of(p) or UNREADABLE) > file.last_start_s]
    return long[0] if len(long) == 1 else None


def _same(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", readable_name(os.path.normpath(path))).casefold()


def _stem(path: PurePosixPath) -> str:
    return _same(path.with_suffix("")) if path.name else ""


def _ambiguous(sheet: str, file: SheetFile) -> str:
    return (
        f"{readable_name(sheet)}: several audio files could be {file.name}; they are imported "
        "whole. Give one of them the name of the sheet."
    )


def _too_short(sheet: str, file: SheetFile, audio: str, length: float) -> str:
    last = file.tracks[-1]
    return (
        f"{readable_name(sheet)}: track {last.number} begins at {_clock(last.start_s)}, but "
        f"{readable_name(audio)} ends at {_clock(length)}; it is imported whole."
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
