"""Locks between processes on one library: they are gone with the process that held them.

They are advisory locks on files in the library's folder, which the system lets go of however a
process ends, in a container or on another host too: no number of a process has to be trusted.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from errors import UserError

_FOLDER = ".locks"
_WRITING = "writing"
_LOOK_AGAIN_S = 0.5
_STARTED = datetime.now(UTC).isoformat(timespec="seconds")


def this_process() -> str:
    """Names this process for people: host, process id, when it began."""
    return f"{socket.gethostname()} {os.getpid()} {_STARTED}"


@contextmanager
def locked(folder: Path, name: str) -> Iterator[bool]:
    """Hold a lock of a library while the block runs.

    Yields
    ------
    held : bool
        False when somebody else holds it, in this process or another one.

    Raises
    ------
    UserError
        If the library cannot be written.
    """
    descriptor = _open(folder / _FOLDER, name)
    try:
        held = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = False
        yield held
    finally:
        os.close(descriptor)


@contextmanager
def writing(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only one who imports, encodes or maps on this library; wait for who does.

    Parameters
    ----------
    folder : Path
        The library's: its catalogue may be damaged.
    waiting : callable
        Called twice a second while somebody else writes; what it raises ends the wait.
    """
    while True:
        with locked(folder, _WRITING) as held:
            if held:
                yield
                return
        waiting()
        time.sleep(_LOOK_AGAIN_S)


def forget_lock(folder: Path, name: str) -> None:
    """Remove the file of a lock that nobody will ask for again."""
    with suppress(OSError):
        (folder / _FOLDER / name).unlink()


def _open(locks: Path, name: str) -> int:
    try:
        locks.mkdir(exist_ok=True)
        return os.open(locks / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UserError(f"The library cannot be written: {error.strerror or error}.") from error
