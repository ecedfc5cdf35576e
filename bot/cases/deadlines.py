"""Deadlines as dates: Polish holidays, and the rule of the law that applies to the deadline.

How a period is counted is common to these laws: the day of the event does not count (art. 57 § 1 KPA, art. 12 § 1
Ordynacji podatkowej, art. 111 § 2 KC, art. 3 (1) of Regulation 1182/71); a period in weeks ends on the same weekday, one
in months or years on the same day of the month, or the month's last day when it has no such day (art. 57 § 2, § 3 and
§ 3a KPA, art. 12 § 2–4 Ordynacji, art. 112 KC, art. 3 (2) (c) of the Regulation).

When the last day is a Saturday or a day off, it moves to the next day that is neither (art. 57 § 4 KPA, art. 12 § 5
Ordynacji, art. 115 KC; by art. 165 § 1 KPC also in court; art. 3 (4) of Regulation 1182/71 in EU matters). A period of
substantive law (``materialny``: a right that lapses) moves by no rule here: the client is told the earlier, safe day.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from bot.cases.conditions import NOT_ASKED, SKIPPED
from bot.cases.model import Deadline

MOVES = {
    "kpa": "art. 57 § 4 Kodeksu postępowania administracyjnego",
    "ordynacja": "art. 12 § 5 Ordynacji podatkowej",
    "kpc": "art. 165 § 1 Kodeksu postępowania cywilnego w związku z art. 115 Kodeksu cywilnego",
    "kc": "art. 115 Kodeksu cywilnego",
    "ue": "art. 3 ust. 4 rozporządzenia 1182/71",
}
"""The provision by which each law moves a last day that falls on a Saturday or a day off."""
TWO_WORKING_DAYS = "art. 3 ust. 5 rozporządzenia 1182/71"
"""In EU matters a period of two days or more has at least two working days in it."""


@dataclass(frozen=True)
class DueDate:
    """A computed deadline: the day, and the day before it was moved from a day off, with the provision."""

    day: date
    moved_from: date | None = None
    rule: str | None = None


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("PL", years=year))


def is_day_off(day: date) -> bool:
    """Saturday, Sunday or a Polish public holiday."""
    return day.weekday() >= 5 or day in _holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself, or the first after it that is no day off."""
    while is_day_off(day):
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_working_days(day: date, count: int) -> date:
    """The day after so many working days."""
    while count:
        day += timedelta(days=1)
        count -= not is_day_off(day)
    return day


def due(deadline: Deadline, answers: Mapping[str, str], today: date) -> DueDate | None:
    """The deadline as a date; None when it cannot be computed (no rule for it, the day was not given, or the calendar ends before it)."""
    if deadline.yearly:
        return _next_yearly(deadline, deadline.yearly, today)
    given = answers.get(deadline.question or "")
    if given is None or given in (SKIPPED, NOT_ASKED):
        return None
    start = date.fromisoformat(given)
    try:
        last = _last_day(deadline, start)
        return None if last is None else DueDate(last) if deadline.before else _moved(deadline, last, start)
    except (OverflowError, ValueError):  # a day typed as 31.12.9999
        return None


def _next_yearly(deadline: Deadline, month_day: str, today: date) -> DueDate:
    """The first such day that, moved where its law moves it, is not over yet; last year's may run into January."""
    month, day = map(int, month_day.split("-"))
    ends = (_moved(deadline, _clamped(year, month, day)) for year in (today.year - 1, today.year, today.year + 1))
    return next(end for end in ends if end.day >= today)


def _moved(deadline: Deadline, last: date, start: date | None = None) -> DueDate:
    """The last day, or the one to which the deadline's law moves it."""
    rule = MOVES.get(deadline.law or "kpa")
    moved = next_working_day(last) if rule else last
    if deadline.law == "ue" and start and last - start >= timedelta(days=2):
        least = add_working_days(start, 2)
        if least > moved:
            moved, rule = least, TWO_WORKING_DAYS
    return DueDate(moved, moved_from=last, rule=rule) if moved != last else DueDate(last)


def _last_day(deadline: Deadline, start: date) -> date | None:
    if deadline.before:
        return start - timedelta(days=deadline.days or 1)
    if deadline.day_of_next_month:
        following = add_months(start.replace(day=1), 1)
        return _clamped(following.year, following.month, deadline.day_of_next_month)
    if deadline.working_days:
        return add_working_days(start, deadline.working_days)
    if deadline.months or deadline.years:
        return add_months(start, (deadline.months or 0) + 12 * (deadline.years or 0))
    days = (deadline.days or 0) + 7 * (deadline.weeks or 0)
    return start + timedelta(days=days) if days else None


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
