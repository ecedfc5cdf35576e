"""A ticket: an unresolved question in the hands of people, with everything they need."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from typing import Any, Literal, Optional

import msgspec

from bot.dialogue.handover import Handover

TicketStatus = Literal["open", "taken", "waiting", "closed"]
EventKind = Literal["opened", "added", "address_withdrawn", "taken", "returned", "forwarded", "answered", "client_wrote", "note", "labelled", "talk_begun", "talk_ended",
                    "closed", "reopened", "promised"]  # fmt: skip
FIRST_TEAM = "pierwsza_linia"
"""The team to which every ticket goes first."""
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1: a code is read aloud and typed by hand."""
CODE_LENGTH = 8


class Packet(msgspec.Struct, frozen=True):
    """What people see: the handover and the transcript, both masked."""

    handover: Handover
    transcript: list[dict[str, Any]] = []


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the client may be reached, given with consent and only for this ticket."""

    email: Optional[str] = None
    phone: Optional[str] = None
    consent_at: Optional[datetime] = None
    words: str = ""
    """The sentence that was agreed to; empty where no consent is needed, since the client wrote from the address."""


class Resolution(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a closed ticket turned out to be about: a matter (``entry``), one we do not have, or none of ours."""

    kind: Literal["case", "new", "outside"]
    entry: Optional[str] = None


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as kept. The client's code itself is told once and kept only as a hash.

    ``version`` counts the changes; a change is kept only if nobody was first. ``waiting`` means that the client is awaited.
    """

    number: str
    code_hash: str
    status: TicketStatus
    packet: Packet
    created_at: datetime
    updated_at: datetime
    conversation_id: Optional[str] = None
    version: int = 0
    team: str = FIRST_TEAM
    assignee: Optional[str] = None
    labels: tuple[str, ...] = ()
    contact: Optional[Contact] = None
    first_answer_at: Optional[datetime] = None
    touched_at: Optional[datetime] = None
    """When the person who has it last did something."""
    closed_at: Optional[datetime] = None
    promised_on: Optional[date] = None
    resolution: Optional[Resolution] = None


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a ticket; never changed afterwards. ``actor``: a login, ``client`` or ``system``."""

    at: datetime
    actor: str
    kind: EventKind
    body: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True):
    """A ticket before and after, and what happened."""

    before: Ticket
    after: Ticket
    events: tuple[Event, ...]


def wordless(body: dict[str, Any]) -> dict[str, Any]:
    """What is left of an event when the client has the conversation erased: that it happened, not what was said."""
    return {key: value for key, value in body.items() if key not in ("text", "why")}


def wordless_packet(ticket: Ticket) -> Packet:
    """What is left of a packet when the client has the conversation erased: of a closed ticket the matter and the way through it, of an open one
    the question too, since somebody is about to answer it."""
    closed = ticket.status == "closed"
    handover = msgspec.structs.replace(ticket.packet.handover, question=None, collected={}) if closed else ticket.packet.handover
    return Packet(handover, [])


def new_code() -> str:
    """A code for the client to look after the ticket; about 39 bits."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def code_hash(number: str, code: str) -> str:
    """The code as kept, bound to its ticket; case, spaces and hyphens do not matter."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"{number}:{plain}".encode()).hexdigest()
