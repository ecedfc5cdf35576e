"""What the console works with: acts on tickets, targets, teams, canned replies, who is present; and its look-after task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace

from aiohttp import web

from bot.channels.email import MailRoom
from bot.counter.counter import Answered, Counter
from bot.counter.office import Office
from bot.counter.people import People
from bot.ending import end
from bot.errors import OkienkoError
from bot.mail.letter import Letter
from bot.mail.outbox import Outbox
from bot.tickets.canned import Canned, read_replies
from bot.tickets.model import Ticket
from bot.tickets.teams import read_teams
from bot.web.fanout import QUEUE, Fanout
from bot.web.keys import CONSOLE, COUNTER, FANOUT, MAILROOM, OUTBOX, SETTINGS
from bot.web.staff.due import Clocks
from bot.web.staff.notify import Notifier
from bot.web.staff.presence import Presence

log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between two looks for tickets that nobody touches."""


@dataclass(frozen=True)
class Console:
    """The parts, made once for the application."""

    counter: Counter
    people: People
    clocks: Clocks
    teams: Mapping[str, str]
    replies: Mapping[str, Canned]
    presence: Presence
    fanout: Fanout
    notifier: Notifier

    def changed(self, ticket: Ticket) -> None:
        """Tell everybody who looks at the ticket, its conversation or the queue."""
        self.fanout.tell(ticket.number, ticket.conversation_id, QUEUE)

    def opened(self, number: str) -> None:
        """A ticket was opened: tell the queue and, by other means, the staff."""
        ticket = self.counter.store.ticket(number)
        self.fanout.tell(QUEUE)
        if ticket is not None:
            self.notifier.opened(ticket)


def set_up(app: web.Application) -> None:
    """Put the console into the application. Raises ConfigurationError when its files have faults."""
    settings, counter = app[SETTINGS], app[COUNTER]
    folder = settings.root / "knowledge"
    knowledge, outbox = counter.desk.knowledge, app.get(OUTBOX)
    office = counter.tickets.office or Office.of(folder / "desk.yml")
    presence = Presence(counter.desk.clock.now)
    counter.tickets.office = replace(office, present=presence.count) if counter.tickets.office else None
    topics = {entry.topic for entry in knowledge.entries.values()}
    app[CONSOLE] = Console(
        counter,
        People(counter.desk, counter.store, _answering(counter, outbox, app.get(MAILROOM))),
        Clocks(office.hours, office.targets),
        read_teams(folder / "teams.yml"),
        read_replies(folder / "replies", knowledge.entries, topics),
        presence,
        app[FANOUT],
        Notifier(settings, outbox),
    )
    app.cleanup_ctx.append(_look_after)


def turn_taken(fanout: Fanout, console: Callable[[], Console | None]) -> Callable[[str, Answered], None]:
    """What happens after a client's turn: those who look are told, and a new ticket is announced."""

    def told(conversation_id: str, answered: Answered) -> None:
        fanout.tell(conversation_id)
        known = console()
        if known is None:
            return
        numbers = [reply["number"] for reply in answered.replies if reply["kind"] == "ticket"]
        for number in numbers:
            known.opened(number)
        if not answered.replies:
            fanout.tell(QUEUE)

    return told


def can_write(ticket: Ticket, outbox: Outbox | None) -> str | None:
    """The address to which a letter about the ticket may go; None without consent, address or mail server."""
    contact = ticket.contact
    return contact.email if outbox is not None and contact is not None and contact.consent_at is not None else None


def _answering(counter: Counter, outbox: Outbox | None, room: MailRoom | None) -> Callable[[Ticket, str], None]:
    """By e-mail: in the client's own thread where the ticket began with a letter, else as a letter of its own."""

    def answering(ticket: Ticket, text: str) -> None:
        to = can_write(ticket, outbox)
        if to is None or outbox is None:
            log.info("an answer waits for the client to look", extra={"ticket": ticket.number})
            return
        if room is not None and room.answer(ticket.number, to, text):
            return
        phrase = counter.desk.phrase
        outbox.put(Letter(to, phrase("letter_answer_subject", number=ticket.number), phrase("letter_answer_text", number=ticket.number, text=text), "answer"))

    return answering


async def _look_after(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_give_back(app[CONSOLE]))
    yield
    await end([task])
    await app[CONSOLE].notifier.stop()


async def _give_back(console: Console) -> None:
    """Put back what nobody touches, every minute."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            for number in await asyncio.to_thread(console.people.give_back_untouched):
                console.fanout.tell(number, QUEUE)
        except OkienkoError:
            log.warning("untouched tickets could not be put back; trying again")
