"""Times as the catalogue keeps them."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The time, ISO 8601 in UTC; sorts as text."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
