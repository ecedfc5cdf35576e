"""The counter's store in memory: for tests and for ``okienko talk``; keeps the same promises as the one on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.counter.ports import Erased, Kept, Message, NewMessage, StaleError
from bot.dialogue.session import Session, dump, load
from bot.tickets.model import Ticket


class MemoryStore:
    """See ``bot.counter.ports.CounterStore``."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._states: dict[str, tuple[bytes, int, datetime]] = {}
        self._said: dict[str, list[Message]] = {}
        self._tickets: dict[str, Ticket] = {}

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

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None
    ) -> int:
        current = self._states.get(kept.id)
        taken = {message.client_id for message in self._said.get(kept.id, ()) if message.client_id}
        if current is None or current[1] != kept.version or any(message.client_id in taken for message in said if message.client_id):
            raise StaleError(kept.id)
        if ticket is not None and ticket.created_at == ticket.updated_at:
            self.add_ticket(ticket)
        elif ticket is not None:
            self._tickets[ticket.number] = ticket
        self._states[kept.id] = (dump(session), kept.version + 1, now)
        return self._add(kept.id, said, now)

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
        own = [ticket for ticket in self._tickets.values() if ticket.conversation_id == conversation_id]
        for ticket in own:
            bare = msgspec.structs.replace(ticket.packet, transcript=[])
            self._tickets[ticket.number] = msgspec.structs.replace(ticket, packet=bare, conversation_id=None)
        return Erased({"conversations": int(gone), "messages": said, "ticket_transcripts": len(own)})

    def add_ticket(self, ticket: Ticket) -> None:
        if ticket.number in self._tickets:
            raise StaleError(ticket.number)
        self._tickets[ticket.number] = ticket

    def ticket(self, number: str) -> Ticket | None:
        return self._tickets.get(number)

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        found = [ticket for ticket in self._tickets.values() if status in (None, ticket.status)]
        return sorted(found, key=lambda ticket: (ticket.created_at, ticket.number))[:limit]

    def ticket_numbers(self, prefix: str) -> int:
        return max((int(number.removeprefix(prefix)) for number in self._tickets if number.startswith(prefix)), default=0)

    def stale_before(self, moment: datetime) -> list[str]:
        return [name for name, (_, _, touched) in self._states.items() if touched < moment]

    def ping(self) -> None:
        """Memory always answers."""
