"""What the library knows: recordings, maps, jobs, selections and a few facts, in one database.

Every change of recordings, maps or facts raises :meth:`Catalogue.revision`, so that whatever
is derived from them can be cached under that number. Jobs do not: their progress changes
many times a second and nothing is derived from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    String,
    Table,
    cast,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from data import schema
from data.annotations import Annotations
from data.checksums import Checksums
from data.database import file_of, open_database
from data.files import real_path
from data.jobs import JobRows
from data.selections import NamedSelections
from data.sources import Source
from errors import UserError
from language import Sentence, packed, unpacked
from language.instruments import instrument_name

RECORDING_STATES = ("ready", "failed", "duplicate", "retired")


@dataclass(frozen=True)
class Recording:
    """One audio file of an imported folder.

    Attributes
    ----------
    id : int
        0 before the row exists.
    root : str
        The imported folder, absolute.
    path : str
        Posix, relative to `root`; see :func:`data.files.stored_path`.
    sha256 : str
        Of the content; empty when it was never read.
    duration_s : float
        Seconds that were decoded.
    codec : str
        FFmpeg's name, such as ``"vorbis"``.
    extra, tags : dict
        Further columns of the metadata CSV; what the file's own tags say.
    state : str
        ``"ready"``, ``"failed"``, ``"duplicate"`` (of a ready one) or ``"retired"``.
    reason : str
        Why it failed, or what it duplicates.
    notes : tuple of str
        Remarks of the decoder.
    audio : str
        The audio file, like `path`, where `path` names a track in it; else empty.
    start_s, end_s : float, float or None
        Which part of the audio file this is, seconds; None for its end.
    given, edits : dict
        Labels as tables, tags, folders and names give them, and those that a person typed
        over them; `title`, `performer` and `instrument` are what holds.
    """

    root: str
    path: str
    sha256: str = ""
    size: int = 0
    mtime_ns: int = 0
    duration_s: float = 0.0
    title: str = "Unknown"
    performer: str = "Unknown"
    instrument: str = "Unknown"
    extra: dict[str, str] = field(default_factory=dict)
    state: str = "ready"
    reason: str = ""
    notes: tuple[str, ...] = ()
    codec: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    id: int = 0
    audio: str = ""
    start_s: float = 0.0
    end_s: float | None = None
    given: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The audio file itself, which may have been removed since."""
        return real_path(self.root, self.audio or self.path)

    @property
    def source(self) -> Source:
        """Where the recording's sound is."""
        return Source(str(self.file), self.start_s, self.end_s)


@dataclass(frozen=True)
class MapInfo:
    """One computed map; its positions are in ``maps/<id>.safetensors``."""

    id: str
    method: str
    params: dict[str, Any]
    encoder_id: str
    n_segments: int
    created: str


class Catalogue:
    """Rows of one library; safe to use from several threads and processes.

    Parameters
    ----------
    url : str
        SQLAlchemy URL.
    where : str
        Names the library in messages.

    Raises
    ------
    UserError
        If the database cannot be opened, is none, or was written by a newer version.
    """

    def __init__(self, url: str, where: str) -> None:
        self._engine = open_database(url, where)
        self.selections = NamedSelections(self._engine)
        self.annotations = Annotations(self._engine, self.changing)
        self.jobs = JobRows(self._engine)
        self.checksums = Checksums(self._engine)
        self._known: tuple[int, tuple[Recording, ...]] | None = None
        try:
            schema.ensure_current(self._engine, where)
        except SQLAlchemyError as error:
            self.close()
            raise UserError(
                f"The catalogue of the library {where} cannot be read: "
                f"{str(error).splitlines()[0]}. Choose another library folder, or restore a backup."
            ) from error
        except UserError:
            self.close()
            raise

    @property
    def file(self) -> Path | None:
        """The file of a SQLite catalogue; None for any other."""
        return file_of(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # -- revision and facts ---------------------------------------------------------------

    def revision(self) -> int:
        """A number that grows with every change of recordings, maps and facts."""
        return int(self.get_meta("revision") or 0)

    def get_meta(self, key: str) -> str | None:
        """The value of a fact, or None."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(schema.meta.c.value).where(schema.meta.c.key == key)
            ).scalar()

    def set_meta(self, key: str, value: str | None) -> None:
        """Set a fact; None removes it."""
        with self.changing() as connection:
            if value is None:
                connection.execute(schema.meta.delete().where(schema.meta.c.key == key))
            else:
                self._upsert(connection, schema.meta, ["key"], {"key": key, "value": value})

    def facts(self, prefix: str) -> dict[str, str]:
        """All facts whose key starts with `prefix`, without the prefix."""
        statement = select(schema.meta).where(schema.meta.c.key.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            return {row.key[len(prefix) :]: row.value for row in connection.execute(statement)}

    @property
    def current_encoder(self) -> str | None:
        """Id of the encoder that new recordings are encoded with, once one was chosen."""
        return self.get_meta("current_encoder")

    @property
    def current_map(self) -> str | None:
        """Id of the map that the page shows first: the one of the current encoder."""
        return self.get_meta("current_map")

    def show_map(self, id: str) -> None:
        """Make a map that was recorded before the current one."""
        self.set_meta("current_map", id)

    # -- recordings -----------------------------------------------------------------------

    def recordings(self, state: str | None = "ready", root: str | None = None) -> list[Recording]:
        """Recordings in order of folder and path; `state` None gives those of every state."""
        return [
            recording
            for recording in self._all_recordings()
            if state in (None, recording.state) and root in (None, recording.root)
        ]

    def _all_recordings(self) -> tuple[Recording, ...]:
        """Every recording, read again when the revision has changed.

        An import of thousands of files that finds nothing to do, and a page that asks for its
        status, want them many times; reading takes longer than all else that they do.
        """
        revision = (
            self.revision()
        )  # before the rows: newer rows are then read once more, not missed
        known = self._known
        if known is None or known[0] != revision:
            table = schema.recordings
            statement = select(table).order_by(table.c.root, table.c.path)
            with self._engine.connect() as connection:
                rows = connection.execute(statement).mappings()
                known = self._known = revision, tuple(_recording(row) for row in rows)
        return known[1]

    def recording(self, id: int) -> Recording | None:
        """One recording by its id."""
        statement = select(schema.recordings).where(schema.recordings.c.id == id)
        with self._engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        return _recording(row) if row else None

    def with_content(self, sha256: str) -> list[Recording]:
        """Recordings that are not failed and have this content, in order of their ids."""
        table = schema.recordings
        statement = select(table).where(table.c.sha256 == sha256, table.c.state != "failed")
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(table.c.id)).mappings()
            return [_recording(row) for row in rows]

    def save_recordings(self, recordings: Iterable[Recording]) -> None:
        """Insert recordings, or update those with the same `root` and `path`; ids are ignored."""
        rows = [_row(recording) for recording in recordings]
        if not rows:
            return
        with self.changing() as connection:
            self._upsert(connection, schema.recordings, ["root", "path"], *rows)

    def save_recording(self, recording: Recording) -> Recording:
        """Insert or update one recording and return it with its id."""
        self.save_recordings([recording])
        table = schema.recordings
        statement = select(table.c.id).where(
            table.c.root == recording.root, table.c.path == recording.path
        )
        with self._engine.connect() as connection:
            return replace(recording, id=connection.execute(statement).scalar_one())

    def move_recordings(self, places: Mapping[int, tuple[str, str]]) -> None:
        """Give recordings another folder and path, all at once, so that they can change places.

        Parameters
        ----------
        places : mapping
            New ``(root, path)`` by a recording's id; nobody else may stand there.
        """
        if not places:
            return
        table = schema.recordings
        with self.changing() as connection:
            for key in places:  # no path of a file begins with a slash
                aside = update(table).where(table.c.id == key)
                connection.execute(aside.values(path=f"/moving/{key}"))
            for key, (root, path) in places.items():
                there = update(table).where(table.c.id == key)
                connection.execute(there.values(root=root, path=path))

    # -- maps -----------------------------------------------------------------------------

    def add_map(self, info: MapInfo, *, current: bool = True) -> None:
        """Record a map, and by default make it the one that the page shows."""
        with self.changing() as connection:
            self._upsert(connection, schema.maps, ["id"], asdict(info))
            if current:
                fact = {"key": "current_map", "value": info.id}
                self._upsert(connection, schema.meta, ["key"], fact)

    def maps(self) -> list[MapInfo]:
        """All maps, newest first."""
        statement = select(schema.maps).order_by(schema.maps.c.created.desc(), schema.maps.c.id)
        with self._engine.connect() as connection:
            return [MapInfo(**row) for row in connection.execute(statement).mappings()]

    def map(self, id: str) -> MapInfo | None:
        """One map by its id."""
        return next((info for info in self.maps() if info.id == id), None)

    # -- how ------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction that raises the revision."""
        with self._engine.begin() as connection:
            table = schema.meta
            raised = update(table).where(table.c.key == "revision")
            raised = raised.values(value=cast(cast(table.c.value, Integer) + 1, String))
            if not connection.execute(raised).rowcount:
                self._upsert(connection, table, ["key"], {"key": "revision", "value": "1"})
            yield connection

    def _upsert(
        self, connection: Connection, table: Table, key: list[str], *rows: dict[str, Any]
    ) -> None:
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table)
        rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
        statement = statement.on_conflict_do_update(index_elements=key, set_=rest)
        connection.execute(statement, list(rows))


def _recording(row: Any) -> Recording:
    # Whoever wrote the row, and however long ago: spellings of one instrument are one instrument.
    instrument = instrument_name(row["instrument"])
    kept = {"notes": tuple(row["notes"]), "instrument": instrument}
    return Recording(**{**row, **kept, "reason": unpacked(row["reason"])})


def _row(recording: Recording) -> dict[str, Any]:
    row = asdict(recording)
    del row["id"]
    row["notes"] = list(recording.notes)
    if isinstance(recording.reason, Sentence):  # as it is shown in the reader's language later
        row["reason"] = packed(recording.reason)
    return row
