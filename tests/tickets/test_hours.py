"""Opening hours: what a moment is, and how much working time lies between two."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import OFFICE_ZONE
from bot.errors import ConfigurationError
from bot.tickets.deskfile import Period
from bot.tickets.hours import OfficeHours, desk_faults, read_hours
from tests.tickets.desks import ALWAYS, BREAKS, NIGHTS, OFFICE, at, span

HOUR = 3600
DESKS = (OFFICE, BREAKS, ALWAYS, NIGHTS)
FROM = datetime(2026, 3, 1, tzinfo=timezone.utc)
desks = st.sampled_from(DESKS)
anywhere = st.integers(0, 400 * 24 * 60).map(lambda minutes: FROM + timedelta(minutes=minutes))
near_a_change = st.tuples(st.sampled_from([at("2026-03-28 12:00"), at("2026-10-24 12:00"), at("2026-12-31 0:00")]), st.integers(0, 48 * 60)).map(
    lambda drawn: drawn[0] + timedelta(minutes=drawn[1])
)
moments = anywhere | near_a_change
work = st.integers(0, 60 * HOUR)


@pytest.mark.parametrize(
    ("moment", "open_now"),
    [
        ("2026-11-23 7:59", False), ("2026-11-23 8:00", True), ("2026-11-23 16:59", True), ("2026-11-23 17:00", False),
        ("2026-11-24 15:00", False), ("2026-11-28 10:00", False), ("2026-11-11 10:00", False),
        ("2026-12-24 10:00", False), ("2026-12-31 12:59", True), ("2026-12-31 13:00", False), ("2026-05-01 10:00", False),
        ("2024-12-24 10:00", True),
    ],
)  # fmt: skip
def test_open_and_closed(moment: str, open_now: bool) -> None:
    """Christmas Eve has been a holiday since 2025."""
    assert OFFICE.is_open(at(moment)) is open_now


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"), ("2026-11-23 17:00", "2026-11-24 8:00"), ("2026-11-27 15:00", "2026-11-30 8:00"),
        ("2026-04-30 15:00", "2026-05-04 8:00"), ("2026-12-23 15:00", "2026-12-28 8:00"), ("2026-12-31 13:00", "2027-01-04 8:00"),
        ("2026-03-27 15:00", "2026-03-30 8:00"),
    ],
)  # fmt: skip
def test_the_next_opening_passes_over_weekends_holidays_and_years(moment: str, opening: str) -> None:
    assert OFFICE.next_opening(at(moment)) == at(opening)


def test_a_break_is_closed_time() -> None:
    assert not BREAKS.is_open(at("2026-11-25 12:30"))
    assert BREAKS.next_opening(at("2026-11-25 12:45")) == at("2026-11-25 13:00")
    assert BREAKS.closes_at(at("2026-11-25 12:00")) == at("2026-11-25 12:30")
    assert BREAKS.closes_at(at("2026-11-25 12:40")) is None
    assert BREAKS.working_seconds(at("2026-11-25 12:00"), at("2026-11-25 14:00")) == 1.5 * HOUR
    assert BREAKS.after(at("2026-11-25 12:00"), HOUR) == at("2026-11-25 13:30")


def test_a_single_day_goes_before_the_week_and_a_holiday() -> None:
    assert BREAKS.is_open(at("2026-11-28 10:00"))
    assert BREAKS.next_opening(at("2026-11-23 17:00")) == at("2026-11-25 8:00")
    holiday = OfficeHours(OFFICE.week, once={date(2026, 11, 11): (span(10, 12),)})
    assert holiday.is_open(at("2026-11-11 10:00"))


def test_a_yearly_exception_does_not_open_a_closed_day() -> None:
    desk = OfficeHours(OFFICE.week, yearly={(12, 31): (span(8, 13),), (12, 24): (span(8, 12),)})
    assert not desk.is_open(at("2028-12-31 10:00"))
    assert not desk.is_open(at("2026-12-24 10:00"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_has_as_many_hours_as_it_has(day: str, hours: int) -> None:
    start, end = at(f"{day} 0:00"), at(f"{date.fromisoformat(day) + timedelta(days=1)} 0:00")
    assert ALWAYS.working_seconds(start, end) == hours * HOUR
    assert ALWAYS.after(start, hours * HOUR) == end


def test_the_night_of_the_change_of_time() -> None:
    assert NIGHTS.working_seconds(at("2026-03-28 22:00"), at("2026-03-29 6:00")) == 7 * HOUR
    assert NIGHTS.working_seconds(at("2026-10-24 22:00"), at("2026-10-25 6:00")) == 9 * HOUR
    assert NIGHTS.after(at("2026-10-25 2:30", fold=0), HOUR) == at("2026-10-25 2:30", fold=1)
    inside = OfficeHours({6: (Period(135, 165), Period(170, 240))})
    assert inside.working_seconds(at("2026-03-29 0:00"), at("2026-03-29 12:00")) == HOUR
    assert not inside.is_open(at("2026-03-29 1:59"))


def test_local_moments_around_a_change_are_no_hour_wrong() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=OFFICE_ZONE)
    assert ALWAYS.working_seconds(first, first.replace(fold=1)) == HOUR
    assert ALWAYS.after(first, HOUR) == at("2026-10-25 2:30", fold=1)


def test_an_opening_hour_stays_the_same_by_the_clock_on_both_sides_of_a_change() -> None:
    for friday, monday in (("2026-03-27", "2026-03-30"), ("2026-10-23", "2026-10-26")):
        assert OFFICE.after(at(f"{friday} 14:00"), 2 * HOUR) == at(f"{monday} 9:00")


def test_open_time_runs_on_over_midnight() -> None:
    assert NIGHTS.closes_at(at("2026-11-23 23:00")) == at("2026-11-24 6:00")
    assert NIGHTS.closes_at(at("2026-11-10 23:00")) == at("2026-11-11 0:00")
    assert NIGHTS.working_seconds(at("2026-11-23 23:59"), at("2026-11-24 0:01")) == 120
    assert ALWAYS.closes_at(at("2026-01-07 12:00")) is not None


def test_the_end_of_working_time_is_the_closing_and_not_the_next_opening() -> None:
    assert OFFICE.after(at("2026-11-24 8:00"), 7 * HOUR) == at("2026-11-24 15:00")
    assert OFFICE.after(at("2026-11-24 8:00"), 7 * HOUR + 1) == at("2026-11-25 8:00") + timedelta(seconds=1)
    assert OFFICE.after(at("2026-11-28 12:00"), 0) == at("2026-11-28 12:00")


def test_times_that_cannot_be_counted_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.is_open(datetime(2026, 11, 24, 10))
    with pytest.raises(ValueError, match="negative"):
        OFFICE.after(at("2026-11-24 10:00"), -1)
    with pytest.raises(ConfigurationError):
        OfficeHours({}).next_opening(at("2026-11-24 10:00"))


def test_a_working_year() -> None:
    """2026 has 261 days from Monday to Friday, 52 of them Mondays; 8 are holidays, one of these a Monday; the last day is two hours shorter."""
    seconds = OFFICE.working_seconds(at("2026-01-01 0:00"), at("2027-01-01 0:00"))
    assert seconds / HOUR == 51 * 9 + 202 * 7 - 2


@settings(deadline=None)
@given(desks, moments, moments)
def test_after_as_much_work_as_lay_between_we_are_not_past_the_end(desk: OfficeHours, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    reached = desk.after(start, desk.working_seconds(start, end))
    assert start <= reached <= end
    assert desk.working_seconds(reached, end) == 0


@settings(deadline=None)
@given(desks, moments, work)
def test_as_much_work_lies_between_as_was_asked_for(desk: OfficeHours, start: datetime, seconds: int) -> None:
    end = desk.after(start, seconds)
    assert desk.working_seconds(start, end) == seconds
    if seconds:
        assert desk.is_open(end - timedelta(microseconds=1))


@settings(deadline=None)
@given(desks, moments, work, work)
def test_work_done_in_two_goes_ends_at_the_same_moment(desk: OfficeHours, start: datetime, first: int, second: int) -> None:
    assert desk.after(desk.after(start, first), second) == desk.after(start, first + second)


@settings(deadline=None)
@given(desks, moments, moments, work)
def test_who_starts_later_does_not_end_earlier(desk: OfficeHours, one: datetime, other: datetime, seconds: int) -> None:
    start, later = sorted((one, other))
    assert desk.after(start, seconds) <= desk.after(later, seconds)
    assert desk.after(start, seconds) <= desk.after(start, seconds + 1)


@settings(deadline=None)
@given(desks, moments, moments, moments)
def test_working_time_adds_up_and_is_never_longer_than_time(desk: OfficeHours, one: datetime, other: datetime, third: datetime) -> None:
    start, middle, end = sorted((one, other, third))
    parts = desk.working_seconds(start, middle) + desk.working_seconds(middle, end)
    assert desk.working_seconds(start, end) == parts
    assert 0 <= parts <= (end - start).total_seconds()
    assert desk.working_seconds(end, start) == 0


@settings(deadline=None)
@given(desks, moments)
def test_openings_and_closings_fit_together(desk: OfficeHours, moment: datetime) -> None:
    opening = desk.next_opening(moment)
    assert desk.is_open(opening)
    assert (opening == moment) is desk.is_open(moment)
    assert desk.working_seconds(moment, opening) == 0
    closing = desk.closes_at(opening)
    assert closing is not None
    assert desk.worked(opening, closing) == closing - opening


@settings(deadline=None)
@given(desks, moments, work)
def test_the_zone_of_a_moment_does_not_matter(desk: OfficeHours, start: datetime, seconds: int) -> None:
    assert desk.after(start.astimezone(OFFICE_ZONE), seconds) == desk.after(start, seconds)


GOOD = """\
hours:
  poniedziałek: ["8.00–12.30", "13:00-17:00"]
  sroda: 10.00–18.00
  niedziela: ["22.00–24.00"]
exceptions:
  "2026-11-23": zamknięte
  "2026-11-24": ["13.00–14.00", "9.00–13.00"]
  "12-31": ["8.00–13.00"]
targets:
  zwykle: {first_answer: 4, next_answer: 8, solution: 24}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "desk.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_hours_are_read_as_written(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert not desk_faults(path)
    desk = read_hours(path)
    assert desk.periods(date(2026, 11, 30)) == (span(8, 12.5), span(13, 17))
    assert desk.periods(date(2026, 11, 25)) == (span(10, 18),)
    assert desk.periods(date(2026, 11, 23)) == ()
    assert desk.periods(date(2026, 11, 24)) == (span(9, 14),)
    assert desk.periods(date(2026, 11, 29)) == (span(22, 24),)
    assert desk.periods(date(2029, 12, 31)) == (span(8, 13),)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "told"),
    [
        ('"13:00-17:00"', '"12.00–17.00"', 2, "zachodzi na 8.00–12.30"),
        ("10.00–18.00", "18.00–10.00", 3, "kończy się, zanim się zacznie"),
        ("10.00–18.00", "10.00–10.00", 3, "kończy się, zanim się zacznie"),
        ("10.00–18.00", "10–18", 3, "to nie godziny"),
        ("10.00–18.00", "10.00–24.01", 3, "to nie godziny"),
        ("10.00–18.00", "10.75–18.00", 3, "to nie godziny"),
        ("10.00–18.00", "", 3, "brakuje godzin"),
        ("sroda", "sreda", 3, "nie jest dniem tygodnia"),
        ("sroda", "poniedzialek", 3, "stoi dwa razy"),
        ('"12-31"', '"13-31"', 8, "nie jest dniem"),
        ('"2026-11-23"', '"2026-11-31"', 6, "nie jest dniem"),
        ('"2026-11-23"', '"23.11.2026"', 6, "nie jest dniem"),
        ("  zwykle", "  inne", 10, "brakuje terminów „zwykle”"),
        ("first_answer: 4", "first_answer: 0", 10, "dłuższy niż zero"),
        ("first_answer: 4", "first_answer: 40", 10, "krótszy termin"),
        ("first_answer: 4", "first: 4", 10, "first"),
        ("targets:", "minutes_per_ticket: 0\ntargets:", 9, "dłuższy niż zero"),
        ("targets:", "goals: {}\ntargets:", 1, "pole „goals” nie istnieje"),
        ('"8.00–12.30"', '["8.00–12.30"', 3, "desk.yml"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(tmp_path: Path, was: str, becomes: str, line: int, told: str) -> None:
    assert was in GOOD
    path = written(tmp_path, GOOD.replace(was, becomes, 1))
    faults = desk_faults(path)
    assert any(told in str(fault) and not fault.warning for fault in faults), faults
    assert [fault.line for fault in faults if told in str(fault)] == [line]
    with pytest.raises(ConfigurationError, match=r"desk\.yml"):
        read_hours(path)


def test_work_on_a_holiday_is_remarked_but_allowed(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('"2026-11-23": zamknięte', '"2026-12-24": ["8.00–12.00"]'))
    assert [(fault.line, fault.warning) for fault in desk_faults(path)] == [(6, True)]
    assert read_hours(path).is_open(at("2026-12-24 9:00"))


def test_a_week_without_work_and_a_missing_file_are_faults(tmp_path: Path) -> None:
    never = written(tmp_path, "hours: {wtorek: []}\ntargets: {zwykle: {first_answer: 1, next_answer: 1, solution: 1}}\n")
    assert "w żaden dzień" in str(desk_faults(never)[0])
    assert "nie ma tego pliku" in str(desk_faults(tmp_path / "other.yml")[0])


def test_the_desk_of_the_knowledge_is_sound(root: Path) -> None:
    assert not desk_faults(root / "knowledge" / "desk.yml")
    assert read_hours(root / "knowledge" / "desk.yml").periods(date(2026, 12, 31)) == (span(8, 13),)
