"""The scales of the paper's T1: 12 pitches on 4 instruments at 4 loudness levels.

Each note is 0.25 s long, ten columns of the spectrogram, and begins exactly on a column.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tools.rendering.instruments import INSTRUMENTS, Instrument
from tools.rendering.midi import MidiTrack
from tools.rendering.synthesis import SAMPLE_RATE, encode_opus, synthesise
from tools.rendering.takes import write_csv

NOTE_S = 0.25
#: Do4 to So5 with do on D4: the paper's twelve diatonic pitches.
PITCHES = tuple(
    (f"{name}{octave}", 62 + 12 * (octave - 4) + semitones)
    for octave, names in ((4, 7), (5, 5))
    for name, semitones in tuple(
        zip(("Do", "Re", "Mi", "Fa", "So", "La", "Ti"), (0, 2, 4, 5, 7, 9, 11), strict=True)
    )[:names]
)
#: Velocities of loudness 1 to 4: about 7 dB apart in the soundfont.
VELOCITIES = (39, 58, 86, 127)
_BIT_RATE = 64_000
_SPACING_S = 1.5
_LOUDEST_RMS = 10 ** (-18 / 20)


def render_scales(folder: Path) -> None:
    """Write ``<Instrument>.opus`` and ``notes.csv`` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for instrument in INSTRUMENTS.values():
        name = f"{instrument.name}.opus"
        # A little silence after the last note, so that no resampler cuts its last column.
        samples = np.pad(scale(instrument), (0, SAMPLE_RATE // 10))
        encode_opus(
            samples, folder / name, {"title": "Scale", "instrument": instrument.name}, _BIT_RATE
        )
        for index, (loudness, pitch) in enumerate(_order()):
            start = index * NOTE_S
            rows.append(
                (
                    name,
                    f"{start:.3f}",
                    f"{start + NOTE_S:.3f}",
                    PITCHES[pitch][0],
                    loudness + 1,
                    instrument.name,
                )
            )
    write_csv(
        folder / "notes.csv", ("path", "start_s", "end_s", "pitch", "loudness", "instrument"), rows
    )


def _order() -> list[tuple[int, int]]:
    """Loudness level and pitch index of each note: a scale at a time, soft to loud."""
    return [(level, pitch) for level in range(len(VELOCITIES)) for pitch in range(len(PITCHES))]


def scale(instrument: Instrument) -> np.ndarray:
    """All 48 notes of an instrument.

    Returns
    -------
    numpy.ndarray [shape=(48 * 0.25 * SAMPLE_RATE,), dtype=float32]
        Each note is played alone and cut to 0.25 s with fades of 4 ms; the loudest level is
        set to -18 dB (RMS) as a whole.
    """
    track = MidiTrack()
    track.setup(0, instrument.program, 110, 0)
    order = _order()
    for index, (level, pitch) in enumerate(order):
        at = index * _SPACING_S
        track.note(0, PITCHES[pitch][1], VELOCITIES[level], at, at + 0.6)
    played = synthesise(track.to_bytes(len(order) * _SPACING_S))
    count = round(NOTE_S * SAMPLE_RATE)
    starts = [round(index * _SPACING_S * SAMPLE_RATE) for index in range(len(order))]
    notes = np.stack([_cut(played[start:], count) for start in starts])
    loudest = notes[-len(PITCHES) :]
    notes *= _LOUDEST_RMS / np.sqrt(np.mean(loudest**2))
    return notes.reshape(-1).astype(np.float32)


def _cut(samples: np.ndarray, count: int) -> np.ndarray:
    """The first `count` samples from where the note is heard, with short fades."""
    heard = np.abs(samples[:count]) > 0.1 * np.abs(samples[: 4 * count]).max()
    start = max(0, int(np.argmax(heard)) - SAMPLE_RATE // 250)
    note = samples[start : start + count].copy()
    fade = SAMPLE_RATE // 250
    note[:fade] *= np.linspace(0, 1, fade)
    note[-fade:] *= np.linspace(1, 0, fade)
    return note
