"""What a musician hears in the segments of a library, measured when somebody first asks.

Workers measure each content once and keep it in the library's ``features`` folder.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.descriptors import DESCRIPTORS, DescriptorState
from analysis.segments import SEGMENT_S, SegmentTable
from data import features
from data.catalogue import Recording
from data.features import FeatureStore
from data.library import Library
from data.sources import Source
from errors import InternalError, UserError
from jobs.features import read_content
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

log = logging.getLogger(__name__)

#: Tables whose descriptors are kept at hand; they are on disk too.
_KEPT = 4
_NAME = "segments"


def keep_descriptors(audio: Source, sha256: str, features_folder: str) -> None:
    """Measure the segments of one recording and keep the numbers; runs in a worker.

    Raises
    ------
    UserError
        As :func:`jobs.features.read_content`.
    """
    from encoders.descriptors import segment_descriptors

    found = segment_descriptors(read_content(audio, sha256))
    FeatureStore(features_folder).write(sha256, {_NAME: found}, features.DESCRIPTORS)


class DescriptorRunner:
    """Measures a library in the background, once; safe between threads.

    Parameters
    ----------
    library : Library
    engine : Engine
        Its workers do the work; the one thread here only waits for them.
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine
        self._store = FeatureStore(library.features_folder)
        self._guard = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="descriptors")
        self._work: dict[str, _Work] = {}

    def state(self, table: SegmentTable) -> DescriptorState:
        """What is known of a table's segments; the first to ask has the rest measured."""
        with self._guard:
            work = self._work.get(table.key)
            if work is None:
                work = self._work[table.key] = _Work(table)
                self._thread.submit(self._measure, work)
                while len(self._work) > _KEPT:
                    self._work.pop(next(iter(self._work)))
        return work.state()

    def _measure(self, work: _Work) -> None:
        try:
            self._fill(work)
        except InternalError as problem:  # the server is about to end
            log.warning("Measuring stopped: %s", problem)
            work.end(N_("Measuring stopped."))
        except Exception:
            log.exception("The recordings could not be measured")
            work.end(N_("The recordings could not be measured; the log says why."))

    def _fill(self, work: _Work) -> None:
        by_id = {row.id: row for row in self._library.catalogue.recordings(state=None)}
        missing: list[tuple[int, Recording]] = []
        for index, info in enumerate(work.table.recordings):
            recording = by_id.get(info.id)
            if recording is None or self._take(work, index, recording):
                continue
            missing.append((index, recording))
        if missing:  # no workers are started for what is known
            self._measure_missing(work, missing)
        else:
            work.end("")

    def _measure_missing(self, work: _Work, missing: list[tuple[int, Recording]]) -> None:
        problems: list[str] = []
        folder = str(self._store.folder)
        calls = [(row.source, row.sha256, folder) for _, row in missing]
        work.report(0, len(missing))
        outcomes = self._engine.map(keep_descriptors, calls)
        for done, (place, outcome) in enumerate(outcomes, start=1):
            if isinstance(outcome.error, UserError):
                problems.append(str(outcome.error))
            else:
                outcome.unwrap()
                self._take(work, *missing[place])
            work.report(done, len(missing))
        work.end(_left_out(problems))

    def _take(self, work: _Work, index: int, recording: Recording) -> bool:
        found = self._store.find(recording.sha256, features.DESCRIPTORS)
        if found is None or _NAME not in found:
            return False
        work.take(index, found[_NAME])
        return True


class _Work:
    """The descriptors of one table, as they come in."""

    def __init__(self, table: SegmentTable) -> None:
        self.table = table
        self._guard = threading.Lock()
        self._values = np.full((len(table), len(DESCRIPTORS)), np.nan, np.float32)
        self._known = np.zeros(len(table), bool)
        self._busy, self._sentence = True, N_("Looking for what was measured before …")

    def state(self) -> DescriptorState:
        with self._guard:
            return DescriptorState(
                self._values.copy(), self._known.copy(), self._busy, self._sentence
            )

    def take(self, index: int, found: NDArray[np.float32]) -> None:
        """Take in the segments of one recording."""
        rows = np.flatnonzero(self.table.recording_index == index)
        places = (self.table.start_s[rows] / SEGMENT_S).astype(int)
        # Another version of a decoder may give a few samples less.
        there = places < len(found)
        with self._guard:
            self._values[rows[there]] = found[places[there]]
            self._known[rows] = True

    def report(self, done: int, total: int) -> None:
        with self._guard:
            self._sentence = Sentence(
                N_("Measuring the recordings, {done} of {total} …"), done=done, total=total
            )

    def end(self, sentence: str) -> None:
        with self._guard:
            self._busy, self._sentence = False, sentence


def _left_out(problems: list[str]) -> str:
    if not problems:
        return ""
    said = (
        N_("{count} recordings are left out: {problem}")
        if len(problems) > 1
        else N_("One recording is left out: {problem}")
    )
    return Sentence(said, count=len(problems), problem=sorted(problems)[0])
