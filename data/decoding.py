"""Source -> mono float32 at 20 kHz (paper, Section 3.1), with remarks on what was odd.

Conventions
-----------
* Mixing and resampling are :mod:`data.resampling`'s.
* Untrusted files are decoded only in worker processes; only known audio formats are
  opened, so a file that merely claims to be music cannot make FFmpeg read other files.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from data.cutting import frames
from data.files import readable_name
from data.limits import limits, watched
from data.resampling import SAMPLE_RATE as SAMPLE_RATE
from data.resampling import MonoResampler
from data.sources import Source
from data.truncation import duration_is_a_guess, ends_early
from errors import UserError
from language import N_, Sentence

VIDEO_SUFFIXES = frozenset(
    {".3gp", ".asf", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg"}
    | {".mts", ".ogv", ".rmvb", ".vob", ".webm", ".wmv"}
)
AUDIO_SUFFIXES = VIDEO_SUFFIXES | frozenset(
    {".aac", ".ac3", ".aif", ".aifc", ".aiff", ".amr", ".ape", ".au", ".caf", ".dff", ".dsf"}
    | {".dts", ".eac3", ".flac", ".m4a", ".m4b", ".mka", ".mp2", ".mp3", ".mpc", ".oga", ".ogg"}
    | {".opus", ".ra", ".rm", ".shn", ".spx", ".tak", ".tta", ".w64", ".wav", ".wma", ".wv"}
)
#: Why a film is passed over: nothing about it can or need be mended.
NO_SOUND = N_("is a video without sound and was passed over")

# Formats that hold all of their sound themselves: no playlist, no link to another file.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,matroska,mov,mp3,mpc,mpc8,"
    "mpeg,mpegts,ogg,rm,shn,tak,tta,w64,wav,webm,wv"
)
_LOW_RATE, _HIGH_RATE = 16_000, 96_000  # beyond these the summary says so
_TOLERANCE_S = 0.25  # what a header's duration may be off: padding of codecs


class UnreadableAudio(UserError):
    """A file from which no sound could be decoded; `reason` says why: "is empty"."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}.")
        self.name, self.reason = name, reason

    def __reduce__(self) -> tuple[Any, ...]:
        """It comes from a worker, and is made again here."""
        return type(self), (self.name, self.reason)


@dataclass(frozen=True)
class Decoded:
    """One decoded recording.

    Attributes
    ----------
    samples : float32 [shape=(n,)]
        Mono at 20 kHz, full scale 1.
    source_rate : int
        Sampling rate of the file, Hz.
    channels : int
        Channels of the file.
    codec : str
        FFmpeg's name, such as ``"vorbis"``.
    notes : tuple of str
        One clear remark for each thing that was odd but did not prevent decoding.
    """

    samples: NDArray[np.float32]
    source_rate: int
    channels: int
    codec: str
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of what was decoded, seconds."""
        return len(self.samples) / SAMPLE_RATE


def decode(audio: Source | str | os.PathLike[str]) -> Decoded:
    """Decode the first audio stream of a file, or a part of it, to mono at 20 kHz.

    Passages that are damaged are left out and what can be decoded is kept; a remark in
    `notes` says so.

    Raises
    ------
    UnreadableAudio
        If the file cannot be opened, is no audio, holds no decodable sound, or is larger or
        longer than :mod:`data.limits` allow.
    """
    source = Source.of(audio)
    with open_audio(source.path) as (container, stream):
        return decode_open(source, container, stream)


def decode_open(source: Source, container: Any, stream: AudioStream) -> Decoded:
    """The same for a file that :func:`open_audio` has opened."""
    expected_s = _expected_duration(container, stream, source)
    samples, damaged = _decode_stream(container, stream, source)
    if not len(samples):
        raise UnreadableAudio(source.name, N_("holds no sound that can be decoded"))
    context = stream.codec_context
    notes = [
        *_length_notes(source, len(samples) / SAMPLE_RATE, expected_s, damaged),
        *_source_notes(context.sample_rate, context.channels),
        *_repair(samples),
    ]
    codec = context.codec.canonical_name
    return Decoded(samples, context.sample_rate, context.channels, codec, tuple(notes))


def header_duration(container: Any, stream: AudioStream) -> float | None:
    """What the header says the file lasts, seconds; None where it does not say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


class _File(io.FileIO):
    """A file in which a damaged container may seek anywhere.

    PyAV writes a traceback to the terminal where an error ends a seek; FFmpeg knows what to
    do with a negative place.
    """

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return super().seek(offset, whence)
        except OSError as error:
            return -(error.errno or errno.EINVAL)


class open_audio:
    """Context manager: the container and first audio stream of a file.

    FFmpeg's errors inside the block become :class:`UnreadableAudio`.  In a worker the block
    must end in time, see :mod:`data.limits`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._file: io.FileIO | None = None
        self._container: Any = None
        self._watch = ExitStack()

    def __enter__(self) -> tuple[Any, AudioStream]:
        try:
            size = self._path.stat().st_size
            if size == 0:
                raise UnreadableAudio(_name(self._path), N_("is empty"))
            if reason := limits().refuse(size):
                raise UnreadableAudio(_name(self._path), reason)
            self._watch.enter_context(watched(size))
            # A file object, not a name: names need not be UTF-8.
            self._file = _File(self._path)
            self._container = av.open(
                self._file,
                metadata_errors="surrogateescape",
                options={"format_whitelist": _FORMATS},
                buffer_size=1 << 18,
            )
            if not self._container.streams.audio:
                film = self._path.suffix.lower() in VIDEO_SUFFIXES
                reason = NO_SOUND if film else N_("holds no audio")
                raise UnreadableAudio(_name(self._path), reason)
            stream = self._container.streams.audio[0]
            if stream.codec_context is None:
                raise UnreadableAudio(_name(self._path), N_("uses an unknown codec"))
            return self._container, stream
        except BaseException as error:
            self._close()
            raise self._translated(error) from error

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        self._close()
        if error is not None and (translated := self._translated(error)) is not error:
            raise translated from error

    def _close(self) -> None:
        self._watch.close()
        if self._container is not None:
            self._container.close()
        if self._file is not None:
            self._file.close()

    def _translated(self, error: BaseException) -> BaseException:
        name = _name(self._path)
        if isinstance(error, av.error.FFmpegError):
            said, problem = N_("is no readable audio, or is damaged ({problem})"), error.strerror
            return UnreadableAudio(name, Sentence(said, problem=problem))
        if isinstance(error, OSError):
            said, problem = N_("cannot be opened: {problem}"), error.strerror or str(error)
            return UnreadableAudio(name, Sentence(said, problem=problem))
        return error


def _decode_stream(
    container: Any, stream: AudioStream, source: Source
) -> tuple[NDArray[np.float32], int]:
    """Samples, and the number of packets that could not be decoded."""
    output = MonoResampler()
    push, most = output.push, limits().longest_s * SAMPLE_RATE
    damaged = 0
    for frame in frames(container, stream, source):
        if frame is None:
            damaged += 1
            continue
        try:
            push(frame)
        except (av.error.FFmpegError, ValueError):
            damaged += 1
        if output.count > most:
            raise UnreadableAudio(source.name, limits().too_long())
    output.flush()
    return output.samples(), damaged


def _expected_duration(container: Any, stream: AudioStream, source: Source) -> float | None:
    """What the header says the source lasts, seconds; None where it does not say."""
    whole_s = header_duration(container, stream)
    if source.is_whole or whole_s is None:
        return whole_s
    return max(0.0, min(whole_s, source.end_s or whole_s) - source.start_s)


def _length_notes(
    source: Source, duration_s: float, expected_s: float | None, damaged: int
) -> Iterator[str]:
    path = source.path
    short_s = 0.0 if expected_s is None or duration_is_a_guess(path) else expected_s - duration_s
    if expected_s is not None and short_s > max(_TOLERANCE_S, 0.001 * expected_s):
        digits = 0 if short_s > 2 else 1
        yield (
            f"truncated or damaged: only {duration_s:.{digits}f} s of "
            f"{expected_s:.{digits}f} s could be read"
        )
    elif source.end_s is None and ends_early(path):
        yield f"truncated: the file ends in the middle, only {duration_s:.0f} s could be read"
    elif damaged:
        passages = "a passage" if damaged == 1 else f"{damaged} passages"
        yield f"damaged: {passages} could not be decoded and were left out"


def _source_notes(rate: int, channels: int) -> Iterator[str]:
    if rate < _LOW_RATE:
        yield f"sampled at {rate / 1000:g} kHz: nothing above {rate / 2000:g} kHz"
    elif rate > _HIGH_RATE:
        yield f"sampled at {rate / 1000:g} kHz: reduced to 20 kHz, nothing above 10 kHz is used"
    if channels > 2:
        yield f"{channels} channels were mixed to mono"


def _repair(samples: NDArray[np.float32]) -> Iterator[str]:
    """Replace values that are no numbers (some float WAV files hold them) by silence."""
    # NaN and infinity both show in the energy, one pass that needs no second array.
    if not np.isfinite(np.dot(samples, samples)) and (broken := ~np.isfinite(samples)).any():
        samples[broken] = 0.0
        yield f"{int(broken.sum())} samples are no numbers and were replaced by silence"


def _name(path: Path) -> str:
    return readable_name(path.name)
