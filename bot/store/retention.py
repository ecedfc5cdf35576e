"""What is removed once it has been kept long enough, class by class; conversations are erased like at a client's wish.

The days and their reasons are in ``docs/privacy.md``; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.schema import Column, Table

from bot.store.common import naive, transaction
from bot.store.consents import finish
from bot.store.sql import SqlStore
from bot.store.tables import arrivals, codes, consents, holds, letters_in, sign_in_failures, staff_sessions, tickets

ARRIVAL_DAYS, LETTER_DAYS, SESSION_DAYS, FAILURE_DAYS = 7, 90, 30, 30


@dataclass(frozen=True)
class Removed:
    """A class of data: its name for the operator, after how many days it goes, how many rows it was."""

    name: str
    days: int
    count: int


class Retention:
    """Looks through everything that ages. ``conversation_days`` without a word; ``ticket_days`` after closing; ``erase`` removes a conversation wherever it is kept."""

    def __init__(self, engine: Engine, conversation_days: int, ticket_days: int, erase: Callable[[str], object]) -> None:
        self._engine, self._conversation_days, self._ticket_days, self._erase = engine, conversation_days, ticket_days, erase
        self._store = SqlStore(engine)

    def run(self, now: datetime, *, dry: bool = False) -> Iterator[Removed]:
        """Remove, or only count; each class as soon as it is done. An interrupted run goes on with the next."""
        yield Removed("rozmowy bez ruchu", self._conversation_days, self._conversations(now, dry))
        for name, days, table, old in self._classes(now):
            yield Removed(name, days, self._rows(table, old, now, dry))

    def _conversations(self, now: datetime, dry: bool) -> int:
        held = self._held(holds.c.conversation_id)
        stale = [name for name in self._store.stale_before(now - timedelta(days=self._conversation_days)) if name not in held]
        for name in () if dry else stale:
            self._erase(name)
        return len(stale)

    def _held(self, column: Column[str]) -> set[str]:
        with transaction(self._engine) as connection:
            return set(connection.execute(select(column).where(holds.c.released_at.is_(None), column.isnot(None))).scalars())

    def _classes(self, now: datetime) -> Iterator[tuple[str, int, Table, ColumnElement[bool]]]:
        def before(days: int) -> datetime:
            return naive(now - timedelta(days=days))

        held = select(holds.c.ticket).where(holds.c.released_at.is_(None), holds.c.ticket.isnot(None))
        talks = select(holds.c.conversation_id).where(holds.c.released_at.is_(None), holds.c.conversation_id.isnot(None))
        free = or_(tickets.c.conversation_id.is_(None), tickets.c.conversation_id.not_in(talks))
        closed = and_(tickets.c.status == "closed", tickets.c.closed_at < before(self._ticket_days), tickets.c.number.not_in(held), free)
        yield "zamknięte zgłoszenia z historią i załącznikami", self._ticket_days, tickets, closed
        yield "zdarzenia z komunikatorów (bez treści)", ARRIVAL_DAYS, arrivals, and_(arrivals.c.body.is_(None), arrivals.c.received_at < before(ARRIVAL_DAYS))
        yield "ślady przyjętych listów", LETTER_DAYS, letters_in, letters_in.c.at < before(LETTER_DAYS)
        yield "kody do powrotu po terminie", 0, codes, codes.c.expires_at <= naive(now)
        yield "sesje obsługi", SESSION_DAYS, staff_sessions, staff_sessions.c.seen_at < before(SESSION_DAYS)
        yield "zgody, które się skończyły", self._ticket_days, consents, consents.c.ended_at < before(self._ticket_days)
        yield "zakończone zabezpieczenia", self._ticket_days, holds, holds.c.released_at < before(self._ticket_days)
        yield "nieudane logowania obsługi", FAILURE_DAYS, sign_in_failures, sign_in_failures.c.at < before(FAILURE_DAYS)

    def _rows(self, table: Table, old: ColumnElement[bool], now: datetime, dry: bool) -> int:
        with transaction(self._engine) as connection:
            if dry:
                return int(connection.execute(select(func.count()).select_from(table).where(old)).scalar_one())
            if table is tickets:
                finish(connection, "answer", select(tickets.c.number).where(old), "over", now)
            return int(connection.execute(delete(table).where(old)).rowcount)
