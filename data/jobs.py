"""Rows of background work: what is to be done, who does it, how far it is, what it said.

A job is ``queued``, then ``running``, and ends as ``done``, ``failed`` or ``cancelled``.  A running
one that somebody wants to end is ``stopping`` until whoever works on it has seen that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, select, update

from data.schema import job_lines, jobs
from data.times import now

ACTIVE = ("running", "stopping", "queued")
ENDED = ("done", "failed", "cancelled")
JOB_STATES = (*ACTIVE, *ENDED)


@dataclass(frozen=True)
class Job:
    """One piece of background work.

    Times are ISO 8601 in UTC; `progress` is 0..1; `process` names who works on it. `message` and
    `reason` are sentences as :func:`language.packed` keeps them.
    """

    id: int
    kind: str
    params: dict[str, Any]
    state: str
    progress: float
    message: str
    reason: str
    created: str
    started: str | None
    finished: str | None
    process: str = ""


class JobRows:
    """The tables ``jobs`` and ``job_lines``; safe between threads and processes.

    No change of them raises the catalogue's revision: nothing is derived from a job.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, kind: str, params: dict[str, Any] | None = None) -> Job:
        """Record a piece of work that is to be done."""
        values: dict[str, Any] = {
            "kind": kind,
            "params": params or {},
            "state": "queued",
            "progress": 0.0,
            "message": "",
            "reason": "",
            "created": now(),
            "started": None,
            "finished": None,
            "process": "",
        }
        with self._engine.begin() as connection:
            key = connection.execute(jobs.insert().values(**values)).inserted_primary_key
        assert key is not None
        return Job(id=key[0], **values)

    def get(self, id: int) -> Job | None:
        """One job by its id."""
        return next(iter(self._read(jobs.c.id == id)), None)

    def all(self, *states: str, last: int | None = None) -> list[Job]:
        """Jobs in the given states, or in any, newest first; the `last` ones only."""
        return self._read(jobs.c.state.in_(states) if states else None, last)

    def latest(self, kind: str) -> Job | None:
        """The last job of a kind that was asked for."""
        return next(iter(self._read(jobs.c.kind == kind, 1)), None)

    def take(self, id: int, process: str) -> bool:
        """Begin a queued job in the name of a process; False when another one was faster."""
        values = {"state": "running", "process": process, "started": now(), "finished": None}
        return self._move(id, ("queued",), values)

    def report(self, id: int, progress: float, message: str) -> bool:
        """Take down how far a job is; False when it shall stop."""
        return self._move(id, ("running",), {"progress": progress, "message": message})

    def end(self, id: int, state: str, reason: str = "") -> None:
        """Say how a job ended."""
        self._move(id, ACTIVE, {"state": state, "reason": reason, "finished": now()})

    def queue_again(self, id: int) -> None:
        """Let a job begin again whose process has died; one that was to stop has stopped."""
        self._move(id, ("running",), {"state": "queued", "process": ""})
        self._move(id, ("stopping",), {"state": "cancelled", "finished": now()})

    def cancel(self, id: int) -> bool:
        """Want a job to end: a queued one at once, a running one at its next step."""
        waiting = self._move(id, ("queued",), {"state": "cancelled", "finished": now()})
        return waiting or self._move(id, ("running",), {"state": "stopping"})

    def say(self, id: int, text: str) -> None:
        """Add a line to a job's log."""
        with self._engine.begin() as connection:
            connection.execute(job_lines.insert().values(job_id=id, made=now(), text=text))

    def lines(self, id: int, last: int | None = None) -> list[tuple[str, str]]:
        """When and what a job said, oldest first; the `last` lines only."""
        statement = select(job_lines.c.made, job_lines.c.text).where(job_lines.c.job_id == id)
        with self._engine.connect() as connection:
            found = connection.execute(statement.order_by(job_lines.c.id.desc()).limit(last)).all()
        return [(made, text) for made, text in reversed(found)]

    def counts(self, ids: list[int]) -> dict[int, int]:
        """How many lines each of these jobs has said."""
        statement = select(job_lines.c.job_id, func.count()).where(job_lines.c.job_id.in_(ids))
        with self._engine.connect() as connection:
            found = connection.execute(statement.group_by(job_lines.c.job_id)).all()
        return {int(job): int(count) for job, count in found}

    def _move(self, id: int, before: tuple[str, ...], values: dict[str, Any]) -> bool:
        statement = update(jobs).where(jobs.c.id == id, jobs.c.state.in_(before)).values(**values)
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount > 0

    def _read(self, condition: Any, last: int | None = None) -> list[Job]:
        statement = select(jobs).order_by(jobs.c.id.desc()).limit(last)
        if condition is not None:
            statement = statement.where(condition)
        with self._engine.connect() as connection:
            return [Job(**row) for row in connection.execute(statement).mappings()]
