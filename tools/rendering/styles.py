"""Playing styles: what makes two performances of one melody differ.

A style stands where a performer would stand in a collection of real recordings.  Styles
are numbered and named after what they do, so that nobody takes them for people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Style:
    """The settings of one playing style.

    Attributes
    ----------
    name : str
        Stands in the collection's ``performer`` column.
    tempo : float
        Factor on the melody's tempo.
    rubato : float
        0 plays in time, 1 bends the tempo by about a third within a phrase.
    vibrato_cents, vibrato_hz : float
        Depth and rate of the vibrato on long notes.
    slide : float
        Share of the notes that are reached by a portamento, 0 to 1.
    ornament : float
        How readily grace notes, trills and glissandi are added, 0 to 1.
    tremolo : float
        How readily plucked long notes are rolled, 0 to 1.
    dynamics_db : float
        Range of the phrasing in loudness.
    touch_db : float
        Level of the playing itself, which also sets how bright the samples sound.
    legato : float
        Sounding part of a note's written length.
    jitter_s : float
        Standard deviation of the onsets.
    a4_hz, fa_cents, ti_cents : float
        Tuning: reference, and how degrees 4 and 7 lie off equal temperament.
    room, reverb : float
        Room size, and level of the reverberation, both 0 to 1.
    accompaniment : tuple of str
        Parts of :mod:`tools.rendering.accompaniment`; empty is unaccompanied.
    low_db, high_db : float
        Shelving equaliser below 250 Hz and above 3 kHz.
    noise_db, loudness_db : float
        Level of the noise floor and of the finished recording, dB of full scale (RMS).
    transpose : int
        Semitones added to the melody's key.
    """

    name: str
    tempo: float = 1.0
    rubato: float = 0.0
    vibrato_cents: float = 20.0
    vibrato_hz: float = 5.5
    slide: float = 0.2
    ornament: float = 0.1
    tremolo: float = 0.3
    dynamics_db: float = 5.0
    touch_db: float = -5.0
    legato: float = 0.95
    jitter_s: float = 0.006
    a4_hz: float = 440.0
    fa_cents: float = 0.0
    ti_cents: float = 0.0
    room: float = 0.3
    reverb: float = 0.35
    accompaniment: tuple[str, ...] = ()
    low_db: float = 0.0
    high_db: float = 0.0
    noise_db: float = -66.0
    loudness_db: float = -18.5
    transpose: int = 0


#: The styles of the demo collection, by short name.
DEMO_STYLES: dict[str, Style] = {
    "plain": Style("Style 01 Plain"),
    "rubato": Style(
        "Style 02 Rubato", tempo=0.88, rubato=0.8, vibrato_cents=38, vibrato_hz=5.0, slide=0.5,
        ornament=0.3, tremolo=0.5, dynamics_db=10, jitter_s=0.012, a4_hz=438, fa_cents=18,
        ti_cents=-14, room=0.6, reverb=0.55, low_db=2, high_db=-2, noise_db=-62, loudness_db=-19.5,
    ),
    "ensemble": Style(
        "Style 03 Ensemble", vibrato_cents=26, slide=0.3, ornament=0.2, tremolo=0.4, a4_hz=442,
        room=0.4, reverb=0.4, accompaniment=("dulcimer", "bass", "pad", "percussion"),
        loudness_db=-17,
    ),
    "ornate": Style(
        "Style 04 Ornate", tempo=0.94, rubato=0.25, vibrato_cents=30, vibrato_hz=6.2, slide=0.45,
        ornament=0.85, tremolo=0.8, dynamics_db=7, jitter_s=0.009, a4_hz=441, fa_cents=10,
        ti_cents=-8, room=0.35, reverb=0.4, accompaniment=("shadow",), high_db=1.5,
    ),
    "gentle": Style(
        "Style 05 Gentle", tempo=0.8, rubato=0.45, vibrato_cents=14, vibrato_hz=4.6, slide=0.3,
        ornament=0.15, tremolo=0.15, dynamics_db=6, touch_db=-15, legato=1.0, jitter_s=0.01,
        a4_hz=437, fa_cents=12, ti_cents=-10, room=0.7, reverb=0.6, accompaniment=("pad",),
        low_db=1.5, high_db=-5, noise_db=-60, loudness_db=-20,
    ),
    "bright": Style(
        "Style 06 Bright", tempo=1.12, vibrato_cents=22, vibrato_hz=6.5, slide=0.15, ornament=0.35,
        tremolo=0.6, dynamics_db=4, touch_db=-1, legato=0.8, a4_hz=445, fa_cents=-8, ti_cents=6,
        room=0.15, reverb=0.18, low_db=-3, high_db=5, noise_db=-70, loudness_db=-16.5,
    ),
    "hall": Style(
        "Style 07 Hall", tempo=0.92, rubato=0.3, vibrato_cents=32, vibrato_hz=5.3, slide=0.35,
        ornament=0.2, tremolo=0.35, dynamics_db=8, touch_db=-6, legato=1.0, a4_hz=440, room=0.95,
        reverb=0.95, accompaniment=("drone",), low_db=1, high_db=-1, noise_db=-58,
        loudness_db=-18,
    ),
    "brisk": Style(
        "Style 08 Brisk", tempo=1.25, vibrato_cents=12, slide=0.1, ornament=0.3, tremolo=0.2,
        dynamics_db=5, touch_db=-3, legato=0.7, jitter_s=0.008, a4_hz=443, fa_cents=4, room=0.2,
        reverb=0.25, accompaniment=("percussion", "bass"), high_db=2, loudness_db=-17,
    ),
    "teahouse": Style(
        "Style 09 Teahouse", tempo=1.04, rubato=0.15, vibrato_cents=24, slide=0.35, ornament=0.55,
        tremolo=0.5, jitter_s=0.015, a4_hz=439, fa_cents=22, ti_cents=-18, room=0.25, reverb=0.3,
        accompaniment=("dulcimer", "shadow", "percussion"), low_db=-1, high_db=-2, noise_db=-55,
        loudness_db=-18,
    ),
    "drone": Style(
        "Style 10 Drone", tempo=0.85, rubato=0.6, vibrato_cents=44, vibrato_hz=4.8, slide=0.6,
        ornament=0.4, tremolo=0.45, dynamics_db=9, jitter_s=0.012, a4_hz=441, fa_cents=14,
        ti_cents=-10, room=0.5, reverb=0.45, accompaniment=("drone", "pad"), low_db=3, high_db=-3,
        noise_db=-62, loudness_db=-19, transpose=-2,
    ),
}  # fmt: skip

_ACCOMPANIMENTS: tuple[tuple[str, ...], ...] = (
    (), (), (), (), ("dulcimer",), ("bass",), ("pad",), ("drone",), ("percussion",), ("shadow",),
    ("dulcimer", "bass"), ("pad", "bass"), ("shadow", "percussion"), ("drone", "percussion"),
    ("dulcimer", "bass", "percussion"), ("dulcimer", "shadow", "pad", "bass"),
)  # fmt: skip


def draw_styles(prefix: str, count: int, seed: int) -> list[Style]:
    """Draw `count` styles named ``Style <prefix>01`` and so on; the seed decides them."""
    random = np.random.default_rng([seed, 71])
    order = random.permutation(len(_ACCOMPANIMENTS))

    def uniform(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    return [
        Style(
            name=f"Style {prefix}{index + 1:02d}",
            tempo=uniform(0.78, 1.3),
            rubato=max(0.0, uniform(-0.4, 0.9)),
            vibrato_cents=uniform(8, 48),
            vibrato_hz=uniform(4.4, 6.8),
            slide=uniform(0.05, 0.6),
            ornament=uniform(0.0, 0.9),
            tremolo=uniform(0.05, 0.9),
            dynamics_db=uniform(3, 11),
            touch_db=uniform(-16, -1),
            legato=uniform(0.65, 1.0),
            jitter_s=uniform(0.003, 0.016),
            a4_hz=uniform(436, 446),
            fa_cents=uniform(-10, 25),
            ti_cents=uniform(-20, 10),
            room=uniform(0.1, 0.95),
            reverb=uniform(0.1, 0.9),
            accompaniment=_ACCOMPANIMENTS[order[index % len(order)]],
            low_db=uniform(-4, 4),
            high_db=uniform(-5, 5),
            noise_db=uniform(-72, -54),
            loudness_db=uniform(-21, -16),
            transpose=int(random.integers(-5, 6)),
        )
        for index in range(count)
    ]
