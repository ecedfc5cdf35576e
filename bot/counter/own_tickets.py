"""A client's tickets beside the conversation: opened by a form, a program or a letter, looked at and added to with number and code."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from bot.counter.changing import TRIES, change_ticket
from bot.counter.office import Office
from bot.counter.ports import CounterStore, StaleError
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.privacy import mask
from bot.errors import NotAllowedError, UsageError
from bot.tickets import queue
from bot.tickets.intake import make_ticket, number_prefix
from bot.tickets.model import Change, Contact, Event, Ticket, code_hash

MAX_PAGE, MAX_QUESTION = 300, 4000


class OwnTickets:
    """The use cases; ``office`` promises the day of an answer, without one nothing is promised."""

    def __init__(self, desk: Desk, store: CounterStore, office: Office | None = None) -> None:
        self._desk, self._store, self.office = desk, store, office

    def open(self, question: str, *, profile: str | None = None, page: str | None = None, contact: Contact | None = None) -> tuple[Ticket, str]:
        """A ticket and its code, which is told only here; ``contact`` only with consent. Raises UsageError."""
        if not question.strip():
            raise UsageError("Napisz, o co chodzi: pole „question” jest puste.")
        handover = Handover(reason="asked", question=mask(question)[:MAX_QUESTION], profile=profile, page=place(page), channel="form")
        return self.open_handover(handover, contact)

    def open_handover(self, handover: Handover, contact: Contact | None) -> tuple[Ticket, str]:
        """The same with everything known of it; its words are masked already."""
        now = self._desk.clock.now()
        for _ in range(TRIES):
            ticket, code = make_ticket(handover, [], None, self._store.ticket_numbers(number_prefix(now)) + 1, now)
            ticket = msgspec.structs.replace(self.promised(ticket, now)[0], contact=contact)
            try:
                self._store.add_ticket(ticket)
                return ticket, code
            except StaleError:
                continue
        raise StaleError("ticket")

    def promised(self, ticket: Ticket, now: datetime) -> tuple[Ticket, str]:
        """The ticket with the day it is promised an answer by, and the sentence about it."""
        if self.office is None:
            return ticket, ""
        promised = self.office.promise(self._store, now)
        said = self.office.words(promised, now)
        return msgspec.structs.replace(ticket, promised_on=promised.day), self._desk.phrase(said.key, 0, **dict(said.values))

    def find(self, number: str, code: str) -> Ticket:
        """A ticket for the client who has its code. Raises NotAllowedError alike for absent and not theirs."""
        ticket = self._store.ticket(number.strip().upper())
        if ticket is None or not hmac.compare_digest(ticket.code_hash, code_hash(ticket.number, code)):
            raise NotAllowedError("Nie ma zgłoszenia o tym numerze i kodzie. Sprawdź oba i spróbuj ponownie.")
        return ticket

    def exchange(self, ticket: Ticket) -> list[tuple[datetime, str, str]]:
        """What was written in a ticket, for the client who has its code."""
        return exchanged(self._store.ticket_events(ticket.number))

    def write(self, number: str, code: str, text: str) -> Ticket:
        """The client adds words; a closed ticket is open again. Raises NotAllowedError, UsageError."""
        if not text.strip():
            raise UsageError("Napisz, co chcesz dodać – pole jest puste.")
        return self._change(number, code, lambda ticket, now: queue.client_wrote(ticket, mask(text.strip()), now))

    def withdraw_address(self, number: str, code: str) -> Ticket:
        """The client takes the address for the answer back; without one nothing changes. Raises NotAllowedError."""
        return self._change(number, code, lambda ticket, now: queue.unreached(ticket, now) if ticket.contact else None)

    def _change(self, number: str, code: str, act: Callable[[Ticket, datetime], Change | None]) -> Ticket:
        return change_ticket(self._store, lambda: self.find(number, code), lambda ticket: act(ticket, self._desk.clock.now()))


def place(page: str | None) -> str | None:
    """The page a client wrote from, as it is kept: without what stands after ``?`` and ``#``, where forms put what people typed."""
    return mask(re.split(r"[?#]", page, maxsplit=1)[0])[:MAX_PAGE] if page else None


def exchanged(events: Sequence[Event]) -> list[tuple[datetime, str, str]]:
    """What the client and people wrote to one another in a ticket: when, who (``client`` or ``person``), the words."""
    return [
        (event.at, "client" if event.actor == queue.CLIENT else "person", str(event.body["text"]))
        for event in events
        if event.kind in ("answered", "client_wrote", "reopened") and event.body.get("text")
    ]
