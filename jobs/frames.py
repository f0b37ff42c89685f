"""How far a worker is with a map, and what it looks like so far: one small file, written often.

Workers answer once, at their end. What they show before it goes through the library's folder,
which every worker shares, also those of another machine. The same way back goes the word that
nobody wants the map any more: nothing else reaches a worker that computes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from data.files import sweep, temporary_prefix, write_atomically
from errors import DiskFull

Progress = Callable[[int, int, str], None]
Show = Callable[[NDArray[np.float32]], None]

#: Seconds between two frames that are written, and between two looks at the file.
EVERY_S, LOOK_S = 0.3, 0.15


class Stopped(Exception):
    """What a worker computed is no longer wanted."""


class FrameWriter:
    """The worker's side.

    Parameters
    ----------
    path : str
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._positions = np.empty((0, 2), np.float32)
        self._written = 0.0

    def sketch(self, positions: NDArray[np.float32]) -> None:
        """Keep the places for the next frame."""
        self._positions = positions

    def progress(self, done: int, total: int, message: str) -> None:
        """Write a frame, unless one was written a moment ago.

        Raises
        ------
        Stopped
            If whoever follows the frames wants no more of them.
        """
        now = time.monotonic()
        if now - self._written < EVERY_S:
            return
        self._written = now
        if _stop_of(self._path).exists():
            raise Stopped
        facts = {"done": str(done), "total": str(total), "message": message}
        # Nobody misses a frame that could not be written; the map itself is what counts.
        with suppress(OSError, DiskFull):
            write_atomically(self._path, save({"positions": self._positions}, facts))


@contextmanager
def followed(folder: Path, report: Progress, show: Show) -> Iterator[Path]:
    """A file for a worker's frames, which are handed on until the block ends.

    Parameters
    ----------
    folder : Path
        That workers can write to.
    report : callable
        ``report(done, total, message)``. What it raises stops the worker at its next frame, and
        is raised where the block ends.
    show : callable
        Called with positions, float32 [shape=(n, 2)], where a frame has any.
    """
    sweep(folder)
    path = folder / f"{temporary_prefix('frame')}{uuid4().hex}.safetensors"
    over, problems = threading.Event(), list[Exception]()

    def look() -> None:
        try:
            _look(path, over, report, show)
        except Exception as problem:
            problems.append(problem)
            with suppress(OSError):  # it then ends with its map
                _stop_of(path).touch()

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    with suppress(Stopped):  # why, is said below
        try:
            yield path
        finally:
            over.set()
            looking.join()
            path.unlink(missing_ok=True)
            _stop_of(path).unlink(missing_ok=True)
    if problems:
        raise problems[0]


def _look(path: Path, over: threading.Event, report: Progress, show: Show) -> None:
    seen = 0
    while not over.wait(LOOK_S):
        try:
            written = path.stat().st_mtime_ns
            if written == seen:
                continue
            seen = written
            with safe_open(path, framework="numpy") as file:
                facts, positions = file.metadata(), file.get_tensor("positions")
        except (OSError, SafetensorError):
            continue
        report(int(facts["done"]), int(facts["total"]), facts["message"])
        if len(positions):
            show(positions)


def _stop_of(path: Path) -> Path:
    """The file beside a frame that stops its worker."""
    return path.with_suffix(".stop")
