"""What the stores on SQL share: times in UTC without a zone, and transactions whose failures are ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.errors import TemporaryError
from bot.store.engine import for_single
from bot.tracing import span


def naive(moment: datetime) -> datetime:
    """A moment as the tables hold it."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """The other way round."""
    return moment.replace(tzinfo=timezone.utc)


@contextmanager
def single(engine: Engine) -> Iterator[Connection]:
    """For one statement: without a transaction around it, which would cost more ways to the server. On SQLite it may only read. Raises as ``transaction``."""
    try:
        with span("store"), for_single(engine).connect() as connection:
            yield connection
    except DBAPIError as error:
        if isinstance(error, IntegrityError):
            raise
        raise TemporaryError("Baza danych chwilowo nie odpowiada. Spróbuj ponownie za chwilę.") from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing. Raises TemporaryError when the database does not answer, and IntegrityError as it is."""
    try:
        with span("store"), engine.begin() as connection:
            yield connection
    except (OperationalError, DBAPIError) as error:
        if isinstance(error, IntegrityError):
            raise
        raise TemporaryError("Baza danych chwilowo nie odpowiada. Spróbuj ponownie za chwilę.") from error
