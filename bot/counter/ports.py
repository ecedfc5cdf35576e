"""What the counter needs of a store; the contract that every store is tested against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, Protocol

from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Carried, Session
from bot.tickets.finding import TicketQuery
from bot.tickets.model import Change, Event, Ticket


@dataclass(frozen=True)
class Kept:
    """A conversation as kept: its session, and the version that guards against two turns at once."""

    id: str
    session: Session
    version: int
    cursor: int


@dataclass(frozen=True)
class Message:
    """One thing said. ``body`` is a reply, or ``{"text"}`` / ``{"choice", "label"}`` of the client."""

    seq: int
    author: str
    body: dict[str, Any]
    created_at: datetime
    client_id: Optional[str] = None


@dataclass(frozen=True)
class NewMessage:
    """A message to be kept; its number is given by the store."""

    author: str
    body: dict[str, Any]
    client_id: Optional[str] = None


@dataclass(frozen=True)
class NewCode:
    """A code to be kept: its hash, what it stands for, and until when."""

    hash: str
    carried: Carried
    expires_at: datetime


@dataclass(frozen=True)
class Rating:
    """What a client thinks of a settled matter: ``solved`` tak, czesciowo or nie; ``score`` 1 to 5 for ease."""

    at: datetime
    solved: str
    channel: str
    entry: Optional[str] = None
    ticket: Optional[str] = None
    score: Optional[int] = None
    remark: str = ""
    profile: Optional[str] = None


@dataclass(frozen=True)
class Erased:
    """What an erasure removed, by kind, with counts."""

    counts: dict[str, int]


class StaleError(Exception):
    """Another turn of the conversation was kept since it was read; read it again and repeat the turn."""


class CounterStore(Protocol):
    """Conversations, what was said in them, and tickets. All methods are short, blocking calls."""

    def create(self, conversation_id: str, token_hash: str, session: Session, said: Sequence[NewMessage], now: datetime) -> int:
        """Keep a new conversation with its first messages; returns the cursor."""

    def token_hash(self, conversation_id: str) -> str | None:
        """The hash of the conversation's token; None when there is no such conversation."""

    def read(self, conversation_id: str) -> Kept | None:
        """A conversation with its session."""

    def look(self, conversation_id: str, client_id: str | None) -> tuple[Kept, bool] | None:
        """A conversation, and whether a message with this client id was taken in it already."""

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None, code: NewCode | None = None,
        change: Change | None = None, rating: Rating | None = None, outcome: Outcome | None = None,
    ) -> int:
        """Keep a turn whole (session, messages, new ticket, code, change of a ticket, rating, outcome) or not at all; returns the cursor.

        Raises StaleError when another turn, or another change of the ticket, was first.
        """

    def carried(self, code_hash: str, now: datetime) -> Carried | None:
        """What a code stands for; None for an unknown or expired one."""

    def forget_codes(self, now: datetime) -> int:
        """Remove expired codes; returns how many."""

    def said(self, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        """What was said after a cursor, in order."""

    def answered(self, conversation_id: str, client_id: str) -> list[Message] | None:
        """The replies to a client's message that was already taken; None when it was not."""

    def erase(self, conversation_id: str) -> Erased:
        """Remove a conversation, everything said in it and its codes; its tickets lose the transcript and the link, its outcomes the link."""

    def add_ticket(self, ticket: Ticket) -> None:
        """Keep a ticket that has no conversation."""

    def ticket(self, number: str) -> Ticket | None:
        """A ticket by number."""

    def change_ticket(self, change: Change) -> None:
        """Keep what became of a ticket, with its events. Raises StaleError when somebody was first."""

    def ticket_events(self, number: str) -> list[Event]:
        """What happened to a ticket, in order."""

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        """Tickets, oldest first."""

    def find_tickets(self, query: TicketQuery) -> tuple[list[Ticket], int]:
        """One page of the tickets asked for, and how many there are in all."""

    def count_tickets(self) -> dict[str, int]:
        """How many tickets are in each state."""

    def newest_ticket(self) -> tuple[str | None, datetime | None]:
        """The highest number, and when any ticket was last changed."""

    def events_of(self, numbers: Sequence[str]) -> dict[str, list[Event]]:
        """What happened to each of these tickets, in order."""

    def add_rating(self, rating: Rating) -> None:
        """Keep what somebody thinks who is in no conversation."""

    def outcomes(self, conversation_id: str | None = None) -> list[Outcome]:
        """What turns came to, in order: of a conversation, or of those whose conversation was erased."""

    def ratings(self, since: datetime) -> list[Rating]:
        """What clients thought, oldest first."""

    def first_answers(self, limit: int) -> list[tuple[datetime, datetime]]:
        """When the newest answered tickets were opened and first answered by a person."""

    def ticket_numbers(self, prefix: str) -> int:
        """How many tickets have a number beginning so; the next one is numbered from it."""

    def changed_since(self, moment: datetime) -> list[tuple[str, int]]:
        """Conversations in which something was kept since a moment, each with its cursor."""

    def stale_before(self, moment: datetime) -> list[str]:
        """Conversations not touched since a moment."""

    def ping(self) -> None:
        """Raises TemporaryError when the store does not answer."""
