"""The engine keeps its promises with real worker processes, also when those die."""

from __future__ import annotations

import gc
import operator
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.limits import watched
from errors import InternalError, UsageError, UserError
from jobs.engine import Engine, WorkerLost
from settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Settings(workers=2)) as engine:
        yield engine


def test_runs_functions_in_other_processes(engine: Engine) -> None:
    assert engine.run(os.getpid) != os.getpid()
    assert engine.run(operator.add, 2, 3) == 5


def test_map_yields_every_call_once_with_its_index(engine: Engine) -> None:
    outcomes = dict(engine.map(operator.mul, [(n, n) for n in range(50)]))
    assert {index: outcome.value for index, outcome in outcomes.items()} == {
        n: n * n for n in range(50)
    }


def test_map_takes_its_arguments_lazily(engine: Engine) -> None:
    taken: list[int] = []

    def arguments() -> Iterator[tuple[int]]:
        for n in range(1000):
            taken.append(n)
            yield (n,)

    calls = engine.map(operator.neg, arguments(), window=3)
    next(calls)
    assert len(taken) <= 5


def test_an_error_is_an_outcome_and_the_others_go_on(engine: Engine) -> None:
    outcomes = dict(engine.map(operator.truediv, [(1, 1), (1, 0), (4, 2)]))
    assert isinstance(outcomes[1].error, ZeroDivisionError)
    assert (outcomes[0].value, outcomes[2].value) == (1.0, 2.0)
    with pytest.raises(ZeroDivisionError):
        engine.run(operator.truediv, 1, 0)


def test_a_user_error_keeps_its_sentence_on_the_way_back(engine: Engine) -> None:
    with pytest.raises(UsageError, match="is not a valid int"):
        engine.run(Settings.from_environment, {"MLV_PORT": "abc"})


def test_a_call_that_kills_its_worker_is_named_and_its_neighbours_finish(engine: Engine) -> None:
    calls: list[tuple[object, int]] = [(operator.neg, n) for n in range(20)]
    calls[3] = (os._exit, 3)
    outcomes = dict(engine.map(_apply, calls, window=8))
    assert isinstance(outcomes[3].error, WorkerLost)
    assert "crashes the decoder" in str(outcomes[3].error)
    del outcomes[3]
    assert all(outcome.value == -index for index, outcome in outcomes.items())
    assert engine.run(operator.neg, 7) == -7


def test_serves_several_threads_at_once(engine: Engine) -> None:
    results: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda n=n: results.update({n: engine.run(operator.neg, n)}))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: -n for n in range(8)}


def test_starts_nothing_before_the_first_call() -> None:
    engine = Engine(Settings(workers=1))
    assert not engine.started
    engine.close()
    with pytest.raises(InternalError):
        engine.run(os.getpid)


def test_refuses_a_scheduler_without_encryption() -> None:
    with pytest.raises(UsageError, match="tls://"):
        Engine(Settings(scheduler="tcp://127.0.0.1:8786")).start()


def test_a_scheduler_without_certificates_is_said_and_keeps_nobody_waiting() -> None:
    code = (
        "from jobs.engine import Engine; from settings import Settings\n"
        "Engine(Settings(scheduler='tls://127.0.0.1:9')).start()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert "UserError: The scheduler at tls://127.0.0.1:9 needs certificates" in done.stderr


def test_nothing_is_collected_while_dask_starts_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that failed would wait, in that thread, for a lock that the starting one holds."""
    collects = []

    def fail(engine: Engine) -> None:
        collects.append(gc.isenabled())
        raise UserError("no")

    monkeypatch.setattr(Engine, "_embed", fail)
    with pytest.raises(UserError):
        Engine(Settings(workers=1)).start()
    assert (collects, gc.isenabled()) == ([False], True)


def test_listens_on_the_loopback_interface_only(engine: Engine) -> None:
    import psutil

    engine.start()
    process = psutil.Process()
    for one in (process, *process.children(recursive=True)):
        for connection in one.net_connections(kind="inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == "127.0.0.1", (one.cmdline(), connection)


def test_a_script_that_forgets_to_close_ends_quietly() -> None:
    script = (
        "import os, operator\n"
        "from jobs.engine import Engine\n"
        "from settings import Settings\n"
        "engine = Engine(Settings(workers=1))\n"
        "print(engine.run(operator.neg, 4))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "-4\n", "")


def _apply(function: object, argument: int) -> object:
    assert callable(function)
    return function(argument)


def test_a_file_that_holds_its_worker_up_is_put_aside() -> None:
    with Engine(Settings(workers=1, file_seconds=1)) as engine:
        outcomes = dict(engine.map(_apply, [(_caught, 0), (operator.neg, 4)]))
    assert isinstance(outcomes[0].error, WorkerLost)
    assert "MLV_FILE_SECONDS" in str(outcomes[0].error)
    assert outcomes[1].value == -4


def _caught(seconds: int) -> None:
    with watched(seconds):
        time.sleep(60)
