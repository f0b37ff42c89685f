"""Decoded frames -> mono float32 at 20 kHz, with the numbers of FFmpeg's libswresample.

Conventions
-----------
* Channels are mixed to mono so that full scale stays full scale: stereo is (L + R) / 2.
* `n` samples become ``ceil(n * 20000 / rate)``; output `j` is at ``j / 20000`` s.

libswresample makes one output sample at a time out of 71 input samples (at 44.1 kHz), which
costs a third of what decoding Ogg Vorbis costs.  The same filter, seen over one period of
both rates (200 samples out of 441 in), is a banded matrix; its bands are products of small
dense matrices, for which NumPy's BLAS needs half the time.  The filter is not designed anew:
libswresample is asked for its impulse responses, once for each rate.  What is no planar
float in mono or stereo, and odd rates, go through libswresample itself.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd
from typing import NamedTuple

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

SAMPLE_RATE = 20_000

# Samples gathered before they are worked on: Vorbis frames hold 128 to 1024, and a call for
# each would cost more than decoding it. A stereo block of this size still fits a core's cache.
_BLOCK = 3 << 15
_LONGEST_PERIOD = 441  # of 44.1 and 22.05 kHz; all other usual rates have shorter ones
_PERIOD = 200  # output samples of one row of products, at least
# Output samples of one product: wider ones hold more zeros. With the block above, a product
# has less than a million terms, up to which OpenBLAS neither repacks nor starts threads.
_BAND = 16

Samples = NDArray[np.float32]


class MonoResampler:
    """Frames in, mono float32 at 20 kHz out, gathered in one growing buffer."""

    def __init__(self) -> None:
        # A bytearray grows in place, where concatenating blocks would hold them twice.
        self._buffer = bytearray()
        self._fifo = AudioFifo()
        self._converter: _Bands | _Swr | None = None
        self._channels = 0

    def push(self, frame: AudioFrame) -> None:
        """Take the next frame; it may differ in rate and layout from those before."""
        # Chained streams may change their form in the middle. Each frame's rate and format are
        # compared by the FIFO; asking for their names would cost as much as gathering the frames.
        frame.pts = None
        try:
            if frame.layout.nb_channels != self._channels:
                self.flush()
            self._fifo.write(frame)
        except ValueError:
            self.flush()
            self._fifo.write(frame)
        if self._converter is None:
            self._converter = _converter_of(frame)
            self._channels = frame.layout.nb_channels
        if self._fifo.samples >= _BLOCK:
            self._convert(self._fifo.read())

    def flush(self) -> None:
        """End the stream: what is under way becomes samples."""
        if self._converter is not None:
            if self._fifo.samples:
                self._convert(self._fifo.read())
            self._buffer += self._converter.finish().data
        self._fifo, self._converter = AudioFifo(), None

    @property
    def count(self) -> int:
        """Samples that are ready."""
        return len(self._buffer) // 4

    def samples(self) -> Samples:
        """All samples so far, float32 [shape=(n,)]; nothing can be pushed afterwards."""
        return np.frombuffer(self._buffer, dtype=np.float32)

    def _convert(self, block: AudioFrame | None) -> None:
        assert self._converter is not None and block is not None
        self._buffer += self._converter.convert(block).data


def _converter_of(frame: AudioFrame) -> _Bands | _Swr:
    form, layout, rate = frame.format.name, frame.layout.name, frame.sample_rate
    period = rate // gcd(rate, SAMPLE_RATE)
    usual = form == "fltp" and layout in {"mono", "stereo"} and period <= _LONGEST_PERIOD
    return _Bands(rate, 1 + (layout == "stereo")) if usual else _Swr()


class _Swr:
    """libswresample itself, for everything that FFmpeg can decode."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(
            format="flt", layout="mono", rate=SAMPLE_RATE, options={"rematrix_maxval": "1"}
        )

    def convert(self, block: AudioFrame | None) -> Samples:
        planes = [_plane(frame, 0) for frame in self._resampler.resample(block)]
        return np.concatenate(planes) if planes else np.empty(0, np.float32)

    def finish(self) -> Samples:
        return self.convert(None)


class _Filter(NamedTuple):
    """The filter of one rate as bands of one period, an output row of 200 or a little more.

    Attributes
    ----------
    inputs, outputs : int
        Samples of one period.
    margin : int
        Input samples needed before and behind an output.
    bands : tuple of (int, int, float32 [K, <= 16])
        First output, first input (counted from `margin` before the period), weights.
    """

    inputs: int
    outputs: int
    margin: int
    bands: tuple[tuple[int, int, Samples], ...]

    @property
    def span(self) -> int:
        """Input samples that the outputs of one period depend on."""
        _, first, weights = self.bands[-1]
        return max(self.inputs, first + len(weights))


class _Bands:
    """The filter of :class:`_Swr` as products of matrices; planar float, mono or stereo."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._filter = _filter_of(rate, channels)
        self._taken = self._made = 0
        # Input that later outputs need too; the recording's start is mirrored before it.
        self._kept = np.empty(0, np.float32)

    def convert(self, block: AudioFrame) -> Samples:
        count = block.samples
        margin = 0 if self._taken else self._filter.margin
        sound = np.empty(len(self._kept) + margin + count, np.float32)
        sound[: len(self._kept)] = self._kept
        _sum(block, out=sound[-count:])
        if margin:
            sound[:margin] = np.pad(sound[margin:][: margin + 1], (margin, 0), "reflect")[:margin]
        self._taken += count
        rows = max(0, (len(sound) - self._filter.span) // self._filter.inputs + 1)
        self._kept = sound[rows * self._filter.inputs :].copy()
        self._made += rows * self._filter.outputs
        return self._product(sound, rows)

    def finish(self) -> Samples:
        missing = ceil(self._taken * SAMPLE_RATE / self._rate) - self._made
        rows = ceil(missing / self._filter.outputs)
        if rows <= 0:
            return np.empty(0, np.float32)
        sound = np.pad(self._kept, (0, self._filter.margin), "symmetric")
        lacking = (rows - 1) * self._filter.inputs + self._filter.span - len(sound)
        return self._product(np.pad(sound, (0, max(0, lacking))), rows)[:missing]

    def _product(self, sound: Samples, rows: int) -> Samples:
        inputs, outputs = self._filter.inputs, self._filter.outputs
        made = np.empty((rows, outputs), np.float32)
        if not rows:
            return made.reshape(-1)
        for first, start, weights in self._filter.bands:
            taps, width = weights.shape
            # Row `i` is the input of period `i`: a view, which BLAS reads where it lies.
            windows = np.ndarray((rows, taps), np.float32, sound, 4 * start, (4 * inputs, 4))
            np.matmul(windows, weights, out=made[:, first : first + width])
        return made.reshape(-1)


def _sum(block: AudioFrame, out: Samples) -> None:
    if len(block.planes) == 1:
        out[:] = _plane(block, 0)
    else:
        np.add(_plane(block, 0), _plane(block, 1), out=out)


def _plane(frame: AudioFrame, channel: int) -> Samples:
    return np.frombuffer(memoryview(frame.planes[channel]), np.float32, count=frame.samples)


@lru_cache(maxsize=8)
def _filter_of(rate: int, channels: int) -> _Filter:
    # The mean of the channels is their sum through smaller weights.
    phases = _impulse_responses(rate) / np.float32(channels)  # [L, 1 + 2 * margin]
    margin = phases.shape[1] // 2
    common = gcd(rate, SAMPLE_RATE)
    repeats = ceil(_PERIOD * common / SAMPLE_RATE)
    inputs, outputs = repeats * rate // common, repeats * SAMPLE_RATE // common
    starts = np.arange(outputs) * inputs // outputs
    bands = []
    for first in range(0, outputs, _BAND):
        places = starts[first : first + _BAND]
        weights = np.zeros((places[-1] - places[0] + phases.shape[1], len(places)), np.float32)
        for column, start in enumerate(places - places[0]):
            phase = phases[(first + column) % len(phases)]
            weights[start : start + len(phase), column] = phase
        bands.append((first, int(places[0]), weights))
    return _Filter(inputs, outputs, margin, tuple(bands))


def _impulse_responses(rate: int) -> Samples:
    """Ask libswresample for its filter.

    Returns
    -------
    phases : float32 [shape=(L, 1 + 2 * margin)]
        ``phases[j % L, margin + k]`` is the weight of input ``j * M // L + k`` in output `j`,
        where ``L / M`` is the ratio of the rates in lowest terms.
    """
    common = gcd(rate, SAMPLE_RATE)
    length, period = SAMPLE_RATE // common, rate // common
    # Its default: 32 zero crossings of a sinc, cut off at 0.97 of the lower rate.
    margin = ceil(32 * max(1.0, rate / SAMPLE_RATE / 0.97)) // 2 + 2
    # One impulse at each place of the period, so far apart that no output sees two.
    distance = period * ceil((2 * margin + 2) / period) + 1
    places = margin + distance * np.arange(period)
    sound = np.zeros((1, places[-1] + 2 * margin + 1), np.float32)
    sound[0, places] = 1.0
    frame = AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
    frame.sample_rate = rate
    swr = _Swr()
    response = np.concatenate([swr.convert(frame), swr.finish()])
    outputs = np.arange(len(response))
    centres = outputs * period // length
    nearest = np.clip(np.rint((centres - margin) / distance).astype(int), 0, period - 1)
    taps = places[nearest] - centres
    near = np.abs(taps) <= margin
    phases = np.zeros((length, 2 * margin + 1), np.float32)
    phases[outputs[near] % length, margin + taps[near]] = response[near]
    return phases
