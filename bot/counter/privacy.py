"""What a person, and the law, may ask of what is kept: a copy of it, that it stays, and since when one agreed to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, Protocol

from bot.errors import NotAllowedError, UsageError

LONGEST_REASON = 500
Export = dict[str, Any]
"""Plain data, fit for JSON."""


@dataclass(frozen=True)
class Hold:
    """Something that is not removed while a proceeding lasts: a ticket with its conversation, or a conversation."""

    id: int
    ticket: Optional[str]
    conversation_id: Optional[str]
    reason: str
    placed_by: str
    placed_at: datetime
    erasing_wanted_at: Optional[datetime] = None
    """The client asked to erase it meanwhile; it is done when the hold ends."""


class PrivacyStore(Protocol):
    """What is kept of a person, across all tables."""

    def conversation(self, conversation_id: str, *, staff: bool) -> Export | None:
        """Everything of a conversation and of its tickets; ``staff``: what the staff wrote for one another as well."""

    def ticket(self, number: str, *, staff: bool) -> Export | None:
        """Everything of a ticket."""

    def of_address(self, email: str) -> tuple[list[str], Export]:
        """The numbers of the tickets with an address, and what else is kept under it: reminders, letters, the traces of letters."""

    def of_chat(self, channel: str, address: str) -> str | None:
        """The conversation of a chat platform's client."""

    def place(self, ticket: str | None, conversation_id: str | None, reason: str, who: str, now: datetime) -> Hold:
        """Keep a hold."""

    def release(self, number: int, who: str, now: datetime) -> Hold | None:
        """End a hold; None when there is none, or it has ended."""

    def holds(self, ticket: str | None = None) -> list[Hold]:
        """Those in force, oldest first."""

    def conversation_of(self, ticket: str) -> str | None:
        """The conversation of a ticket."""

    def has(self, *, ticket: str | None = None, conversation_id: str | None = None) -> bool:
        """Whether it is kept here."""

    def consents(self, subject: str | None = None) -> list[Mapping[str, Any]]:
        """The register, oldest first."""

    def kept_back(self, conversation_id: str, now: datetime) -> bool:
        """Whether a hold keeps a conversation; the wish to erase it is noted."""


class Privacy:
    """The use cases. ``erase`` removes a conversation wherever it is kept; ``engine_events`` gives what Rasa keeps of one, where it runs apart."""

    def __init__(self, store: PrivacyStore, erase: Callable[[str], Mapping[str, int]], now: Callable[[], datetime], engine_events: Callable[[str], list[Any]] | None = None) -> None:
        self._store, self._erase, self._now, self._engine_events = store, erase, now, engine_events

    def export_conversation(self, conversation_id: str, *, staff: bool = False) -> Export:
        """A copy of a conversation and its tickets. Raises NotAllowedError."""
        found = self._store.conversation(conversation_id, staff=staff)
        if found is None:
            raise NotAllowedError("Nie ma takiej rozmowy.")
        events = {"engine_events": self._engine_events(conversation_id)} if self._engine_events else {}
        return self._dated({**found, **events})

    def export_ticket(self, number: str) -> Export:
        """A copy of a ticket, with its conversation where there is one; for staff. Raises NotAllowedError."""
        found = self._store.ticket(number, staff=True)
        if found is None:
            raise NotAllowedError(f"Nie ma zgłoszenia {number}.")
        conversation = self._store.conversation_of(number)
        return self._dated({"ticket": found, **({"conversation": self._store.conversation(conversation, staff=True)} if conversation else {})})

    def export_address(self, email: str) -> Export:
        """Everything kept under an e-mail address; for staff, who made sure whose it is."""
        numbers, rest = self._store.of_address(email)
        return self._dated({"tickets": [self.export_ticket(number) for number in numbers], **rest})

    def export_chat(self, channel: str, address: str) -> Export:
        """Everything of a client of a chat platform. Raises NotAllowedError."""
        conversation = self._store.of_chat(channel, address)
        if conversation is None:
            raise NotAllowedError("Nie ma rozmowy klienta o takim identyfikatorze na tej platformie.")
        return self.export_conversation(conversation, staff=True)

    def hold(self, reason: str, who: str, *, ticket: str | None = None, conversation_id: str | None = None) -> Hold:
        """Keep a ticket with its conversation, or a conversation, until released. Raises UsageError, NotAllowedError."""
        if not reason.strip():
            raise UsageError("Podaj powód zabezpieczenia, na przykład sygnaturę postępowania.")
        if not self._store.has(ticket=ticket, conversation_id=conversation_id):
            raise NotAllowedError("Nie ma takiego zgłoszenia ani rozmowy.")
        of_ticket = self._store.conversation_of(ticket) if ticket else conversation_id
        return self._store.place(ticket, of_ticket, reason.strip()[:LONGEST_REASON], who, self._now())

    def release(self, number: int, who: str) -> tuple[Hold, Mapping[str, int] | None]:
        """End a hold; what the client wanted erased meanwhile is erased now, unless another hold keeps it. Raises NotAllowedError."""
        ended = self._store.release(number, who, self._now())
        if ended is None:
            raise NotAllowedError("Nie ma takiego zabezpieczenia albo już się skończyło.")
        name = ended.conversation_id
        if ended.erasing_wanted_at is None or name is None or any(hold.conversation_id == name for hold in self._store.holds()):
            return ended, None
        return ended, self._erase(name)

    def holds(self, ticket: str | None = None) -> list[Hold]:
        """Those in force."""
        return self._store.holds(ticket)

    def consents(self, subject: str | None = None) -> list[Mapping[str, Any]]:
        """The register of consents."""
        return self._store.consents(subject)

    def _dated(self, data: Export) -> Export:
        return {"exported_at": self._now().isoformat(), **data}
