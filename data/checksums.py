"""SHA-256 of those files of a library that carry no sums of their own (:mod:`data.sealed`).

Copies for browsers, scales, uploads and what versions before have written: their sums are taken
down when they are first seen, and compared from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from data.schema import checksums


@dataclass(frozen=True)
class Checksum:
    """What a file holds: SHA-256, 64 hexadecimal digits, and its size, bytes."""

    sha256: str
    size: int


class Checksums:
    """Rows of the table ``checksums``, by path in the library's folder, posix."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> dict[str, Checksum]:
        """Every sum that was taken down."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(checksums)).mappings()
            return {row["path"]: Checksum(row["sha256"], row["size"]) for row in rows}

    def keep(self, found: Mapping[str, Checksum]) -> None:
        """Take sums down; those of the same paths are replaced."""
        rows = [{"path": path, "sha256": s.sha256, "size": s.size} for path, s in found.items()]
        if not rows:
            return
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(checksums)
        new = {name: statement.excluded[name] for name in ("sha256", "size")}
        statement = statement.on_conflict_do_update(index_elements=["path"], set_=new)
        with self._engine.begin() as connection:
            connection.execute(statement, rows)

    def forget(self, paths: list[str]) -> None:
        """Drop the sums of files that are gone."""
        with self._engine.begin() as connection:
            for path in paths:
                connection.execute(checksums.delete().where(checksums.c.path == path))
