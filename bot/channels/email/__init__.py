"""E-mail: a client's letter becomes a ticket, or joins one; a person's answer goes back in the same thread.

E-mail is no chat: the same folder and file names as the chats have, but a mailbox instead of a webhook, and a ticket instead of a turn.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable

from bot.channels.email.client import Mailbox
from bot.channels.email.incoming import Incoming, read_letter
from bot.channels.email.outgoing import Writer
from bot.channels.port import MalformedError
from bot.counter.letters import Attached, ClientLetter, Letters, Received, Thread
from bot.dialogue.privacy import mask
from bot.errors import TemporaryError
from bot.mail.outbox import Outbox

log = logging.getLogger(__name__)
PAUSE = 30.0
"""Seconds after a fault before the next look."""


Told = Callable[[Received], None]


def nobody_is_told(_: Received) -> None:
    """Without a console nobody looks."""


class MailRoom:
    """Takes letters from a mailbox, or from a pipe, one after another."""

    def __init__(self, letters: Letters, writer: Writer, outbox: Outbox | None, own: frozenset[str], told: Told = nobody_is_told) -> None:
        """``own``: our own addresses; what comes from them is a loop. ``told`` is called with what became of each letter."""
        self.letters, self._writer, self._outbox, self._own, self._told = letters, writer, outbox, own, told

    async def take(self, raw: bytes) -> Received | None:
        """Take one letter; None for what makes no ticket. Raises MalformedError, TemporaryError."""
        letter = read_letter(raw)
        key = hashlib.sha256((letter.message_id or "").encode() + b"\0" + (b"" if letter.message_id else raw)).hexdigest()
        if letter.sender in self._own:
            self.letters.automatic(key, letter.sender, "own", ())
            return None
        if letter.kind == "bounce":
            self.letters.bounced(key, letter.sender, letter.ids, letter.gone)
            return None
        if letter.kind != "letter":
            self.letters.automatic(key, letter.sender, letter.kind, letter.ids)
            return None
        received = await self.letters.receive(_as_client_letter(key, letter))
        if received is not None and received.receipt and self._outbox is not None:
            thread = Thread(letter.message_id, letter.subject)
            self._outbox.put(self._writer.receipt(received, letter.sender, thread, [mask(name) for name in letter.dropped]))
        if received is not None:
            self._told(received)
        return received

    def opened(self, number: str) -> None:
        """A ticket was opened elsewhere by somebody who agreed to be written to: they get its number by e-mail too."""
        ticket = self.letters.ticket(number)
        contact = ticket.contact if ticket else None
        if ticket and contact and contact.email and contact.consent_at and self._outbox is not None:
            self._outbox.put(self._writer.opened(ticket, contact.email))

    def answer(self, ticket: str, to: str, text: str) -> bool:
        """Put a person's answer on its way, in the client's thread where there is one, else as the first of one; False without a mail server."""
        known = self.letters.ticket(ticket)
        if known is None or self._outbox is None:
            return False
        thread = self.letters.store.thread_of(ticket) or Thread("", self._writer.title(known))
        self._outbox.put(self._writer.answer(known, to, text, thread))
        return True

    async def run(self, mailbox: Mailbox) -> None:
        """Take what comes until cancelled; a letter that cannot be read is put aside, and holds nothing back."""
        try:
            while True:
                try:
                    await self._empty(mailbox)
                    await mailbox.wait()
                except TemporaryError as error:
                    log.warning("letters cannot be taken now; trying again: %s", error)
                    await asyncio.sleep(PAUSE)
        finally:
            await mailbox.close()

    async def _empty(self, mailbox: Mailbox) -> None:
        async for name, raw in mailbox.letters():
            try:
                await self.take(raw)
            except MalformedError:
                log.warning("a letter could not be read and was put aside", extra={"size": len(raw)})
                await mailbox.aside(name)
            except TemporaryError:
                raise
            except Exception:
                log.exception("a letter could not be taken; it stays, and the others go on")
            else:
                await mailbox.done(name)


def _as_client_letter(key: str, letter: Incoming) -> ClientLetter:
    files = tuple(Attached(item.name, item.type, item.content) for item in letter.files)
    return ClientLetter(key, letter.sender, letter.subject, letter.text, letter.message_id, letter.ids, files, letter.dropped)
