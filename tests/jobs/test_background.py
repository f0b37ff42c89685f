from __future__ import annotations

import threading

import pytest

from errors import UserError
from jobs.background import Background, Progress


def test_a_task_runs_once_however_many_ask() -> None:
    background = Background[int](threads=2, kept=4)
    go, begun = threading.Event(), []

    def work(progress: Progress) -> int:
        begun.append(1)
        progress(1, 4, "a quarter")
        go.wait(10)
        return 7

    tasks = [background.ask("key", work, "starting") for _ in range(5)]
    assert len({id(task) for task in tasks}) == 1
    assert tasks[0].busy
    while not begun or tasks[0].share == 0:
        pass
    assert (tasks[0].sentence, tasks[0].share) == ("a quarter", 0.25)
    go.set()
    assert tasks[0].result() == 7
    assert background.ask("key", work, "starting").result() == 7
    assert len(begun) == 1


def test_what_went_wrong_is_raised_and_can_be_tried_again() -> None:
    background = Background[int](threads=1, kept=4)

    def fail(progress: Progress) -> int:
        raise UserError("The disc is full.")

    task = background.ask("key", fail, "")
    with pytest.raises(UserError, match="disc is full"):
        task.result()
    assert background.get("key") is task
    background.forget("key", task)
    again = background.ask("key", lambda progress: 1, "")
    background.forget("key", task)  # somebody else's, by now
    assert again.result() == 1
    assert background.get("key") is again


def test_only_so_many_outcomes_are_kept() -> None:
    background = Background[int](threads=1, kept=2)
    for key in range(5):
        background.ask(key, lambda progress, key=key: key, "").result()
    kept = [key for key in range(5) if background.get(key)]
    assert kept == [3, 4]
