"""A reminder as kept: an address, the days, and nothing else of the client."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal, Optional, Protocol

import msgspec

from bot.mail.letter import Letter

State = Literal["asked", "active"]


class Day(msgspec.Struct, frozen=True, omit_defaults=True):
    """One deadline to be reminded of, and whether it was."""

    title: str
    day: date
    sent: bool = False


class Reminder(msgspec.Struct, frozen=True):
    """Days of one matter for one address; ``ahead`` is how many days before each the letter goes."""

    id: str
    secret: str
    email: str
    state: State
    entry: str
    address: str
    ahead: int
    days: tuple[Day, ...]
    created_at: datetime
    confirmed_at: Optional[datetime] = None
    words: str = ""
    """The sentence that was agreed to."""

    @property
    def next_on(self) -> date | None:
        """The day on which the next letter is due; None when all were sent."""
        open_days = [item.day for item in self.days if not item.sent]
        return min(open_days) - timedelta(days=self.ahead) if open_days else None


class ReminderStore(Protocol):
    """Where reminders are kept."""

    def put_reminder(self, reminder: Reminder) -> None:
        """Keep a new one, or what has become of a known one."""

    def reminder(self, name: str) -> Reminder | None:
        """One by its id."""

    def due_reminders(self, today: date, limit: int) -> list[Reminder]:
        """Active ones whose next letter is due."""

    def reminded(self, before: Reminder, after: Optional[Reminder], letter: Optional[Letter], name: str, now: datetime) -> bool:
        """Put a letter into the outbox and the reminder forward (None: erase it), both or neither; False when another
        process was first."""

    def erase_reminder(self, name: str) -> bool:
        """Remove one with its address; False when it is not there."""

    def forget_unconfirmed(self, before: datetime) -> int:
        """Remove those that nobody confirmed since a moment; returns how many."""
