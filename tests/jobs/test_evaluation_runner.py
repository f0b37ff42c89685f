"""An evaluation in the background: one at a time, kept, and its problems said."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from analysis.report import EvaluationState
from data.library import Library
from errors import UserError
from jobs import kinds
from jobs.evaluating import evaluation_path
from jobs.evaluation_runner import EvaluationRunner
from jobs.runner import JobRunner
from tests.jobs.test_evaluating import make_library
from tests.serial_engine import serial


def made(library: Library) -> tuple[EvaluationRunner, JobRunner]:
    runner = JobRunner(library, serial(), kinds.KINDS)
    return EvaluationRunner(library, runner), runner


def finished(evaluation: EvaluationRunner) -> EvaluationState:
    """The state once the job has ended."""
    for _ in range(600):
        state = evaluation.state()
        if not state.busy:
            return state
        time.sleep(0.05)
    raise AssertionError("it never ended")


def test_one_runs_at_a_time_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, on = threading.Event(), threading.Event()
    calls = []

    def slow(*_: Any, progress: Any) -> None:
        calls.append(1)
        progress(1, 4, "Decoding")
        going.set()
        assert on.wait(30)

    monkeypatch.setattr(kinds, "evaluate", slow)
    with make_library(tmp_path / "library") as library:
        runner, jobs = made(library)
        jobs.start()
        assert not runner.state().busy
        runner.start()
        assert going.wait(30)
        runner.start()
        state = runner.state()
        on.set()
        assert (state.busy, state.sentence, state.progress) == (True, "Decoding", 0.25)
        assert not finished(runner).busy
        jobs.close()
    assert calls == [1]


def test_what_another_process_kept_is_seen(tmp_path: Path) -> None:
    with make_library(tmp_path / "library") as library:
        runner, _ = made(library)
        before = runner.state()
        path = evaluation_path(library, str(library.catalogue.current_map))
        path.parent.mkdir()
        path.write_text('{"format": 2, "segments": 24}')
        after = runner.state()
    assert before.figures is None
    assert after.figures == {"format": 2, "segments": 24}
    assert after.token != before.token


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(UserError("There is no map."), "There is no map."), (ValueError("x"), "log says more")],
)
def test_problems_become_a_sentence_and_the_button_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fails(*_: Any, progress: Any) -> None:
        raise error

    monkeypatch.setattr(kinds, "evaluate", fails)
    with Library.open(tmp_path / "library", create=True) as library:
        runner, jobs = made(library)
        runner.start()
        assert jobs.run_next()
        state = finished(runner)
    assert not state.busy
    assert state.figures is None
    assert sentence in state.sentence
