"""The worker processes in which everything slow or risky happens.

One :class:`Engine` serves a whole process.  It starts nothing until the first
call, so that a page can be served before any worker exists.  By default it
embeds a ``dask.distributed`` cluster on the loopback interface, one process a
core and one thread a process, its connections encrypted and authenticated with
certificates that live in memory only.  With `Settings.scheduler` it uses a
running scheduler instead.

A file that kills its worker
----------------------------
Audio from strangers can crash a decoder.  The scheduler then knows which
calls were *assigned* to the dead process, but not which one of them killed it.
So every call that was there is tried once more with nothing else beside it: the
innocent finish, and the guilty one, which ends its worker again, comes back as
:class:`WorkerLost`.  The worker is replaced by itself.  A worker that is held up by
a file ends in the same way: see :mod:`data.limits`.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any

from errors import InternalError, UsageError, UserError
from jobs.cluster import check_workers
from settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_START_TIMEOUT_S = 60
_CLUSTER_CONFIG: dict[str, Any] = {
    # One death is enough to hand a call back to us: we know how to give it a
    # second chance alone, the scheduler would repeat it among its neighbours.
    "distributed.scheduler.allowed-failures": 0,
    # Our calls write their results to disk and return little.  Spilling and
    # pausing would only turn a greedy file into a cluster that stands still;
    # a worker that needs more than its share is replaced instead.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # No pages, metrics or profiles are served by anyone.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # What the scheduler and workers take down of every call and of every half second, for
    # developers of Dask: a thousand messages of up to a megabyte on each connection.
    "distributed.admin.log-length": 0,
    "distributed.admin.low-level-log-length": 0,
    "distributed.admin.system-monitor.log-length": 1,
    "distributed.diagnostics.computations.max-history": 0,
    "distributed.diagnostics.erred-tasks.max-history": 0,
    "distributed.comm.timeouts.connect": f"{_START_TIMEOUT_S}s",
    "logging": {"distributed": "critical", "tornado": "critical", "asyncio": "critical"},
}


class WorkerLost(UserError):
    """A call ended its worker process, twice, the second time with nothing beside it."""


@dataclass(frozen=True)
class Outcome:
    """What became of one call of :meth:`Engine.map`.

    Attributes
    ----------
    value : object
        What the function returned; None where it failed.
    error : Exception or None
        What it raised, or :class:`WorkerLost`.
    """

    value: Any = None
    error: Exception | None = None

    def unwrap(self) -> Any:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value


class Engine:
    """Runs functions in worker processes; safe to share between threads.

    Functions must be importable by name and their arguments small and plain:
    folders and files travel as strings, arrays stay on disk.

    Parameters
    ----------
    settings : Settings
        Its `workers`, `worker_memory`, `scheduler` and `library` are used.

    Examples
    --------
    >>> with Engine(Settings(workers=2)) as engine:    # doctest: +SKIP
    ...     for index, outcome in engine.map(decode_one, [("a.ogg",), ("b.ogg",)]):
    ...         print(index, outcome.error or outcome.value)
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._cluster: LocalCluster | None = None
        self._closed = False

    @property
    def settings(self) -> Settings:
        """The settings that it was made with."""
        return self._settings

    @property
    def worker_count(self) -> int:
        """Number of worker processes of the embedded cluster."""
        return self._settings.workers or os.cpu_count() or 1

    @property
    def started(self) -> bool:
        """Whether the workers have been started."""
        return self._client is not None

    @property
    def closed(self) -> bool:
        """Whether the workers have been ended, for good."""
        return self._closed

    def start(self) -> None:
        """Start the workers now instead of with the first call.

        Raises
        ------
        UserError
            If the scheduler of the settings does not answer.
        InternalError
            If the engine was closed.
        """
        self._connected()

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` in a worker and wait for what it returns.

        Raises
        ------
        WorkerLost
            If the call ended its worker process.
        Exception
            Whatever the function raised.
        """
        ((_, outcome),) = self.map(function, [arguments])
        return outcome.unwrap()

    def map(
        self,
        function: Callable[..., Any],
        argument_tuples: Iterable[tuple[Any, ...]],
        window: int | None = None,
    ) -> Iterator[tuple[int, Outcome]]:
        """Call `function` for each tuple of arguments, as many at a time as there are workers.

        Parameters
        ----------
        function : callable
        argument_tuples : iterable of tuple
            Taken lazily: at most `window` calls are under way, so a million
            files need no more memory than a few.
        window : int, optional
            Default: two calls for each worker, one that runs and one that waits.

        Yields
        ------
        index : int
            Place of the call in `argument_tuples`.
        outcome : Outcome
            In the order in which the calls finish.  An error never ends the
            iteration; leaving the loop early cancels what has not started.
        """
        client = self._connected()
        flight = _Flight(client, function, self._lost_message())
        try:
            yield from flight.outcomes(iter(argument_tuples), window or 2 * self._width(client))
        finally:
            flight.cancel()

    def close(self) -> None:
        """End all workers; calls under way fail.  Closing twice is harmless."""
        with self._lock:
            client, cluster = self._client, self._cluster
            self._client = self._cluster = None
            self._closed = True
        atexit.unregister(self.close)
        for part in (client, cluster):
            if part is not None:
                with suppress(TimeoutError, OSError):
                    part.close(timeout=10)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _width(self, client: Client) -> int:
        return self.worker_count if self._cluster else max(1, sum(client.nthreads().values()))

    def _lost_message(self) -> str:
        return (
            "The worker process ended while it worked on this, twice: the file crashes the "
            f"decoder or holds it up (MLV_FILE_SECONDS), or it needs more than "
            f"{self._settings.worker_memory} of memory (MLV_WORKER_MEMORY)."
        )

    def _connected(self) -> Client:
        with self._lock:
            if self._closed:
                raise InternalError("The engine was closed before this call.")
            if self._client is None:
                # Dask takes half a second to import: not before somebody needs a worker.
                from jobs.worker_limits import WorkerLimits

                with _without_collection():
                    self._client = self._connect() if self._settings.scheduler else self._embed()
                self._client.register_plugin(WorkerLimits(self._settings))
                atexit.register(self.close)
            return self._client

    def _embed(self) -> Client:
        import dask.config
        from distributed import Client, LocalCluster

        with dask.config.set(_CLUSTER_CONFIG):
            _quiet_logs()
            self._cluster = LocalCluster(
                n_workers=self.worker_count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                # Port 0, loopback: the scheduler opens a (here empty) HTTP
                # server in any case, and 8787 may belong to somebody else.
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address=None,
                scheduler_kwargs={"dashboard": False},
                memory_limit=self._settings.worker_memory,
                silence_logs=logging.CRITICAL,
                preload=["jobs.worker_setup"],
            )
            return Client(self._cluster, set_as_default=False, timeout=_START_TIMEOUT_S)

    def _connect(self) -> Client:
        from distributed import Client

        address = self._settings.scheduler
        if not address.startswith("tls://"):
            raise UsageError(
                f"MLV_SCHEDULER={address!r} is not encrypted: give an address like "
                "tls://host:8786 and the certificates in Dask's configuration."
            )
        _quiet_logs()
        problem = ""
        try:
            client = Client(address, set_as_default=False, timeout=_START_TIMEOUT_S)
        except (OSError, TimeoutError, ValueError) as error:
            problem = f"does not answer ({error}): start it"
        except TypeError:  # Dask's way to say so
            problem = "needs certificates: name them in Dask's configuration (distributed.comm.tls)"
        if problem:
            # A client that failed closes itself when it is collected, and at the end of the
            # process, when its loop stands still already, waits for minutes.
            gc.collect()
            raise UserError(
                f"The scheduler at {address} {problem}, or leave --scheduler and MLV_SCHEDULER "
                "out to work on this machine."
            )
        try:
            check_workers(client, address, self._settings.library.absolute())
        except BaseException:
            client.close(timeout=10)
            raise
        return client


class _Flight:
    """The calls of one :meth:`Engine.map` that are under way."""

    def __init__(self, client: Client, function: Callable[..., Any], lost_message: str) -> None:
        from distributed import as_completed

        self._client = client
        self._function = function
        self._lost_message = lost_message
        self._done = as_completed(loop=client.loop)
        self._calls: dict[Future, tuple[int, tuple[Any, ...]]] = {}
        self._suspects: deque[tuple[int, tuple[Any, ...]]] = deque()

    def outcomes(
        self, arguments: Iterator[tuple[Any, ...]], window: int
    ) -> Iterator[tuple[int, Outcome]]:
        waiting = enumerate(arguments)
        for call in islice(waiting, window):
            self._submit(call)
        while self._calls:
            future = next(self._done)
            call = self._calls.pop(future)
            # Keep the workers busy before anybody looks at this result.
            for following in islice(waiting, 1):
                self._submit(following)
            outcome = self._outcome_of(future)
            if outcome is None:
                self._suspects.append(call)
            else:
                yield call[0], outcome
        while self._suspects:
            yield self._alone(self._suspects.popleft())

    def cancel(self) -> None:
        if self._calls:
            self._client.cancel(list(self._calls), force=True)
            self._calls.clear()

    def _submit(self, call: tuple[int, tuple[Any, ...]]) -> Future:
        try:
            # pure=False: two equal calls are two calls, whatever a file holds now.
            future = self._client.submit(self._function, *call[1], pure=False)
        except RuntimeError as error:
            raise InternalError("The engine was closed while work was under way.") from error
        self._calls[future] = call
        self._done.add(future)
        return future

    def _outcome_of(self, future: Future) -> Outcome | None:
        """Return the outcome of a finished call, None if its worker died under it."""
        from distributed import CancelledError, KilledWorker

        try:
            return Outcome(value=future.result())
        except KilledWorker:
            return None
        except CancelledError as error:
            raise InternalError("The engine was closed while work was under way.") from error
        except RuntimeError as error:
            # Python's words when this process is about to end.
            if "after shutdown" in str(error):
                raise InternalError("The process ended while work was under way.") from error
            return Outcome(error=error)
        except Exception as error:
            return Outcome(error=error)
        finally:
            future.release()

    def _alone(self, call: tuple[int, tuple[Any, ...]]) -> tuple[int, Outcome]:
        self._submit(call)
        future = next(self._done)
        self._calls.pop(future)
        lost = Outcome(error=WorkerLost(self._lost_message))
        return call[0], self._outcome_of(future) or lost


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector from running inside the block.

    Dask starts a thread and waits for it under a lock. A client that failed to connect earlier
    asks for the same lock when it is collected; where that happens in the new thread, both wait
    until Dask gives up.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _quiet_logs() -> None:
    """Deaths and restarts of workers are outcomes here, not news for the user's terminal."""
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
