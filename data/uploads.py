"""Recordings that come through the page: files of a batch, written whole or not at all.

A batch is a folder of ``uploads/``. While its files come in, its name begins with a dot, so that
no scan sees it; a file that is on its way has such a name too. What was sent before a browser
was closed is kept, and taken in like any other batch.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from data.decoding import AUDIO_SUFFIXES
from data.library import Library
from errors import UserError
from language import N_

#: What is taken besides sound: tables of labels, and what says where the tracks of an album are.
COMPANIONS = frozenset({".csv", ".tsv", ".cue"})
#: A batch that nobody has added to for so long is closed.
ABANDONED_S = 3600.0

_BATCH = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_LONGEST_NAME = 200  # bytes of UTF-8; file systems end at 255
_DEEPEST = 12
#: What was announced for a batch; the name is hidden from scans.
_EXPECTED = ".expected.json"
_UNEXPECTED = N_("These files are not expected any more: add them again.")
#: Bytes that the frame of a form may add to its file.
_FRAME = 20_000


@dataclass(frozen=True)
class Limits:
    """What one batch may hold, bytes and files.

    Attributes
    ----------
    file : int
        Bytes of one file.
    files : int
    free : int
        Bytes that stay free on the disk.
    """

    file: int
    files: int
    free: int


class Uploads:
    """The folder ``uploads/`` of a library.

    Parameters
    ----------
    library : Library
    limits : Limits, optional
        None where nothing is taken in here.
    """

    def __init__(self, library: Library, limits: Limits | None = None) -> None:
        self._folder = library.uploads_folder
        self._limits = limits

    def begin(self, files: Sequence[tuple[str, int]]) -> str:
        """Make room for a batch.

        Parameters
        ----------
        files : sequence of (str, int)
            Path and size in bytes of each.

        Returns
        -------
        batch : str

        Raises
        ------
        UserError
            If there are too many, one is too large, or the disk would be full.
        """
        limits = self._limits_given()
        if not files:
            raise UserError(N_("There are no recordings among these files."))
        if len(files) > limits.files:
            raise UserError(
                N_("{count:,} files are too many at once: add at most {most:,}."),
                count=len(files),
                most=limits.files,
            )
        for path, size in files:
            _check_size(path, size, limits)
            safe_path(path)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._check_room(sum(size for _, size in files))
        began = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        batch = f"{began}-{secrets.token_hex(4)}"
        folder = self._open(batch)
        folder.mkdir()
        expected = {safe_path(path).as_posix(): size for path, size in files}
        (folder / _EXPECTED).write_text(json.dumps(expected), encoding="utf-8")
        return batch

    @contextmanager
    def receiving(self, batch: str, path: str, length: int) -> Iterator[IO[bytes]]:
        """A file that takes its place in the batch when the block succeeds.

        Parameters
        ----------
        batch : str
        path : str
            As it was announced.
        length : int
            Bytes of the request that the file comes with.

        Raises
        ------
        UserError
            If it was not announced, is longer or shorter than that, or cannot be written.
        """
        folder = self._open(batch)
        relative = safe_path(path)
        size = _expected(folder).get(relative.as_posix())
        if size is None or length > size + _FRAME:
            raise UserError(_UNEXPECTED)
        self._check_room(size)
        target = folder / relative
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".part-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if os.fstat(file.fileno()).st_size != size:
                    raise UserError(N_("The connection ended before the file was whole."))
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.chmod(0o644)
            temporary.replace(target)
        except OSError as error:
            raise UserError(
                N_("“{name}” cannot be kept: {problem}."),
                name=PurePosixPath(path).name,
                problem=error.strerror or str(error),
            ) from error
        finally:
            temporary.unlink(missing_ok=True)

    def finish(self, batch: str) -> bool:
        """Close a batch; False when it holds nothing, and is gone then."""
        folder = self._open(batch)
        if not folder.is_dir():
            return self.folder(batch).is_dir()
        for left in (folder / _EXPECTED, *folder.glob(".part-*")):
            left.unlink(missing_ok=True)
        if not any(path.is_file() for path in folder.rglob("*")):
            shutil.rmtree(folder, ignore_errors=True)
            return False
        folder.replace(self._whole(batch))
        return True

    def abandoned(self, older_s: float = ABANDONED_S) -> list[str]:
        """Batches that nobody has added to for so long, though they were never closed."""
        if not self._folder.is_dir():
            return []
        before = time.time() - older_s
        return sorted(
            path.name[1:]
            for path in self._folder.iterdir()
            if path.name.startswith(".")
            and _BATCH.fullmatch(path.name[1:])
            and max(p.stat().st_mtime for p in [path, *path.rglob("*")]) < before
        )

    def folder(self, batch: str) -> Path:
        """Where a closed batch is imported from: beside its table, where all lies beside it."""
        whole = self._whole(batch)
        table = _table(whole)
        if table is not None and all(table.parent in path.parents for path in _files(whole)):
            return table.parent
        return whole

    def table(self, batch: str) -> Path | None:
        """The batch's table of labels: a CSV with a column ``path``."""
        return _table(self._whole(batch))

    def _limits_given(self) -> Limits:
        if self._limits is None:
            raise ValueError("no limits were given: nothing can be taken in")
        return self._limits

    def _open(self, batch: str) -> Path:
        return self._folder / f".{_checked(batch)}"

    def _whole(self, batch: str) -> Path:
        return self._folder / _checked(batch)

    def _check_room(self, size: int) -> None:
        limits = self._limits_given()
        free = shutil.disk_usage(self._folder).free
        if size > free - limits.free:
            raise UserError(
                N_("There is no room for these files: {needed} are needed, {free} are free."),
                needed=_megabytes(size),
                free=_megabytes(max(0, free - limits.free)),
            )


def safe_path(path: str) -> Path:
    """The relative path under which a browser's file is kept.

    Raises
    ------
    UserError
        If it is no sound and no table, or leads out of its folder.
    """
    parts = [
        unicodedata.normalize("NFC", _FORBIDDEN.sub("_", part)).strip()
        for part in path.replace("\\", "/").split("/")
    ]
    parts = [part for part in parts if part]
    name = parts[-1] if parts else ""
    if not parts or len(parts) > _DEEPEST or any(part.startswith(".") for part in parts):
        raise UserError(N_("“{name}” has a name that cannot be kept."), name=path[-80:])
    if any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts):
        raise UserError(N_("“{name}” has a name that is too long."), name=name[:80])
    if PurePosixPath(name).suffix.lower() not in AUDIO_SUFFIXES | COMPANIONS:
        raise UserError(N_("“{name}” is no recording, and no table of labels."), name=name)
    return Path(*parts)


def _check_size(path: str, size: int, limits: Limits) -> None:
    if size > limits.file:
        raise UserError(
            N_("“{name}” is too large: a file may have {most}."),
            name=PurePosixPath(path).name,
            most=_megabytes(limits.file),
        )


def _checked(batch: str) -> str:
    if not _BATCH.fullmatch(batch):
        raise UserError(_UNEXPECTED)
    return batch


def _expected(folder: Path) -> dict[str, int]:
    """Path and size of each file that was announced for a batch; none once it is closed."""
    try:
        sizes: dict[str, int] = json.loads((folder / _EXPECTED).read_text(encoding="utf-8"))
    except OSError:
        return {}
    return sizes


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _table(folder: Path) -> Path | None:
    """The table nearest to the top of a folder."""
    tables = [path for path in _files(folder) if path.suffix.lower() == ".csv"]
    named = [path for path in tables if "path" in _first_line(path).lower()]
    return min(named, key=lambda path: (len(path.parts), path), default=None)


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline(4096).decode("utf-8", "replace")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
