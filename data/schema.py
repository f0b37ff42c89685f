"""Tables of the catalogue, and bringing an older library up to date (Alembic)."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)

from data.database import copy_database, file_of
from errors import UserError

# Oldest first. A new migration adds its revision here; the tests compare with Alembic.
REVISIONS = ("0001", "0002", "0003")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("codec", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("performer", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("audio", Text, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float),
    Column("given", JSON, nullable=False),
    Column("edits", JSON, nullable=False),
    UniqueConstraint("root", "path"),
)

maps = Table(
    "maps",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("method", String(20), nullable=False),
    Column("params", JSON, nullable=False),
    Column("encoder_id", String(100), nullable=False),
    Column("n_segments", Integer, nullable=False),
    Column("created", String(40), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("params", JSON, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", String(40), nullable=False),
    Column("started", String(40)),
    Column("finished", String(40)),
    Column("process", Text, nullable=False),
)

job_lines = Table(
    "job_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", Integer, nullable=False, index=True),
    Column("made", String(40), nullable=False),
    Column("text", Text, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made", String(40), nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("rows", JSON, nullable=False),
    Column("undone", String(40)),
)

annotated = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("layer", String(40), nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("label", Text, nullable=False),
    Column("extra", JSON, nullable=False),
)

checksums = Table(
    "checksums",
    metadata,
    Column("path", String(500), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

selections = Table(
    "selections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("made", String(40), nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("removed", String(40)),
)


def ensure_current(engine: Engine, where: str) -> None:
    """Create the tables of a new library, or migrate those of an older one.

    It is one transaction: whoever is killed in it leaves the old format. An older SQLite
    catalogue is copied to ``library-<its format>.db`` beside it before.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    where : str
        Names the library in messages.

    Raises
    ------
    UserError
        If the library was written by a newer version.
    """
    # Alembic takes a third of a second to import; a library that is current needs none of it.
    with engine.connect() as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Python's module opens no transaction for CREATE and ALTER by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        _migrate(connection, where)


def _migrate(connection: Connection, where: str) -> None:
    found = _revision(connection)
    if found == REVISIONS[-1]:
        return  # somebody else was faster
    if found is not None and found not in REVISIONS:
        raise UserError(
            f"The library {where} was written by a newer version of MusicLatentVIS "
            f"(format {found}, this version knows up to {REVISIONS[-1]}): "
            "update MusicLatentVIS, or use another library folder."
        )
    path = file_of(connection.engine)
    if found is not None and path is not None:
        copy_database(path, path.with_name(f"{path.stem}-{found}{path.suffix}"))
    _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # What it does by the way (plugins, dialects) is no news to whoever imports a folder.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config():  # type: ignore[no-untyped-def]  # alembic is imported late
    """Alembic's configuration for our migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
