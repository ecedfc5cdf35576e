"""Asking for reminders, agreeing to them, sending them, erasing them."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from bot.dialogue.desk import Desk
from bot.dialogue.present import long_date
from bot.errors import NotAllowedError, TemporaryError, UsageError
from bot.mail.letter import Letter, checked_address
from bot.mail.outbox import Outbox
from bot.reminders.model import Day, Reminder, ReminderStore

log = logging.getLogger(__name__)
AHEAD = (7, 3, 1)
"""How many days before a deadline a letter may go."""
UNCONFIRMED = timedelta(hours=48)
"""After so long an address that nobody confirmed is forgotten."""
BATCH = 100
EVERY = 900.0
"""Seconds between two looks at what is due."""
PATH = "/przypomnienie"


class Reminders:
    """The use cases; letters go through the outbox, links lead to ``base`` + PATH."""

    def __init__(self, desk: Desk, store: ReminderStore, outbox: Outbox, base: str) -> None:
        self._desk, self._store, self._outbox, self._base = desk, store, outbox, base

    def ask(self, typed: str, *, entry: str, days: Sequence[Day], ahead: int, address: str) -> None:
        """Keep the wish and send the letter in which the owner of the address agrees (double opt-in). Raises UsageError."""
        email = checked_address(typed)
        today = self._desk.today
        ahead_days = tuple(day for day in days if day.day > today)
        if ahead not in AHEAD:
            raise UsageError("Wybierz, na ile dni przed terminem ma przyjść list.")
        if not ahead_days:
            raise UsageError("W tej sprawie nie ma przed nami terminu z datą, więc nie ma o czym przypominać.")
        reminder = Reminder(secrets.token_hex(8), secrets.token_urlsafe(18), email, "asked", entry, address, ahead, ahead_days, self._desk.clock.now(), words=self._desk.phrase("consent_reminders", 0))
        self._store.put_reminder(reminder)
        self._outbox.put(self._letter(reminder, "confirm", listed=_listed(ahead_days), link=self.link(reminder)))

    def link(self, reminder: Reminder) -> str:
        """Where the owner of the address agrees, looks, and erases."""
        return f"{self._base}{PATH}/{reminder.id}/{reminder.secret}"

    def find(self, name: str, secret: str) -> Reminder:
        """A reminder for who has its link. Raises NotAllowedError alike for absent and not theirs."""
        found = self._store.reminder(name)
        if found is None or not hmac.compare_digest(found.secret, secret):
            raise NotAllowedError("Nie ma takiego przypomnienia. Mogło już zostać usunięte albo nikt go nie potwierdził w ciągu dwóch dni.")
        return found

    def confirm(self, name: str, secret: str) -> Reminder:
        """The owner of the address agrees; saying so twice changes nothing."""
        found = self.find(name, secret)
        if found.state == "active":
            return found
        agreed = msgspec.structs.replace(found, state="active", confirmed_at=self._desk.clock.now())
        self._store.put_reminder(agreed)
        return agreed

    def erase(self, name: str, secret: str) -> int:
        """Remove the reminder with its address; returns how many were removed."""
        self.find(name, secret)
        return int(self._store.erase_reminder(name))

    def send_due(self) -> int:
        """Write the letters that are due today; a reminder with nothing left to say is erased. Returns how many letters."""
        today, written = self._desk.today, 0
        self._store.forget_unconfirmed(self._desk.clock.now() - UNCONFIRMED)
        for reminder in self._store.due_reminders(today, BATCH):
            written += self._send(reminder, today)
        return written

    def _send(self, reminder: Reminder, today: date) -> int:
        due = [item for item in reminder.days if not item.sent and item.day - timedelta(days=reminder.ahead) <= today]
        told = [item for item in due if item.day >= today]
        letter = self._letter(reminder, "due", listed=_listed(told), link=self.link(reminder)) if told else None
        days = tuple(msgspec.structs.replace(item, sent=True) if item in due else item for item in reminder.days)
        after = None if all(item.sent for item in days) else msgspec.structs.replace(reminder, days=days)
        first = self._store.reminded(reminder, after, letter, secrets.token_hex(16), self._desk.clock.now())
        self._outbox.wake()
        return int(first and letter is not None)

    def _letter(self, reminder: Reminder, kind: str, **values: object) -> Letter:
        entry = self._desk.knowledge.entry(reminder.entry)
        title = entry.title if entry else reminder.entry
        text = self._desk.phrase(f"letter_{kind}_text", 0, title=title, address=reminder.address, ahead=reminder.ahead, **values)
        return Letter(reminder.email, self._desk.phrase(f"letter_{kind}_subject", title=title), text, f"reminder_{kind}", unsubscribe=self.link(reminder))

    async def run(self) -> None:
        """Look again and again at what is due, until cancelled."""
        while True:
            try:
                self.send_due()
            except TemporaryError:
                log.warning("reminders could not be read; trying again")
            await asyncio.sleep(EVERY)


def _listed(days: Sequence[Day]) -> str:
    return "\n".join(f"– {long_date(item.day)}: {item.title}" for item in sorted(days, key=lambda item: item.day))
