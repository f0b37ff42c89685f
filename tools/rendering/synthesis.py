"""MIDI to sound: fluidsynth plays, numpy and scipy finish, libopus encodes."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import lfilter

from errors import UserError
from tools.rendering.styles import Style

SAMPLE_RATE = 32_000
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_PEAK = 0.79  # -2 dB of full scale: Opus may overshoot a little
_OPUS_RATE = 48_000


def synthesise(midi: bytes, room: float = 0.0, reverb: float = 0.0) -> np.ndarray:
    """Play a MIDI file with fluidsynth and the FluidR3 soundfont.

    Parameters
    ----------
    midi : bytes
        A Standard MIDI File.
    room, reverb : float
        Size of the room and level of its reverberation, 0 to 1; a level of 0 is dry.

    Returns
    -------
    numpy.ndarray [shape=(n,), dtype=float32]
        Mono at :data:`SAMPLE_RATE`, at fluidsynth's own level.

    Raises
    ------
    UserError
        If fluidsynth or the soundfont is not installed, or fluidsynth fails.
    """
    if not SOUNDFONT.exists():
        raise UserError(f"{SOUNDFONT} is missing: install the package fluid-soundfont-gm.")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.mid"), Path(folder, "out.raw")
        source.write_bytes(midi)
        command = [
            "fluidsynth", "-ni", "-q", "-g", "0.5", "-r", str(SAMPLE_RATE), "-C", "0",
            "-R", "1" if reverb > 0 else "0",
            "-o", f"synth.reverb.room-size={room:.3f}", "-o", f"synth.reverb.level={reverb:.3f}",
            "-o", "synth.reverb.damp=0.3", "-o", "synth.dynamic-sample-loading=1",
            "-T", "raw", "-O", "float", "-F", str(target), str(SOUNDFONT), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            raise UserError("fluidsynth is missing: install the package fluidsynth.") from None
        except subprocess.CalledProcessError as error:
            raise UserError(f"fluidsynth failed: {error.stderr.decode(errors='replace')}") from None
        stereo = np.fromfile(target, dtype="<f4").reshape(-1, 2)
    return stereo.mean(axis=1, dtype=np.float32)


def finish(samples: np.ndarray, style: Style, duration_s: float, seed: int) -> np.ndarray:
    """Equaliser, noise floor, loudness, limiter and fades of a style.

    Parameters
    ----------
    samples : numpy.ndarray [shape=(n,), dtype=float32]
        Mono at :data:`SAMPLE_RATE`.
    style : Style
        Its ``low_db``, ``high_db``, ``noise_db`` and ``loudness_db`` are used.
    duration_s : float
        Length of the result.
    seed : int
        Of the noise.
    """
    count = round(duration_s * SAMPLE_RATE)
    samples = np.pad(samples[:count], (0, max(0, count - len(samples)))).astype(np.float64)
    samples = _shelf(_shelf(samples, 250.0, style.low_db, high=False), 3000.0, style.high_db, True)
    samples = lfilter(*_one_pole_high_pass(35.0), samples)
    samples *= 10 ** (style.loudness_db / 20) / max(1e-9, loudness(samples))
    samples = limit(samples)
    noise = np.random.default_rng([seed, 5]).standard_normal(count)
    samples += _pink(noise) * 10 ** (style.noise_db / 20)
    fade_in, fade_out = round(0.02 * SAMPLE_RATE), round(1.2 * SAMPLE_RATE)
    samples[:fade_in] *= np.linspace(0, 1, fade_in)
    samples[-fade_out:] *= np.cos(np.linspace(0, np.pi / 2, fade_out)) ** 2
    return samples.astype(np.float32)


def loudness(samples: np.ndarray) -> float:
    """RMS of the 50 ms blocks that are within 20 dB of the loudest tenth."""
    block = SAMPLE_RATE // 20
    blocks = samples[: len(samples) // block * block].reshape(-1, block)
    power = np.mean(blocks**2, axis=1)
    loud = power > np.quantile(power, 0.9) / 100
    return float(np.sqrt(power[loud].mean()))


def limit(samples: np.ndarray) -> np.ndarray:
    """Look-ahead limiter: no sample above -2 dB of full scale, no distortion below it."""
    reach = round(0.005 * SAMPLE_RATE)
    envelope = maximum_filter1d(np.abs(samples), 4 * reach + 1)
    gain = np.minimum(1.0, _PEAK / np.maximum(envelope, 1e-9))
    smooth = uniform_filter1d(uniform_filter1d(gain, reach), reach)
    return np.clip(samples * smooth, -_PEAK, _PEAK)


def _shelf(samples: np.ndarray, corner_hz: float, gain_db: float, high: bool) -> np.ndarray:
    """First-order shelving filter: a one-pole low-pass split, one side amplified."""
    if gain_db == 0:
        return samples
    pole = np.exp(-2 * np.pi * corner_hz / SAMPLE_RATE)
    low = lfilter([1 - pole], [1, -pole], samples)
    change = 10 ** (gain_db / 20) - 1
    return samples + change * (samples - low if high else low)


def _one_pole_high_pass(corner_hz: float) -> tuple[list[float], list[float]]:
    pole = float(np.exp(-2 * np.pi * corner_hz / SAMPLE_RATE))
    return [(1 + pole) / 2, -(1 + pole) / 2], [1.0, -pole]


def _pink(noise: np.ndarray) -> np.ndarray:
    """White noise made softer towards high frequencies, at unit RMS."""
    soft = lfilter([0.25], [1, -0.75], noise) + 0.3 * noise
    return soft / np.std(soft)


def encode_opus(
    samples: np.ndarray,
    path: Path,
    tags: Mapping[str, str],
    bit_rate: int = 40_000,
    effort: int = 9,
) -> None:
    """Write mono samples at :data:`SAMPLE_RATE` as Ogg/Opus, the same bytes each time.

    `effort` is libopus' complexity, 0 (fast) to 10.
    """
    temporary = path.with_name(path.name + ".part")
    with av.open(str(temporary), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=_OPUS_RATE, layout="mono")
        stream.bit_rate = bit_rate
        stream.options = {"compression_level": str(effort), "vbr": "constrained"}
        container.metadata.update(tags)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=_OPUS_RATE)
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), "flt", "mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        fifo = av.AudioFifo()
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            piece.pts = None
            fifo.write(piece)
        written = 0
        while block := fifo.read(960, partial=True):
            block.pts, block.sample_rate = written, _OPUS_RATE
            written += block.samples
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    temporary.replace(path)
