"""The banded products give the samples that libswresample gives, however they are cut."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from av.audio.frame import AudioFrame

from data.resampling import MonoResampler, _Swr


def frame_of(sound: np.ndarray, rate: int, form: str = "fltp") -> AudioFrame:
    layout = {1: "mono", 2: "stereo"}[len(sound)]
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound), format=form, layout=layout)
    frame.sample_rate = rate
    return frame


def resample(sound: np.ndarray, rate: int, size: int = 1024) -> np.ndarray:
    resampler = MonoResampler()
    for first in range(0, sound.shape[1], size):
        resampler.push(frame_of(sound[:, first : first + size], rate))
    resampler.flush()
    return resampler.samples()


def noise(channels: int, count: int) -> np.ndarray:
    generator = np.random.default_rng(count)
    return 0.3 * generator.standard_normal((channels, count)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 16_000, 20_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_equals_libswresample(rate: int, channels: int) -> None:
    sound = noise(channels, 3 * rate + 137)
    swr = _Swr()
    expected = np.concatenate([swr.convert(frame_of(sound, rate)), swr.finish()])
    samples = resample(sound, rate)
    assert len(samples) == ceil(sound.shape[1] * 20_000 / rate)
    # The very last output of libswresample comes out of a filter that is cut off.
    both = min(len(samples), len(expected)) - 1
    assert len(expected) - both <= 1
    np.testing.assert_allclose(samples[:both], expected[:both], atol=2e-6)


@pytest.mark.parametrize("count", [1, 2, 50, 441, 500, 1 << 16, (1 << 16) + 1, 200_001])
def test_any_length_has_its_share_of_samples(count: int) -> None:
    samples = resample(np.full((2, count), 0.25, np.float32), 44_100)
    assert len(samples) == ceil(count * 20_000 / 44_100)
    np.testing.assert_allclose(samples, 0.25, atol=1e-3)


def test_a_stream_may_change_its_form_in_the_middle() -> None:
    resampler = MonoResampler()
    resampler.push(frame_of(noise(2, 44_100), 44_100))
    resampler.push(frame_of(noise(1, 44_100), 44_100))
    resampler.push(frame_of(noise(2, 48_000), 48_000))
    resampler.push(frame_of(noise(1, 48_000), 48_000))
    resampler.push(frame_of(np.zeros((1, 8000), np.int16), 8000, "s16"))
    resampler.flush()
    assert len(resampler.samples()) == pytest.approx(100_000, abs=2)
    assert not resampler.samples()[-19_900:].any()


def test_nothing_pushed_is_nothing() -> None:
    resampler = MonoResampler()
    resampler.flush()
    assert len(resampler.samples()) == 0
