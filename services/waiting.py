"""What pages merely wait for: done in the background, and said in a sentence where it fails."""

from __future__ import annotations

import logging
from typing import TypeVar

from errors import UserError
from jobs.background import Task
from language import translated

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Tasks of one kind that go on at once: their threads only wait for the engine's workers.
THREADS = 2


def outcome(task: Task[T], failed: str) -> tuple[T, str] | tuple[None, str]:
    """What came out of a finished task, or a sentence that says why nothing did.

    Parameters
    ----------
    task : Task
    failed : str
        What is said of a failure that was not foreseen.
    """
    try:
        return task.result(), ""
    except UserError as problem:
        return None, translated(problem)
    except Exception:
        log.exception("Work in the background failed")
        return None, failed
