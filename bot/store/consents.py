"""The register of consents: which words, when, for what, until when; never the address itself. Rows are written with what they allow, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.store.common import naive
from bot.store.tables import consents
from bot.tickets.model import Contact

Purpose = Literal["answer", "reminders"]
"""``answer``: an address for the answer in a ticket (``subject`` is its number); ``reminders``: letters before deadlines (the reminder's id)."""
Ended = Literal["withdrawn", "erased", "over"]
"""By the client; with the conversation or the ticket; when what it allowed was done."""


def give(connection: Connection, purpose: Purpose, subject: str, channel: str, words: str, at: datetime) -> None:
    """Write one down, unless it is there and has not ended."""
    known = select(consents.c.id).where(consents.c.subject == subject, consents.c.purpose == purpose, consents.c.words == words, consents.c.ended_at.is_(None))
    if connection.execute(known).first() is None:
        connection.execute(insert(consents).values(purpose=purpose, subject=subject, channel=channel, words=words, given_at=naive(at)))


def finish(connection: Connection, purpose: Purpose, subjects: Sequence[str] | Any, by: Ended, at: datetime) -> None:
    """Write down that they ended; ``subjects`` may be a query."""
    connection.execute(update(consents).where(consents.c.purpose == purpose, consents.c.subject.in_(subjects), consents.c.ended_at.is_(None)).values(ended_at=naive(at), ended_by=by))


def follow_contact(connection: Connection, number: str, channel: str, before: Contact | None, after: Contact | None, at: datetime, *, by: Ended = "over") -> None:
    """Write down what a change of a ticket's address means; ``by``: why it is gone (it came back, another took its place: it is over)."""
    had, has = (contact is not None and contact.consent_at is not None and bool(contact.words) for contact in (before, after))
    if had and before != after:
        finish(connection, "answer", [number], by, at)
    if has and before != after:
        assert after is not None and after.consent_at is not None
        give(connection, "answer", number, channel, after.words, after.consent_at)
