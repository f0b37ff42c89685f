"""Commands for what the Library page does with recordings: list, edit, retire, undo, rescan."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cli.common import (
    Commands,
    ProgressBar,
    add_engine,
    in_columns,
    open_library,
    start_engine,
    tell,
    writing_alone,
)
from errors import UsageError, UserError
from settings import Settings

if TYPE_CHECKING:
    from data.library import Library

_LABELS = ("title", "performer", "instrument")
_STATES = ("ready", "failed", "duplicate", "retired", "all")


def add(commands: Commands) -> None:
    """Add ``list``, ``edit``, ``retire``, ``bring-back``, ``undo`` and ``rescan``."""
    listing = commands.add("list", _list, "List recordings, one a line, columns parted by tabs.")
    listing.add_argument("--state", choices=_STATES, default="ready", help="(default: ready)")

    edit = commands.add("edit", _edit, "Give recordings other labels; their files stay untouched.")
    _ids(edit)
    for label in _LABELS:
        edit.add_argument(
            f"--{label}", metavar="TEXT", help="empty: back to what tables, tags and folders say"
        )
    _who(edit)

    retire = commands.add("retire", _retire, "Take recordings out; 'bring-back' brings them back.")
    back = commands.add("bring-back", _bring_back, "Bring retired recordings back.")
    for parser in (retire, back):
        _ids(parser)
        _who(parser)

    undo = commands.add("undo", _undo, "Take the last edit, retirement or restoration back.")
    undo.add_argument("--redo", action="store_true", help="do again what was taken back")

    rescan = commands.add(
        "rescan", _rescan, "Import what is new or changed in the imported folders."
    )
    rescan.add_argument(
        "--retry", action="store_true", help="try failed files again though they are unchanged"
    )
    add_engine(rescan)


def _list(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.files import readable_name

    with open_library(settings) as library:
        rows = library.catalogue.recordings(state=None)
    print(in_columns("id", "state", *_LABELS, "duration_s", "path", "reason"))
    for row in rows:
        if parsed.state in (row.state, "all"):
            labels = (getattr(row, label) for label in _LABELS)
            seconds, path = f"{row.duration_s:.1f}", readable_name(row.path)
            print(in_columns(row.id, row.state, *labels, seconds, path, row.reason))
    return 0


def _edit(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.edits import Changes

    given = {label: getattr(parsed, label) for label in _LABELS}
    given = {label: value for label, value in given.items() if value is not None}
    if not given:
        raise UsageError("Say what to change: --title, --performer or --instrument.")
    with open_library(settings) as library:
        _check(library, parsed.ids)
        changes = Changes(library.catalogue)
        for label, value in given.items():
            count = changes.edit(parsed.ids, label, value, parsed.who)
            print(f"{label}: {count} of {len(set(parsed.ids))} recordings changed.")
    return 0


def _retire(settings: Settings, parsed: argparse.Namespace) -> int:
    return _move(settings, parsed, "retire", "retired")


def _bring_back(settings: Settings, parsed: argparse.Namespace) -> int:
    return _move(settings, parsed, "restore", "restored")


def _move(settings: Settings, parsed: argparse.Namespace, do: str, done: str) -> int:
    from data.edits import Changes

    with open_library(settings) as library:
        _check(library, parsed.ids)
        count = getattr(Changes(library.catalogue), do)(parsed.ids, parsed.who)
        if count:
            _settle(settings, library)
    print(f"{count} of {len(set(parsed.ids))} recordings {done}.")
    return 0


def _undo(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.edits import Changes

    with open_library(settings) as library:
        changes = Changes(library.catalogue)
        change = changes.redo() if parsed.redo else changes.undo()
        if change is None:
            raise UserError(f"There is nothing to {'redo' if parsed.redo else 'undo'}.")
        if change.kind != "edit":
            _settle(settings, library)
    way = "done again" if parsed.redo else "undone"
    print(f"{change.kind} of {len(change.rows)} recordings, {change.made}: {way}.")
    return 0


def _rescan(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.importing import rescan

    with (
        open_library(settings) as library,
        start_engine(settings) as engine,
        writing_alone(library.folder),
        ProgressBar() as progress,
    ):
        # All of it, before anything is printed over the bar.
        summaries = list(rescan(library, engine, progress, retry=parsed.retry))
    return tell(summaries)


def _settle(settings: Settings, library: Library) -> None:
    from jobs.duplicates import settle_duplicates
    from jobs.mapping import refresh_map

    with start_engine(settings) as engine, writing_alone(library.folder):
        settle_duplicates(library.catalogue)
        refresh_map(library, engine)


def _ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", type=int, nargs="+", metavar="ID", help="as 'list' prints it")


def _who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="", metavar="NAME", help="whose change it is")


def _check(library: Library, ids: list[int]) -> None:
    known = {row.id for row in library.catalogue.recordings(state=None)}
    if strangers := sorted(set(ids) - known):
        raise UserError(
            f"There is no recording {strangers[0]}: 'musiclatentvis list --state all' lists them."
        )
