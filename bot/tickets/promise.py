"""The day by which a client is promised an answer, and whether a person can be offered right now.

Two estimates are made in the desk's working time, and the later one holds:

* what it usually takes: the 80th percentile of the latest first-response times, or the service target while too few are measured;
* what the queue takes: the tickets ahead and the client's own, divided among the people present, at the measured seconds
  of work per *served ticket*.

They are not added, since a measured response time already has the usual queue in it. A response time is not used as the
work of a ticket either: it is mostly waiting, and multiplied by the queue it would count the same waiting many times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.tickets.hours import OfficeHours, in_utc, local_day

LATEST = 200
"""How many of the latest first-response times count."""
ENOUGH = 20
"""With fewer the service target is promised."""
PERCENT = 80
STILL_OPEN = timedelta(minutes=5)
"""A person is not offered for a talk that the closing would cut off at once."""


@dataclass(frozen=True)
class Pace:
    """Work done: how many tickets were served in how many seconds of people's working time (people times hours)."""

    served: int
    person_seconds: float

    @property
    def per_ticket(self) -> float:
        """Seconds of work per served ticket. Raises ZeroDivisionError when none was served."""
        return self.person_seconds / self.served


@dataclass(frozen=True)
class Promise:
    """The last day of an answer.

    ``share`` is the part of measured answers that came at least as fast as the estimate; None when the day comes from the
    service target or from an unusual queue, of which nothing was measured.
    """

    day: date
    basis: Literal["measured", "default"]
    share: float | None


def measured_pace(served_at: Iterable[datetime], start: datetime, end: datetime, people: float, hours: OfficeHours) -> Pace:
    """The pace of a window of time (its end not included), from the moments at which tickets were answered and the usual number of people."""
    since, until = in_utc(start), in_utc(end)
    served = sum(since <= in_utc(moment) < until for moment in served_at)
    return Pace(served, hours.working_seconds(since, until) * people)


def known_pace(measured: Pace, minutes_per_ticket: float) -> Pace:
    """The measured pace, or the one set in ``knowledge/desk.yml`` while fewer than ENOUGH tickets were served."""
    return measured if measured.served >= ENOUGH else Pace(1, 60 * minutes_per_ticket)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many percent of them do not exceed (nearest rank). Raises ValueError when there are none."""
    if not values:
        raise ValueError("no values to take a percentile of")
    rank = max(1, -(-len(values) * percent // 100))
    return sorted(values)[rank - 1]


def promise(
    now: datetime, history: Sequence[float], waiting: int, staff_present: int, hours: OfficeHours, *, target: float, pace: Pace
) -> Promise:
    """The promised day.

    ``history``: first-response times in working seconds, oldest first. ``waiting``: tickets ahead of this one.
    ``staff_present``: people who answer now; with none, one is reckoned with. ``target``: working seconds to promise while
    there are too few times. The estimate is rounded up to the end of a working day.
    """
    latest = history[-LATEST:]
    measured = len(latest) >= ENOUGH
    usual = percentile(latest, PERCENT) if measured else target
    queue = (waiting + 1) * pace.per_ticket / max(1, staff_present)
    share = sum(value <= usual for value in latest) / len(latest) if measured and queue <= usual else None
    return Promise(_day_of(hours, in_utc(now), max(usual, queue)), "measured" if measured else "default", share)


def _day_of(hours: OfficeHours, now: datetime, estimate: float) -> date:
    """The first day whose work ends after now and not before the estimate is over."""
    wanted = hours.after(now, estimate)
    day = local_day(hours.next_opening(now))
    while True:
        closing = hours.last_closing(day)
        if closing is not None and closing >= wanted:
            return day
        day += timedelta(days=1)


def kept(promised: Promise, answered_at: datetime) -> bool:
    """Whether an answer came by the promised day; after closing, but still that day, it is kept for the client."""
    return local_day(answered_at) <= promised.day


def live(now: datetime, hours: OfficeHours, present: int) -> bool:
    """Whether a talk with a person can be offered now: somebody is there, and the desk stays open for STILL_OPEN or longer."""
    closing = hours.closes_at(now)
    return present > 0 and closing is not None and closing - in_utc(now) >= STILL_OPEN
