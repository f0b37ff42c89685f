"""Opening a catalogue's database, copying it while others write, and saying its faults.

Whatever goes wrong inside SQLite reaches the user as one of four sentences: the disk is full,
the catalogue is damaged, it may not be written, or somebody else holds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from data.files import atomic_path, is_full
from errors import DiskFull, UserError
from language import N_

_WAIT_S = 30
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN)


class DamagedCatalogue(UserError):
    """The database does not hold what was written to it."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "The catalogue of the library {where} is damaged: run "
                "'musiclatentvis verify --repair --library {where}'."
            ),
            where=where,
        )


def open_database(url: str, where: str) -> Engine:
    """Open a catalogue's database, without looking into it.

    Parameters
    ----------
    url : str
        SQLAlchemy URL.
    where : str
        Names the library in messages.

    Raises
    ------
    UserError
        If nothing can be opened at this URL.
    """
    try:
        engine = create_engine(url)
    except (ImportError, NoSuchModuleError, SQLAlchemyError) as error:
        raise UserError(f"The catalogue at {url!r} cannot be opened: {error}.") from error
    if engine.dialect.name == "sqlite":

        def set_up(connection: sqlite3.Connection, _record: Any) -> None:
            try:
                # Readers never wait for the writer; a second writer waits instead of failing.
                connection.execute(f"PRAGMA busy_timeout = {_WAIT_S * 1000}")
                connection.execute("PRAGMA journal_mode = WAL")
                # With NORMAL, the labels that somebody typed last would be lost with the power.
                connection.execute("PRAGMA synchronous = FULL")
            except sqlite3.Error as error:
                raise _said(error, where, file_of(engine)) or error from error

        def explain(context: ExceptionContext) -> UserError | None:
            return _said(context.original_exception, where, file_of(engine))

        event.listen(engine, "connect", set_up)
        event.listen(engine, "handle_error", explain)
    return engine


def file_of(engine: Engine) -> Path | None:
    """The file of a SQLite database; None for any other."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at this moment, whoever writes to it.

    Raises
    ------
    DiskFull
    DamagedCatalogue
        If it cannot be read, or is damaged.
    """
    with atomic_path(target) as temporary, _connected(source) as ours:
        copy = sqlite3.connect(temporary)
        try:
            ours.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file that stands alone
        finally:
            copy.close()
        if faults(temporary):
            raise DamagedCatalogue(str(source.parent))


def replace_content(source: Path, target: Path) -> None:
    """Give a SQLite database the content of another, in one step for all who use it.

    Raises
    ------
    DiskFull
    DamagedCatalogue
        If it is too damaged to be written to.
    UserError
        If somebody holds it for long.
    """
    with _connected(source) as new, _connected(target) as live:
        live.execute(f"PRAGMA busy_timeout = {_WAIT_S * 1000}")
        live.execute("PRAGMA synchronous = FULL")
        new.backup(live)


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong in a database; empty where all is well."""
    try:
        with _connected(path) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
    except (sqlite3.DatabaseError, DamagedCatalogue) as error:
        return [str(error.__cause__ or error)]
    return [] if found == ["ok"] else found


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=_WAIT_S)
    try:
        yield connection
    except sqlite3.Error as error:
        raise _said(error, str(path.parent), path) or error from error
    finally:
        connection.close()


def _said(error: BaseException | None, where: str, path: Path | None) -> UserError | None:
    """A fault of SQLite as a sentence; None for what is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(place=where)
    if code == sqlite3.SQLITE_IOERR and isinstance(error, Exception) and path is not None:
        if is_full(error, path):
            return DiskFull(place=where)
        return UserError(
            N_(
                "The disk of the library {where} reports errors: replace it, then restore a backup."
            ),
            where=where,
        )
    if code in _DAMAGE:
        return DamagedCatalogue(where)
    if code in _FORBIDDEN:
        return UserError(
            N_("The library {where} may not be written: change the permissions of its folder."),
            where=where,
        )
    if code in _BUSY:
        return UserError(
            N_("The library {where} is in use by another program for long: try again later."),
            where=where,
        )
    return None
