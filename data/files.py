"""Reading and writing files so that a kill at any moment leaves nothing half-made."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from errors import DiskFull

# Bytes of a file name that are no UTF-8 reach Python as lone surrogates U+DC80..U+DCFF,
# which neither a database nor JSON can hold. They are kept in this private-use range.
_SURROGATE_BASE = 0xDC80
_PRIVATE_BASE = 0xEF80
_TO_STORED = {_SURROGATE_BASE + byte: _PRIVATE_BASE + byte for byte in range(128)}
_TO_REAL = {_PRIVATE_BASE + byte: _SURROGATE_BASE + byte for byte in range(128)}

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Less than this is no room: libraries written in C say "input/output error" then, or worse.
_NO_ROOM_BYTES = 1 << 16
# Ours, of this machine (and container) and process: ".name-~1a2b3c4d.4711-xyz".
_TEMPORARY = re.compile(r"\..*-~([0-9a-f]{8})\.(\d+)-")
_A_DAY_S = 86_400


def sha256_of(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block succeeds.

    The content is synced to disk before the rename; when the block raises, the temporary
    file is removed and `path` stays as it was. The suffix is kept, because some writers
    choose their format by it.

    Raises
    ------
    DiskFull
        If there is no room for it, whatever the writer in the block made of that.
    """
    path = Path(path)
    with room_for(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(
            dir=path.parent, prefix=temporary_prefix(path.stem), suffix=path.suffix
        )
        os.close(descriptor)
        temporary = Path(name)
        try:
            yield temporary
            sync(temporary)
            temporary.chmod(0o644)  # mkstemp's 0600 would hide it from a server of another user
            temporary.replace(path)
            sync(path.parent)  # the new name too
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def room_for(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn a full disk, whichever way the block says so, into :class:`errors.DiskFull`."""
    try:
        yield
    except DiskFull:
        raise
    except Exception as error:
        if is_full(error, path):
            raise DiskFull(place=str(Path(path).parent)) from error
        raise


def is_full(error: Exception, path: str | os.PathLike[str]) -> bool:
    """Whether something went wrong because there is no room where `path` was to be written."""
    if getattr(error, "errno", None) in _FULL or "No space left on device" in str(error):
        return True
    folder = next((at for at in Path(path).parents if at.is_dir()), None)
    return folder is not None and shutil.disk_usage(folder).free < _NO_ROOM_BYTES


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_prefix(name: str) -> str:
    """Begin the name of a temporary file or folder, so that :func:`sweep` knows whose it is."""
    return f".{name[:40]}-~{_place()}.{os.getpid()}-"


def sweep(folder: Path) -> None:
    """Remove what killed writers left under `folder`: temporary files and folders.

    One whose process still lives is left alone, and so is one of another machine, or of an
    older version, that was touched within a day.
    """
    for found in [*folder.rglob(".*-*")]:
        with suppress(OSError):
            if not _is_abandoned(found):
                continue
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()


def _is_abandoned(path: Path) -> bool:
    ours = _TEMPORARY.match(path.name)
    if ours and ours[1] == _place():
        return not _lives(int(ours[2]))
    return time.time() - path.stat().st_mtime > _A_DAY_S


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _place() -> str:
    """Within what a process number means something: a machine, or a container on it."""
    numbers = Path("/proc/self/ns/pid")
    space = str(numbers.readlink()) if numbers.is_symlink() else ""
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:8]


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`: afterwards the file is either the old or the whole new one."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def stored_path(relative: Path) -> str:
    """A relative path as the catalogue keeps it: posix, and always valid Unicode."""
    return stored_text(relative.as_posix())


def stored_text(name: str) -> str:
    """Text of a path as the catalogue keeps it: always valid Unicode."""
    return name.translate(_TO_STORED)


def real_path(root: str, path: str) -> Path:
    """The file that a catalogue's `root` and `path` name; the inverse of :func:`stored_path`."""
    return Path(root.translate(_TO_REAL)) / path.translate(_TO_REAL)


def some_of(names: Sequence[str], most: int = 5) -> str:
    """A few names for one line, and how many there are besides: ``a, b and 3 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def readable_name(path: str) -> str:
    """A stored path for people's eyes, in one line.

    Bytes that are no UTF-8 are read as GB 18030. Line breaks and other control characters, by which
    a name could command a terminal, are blanks.
    """
    raw = path.translate(_TO_REAL).encode("utf-8", "surrogateescape")
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("gb18030", "replace")
    return _CONTROL.sub(" ", name)
