"""Segment latents for a map, made whole first where some of them turn out to be damaged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from data.catalogue import Recording
from data.integrity import is_unchanged, set_aside_in
from data.library import Library
from data.maps import Segments, gather_segments
from data.sealed import Damaged
from encoders.service import LatentService
from errors import UserError

if TYPE_CHECKING:
    from jobs.engine import Engine

log = logging.getLogger(__name__)


def whole_segments(library: Library, engine: Engine, encoder_id: str) -> Segments:
    """Read what :func:`data.maps.gather_segments` reads; encode again what is damaged.

    A recording whose latents are damaged and whose file is gone, or has changed, is left out.

    Parameters
    ----------
    library : Library
    engine : Engine
        Not touched where nothing is damaged.
    encoder_id : str
    """
    try:
        return gather_segments(library, encoder_id)
    except Damaged as damage:
        log.warning("%s", damage)
    lost = {path.stem for path in set_aside_in(library.folder) if path.parent.name == encoder_id}
    for recording in library.catalogue.recordings():
        if recording.sha256 in lost and not library.latents.has(encoder_id, recording.sha256):
            encode_again(library, engine, recording, encoder_id)
    return gather_segments(library, encoder_id)


def encode_again(library: Library, engine: Engine, recording: Recording, encoder_id: str) -> bool:
    """Make the latents of a recording once more; False where its file does not allow it."""
    if not is_unchanged(recording):
        return False
    try:
        LatentService(library, engine, memory_bytes=0).notes(recording, encoder_id)
    except UserError as problem:
        log.warning("%s cannot be encoded again: %s", recording.path, problem)
        return False
    return True
