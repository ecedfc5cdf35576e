"""Desks and moments for the tests of this folder."""

from __future__ import annotations

from datetime import date, datetime, timezone

from bot.clock import OFFICE_ZONE
from bot.tickets.deskfile import Period
from bot.tickets.hours import OfficeHours


def at(text: str, fold: int = 0) -> datetime:
    """A wall time of the office as a moment in UTC: ``2026-11-24 8:00``."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    wall = datetime.combine(date.fromisoformat(day), datetime.min.time()).replace(hour=hour, minute=minute, fold=fold)
    return wall.replace(tzinfo=OFFICE_ZONE).astimezone(timezone.utc)


def span(start: float, end: float) -> Period:
    """A period from hours such as 12.5."""
    return Period(int(start * 60), int(end * 60))


LONG, SHORT = (span(8, 17),), (span(8, 15),)
OFFICE = OfficeHours({0: LONG, 1: SHORT, 2: SHORT, 3: SHORT, 4: SHORT}, yearly={(12, 31): (span(8, 13),)})
"""Monday 8–17, Tuesday to Friday 8–15, the last day of the year until 13."""
BREAKS = OfficeHours({day: (span(8, 12.5), span(13, 17)) for day in range(5)}, once={date(2026, 11, 28): (span(9, 11),), date(2026, 11, 24): ()})
"""With a break, a working Saturday and a closed Tuesday."""
ALWAYS = OfficeHours({day: (span(0, 24),) for day in range(7)})
NIGHTS = OfficeHours({day: (span(0, 6), span(22, 24)) for day in range(7)})
"""At work from ten in the evening until six in the morning, holidays off."""
