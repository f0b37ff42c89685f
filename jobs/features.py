"""What a worker does with one recording for an evaluation: decode once, keep all features.

Kept are the hand-made features of its segments, whatever the encoder, and how well the
encoder rebuilds its columns (sums, so that a whole library's error is known later).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.decoding import SAMPLE_RATE, decode
from data.features import FeatureStore
from data.sources import Source
from errors import UserError

# Samples that are rebuilt at a time: bounds the memory for long recordings.
_BLOCK = 60 * SAMPLE_RATE


def keep_features(
    audio: Source, sha256: str, features_folder: str, encoder_folder: str, encoder_id: str
) -> str:
    """Compute and keep what is missing of one recording; runs in a worker.

    Parameters
    ----------
    audio : Source
    sha256 : str
        Of its content when it was imported.
    features_folder, encoder_folder, encoder_id : str

    Returns
    -------
    reason : str
        Why nothing could be computed; else empty.
    """
    from encoders.features import segment_features

    store = FeatureStore(features_folder)
    try:
        samples = read_content(audio, sha256)
    except UserError as problem:
        return str(problem)
    if not store.has(sha256):
        store.write(sha256, segment_features(samples)._asdict())
    if not store.has(sha256, encoder_id):
        store.write(sha256, _rebuilding(samples, encoder_folder), encoder_id)
    return ""


def read_content(audio: Source, sha256: str) -> NDArray[np.float32]:
    """Decode a recording that is still what was imported; runs in a worker.

    Parameters
    ----------
    audio : Source
    sha256 : str
        Of its content when it was imported.

    Returns
    -------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.

    Raises
    ------
    UserError
        If the file is gone, has changed, or cannot be decoded.
    """
    try:
        if audio.content_id() != sha256:
            raise UserError(
                f"{audio.name} has changed since it was imported: import its folder again."
            )
        return decode(audio).samples
    except OSError as error:
        raise UserError(f"{audio.name} cannot be opened: {error.strerror or error}.") from error


def _rebuilding(samples: NDArray[np.float32], encoder_folder: str) -> dict[str, NDArray]:
    """Sums over all columns: squared errors, values, squared values, and how many columns."""
    from encoders.encoder import load_encoder

    encoder = load_encoder(encoder_folder)
    errors, squares, count = 0.0, 0.0, 0
    total: NDArray[np.float64] | None = None
    for first in range(0, len(samples), _BLOCK):
        columns = encoder.spectrogram(samples[first : first + _BLOCK])
        if not len(columns):
            continue
        rebuilt = encoder.decode_notes(encoder.note_latents(columns))
        errors += float(np.square(columns - rebuilt, dtype=np.float64).sum())
        squares += float(np.square(columns, dtype=np.float64).sum())
        count += len(columns)
        added = columns.sum(axis=0, dtype=np.float64)
        total = added if total is None else total + added
    return {
        "errors": np.array([errors]),
        "squares": np.array([squares]),
        "count": np.array([count]),
        "total": np.zeros(0) if total is None else total,
    }
