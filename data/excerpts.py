"""Stretches of several recordings as one audio file, to take away and listen to elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from data.cutting import frames, resampled
from data.decoding import open_audio
from data.files import atomic_path
from data.sources import Source

RATE = 44_100
#: Ends are faded, so that a cut makes no click, and a breath is left between two stretches.
_FADE_S, _PAUSE_S = 0.02, 0.4
_FRAME = 4096


def write_excerpts(stretches: Sequence[Source], target: str) -> None:
    """Write stretches one after the other as FLAC, stereo at 44.1 kHz; runs in a worker.

    Parameters
    ----------
    stretches : sequence of Source
    target : str
        Written whole or not at all.

    Raises
    ------
    UnreadableAudio
        If one of the files cannot be decoded (any more).
    """
    with atomic_path(Path(target)) as temporary, av.open(str(temporary), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=RATE, layout="stereo")
        for number, stretch in enumerate(stretches):
            samples = _faded(_samples(stretch))
            if number:
                samples = np.concatenate([_silence(), samples], axis=1)
            for first in range(0, samples.shape[1], _FRAME):
                block = np.ascontiguousarray(samples[:, first : first + _FRAME].T).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
                frame.sample_rate = RATE
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _samples(stretch: Source) -> NDArray[np.int16]:
    """Samples of a stretch, int16 [2, n]; fewer where the recording ends before."""
    return np.concatenate([np.zeros((2, 0), np.int16), *_blocks(stretch)], axis=1)


def _blocks(stretch: Source) -> Iterator[NDArray[np.int16]]:
    with open_audio(stretch.path) as (container, stream):
        heard = frames(container, stream, stretch)
        for block in resampled(heard, format="s16p", layout="stereo", rate=RATE):
            yield block.to_ndarray().astype(np.int16, copy=False)


def _faded(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    length = min(round(_FADE_S * RATE), samples.shape[1] // 2)
    rising = np.linspace(0, 1, length, dtype=np.float32)
    faded = samples.copy()
    faded[:, :length] = samples[:, :length] * rising
    if length:
        faded[:, -length:] = samples[:, -length:] * rising[::-1]
    return faded


def _silence() -> NDArray[np.int16]:
    return np.zeros((2, round(_PAUSE_S * RATE)), np.int16)
