"""Work that the page waits for without standing still: begun once, asked about often."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

T = TypeVar("T")
Progress = Callable[[int, int, str], None]


class Task(Generic[T]):
    """Work under way, or its outcome.

    Attributes
    ----------
    sentence : str
        What is being done.
    share : float
        How much of it is done, 0 to 1.
    """

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.share = 0.0
        self.future: Future[T] = Future()

    @property
    def busy(self) -> bool:
        """Whether it still goes on."""
        return not self.future.done()

    def wait(self, seconds: float) -> None:
        """Give it a moment: what takes no longer need not be asked about again."""
        wait([self.future], timeout=seconds)

    def report(self, done: int, total: int, sentence: str) -> None:
        """Take down how far it is."""
        self.sentence, self.share = sentence, done / max(total, 1)

    def result(self) -> T:
        """What came out, or what went wrong, raised."""
        return self.future.result()


class Background(Generic[T]):
    """Tasks by key, at most one for each, on threads that wait for the engine's workers.

    Parameters
    ----------
    threads : int
        Tasks that go on at the same time; others wait.
    kept : int
        Finished tasks that are remembered; the oldest are forgotten first.
    """

    def __init__(self, threads: int, kept: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="background")
        self._kept = kept
        self._tasks: OrderedDict[Hashable, Task[T]] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable) -> Task[T] | None:
        """The task of a key, if it was begun and not forgotten."""
        with self._guard:
            return self._tasks.get(key)

    def ask(self, key: Hashable, work: Callable[[Progress], T], sentence: str) -> Task[T]:
        """The task of a key, begun now unless it was.

        Parameters
        ----------
        key : hashable
        work : callable
            Called with a ``progress(done, total, message)``.
        sentence : str
            What is being done, until the work says so itself.
        """
        with self._guard:
            task = self._tasks.get(key)
            if task is None:
                task = self._tasks[key] = Task(sentence)
                self._pool.submit(_run, task, work)
                finished = [other for other, at in self._tasks.items() if not at.busy]
                for other in finished[: max(0, len(self._tasks) - self._kept)]:
                    del self._tasks[other]
            return task

    def forget(self, key: Hashable, task: Task[T]) -> None:
        """Let whoever asks next begin again, unless somebody has begun already."""
        with self._guard:
            if self._tasks.get(key) is task:
                del self._tasks[key]


def _run(task: Task[T], work: Callable[[Progress], T]) -> None:
    try:
        task.future.set_result(work(task.report))
    except BaseException as error:  # whoever asks for the result gets it
        task.future.set_exception(error)
