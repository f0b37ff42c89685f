"""An engine without processes: the same promises, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from jobs.engine import Engine, Outcome


class SerialEngine:
    """Runs every call at once where it stands, and counts them."""

    closed = False

    def __init__(self) -> None:
        self.calls = 0

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.calls += 1
        return function(*arguments)

    def map(
        self, function: Callable[..., Any], argument_tuples: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Outcome]]:
        for index, arguments in enumerate(argument_tuples):
            self.calls += 1
            try:
                yield index, Outcome(function(*arguments))
            except Exception as error:
                yield index, Outcome(error=error)


def serial() -> Engine:
    """A serial engine under the type that callers ask for."""
    return cast(Engine, SerialEngine())
