"""What can still be read of a damaged SQLite catalogue, row by row.

SQLite gives up a query at the first damaged page. Each row is therefore asked for by its number
alone: only rows on a damaged page are lost.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import JSON, Column, Float, Integer, Table

from data import schema
from data.catalogue import Catalogue

#: Rows that are looked for beyond the last one that was found, where the end is damaged.
_BEYOND = 10_000
_CALLED_AWAY = ("maps",)  # they name recordings by number, which others may get


@dataclass
class Salvage:
    """What was saved.

    Attributes
    ----------
    kept, lost : dict
        Rows, by table; what is lost is not always known.
    roots : list of str
        Imported folders.
    """

    kept: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)

    def said(self) -> str:
        """What was saved and what was not, for people."""
        texts = []
        for name in sorted(self.kept):
            kept, lost = self.kept[name], self.lost.get(name, 0)
            if kept:
                texts.append(f"{kept} {name}" + (f" ({lost} or more lost)" if lost else ""))
        return ", ".join(texts) or "nothing"


def salvage(damaged: Path, target: Path) -> Salvage:
    """Copy what can be read of a damaged catalogue into a new one.

    Parameters
    ----------
    damaged : Path
        Stays as it is.
    target : Path
        A new file, or an older copy of the catalogue, whose rows are kept where none can be read.
        It gets this version's format. Where recordings were lost it has no maps.

    Returns
    -------
    Salvage
    """
    found = Salvage()
    # Of this version's format, and in one file: our rows go in by another connection.
    Catalogue(f"sqlite:///{target}", str(target.parent)).close()
    copy = target.with_name(f"damaged-{target.name}")
    for part in ("", "-wal"):
        if (file := damaged.with_name(damaged.name + part)).is_file():
            shutil.copyfile(file, copy.with_name(copy.name + part))
    with closing(sqlite3.connect(copy)) as old, closing(sqlite3.connect(target)) as new:
        old.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        for table in schema.metadata.sorted_tables:
            _copy_rows(old, new, table, found)
        found.roots = _roots(old, new)
        if found.lost.get("recordings"):
            for name in _CALLED_AWAY:
                new.execute(f"DELETE FROM {name}")
            new.execute("DELETE FROM meta WHERE key = 'current_map'")
        new.commit()
    return found


def _copy_rows(
    old: sqlite3.Connection, new: sqlite3.Connection, table: Table, found: Salvage
) -> None:
    name = table.name
    count = 0
    with suppress(sqlite3.DatabaseError):
        there = [row[1] for row in old.execute(f"PRAGMA table_info({name})")]
        columns = [column for column in table.columns if column.name in there]
        names = ", ".join(f'"{column.name}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        for row in _rows(old, name, names):
            if all(_plausible(*pair) for pair in zip(columns, row, strict=True)):
                new.execute(f"INSERT OR REPLACE INTO {name} ({names}) VALUES ({marks})", row)
                count += 1
    found.kept[name] = count
    with suppress(sqlite3.DatabaseError):
        # Where there is an index, it is read for this instead of the table.
        (total,) = old.execute(f"SELECT count(*) FROM {name}").fetchone()
        if total > count:
            found.lost[name] = total - count
        return
    found.lost[name] = 1  # at least


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple]:
    """Every row that can be read, in the order of their numbers."""
    number, last = 0, _last(old, table)
    while number <= last:
        try:
            query = f"SELECT rowid, {columns} FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT 1"
            row = old.execute(query, (number,)).fetchone()
            if row is None:
                return
            number = row[0] + 1
            yield row[1:]
        except sqlite3.DatabaseError:  # what follows is on a damaged page: go over it
            number += 1


def _last(old: sqlite3.Connection, table: str) -> int:
    """The highest number that a row may have."""
    with suppress(sqlite3.DatabaseError, TypeError):
        (last,) = old.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        return int(last)
    last = 0
    with suppress(sqlite3.DatabaseError):
        for (number,) in old.execute(f"SELECT rowid FROM {table} ORDER BY rowid"):
            last = number
    return last + _BEYOND


def _plausible(column: Column, value: object) -> bool:
    """Whether a value can have been written to a column."""
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, JSON):
        try:
            json.loads(str(value))
        except ValueError:
            return False
        return True
    if isinstance(column.type, Integer):
        return isinstance(value, int)
    if isinstance(column.type, Float):
        return isinstance(value, int | float)
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:  # bytes that never were text
        return False


def _roots(old: sqlite3.Connection, new: sqlite3.Connection) -> list[str]:
    """Imported folders, those of lost rows included where an index still has them."""
    found: set[str] = set()
    for database in (old, new):
        with suppress(sqlite3.DatabaseError):
            found |= {row[0] for row in database.execute("SELECT DISTINCT root FROM recordings")}
        with suppress(sqlite3.DatabaseError):
            facts = database.execute("SELECT key FROM meta WHERE key LIKE 'import:%'")
            found |= {row[0].removeprefix("import:") for row in facts}
    return sorted(found)
