"""What people do with tickets: pure functions from a ticket to a Change. Who is first is decided by the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bot.errors import UsageError
from bot.tickets.model import Change, Contact, Event, EventKind, Resolution, Ticket

SYSTEM = "system"
CLIENT = "client"
LONGEST = 8000
"""Characters of an answer or a note."""


class TakenError(UsageError):
    """Somebody else has the ticket, or it is closed."""

    code = "taken"
    status = 409


def take(ticket: Ticket, who: str, now: datetime) -> Change:
    """Take a ticket that nobody has. Raises TakenError."""
    if ticket.status == "closed":
        raise TakenError("To zgłoszenie jest zamknięte. Otwórz je ponownie, jeśli trzeba.")
    if ticket.assignee is not None and ticket.assignee != who:
        raise TakenError(f"To zgłoszenie ma już {ticket.assignee}.")
    after = replace(ticket, status="taken" if ticket.status == "open" else ticket.status, assignee=who)
    return _change(ticket, after, who, "taken", now)


def give_back(ticket: Ticket, who: str, now: datetime, *, why: str = "") -> Change:
    """Put a ticket back for anybody of its team."""
    _own(ticket, who)
    after = replace(ticket, status="open" if ticket.status == "taken" else ticket.status, assignee=None)
    return _change(ticket, after, who, "returned", now, why=why[:LONGEST])


def forward(ticket: Ticket, who: str, team: str, now: datetime, *, why: str = "") -> Change:
    """Send a ticket to another team; there nobody has it yet."""
    _own(ticket, who)
    after = replace(ticket, status="open" if ticket.status == "taken" else ticket.status, assignee=None, team=team)
    return _change(ticket, after, who, "forwarded", now, team=team, why=why[:LONGEST])


def answer(ticket: Ticket, who: str, text: str, now: datetime, **more: Any) -> Change:
    """Answer the client, who is awaited from then on."""
    _own(ticket, who)
    after = replace(ticket, status="waiting", first_answer_at=ticket.first_answer_at or now)
    return _change(ticket, after, who, "answered", now, text=_text(text), **more)


def client_wrote(ticket: Ticket, text: str, now: datetime) -> Change:
    """The client said more; a closed ticket is open again, for who had it or for anybody."""
    status = "taken" if ticket.assignee else "open"
    after = replace(ticket, status=status, closed_at=None, resolution=None if ticket.status == "closed" else ticket.resolution)
    return _change(ticket, after, CLIENT, "reopened" if ticket.status == "closed" else "client_wrote", now, touched=False, text=text[:LONGEST])


def reached_at(ticket: Ticket, contact: Contact, now: datetime) -> Change:
    """The client told how they may be reached, with consent."""
    return _change(ticket, replace(ticket, contact=contact), CLIENT, "added", now, touched=False)


def unreached(ticket: Ticket, now: datetime) -> Change:
    """The client takes their address back."""
    return _change(ticket, replace(ticket, contact=None), CLIENT, "address_withdrawn", now, touched=False)


def note(ticket: Ticket, who: str, text: str, now: datetime) -> Change:
    """A note for colleagues; the client never sees it. Anybody of the staff may write one."""
    return _change(ticket, ticket, who, "note", now, touched=ticket.assignee == who, text=_text(text))


def label(ticket: Ticket, who: str, labels: tuple[str, ...], now: datetime) -> Change:
    """Set the labels."""
    cleaned = tuple(dict.fromkeys(name.strip()[:30] for name in labels if name.strip()))[:8]
    return _change(ticket, replace(ticket, labels=cleaned), who, "labelled", now, touched=ticket.assignee == who, labels=list(cleaned))


def talk(ticket: Ticket, who: str, now: datetime, *, begin: bool) -> Change:
    """The person speaks in the client's window from now on, or no longer."""
    _own(ticket, who)
    after = replace(ticket, status="taken", first_answer_at=ticket.first_answer_at or now) if begin else ticket
    return _change(ticket, after, who, "talk_begun" if begin else "talk_ended", now)


def close(ticket: Ticket, who: str, resolution: Resolution, now: datetime) -> Change:
    """Close a ticket with what it turned out to be about."""
    _own(ticket, who)
    if resolution.kind == "case" and not resolution.entry:
        raise UsageError("Podaj, której sprawy dotyczyło zgłoszenie, albo wybierz „nowa sprawa” lub „nie nasza”.")
    after = replace(ticket, status="closed", closed_at=now, resolution=resolution)
    return _change(ticket, after, who, "closed", now, resolution=resolution.kind, entry=resolution.entry)


def added(ticket: Ticket, after: Ticket, now: datetime) -> Change:
    """The bot added what has come up in the conversation since."""
    return _change(ticket, after, SYSTEM, "added", now, touched=False)


def lies_untouched(ticket: Ticket, now: datetime) -> Change:
    """Nobody touched a taken ticket for too long: it goes back by itself."""
    return _change(ticket, replace(ticket, status="open", assignee=None), SYSTEM, "returned", now, touched=False, why="bez ruchu")


def _own(ticket: Ticket, who: str) -> None:
    if ticket.status == "closed":
        raise TakenError("To zgłoszenie jest zamknięte. Otwórz je ponownie, jeśli trzeba.")
    if ticket.assignee != who:
        raise TakenError(f"To zgłoszenie ma teraz {ticket.assignee or 'nikt'}. Najpierw je weź.")


def _text(text: str) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise UsageError("Napisz treść – pole jest puste.")
    if len(cleaned) > LONGEST:
        raise UsageError(f"Tekst jest za długi. Skróć go do {LONGEST} znaków.")
    return cleaned


def _change(before: Ticket, after: Ticket, actor: str, kind: EventKind, now: datetime, *, touched: bool = True, **body: Any) -> Change:
    moved = replace(after, version=before.version + 1, updated_at=now, touched_at=now if touched else after.touched_at)
    return Change(before, moved, (Event(now, actor, kind, {key: value for key, value in body.items() if value not in (None, "")}),))
