"""Named selections: what readers kept, and how it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "selections",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("removed", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_selections"),
    )


def downgrade() -> None:
    op.drop_table("selections")
