"""A cache of derived results that computes each of them once.

Flask-Caching keeps the results; it has no lock of its own, so several panels
that ask for the same selection at the same moment would all compute it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from flask_caching import Cache

Value = TypeVar("Value")


class Derived:
    """Results keyed by a digest of what they were computed from.

    Parameters
    ----------
    cache : flask_caching.Cache
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def bind(self, server: Flask) -> None:
        """Keep the results with this app; every :meth:`get` must happen inside its context."""
        self._cache.init_app(server)

    def get(self, kind: str, parts: Any, compute: Callable[[], Value]) -> Value:
        """The result for `parts`, computed by whoever asks first.

        Parameters
        ----------
        kind : str
            What sort of result it is.
        parts : JSON-able
            All that the result depends on (recipes, map id, settings).
        compute : callable
            Makes the result; must not return None.
        """
        text = json.dumps([kind, parts], sort_keys=True, separators=(",", ":"))
        key = hashlib.sha256(text.encode()).hexdigest()
        value: Value | None = self._cache.get(key)
        if value is not None:
            return value
        with self._lock(key):
            value = self._cache.get(key)
            if value is None:
                value = compute()
                self._cache.set(key, value)
        with self._guard:
            self._locks.pop(key, None)
        return value

    def _lock(self, key: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())
