"""Maps beside the library's own: of any encoder, by any method, made when somebody looks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from analysis.projection import Projection
from analysis.segments import Sketch
from callbacks.services import Status
from data.library import Library
from data.maps import projection_of
from encoders.registry import available
from jobs.background import Background, Progress, Task
from jobs.encoder_maps import ensure_map, kept_map, unencoded
from jobs.engine import Engine
from language import N_, _, translated
from services.waiting import THREADS, outcome

#: Whose latents, and how they are placed.
MapKey = tuple[str, Projection]

#: Outcomes that are kept at hand; the maps are on disk.
KEPT = 16
#: Seconds that a page waits for what may be there at once: a map by PCA, the sketch of another.
AT_ONCE_S = 0.6


@dataclass(frozen=True)
class _Made:
    """A map that was asked for, and what it goes with: the current map, the newest one like it."""

    map_id: str
    beside: tuple[str | None, str]


class MapsBeside:
    """The maps of a library beside its current one.

    Parameters
    ----------
    library : Library
    engine : Engine
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._tasks = Background[_Made](THREADS, KEPT)
        self._sketches: dict[MapKey, Sketch] = {}

    def status(self, encoder: str, projection: Projection, current: str) -> Status:
        """What there is to show of such a map; the first to ask has it made.

        Parameters
        ----------
        encoder : str
        projection : Projection
        current : str
            Id of the library's current map: a map that was made beside another one is looked
            for again.
        """
        key = (encoder, projection)
        status = partial(Status, projection=projection)
        task = self._tasks.get(key)
        if task is None:
            if encoder not in {info.id for info in available(self._library)}:
                return status(
                    None, _("This encoder is no longer there: choose another one."), False
                )
            if kept := kept_map(self._library, encoder, projection):
                return status(kept, "", False)
            task = self._tasks.ask(key, partial(self._made, key), N_("Starting the workers"))
            if not unencoded(self._library, encoder):
                self._await_sketch(key, task)
        if task.busy:
            sketch = self._sketches.get(key)
            return status(None, f"{translated(task.sentence)} …", True, task.share, sketch)
        found, sentence = outcome(task, _("This map cannot be shown; the log says why."))
        if found is not None and found.beside == (current, self._newest(key)):
            return status(found.map_id, "", False)
        self._tasks.forget(key, task)  # it failed, or there is another map now
        return status(None, sentence, busy=not sentence)

    def _newest(self, key: MapKey) -> str:
        """The last such map that anybody had computed; empty when there is none."""
        maps = self._library.catalogue.maps()
        return next((info.id for info in maps if (info.encoder_id, projection_of(info)) == key), "")

    def _await_sketch(self, key: MapKey, task: Task[_Made]) -> None:
        """Give a map a moment: then its first sketch comes with the first answer."""
        until = time.monotonic() + AT_ONCE_S
        while task.busy and key not in self._sketches and time.monotonic() < until:
            task.wait(0.02)

    def _made(self, key: MapKey, progress: Progress) -> _Made:
        current = self._library.catalogue.current_map
        show = partial(self._sketches.__setitem__, key)
        try:
            map_id = ensure_map(self._library, self._engine, *key, progress, show)
            return _Made(map_id, (current, self._newest(key)))
        finally:
            self._sketches.pop(key, None)
