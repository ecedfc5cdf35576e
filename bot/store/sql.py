"""The counter's store on SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timezone
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from bot.counter.ports import Erased, Kept, Message, NewCode, NewMessage, Rating, StaleError
from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Carried, Session, dump, load
from bot.store import consents
from bot.store.common import aware, naive, single, transaction
from bot.store.prepared import Prepared
from bot.store.tables import arrivals, codes, conversations, messages, outcomes, peers, ratings, ticket_events, tickets
from bot.store.turn import MOST_AT_ONCE, add_messages, keep_at_once, keep_in_steps
from bot.tickets.finding import NOBODY, TicketQuery, words_of
from bot.tickets.model import Change, Contact, Event, Packet, Resolution, Ticket, wordless, wordless_packet

_ID = bindparam("conversation", type_=conversations.c.id.type)
_TOKEN = Prepared(select(conversations.c.token_hash).where(conversations.c.id == _ID))
_STATE = (conversations.c.id, conversations.c.state, conversations.c.version, conversations.c.cursor)
_READ = Prepared(select(*_STATE).where(conversations.c.id == _ID))
_PLACE = select(messages.c.seq).where(messages.c.conversation_id == _ID, messages.c.client_id == bindparam("client"))
_LOOK = Prepared(select(*_STATE, _PLACE.scalar_subquery().label("place")).where(conversations.c.id == _ID))
_SAID = select(messages).where(messages.c.conversation_id == _ID, messages.c.seq > bindparam("after")).order_by(messages.c.seq).limit(bindparam("most"))
_CHANGED = Prepared(select(conversations.c.id, conversations.c.cursor).where(conversations.c.updated_at >= bindparam("moment", type_=conversations.c.updated_at.type)))
_TICKET = select(tickets).where(tickets.c.number == bindparam("number"))


class SqlStore:
    """Conversations, messages and tickets in one database; see ``bot.counter.ports.CounterStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _transaction(self) -> AbstractContextManager[Connection]:
        return transaction(self._engine)

    def create(self, conversation_id: str, token_hash: str, session: Session, said: Sequence[NewMessage], now: datetime) -> int:
        with self._transaction() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation_id, token_hash=token_hash, state=dump(session).decode(), version=0, cursor=len(said),
                    channel=session.channel, created_at=naive(now), updated_at=naive(now),
                )
            )
            add_messages(connection, conversation_id, 0, said, now)
        return len(said)

    def token_hash(self, conversation_id: str) -> str | None:
        with single(self._engine) as connection:
            return _TOKEN.run(connection, {"conversation": conversation_id}).scalar_one_or_none()

    def read(self, conversation_id: str) -> Kept | None:
        with single(self._engine) as connection:
            row = _READ.run(connection, {"conversation": conversation_id}).one_or_none()
        return _kept(row) if row else None

    def look(self, conversation_id: str, client_id: str | None) -> tuple[Kept, bool] | None:
        with single(self._engine) as connection:
            row = _LOOK.run(connection, {"conversation": conversation_id, "client": client_id}).one_or_none()
        return (_kept(row), row.place is not None) if row else None

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None, code: NewCode | None = None,
        change: Change | None = None, rating: Rating | None = None, outcome: Outcome | None = None,
    ) -> int:
        plain = ticket is None and code is None and change is None and rating is None
        try:
            if plain and outcome is not None and 0 < len(said) <= MOST_AT_ONCE and self._engine.dialect.name == "postgresql":
                with single(self._engine) as connection:
                    if not keep_at_once(connection, kept, session, said, now, outcome):
                        raise StaleError(kept.id)
                return kept.cursor + len(said)
            with self._transaction() as connection:
                if not keep_in_steps(connection, kept, session, said, now, outcome):
                    raise StaleError(kept.id)
                if ticket is not None:
                    _add_ticket(connection, ticket)
                if change is not None:
                    _change_ticket(connection, change)
                if rating is not None:
                    _add_rating(connection, rating)
                if code is not None:
                    carried = msgspec.json.encode(code.carried).decode()
                    connection.execute(insert(codes).values(hash=code.hash, conversation_id=kept.id, carried=carried, expires_at=naive(code.expires_at)))
        except IntegrityError as error:
            raise StaleError(kept.id) from error
        return kept.cursor + len(said)

    def carried(self, code_hash: str, now: datetime) -> Carried | None:
        query = select(codes.c.carried).where(codes.c.hash == code_hash, codes.c.expires_at > naive(now))
        with self._transaction() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return msgspec.json.decode(found, type=Carried) if found else None

    def forget_codes(self, now: datetime) -> int:
        with self._transaction() as connection:
            return int(connection.execute(delete(codes).where(codes.c.expires_at <= naive(now))).rowcount)

    def said(self, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        with single(self._engine) as connection:
            return [_message(row) for row in connection.execute(_SAID, {"conversation": conversation_id, "after": after, "most": limit})]

    def answered(self, conversation_id: str, client_id: str) -> list[Message] | None:
        with single(self._engine) as connection:
            place = connection.execute(_PLACE, {"conversation": conversation_id, "client": client_id}).scalar_one_or_none()
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
                bare = wordless_packet(ticket)
                contact = {"contact": None} if ticket.status == "closed" else {}
                if contact:
                    consents.finish(connection, "answer", [ticket.number], "erased", datetime.now(timezone.utc))
                connection.execute(
                    update(tickets)
                    .where(tickets.c.number == ticket.number)
                    .values(conversation_id=None, packet=msgspec.json.encode(bare).decode(), version=ticket.version + 1, **contact)
                )
                for row in connection.execute(select(ticket_events.c.id, ticket_events.c.body).where(ticket_events.c.number == ticket.number)).all():
                    said_less = msgspec.json.encode(wordless(msgspec.json.decode(row.body))).decode()
                    connection.execute(update(ticket_events).where(ticket_events.c.id == row.id).values(body=said_less))
            counted = connection.execute(update(outcomes).where(outcomes.c.conversation_id == conversation_id).values(conversation_id=None)).rowcount
            coded = connection.execute(delete(codes).where(codes.c.conversation_id == conversation_id)).rowcount
            said = connection.execute(delete(messages).where(messages.c.conversation_id == conversation_id)).rowcount
            met = select(peers.c.id).where(peers.c.conversation_id == conversation_id)
            connection.execute(update(arrivals).where(arrivals.c.peer_id.in_(met)).values(body=None))
            known = connection.execute(delete(peers).where(peers.c.conversation_id == conversation_id)).rowcount
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id)).rowcount
        return Erased({"conversations": gone, "messages": said, "chat_addresses": known, "ticket_transcripts": len(kept), "codes": coded, "outcomes": counted})

    def add_ticket(self, ticket: Ticket) -> None:
        try:
            with self._transaction() as connection:
                _add_ticket(connection, ticket)
        except IntegrityError as error:
            raise StaleError(ticket.number) from error

    def ticket(self, number: str) -> Ticket | None:
        with single(self._engine) as connection:
            row = connection.execute(_TICKET, {"number": number}).one_or_none()
        return _ticket(row) if row else None

    def change_ticket(self, change: Change) -> None:
        with self._transaction() as connection:
            _change_ticket(connection, change)

    def ticket_events(self, number: str) -> list[Event]:
        query = select(ticket_events).where(ticket_events.c.number == number).order_by(ticket_events.c.id)
        with self._transaction() as connection:
            return [_event(row) for row in connection.execute(query)]

    def add_rating(self, rating: Rating) -> None:
        with self._transaction() as connection:
            _add_rating(connection, rating)

    def outcomes(self, conversation_id: str | None = None) -> list[Outcome]:
        query = select(outcomes).where(outcomes.c.conversation_id.is_not_distinct_from(conversation_id)).order_by(outcomes.c.id)
        with self._transaction() as connection:
            return [Outcome(row.kind, row.entry, row.step, row.confidence) for row in connection.execute(query)]

    def ratings(self, since: datetime) -> list[Rating]:
        query = select(ratings).where(ratings.c.at >= naive(since)).order_by(ratings.c.id)
        with self._transaction() as connection:
            return [Rating(aware(row.at), row.solved, row.channel, row.entry, row.ticket, row.score, row.remark, row.profile) for row in connection.execute(query)]

    def first_answers(self, limit: int) -> list[tuple[datetime, datetime]]:
        answered = tickets.c.first_answer_at
        query = select(tickets.c.created_at, answered).where(answered.isnot(None)).order_by(answered.desc()).limit(limit)
        with self._transaction() as connection:
            return [(aware(row.created_at), aware(row.first_answer_at)) for row in connection.execute(query)][::-1]

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        query = select(tickets).order_by(tickets.c.created_at, tickets.c.number).limit(limit)
        if status is not None:
            query = query.where(tickets.c.status == status)
        with self._transaction() as connection:
            return [_ticket(row) for row in connection.execute(query)]

    def find_tickets(self, query: TicketQuery) -> tuple[list[Ticket], int]:
        asked = list(_asked(query))
        age = (tickets.c.created_at, tickets.c.number)
        orders: dict[str, tuple[Any, ...]] = {
            "oldest": age,
            "newest": tuple(column.desc() for column in age),
            "due": (tickets.c.promised_on.is_(None), tickets.c.promised_on, *age),
        }
        page = select(tickets).where(*asked).order_by(*orders[query.order]).limit(query.limit).offset(query.offset)
        with self._transaction() as connection:
            total = connection.execute(select(func.count()).select_from(tickets).where(*asked)).scalar_one()
            return [_ticket(row) for row in connection.execute(page)], total

    def count_tickets(self) -> dict[str, int]:
        with self._transaction() as connection:
            return {row[0]: row[1] for row in connection.execute(select(tickets.c.status, func.count()).group_by(tickets.c.status))}

    def newest_ticket(self) -> tuple[str | None, datetime | None]:
        query = select(func.max(tickets.c.number).label("number"), func.max(tickets.c.updated_at).label("changed"))
        with self._transaction() as connection:
            row = connection.execute(query).one()
        return row.number, aware(row.changed) if row.changed else None

    def events_of(self, numbers: Sequence[str]) -> dict[str, list[Event]]:
        query = select(ticket_events).where(ticket_events.c.number.in_(list(numbers))).order_by(ticket_events.c.id)
        found: dict[str, list[Event]] = {}
        with self._transaction() as connection:
            for row in connection.execute(query):
                found.setdefault(row.number, []).append(_event(row))
        return found

    def ticket_numbers(self, prefix: str) -> int:
        query = select(func.max(tickets.c.number)).where(tickets.c.number.like(f"{prefix}%"))
        with self._transaction() as connection:
            last = connection.execute(query).scalar_one_or_none()
        return int(last.removeprefix(prefix)) if last else 0

    def changed_since(self, moment: datetime) -> list[tuple[str, int]]:
        with single(self._engine) as connection:
            return [(row.id, row.cursor) for row in _CHANGED.run(connection, {"moment": naive(moment)})]

    def stale_before(self, moment: datetime) -> list[str]:
        query = select(conversations.c.id).where(conversations.c.updated_at < naive(moment))
        with self._transaction() as connection:
            return list(connection.execute(query).scalars())

    def ping(self) -> None:
        with self._transaction() as connection:
            connection.execute(select(1))


def _asked(query: TicketQuery) -> Iterator[Any]:
    """The conditions of a query; labels are JSON, in which each stands between quotes."""
    if query.status:
        yield tickets.c.status.in_(sorted(query.status))
    if query.team:
        yield tickets.c.team == query.team
    if query.assignee:
        yield tickets.c.assignee.is_(None) if query.assignee == NOBODY else tickets.c.assignee == query.assignee
    if query.label:
        yield tickets.c.labels.contains(msgspec.json.encode(query.label).decode(), autoescape=True)
    if query.entry:
        yield tickets.c.entry == query.entry
    for stem in query.stems:
        yield tickets.c.found_by.contains(stem, autoescape=True)


def _event(row: Row) -> Event:
    return Event(aware(row.at), row.actor, row.kind, msgspec.json.decode(row.body))


def _add_rating(connection: Connection, rating: Rating) -> None:
    connection.execute(insert(ratings).values(**{**vars(rating), "at": naive(rating.at)}))


def _add_ticket(connection: Connection, ticket: Ticket) -> None:
    connection.execute(insert(tickets).values(**_ticket_row(ticket)))
    consents.follow_contact(connection, ticket.number, ticket.packet.handover.channel, None, ticket.contact, ticket.created_at)
    _add_events(connection, ticket.number, [Event(ticket.created_at, "system", "opened", {})])


def _change_ticket(connection: Connection, change: Change) -> None:
    """Compare and set: of two changes of one version the second is refused."""
    mine = (tickets.c.number == change.before.number, tickets.c.version == change.before.version)
    if connection.execute(update(tickets).where(*mine).values(**_ticket_row(change.after))).rowcount != 1:
        raise StaleError(change.before.number)
    by: consents.Ended = "withdrawn" if any(event.kind == "address_withdrawn" for event in change.events) else "over"
    consents.follow_contact(connection, change.before.number, change.after.packet.handover.channel, change.before.contact, change.after.contact, change.after.updated_at, by=by)
    _add_events(connection, change.before.number, change.events)


def _add_events(connection: Connection, number: str, events: Sequence[Event]) -> None:
    rows: list[dict[str, Any]] = [
        {"number": number, "at": naive(event.at), "actor": event.actor, "kind": event.kind, "body": msgspec.json.encode(event.body).decode()} for event in events
    ]
    if rows:
        connection.execute(insert(ticket_events), rows)


def _kept(row: Row) -> Kept:
    return Kept(row.id, load(row.state), row.version, row.cursor)


def _message(row: Row) -> Message:
    return Message(row.seq, row.author, msgspec.json.decode(row.body), aware(row.created_at), row.client_id)


def _ticket_row(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "code_hash": ticket.code_hash,
        "conversation_id": ticket.conversation_id,
        "status": ticket.status,
        "reason": ticket.packet.handover.reason,
        "entry": ticket.packet.handover.entry,
        "packet": msgspec.json.encode(ticket.packet).decode(),
        "created_at": naive(ticket.created_at),
        "updated_at": naive(ticket.updated_at),
        "version": ticket.version,
        "team": ticket.team,
        "assignee": ticket.assignee,
        "labels": msgspec.json.encode(ticket.labels).decode(),
        "contact": msgspec.json.encode(ticket.contact).decode() if ticket.contact else None,
        "first_answer_at": naive(ticket.first_answer_at) if ticket.first_answer_at else None,
        "touched_at": naive(ticket.touched_at) if ticket.touched_at else None,
        "closed_at": naive(ticket.closed_at) if ticket.closed_at else None,
        "promised_on": ticket.promised_on.isoformat() if ticket.promised_on else None,
        "resolution": ticket.resolution.kind if ticket.resolution else None,
        "resolved_entry": ticket.resolution.entry if ticket.resolution else None,
        "found_by": words_of(ticket.number, ticket.packet),
    }


def _ticket(row: Row) -> Ticket:
    def moment(value: datetime | None) -> datetime | None:
        return aware(value) if value else None

    return Ticket(
        row.number, row.code_hash, row.status, msgspec.json.decode(row.packet, type=Packet), aware(row.created_at), aware(row.updated_at), row.conversation_id,
        version=row.version, team=row.team, assignee=row.assignee, labels=msgspec.json.decode(row.labels, type=tuple[str, ...]),
        contact=msgspec.json.decode(row.contact, type=Contact) if row.contact else None, first_answer_at=moment(row.first_answer_at),
        touched_at=moment(row.touched_at), closed_at=moment(row.closed_at), promised_on=date.fromisoformat(row.promised_on) if row.promised_on else None,
        resolution=Resolution(row.resolution, row.resolved_entry) if row.resolution else None,
    )  # fmt: skip
