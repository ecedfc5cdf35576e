"""Copies of what is kept of a person, holds, and the register of consents, on SQL; see ``bot.counter.privacy.PrivacyStore``.

What only guards (hashes of tokens and codes, secrets of links) is in no copy: it would open the way in to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert as insert_into
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row

from bot.counter.privacy import Export, Hold
from bot.store.common import aware, naive, transaction
from bot.store.tables import (
    attachments,
    codes,
    consents,
    conversations,
    holds,
    letters_in,
    messages,
    outbox,
    outcomes,
    peers,
    proposals,
    ratings,
    reminders,
    ticket_events,
    tickets,
)

FOR_STAFF = ("note", "labelled", "forwarded")
"""Events of a ticket that the staff wrote for one another."""
_GUARDS = ("token_hash", "code_hash", "hash", "secret", "found_by", "content")


class PrivacySql:
    """Over the one database."""

    def __init__(self, engine: Engine, sender_hash: Any = None) -> None:
        """``sender_hash``: makes of an address what ``letters_in`` keeps of it."""
        self._engine, self._sender_hash = engine, sender_hash

    def conversation(self, conversation_id: str, *, staff: bool) -> Export | None:
        own = {table: table.c.conversation_id == conversation_id for table in (messages, codes, outcomes, peers)}
        with transaction(self._engine) as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
            if row is None:
                return None
            numbers = connection.execute(select(tickets.c.number).where(tickets.c.conversation_id == conversation_id).order_by(tickets.c.number)).scalars().all()
            return {
                "conversation": _plain(row),
                **{table.name: [_plain(item) for item in connection.execute(select(table).where(where))] for table, where in own.items()},
                "tickets": [_ticket(connection, number, staff=staff) for number in numbers],
            }

    def ticket(self, number: str, *, staff: bool) -> Export | None:
        with transaction(self._engine) as connection:
            return _ticket(connection, number, staff=staff) if self._has_ticket(connection, number) else None

    def of_address(self, email: str) -> tuple[list[str], Export]:
        address = email.strip().lower()
        with transaction(self._engine) as connection:
            with_contact = connection.execute(select(tickets.c.number, tickets.c.contact).where(tickets.c.contact.isnot(None)).order_by(tickets.c.number))
            numbers = [row.number for row in with_contact if str(msgspec.json.decode(row.contact).get("email") or "").lower() == address]
            remembered = [row for row in connection.execute(select(reminders)) if str(msgspec.json.decode(row.reminder).get("email") or "").lower() == address]
            waiting = [row for row in connection.execute(select(outbox)) if str(msgspec.json.decode(row.letter).get("to") or "").lower() == address]
            traces = connection.execute(select(letters_in).where(letters_in.c.sender == self._sender_hash(address))).all() if self._sender_hash else []
            agreed = [row for row in connection.execute(select(consents).where(consents.c.subject.in_([row.id for row in remembered])))]
        parts = {"reminders": remembered, "letters_waiting": waiting, "letters_taken": traces, "consents": agreed}
        return numbers, {name: [_plain(row) for row in rows] for name, rows in parts.items()}

    def of_chat(self, channel: str, address: str) -> str | None:
        with transaction(self._engine) as connection:
            found = connection.execute(select(peers.c.conversation_id).where(peers.c.channel == channel, peers.c.address == address)).first()
        return found[0] if found else None

    def place(self, ticket: str | None, conversation_id: str | None, reason: str, who: str, now: datetime) -> Hold:
        values = {"ticket": ticket, "conversation_id": conversation_id, "reason": reason, "placed_by": who, "placed_at": naive(now)}
        with transaction(self._engine) as connection:
            number = connection.execute(insert_into(holds).values(**values)).inserted_primary_key[0]
            return _hold(connection.execute(select(holds).where(holds.c.id == number)).one())

    def release(self, number: int, who: str, now: datetime) -> Hold | None:
        with transaction(self._engine) as connection:
            row = connection.execute(select(holds).where(holds.c.id == number, holds.c.released_at.is_(None))).one_or_none()
            if row is None:
                return None
            connection.execute(update(holds).where(holds.c.id == number).values(released_by=who, released_at=naive(now)))
        return _hold(row)

    def holds(self, ticket: str | None = None) -> list[Hold]:
        query = select(holds).where(holds.c.released_at.is_(None)).order_by(holds.c.id)
        with transaction(self._engine) as connection:
            return [_hold(row) for row in connection.execute(query if ticket is None else query.where(holds.c.ticket == ticket))]

    def conversation_of(self, ticket: str) -> str | None:
        with transaction(self._engine) as connection:
            return connection.execute(select(tickets.c.conversation_id).where(tickets.c.number == ticket)).scalar_one_or_none()

    def has(self, *, ticket: str | None = None, conversation_id: str | None = None) -> bool:
        with transaction(self._engine) as connection:
            if ticket is not None:
                return self._has_ticket(connection, ticket)
            return connection.execute(select(conversations.c.id).where(conversations.c.id == conversation_id)).first() is not None

    def consents(self, subject: str | None = None) -> list[Mapping[str, Any]]:
        query = select(consents).order_by(consents.c.id)
        with transaction(self._engine) as connection:
            return [_plain(row) for row in connection.execute(query if subject is None else query.where(consents.c.subject == subject))]

    def kept_back(self, conversation_id: str, now: datetime) -> bool:
        mine = (holds.c.conversation_id == conversation_id, holds.c.released_at.is_(None))
        with transaction(self._engine) as connection:
            found = connection.execute(select(holds.c.id).where(*mine)).first() is not None
            if found:
                connection.execute(update(holds).where(*mine, holds.c.erasing_wanted_at.is_(None)).values(erasing_wanted_at=naive(now)))
        return found

    def _has_ticket(self, connection: Connection, number: str) -> bool:
        return connection.execute(select(tickets.c.number).where(tickets.c.number == number)).first() is not None


def _ticket(connection: Connection, number: str, *, staff: bool) -> Export:
    """A ticket with all that hangs on it."""
    row = connection.execute(select(tickets).where(tickets.c.number == number)).one()
    events = connection.execute(select(ticket_events).where(ticket_events.c.number == number).order_by(ticket_events.c.id))
    hanging: dict[str, Iterable[Row]] = {
        "events": [event for event in events if staff or event.kind not in FOR_STAFF],
        "attachments": connection.execute(select(attachments).where(attachments.c.ticket == number)).all(),
        "letters_taken": connection.execute(select(letters_in).where(letters_in.c.ticket == number)).all(),
        "consents": connection.execute(select(consents).where(consents.c.subject == number)).all(),
        "ratings": connection.execute(select(ratings).where(ratings.c.ticket == number)).all(),
        "proposals": connection.execute(select(proposals).where(proposals.c.ticket == number)).all() if staff else [],
        "holds": connection.execute(select(holds).where(holds.c.ticket == number)).all() if staff else [],
    }
    return {**_plain(row), **{name: [_plain(item) for item in rows] for name, rows in hanging.items()}}


def _plain(row: Row) -> dict[str, Any]:
    """A row as plain data: JSON read, moments with their zone, what only guards left out."""
    return {name: _value(name, value) for name, value in row._mapping.items() if name not in _GUARDS}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return aware(value).isoformat()
    if isinstance(value, str) and name in ("state", "body", "packet", "carried", "labels", "contact", "letter", "reminder") and value[:1] in "{[":
        return _without_guards(msgspec.json.decode(value))
    return value


def _without_guards(data: Any) -> Any:
    return {name: item for name, item in data.items() if name not in _GUARDS} if isinstance(data, dict) else data


def _hold(row: Row) -> Hold:
    wanted = aware(row.erasing_wanted_at) if row.erasing_wanted_at else None
    return Hold(row.id, row.ticket, row.conversation_id, row.reason, row.placed_by, aware(row.placed_at), wanted)
