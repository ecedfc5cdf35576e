"""The loop closed: the client whose question taught us something is told once that there is an answer now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Optional

from msgspec.structs import replace

from bot.cases.model import Guide
from bot.counter.counter import AWAY
from bot.counter.ports import CounterStore, Kept, NewMessage, StaleError
from bot.dialogue import replies
from bot.dialogue.present import Presenter
from bot.errors import TemporaryError
from bot.learning.model import Proposal
from bot.learning.service import Hear, Learning, taught_before
from bot.mail.letter import Letter
from bot.mail.outbox import Outbox
from bot.tickets.model import Ticket

log = logging.getLogger(__name__)
EVERY = 300.0
"""Seconds between two looks."""
TRIES = 5


class Telling:
    """Tells clients, by letter where they agreed to one, else in their conversation."""

    def __init__(self, learning: Learning, tickets: CounterStore, address_of: Callable[[Guide], str], trained_at: Callable[[], Optional[datetime]]) -> None:
        """``address_of``: the page of an entry; ``trained_at``: when the serving model was trained (None: not known here)."""
        self.learning = learning
        self._tickets, self._address_of, self._trained_at = tickets, address_of, trained_at

    async def run(self, hear: Hear, outbox: Optional[Outbox]) -> None:
        """Look at closed tickets and tell clients, again and again, until cancelled."""
        while True:
            try:
                await self.learning.look(hear)
                await self.tell(hear, outbox)
            except TemporaryError:
                log.info("learning waits for the engine or the database")
            except Exception:
                log.exception("learning failed; trying again")
            await asyncio.sleep(EVERY)

    async def tell(self, hear: Hear, outbox: Optional[Outbox]) -> int:
        """Tell every client whose sentence is served now; returns how many were told. Raises TemporaryError."""
        told = 0
        for proposal in self.learning.store.untold():
            entry = self.learning.desk.knowledge.entry(proposal.entry or "")
            if entry is None or not taught_before(proposal, self._trained_at()):
                continue
            if (await self.learning.understand(hear, proposal.text)).id == entry.id:
                told += self._tell(proposal, entry, outbox)
        return told

    def _tell(self, proposal: Proposal, entry: Guide, outbox: Optional[Outbox]) -> bool:
        """Tell one client; who is marked as told before, so that nobody is told twice."""
        ticket = self._tickets.ticket(proposal.ticket)
        email = _email(ticket) if outbox is not None else None
        kept = self._tickets.read(ticket.conversation_id) if ticket and ticket.conversation_id else None
        if email is None and kept is not None and not self._away(kept):
            return False
        if not self.learning.store.change(proposal, replace(proposal, told_at=self.learning.desk.clock.now())):
            return False
        if email is not None and outbox is not None:
            outbox.put(self._letter(email, proposal, entry))
            return True
        return kept is not None and self._leave_notice(kept.id, proposal, entry)

    def _away(self, kept: Kept) -> bool:
        last = self._tickets.said(kept.id, after=kept.cursor - 1)
        return kept.session.person is None and (not last or self.learning.desk.clock.now() - last[-1].created_at >= AWAY)

    def _letter(self, email: str, proposal: Proposal, entry: Guide) -> Letter:
        desk = self.learning.desk
        subject = desk.phrase("letter_learned_subject", title=entry.title)
        text = desk.phrase("letter_learned_text", number=proposal.ticket, title=entry.title, link=self._address_of(entry))
        return Letter(email, subject, text, "learned")

    def _leave_notice(self, conversation_id: str, proposal: Proposal, entry: Guide) -> bool:
        desk = self.learning.desk
        for _ in range(TRIES):
            kept = self._tickets.read(conversation_id)
            if kept is None:
                return False
            buttons = Presenter(desk, kept.session).open_choices([entry.id])
            told = replies.text(desk.phrase("learned_now", number=proposal.ticket, title=entry.title), buttons)
            try:
                self._tickets.keep_turn(kept, kept.session, [NewMessage("bot", told)], desk.clock.now())
                return True
            except StaleError:
                continue
        return False


def _email(ticket: Optional[Ticket]) -> Optional[str]:
    """The address of a client who agreed to letters about this ticket."""
    contact = ticket.contact if ticket else None
    return contact.email if contact and contact.consent_at else None
