"""A ticket: an unresolved question in the hands of people, with everything they need."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, Literal, Optional

import msgspec

from bot.dialogue.handover import Handover

TicketStatus = Literal["open", "taken", "waiting", "closed"]
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1: a code is read aloud and typed by hand."""
CODE_LENGTH = 8


class Packet(msgspec.Struct, frozen=True):
    """What people see: the handover and the transcript, both masked."""

    handover: Handover
    transcript: list[dict[str, Any]] = []


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as kept. The client's code itself is told once and kept only as a hash."""

    number: str
    code_hash: str
    status: TicketStatus
    packet: Packet
    created_at: datetime
    updated_at: datetime
    conversation_id: Optional[str] = None


def new_code() -> str:
    """A code for the client to look after the ticket; about 39 bits."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def code_hash(number: str, code: str) -> str:
    """The code as kept, bound to its ticket; case, spaces and hyphens do not matter."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"{number}:{plain}".encode()).hexdigest()
