"""Real collections: tracks of album images, edits, annotations, logs of jobs, checksums."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("recordings") as recordings:
        recordings.add_column(sa.Column("audio", sa.Text, nullable=False, server_default=""))
        recordings.add_column(sa.Column("start_s", sa.Float, nullable=False, server_default="0"))
        recordings.add_column(sa.Column("end_s", sa.Float))
        recordings.add_column(sa.Column("given", sa.JSON, nullable=False, server_default="{}"))
        recordings.add_column(sa.Column("edits", sa.JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("process", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "job_lines",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_lines"),
    )
    op.create_index("ix_job_lines_job_id", "job_lines", ["job_id"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("undone", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("layer", sa.String(40), nullable=False),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("end_s", sa.Float, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("extra", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotations"),
    )
    op.create_index("ix_annotations_sha256", "annotations", ["sha256"])
    op.create_table(
        "checksums",
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_checksums"),
    )


def downgrade() -> None:
    for table in ("checksums", "annotations", "changes", "job_lines"):
        op.drop_table(table)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("process")
    with op.batch_alter_table("recordings") as recordings:
        for column in ("edits", "given", "end_s", "start_s", "audio"):
            recordings.drop_column(column)
