"""Where the sound of a recording is: an audio file, or a track's part of one.

Everything that decodes takes a :class:`Source`, so that a track of an album image is a recording
like any other: it begins at 0 s and ends where its sound ends.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.files import readable_name, sha256_of


@dataclass(frozen=True)
class Source:
    """A part of an audio file.

    Attributes
    ----------
    file : str
        Path of the audio file.
    start_s, end_s : float, float or None
        The part, seconds from the file's beginning; None for the file's end.
    """

    file: str
    start_s: float = 0.0
    end_s: float | None = None

    @classmethod
    def of(cls, audio: Source | str | os.PathLike[str]) -> Source:
        """A source as it is, and the whole of a file."""
        return audio if isinstance(audio, Source) else cls(os.fspath(audio))

    @property
    def path(self) -> Path:
        """The audio file."""
        return Path(self.file)

    @property
    def name(self) -> str:
        """The file's name for people's eyes."""
        return readable_name(self.path.name)

    @property
    def is_whole(self) -> bool:
        """True when this is all of the file."""
        return self.start_s == 0 and self.end_s is None

    def part(self, start_s: float, end_s: float | None = None) -> Source:
        """A part of this part, in seconds from its own beginning."""
        end = None if end_s is None else self.start_s + end_s
        ends = [s for s in (end, self.end_s) if s is not None]
        return Source(self.file, self.start_s + start_s, min(ends, default=None))

    def content_id(self) -> str:
        """What names this sound wherever its file lies, 64 hexadecimal digits; reads the file.

        Raises
        ------
        OSError
            If the file cannot be read.
        """
        if self.is_whole:
            return sha256_of(self.file)
        status = self.path.stat()
        album = _sha256_once(self.file, status.st_size, status.st_mtime_ns)
        return track_id(album, self.start_s, self.end_s)


def track_id(album: str, start_s: float, end_s: float | None) -> str:
    """The content id of a part of a file: from the file's SHA-256 and where the part is."""
    end = "" if end_s is None else repr(float(end_s))
    return hashlib.sha256(f"{album}:{float(start_s)!r}-{end}".encode()).hexdigest()


@lru_cache(maxsize=16)
def _sha256_once(file: str, size: int, mtime_ns: int) -> str:
    # The tracks of an album come to a worker one after the other: gigabytes are hashed once.
    return sha256_of(file)
