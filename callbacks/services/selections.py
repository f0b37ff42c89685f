"""Selections that readers keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class KeptSelection(Protocol):
    """A named selection."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def who(self) -> str:
        """Who kept it; may be empty."""

    @property
    def made(self) -> str:
        """When, ISO 8601 in UTC."""

    @property
    def recipe(self) -> dict[str, Any]:
        """How it was made."""


class Selections(Protocol):
    """Selections that readers kept in the library."""

    def all(self) -> Sequence[KeptSelection]:
        """Newest first."""

    def keep(self, name: str, who: str, recipe: dict[str, Any]) -> KeptSelection:
        """Keep one; a UserError says what is wrong with its name."""

    def remove(self, id: int) -> None:
        """Take one off the list."""

    def restore(self, id: int) -> None:
        """Put it back."""
