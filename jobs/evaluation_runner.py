"""The evaluation as the page sees it: a job that a button begins, and its result, which is kept.

The last result of each map stands in the library, so that a restart shows it again, and so
does one that ``musiclatentvis evaluate`` made meanwhile.
"""

from __future__ import annotations

import threading
from pathlib import Path

from analysis.report import EvaluationState, Figures
from data.jobs import ACTIVE, Job
from data.library import Library
from jobs.evaluating import evaluation_path, kept_evaluation
from jobs.runner import JobRunner
from language import N_, unpacked

KIND = "evaluate"
STARTING = N_("Starting the workers")


class EvaluationRunner:
    """Has one evaluation of a library done at a time; safe between threads.

    Parameters
    ----------
    library : Library
    runner : JobRunner
    """

    def __init__(self, library: Library, runner: JobRunner) -> None:
        self._library = library
        self._runner = runner
        self._guard = threading.Lock()
        self._kept: tuple[str, Figures | None] = ("", None)

    def start(self) -> None:
        """Begin an evaluation unless one is under way."""
        with self._guard:
            last = self._last()
            if last is None or last.state not in ACTIVE:
                self._runner.ask(KIND)

    def state(self) -> EvaluationState:
        """How far it is, and the figures of the current map as they were kept last."""
        last = self._last()
        token, figures = self._current()
        if last is not None and last.state in ACTIVE:
            now = self._runner.now(last)
            return EvaluationState(token, figures, True, now.message or STARTING, now.share)
        problem = unpacked(last.reason) if last is not None and last.state == "failed" else ""
        return EvaluationState(token, figures, False, problem)

    def _last(self) -> Job | None:
        return self._library.catalogue.jobs.latest(KIND)

    def _current(self) -> tuple[str, Figures | None]:
        """The kept figures and a token that changes with them; read again only when they do."""
        map_id = self._library.catalogue.current_map
        if map_id is None:
            return "", None
        token = f"{map_id}:{_changed(evaluation_path(self._library, map_id))}"
        with self._guard:
            if self._kept[0] != token:
                self._kept = (token, kept_evaluation(self._library, map_id))
            return self._kept


def _changed(path: Path) -> int:
    """When a file was written; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
