"""What the counter needs of a store; the contract that every store is tested against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, Protocol

from bot.dialogue.session import Session
from bot.tickets.model import Ticket


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

    def keep_turn(
        self, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, ticket: Ticket | None = None
    ) -> int:
        """Keep a turn whole (session, messages, ticket) or not at all; returns the cursor. Raises StaleError."""

    def said(self, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        """What was said after a cursor, in order."""

    def answered(self, conversation_id: str, client_id: str) -> list[Message] | None:
        """The replies to a client's message that was already taken; None when it was not."""

    def erase(self, conversation_id: str) -> Erased:
        """Remove a conversation and everything said in it; its tickets lose the transcript and the link."""

    def add_ticket(self, ticket: Ticket) -> None:
        """Keep a ticket that has no conversation."""

    def ticket(self, number: str) -> Ticket | None:
        """A ticket by number."""

    def tickets(self, status: str | None = None, limit: int = 100) -> list[Ticket]:
        """Tickets, oldest first."""

    def ticket_numbers(self, prefix: str) -> int:
        """How many tickets have a number beginning so; the next one is numbered from it."""

    def stale_before(self, moment: datetime) -> list[str]:
        """Conversations not touched since a moment."""

    def ping(self) -> None:
        """Raises TemporaryError when the store does not answer."""
