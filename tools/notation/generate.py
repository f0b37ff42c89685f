"""New pentatonic melodies in folk forms, drawn from a seed and written as notation.

A melody has two sections.  The first follows qi-cheng-zhuan-he: an opening phrase, its
continuation with another ending, a turn to another register and rhythm, and a closing phrase
that takes up the opening's rhythm and ends on the mode's final.  The second is made the same way
from other rhythms.  The text goes through the same parser as the written melodies.
"""

from __future__ import annotations

import numpy as np

FINALS = {"gong": 1, "shang": 2, "jue": 3, "zhi": 5, "yu": 6}
_KEYS = ("C4", "D4", "F4", "G4", "A3", "Bb3", "E4", "G3")
_DEGREES = (1, 2, 3, 5, 6)
#: Rhythms of one bar of 2/4: beats of the notes.
_CALM = ((1.0, 1.0), (2.0,), (1.5, 0.5), (1.0, 0.5, 0.5), (0.5, 0.5, 1.0))
_LIVELY = (
    (0.5, 0.5, 0.5, 0.5),
    (0.5, 0.5, 1.0),
    (0.5, 0.25, 0.25, 0.5, 0.5),
    (1.0, 0.5, 0.5),
    (0.75, 0.25, 0.5, 0.5),
    (0.25, 0.25, 0.25, 0.25, 0.5, 0.5),
)
_SUFFIX = {2.0: "", 1.5: ".", 1.0: "", 0.75: "_.", 0.5: "_", 0.25: "="}


def generate_melody(name: str, seed: int) -> str:
    """Draw a melody.

    Parameters
    ----------
    name : str
        Number or letters that tell it from the others; the title is
        ``Generated Tune <name>``.
    seed : int
        The same name and seed give the same text.

    Returns
    -------
    str
        A melody file as :mod:`tools.notation.parser` reads it.
    """
    random = np.random.default_rng([seed, *name.encode()])
    mode = str(random.choice(list(FINALS), p=(0.25, 0.1, 0.1, 0.3, 0.25)))
    tempo = int(random.integers(52, 121))
    lively = float(random.uniform(0.2, 0.8))
    first = _section(random, FINALS[mode], lively)
    second = _section(random, FINALS[mode], 1.0 - lively)
    return (
        f"title: Generated Tune {name}\n"
        f"origin: generated from seed {seed}, no traditional melody\n"
        f"key: 1={random.choice(_KEYS)}\nmode: {mode}\ntempo: {tempo}\nmeter: 2/4\nform: A B A\n\n"
        f"[A]\n{first}\n\n[B]\n{second}\n"
    )


def _section(random: np.random.Generator, final: int, lively: float) -> str:
    """Four phrases of four bars, one a line."""
    home = _DEGREES.index(final)
    opening = _rhythm(random, lively)
    turn = _rhythm(random, min(1.0, lively + 0.35))
    other = _DEGREES.index(5 if final != 5 else 2)
    start = home + int(random.integers(0, 4))
    phrases = (
        _phrase(random, opening, start, other + 5 * (other < home)),
        _phrase(random, [*opening[:3], _rhythm(random, 0.2)[3]], start + 1, other),
        _phrase(random, turn, start + 5, home + int(random.integers(2, 5))),
        _phrase(random, opening, start + 2, home),
    )
    return "\n".join(phrases)


def _rhythm(random: np.random.Generator, lively: float) -> list[tuple[float, ...]]:
    """Four bars; the last one comes to rest."""
    bars: list[tuple[float, ...]] = []
    for _ in range(3):
        cells = _LIVELY if random.random() < lively else _CALM
        bars.append(cells[int(random.integers(len(cells)))])
    bars[int(random.integers(1, 3))] = bars[0]
    return [*bars, (2.0,) if random.random() < 0.7 else (1.0, 1.0)]


def _phrase(
    random: np.random.Generator, rhythm: list[tuple[float, ...]], start: int, end: int
) -> str:
    """A walk over the pentatonic scale, mostly by step, that arrives at `end`."""
    count = sum(len(bar) for bar in rhythm)
    places = [start]
    for left in range(count - 1, 0, -1):
        drift = (end - places[-1]) / left
        step = round(drift + float(random.choice((-2, -1, -1, 0, 1, 1, 2))))
        places.append(min(10, max(-3, places[-1] + step)))
    places[-1] = end
    notes = iter(places)
    bars = [" ".join(_token(next(notes), beats) for beats in bar) for bar in rhythm]
    return " | ".join(bars) + " |"


def _token(place: int, beats: float) -> str:
    octave, index = divmod(place, 5)
    marks = "'" * octave if octave > 0 else "," * -octave
    return f"{_DEGREES[index]}{marks}{_SUFFIX[beats]}" + (" -" if beats == 2.0 else "")
