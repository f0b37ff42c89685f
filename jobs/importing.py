"""From a folder of recordings to latents and a map (paper, Sections 3.2 and 4).

The folder is compared with the catalogue; only files that are new or changed go to the
workers. Latents are on disk before a row is written, and a row is written as soon as its file
is done (where files may have been moved, when all of them were looked at), so whoever kills an
import has at most the files under way encoded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.albums import SUPERSEDED, own_tags, track_files
from data.catalogue import Recording
from data.cue import check_encoding
from data.decoding import AUDIO_SUFFIXES
from data.files import readable_name, real_path, stored_path, sweep
from data.library import Library
from data.scanning import AudioFile, audio_root, scan
from encoders.registry import ensure_installed
from jobs.albums import EACH_ITS_OWN, SHEET_SUFFIX, with_tracks
from jobs.duplicates import settle_duplicates
from jobs.encoding import EncodedFile, encode_file, encoded_or_reason
from jobs.extending import How
from jobs.import_plan import ImportPlan
from jobs.labelling import Labelling, remembered_layout
from jobs.mapping import refresh_map
from jobs.moves import Moves, mark_gone
from jobs.summary import ImportSummary, describe, imported_roots, map_note, remember_problems
from language import N_

if TYPE_CHECKING:
    from jobs.engine import Engine

DEMO = Path(__file__).parent.parent / "data" / "demo"
Progress = Callable[[int, int, str], None]


def import_folder(
    library: Library,
    engine: Engine,
    audio_dir: str | Path,
    metadata_csv: str | Path | None = None,
    progress: Progress | None = None,
    *,
    retry: bool = False,
    layout: str = "",
    annotations_csv: str | Path | None = None,
    cue_encoding: str = "",
    how: How = "auto",
) -> ImportSummary:
    """Encode the recordings of a folder that are new or changed, then renew the map.

    Parameters
    ----------
    library : Library
    engine : Engine
        Not touched when there is nothing to do.
    audio_dir : path
        Stays where it is; nothing is copied.
    metadata_csv : path, optional
        Labels. Without one, recordings keep the labels that they have, and new ones are
        labelled by tags and folders.
    progress : callable, optional
        ``progress(done, total, message)``.
    retry : bool
        Try failed files again even though they have not changed.
    layout : str
        Name of the published data set that the folder is (:data:`data.layouts.LAYOUTS`).
    annotations_csv : path, optional
        Labels on stretches of the recordings.
    cue_encoding : str
        Encoding of all CUE sheets; empty: as before for this folder; ``"auto"``: each its own.
    how : str
        How the map is renewed: ``"auto"``, ``"extend"`` or ``"recompute"``, as
        :func:`jobs.mapping.renew_map` says.

    Returns
    -------
    ImportSummary

    Raises
    ------
    UsageError
        If the folder or a CSV is missing, the folder is not that data set, or there is no such
        encoding.
    UserError
        If the annotations cannot be read, the encoder cannot be loaded or the library cannot
        be written.
    """
    root = audio_root(audio_dir)
    sweep(library.folder)
    if cue_encoding != EACH_ITS_OWN:
        check_encoding(cue_encoding)
    scanned = scan(root, AUDIO_SUFFIXES | {SHEET_SUFFIX})
    files, sheet_problems = with_tracks(
        library.catalogue, engine, stored_path(root), scanned.files, cue_encoding
    )
    labelling = Labelling.read(
        root,
        [file.path for file in files],
        metadata_csv,
        layout,
        annotations_csv,
        remembered_layout(library.catalogue, stored_path(root)),
    )
    problems = (*scanned.problems, *sheet_problems, *labelling.problems)
    plan = ImportPlan.make(library, root, files, labelling, problems, retry=retry)
    remember_problems(library.catalogue, plan.root, plan.problems)
    moved = 0
    if plan.work:
        plan, moved = _encode(library, engine, plan, progress)
    library.catalogue.save_recordings(plan.relabelled())
    library.catalogue.save_recordings(plan.superseded(library.catalogue))
    mark_gone(library.catalogue, plan.root, plan.files)
    settle_duplicates(library.catalogue)
    labelling.annotate(library.catalogue, plan.root)
    map_id = refresh_map(library, engine, progress, how) if plan.files else None
    if plan.work:
        library.keep_copy()
    worked = {file.path for file in plan.work}
    rows = library.catalogue.recordings(state=None, root=plan.root)
    return replace(
        describe(library.catalogue, plan.root),
        found=len(plan.files),
        encoded=sum(row.path in worked and row.state != "failed" for row in rows) - moved,
        moved=moved,
        unchanged=len(plan.files) - len(plan.work),
        map_id=map_id,
        map_note=map_note(library.catalogue.map(map_id)) if map_id else "",
    )


def import_demo(
    library: Library, engine: Engine, progress: Progress | None = None
) -> ImportSummary:
    """Import the demo collection that ships with the project; its files stay there."""
    return import_folder(library, engine, DEMO / "recordings", DEMO / "metadata.csv", progress)


def rescan(
    library: Library, engine: Engine, progress: Progress | None = None, *, retry: bool = False
) -> Iterator[ImportSummary]:
    """Import what is new or changed in every folder that was ever imported, one after the other.

    Folders that are not there now are left as they are.
    """
    for root in imported_roots(library.catalogue):
        folder = real_path(root, "")
        if folder.is_dir():
            yield import_folder(library, engine, folder, progress=progress, retry=retry)


def use_encoder(
    library: Library, engine: Engine, encoder_id: str, progress: Progress | None = None
) -> list[ImportSummary]:
    """Make an encoder the library's own and encode every recording with it.

    Latents of the encoder before it are kept; going back to it costs no decoding.

    Raises
    ------
    UserError
        If there is no such encoder.
    """
    ensure_installed(library, encoder_id)
    library.catalogue.set_meta("current_encoder", encoder_id)
    return list(rescan(library, engine, progress))


def _encode(
    library: Library, engine: Engine, plan: ImportPlan, progress: Progress | None
) -> tuple[ImportPlan, int]:
    """Have workers look at the files in question.

    Returns
    -------
    plan : ImportPlan
        With the albums that workers have found replaced by their tracks.
    moved : int
        How many recordings had been moved.
    """
    work, moved = plan.work, 0
    while work:
        tracks, elsewhere = _encode_files(library, engine, plan, work, progress)
        plan, work, moved = plan.with_tracks(tracks), tracks, moved + elsewhere
    return plan, moved


def _encode_files(
    library: Library,
    engine: Engine,
    plan: ImportPlan,
    files: list[AudioFile],
    progress: Progress | None,
) -> tuple[list[AudioFile], int]:
    """Encode files and keep their rows.

    Returns
    -------
    tracks : list of AudioFile
        Of the files that hold a CUE sheet.
    moved : int
        How many recordings had been moved.
    """
    report = progress or (lambda done, total, message: None)
    folder = str(ensure_installed(library, plan.encoder_id))
    latents = str(library.latents.folder)
    # Long files first: the last ones to finish are short, and no worker waits for long.
    work = sorted(files, key=lambda file: -file.size)
    calls = [(plan.root, file.source(plan.root), latents, folder, plan.encoder_id) for file in work]
    if library.catalogue.current_encoder is None:
        library.catalogue.set_meta("current_encoder", plan.encoder_id)
    report(0, len(work), N_("Starting the workers"))
    moves = Moves(library.catalogue, plan.root, plan.files, files)
    held: dict[str, tuple[AudioFile, EncodedFile]] = {}
    tracks: list[AudioFile] = []
    for done, (index, outcome) in enumerate(engine.map(encode_file, calls), start=1):
        file = work[index]
        result = encoded_or_reason(file.path, outcome)
        own = plan.known.get(file.path)
        moves.found(file.path, result.sha256)
        if result.tracks:
            tracks += track_files(file, result.tracks)
        elif moves.open_question(own, result.sha256):
            held[file.path] = file, result
        else:
            library.catalogue.save_recordings([_row(library, plan, file, result, own)])
        report(done, len(work), readable_name(file.path))
    rows = moves.settle({path: plan.known.get(path) for path in held})
    library.catalogue.save_recordings(
        _row(library, plan, *held[path], row) for path, row in rows.items()
    )
    before = ((row.root, row.path, path) for path, row in rows.items() if row is not None)
    return tracks, sum((root, old) != (plan.root, path) for root, old, path in before)


def _row(
    library: Library, plan: ImportPlan, file: AudioFile, result: EncodedFile, old: Recording | None
) -> Recording:
    """The row of a file, with what the catalogue has of the same recording."""
    if result.known and (same := library.catalogue.with_content(result.sha256)):
        # It was not decoded now: what the decoder said then still holds.
        result = replace(result, notes=same[0].notes, duration_s=same[0].duration_s)
    tags = own_tags(file, result.tags) if file.audio else result.tags
    return replace(
        old or Recording(plan.root, file.path),
        root=plan.root,
        path=file.path,
        sha256=result.sha256,
        size=file.size,
        mtime_ns=file.mtime_ns,
        duration_s=result.duration_s,
        state="failed" if result.reason else _state(old),
        reason=result.reason,
        notes=result.notes,
        codec=result.codec,
        tags=tags,
        audio=file.audio,
        start_s=file.start_s,
        end_s=file.end_s,
        **plan.labels(file, tags, old),
    )


def _state(old: Recording | None) -> str:
    """Whoever retired a recording has not changed their mind; an import may have."""
    retired = old is not None and old.state == "retired" and old.reason not in SUPERSEDED
    return "retired" if retired else "ready"
