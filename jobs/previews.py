"""What the player shows and plays of one recording, made by a worker on first need.

A preview holds, for each 25 ms column, the spectrogram that the encoder sees and the
waveform's extremes::

    media/previews/<encoder id>/<sha256>.safetensors
        spectrogram  uint8 [T, 501]   0..255 for 0..1
        peaks        int16 [T, 2]     lowest and highest sample, +-32767 at full scale
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.catalogue import Recording
from data.files import write_atomically
from data.library import Library
from data.media import playable_path, transcode, transcoded_path
from data.sealed import sealed
from data.sources import Source
from encoders.registry import ensure_installed
from encoders.single_flight import SingleFlight
from errors import UserError
from jobs.engine import Engine

_flight: SingleFlight[Path] = SingleFlight()


class Preview(NamedTuple):
    """Some columns of a preview.

    Attributes
    ----------
    spectrogram : uint8 [shape=(n, 501)]
    peaks : int16 [shape=(n, 2)]
    """

    spectrogram: NDArray[np.uint8]
    peaks: NDArray[np.int16]


def preview_path(library: Library, sha256: str, encoder_id: str) -> Path:
    """Where the preview of a recording's content is, or would be."""
    return library.media_folder / "previews" / encoder_id / f"{sha256}.safetensors"


def ensure_preview(library: Library, engine: Engine, recording: Recording, encoder_id: str) -> Path:
    """Return the file of a recording's preview; a worker makes it where it is missing.

    Asked by several threads at once, it is made once.

    Raises
    ------
    UserError
        If the recording cannot be decoded (any more), or there is no such encoder.
    """
    path = preview_path(library, recording.sha256, encoder_id)
    if path.is_file():
        return path

    def make() -> Path:
        if not path.is_file():
            folder = str(ensure_installed(library, encoder_id))
            engine.run(make_preview, recording.source, folder, str(path))
        return path

    return _flight.do(path, make)


def ensure_playable(library: Library, engine: Engine, recording: Recording) -> Path:
    """Return a file that browsers play; a worker makes a copy where the recording is none.

    Raises
    ------
    UserError
        If the recording cannot be decoded (any more).
    """
    known = playable_path(library, recording)
    if known is not None:
        return known
    path = transcoded_path(library, recording)

    def make() -> Path:
        if not path.is_file():
            engine.run(transcode, recording.source, str(path))
        return path

    return _flight.do(path, make)


def read_preview_segment(path: Path, first_column: int, n_columns: int) -> Preview:
    """Read some columns of a preview; fewer where the recording ends before.

    Reads that part of the file only: ten seconds are 0.2 MB whatever the recording's length.

    Raises
    ------
    UserError
        If the file is missing or damaged.
    """
    first = max(0, first_column)
    return Preview(*_read(path, slice(first, max(first, first_column + n_columns))))


def read_peaks(path: Path) -> NDArray[np.int16]:
    """Read the waveform of the whole recording, int16 [T, 2]; raises as the other does."""
    return _read(path, slice(None), ("peaks",))[0]


def make_preview(audio: Source, encoder_folder: str, target: str) -> None:
    """Decode one recording and write its preview; runs in a worker.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    from data.decoding import decode
    from encoders.encoder import load_encoder

    samples = decode(audio).samples
    # Bytes at once: an hour is 72 MB so, and would be 288 MB as float32.
    pieces = [
        piece.mul_(255).round_().byte().numpy()
        for piece in load_encoder(encoder_folder).spectrogram_chunks(samples)
    ]
    spectrogram = np.concatenate(pieces) if pieces else np.zeros((0, 501), np.uint8)
    write_atomically(
        Path(target), sealed({"spectrogram": spectrogram, "peaks": waveform_peaks(samples)})
    )


def waveform_peaks(samples: NDArray[np.float32], hop: int = 500) -> NDArray[np.int16]:
    """Find the lowest and highest sample of each column.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Full scale at +-1; what is beyond is clipped.
    hop : int
        Samples of a column.

    Returns
    -------
    peaks : int16 [shape=(n // hop, 2)]
    """
    columns = samples[: len(samples) // hop * hop].reshape(-1, hop)
    extremes = np.stack([columns.min(axis=1), columns.max(axis=1)], axis=1)
    return np.round(extremes.clip(-1, 1) * 32767).astype(np.int16)


def _read(
    path: Path, rows: slice, names: tuple[str, ...] = ("spectrogram", "peaks")
) -> list[NDArray]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return [_rows(file.get_slice(name), rows) for name in names]
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"The preview {path.name} cannot be read ({error}): delete it, it is made again."
        ) from error


def _rows(tensor: Any, rows: slice) -> NDArray:
    """Rows of a lazily read tensor; safetensors refuses slices that begin at the end."""
    first, last, _ = rows.indices(tensor.get_shape()[0])
    part: NDArray = tensor[first:last] if first < last else tensor[:1][:0]
    return part
