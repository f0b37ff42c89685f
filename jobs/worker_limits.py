"""Gives each worker process, also one that replaces another, the limits of the settings."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin

from data.limits import Limits, impose
from data.resampling import SAMPLE_RATE
from settings import Settings

#: Share of a worker's memory that decoded sound may fill; networks and Python need the rest.
_SHARE_OF_SOUND = 0.7
_BYTES_PER_SECOND = 4 * SAMPLE_RATE


class WorkerLimits(WorkerPlugin):
    """Limits files in the worker in which it is set up.

    Parameters
    ----------
    settings : Settings
        Its `file_gigabytes`, `file_hours` and `file_seconds` are used.
    """

    name = "file-limits"

    def __init__(self, settings: Settings) -> None:
        self._limits = limits_of(settings)

    def setup(self, worker: Worker) -> None:
        """Called by Dask in the worker's process."""
        memory = worker.memory_manager.memory_limit
        impose(fitted(self._limits, memory))


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings ask for."""
    return Limits(
        largest_bytes=settings.file_gigabytes << 30,
        longest_s=settings.file_hours * 3600.0,
        seconds=settings.file_seconds,
    )


def fitted(limits: Limits, memory: int | None) -> Limits:
    """Shorten the longest sound to what fits a worker's memory, bytes; None: without a limit."""
    if not memory:
        return limits
    fits_s = _SHARE_OF_SOUND * memory / _BYTES_PER_SECOND
    return Limits(limits.largest_bytes, min(limits.longest_s, fits_s), limits.seconds)
