"""Connecting to the database: SQLite by default, PostgreSQL for many processes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

RESTED = 5.0
"""Seconds after which a connection is asked before it is used; one that broke sooner fails once, and its pool is made anew."""


_GIVE_UP = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""Seconds (the last: milliseconds) after which libpq holds a server that answers nothing for gone; by default it would wait for a quarter of an hour."""
_TRANSACTIONS: dict[str, Any] = {"pool_size": 5, "max_overflow": 10}
_SINGLE: dict[str, Any] = {"pool_size": 2, "max_overflow": 10, "isolation_level": "AUTOCOMMIT"}
_SINGLE_OF: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def for_single(engine: Engine) -> Engine:
    """The engine for single statements: its connections are never in a transaction. SQLite begins none for what only reads anyway."""
    return _SINGLE_OF.get(engine, engine)


def connect(url: str) -> Engine:
    """An engine for the URL; nothing is connected until the first use.

    Faults never hold what was to be written (``hide_parameters``), since that may be a client's words. SQLite gets write-ahead
    logging (readers and the writer do not wait for each other), full durability of commits and enforced foreign keys.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine, other = (_asked_after_a_rest(create_engine(url, future=True, hide_parameters=True, pool_timeout=5, connect_args=dict(_GIVE_UP), **more)) for more in (_TRANSACTIONS, _SINGLE))
        _SINGLE_OF[engine] = other
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, future=True, hide_parameters=True, poolclass=QueuePool, pool_size=5, connect_args={"timeout": 10, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _asked_after_a_rest(engine: Engine) -> Engine:
    """See that a connection still answers, but only one that rested for a while: asking before every use would cost as much as the use."""

    @event.listens_for(engine, "checkin")
    def _rest(_: Any, record: Any) -> None:
        record.info["rested"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, __: Any) -> None:
        if time.monotonic() - record.info.get("rested", time.monotonic()) < RESTED:
            return
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT 1")
            cursor.close()
            connection.rollback()
        except Exception:
            raise DisconnectionError from None

    return engine
