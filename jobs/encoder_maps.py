"""The map of any encoder, by any method, kept beside the library's own.

The library's own encoder and current map stay as they are: this is for looking at the same
recordings in another way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from analysis.projection import Projection
from analysis.segments import Sketch
from data.catalogue import Recording
from data.library import Library
from data.maps import up_to_date
from encoders.registry import ensure_installed
from errors import UserError
from jobs.encoding import encode_file, encoded_or_reason
from jobs.mapping import Progress, renew_map
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

_log = logging.getLogger(__name__)


def kept_map(library: Library, encoder_id: str, projection: Projection) -> str | None:
    """Id of such a map of an encoder that shows the library as it is now.

    Returns
    -------
    map_id : str or None
        None when :func:`ensure_map` has something to do: recordings that this encoder has not
        encoded, or no map of them that was computed so.
    """
    if unencoded(library, encoder_id):
        return None
    info = up_to_date(library, encoder_id, like=projection)
    return info.id if info else None


def ensure_map(
    library: Library,
    engine: Engine,
    encoder_id: str,
    projection: Projection,
    progress: Progress | None = None,
    sketch: Callable[[Sketch], None] | None = None,
) -> str:
    """Encode what this encoder has not encoded yet and map it.

    Recordings whose files are gone, or cannot be decoded any more, are left out.

    Parameters
    ----------
    library : Library
    engine : Engine
        Not touched when there is nothing to do.
    encoder_id : str
        Any encoder of the library or of the project.
    projection : Projection
    progress : callable, optional
        ``progress(done, total, message)``.
    sketch : callable, optional
        As of :func:`jobs.mapping.compute_map`.

    Returns
    -------
    map_id : str

    Raises
    ------
    UserError
        If there is no such encoder, it cannot be loaded, or it can encode no recording.
    """
    report = progress or (lambda done, total, message: None)
    folder = str(ensure_installed(library, encoder_id))
    missing = unencoded(library, encoder_id)
    if missing:
        _encode(library, engine, encoder_id, folder, missing, report)
    info = up_to_date(library, encoder_id, like=projection)
    if info is not None and info.n_segments:
        return info.id
    contents = {recording.sha256 for recording in library.catalogue.recordings()}
    if not contents & library.latents.known(encoder_id):
        raise UserError(
            N_(
                "No recording of this library can be encoded with {encoder}: their files are gone "
                "or cannot be read. 'musiclatentvis status' says which."
            ),
            encoder=encoder_id,
        )
    count = len(missing)
    return renew_map(
        library,
        engine,
        encoder_id,
        projection,
        # Encoding a recording takes about as long as a map of a few: the bar goes on from there.
        lambda done, total, message: report(
            *(count * total + done, (count + 1) * total) if count else (done, total), message
        ),
        current=False,
        sketch=sketch,
    )


def unencoded(library: Library, encoder_id: str) -> list[Recording]:
    """Recordings that this encoder has not encoded and whose files are still there."""
    known = library.latents.known(encoder_id)
    rows = library.catalogue.recordings()
    return [row for row in rows if row.sha256 not in known and row.file.is_file()]


def _encode(
    library: Library,
    engine: Engine,
    encoder_id: str,
    folder: str,
    recordings: list[Recording],
    report: Progress,
) -> None:
    # Long files first: no worker waits for the last one.
    work = sorted(recordings, key=lambda row: -row.size)
    latents = str(library.latents.folder)
    report(0, len(work) + 1, Sentence(N_("Encoding {count} recordings"), count=len(work)))
    calls = [(row.root, row.path, latents, folder, encoder_id) for row in work]
    for done, (index, outcome) in enumerate(engine.map(encode_file, calls), start=1):
        row = work[index]
        result = encoded_or_reason(row.path, outcome)
        if result.reason or result.sha256 != row.sha256:
            why = result.reason or "has changed since it was imported"
            _log.warning("%s is left out for %s: it %s", row.path, encoder_id, why)
        said = Sentence(
            N_("Encoding, {done} of {count} recordings done"), done=done, count=len(work)
        )
        report(done, len(work) + 1, said)
