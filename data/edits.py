"""Changes that a person makes to recordings: labels, and which of them are shown.

The audio files are never touched.  Each change is a row that says what every recording was
before and after, so that it can be undone, and done again, as long as nothing newer stands on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from data.catalogue import Catalogue
from data.metadata import LABELS
from data.schema import changes, recordings
from data.times import now
from errors import UserError
from language import N_

LONGEST_LABEL = 500
_AT_ONCE = 500  # ids in one statement; SQLite takes 32,766 values


@dataclass(frozen=True)
class Change:
    """Something that a person did.

    Attributes
    ----------
    id : int
    made : str
        ISO 8601 in UTC.
    who : str
        May be empty.
    kind : str
        ``"edit"``, ``"retire"`` or ``"restore"``.
    rows : list of dict
        ``{"id", "before", "after"}`` and for an edit the ``"field"``; values of an edit are what
        was typed, None where nothing was; else they are states.
    undone : str or None
        When it was taken back.
    """

    id: int
    made: str
    who: str
    kind: str
    rows: list[dict[str, Any]]
    undone: str | None = None


class Changes:
    """The undoable changes of a library.

    Parameters
    ----------
    catalogue : Catalogue
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def edit(self, ids: Collection[int], field: str, value: str | None, who: str = "") -> int:
        """Give recordings a label.

        Parameters
        ----------
        ids : collection of int
        field : str
            ``"title"``, ``"performer"`` or ``"instrument"``.
        value : str or None
            None, or nothing but blanks, goes back to what tables, tags and folders say.
        who : str
            Whose change it is.

        Returns
        -------
        count : int
            Recordings that have changed.

        Raises
        ------
        UserError
            If there is no such field, or the label is too long.
        """
        if field not in LABELS:
            raise UserError(N_("There is no label “{field}”."), field=field)
        value = " ".join((value or "").split()) or None
        if value is not None and len(value) > LONGEST_LABEL:
            raise UserError(
                N_("A label has {count} characters at most: choose a shorter one."),
                count=LONGEST_LABEL,
            )
        with self._catalogue.changing() as connection:
            rows = [
                {"id": row.id, "field": field, "before": row.edits.get(field), "after": value}
                for row in _read(connection, ids)
                # What tables and tags say already need not be typed over them.
                if row.edits.get(field) != value and getattr(row, field) != value
            ]
            return self._do(connection, "edit", rows, who)

    def retire(self, ids: Collection[int], who: str = "") -> int:
        """Take recordings out: they stay in the library, and are neither shown nor mapped."""
        with self._catalogue.changing() as connection:
            found = [row for row in _read(connection, ids) if row.state in ("ready", "duplicate")]
            return self._do(connection, "retire", _states(found, "retired"), who)

    def restore(self, ids: Collection[int], who: str = "") -> int:
        """Bring retired recordings back."""
        with self._catalogue.changing() as connection:
            found = [row for row in _read(connection, ids) if row.state == "retired"]
            return self._do(connection, "restore", _states(found, "ready"), who)

    def undo(self) -> Change | None:
        """Take the last change back; None when there is none."""
        return self._travel(self._last(), now())

    def redo(self) -> Change | None:
        """Do again what was taken back last; None when there is nothing."""
        return self._travel(self._next(), None)

    def steps(self) -> tuple[Change | None, Change | None]:
        """What :meth:`undo` would take back and what :meth:`redo` would do again."""
        return self._last(), self._next()

    def all(self) -> list[Change]:
        """Every change that was ever made, newest first."""
        with self._catalogue.reading() as connection:
            rows = connection.execute(select(changes).order_by(changes.c.id.desc())).mappings()
            return [Change(**row) for row in rows]

    def _do(self, connection: Connection, kind: str, rows: list[dict[str, Any]], who: str) -> int:
        if rows:
            _apply(connection, kind, rows, "after")
            values = {"made": now(), "who": who.strip(), "kind": kind, "rows": rows}
            connection.execute(changes.insert().values(**values))
        return len(rows)

    def _travel(self, change: Change | None, undone: str | None) -> Change | None:
        if change is None:
            return None
        with self._catalogue.changing() as connection:
            same = changes.c.undone.is_not_distinct_from(change.undone)
            marked = update(changes).where(changes.c.id == change.id, same)
            if not connection.execute(marked.values(undone=undone)).rowcount:
                return None  # somebody else was faster
            _apply(connection, change.kind, change.rows, "before" if undone else "after")
        return change

    def _last(self) -> Change | None:
        return self._one(changes.c.undone.is_(None), changes.c.id.desc())

    def _next(self) -> Change | None:
        # A newer change stands on what was taken back: it cannot be done again then.
        last = self._last()
        newer = changes.c.id > (last.id if last else 0)
        return self._one(changes.c.undone.is_not(None) & newer, changes.c.id)

    def _one(self, condition: Any, order: Any) -> Change | None:
        statement = select(changes).where(condition).order_by(order).limit(1)
        with self._catalogue.reading() as connection:
            row = connection.execute(statement).mappings().first()
        return Change(**row) if row else None


def _read(connection: Connection, ids: Iterable[int]) -> list[Any]:
    wanted = sorted(set(ids))
    return [
        row
        for first in range(0, len(wanted), _AT_ONCE)
        for row in connection.execute(
            select(recordings).where(recordings.c.id.in_(wanted[first : first + _AT_ONCE]))
        )
    ]


def _states(rows: list[Any], after: str) -> list[dict[str, Any]]:
    return [{"id": row.id, "before": row.state, "after": after} for row in rows]


def _apply(connection: Connection, kind: str, rows: list[dict[str, Any]], side: str) -> None:
    found = {row.id: row for row in _read(connection, (row["id"] for row in rows))}
    for row in rows:
        old = found.get(row["id"])
        if old is None:
            continue
        value = row[side]
        values = {"state": value} if kind != "edit" else _labelled(old, row["field"], value)
        connection.execute(update(recordings).where(recordings.c.id == row["id"]).values(**values))


def _labelled(row: Any, field: str, value: str | None) -> dict[str, Any]:
    """A recording's columns once a label was typed, or taken back."""
    # Rows of older libraries have no `given`: then what holds now was given.
    given = row.given or {name: getattr(row, name) for name in LABELS}
    edits = {name: text for name, text in row.edits.items() if name != field}
    if value is not None:
        edits[field] = value
    return {"given": given, "edits": edits, field: edits.get(field, given.get(field, ""))}
