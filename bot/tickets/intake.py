"""Taking a matter in: numbering the ticket, and telling the client what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.clock import OFFICE_ZONE
from bot.dialogue import replies
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.replies import Reply
from bot.tickets.model import Packet, Ticket, code_hash, new_code

TRANSCRIPT_LENGTH = 60


def number_prefix(moment: datetime) -> str:
    """``OK-2611-`` for November 2026: the month is told by the number, the order by the rest."""
    local = moment.astimezone(OFFICE_ZONE)
    return f"OK-{local:%y%m}-"


def make_ticket(
    handover: Handover, transcript: Sequence[dict[str, Any]], conversation_id: str | None, serial: int, moment: datetime
) -> tuple[Ticket, str]:
    """The ticket to be kept, and the client's code, which is nowhere kept in the clear."""
    number = f"{number_prefix(moment)}{serial:05d}"
    code = new_code()
    return Ticket(number, code_hash(number, code), "open", make_packet(handover, transcript), moment, moment, conversation_id), code


def make_packet(handover: Handover, transcript: Sequence[dict[str, Any]]) -> Packet:
    """What people will see."""
    return Packet(handover, list(transcript)[-TRANSCRIPT_LENGTH:])


def ticket_reply(desk: Desk, ticket: Ticket, code: str, people: str = "") -> Reply:
    """What the client is told; ``people``: the sentence about who is there and by when they answer."""
    said = " ".join(part for part in (desk.phrase("handed_over"), people) if part)
    return replies.ticket(ticket.number, code, said, status=ticket.status, promised_on=ticket.promised_on.isoformat() if ticket.promised_on else None)


def waiting_reply(desk: Desk, ticket: Ticket) -> Reply:
    """What a client is told who asks for people while their ticket is still open; the code was told before."""
    return replies.text(desk.phrase("handed_over_again", number=ticket.number))
