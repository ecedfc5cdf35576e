"""What people do at the counter: tickets taken, answered and closed, each act one whole with what the client is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.counter.changing import TRIES, change_ticket
from bot.counter.ports import CounterStore, Kept, NewMessage, StaleError
from bot.dialogue import replies
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Frame, Session
from bot.dialogue.turn import ask_about_ticket, person_comes, person_goes
from bot.errors import NotAllowedError, UsageError
from bot.tickets import queue
from bot.tickets.model import Change, Event, Resolution, Ticket

log = logging.getLogger(__name__)
UNTOUCHED = timedelta(minutes=45)
"""A taken ticket that nobody touched for so long goes back by itself."""
Answering = Callable[[Ticket, str], None]
"""Called with a ticket and an answer that the client does not see in a window: it goes out by other means."""


def _by_no_other_means(ticket: Ticket, _text: str) -> None:
    log.info("an answer waits for the client to look", extra={"ticket": ticket.number})


class People:
    """The use cases of the staff. Every act names who does it; rights are checked by the caller."""

    def __init__(self, desk: Desk, store: CounterStore, answering: Answering = _by_no_other_means) -> None:
        self._desk, self._store, self._answering = desk, store, answering

    def ticket(self, number: str) -> Ticket:
        """A ticket. Raises NotAllowedError."""
        found = self._store.ticket(number)
        if found is None:
            raise NotAllowedError("Nie ma takiego zgłoszenia.")
        return found

    def events(self, number: str) -> list[Event]:
        """What happened to it."""
        return self._store.ticket_events(number)

    def take(self, number: str, who: str) -> Ticket:
        """Take a ticket. Raises TakenError for the one who was second."""
        return self._change(number, lambda ticket, now: queue.take(ticket, who, now))

    def give_back(self, number: str, who: str, why: str = "") -> Ticket:
        """Put it back."""
        self._leave_window(number, who)
        return self._change(number, lambda ticket, now: queue.give_back(ticket, who, now, why=why))

    def forward(self, number: str, who: str, team: str, why: str = "") -> Ticket:
        """Send it to another team."""
        self._leave_window(number, who)
        return self._change(number, lambda ticket, now: queue.forward(ticket, who, team, now, why=why))

    def note(self, number: str, who: str, text: str) -> Ticket:
        """A note for colleagues, masked like everything that is kept."""
        return self._change(number, lambda ticket, now: queue.note(ticket, who, mask(text), now))

    def label(self, number: str, who: str, labels: Sequence[str]) -> Ticket:
        """Set the labels."""
        return self._change(number, lambda ticket, now: queue.label(ticket, who, tuple(labels), now))

    def answer(self, number: str, who: str, text: str, name: str) -> Ticket:
        """Answer the client: in their window, and, when nobody speaks there, by the other means they gave. ``name`` is shown."""
        written = mask(text)

        def said(session: Session) -> list[Reply]:
            intro = [] if session.person else [replies.notice(self._desk.phrase("person_answered", number=number), level="person")]
            return [*intro, replies.text(written.strip()) | {"name": name}]

        live = self._in_window(number)
        found = self._with_client(number, lambda ticket, now: queue.answer(ticket, who, written, now), said)
        if not live:
            self._answering(found, written.strip())
        return found

    def send_entry(self, number: str, who: str, entry: str) -> Ticket:
        """Send a matter into the conversation: one tap and the bot leads the client through it."""
        known = self._desk.knowledge.entry(entry)
        if known is None:
            raise UsageError("Nie ma takiej sprawy. Wybierz ją z wyników wyszukiwania.")

        def said(session: Session) -> list[Reply]:
            show = Presenter(self._desk, session)
            return [replies.text(show.phrase("sent_entry", title=known.title), show.open_choices([known.id]))]

        return self._with_client(number, lambda ticket, now: queue.answer(ticket, who, known.title, now, entry=known.id), said)

    def begin_talk(self, number: str, who: str) -> Ticket:
        """Speak in the client's window; the bot is silent from now on."""
        return self._with_client(number, lambda ticket, now: queue.talk(ticket, who, now, begin=True), lambda session: person_comes(self._desk, session, number), window=True)

    def end_talk(self, number: str, who: str) -> Ticket:
        """Give the window back to the bot, which goes on with the open matter."""
        return self._with_client(number, lambda ticket, now: queue.talk(ticket, who, now, begin=False), lambda session: person_goes(self._desk, session), window=True)

    def close(self, number: str, who: str, resolution: Resolution) -> Ticket:
        """Close it with what it was about; the window goes back to the bot, and the client is asked once how it went."""
        if resolution.kind == "case":
            known = self._desk.knowledge.entry(resolution.entry or "")
            if known is None:
                raise UsageError("Nie ma takiej sprawy. Wybierz ją z listy albo zaznacz „nowa sprawa”.")
            resolution = Resolution("case", known.id)
        self._leave_window(number, who)

        def said(session: Session) -> list[Reply]:
            told = replies.notice(self._desk.phrase("person_closed", number=number), level="person")
            return [told, *ask_about_ticket(self._desk, session, number, resolution.entry)]

        return self._with_client(number, lambda ticket, now: queue.close(ticket, who, resolution, now), said)

    def give_back_untouched(self) -> list[str]:
        """Put back taken tickets that lie untouched; their numbers."""
        now = self._desk.clock.now()
        found = []
        for ticket in self._store.tickets("taken", limit=1000):
            if ticket.touched_at is not None and now - ticket.touched_at >= UNTOUCHED and not self._in_window(ticket.number):
                try:
                    self._store.change_ticket(queue.lies_untouched(ticket, now))
                    found.append(ticket.number)
                except StaleError:
                    continue
        return found

    def frame(self, ticket: Ticket) -> Frame | None:
        """The client's place in the ticket's matter, when their conversation still has it."""
        kept = self._store.read(ticket.conversation_id) if ticket.conversation_id else None
        frames = [*kept.session.stack, *([kept.session.last_frame] if kept.session.last_frame else [])] if kept else []
        return next((frame for frame in reversed(frames) if frame.entry == ticket.packet.handover.entry), None)

    def _in_window(self, number: str) -> bool:
        kept = self._conversation(self.ticket(number))
        return kept is not None and kept.session.person == number

    def _leave_window(self, number: str, who: str) -> None:
        if self._in_window(number):
            self.end_talk(number, who)

    def _conversation(self, ticket: Ticket) -> Kept | None:
        return self._store.read(ticket.conversation_id) if ticket.conversation_id else None

    def _change(self, number: str, act: Callable[[Ticket, datetime], Change]) -> Ticket:
        return change_ticket(self._store, lambda: self.ticket(number), lambda ticket: act(ticket, self._desk.clock.now()))

    def _with_client(self, number: str, act: Callable[[Ticket, datetime], Change], said: Callable[[Session], list[Reply]], *, window: bool = False) -> Ticket:
        """Change a ticket and tell the client in their conversation, both or neither; without one, only the ticket."""
        for _ in range(TRIES):
            ticket, now = self.ticket(number), self._desk.clock.now()
            kept = self._conversation(ticket)
            if kept is None and window:
                raise UsageError("Klient nie ma otwartej rozmowy. Odpowiedz mu w zgłoszeniu.")
            change = act(ticket, now)
            try:
                if kept is None:
                    self._store.change_ticket(change)
                else:
                    told = [NewMessage("person" if reply.get("name") else "bot", reply) for reply in said(kept.session)]
                    self._store.keep_turn(kept, kept.session, told, now, change=change)
                return change.after
            except StaleError:
                continue
        raise StaleError(number)
