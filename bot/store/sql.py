"""The counter's store on SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.counter.ports import Erased, Kept, Message, NewMessage, StaleError
from bot.dialogue.session import Session, dump, load
from bot.errors import TemporaryError
from bot.store.tables import conversations, messages, tickets
from bot.tickets.model import Packet, Ticket


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)


class SqlStore:
    """Conversations, messages and tickets in one database; see ``bot.counter.ports.CounterStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (OperationalError, DBAPIError) as error:
            if isinstance(error, IntegrityError):
                raise
            raise TemporaryError("Baza danych chwilowo nie odpowiada. Spróbuj ponownie za chwilę.") from error

    def create(self, conversation_id: str, token_hash: str, session: Session, said: Sequence[NewMessage], now: datetime) -> int:
        with self._transaction() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation_id, token_hash=token_hash, state=dump(session).decode(), version=0, cursor=len(said),
                    channel=session.channel, created_at=_naive(now), updated_at=_naive(now),
                )
            )
            _add_messages(connection, conversation_id, 0, said, now)
        return len(said)

    def token_hash(self, conversation_id: str) -> str | None:
        with self._transaction() as connection:
            query = select(conversations.c.token_hash).where(conversations.c.id == conversation_id)
            return connection.execute(query).scalar_one_or_none()

    def read(self, conversation_id: str) -> Kept | None:
        with self._transaction() as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
        return Kept(row.id, load(row.state), row.version, row.cursor) if row else None

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None
    ) -> int:
        cursor = kept.cursor + len(said)
        try:
            with self._transaction() as connection:
                changed = connection.execute(
                    update(conversations)
                    .where(conversations.c.id == kept.id, conversations.c.version == kept.version)
                    .values(state=dump(session).decode(), version=kept.version + 1, cursor=cursor, updated_at=_naive(now))
                )
                if changed.rowcount != 1:
                    raise StaleError(kept.id)
                _add_messages(connection, kept.id, kept.cursor, said, now)
                if ticket is not None:
                    _keep_ticket(connection, ticket)
        except IntegrityError as error:
            raise StaleError(kept.id) from error
        return cursor

    def said(self, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
            .order_by(messages.c.seq)
            .limit(limit)
        )
        with self._transaction() as connection:
            return [_message(row) for row in connection.execute(query)]

    def answered(self, conversation_id: str, client_id: str) -> list[Message] | None:
        with self._transaction() as connection:
            own = select(messages.c.seq).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
            place = connection.execute(own).scalar_one_or_none()
        if place is None:
            return None
        replies: list[Message] = []
        for message in self.said(conversation_id, after=place):
            if message.author == "client":
                break
            replies.append(message)
        return replies

    def erase(self, conversation_id: str) -> Erased:
        with self._transaction() as connection:
            own = tickets.c.conversation_id == conversation_id
            kept = [_ticket(row) for row in connection.execute(select(tickets).where(own))]
            for ticket in kept:
                bare = msgspec.structs.replace(ticket.packet, transcript=[])
                connection.execute(
                    update(tickets)
                    .where(tickets.c.number == ticket.number)
                    .values(conversation_id=None, packet=msgspec.json.encode(bare).decode())
                )
            said = connection.execute(delete(messages).where(messages.c.conversation_id == conversation_id)).rowcount
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id)).rowcount
        return Erased({"conversations": gone, "messages": said, "ticket_transcripts": len(kept)})

    def add_ticket(self, ticket: Ticket) -> None:
        try:
            with self._transaction() as connection:
                connection.execute(insert(tickets).values(**_ticket_row(ticket)))
        except IntegrityError as error:
            raise StaleError(ticket.number) from error

    def ticket(self, number: str) -> Ticket | None:
        with self._transaction() as connection:
            row = connection.execute(select(tickets).where(tickets.c.number == number)).one_or_none()
        return _ticket(row) if row else None

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        query = select(tickets).order_by(tickets.c.created_at, tickets.c.number).limit(limit)
        if status is not None:
            query = query.where(tickets.c.status == status)
        with self._transaction() as connection:
            return [_ticket(row) for row in connection.execute(query)]

    def ticket_numbers(self, prefix: str) -> int:
        query = select(func.max(tickets.c.number)).where(tickets.c.number.like(f"{prefix}%"))
        with self._transaction() as connection:
            last = connection.execute(query).scalar_one_or_none()
        return int(last.removeprefix(prefix)) if last else 0

    def stale_before(self, moment: datetime) -> list[str]:
        query = select(conversations.c.id).where(conversations.c.updated_at < _naive(moment))
        with self._transaction() as connection:
            return list(connection.execute(query).scalars())

    def ping(self) -> None:
        with self._transaction() as connection:
            connection.execute(select(1))


def _keep_ticket(connection: Connection, ticket: Ticket) -> None:
    """Insert a new ticket, or renew the same conversation's; a number taken by another conversation is a conflict."""
    row = _ticket_row(ticket)
    if ticket.created_at == ticket.updated_at:
        connection.execute(insert(tickets).values(**row))
        return
    mine = tickets.c.conversation_id == ticket.conversation_id
    connection.execute(update(tickets).where(tickets.c.number == ticket.number, mine).values(**row))


def _add_messages(connection: Connection, conversation_id: str, cursor: int, said: Sequence[NewMessage], now: datetime) -> None:
    if not said:
        return
    rows: list[dict[str, Any]] = [
        {
            "conversation_id": conversation_id,
            "seq": cursor + number,
            "author": message.author,
            "client_id": message.client_id,
            "body": msgspec.json.encode(message.body).decode(),
            "created_at": _naive(now),
        }
        for number, message in enumerate(said, start=1)
    ]
    connection.execute(insert(messages), rows)


def _message(row: Row) -> Message:
    return Message(row.seq, row.author, msgspec.json.decode(row.body), _aware(row.created_at), row.client_id)


def _ticket_row(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "code_hash": ticket.code_hash,
        "conversation_id": ticket.conversation_id,
        "status": ticket.status,
        "reason": ticket.packet.handover.reason,
        "entry": ticket.packet.handover.entry,
        "packet": msgspec.json.encode(ticket.packet).decode(),
        "created_at": _naive(ticket.created_at),
        "updated_at": _naive(ticket.updated_at),
    }


def _ticket(row: Row) -> Ticket:
    packet = msgspec.json.decode(row.packet, type=Packet)
    return Ticket(row.number, row.code_hash, row.status, packet, _aware(row.created_at), _aware(row.updated_at), row.conversation_id)
