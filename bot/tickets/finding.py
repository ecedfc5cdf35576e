"""Finding tickets: what the staff ask for, and the words that a ticket is found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from bot.text.normalise import fold
from bot.tickets.model import Packet, Ticket, TicketStatus

NOBODY = "-"
"""In a query: tickets that nobody has. No login looks like this."""
Order = Literal["oldest", "newest", "due"]
STATUSES: tuple[TicketStatus, ...] = get_args(TicketStatus)
MOST_WORDS = 8


@dataclass(frozen=True)
class TicketQuery:
    """What is asked for; an empty field asks for nothing. ``assignee``: a login or NOBODY.

    ``words``: all of them in the number, the matter's title or the client's question, endings and accents aside.
    ``due``: by the promised day, those without one last, then by age.
    """

    status: frozenset[str] = frozenset()
    team: str = ""
    assignee: str = ""
    label: str = ""
    entry: str = ""
    words: str = ""
    order: Order = "oldest"
    limit: int = 50
    offset: int = 0

    @property
    def stems(self) -> tuple[str, ...]:
        """The words as they are compared with ``words_of``."""
        return tuple(fold(self.words).split()[:MOST_WORDS])


def words_of(number: str, packet: Packet) -> str:
    """What a ticket is found by, folded."""
    handover = packet.handover
    return fold(" ".join(filter(None, (number, handover.title, handover.question))))


def fits(query: TicketQuery, ticket: Ticket) -> bool:
    """Whether a ticket is asked for."""
    handover = ticket.packet.handover
    checks = (
        (query.status, ticket.status in query.status),
        (query.team, ticket.team == query.team),
        (query.assignee, (ticket.assignee or NOBODY) == query.assignee),
        (query.label, query.label in ticket.labels),
        (query.entry, handover.entry == query.entry),
    )
    if any(asked and not found for asked, found in checks):
        return False
    words = words_of(ticket.number, ticket.packet)
    return all(stem in words for stem in query.stems)
