"""One audio file in a worker: hash, decode, check, encode, keep the latents; what came of it."""

from __future__ import annotations

import ctypes
import logging
import os
import platform
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import COLUMNS_PER_SECOND, SEGMENT_S
from data.cue import Track, UnusableSheet, parse_sheet
from data.decoding import (
    SAMPLE_RATE,
    UnreadableAudio,
    decode_open,
    header_duration,
    open_audio,
)
from data.files import readable_name, real_path
from data.latents import LatentStore
from data.sources import Source
from data.tags import sheet_inside, tags_of
from errors import UserError
from jobs.engine import Outcome, WorkerLost
from language import N_, Sentence

# Two steps of 16 bits: what dither leaves of silence.
_SILENCE = 2.0**-14
# glibc's mallopt: parameter and bytes. Blocks of at most 32 MB come from the heap, and the
# heap keeps up to 64 MB that nobody uses.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = (-1, 64 << 20), (-3, 32 << 20)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EncodedFile:
    """The small result that travels back; the latents are on disk already.

    Attributes
    ----------
    reason : str
        Why there are no latents, as the rest of a sentence: "is silent"; else empty.
    known : bool
        True when this content had been encoded before, so that nothing was decoded now;
        `notes` and `codec` then stand in the row of that recording.
    tracks : tuple of Track
        Of an album image that holds its own CUE sheet; it is not encoded as a whole.
    """

    sha256: str = ""
    duration_s: float = 0.0
    codec: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reason: str = ""
    known: bool = False
    tracks: tuple[Track, ...] = ()


def encode_file(
    root: str, source: Source, latents_folder: str, encoder_folder: str, encoder_id: str
) -> EncodedFile:
    """Encode one recording and write its latents.

    Parameters
    ----------
    root : str
        The imported folder, as the catalogue stores it.
    source : Source
        A file, or a track of an album image.
    latents_folder, encoder_folder : str
    encoder_id : str

    Returns
    -------
    EncodedFile
        A file that cannot be used is a result with a `reason`, not an error.

    Raises
    ------
    UserError
        If this worker, which may be on another machine, does not see the imported folder.
    """
    _keep_freed_memory()
    store = LatentStore(latents_folder)
    sha256, tags = "", {}
    try:
        sha256 = source.content_id()
        with open_audio(source.path) as (container, stream):
            tags = tags_of(container, stream)
            tracks, remarks = tracks_inside(source, container, stream)
            if tracks:
                return EncodedFile(sha256, tags=tags, tracks=tracks)
            if store.has(encoder_id, sha256):
                duration_s = store.read_shape(encoder_id, sha256)[0] / COLUMNS_PER_SECOND
                codec = stream.codec_context.codec.canonical_name
                return EncodedFile(sha256, duration_s, codec, tags, known=True)
            decoded = decode_open(source, container, stream)
    except UnreadableAudio as error:
        return EncodedFile(sha256, tags=tags, reason=error.reason)
    except OSError as error:
        if not real_path(root, "").is_dir():
            raise UserError(
                f"The worker on {platform.node()} does not see the folder {readable_name(root)}: "
                "share it with every worker under the same path."
            ) from error
        problem = error.strerror or str(error)
        return EncodedFile(reason=Sentence(N_("cannot be read: {problem}"), problem=problem))
    reason = unusable(decoded.samples)
    if not reason:
        _encode(decoded.samples, store, encoder_folder, encoder_id, sha256)
    notes = (*decoded.notes, *remarks)
    return EncodedFile(sha256, decoded.duration_s, decoded.codec, tags, notes, reason)


def tracks_inside(
    source: Source, container: Any, stream: Any
) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """Tracks by a CUE sheet in the tags of a file, and a remark on one that cannot be used.

    Some programs copy the album's sheet into each of its split tracks: a sheet that is longer than
    the file says nothing about it.
    """
    text = sheet_inside({**container.metadata, **stream.metadata}) if source.is_whole else ""
    if not text:
        return (), ()
    try:
        files = parse_sheet(text)
    except UnusableSheet as problem:
        return (), (f"its CUE sheet cannot be used: {problem}",)
    length_s = header_duration(container, stream)
    fits = length_s is None or files[0].last_start_s < length_s
    if len(files) > 1 or len(files[0].tracks) < 2 or not fits:
        return (), ()
    return files[0].tracks, ()


def encoded_or_reason(path: str, outcome: Outcome) -> EncodedFile:
    """What became of a call of :func:`encode_file`.

    Raises
    ------
    UserError
        For what does not concern this file alone: a library that cannot be written, an
        encoder that cannot be loaded.
    """
    error = outcome.error
    if error is None:
        result: EncodedFile = outcome.value
        return result
    if isinstance(error, WorkerLost):
        return EncodedFile(
            reason=N_(
                "ended its worker twice: it needs too much memory or time, or crashes the decoder"
            )
        )
    if isinstance(error, OSError):
        raise UserError(f"The library cannot be written: {error.strerror or error}.") from error
    if isinstance(error, UserError):
        raise error
    _log.error("encoding %s failed", path, exc_info=error)
    return EncodedFile(reason=f"could not be encoded ({type(error).__name__}: {error})")


@lru_cache(maxsize=1)
def _keep_freed_memory() -> None:
    """Let this process use its freed memory again instead of giving it back at once.

    Dask starts workers with ``MALLOC_TRIM_THRESHOLD_=65536``.  Every block of spectrogram
    then comes from the system anew, and its pages are cleared one by one: an import takes
    1.6 times as long.  It is set here, not where workers start, so that those of a user's
    own scheduler have it too.  Where there is no glibc, there is nothing to set.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        for parameter, size in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            mallopt(parameter, size)


def unusable(samples: NDArray[np.float32]) -> str:
    """Why nothing can be shown of this sound (mono, 20 kHz), or an empty text."""
    duration_s = len(samples) / SAMPLE_RATE
    if duration_s < SEGMENT_S:
        said = N_("is only {duration_s:.1f} s long: a segment is {segment_s} s")
        return Sentence(said, duration_s=duration_s, segment_s=SEGMENT_S)
    # Nearly always, a few samples show that there is sound.
    if all(np.abs(some).max() < _SILENCE for some in (samples[::1009], samples)):
        return N_("is silent")
    return ""


def _encode(
    samples: NDArray[np.float32],
    store: LatentStore,
    encoder_folder: str,
    encoder_id: str,
    sha256: str,
) -> None:
    # torch is imported in workers only.
    from encoders.encoder import load_encoder

    notes, segments = load_encoder(encoder_folder).encode(samples)
    store.write(encoder_id, sha256, notes, segments)
