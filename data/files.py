"""Reading and writing files so that a kill at any moment leaves nothing half-made."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Bytes of a file name that are no UTF-8 reach Python as lone surrogates U+DC80..U+DCFF,
# which neither a database nor JSON can hold. They are kept in this private-use range.
_SURROGATE_BASE = 0xDC80
_PRIVATE_BASE = 0xEF80
_TO_STORED = {_SURROGATE_BASE + byte: _PRIVATE_BASE + byte for byte in range(128)}
_TO_REAL = {_PRIVATE_BASE + byte: _SURROGATE_BASE + byte for byte in range(128)}


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
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=path.suffix
    )
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp's 0600 would hide it from a server of another user
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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


def readable_name(path: str) -> str:
    """A stored path for people's eyes: bytes that are no UTF-8 are read as GB 18030."""
    raw = path.translate(_TO_REAL).encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
