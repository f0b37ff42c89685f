"""The evaluation as the page sees it: started by a button, going on in the background, kept.

The last result of each map stands in the library, so that a restart shows it again, and so
does one that ``musiclatentvis evaluate`` made meanwhile.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from analysis.report import EvaluationState, Figures
from data.library import Library
from errors import UserError
from jobs.engine import Engine
from jobs.evaluating import evaluate, evaluation_path, kept_evaluation
from language import N_

log = logging.getLogger(__name__)


class EvaluationRunner:
    """Runs one evaluation of a library at a time; safe between threads.

    Parameters
    ----------
    library : Library
    engine : Engine
        Its workers do the work; the thread here only waits for them.
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._progress = ("", 0.0)
        self._problem = ""
        self._kept: tuple[str, Figures | None] = ("", None)

    def start(self) -> None:
        """Begin an evaluation unless one is under way."""
        with self._guard:
            if self._busy():
                return
            self._progress, self._problem = (N_("Starting the workers"), 0.0), ""
            self._thread = threading.Thread(target=self._run, name="evaluation", daemon=True)
            self._thread.start()

    def state(self) -> EvaluationState:
        """How far it is, and the figures of the current map as they were kept last."""
        busy = self._busy()
        sentence, progress = self._progress
        token, figures = self._current()
        if busy:
            return EvaluationState(token, figures, True, sentence, progress)
        return EvaluationState(token, figures, False, self._problem)

    def _busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        def report(done: int, total: int, message: str) -> None:
            self._progress = (message, done / max(total, 1))

        try:
            evaluate(self._library, self._engine, progress=report)
        except UserError as problem:
            self._problem = problem.args[0]
        except Exception:
            log.exception("The evaluation failed")
            self._problem = N_("The evaluation failed; the server's log says why.")

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
