"""Decoded frames of a source, cut to the sample.

A track begins at a sample of its file, not at a packet: the frames at both ends are cut, so that
the tracks of an album one after the other are the album.  Where a codec's time stamps count
samples and no packet needs the one before it, decoding begins shortly before the track instead
of at the file's beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import av.error
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from data.sources import Source

_LOSSLESS = frozenset({"alac", "ape", "flac", "tta", "wavpack"})
_PREROLL_S = 0.5


def frames(container: Any, stream: AudioStream, source: Source) -> Iterator[AudioFrame | None]:
    """Decode a source that is open, from its first sample to its last.

    Yields
    ------
    frame : AudioFrame or None
        None for each packet that cannot be decoded.
    """
    if source.is_whole:
        yield from _decoded(container, stream)
        return
    rate = stream.codec_context.sample_rate or 1
    first = round(source.start_s * rate)
    last = None if source.end_s is None else round(source.end_s * rate)
    sought = first > _PREROLL_S * rate and _counts_samples(stream, rate)
    if sought:
        try:
            container.seek(first - round(_PREROLL_S * rate) + _origin(stream), stream=stream)
        except (av.error.FFmpegError, OSError):
            sought = False
    yield from _cut(container, stream, (first, last), sought)


def resampled(frames: Iterable[AudioFrame | None], **form: Any) -> Iterator[AudioFrame]:
    """Frames in the format, layout and rate of `form`, as `AudioResampler` takes them.

    What could not be decoded is left out.  Chained and damaged streams change their own form in
    the middle: what comes after it is converted anew.
    """
    resampler, before = None, None
    for frame in frames:
        if frame is None:
            continue
        frame.pts = None
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or now != before:
            if resampler is not None:
                yield from resampler.resample(None)
            resampler, before = AudioResampler(**form), now
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _cut(
    container: Any, stream: AudioStream, span: tuple[int, int | None], sought: bool
) -> Iterator[AudioFrame | None]:
    first, last = span
    origin, at = _origin(stream), None if sought else 0
    stamped = sought or _counts_samples(stream, stream.codec_context.sample_rate or 1)
    for frame in _decoded(container, stream):
        if frame is None:
            yield None
            continue
        if stamped and frame.pts is not None:
            # Also where damaged packets are missing, what follows stays in its place.
            at = frame.pts - origin
        if sought and (at is None or at > first):
            # Some files' indices are wrong: the beginning is always right.
            container.seek(0, stream=stream)
            yield from _cut(container, stream, span, False)
            return
        sought = False
        begin, at = at or 0, (at or 0) + frame.samples
        if last is not None and begin >= last:
            return
        if at > first:
            end = at if last is None else min(at, last)
            yield _part(frame, max(first - begin, 0), end - begin)


def _counts_samples(stream: AudioStream, rate: int) -> bool:
    codec = stream.codec_context.codec.canonical_name
    exact = codec in _LOSSLESS or codec.startswith("pcm_")
    return exact and stream.time_base is not None and stream.time_base * rate == 1


def _origin(stream: AudioStream) -> int:
    return stream.start_time or 0


def _part(frame: AudioFrame, first: int, last: int) -> AudioFrame:
    if (first, last) == (0, frame.samples):
        return frame
    frame.pts = None
    fifo = AudioFifo()
    fifo.write(frame)
    if first:
        fifo.read(first)
    part = fifo.read(last - first)
    assert part is not None  # so many samples were written
    return part


def _decoded(container: Any, stream: AudioStream) -> Iterator[AudioFrame | None]:
    for packet in _packets(container, stream):
        if packet is None:
            yield None
            continue
        try:
            yield from packet.decode()
        except (av.error.FFmpegError, ValueError):
            yield None


def _packets(container: Any, stream: AudioStream) -> Iterator[Any]:
    """Packets of a stream; None once, at the end, where reading stops with an error."""
    while True:
        try:
            yield from container.demux(stream)
            return
        except IndexError:
            # FLV and MPEG announce streams in the middle, and PyAV does not know these: the
            # packet that began one is not ours. Reading goes on behind it.
            continue
        except (av.error.FFmpegError, OSError):
            yield None
            return
