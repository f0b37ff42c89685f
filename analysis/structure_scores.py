"""Found boundaries and repeats against the sections of a recording (paper, T3).

Conventions
-----------
* Boundaries are scored by ``mir_eval.segment.detection``, without the first and the last
  (``trim``), since nobody can miss where a recording begins.
* The first word of a section's label says what is played, the rest how: ``"A loud"`` is a
  return of ``"A"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.structure import WINDOW_S, Repeat

WINDOWS_S = (3.0, 10.0)
RANDOM_DRAWS = 100
# How far the lag of a found repeat may be off.
_LAG_TOLERANCE_S = 3.0


class Section(NamedTuple):
    """A section of a recording: seconds, and what it is called."""

    start_s: float
    end_s: float
    label: str

    @property
    def name(self) -> str:
        """The first word of the label."""
        return (self.label.split() or [""])[0]


class Detection(NamedTuple):
    """Precision, recall and F-measure."""

    precision: float
    recall: float
    f: float


@dataclass(frozen=True)
class RepeatScore:
    """How found repeats agree with sections that come back.

    Attributes
    ----------
    precision : float or None
        Share of the repeated seconds whose two moments lie in sections of one name.
    chance : float or None
        The same for all pairs of moments that do not overlap.
    recall : float or None
        Share of the returning pairs of sections that a found repeat covers by half or more.
    pairs : int
        Returning pairs of sections.
    """

    precision: float | None
    chance: float | None
    recall: float | None
    pairs: int


def boundary_score(
    sections: Sequence[Section], times: ArrayLike, duration_s: float, window_s: float
) -> Detection:
    """Score found boundaries against known sections.

    Parameters
    ----------
    sections : sequence of Section
        Two or more, in order of time.
    times : array_like of float [shape=(b,)]
        Found boundaries, seconds.
    duration_s : float
        Of the recording.
    window_s : float
        How far a boundary may be off.
    """
    from mir_eval.segment import detection
    from mir_eval.util import boundaries_to_intervals

    known = [section.start_s for section in sections] + [sections[-1].end_s]
    found = np.asarray(times, dtype=np.float64)
    found = np.unique(found[(found > 0) & (found < duration_s)])
    if not len(found) or len(sections) < 2:
        return Detection(0.0, 0.0, 0.0)
    whole = np.concatenate(([0.0], found, [max(duration_s, float(found[-1]) + 1e-3)]))
    scores = detection(
        boundaries_to_intervals(np.array(known)),
        boundaries_to_intervals(whole),
        window=window_s,
        trim=True,
    )
    return Detection(*(float(score) for score in scores))


def uniform_boundaries(count: int, duration_s: float) -> NDArray[np.float64]:
    """`count` boundaries that cut a recording into equal parts."""
    return np.arange(1, count + 1) * duration_s / (count + 1)


def random_score(
    sections: Sequence[Section],
    count: int,
    duration_s: float,
    window_s: float,
    seed: int = 0,
    draws: int = RANDOM_DRAWS,
) -> Detection:
    """Mean score of `count` boundaries drawn at random, over `draws` draws."""
    random = np.random.default_rng(seed)
    scores = [
        boundary_score(sections, random.uniform(0, duration_s, count), duration_s, window_s)
        for _ in range(draws)
    ]
    return Detection(*(float(mean) for mean in np.mean(scores, axis=0)))


def repeat_score(
    sections: Sequence[Section], repeats: Sequence[Repeat], duration_s: float
) -> RepeatScore:
    """Compare found repeats with the sections that come back.

    Parameters
    ----------
    sections : sequence of Section
    repeats : sequence of Repeat
    duration_s : float
    """
    names = _names_by_second(sections, duration_s)
    seconds = [
        (int(repeat.start_a) + step, int(repeat.start_b) + step)
        for repeat in repeats
        for step in range(int(repeat.duration))
        if int(repeat.start_b) + step < len(names)
    ]
    precision = np.mean([names[a] == names[b] >= 0 for a, b in seconds]) if seconds else None
    same = (names[:, None] == names) & (names[:, None] >= 0)
    far = np.triu_indices(len(names), WINDOW_S)
    pairs = [
        (one, other)
        for one, other in combinations(sections, 2)
        if one.name == other.name and other.start_s - one.start_s >= WINDOW_S
    ]
    covered = [any(_covers(repeat, *pair) for repeat in repeats) for pair in pairs]
    return RepeatScore(
        precision=None if precision is None else float(precision),
        chance=float(same[far].mean()) if len(far[0]) else None,
        recall=float(np.mean(covered)) if pairs else None,
        pairs=len(pairs),
    )


def _names_by_second(sections: Sequence[Section], duration_s: float) -> NDArray[np.int64]:
    """Code of the section in the middle of each second, -1 outside of all."""
    codes = {name: code for code, name in enumerate(dict.fromkeys(s.name for s in sections))}
    names = np.full(int(duration_s), -1, dtype=np.int64)
    middles = np.arange(len(names)) + 0.5
    for section in sections:
        names[(middles >= section.start_s) & (middles < section.end_s)] = codes[section.name]
    return names


def _covers(repeat: Repeat, one: Section, other: Section) -> bool:
    """Whether a found repeat plays `one` and comes back in `other`, by half of it or more."""
    lag = other.start_s - one.start_s
    if abs(repeat.start_b - repeat.start_a - lag) > _LAG_TOLERANCE_S:
        return False
    first = max(repeat.start_a, one.start_s)
    last = min(repeat.start_a + repeat.duration, one.end_s)
    return last - first >= (one.end_s - one.start_s) / 2
