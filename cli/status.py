"""Commands that say what goes on in the background, and what the library holds."""

from __future__ import annotations

import argparse

from cli.common import Commands, in_columns, open_library
from errors import UserError
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``jobs`` and ``status``."""
    jobs = commands.add("jobs", _jobs, "List what goes on and went on in the background.")
    jobs.add_argument("--log", type=int, metavar="N", help="print what job N said")
    jobs.add_argument("--cancel", type=int, metavar="N", help="end job N at its next step")

    commands.add("status", _status, "Say what is in the library, what failed and why.")


def _jobs(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.titles import title
    from language import unpacked

    with open_library(settings) as library:
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
                print(in_columns(job.id, job.state, share, job.created, title(job), said))
    return 0


def _status(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.summary import status_lines

    with open_library(settings) as library:
        print("\n".join(status_lines(library)))
    return 0
