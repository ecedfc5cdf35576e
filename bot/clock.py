"""What day and time it is, in one place, so that tests and editors can pretend another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Europe/Warsaw")
"""Deadlines, opening hours and 'today' are those of the Polish office, wherever the server stands."""


@dataclass(frozen=True)
class Clock:
    """The time as the service sees it; ``day`` pins 'today' (setting ``OKIENKO_DAY``)."""

    day: date | None = None

    def now(self) -> datetime:
        """The moment, in UTC, always the real one."""
        return datetime.now(timezone.utc)

    def today(self) -> date:
        """Today in the office's time zone, or the pinned day."""
        return self.day or datetime.now(OFFICE_ZONE).date()
