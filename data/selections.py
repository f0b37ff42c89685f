"""Named selections of a library: recipes that readers kept, with who kept them and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select, update

from data.schema import selections
from errors import UserError

LONGEST_NAME = 200


@dataclass(frozen=True)
class NamedSelection:
    """A selection that was kept.

    Attributes
    ----------
    id : int
    name, who : str
    made : str
        ISO 8601 in UTC.
    recipe : dict
        How it was made: :mod:`analysis.recipes`.
    """

    id: int
    name: str
    who: str
    made: str
    recipe: dict[str, Any]


class NamedSelections:
    """Rows of the table ``selections``; nothing in it is ever deleted or written over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[NamedSelection]:
        """Every selection that was not removed, newest first."""
        table = selections
        columns = (table.c.id, table.c.name, table.c.who, table.c.made, table.c.recipe)
        statement = select(*columns).where(table.c.removed.is_(None)).order_by(table.c.id.desc())
        with self._engine.connect() as connection:
            return [NamedSelection(**row) for row in connection.execute(statement).mappings()]

    def keep(self, name: str, who: str, recipe: dict[str, Any]) -> NamedSelection:
        """Keep a selection under a name.

        Raises
        ------
        UserError
            If the name is empty or taken.
        """
        name, who = name.strip(), who.strip()[:LONGEST_NAME]
        if not name:
            raise UserError("Give the selection a name first.")
        if len(name) > LONGEST_NAME:
            raise UserError(f"A name has {LONGEST_NAME} characters at most: choose a shorter one.")
        if any(kept.name == name for kept in self.all()):
            raise UserError(f"There is a selection named “{name}” already: choose another name.")
        made = _now()
        values = {"name": name, "who": who, "made": made, "recipe": recipe}
        with self._engine.begin() as connection:
            key = connection.execute(selections.insert().values(**values)).inserted_primary_key
        assert key is not None
        return NamedSelection(key[0], name, who, made, recipe)

    def remove(self, id: int) -> None:
        """Take a selection off the list; its row stays."""
        self._mark(id, _now())

    def restore(self, id: int) -> None:
        """Put a removed selection back on the list."""
        self._mark(id, None)

    def _mark(self, id: int, removed: str | None) -> None:
        statement = update(selections).where(selections.c.id == id).values(removed=removed)
        with self._engine.begin() as connection:
            connection.execute(statement)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
