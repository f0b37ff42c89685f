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

from data.catalogue import Catalogue, Recording
from data.files import readable_name, real_path, stored_path, sweep
from data.library import Library
from data.metadata import LABELS, MetadataTable, read_metadata, resolve_labels
from data.scanning import AudioFile, audio_root, scan
from encoders.registry import ensure_installed
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

    Returns
    -------
    ImportSummary

    Raises
    ------
    UsageError
        If the folder or the CSV is missing.
    UserError
        If the encoder cannot be loaded or the library cannot be written.
    """
    root = audio_root(audio_dir)
    sweep(library.folder)
    table = read_metadata(metadata_csv, root) if metadata_csv is not None else None
    plan = _Plan.make(library, root, table, retry=retry)
    remember_problems(library.catalogue, plan.root, plan.problems)
    moved = _encode(library, engine, plan, progress) if plan.work else 0
    library.catalogue.save_recordings(plan.relabelled())
    mark_gone(library.catalogue, plan.root, plan.files)
    settle_duplicates(library.catalogue)
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
    roots = [real_path(root, "") for root in imported_roots(library.catalogue)]
    return [
        import_folder(library, engine, root, progress=progress) for root in roots if root.is_dir()
    ]


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
        cls, library: Library, root: Path, table: MetadataTable | None, *, retry: bool
    ) -> _Plan:
        encoder_id = current_encoder(library)
        name = stored_path(root)
        files = scan(root)
        known = {r.path: r for r in library.catalogue.recordings(state=None, root=name)}
        encoded = library.latents.known(encoder_id)

        def needs_work(file: AudioFile) -> bool:
            row = known.get(file.path)
            if row is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
                return True
            return retry if row.state == "failed" else row.sha256 not in encoded

        problems = table.problems_in(file.path for file in files) if table else ()
        if not files:
            problems += (f"{readable_name(name)} holds no audio files: nothing was imported.",)
        work = [file for file in files if needs_work(file)]
        return cls(name, encoder_id, files, work, known, table, problems)

    def labels(self, path: str, tags: dict[str, str], old: Recording | None) -> dict:
        """Labels of a recording, as fields of its row; `old` is what the catalogue has of it."""
        row = self.table.row(path) if self.table else {}
        moved = old is not None and old.path != path
        if old is not None and (self.table is None or (moved and not row)):
            # No CSV says anything now: what one said earlier still holds.
            return {name: getattr(old, name) for name in (*LABELS, "extra")}
        return vars(resolve_labels(path, row, tags))

    def relabelled(self) -> Iterator[Recording]:
        """Rows of unchanged files to which the CSV gives other labels than they have."""
        if self.table is None:
            return
        worked = {file.path for file in self.work}
        for file in self.files:
            old = self.known.get(file.path)
            if old is None or file.path in worked:
                continue
            new = replace(old, **self.labels(old.path, old.tags, old))
            if new != old:
                yield new


def _encode(library: Library, engine: Engine, plan: _Plan, progress: Progress | None) -> int:
    """Have workers look at the files in question; returns how many of them had been moved."""
    report = progress or (lambda done, total, message: None)
    folder = str(ensure_installed(library, plan.encoder_id))
    latents = str(library.latents.folder)
    # Long files first: the last ones to finish are short, and no worker waits for long.
    work = sorted(plan.work, key=lambda file: -file.size)
    calls = [(plan.root, file.path, latents, folder, plan.encoder_id) for file in work]
    if library.catalogue.current_encoder is None:
        library.catalogue.set_meta("current_encoder", plan.encoder_id)
    report(0, len(work), N_("Starting the workers"))
    moves = Moves(library.catalogue, plan.root, plan.files, plan.work)
    held: dict[str, tuple[AudioFile, EncodedFile]] = {}
    for done, (index, outcome) in enumerate(engine.map(encode_file, calls), start=1):
        file = work[index]
        result = encoded_or_reason(file.path, outcome)
        own = plan.known.get(file.path)
        moves.found(file.path, result.sha256)
        if moves.open_question(own, result.sha256):
            held[file.path] = file, result
        else:
            library.catalogue.save_recordings([_row(library, plan, file, result, own)])
        report(done, len(work), readable_name(file.path))
    rows = moves.settle({path: plan.known.get(path) for path in held})
    library.catalogue.save_recordings(
        _row(library, plan, *held[path], row) for path, row in rows.items()
    )
    before = ((row.root, row.path, path) for path, row in rows.items() if row is not None)
    return sum((root, old) != (plan.root, path) for root, old, path in before)


def _row(
    library: Library, plan: _Plan, file: AudioFile, result: EncodedFile, old: Recording | None
) -> Recording:
    """The row of a file, with what the catalogue has of the same recording."""
    if result.known and (same := library.catalogue.with_content(result.sha256)):
        # It was not decoded now: what the decoder said then still holds.
        result = replace(result, notes=same[0].notes, duration_s=same[0].duration_s)
    state = "retired" if old is not None and old.state == "retired" else "ready"
    return replace(
        old or Recording(plan.root, file.path),
        root=plan.root,
        path=file.path,
        sha256=result.sha256,
        size=file.size,
        mtime_ns=file.mtime_ns,
        duration_s=result.duration_s,
        state="failed" if result.reason else state,
        reason=result.reason,
        notes=result.notes,
        codec=result.codec,
        tags=result.tags,
        **plan.labels(file.path, result.tags, old),
    )


def settle_duplicates(catalogue: Catalogue) -> None:
    """Let exactly one recording of each content be ready, the others its duplicates.

    Files that exist come first, then the folder that was imported first, then the order of
    paths: the outcome does not depend on which worker finished first.
    """
    rows = [r for r in catalogue.recordings(state=None) if r.state in ("ready", "duplicate")]
    age: dict[str, int] = {}
    for row in rows:
        age[row.root] = min(row.id, age.get(row.root, row.id))
    rows.sort(key=lambda row: (age[row.root], row.path))
    groups: dict[str, list[Recording]] = {}
    for row in rows:
        groups.setdefault(row.sha256, []).append(row)
    catalogue.save_recordings(
        new
        for group in groups.values()
        if len(group) > 1 or group[0].state != "ready"
        for old, new in _settled(group)
        if new != old
    )


def _settled(group: Iterable[Recording]) -> Iterator[tuple[Recording, Recording]]:
    members = sorted(group, key=lambda row: not row.file.is_file())
    first = members[0]
    yield first, replace(first, state="ready", reason="")
    for row in members[1:]:
        where = first.path if first.root == row.root else f"{first.root}/{first.path}"
        reason = f"is the same recording as {readable_name(where)}"
        yield row, replace(row, state="duplicate", reason=reason)
