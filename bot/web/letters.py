"""The mail room of a process: who writes letters of tickets, and from where."""

from __future__ import annotations

from bot.channels.email import MailRoom, Told, nobody_is_told
from bot.channels.email.outgoing import Writer
from bot.counter.counter import Counter
from bot.counter.letters import Letters, LetterStore, Marks, Understand
from bot.mail.outbox import Outbox
from bot.settings import Settings, fresh_secret
from bot.web.pages.addresses import path_of


def mailroom(settings: Settings, counter: Counter, understand: Understand, store: LetterStore, outbox: Outbox | None, told: Told = nobody_is_told) -> MailRoom:
    """Takes letters to the counter; receipts and answers leave from ``OKIENKO_MAIL_FROM``. ``told`` hears what became of each letter."""
    marks = Marks(settings.secret_key or fresh_secret())

    def page(name: str) -> str:
        entry = counter.desk.knowledge.entry(name)
        return settings.address + path_of(entry) if entry else settings.address

    writer = Writer(counter.desk, marks, settings.mail_from.rpartition("@")[2] or "okienko.invalid", f"{settings.address}/zgloszenie", page)
    return MailRoom(Letters(counter, store, understand, marks), writer, outbox, frozenset({settings.mail_from.lower()} - {""}), told)
