"""Bringing a database to the present shape, with Alembic."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.errors import ConfigurationError, TemporaryError
from bot.store.engine import connect

LOCK_KEY = 0x0B1E27C0
"""Any number, the same in every process."""
_HERE = Path(__file__).parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Create or update every table; a database that is up to date is left alone. Of several processes that start together one does it, the others wait.

    Raises TemporaryError when the database does not answer, ConfigurationError when its file is damaged.
    """
    try:
        with _alone(url):
            command.upgrade(_config(url), "head")
    except OperationalError:
        raise TemporaryError("Baza danych nie odpowiada. Sprawdź OKIENKO_DATABASE_URL i czy serwer bazy działa.") from None
    except DatabaseError:
        raise ConfigurationError("Plik bazy danych jest uszkodzony. Odłóż go na bok i odtwórz bazę z kopii: okienko db restore PLIK.") from None


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Hold the database's shape: an advisory lock of PostgreSQL, a lock on a file beside SQLite's; both end with the process."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = connect(url)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
            yield
        engine.dispose()
    elif parsed.database and parsed.database != ":memory:":
        path = Path(f"{parsed.database}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        yield


def state(url: str) -> tuple[str | None, str | None]:
    """The revision of the database and the newest one there is."""
    engine = connect(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return current, ScriptDirectory.from_config(_config(url)).get_current_head()
