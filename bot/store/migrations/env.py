"""Alembic's entry: runs the migrations on the database it is given."""

from __future__ import annotations

from alembic import context

from bot.store.engine import connect
from bot.store.tables import metadata

_LOCK = 7230104
"""Key of the advisory lock under which only one process migrates PostgreSQL at a time."""

engine = connect(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
        connection.commit()
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
