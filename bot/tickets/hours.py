"""When people are at the desk, and how much of their working time lies between two moments.

Moments come in with any time zone and go out in UTC, as ``Clock.now`` gives them: Python subtracts and compares two moments
of one local zone by their wall clocks, which is an hour wrong around a change of time. Days and hours are those of
Europe/Warsaw. A moment without a time zone is refused with ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from bot.cases.faults import Fault
from bot.clock import OFFICE_ZONE
from bot.errors import ConfigurationError
from bot.tickets.deskfile import Periods, is_holiday, parse_desk, read_desk

HORIZON = 400
"""After so many closed days in a row the desk counts as closed for good."""
WEEK = timedelta(days=7)
_KEPT_DAYS = 2000
Stretch = tuple[datetime, datetime]
"""An open stretch of time in UTC, its end not included."""


@dataclass(frozen=True)
class OfficeHours:
    """Periods by weekday (0 is Monday), by day, and by (month, day) of every year.

    A public holiday is closed. An exception of one day goes before everything; one of every year changes only a day that
    would be open. Methods raise ConfigurationError when the desk does not open within HORIZON days.
    """

    week: Mapping[int, Periods]
    once: Mapping[date, Periods] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], Periods] = field(default_factory=dict)
    _days: dict[date, tuple[Stretch, ...]] = field(default_factory=dict, repr=False, compare=False)

    def periods(self, day: date) -> Periods:
        """The open periods of a day by the wall clock, in order; empty when closed."""
        if day in self.once:
            return self.once[day]
        usual = () if is_holiday(day) else self.week.get(day.weekday(), ())
        return self.yearly.get((day.month, day.day), usual) if usual else ()

    def last_closing(self, day: date) -> datetime | None:
        """The moment at which a day's work ends; None on a closed day."""
        stretches = self._stretches_of(day)
        return stretches[-1][1] if stretches else None

    def is_open(self, moment: datetime) -> bool:
        """Whether people work at this moment; at the closing moment they do no more."""
        at = in_utc(moment)
        return any(start <= at < end for start, end in self._stretches_of(local_day(at)))

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment, from this one on, at which the desk is open: the moment itself when it is open now."""
        at = in_utc(moment)
        return max(at, next(self._stretches_from(at))[0])

    def closes_at(self, moment: datetime) -> datetime | None:
        """When the open time around this moment ends, be it for a break; None when closed. Looks a week ahead."""
        at = in_utc(moment)
        closing: datetime | None = None
        for start, end in self._stretches_from(at):
            if start > (closing or at) or end - at > WEEK:
                return closing
            closing = end
        return closing

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The open time between two moments; none when the end is not after the start."""
        since, until = in_utc(start), in_utc(end)
        total = timedelta()
        if until <= since:
            return total
        for opens, closes in self._stretches_from(since):
            if opens >= until:
                break
            total += min(closes, until) - max(opens, since)
        return total

    def working_seconds(self, start: datetime, end: datetime) -> float:
        """``worked`` in seconds."""
        return self.worked(start, end).total_seconds()

    def after(self, start: datetime, working_seconds: float) -> datetime:
        """The first moment by which so many open seconds have passed since the start. Raises ValueError when negative."""
        return self.after_work(start, timedelta(seconds=working_seconds))

    def after_work(self, start: datetime, work: timedelta) -> datetime:
        """``after`` for a duration."""
        since, left = in_utc(start), work
        if left < timedelta():
            raise ValueError("working time cannot be negative")
        if not left:
            return since
        for opens, closes in self._stretches_from(since):
            begin = max(opens, since)
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
        raise AssertionError("the stretches never end")

    def _stretches_from(self, moment: datetime) -> Iterator[Stretch]:
        """Open stretches that end after a moment, without end."""
        day, closed = local_day(moment), 0
        while closed <= HORIZON:
            stretches = self._stretches_of(day)
            closed = 0 if stretches else closed + 1
            yield from (stretch for stretch in stretches if stretch[1] > moment)
            day += timedelta(days=1)
        raise ConfigurationError("Konsultanci nie pracują w żaden z najbliższych dni; popraw godziny w knowledge/desk.yml.")

    def _stretches_of(self, day: date) -> tuple[Stretch, ...]:
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _KEPT_DAYS:
                self._days.clear()
            both = ((_moment(day, period.start), _moment(day, period.end)) for period in self.periods(day))
            found = self._days[day] = tuple((start, end) for start, end in both if start < end)
        return found


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(timezone.utc)


def local_day(moment: datetime) -> date:
    """The day of the office on which a moment lies."""
    return in_utc(moment).astimezone(OFFICE_ZONE).date()


def _moment(day: date, minutes: int) -> datetime:
    """A wall time as a moment: of an hour that autumn repeats the first one, of one that spring skips the moment of the skip."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    while True:
        moment = wall.replace(tzinfo=OFFICE_ZONE).astimezone(timezone.utc)
        if moment.astimezone(OFFICE_ZONE).replace(tzinfo=None) == wall:
            return moment
        wall += timedelta(minutes=1)


def read_hours(path: Path) -> OfficeHours:
    """The hours of ``knowledge/desk.yml``. Raises ConfigurationError with a sentence for each fault."""
    read = read_desk(path)
    return OfficeHours(read.week, read.once, read.yearly)


def desk_faults(path: Path) -> list[Fault]:
    """What ``okienko check`` has to tell of the file: hours, exceptions and targets."""
    return parse_desk(path)[1]
