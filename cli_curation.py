"""Commands of ``musiclatentvis`` for what the Library page does: list, edit, retire, undo, jobs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from errors import UsageError, UserError
from settings import Settings

if TYPE_CHECKING:
    from data.library import Library
    from jobs.engine import Engine

#: ``command(name, run, help)`` adds a command and gives its parser.
Command = Callable[[str, Any, str], argparse.ArgumentParser]
_LABELS = ("title", "performer", "instrument")
_STATES = ("ready", "failed", "duplicate", "retired", "all")


def add_commands(command: Command) -> None:
    """Add the commands to the parser that `command` adds to."""
    listing = command("list", _list, "List recordings, one a line, columns parted by tabs.")
    listing.add_argument("--state", choices=_STATES, default="ready", help="(default: ready)")

    edit = command("edit", _edit, "Give recordings other labels; their files stay untouched.")
    _ids(edit)
    for label in _LABELS:
        edit.add_argument(
            f"--{label}", metavar="TEXT", help="empty: back to what tables, tags and folders say"
        )
    _who(edit)

    retire = command("retire", _retire, "Take recordings out; 'bring-back' brings them back.")
    back = command("bring-back", _bring_back, "Bring retired recordings back.")
    for parser in (retire, back):
        _ids(parser)
        _who(parser)

    undo = command("undo", _undo, "Take the last edit, retirement or restoration back.")
    undo.add_argument("--redo", action="store_true", help="do again what was taken back")

    rescan = command("rescan", _rescan, "Import what is new or changed in the imported folders.")
    rescan.add_argument(
        "--retry", action="store_true", help="try failed files again though they are unchanged"
    )
    rescan.add_argument("--workers", type=int, metavar="N", help="processes (default: all cores)")

    jobs = command("jobs", _jobs, "List what goes on and went on in the background.")
    jobs.add_argument("--log", type=int, metavar="N", help="print what job N said")
    jobs.add_argument("--cancel", type=int, metavar="N", help="end job N at its next step")


@contextmanager
def writing_alone(library: Library) -> Iterator[None]:
    """Wait, and say so, until no other program imports or maps on this library."""
    from jobs.locks import writing

    told = False

    def waiting() -> None:
        nonlocal told
        if not told:
            print("Waiting until another program has finished with this library.", file=sys.stderr)
        told = True

    with writing(library, waiting):
        yield


def _list(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.files import readable_name

    with _open(settings) as library:
        rows = library.catalogue.recordings(state=None)
    print("\t".join(("id", "state", *_LABELS, "duration_s", "path", "reason")))
    for row in rows:
        if parsed.state in (row.state, "all"):
            labels = (getattr(row, label) for label in _LABELS)
            cells = (row.id, row.state, *labels, f"{row.duration_s:.1f}")
            line = "\t".join(map(_cell, (*cells, readable_name(row.path), row.reason)))
            print(line)
    return 0


def _edit(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.edits import Changes

    given = {label: getattr(parsed, label) for label in _LABELS}
    given = {label: value for label, value in given.items() if value is not None}
    if not given:
        raise UsageError("Say what to change: --title, --performer or --instrument.")
    with _open(settings) as library:
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

    with _open(settings) as library:
        _check(library, parsed.ids)
        count = getattr(Changes(library.catalogue), do)(parsed.ids, parsed.who)
        if count:
            _settle(settings, library)
    print(f"{count} of {len(set(parsed.ids))} recordings {done}.")
    return 0


def _undo(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.edits import Changes

    with _open(settings) as library:
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

    with _open(settings) as library, _engine(settings) as engine, writing_alone(library):
        code = 0
        for summary in rescan(library, engine, retry=parsed.retry):
            print("\n".join(summary.lines()))
            code = max(code, summary.exit_code)
    return code


def _jobs(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.titles import title
    from language import unpacked

    with _open(settings) as library:
        rows = library.catalogue.jobs
        wanted = parsed.cancel if parsed.cancel is not None else parsed.log
        if wanted is not None and rows.get(wanted) is None:
            raise UserError(f"There is no job {wanted}: 'musiclatentvis jobs' lists them.")
        if parsed.cancel is not None:
            ending = rows.cancel(parsed.cancel)
            print(f"Job {parsed.cancel} {'is being cancelled' if ending else 'has ended already'}.")
        elif parsed.log is not None:
            for made, text in rows.lines(parsed.log):
                print(f"{made}\t{unpacked(text)}")
        else:
            for job in rows.all():
                said = unpacked(job.reason if job.state == "failed" else job.message)
                share = f"{job.progress:.0%}" if job.state in ("running", "stopping") else ""
                cells = (job.id, job.state, share, job.created, title(job), said)
                print("\t".join(map(_cell, cells)))
    return 0


def _settle(settings: Settings, library: Library) -> None:
    from jobs.duplicates import settle_duplicates
    from jobs.mapping import refresh_map

    with _engine(settings) as engine, writing_alone(library):
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


def _cell(value: Any) -> str:
    return " ".join(str(value).split())


def _open(settings: Settings) -> Library:
    from data.library import Library

    return Library.open(settings.library, database_url=settings.database_url)


def _engine(settings: Settings) -> Engine:
    from jobs.engine import Engine

    return Engine(settings)
