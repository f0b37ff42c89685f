"""Real files for tests: sound written with PyAV, and an encoder with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.format import AudioFormat
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

# Suffix -> codec, sample format. PyAV writes Vorbis in stereo only. It only reads APE: see
# tests/monkey.py.
CODECS = {
    ".wav": ("pcm_s16le", "s16"),
    ".flac": ("flac", "s16"),
    ".ogg": ("vorbis", "fltp"),
    ".opus": ("libopus", "flt"),
    ".mp3": ("libmp3lame", "fltp"),
    ".m4a": ("aac", "fltp"),
    ".wma": ("wmav2", "fltp"),
    ".aiff": ("pcm_s16be", "s16"),
    ".tta": ("tta", "s16"),
    ".wv": ("wavpack", "s16p"),
    ".ac3": ("ac3", "fltp"),
    ".eac3": ("eac3", "fltp"),
    ".mp2": ("mp2", "s16"),
    ".caf": ("pcm_s16be", "s16"),
    ".au": ("pcm_s16be", "s16"),
    ".w64": ("pcm_s16le", "s16"),
    ".mka": ("vorbis", "fltp"),
}
# Those that carry speech: 8 kHz, mono.
SPEECH = {".ra": ("real_144", "s16"), ".amr": ("libopencore_amrnb", "s16")}
# Of films: of the picture, and of the sound.
FILMS = {
    ".mp4": ("mpeg4", "aac"),
    ".mov": ("mpeg4", "alac"),
    ".mkv": ("mpeg4", "ac3"),
    ".webm": ("libvpx", "libopus"),
    ".avi": ("mpeg4", "libmp3lame"),
    ".wmv": ("wmv2", "wmav2"),
    ".mpg": ("mpeg2video", "mp2"),
    ".flv": ("flv", "aac"),
}
_FORMS = {"aac": "fltp", "alac": "s16p", "flac": "s16", "libopus": "flt"} | {
    "libmp3lame": "fltp", "wmav2": "fltp", "mp2": "s16", "ac3": "fltp"
}  # fmt: skip
_CONTAINERS = {".m4a": "mp4", ".opus": "ogg", ".wma": "asf", ".mka": "matroska"} | {
    ".mkv": "matroska", ".wmv": "asf", ".mpg": "mpeg", ".ra": "rm"
}  # fmt: skip
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def melody(seconds: float, rate: int = 44_100, seed: int = 0) -> NDArray[np.float32]:
    """Plucked notes of a pentatonic scale: float32 [n], different for each seed."""
    random = np.random.default_rng(seed)
    time = np.arange(round(0.5 * rate)) / rate
    notes = []
    for step in random.integers(0, 5, int(np.ceil(seconds * 2))):
        pitch = 293.7 * 2 ** (np.array([0, 2, 4, 7, 9])[step] / 12)
        harmonics = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 6))
        notes.append(0.2 * harmonics * np.exp(-4 * time))
    return np.concatenate(notes)[: round(seconds * rate)].astype(np.float32)


def write_audio(
    path: Path,
    samples: NDArray[np.float32],
    rate: int = 44_100,
    channels: int = 1,
    tags: dict[str, str] | None = None,
    codec: str = "",
) -> Path:
    """Write float samples [n], or [channels, n], in the format of the suffix.

    `codec` is another one than the suffix's, such as ``"alac"``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    codec, form = (codec, _FORMS[codec]) if codec else (CODECS | SPEECH)[path.suffix.lower()]
    samples = np.atleast_2d(samples)
    channels = 2 if codec == "vorbis" else channels
    if len(samples) != channels:
        samples = np.repeat(samples, channels, axis=0)
    container = _CONTAINERS.get(path.suffix.lower(), path.suffix[1:])
    layout = _LAYOUTS[channels]
    with path.open("wb") as file, av.open(file, "w", format=container) as out:
        out.metadata.update(tags or {})
        _mux_sound(out, _sound_stream(out, codec, form, rate, layout), samples)
    return path


def write_film(path: Path, samples: NDArray[np.float32] | None, rate: int = 48_000) -> Path:
    """Write a film of one grey picture a second, with stereo sound [n] or without any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture, sound = FILMS[path.suffix]
    seconds = 2 if samples is None else int(len(samples) / rate)
    with path.open("wb") as file:
        container = _CONTAINERS.get(path.suffix, path.suffix[1:])
        with av.open(file, "w", format=container) as out:
            stream = cast(VideoStream, out.add_stream(picture, rate=25))
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            if samples is not None:
                heard = _sound_stream(out, sound, _FORMS[sound], rate, "stereo")
            for _ in range(25 * seconds):
                out.mux(stream.encode(VideoFrame(64, 48, "yuv420p")))
            out.mux(stream.encode(None))
            if samples is not None:
                _mux_sound(out, heard, np.stack([samples, samples]))
    return path


def _sound_stream(
    out: OutputContainer, codec: str, form: str, rate: int, layout: str
) -> AudioStream:
    stream = cast(AudioStream, out.add_stream(codec, rate=rate, layout=layout))
    stream.codec_context.format = AudioFormat(form)
    stream.codec_context.bit_rate = 128_000
    stream.codec_context.options = {"strict": "experimental"}
    stream.codec_context.open()
    return stream


def _mux_sound(out: OutputContainer, stream: AudioStream, samples: NDArray[np.float32]) -> None:
    context = stream.codec_context
    frame = AudioFrame.from_ndarray(samples, format="fltp", layout=context.layout.name)
    frame.sample_rate = context.sample_rate
    size = context.frame_size or 1024
    resampler = AudioResampler(
        context.format.name, context.layout.name, context.sample_rate, frame_size=size
    )
    for block in [*resampler.resample(frame), *resampler.resample(None)]:
        out.mux(stream.encode(block))
    out.mux(stream.encode(None))


def make_encoder(parent: Path) -> str:
    """An encoder folder ``parent/<id>`` with random weights; returns the id."""
    import torch
    from safetensors.torch import save_file

    from encoders.models import NoteAutoencoder, SegmentAutoencoder

    name = "paper-00000000"
    folder = parent / name
    folder.mkdir(parents=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_file(NoteAutoencoder().state_dict(), folder / "note.safetensors")
        save_file(SegmentAutoencoder().state_dict(), folder / "segment.safetensors")
    description = {
        "format": 1,
        "id": name,
        "recipe": "paper",
        "parameters": {"note": {}, "segment": {}},
        "normalisation": {"floor": 1e-3, "minimum": -7.0, "maximum": 5.0},
    }
    (folder / "encoder.json").write_text(json.dumps(description), encoding="utf-8")
    return name
