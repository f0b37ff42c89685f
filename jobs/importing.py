"""From a folder of recordings to latents and a map (paper, Sections 3.2 and 4).

The folder is compared with the catalogue; only files that are new or changed go to the
workers. Latents are on disk before a row is written, and a row is written as soon as its file
is done (where files may have been moved, when all of them were looked at), so whoever kills an
import has at most the files under way encoded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.albums import IS_ALBUM, NO_TRACK, track_files
from data.catalogue import Catalogue, Recording
from data.cue import check_encoding
from data.decoding import AUDIO_SUFFIXES
from data.files import readable_name, real_path, stored_path
from data.library import Library
from data.metadata import LABELS, MetadataTable, read_metadata, resolve_labels
from data.scanning import AudioFile, audio_root, scan
from encoders.registry import ensure_installed
from jobs.albums import SHEET_SUFFIX, superseded, with_tracks
from jobs.encoding import EncodedFile, encode_file, encoded_or_reason
from jobs.extending import How
from jobs.mapping import current_encoder, refresh_map
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
    how: How = "auto",
    cue_encoding: str = "",
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
    how : str
        How the map is renewed: ``"auto"``, ``"extend"`` or ``"recompute"``, as
        :func:`jobs.mapping.renew_map` says.
    cue_encoding : str
        Encoding of all CUE sheets; empty: each speaks for itself.

    Returns
    -------
    ImportSummary

    Raises
    ------
    UsageError
        If the folder or the CSV is missing, or there is no such encoding.
    UserError
        If the encoder cannot be loaded or the library cannot be written.
    """
    root = audio_root(audio_dir)
    table = read_metadata(metadata_csv, root) if metadata_csv is not None else None
    check_encoding(cue_encoding)
    scanned = scan(root, AUDIO_SUFFIXES | {SHEET_SUFFIX})
    files, remarks = with_tracks(
        library.catalogue, engine, stored_path(root), scanned, cue_encoding
    )
    plan = _Plan.make(library, root, files, table, remarks, retry=retry)
    remember_problems(library.catalogue, plan.root, plan.problems)
    plan, moved = _encode(library, engine, plan, progress)
    library.catalogue.save_recordings(plan.relabelled())
    library.catalogue.save_recordings(plan.superseded(library.catalogue))
    mark_gone(library.catalogue, plan.root, plan.files)
    settle_duplicates(library.catalogue)
    map_id = refresh_map(library, engine, progress, how) if plan.files else None
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


@dataclass(frozen=True)
class _Plan:
    """What an import has to do."""

    root: str
    encoder_id: str
    files: list[AudioFile]
    work: list[AudioFile]
    known: dict[str, Recording]
    table: MetadataTable | None
    problems: tuple[str, ...]

    @classmethod
    def make(
        cls,
        library: Library,
        root: Path,
        files: list[AudioFile],
        table: MetadataTable | None,
        problems: tuple[str, ...],
        *,
        retry: bool,
    ) -> _Plan:
        encoder_id = current_encoder(library)
        name = stored_path(root)
        rows = library.catalogue.recordings(state=None, root=name)
        known = {row.path: row for row in rows if row.reason not in (IS_ALBUM, NO_TRACK)}
        encoded = library.latents.known(encoder_id)

        def needs_work(file: AudioFile) -> bool:
            row = known.get(file.path)
            if row is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
                return True
            if (row.start_s, row.end_s) != (file.start_s, file.end_s):
                return True
            return retry if row.state == "failed" else row.sha256 not in encoded

        if table:
            problems += table.problems_in(file.path for file in files)
        if not files:
            problems += (f"{readable_name(name)} holds no audio files: nothing was imported.",)
        work = [file for file in files if needs_work(file)]
        return cls(name, encoder_id, files, work, known, table, problems)

    def labels(self, file: AudioFile, tags: dict[str, str], old: Recording | None) -> dict:
        """Labels of a recording, as fields of its row; `old` is what the catalogue has of it."""
        row = self.table.row(file.path) if self.table else {}
        moved = old is not None and old.path != file.path
        nothing_new = self.table is None or (moved and not row)
        if old is not None and nothing_new and file.tags.items() <= old.tags.items():
            # Neither CSV nor sheet says anything now: what they said earlier still holds.
            return {name: getattr(old, name) for name in (*LABELS, "extra", "given", "edits")}
        found = vars(resolve_labels(file.path, row, tags))
        given = {name: found[name] for name in LABELS}
        edits = old.edits if old is not None else {}
        return {**found, **edits, "given": given, "edits": edits}

    def with_tracks(self, tracks: list[AudioFile]) -> _Plan:
        """The plan with albums that workers have found replaced by their tracks."""
        albums = {track.audio for track in tracks}
        files = [file for file in self.files if file.path not in albums]
        work = [file for file in self.work if file.path not in albums]
        return replace(self, files=files + tracks, work=work + tracks)

    def superseded(self, catalogue: Catalogue) -> Iterator[Recording]:
        """Rows of albums whose tracks are recordings now, and of tracks that are none any more."""
        for row in superseded(catalogue.recordings(state=None, root=self.root), self.files):
            yield replace(row, state="retired", reason=NO_TRACK if row.audio else IS_ALBUM)

    def relabelled(self) -> Iterator[Recording]:
        """Rows of unchanged files to which CSV or sheet give other labels than they have."""
        worked = {file.path for file in self.work}
        for file in self.files:
            old = self.known.get(file.path)
            said = self.table is not None or file.tags
            if old is None or not said or file.path in worked:
                continue
            tags = old.tags | file.tags
            new = replace(old, tags=tags, **self.labels(file, tags, old))
            if new != old:
                yield new


def _encode(
    library: Library, engine: Engine, plan: _Plan, progress: Progress | None
) -> tuple[_Plan, int]:
    """Have workers look at the files in question.

    Returns
    -------
    plan : _Plan
        In which what turned out to be an album has become its tracks.
    moved : int
        How many of the files had been moved.
    """
    work, moved = plan.work, 0
    while work:
        tracks, more = _encode_files(library, engine, plan, work, progress)
        plan, work, moved = plan.with_tracks(tracks), tracks, moved + more
    return plan, moved


def _encode_files(
    library: Library,
    engine: Engine,
    plan: _Plan,
    files: list[AudioFile],
    progress: Progress | None,
) -> tuple[list[AudioFile], int]:
    """Encode files and keep their rows; the tracks of those that hold a CUE sheet, and moves."""
    report = progress or (lambda done, total, message: None)
    folder = str(ensure_installed(library, plan.encoder_id))
    latents = str(library.latents.folder)
    # Long files first: the last ones to finish are short, and no worker waits for long.
    work = sorted(files, key=lambda file: -file.size)
    root = str(real_path(plan.root, ""))
    calls = [(file.source(plan.root), root, latents, folder, plan.encoder_id) for file in work]
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
    library: Library, plan: _Plan, file: AudioFile, result: EncodedFile, old: Recording | None
) -> Recording:
    """The row of a file, with what the catalogue has of the same recording."""
    if result.known and (same := library.catalogue.with_content(result.sha256)):
        # It was not decoded now: what the decoder said then still holds.
        result = replace(result, notes=same[0].notes, duration_s=same[0].duration_s)
    tags = result.tags
    if file.audio:  # the file's title is the album's
        tags = {key: text for key, text in tags.items() if key != "title"} | file.tags
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
    retired = old is not None and old.state == "retired" and old.reason not in (IS_ALBUM, NO_TRACK)
    return "retired" if retired else "ready"


def settle_duplicates(catalogue: Catalogue) -> None:
    """Let exactly one recording of each content be ready, the others its duplicates.

    Files that exist come first, then the folder that was imported first, then the order of
    paths: the outcome does not depend on which worker finished first.
    """
    every = catalogue.recordings(state=None)
    retired = {r.sha256: r for r in every if r.state == "retired"}
    rows = [r for r in every if r.state in ("ready", "duplicate")]
    age: dict[str, int] = {}
    for row in rows:
        age[row.root] = min(row.id, age.get(row.root, row.id))
    rows.sort(key=lambda row: (age[row.root], row.path))
    groups: dict[str, list[Recording]] = {}
    for row in rows:
        groups.setdefault(row.sha256, []).append(row)
    catalogue.save_recordings(
        new
        for sha256, group in groups.items()
        if len(group) > 1 or group[0].state != "ready" or sha256 in retired
        for old, new in _settled(group, retired.get(sha256))
        if new != old
    )


def _settled(
    group: Iterable[Recording], retired: Recording | None
) -> Iterator[tuple[Recording, Recording]]:
    members = sorted(group, key=lambda row: not row.file.is_file())
    if retired is not None:  # a copy of it does not bring it back
        for row in members:
            reason = f"is the same recording as {_where(retired, row)}, which is retired"
            yield row, replace(row, state="duplicate", reason=reason)
        return
    first = members[0]
    yield first, replace(first, state="ready", reason="")
    for row in members[1:]:
        reason = f"is the same recording as {_where(first, row)}"
        yield row, replace(row, state="duplicate", reason=reason)


def _where(other: Recording, row: Recording) -> str:
    """How the line of a recording names another one."""
    inside = other.root == row.root
    return readable_name(other.path if inside else f"{other.root}/{other.path}")
