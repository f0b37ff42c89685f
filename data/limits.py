"""What one audio file may cost: its size, the length of its sound, the time that it takes.

Files come from strangers.  One can be huge, one of a few kilobytes can claim to last for years,
and one can catch a decoder in a loop that no exception ends.  A worker that is caught ends
itself: the engine tries the file once more alone and then puts it aside.

Only worker processes are watched; :func:`impose` is called by what prepares them.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_GIB = 1 << 30
#: Reading from a slow disk takes time too: so much is granted to a file besides.
_BYTES_PER_SECOND = 100_000


@dataclass(frozen=True)
class Limits:
    """Limits of one process.

    Attributes
    ----------
    largest_bytes : int
        Of a file.
    longest_s : float
        Of its decoded sound, seconds.
    seconds : int
        That work on a file may take, and a second more for each 100 kB of it; 0: no end.
    """

    largest_bytes: int = 32 * _GIB
    longest_s: float = 24 * 3600.0
    seconds: int = 0

    def refuse(self, size: int) -> str:
        """Why a file of this size is not opened, as the rest of a sentence; or nothing."""
        if size <= self.largest_bytes:
            return ""
        return (
            f"is larger than {self.largest_bytes / _GIB:.3g} GiB, the most that is opened "
            "(MLV_FILE_GIGABYTES)"
        )

    def too_long(self) -> str:
        """Why a file with so much sound is not used, as the rest of a sentence."""
        return (
            f"holds more than {self.longest_s / 3600:.1f} hours of sound: give the workers more "
            "memory (MLV_WORKER_MEMORY, MLV_FILE_HOURS), or cut it"
        )

    def allowed_s(self, size: int) -> float:
        """Seconds that work on a file of this size may take."""
        return self.seconds + size / _BYTES_PER_SECOND


_imposed = Limits()


def limits() -> Limits:
    """The limits of this process."""
    return _imposed


def impose(limits: Limits) -> None:
    """Set the limits of this process, from now on and for all files."""
    global _imposed
    _imposed = limits


@contextmanager
def watched(size: int) -> Iterator[None]:
    """End this process when the block takes longer than a file of `size` bytes may.

    The watch is a thread of the interpreter that needs no lock of it, so that a decoder which
    never comes back to Python is ended as well.
    """
    if not _imposed.seconds:
        yield
        return
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(_imposed.allowed_s(size), exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
