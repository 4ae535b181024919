"""Alembic's way in: always on the connection that `Database.migrate` hands over."""

from alembic import context

from survey.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
