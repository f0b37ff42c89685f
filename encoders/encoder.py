"""A loaded encoder: waveform in, latents out.  Imports torch: workers only.

Conventions
-----------
* An encoder's folder holds ``encoder.json``, ``note.safetensors``, ``segment.safetensors``.
* Note latents have one row a column (40 a second); segment `i` covers the columns
  ``400 * i`` to ``400 * i + 399``. The recipe ``paper`` reads every 20th of them
  (Section 3.2.2), ``contrast`` all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from analysis.segments import SEGMENT_COLUMNS
from encoders.architectures import architecture_of
from encoders.contrast import ContrastSegmentEncoder
from encoders.models import (
    NOTE_DIMENSIONS,
    NOTES_PER_SEGMENT,
    SEGMENT_DIMENSIONS,
    NoteAutoencoder,
    SegmentAutoencoder,
)
from encoders.registry import name_of, read_description
from encoders.spectrogram import BINS, Normalisation, power_chunks
from errors import UserError

COLUMN_STEP = SEGMENT_COLUMNS // NOTES_PER_SEGMENT
# Note latents given to the segment encoder at a time; bounds memory at a hop of one column.
_NOTES_AT_A_TIME = 160_000


class Latents(NamedTuple):
    """What one recording becomes.

    Attributes
    ----------
    notes : float32 [shape=(T, 32)]
        Rounded to what float16 can hold, since that is how they are kept.
    segments : float32 [shape=(T // 400, 16)]
    """

    notes: NDArray[np.float32]
    segments: NDArray[np.float32]


class Encoder:
    """Both autoencoders of one recipe with their normalisation (paper, Section 3).

    Parameters
    ----------
    id : str
        ``<recipe>-<8 hex>``.
    normalisation : Normalisation
    note : NoteAutoencoder
    segment : SegmentAutoencoder or ContrastSegmentEncoder
    """

    def __init__(
        self,
        id: str,
        normalisation: Normalisation,
        note: NoteAutoencoder,
        segment: SegmentAutoencoder | ContrastSegmentEncoder,
    ) -> None:
        self.id = id
        self.normalisation = normalisation
        self._note = note.eval()
        self._segment = segment.eval()

    def encode(self, samples: NDArray[np.float32]) -> Latents:
        """Encode a whole recording.

        Parameters
        ----------
        samples : float32 [shape=(n,)]
            Mono, 20 kHz.

        Returns
        -------
        latents : Latents
            Of ``T = n // 500`` columns and ``T // 400`` segments; the rest of
            less than ten seconds has note latents but no segment.
        """
        with torch.inference_mode():
            pieces = [self._note.encode(piece) for piece in self.spectrogram_chunks(samples)]
            notes = torch.cat(pieces) if pieces else torch.zeros(0, NOTE_DIMENSIONS)
            # Segments come from the notes as they will be stored: computing them
            # again later from the stored notes gives the same numbers.
            notes = notes.half().float()
        return Latents(notes.numpy(), self.segment_latents(notes.numpy()))

    def spectrogram(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute what the note encoder sees: float32 [T, 501] in [0, 1]."""
        pieces = [piece.numpy() for piece in self.spectrogram_chunks(samples)]
        return np.concatenate(pieces) if pieces else np.zeros((0, BINS), np.float32)

    def spectrogram_chunks(self, samples: NDArray[np.float32]) -> Iterator[Tensor]:
        """Compute :meth:`spectrogram` piece by piece: consecutive float32 [<= 512, 501]."""
        for power in power_chunks(samples):
            yield self.normalisation.apply_(power)

    def note_latents(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Encode normalised spectrogram columns [n, 501] to note latents [n, 32]."""
        return self._apply(self._note.encode, columns)

    def segment_latents(
        self, notes: NDArray[np.floating[Any]], hop: int = SEGMENT_COLUMNS, offset: int = 0
    ) -> NDArray[np.float32]:
        """Encode ten-second segments of a recording's note latents.

        Parameters
        ----------
        notes : float16 or float32 [shape=(T, 32)]
        hop : int
            Columns from one segment's start to the next; 40 are a second.
        offset : int
            First column of the first segment.

        Returns
        -------
        latents : float32 [shape=(n, 16)]
            ``n = (T - offset - 400) // hop + 1``, or 0 where less than ten seconds remain.

        Raises
        ------
        ValueError
            If `hop` is not positive or `offset` is negative.
        """
        if hop < 1 or offset < 0:
            raise ValueError(f"hop must be >= 1 and offset >= 0, not {hop} and {offset}")
        count = max(0, (len(notes) - offset - SEGMENT_COLUMNS) // hop + 1)
        within = np.arange(0, SEGMENT_COLUMNS, self._segment.column_step)
        columns = offset + hop * np.arange(count)[:, None] + within
        out = np.empty((count, SEGMENT_DIMENSIONS), np.float32)
        size = _NOTES_AT_A_TIME // len(within)
        for first in range(0, count, size):
            batch = notes[columns[first : first + size]].astype(np.float32)
            out[first : first + len(batch)] = self._apply(self._segment.encode, batch)
        return out

    def decode_notes(self, notes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Reconstruct columns [n, 501] in [0, 1] from note latents [n, 32]."""
        return self._apply(self._note.decode, notes)

    def decode_segments(self, segments: NDArray[np.float32]) -> NDArray[np.float32]:
        """Reconstruct note latents [n, 20, 32], one each half second, from [n, 16]."""
        return self._apply(self._segment.decode, segments)

    @staticmethod
    def _apply(function: Any, array: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            result: Tensor = function(torch.from_numpy(np.ascontiguousarray(array, np.float32)))
        return result.numpy()


@lru_cache(maxsize=4)
def load_encoder(folder: str) -> Encoder:
    """Load the encoder of a folder, once in a process.

    One thread is used: workers stand beside each other, one a core.

    Raises
    ------
    UserError
        If the folder holds no encoder, a damaged one, or one of a later version.
    """
    torch.set_num_threads(1)
    return read_encoder(Path(folder))


def read_encoder(folder: Path) -> Encoder:
    """Read the encoder of a folder; raises as :func:`load_encoder` does."""
    description = read_description(folder)
    parameters = description["parameters"]
    networks = architecture_of(description["recipe"])
    try:
        note = networks.note(**parameters["note"])
        segment = networks.segment(**parameters["segment"])
        for model, name in ((note, "note"), (segment, "segment")):
            _load_weights(model, folder / f"{name}.safetensors")
        normalisation = Normalisation(**description["normalisation"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UserError(
            f"The encoder in {folder} is damaged ({type(error).__name__}): put the folder back "
            "from where it came, or train again with `musiclatentvis train`."
        ) from error
    return Encoder(description["id"], normalisation, note, segment)


def untrained(folder: Path, seed: int = 0) -> Encoder:
    """Read the encoder of a folder with segment weights as they were before training.

    What is left says how much of a result is owed to the architecture alone.

    Parameters
    ----------
    folder : Path
    seed : int
        Of the weights.
    """
    encoder = read_encoder(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for module in encoder._segment.modules():
            if reset := getattr(module, "reset_parameters", None):
                reset()
    return encoder


def _load_weights(model: nn.Module, path: Path) -> None:
    model.load_state_dict(load_file(path))


def encoder_id(recipe: str, parameters: dict[str, Any], weights: dict[str, Tensor]) -> str:
    """Name an encoder: its recipe and 8 hex digits over everything its output depends on."""
    plain = {name: tensor.detach().cpu().numpy() for name, tensor in weights.items()}
    return name_of(recipe, parameters, plain)
