"""Asked for the same thing by many threads at once, make it once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs at most one call for each key at a time; whoever comes meanwhile shares its result."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[T]] = {}

    def do(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returns, or raise what it raises, here or in another thread."""
        with self._lock:
            flight = self._flights.get(key)
            first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if first:
            self._fly(key, flight, make)
        return flight.result()

    def _fly(self, key: Hashable, flight: Future[T], make: Callable[[], T]) -> None:
        try:
            flight.set_result(make())
        except BaseException as error:
            flight.set_exception(error)
        finally:
            with self._lock:
                del self._flights[key]
