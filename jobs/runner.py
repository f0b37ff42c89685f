"""Durable jobs: rows first, then done one after the other, taken up again after a restart.

A thread of the web process waits for the workers of the engine. Whoever works on a job holds a
lock that dies with the process, so another process, or this one after a restart, can tell a job
that goes on from one that was left behind, and begins that again: imports skip what is done,
trainings go on from their checkpoint.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from data.jobs import Job
from data.library import Library
from errors import UserError
from jobs.engine import Engine
from jobs.locks import forget_lock, locked, this_process
from language import N_, packed, unpacked

log = logging.getLogger(__name__)

#: Seconds between looks for jobs of other processes.
LOOK_S = 5.0
#: Seconds between rows of progress: it changes many times a second.
REPORT_S = 0.4
#: A job during which the server broke off this often is not begun again.
MOST_STARTS = 5
#: Shares done before the time left is said, and seconds: a first file tells little.
_TELLING_SHARE, _TELLING_S = 0.02, 3.0

GOING_ON = N_("The server stopped meanwhile; going on.")
CLOSED = N_("The server was closed; this goes on when it is back.")


class Cancelled(Exception):
    """Somebody wants this job to end."""


@dataclass(frozen=True)
class Work:
    """What a job's function is given.

    Attributes
    ----------
    params : mapping
        Of the job's row.
    progress : callable
        ``progress(done, total, message)``; raises when the job shall stop.
    say : callable
        Adds a line to the job's log.
    resumed : bool
        Whether it was begun before, by a process that ended.
    """

    library: Library
    engine: Engine
    params: Mapping[str, Any]
    progress: Callable[[int, int, str], None]
    say: Callable[[str], None]
    resumed: bool = False


@dataclass(frozen=True)
class Running:
    """How far a job of this process is; `left_s` None while nobody can tell."""

    share: float = 0.0
    message: str = ""
    left_s: float | None = None


class TimeLeft:
    """Tells from shares when a piece of work will be done; a smaller share is a new piece."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began, self._first, self._last = clock(), 0.0, 0.0

    def at(self, share: float) -> float | None:
        """Seconds until the share is 1; None while that would be a guess."""
        if share < self._last:
            self._began, self._first = self._clock(), share
        self._last = share
        gone, done = self._clock() - self._began, share - self._first
        if done < _TELLING_SHARE or gone < _TELLING_S:
            return None
        return gone * (1 - share) / done


class JobRunner:
    """Does the jobs of a library in the background: of each lane one at a time, in their order.

    Parameters
    ----------
    library : Library
    engine : Engine
        Its workers do the work; the thread here only waits for them.
    kinds : mapping
        What each kind of job does (:data:`jobs.kinds.KINDS`).
    lanes : mapping
        Of kinds that do not wait for the others (:data:`jobs.kinds.LANES`), the name of their own.
    """

    def __init__(
        self,
        library: Library,
        engine: Engine,
        kinds: Mapping[str, Callable[[Work], None]],
        lanes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._library = library
        self._engine = engine
        self._kinds = kinds
        self._lane_of = lanes
        self._rows = library.catalogue.jobs
        self._wake = threading.Condition()
        self._asked = 0
        self._closing = threading.Event()
        self._running: dict[int, Running] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take up what was left behind, and do from now on what is asked for."""
        if self._threads:
            return
        for lane in sorted({"", *self._lane_of.values()}):
            name = f"jobs-{lane or 'library'}"
            thread = threading.Thread(target=self._serve, args=(lane,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def ask(self, kind: str, params: dict[str, Any] | None = None) -> Job:
        """Have something done; the same wish that still waits is not added again."""
        if kind not in self._kinds:
            raise KeyError(kind)
        params = params or {}
        for job in self._rows.all("queued"):
            if (job.kind, job.params) == (kind, params):
                return job
        job = self._rows.add(kind, params)
        self._look()
        return job

    def cancel(self, id: int) -> bool:
        """End a job at its next step; False when it has ended already."""
        return self._rows.cancel(id)

    def now(self, job: Job) -> Running:
        """How far a job is, whoever works on it."""
        return self._running.get(job.id) or Running(job.progress, unpacked(job.message))

    def close(self) -> None:
        """Stop at the next step; what was under way waits for the next start."""
        self._closing.set()
        self._look()

    def run_next(self, lane: str = "") -> bool:
        """Do the job of a lane that waits longest; False when none does."""
        for job in reversed(self._rows.all("queued")):
            if self._lane_of.get(job.kind, "") != lane:
                continue
            with locked(self._library.folder, _lock_of(job.id)) as held:
                if held and self._rows.take(job.id, this_process()):
                    self._run(replace(job, state="running"))
                    forget_lock(self._library.folder, _lock_of(job.id))
                    return True
        return False

    def take_up(self) -> None:
        """Let jobs wait again that a process left behind."""
        for job in self._rows.all("running", "stopping"):
            if job.id in self._running:
                continue
            with locked(self._library.folder, _lock_of(job.id)) as held:
                if not held:
                    continue
                starts = sum(unpacked(text) == GOING_ON for _, text in self._rows.lines(job.id))
                if starts >= MOST_STARTS:
                    why = N_("The server stopped again and again while it worked on this.")
                    self._rows.end(job.id, "failed", packed(why))
                    continue
                self._rows.say(job.id, packed(GOING_ON))
                self._rows.queue_again(job.id)

    def _look(self) -> None:
        with self._wake:
            self._asked += 1
            self._wake.notify_all()

    def _serve(self, lane: str) -> None:
        while not self._closing.is_set():
            seen = self._asked  # what is asked for from now on is not slept through
            try:
                self.take_up()
                while not self._closing.is_set() and self.run_next(lane):
                    pass
            except Exception:
                log.exception("The jobs of the library cannot be read; trying again")
            with self._wake:
                self._wake.wait_for(partial(self._news_since, seen), LOOK_S)

    def _news_since(self, seen: int) -> bool:
        return self._asked != seen or self._closing.is_set()

    def _run(self, job: Job) -> None:
        resumed = any(unpacked(text) in (GOING_ON, CLOSED) for _, text in self._rows.lines(job.id))
        self._running[job.id] = Running()
        work = Work(
            self._library, self._engine, job.params, self._reporter(job.id),
            lambda line: self._rows.say(job.id, packed(line)), resumed,
        )  # fmt: skip
        try:
            self._kinds[job.kind](work)
            self._rows.end(job.id, "done")
        except Exception as problem:
            self._ended(job, problem)
        finally:
            self._running.pop(job.id, None)

    def _ended(self, job: Job, problem: Exception) -> None:
        if self._closing.is_set() or self._engine.closed:  # it waits for the next start
            self._rows.say(job.id, packed(CLOSED))
            self._rows.queue_again(job.id)
        elif isinstance(problem, Cancelled):
            self._rows.end(job.id, "cancelled")
        elif isinstance(problem, UserError):
            self._rows.end(job.id, "failed", packed(problem))
        else:
            log.exception("Job %d (%s) failed", job.id, job.kind, exc_info=problem)
            why = N_("It failed for a reason that was not foreseen; the server’s log says more.")
            self._rows.end(job.id, "failed", packed(why))

    def _reporter(self, id: int) -> Callable[[int, int, str], None]:
        left, told = TimeLeft(), 0.0

        def progress(done: int, total: int, message: str) -> None:
            nonlocal told
            share = done / max(total, 1)
            self._running[id] = Running(share, message, left.at(share))
            if self._closing.is_set():
                raise Cancelled
            if time.monotonic() - told < REPORT_S:
                return
            told = time.monotonic()
            if not self._rows.report(id, share, packed(message)):
                raise Cancelled

        return progress


def _lock_of(id: int) -> str:
    return f"job-{id}"
