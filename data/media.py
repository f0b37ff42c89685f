"""Sound that browsers can play: the recording itself, or a copy made on demand."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import av

from data.catalogue import Recording
from data.cutting import frames, resampled
from data.decoding import UnreadableAudio, open_audio
from data.files import atomic_path
from data.library import Library
from data.sources import Source
from language import N_

# What current Chromium, Firefox and Safari all play, by suffix and codec.
_PLAYABLE = {
    ".mp3": {"mp3"},
    ".flac": {"flac"},
    ".wav": {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"},
    ".ogg": {"vorbis", "opus"},
    ".oga": {"vorbis", "opus"},
    ".opus": {"opus"},
    ".m4a": {"aac"},
    ".m4b": {"aac"},
    ".aac": {"aac"},
}
_OPUS_RATE = 48_000
_BIT_RATE = 128_000


def playable_path(library: Library, recording: Recording) -> Path | None:
    """The file to send to a browser.

    Returns
    -------
    path : Path or None
        The recording itself where browsers play it, else its transcoded copy, else None:
        then :func:`transcode` to :func:`transcoded_path` makes one.
    """
    if is_playable(recording) and recording.file.is_file():
        return recording.file
    copy = transcoded_path(library, recording)
    return copy if copy.is_file() else None


def is_playable(recording: Recording) -> bool:
    """True when browsers play the file as it is, and the file is all of the recording."""
    suffix = PurePosixPath(recording.path).suffix.lower()
    return not recording.audio and recording.codec in _PLAYABLE.get(suffix, ())


def transcoded_path(library: Library, recording: Recording) -> Path:
    """Where the copy for browsers is, or would be: Opus in an Ogg container."""
    return library.media_folder / "audio" / f"{recording.sha256}.ogg"


def transcode(audio: Source | str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Write a copy of a source that browsers play: Opus, 48 kHz, stereo or mono.

    To be run in a worker: it decodes an untrusted file.

    Raises
    ------
    UnreadableAudio
        If nothing of it can be decoded.
    """
    source = Source.of(audio)
    with atomic_path(target) as temporary, open_audio(source.path) as (container, stream):
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        with av.open(str(temporary), "w", format="ogg") as output:
            encoder = output.add_stream("libopus", rate=_OPUS_RATE, layout=layout)
            encoder.bit_rate = _BIT_RATE
            written = 0
            for block in resampled(
                frames(container, stream, source),
                format="flt",
                layout=layout,
                rate=_OPUS_RATE,
                options={"rematrix_maxval": "1"},
            ):
                output.mux(encoder.encode(block))
                written += block.samples
            output.mux(encoder.encode(None))
        if not written:
            raise UnreadableAudio(source.name, N_("holds no sound that can be decoded"))
