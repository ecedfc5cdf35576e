"""How the service targets of a ticket stand, in words and with a look; the words say all that the colour says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from bot.clock import OFFICE_ZONE
from bot.tickets import sla
from bot.tickets.deskfile import Targets
from bot.tickets.hours import OfficeHours
from bot.tickets.model import Event, EventKind, Ticket
from bot.tickets.sla import ClockName, Sla, targets_for

Look = Literal["late", "soon", "fine", "idle"]
SOON = 0.8
"""The used share of a target from which it is about to be missed."""
NEVER = datetime.max.replace(tzinfo=timezone.utc)
_KINDS: Mapping[EventKind, sla.EventKind] = {
    "opened": "opened", "taken": "taken", "answered": "answered_by_person", "talk_begun": "answered_by_person", "client_wrote": "answered_by_client",
    "added": "answered_by_client", "closed": "closed", "reopened": "reopened",
}  # fmt: skip
_NAMES: Mapping[ClockName, str] = {"first_answer": "pierwsza odpowiedź", "next_answer": "następna odpowiedź", "solution": "załatwienie"}
MONTHS = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")


@dataclass(frozen=True)
class Standing:
    """The clock that presses most; ``due`` is NEVER when none does."""

    look: Look
    text: str
    due: datetime = NEVER


class Clocks:
    """Reads standings by the hours and targets of the desk."""

    def __init__(self, hours: OfficeHours, targets: Mapping[str, Targets]) -> None:
        self._hours, self._targets = hours, targets

    def standing(self, ticket: Ticket, events: Iterable[Event], now: datetime) -> Standing:
        """How a ticket stands now."""
        if ticket.status == "closed":
            return Standing("idle", "zamknięte")
        states = Sla(self._hours, targets_for(self._targets, ticket.labels)).state(list(_as_sla(events)), now)
        pressing = [(state.due, name, state) for name, state in states.items() if state.due is not None and state.standing in ("running", "breached")]
        if ticket.status == "waiting" or not pressing:
            return Standing("idle", "czeka na klienta" if ticket.status == "waiting" else "bez terminu")
        due, name, state = min(pressing, key=lambda item: (item[1] == "solution", item[0]))
        if state.standing == "breached":
            return Standing("late", f"po terminie: {_NAMES[name]}, termin był {said(due, now)}", due)
        soon = state.share >= SOON
        return Standing("soon" if soon else "fine", f"{'wkrótce termin: ' if soon else ''}{_NAMES[name]} do: {said(due, now)}", due)


def said(moment: datetime, now: datetime) -> str:
    """A moment as briefly as it is clear: ``dziś 14.05``, ``jutro 8.30``, ``24 lis 9.00``."""
    local, today = moment.astimezone(OFFICE_ZONE), now.astimezone(OFFICE_ZONE).date()
    days = {today: "dziś", today + timedelta(days=1): "jutro", today - timedelta(days=1): "wczoraj"}
    day = days.get(local.date()) or f"{local.day} {MONTHS[local.month - 1]}{'' if local.year == today.year else f' {local.year}'}"
    return f"{day} {local.hour}.{local.minute:02d}"


def _as_sla(events: Iterable[Event]) -> Iterator[sla.Event]:
    for event in events:
        kind = _KINDS.get(event.kind)
        if kind is not None:
            yield sla.Event(kind, event.at)
