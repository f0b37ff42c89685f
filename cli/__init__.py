"""The command ``musiclatentvis``: arguments in, one call out; a module for each group of commands.

Each of them has an ``add(commands)``, which declares its commands, and below it what they run.

Exit codes: 0 done, 1 done with failures listed (or failed), 2 wrong usage, 130 stopped, 141 nobody
reads what is printed any more (as in ``musiclatentvis list | head``).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import fields, replace

from cli import curation, encoders, importing, results, safekeeping, serving, status, titles
from cli.common import Commands
from errors import UserError
from settings import Settings

#: In the order in which ``--help`` lists their commands.
GROUPS = (serving, importing, encoders, results, titles, safekeeping, curation, status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parsed = _parser().parse_args(arguments)
    # File names may hold bytes that the terminal's encoding has no characters for.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        settings = _settings(parsed)
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(message)s")
        code = parsed.run(settings, parsed)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(f"musiclatentvis: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("musiclatentvis: stopped; what was done is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python would try to print the rest at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="musiclatentvis",
        description="Learned representations of recordings, to see, hear, compare and search.",
    )
    commands = Commands(parser)
    for group in GROUPS:
        group.add(commands)
    return parser


def _settings(parsed: argparse.Namespace) -> Settings:
    """The environment's settings under the flags that were given."""
    flags = {field.name: getattr(parsed, field.name, None) for field in fields(Settings)}
    given = {name: value for name, value in flags.items() if value is not None}
    return replace(Settings.from_environment(), **given)
