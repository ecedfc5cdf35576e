"""The counter's store in memory: for tests and for ``okienko talk``; keeps the same promises as the one on SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.counter.ports import Erased, Kept, Message, NewCode, NewMessage, Rating, StaleError
from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Carried, Session, dump, load
from bot.tickets.finding import TicketQuery, fits
from bot.tickets.model import Change, Event, Ticket, wordless, wordless_packet


class MemoryStore:
    """See ``bot.counter.ports.CounterStore``."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._states: dict[str, tuple[bytes, int, datetime]] = {}
        self._said: dict[str, list[Message]] = {}
        self._tickets: dict[str, Ticket] = {}
        self._ratings: list[Rating] = []
        self._events: dict[str, list[Event]] = {}
        self._codes: dict[str, tuple[str, NewCode]] = {}
        self._outcomes: list[tuple[str | None, Outcome]] = []

    def create(self, conversation_id: str, token_hash: str, session: Session, said: Sequence[NewMessage], now: datetime) -> int:
        self._tokens[conversation_id] = token_hash
        self._states[conversation_id] = (dump(session), 0, now)
        self._said[conversation_id] = []
        return self._add(conversation_id, said, now)

    def token_hash(self, conversation_id: str) -> str | None:
        return self._tokens.get(conversation_id)

    def read(self, conversation_id: str) -> Kept | None:
        if conversation_id not in self._states:
            return None
        state, version, _ = self._states[conversation_id]
        return Kept(conversation_id, load(state), version, len(self._said[conversation_id]))

    def look(self, conversation_id: str, client_id: str | None) -> tuple[Kept, bool] | None:
        kept = self.read(conversation_id)
        return (kept, client_id is not None and self.answered(conversation_id, client_id) is not None) if kept else None

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None, code: NewCode | None = None,
        change: Change | None = None, rating: Rating | None = None, outcome: Outcome | None = None,
    ) -> int:
        current = self._states.get(kept.id)
        taken = {message.client_id for message in self._said.get(kept.id, ()) if message.client_id}
        if current is None or current[1] != kept.version or any(message.client_id in taken for message in said if message.client_id):
            raise StaleError(kept.id)
        if ticket is not None:
            self.add_ticket(ticket)
        if change is not None:
            self.change_ticket(change)
        if rating is not None:
            self._ratings.append(rating)
        if outcome is not None:
            self._outcomes.append((kept.id, outcome))
        if code is not None:
            self._codes[code.hash] = (kept.id, code)
        self._states[kept.id] = (dump(session), kept.version + 1, now)
        return self._add(kept.id, said, now)

    def carried(self, code_hash: str, now: datetime) -> Carried | None:
        _, code = self._codes.get(code_hash, ("", None))
        return msgspec.json.decode(msgspec.json.encode(code.carried), type=Carried) if code is not None and code.expires_at > now else None

    def forget_codes(self, now: datetime) -> int:
        gone = [name for name, (_, code) in self._codes.items() if code.expires_at <= now]
        for name in gone:
            del self._codes[name]
        return len(gone)

    def _add(self, conversation_id: str, said: Sequence[NewMessage], now: datetime) -> int:
        log = self._said[conversation_id]
        for message in said:
            log.append(Message(len(log) + 1, message.author, message.body, now, message.client_id))
        return len(log)

    def said(self, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        return self._said.get(conversation_id, [])[after : after + limit]

    def answered(self, conversation_id: str, client_id: str) -> list[Message] | None:
        log = self._said.get(conversation_id, [])
        place = next((message.seq for message in log if message.client_id == client_id), None)
        if place is None:
            return None
        following = log[place:]
        end = next((number for number, message in enumerate(following) if message.author == "client"), len(following))
        return following[:end]

    def erase(self, conversation_id: str) -> Erased:
        gone = self._tokens.pop(conversation_id, None) is not None
        self._states.pop(conversation_id, None)
        said = len(self._said.pop(conversation_id, []))
        codes = [name for name, (owner, _) in self._codes.items() if owner == conversation_id]
        for name in codes:
            del self._codes[name]
        own = [ticket for ticket in self._tickets.values() if ticket.conversation_id == conversation_id]
        for ticket in own:
            contact = None if ticket.status == "closed" else ticket.contact
            self._tickets[ticket.number] = msgspec.structs.replace(ticket, packet=wordless_packet(ticket), conversation_id=None, version=ticket.version + 1, contact=contact)
            self._events[ticket.number] = [msgspec.structs.replace(event, body=wordless(event.body)) for event in self._events[ticket.number]]
        counted = sum(owner == conversation_id for owner, _ in self._outcomes)
        self._outcomes = [(None if owner == conversation_id else owner, outcome) for owner, outcome in self._outcomes]
        return Erased({"conversations": int(gone), "messages": said, "chat_addresses": 0, "ticket_transcripts": len(own), "codes": len(codes), "outcomes": counted})

    def add_ticket(self, ticket: Ticket) -> None:
        if ticket.number in self._tickets:
            raise StaleError(ticket.number)
        self._tickets[ticket.number] = ticket
        self._events[ticket.number] = [Event(ticket.created_at, "system", "opened", {})]

    def change_ticket(self, change: Change) -> None:
        known = self._tickets.get(change.before.number)
        if known is None or known.version != change.before.version:
            raise StaleError(change.before.number)
        self._tickets[change.after.number] = change.after
        self._events[change.after.number].extend(change.events)

    def ticket_events(self, number: str) -> list[Event]:
        return list(self._events.get(number, ()))

    def add_rating(self, rating: Rating) -> None:
        self._ratings.append(rating)

    def outcomes(self, conversation_id: str | None = None) -> list[Outcome]:
        return [outcome for owner, outcome in self._outcomes if owner == conversation_id]

    def ratings(self, since: datetime) -> list[Rating]:
        return [rating for rating in self._ratings if rating.at >= since]

    def first_answers(self, limit: int) -> list[tuple[datetime, datetime]]:
        found = sorted((ticket.first_answer_at, ticket.created_at) for ticket in self._tickets.values() if ticket.first_answer_at)
        return [(opened, answered) for answered, opened in found[-limit:]]

    def ticket(self, number: str) -> Ticket | None:
        return self._tickets.get(number)

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        found = [ticket for ticket in self._tickets.values() if status in (None, ticket.status)]
        return sorted(found, key=lambda ticket: (ticket.created_at, ticket.number))[:limit]

    def find_tickets(self, query: TicketQuery) -> tuple[list[Ticket], int]:
        found = sorted((ticket for ticket in self._tickets.values() if fits(query, ticket)), key=lambda ticket: (ticket.created_at, ticket.number))
        if query.order == "newest":
            found.reverse()
        elif query.order == "due":
            found.sort(key=lambda ticket: (ticket.promised_on is None, ticket.promised_on))
        return found[query.offset : query.offset + query.limit], len(found)

    def count_tickets(self) -> dict[str, int]:
        return dict(Counter(ticket.status for ticket in self._tickets.values()))

    def newest_ticket(self) -> tuple[str | None, datetime | None]:
        return max(self._tickets, default=None), max((ticket.updated_at for ticket in self._tickets.values()), default=None)

    def events_of(self, numbers: Sequence[str]) -> dict[str, list[Event]]:
        return {number: list(self._events[number]) for number in numbers if number in self._events}

    def ticket_numbers(self, prefix: str) -> int:
        return max((int(number.removeprefix(prefix)) for number in self._tickets if number.startswith(prefix)), default=0)

    def changed_since(self, moment: datetime) -> list[tuple[str, int]]:
        return [(name, len(self._said[name])) for name, (_, _, touched) in self._states.items() if touched >= moment]

    def stale_before(self, moment: datetime) -> list[str]:
        return [name for name, (_, _, touched) in self._states.items() if touched < moment]

    def ping(self) -> None:
        """Memory always answers."""
