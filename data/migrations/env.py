"""Run by Alembic: migrates over the connection that :mod:`data.schema` hands in."""

from alembic import context

from data.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things about a table in place
    transactional_ddl=True,  # it can go back, though: all migrations, or none
)
with context.begin_transaction():
    context.run_migrations()
