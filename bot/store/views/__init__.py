"""The views that measures are read from: one file of plain SQL each, alike on SQLite and PostgreSQL.

A file that changes needs a migration that calls ``drop_views`` and ``create_views``. So does a migration that changes a table in
batch mode: SQLite renames no table while a view of it stands. ``docs/measures.md`` says what each view holds.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Connection

VIEWS = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.sql")))


def view_sql(name: str) -> str:
    """The query of a view."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def create_views(connection: Connection) -> None:
    """Create every view; none may be there."""
    for name in VIEWS:
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {view_sql(name)}")


def drop_views(connection: Connection) -> None:
    """Drop those that are there."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
