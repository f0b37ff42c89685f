"""Recordings of equal content: one of them is shown, the others say which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from data.catalogue import Catalogue, Recording
from data.files import readable_name


def settle_duplicates(catalogue: Catalogue) -> None:
    """Let exactly one recording of each content be ready, the others its duplicates.

    Files that exist come first, then the folder that was imported first, then the order of
    paths: the outcome does not depend on which worker finished first.
    """
    every = catalogue.recordings(state=None)
    retired = {r.sha256: r for r in every if r.state == "retired"}
    rows = [r for r in every if r.state in ("ready", "duplicate")]
    age: dict[str, int] = {}
    for row in rows:
        age[row.root] = min(row.id, age.get(row.root, row.id))
    rows.sort(key=lambda row: (age[row.root], row.path))
    groups: dict[str, list[Recording]] = {}
    for row in rows:
        groups.setdefault(row.sha256, []).append(row)
    catalogue.save_recordings(
        new
        for sha256, group in groups.items()
        if len(group) > 1 or group[0].state != "ready" or sha256 in retired
        for old, new in _settled(group, retired.get(sha256))
        if new != old
    )


def _settled(
    group: Iterable[Recording], retired: Recording | None
) -> Iterator[tuple[Recording, Recording]]:
    members = sorted(group, key=lambda row: not row.file.is_file())
    if retired is not None:  # a copy of it does not bring it back
        for row in members:
            reason = f"is the same recording as {_where(retired, row)}, which is retired"
            yield row, replace(row, state="duplicate", reason=reason)
        return
    first = members[0]
    yield first, replace(first, state="ready", reason="")
    for row in members[1:]:
        reason = f"is the same recording as {_where(first, row)}"
        yield row, replace(row, state="duplicate", reason=reason)


def _where(other: Recording, row: Recording) -> str:
    """How the line of a recording names another one."""
    inside = other.root == row.root
    return readable_name(other.path if inside else f"{other.root}/{other.path}")
