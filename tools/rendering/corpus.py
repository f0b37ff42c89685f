"""Hours of recordings for training and evaluating encoders: more melodies, more styles.

The training corpus shares half of its styles and some melodies with the demo collection.
The evaluation corpus shares nothing with either: any melody on any instrument, in any
key.  The repertoire has the same unheard melodies as musicians play them: each belongs to
one instrument and stays in its key.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tools.notation.generate import generate_melody
from tools.notation.parser import parse
from tools.notation.score import Melody, Part
from tools.rendering.demo import read_melodies
from tools.rendering.instruments import INSTRUMENTS
from tools.rendering.styles import DEMO_STYLES, Style, draw_styles
from tools.rendering.takes import Rendered, Take, render_all, write_metadata, write_sections
from tools.rendering.timing import TempoMap, lay_out

BIT_RATE = 36_000
_SHARED_STYLES = ("plain", "rubato", "ensemble", "ornate", "gentle", "bright", "hall", "teahouse")
_SHARED_MELODIES = 8
KINDS = ("training", "evaluation", "repertoire")
_GENERATED = {"training": 40, "evaluation": 24, "repertoire": 24}
_DRAWN_STYLES = {"training": 16, "evaluation": 10, "repertoire": 12}
_MODIFIERS = ("fast", "slow", "soft", "loud", "running", "high", "low", "tremolo", "sparse", "solo")
_SHORTEST_S, _LONGEST_S = 90.0, 210.0


def render_corpus(kind: str, folder: Path, hours: float, seed: int) -> list[Rendered]:
    """Render recordings, ``metadata.csv`` and ``sections.csv`` into `folder`.

    Parameters
    ----------
    kind : {'training', 'evaluation', 'repertoire'}
        Which melodies and styles to use.
    folder : Path
        Audio goes to ``<Instrument>/<Style>/<Title>.opus`` in it.
    hours : float
        At least so much is rendered.
    seed : int
        Decides generated melodies, drawn styles and what is combined.
    """
    takes = draw_takes(
        corpus_melodies(kind, seed),
        corpus_styles(kind, seed),
        hours,
        seed,
        one_instrument=kind == "repertoire",
    )
    rendered = render_all(takes, folder, BIT_RATE, effort=2)
    write_metadata(folder / "metadata.csv", takes)
    write_sections(folder / "sections.csv", rendered)
    return rendered


def corpus_melodies(kind: str, seed: int) -> list[Melody]:
    """The melodies of a corpus: written ones first, then generated ones."""
    written = list(read_melodies("training" if kind == "training" else "evaluation").values())
    if kind == "training":
        written = list(read_melodies("demo").values())[:_SHARED_MELODIES] + written
    letter = kind[0].upper()
    names = [f"{letter}{number:02d}" for number in range(1, _GENERATED[kind] + 1)]
    return written + [parse(generate_melody(name, seed), source=name) for name in names]


def corpus_styles(kind: str, seed: int) -> list[Style]:
    """The styles of a corpus: some of the demo's for training, and drawn ones."""
    apart = {"training": 0, "evaluation": 1000, "repertoire": 2000}[kind]
    drawn = draw_styles(kind[0].upper(), _DRAWN_STYLES[kind], seed + apart)
    if kind == "evaluation":
        return drawn
    if kind == "repertoire":
        return [replace(style, transpose=0) for style in drawn]
    return [DEMO_STYLES[name] for name in _SHARED_STYLES] + drawn


def draw_takes(
    melodies: list[Melody],
    styles: list[Style],
    hours: float,
    seed: int,
    one_instrument: bool = False,
) -> list[Take]:
    """Combine melodies, instruments and styles until `hours` are full, each combination once.

    Melodies, instruments and styles are each gone through evenly; with `one_instrument`
    a melody is always played on its own.
    """
    random = np.random.default_rng([seed, 13])
    takes: dict[str, Take] = {}
    left_s = hours * 3600
    number = 0
    instruments = list(INSTRUMENTS)
    while left_s > 0 and number < len(melodies) * len(styles) * len(instruments):
        if number % len(melodies) == 0:
            order = random.permutation(len(melodies))
        if number % len(styles) == 0:
            style_order = random.permutation(len(styles))
        melody = melodies[int(order[number % len(melodies)])]
        style = styles[int(style_order[number % len(styles)])]
        owner = melodies.index(melody) if one_instrument else random.integers(len(instruments))
        instrument = instruments[int(owner) % len(instruments)]
        form, seconds = _draw_form(melody, style, random)
        take = Take(melody, form, instrument, style)
        if take.path not in takes:
            takes[take.path] = take
            left_s -= seconds
        number += 1
    return list(takes.values())


def _draw_form(
    melody: Melody, style: Style, random: np.random.Generator
) -> tuple[tuple[Part, ...], float]:
    """Repeat the sections with varied modifiers until a recording is long enough."""
    names = list(melody.sections)
    wanted_s = float(random.uniform(_SHORTEST_S, _LONGEST_S))
    parts: list[Part] = []
    seconds = 0.0
    while seconds < wanted_s:
        modifiers: tuple[str, ...] = ()
        if len(parts) >= len(names) and random.random() < 0.6:
            modifiers = (_MODIFIERS[int(random.integers(len(_MODIFIERS)))],)
        parts.append(Part(names[len(parts) % len(names)], modifiers))
        _, spans = lay_out(melody, parts)
        seconds = TempoMap(spans, melody.tempo * style.tempo, 0.0, random).end_s
    return tuple(parts), seconds
