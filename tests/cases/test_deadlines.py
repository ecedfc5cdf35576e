"""Deadlines as dates; each case names the provision it rests on. Days of the week were read off a calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.deadlines import MOVES, add_months, add_working_days, due, is_day_off
from bot.cases.knowledge import Knowledge
from bot.cases.model import Case, Deadline

TODAY = date(2026, 11, 24)
LAWS = sorted([*MOVES, "materialny"])
UNITS = ("days", "weeks", "months", "years", "working_days", "day_of_next_month")
DAYS_OFF_ACT = "art. 1 ustawy z 18.01.1951 o dniach wolnych od pracy"


def after(**fields: object) -> Deadline:
    return Deadline(text="termin", after="d", **fields)  # type: ignore[arg-type]


def on(deadline: Deadline, today: date = TODAY, **answers: str) -> str | None:
    found = due(deadline, answers, today)
    return found.day.isoformat() if found else None


@pytest.mark.parametrize(
    ("provision", "deadline", "start", "expected"),
    [
        ("art. 57 § 1 KPA: the day of the event does not count", after(days=7), "2026-12-01", "2026-12-08"),
        ("art. 57 § 1 KPA: one day", after(days=1), "2026-11-24", "2026-11-25"),
        ("art. 57 § 1 KPA: an event on a Sunday is counted from like any other", after(days=9), "2026-11-15", "2026-11-24"),
        ("art. 57 § 1 KPA: over the year's end", after(days=30), "2025-12-31", "2026-01-30"),
        ("art. 57 § 1 KPA: 29 February counts in a leap year", after(days=7), "2028-02-25", "2028-03-03"),
        ("art. 57 § 1 KPA: no 29 February in a common year", after(days=7), "2027-02-25", "2027-03-04"),
        ("art. 57 § 1 KPA: ends on 29 February", after(days=1), "2028-02-28", "2028-02-29"),
        ("art. 57 § 1 KPA: starts on 29 February", after(days=14), "2028-02-29", "2028-03-14"),
        ("art. 57 § 2 KPA: weeks end on the same weekday", after(weeks=2), "2026-11-24", "2026-12-08"),
        ("art. 57 § 2 KPA: weeks over the year's end", after(weeks=1), "2025-12-26", "2026-01-02"),
        ("art. 57 § 3 KPA: the same day of the month", after(months=3), "2026-11-24", "2027-02-24"),
        ("art. 57 § 3 KPA: no 31st, so the last day", after(months=1), "2026-10-31", "2026-11-30"),
        ("art. 57 § 3 KPA: the last day of a short month is not the last of a long one", after(months=1), "2026-11-30", "2026-12-30"),
        ("art. 57 § 3 KPA: to 29 February", after(months=2), "2027-12-31", "2028-02-29"),
        ("art. 57 § 3 KPA: from 29 February", after(months=1), "2028-02-29", "2028-03-29"),
        ("art. 57 § 3 KPA: 30 January in a leap year", after(months=1), "2028-01-30", "2028-02-29"),
        ("art. 57 § 3a KPA: years end on the same day", after(years=3), "2023-12-31", "2026-12-31"),
        ("art. 57 § 3a KPA: from 29 February to a common year", after(years=1), "2024-02-29", "2025-02-28"),
        ("art. 57 § 3a KPA: from 29 February to a leap year", after(years=4), "2024-02-29", "2028-02-29"),
        ("art. 57 § 4 KPA: ends on a Saturday", after(days=7), "2026-11-28", "2026-12-07"),
        ("art. 57 § 4 KPA: ends on a Sunday", after(days=7), "2026-11-29", "2026-12-07"),
        ("art. 57 § 4 KPA: a month ends on a Saturday", after(months=1), "2026-02-28", "2026-03-30"),
        ("art. 57 § 4 KPA: a year and a half ends on a Saturday", after(years=1, months=6), "2026-01-31", "2027-08-02"),
        ("art. 57 § 4 KPA: 24 December 2024 was still a working day", after(days=7), "2024-12-17", "2024-12-24"),
        ("art. 57 § 4 KPA: 24 December 2025, then holidays and a weekend", after(days=7), "2025-12-17", "2025-12-29"),
        ("art. 57 § 4 KPA: 24 December 2026, then holidays and a Sunday", after(days=7), "2026-12-17", "2026-12-28"),
        ("art. 57 § 4 KPA: 25 December", after(days=7), "2026-12-18", "2026-12-28"),
        ("art. 57 § 4 KPA: Epiphany", after(days=7), "2025-12-30", "2026-01-07"),
        ("art. 57 § 4 KPA: Easter Monday", after(days=7), "2026-03-30", "2026-04-07"),
        ("art. 57 § 4 KPA: Saturday, Easter Sunday and Monday", after(days=7), "2026-03-28", "2026-04-07"),
        ("art. 57 § 4 KPA: Corpus Christi, a Thursday; Friday is a working day", after(days=7), "2026-05-28", "2026-06-05"),
        ("art. 57 § 4 KPA: 1 May on a Friday, Saturday, 3 May", after(days=7), "2026-04-24", "2026-05-04"),
        ("art. 57 § 4 KPA: 1 May on a Saturday, Sunday, 3 May on a Monday", after(days=7), "2027-04-24", "2027-05-04"),
        ("art. 57 § 4 KPA: 1 May on a Monday; 2 May is a working day", after(days=7), "2028-04-24", "2028-05-02"),
        ("art. 57 § 4 KPA: 3 May on a Wednesday", after(weeks=1), "2028-04-26", "2028-05-04"),
        ("art. 57 § 4 KPA: 15 August on a Saturday", after(days=7), "2026-08-08", "2026-08-17"),
        ("art. 57 § 4 KPA: All Saints on a Sunday", after(days=7), "2026-10-25", "2026-11-02"),
        ("art. 57 § 4 KPA: 11 November", after(weeks=2), "2026-10-28", "2026-11-12"),
        ("working days: 24-26 December are days off from 2025 on", after(working_days=3), "2026-12-23", "2026-12-30"),
        ("working days: 24 December 2024 still counted", after(working_days=3), "2024-12-23", "2024-12-30"),
        ("working days: from a Saturday, the first is Monday", after(working_days=1), "2026-11-28", "2026-11-30"),
        ("art. 12 § 1 Ordynacji: the day of the event does not count", after(days=14, law="ordynacja"), "2026-11-10", "2026-11-24"),
        ("art. 12 § 3 Ordynacji: no 31st, so the last day", after(months=2, law="ordynacja"), "2026-07-31", "2026-09-30"),
        ("art. 12 § 4 Ordynacji: from 29 February to a common year", after(years=5, law="ordynacja"), "2024-02-29", "2029-02-28"),
        ("art. 12 § 5 Ordynacji: New Year on a Friday, then a weekend", after(days=7, law="ordynacja"), "2026-12-25", "2027-01-04"),
        ("art. 12 § 5 Ordynacji: the 20th on a Sunday", after(day_of_next_month=20, law="ordynacja"), "2026-11-15", "2026-12-21"),
        ("art. 12 § 5 Ordynacji: the 5th on a Saturday", after(day_of_next_month=5, law="ordynacja"), "2026-11-30", "2026-12-07"),
        ("art. 12 § 5 Ordynacji: the 15th of August on a Saturday", after(day_of_next_month=15, law="ordynacja"), "2026-07-01", "2026-08-17"),
        ("art. 47 ustawy systemowej: the 15th over the year's end", after(day_of_next_month=15, law="ordynacja"), "2026-12-03", "2027-01-15"),
        ("art. 47 ustawy systemowej: from the last day of a year", after(day_of_next_month=20, law="ordynacja"), "2025-12-31", "2026-01-20"),
        ("art. 111 § 2 KC: the day of the event does not count", after(days=7, law="kc"), "2026-12-01", "2026-12-08"),
        ("art. 112 KC: the same weekday", after(weeks=3, law="kc"), "2026-11-03", "2026-11-24"),
        ("art. 112 KC: the last day of the month when it has no such day", after(months=1, law="kc"), "2028-01-31", "2028-02-29"),
        ("art. 112 KC: from 29 February to a common year", after(years=1, law="kc"), "2028-02-29", "2029-02-28"),
        ("art. 114 KC: a month that runs on is not thirty days", after(months=1, law="kc"), "2026-02-03", "2026-03-03"),
        ("art. 114 KC: a year that runs on is not 365 days", after(years=1, law="kc"), "2028-01-03", "2029-01-03"),
        ("art. 115 KC: ends on a Saturday", after(days=7, law="kc"), "2026-11-28", "2026-12-07"),
        ("art. 115 KC: ends on a holiday", after(months=1, law="kc"), "2026-10-11", "2026-11-12"),
        ("art. 165 § 1 KPC, art. 112 KC: the same day of the month", after(months=1, law="kpc"), "2026-10-13", "2026-11-13"),
        ("art. 165 § 1 KPC, art. 115 KC: 28 February on a Saturday", after(months=1, law="kpc"), "2026-01-31", "2026-03-02"),
        ("art. 165 § 1 KPC, art. 115 KC: a week ends on 25 December", after(weeks=1, law="kpc"), "2026-12-18", "2026-12-28"),
        ("art. 165 § 1 KPC, art. 115 KC: a month ends on 24 December", after(months=1, law="kpc"), "2026-11-24", "2026-12-28"),
        ("art. 3 (1) of Regulation 1182/71: the day of the event does not count", after(days=7, law="ue"), "2026-12-01", "2026-12-08"),
        ("art. 3 (2) (c) of Regulation 1182/71: the same date", after(months=1, law="ue"), "2026-10-13", "2026-11-13"),
        ("art. 3 (2) (c) of Regulation 1182/71: the last day of that month", after(months=1, law="ue"), "2028-01-31", "2028-02-29"),
        ("art. 3 (3) of Regulation 1182/71: days off inside a period count", after(weeks=2, law="ue"), "2026-12-21", "2027-01-04"),
        ("art. 3 (4) of Regulation 1182/71: ends on a Sunday", after(months=1, law="ue"), "2027-01-31", "2027-03-01"),
        ("art. 3 (4) of Regulation 1182/71: one day, ends on a Saturday", after(days=1, law="ue"), "2026-11-27", "2026-11-30"),
        ("art. 3 (5) of Regulation 1182/71: two working days there already", after(days=2, law="ue"), "2026-11-24", "2026-11-26"),
        ("art. 3 (5) of Regulation 1182/71: two working days over a weekend", after(days=2, law="ue"), "2026-11-27", "2026-12-01"),
        ("art. 3 (5) of Regulation 1182/71: two working days over Christmas", after(days=3, law="ue"), "2026-12-23", "2026-12-29"),
        ("a right that lapses: ends on a Sunday", after(days=7, law="materialny"), "2026-11-29", "2026-12-06"),
        ("a right that lapses: ends on a Saturday", after(months=2, law="materialny"), "2025-12-31", "2026-02-28"),
        ("a right that lapses: ends on 25 December", after(months=1, law="materialny"), "2026-11-25", "2026-12-25"),
        ("a right that lapses: the last day of the next month", after(day_of_next_month=31, law="materialny"), "2026-10-31", "2026-11-30"),
        ("a right that lapses: the last day of February", after(day_of_next_month=31, law="materialny"), "2028-01-15", "2028-02-29"),
        ("a right that lapses: twelve months from 29 February", after(months=12, law="materialny"), "2024-02-29", "2025-02-28"),
    ],
)
def test_a_deadline_falls_on_the_day_the_law_says(provision: str, deadline: Deadline, start: str, expected: str) -> None:
    assert on(deadline, d=start) == expected, provision


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    ("days", "day", "expected"),
    [
        (None, "2026-12-01", "2026-11-30"),
        (None, "2026-11-30", "2026-11-29"),  # a Sunday: counted back, nothing moves (art. 3 (4) of Regulation 1182/71, last sentence)
        (None, "2027-01-01", "2026-12-31"),
        (None, "2028-03-01", "2028-02-29"),
        (None, "2027-03-01", "2027-02-28"),
        (1, "2026-12-27", "2026-12-26"),
        (21, "2028-03-14", "2028-02-22"),
        (42, "2027-01-11", "2026-11-30"),
    ],
)
def test_a_deadline_before_a_day_is_counted_back_and_never_moves(law: str, days: int | None, day: str, expected: str) -> None:
    found = due(Deadline(text="przed", before="d", days=days, law=law), {"d": day}, TODAY)  # type: ignore[arg-type]
    assert found is not None
    assert (found.day.isoformat(), found.moved_from, found.rule) == (expected, None, None)


@pytest.mark.parametrize(
    ("law", "names"),
    [("kpa", "art. 57 § 4"), ("ordynacja", "art. 12 § 5"), ("kpc", "art. 165 § 1"), ("kc", "art. 115"), ("ue", "art. 3 ust. 4 rozporządzenia 1182/71")],
)
def test_a_moved_deadline_says_from_where_and_by_which_rule(law: str, names: str) -> None:
    found = due(after(days=7, law=law), {"d": "2026-11-28"}, TODAY)
    assert found is not None
    assert (found.day, found.moved_from) == (date(2026, 12, 7), date(2026, 12, 5))
    assert found.rule == MOVES[law] and names in found.rule
    still = due(after(days=7, law=law), {"d": "2026-12-01"}, TODAY)
    assert still is not None and (still.moved_from, still.rule) == (None, None)


def test_a_short_period_of_eu_law_that_was_made_longer_names_that_rule() -> None:
    found = due(after(days=2, law="ue"), {"d": "2026-11-27"}, TODAY)
    assert found is not None and (found.moved_from, found.rule) == (date(2026, 11, 29), "art. 3 ust. 5 rozporządzenia 1182/71")


@pytest.mark.parametrize(
    ("month_day", "law", "today", "expected"),
    [
        ("05-20", "kpa", "2026-11-24", "2027-05-20"),
        ("05-20", "ordynacja", "2026-05-20", "2026-05-20"),  # today itself
        ("05-20", "ordynacja", "2026-05-21", "2027-05-20"),
        ("05-20", "ordynacja", "2028-05-01", "2028-05-22"),  # a Saturday: art. 12 § 5 Ordynacji
        ("01-31", "kpa", "2026-01-31", "2026-02-02"),  # a Saturday: art. 57 § 4 KPA
        ("01-31", "kpa", "2026-02-01", "2026-02-02"),  # the moved day is still ahead
        ("01-31", "kpa", "2026-02-02", "2026-02-02"),
        ("01-31", "kpa", "2026-02-03", "2027-02-01"),
        ("01-31", "materialny", "2026-02-01", "2027-01-31"),  # a Sunday, and a right that lapses
        ("12-31", "kpa", "2023-01-01", "2023-01-02"),  # last year's, moved over New Year
        ("12-31", "materialny", "2026-12-31", "2026-12-31"),
        ("12-31", "materialny", "2027-01-01", "2027-12-31"),
        ("02-29", "materialny", "2026-11-24", "2027-02-28"),
        ("02-29", "materialny", "2027-02-28", "2027-02-28"),
        ("02-29", "materialny", "2027-03-01", "2028-02-29"),
        ("02-29", "materialny", "2028-02-29", "2028-02-29"),
        ("02-29", "materialny", "2028-03-01", "2029-02-28"),
    ],
)
def test_a_yearly_deadline_is_the_next_one(month_day: str, law: str, today: str, expected: str) -> None:
    assert on(Deadline(text="co roku", yearly=month_day, law=law), date.fromisoformat(today)) == expected  # type: ignore[arg-type]


def test_without_the_day_there_is_no_date() -> None:
    assert on(after(days=7)) is None
    assert on(after(days=7), d="_skip") is None
    assert on(after(days=7), d="_none") is None
    assert on(after(), d="2026-11-24") is None
    assert on(Deadline(text="kiedyś")) is None


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("law", LAWS)
def test_a_day_at_the_end_of_the_calendar_gives_no_date(unit: str, law: str) -> None:
    assert on(after(**{unit: 2}, law=law), d="9999-12-31") is None
    assert on(Deadline(text="przed", before="d", law=law), d="0001-01-01") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "day",
    ["2026-01-01", "2026-01-06", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-03", "2026-05-24", "2026-06-04", "2026-08-15", "2026-11-01", "2026-11-11",
     "2026-12-25", "2026-12-26", "2025-12-24", "2026-12-24", "2028-12-24", "2024-05-30", "2025-04-21", "2025-06-19", "2027-05-03", "2026-11-28"],
)  # fmt: skip
def test_holidays_and_saturdays_are_days_off(day: str) -> None:
    assert is_day_off(date.fromisoformat(day)), DAYS_OFF_ACT


@pytest.mark.parametrize("day", ["2024-12-24", "2023-12-22", "2025-12-31", "2025-05-02", "2026-04-03", "2026-06-05", "2026-11-24", "2028-02-29"])
def test_working_days_are_none(day: str) -> None:
    assert not is_day_off(date.fromisoformat(day)), DAYS_OFF_ACT


def test_months_are_added_over_year_ends_and_to_short_months() -> None:
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert [add_months(date(2026, 1, 31), count).day for count in range(1, 12)] == [28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(1, 400), st.sampled_from(["days", "weeks", "months"]), st.sampled_from(LAWS))
def test_a_last_day_moves_over_days_off_only_and_only_where_a_law_moves_it(start: date, count: int, unit: str, law: str) -> None:
    last = add_months(start, count) if unit == "months" else start + timedelta(days=count * (7 if unit == "weeks" else 1))
    found = due(after(**{unit: count}, law=law), {"d": start.isoformat()}, TODAY)
    assert found is not None
    assert found.day >= last > start
    assert (found.moved_from, found.rule is None) == ((None, True) if found.day == last else (last, False))
    if law == "materialny":
        assert found.day == last
    else:
        assert not is_day_off(found.day)
        between = [last + timedelta(days=ahead) for ahead in range((found.day - last).days)]
        assert all(map(is_day_off, between)) or (law == "ue" and found.day == add_working_days(start, 2))  # art. 3 (5) of Regulation 1182/71


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(1, 40))
def test_so_many_working_days_lie_after_the_start(start: date, count: int) -> None:
    end = add_working_days(start, count)
    after_start = [start + timedelta(days=ahead) for ahead in range(1, (end - start).days + 1)]
    assert not is_day_off(end)
    assert sum(not is_day_off(day) for day in after_start) == count


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.sampled_from(LAWS))
def test_a_yearly_deadline_is_within_a_year_and_not_over(today: date, day: date, law: str) -> None:
    found = due(Deadline(text="co roku", yearly=f"{day:%m-%d}", law=law), {}, today)  # type: ignore[arg-type]
    assert found is not None
    assert today <= found.day <= today + timedelta(days=366 + 7)
    assert law == "materialny" or not is_day_off(found.day)


def deadlines(knowledge: Knowledge) -> list[tuple[str, Deadline]]:
    """Every deadline of the knowledge that can be computed, with the entry and step it belongs to."""
    cases = [entry for entry in knowledge.entries.values() if isinstance(entry, Case)]
    found = [(f"{entry.id}.{step.id}", step.deadline) for entry in cases for step in entry.steps if step.deadline]
    return [(name, deadline) for name, deadline in found if deadline.question or deadline.yearly]


def test_every_deadline_of_the_knowledge_is_counted_one_way(knowledge: Knowledge) -> None:
    for name, deadline in deadlines(knowledge):
        units = [unit for unit in UNITS if getattr(deadline, unit) is not None]
        assert sum(map(bool, (deadline.after, deadline.before, deadline.yearly))) == 1, name
        if deadline.after:
            assert len(units) == 1 or units == ["months", "years"], name
        else:
            assert units in ([], ["days"] if deadline.before else []), name


def test_every_deadline_of_the_knowledge_is_not_before_its_start_and_never_on_a_day_off_where_its_law_moves_it(knowledge: Knowledge) -> None:
    days = [date(2026, 1, 1) + timedelta(days=13 * index) for index in range(57)]
    assert days[-1] >= date(2027, 12, 25)
    for name, deadline in deadlines(knowledge):
        for day in days:
            found = due(deadline, {deadline.question or "": day.isoformat()}, day)
            assert found is not None, (name, day)
            if deadline.before:
                assert found.day < day, (name, day)
                continue
            assert found.day >= day, (name, day)
            if deadline.law == "materialny":
                assert found.moved_from is None, (name, day)
            else:
                assert not is_day_off(found.day), (name, day)
                assert (found.rule is None) == (found.moved_from is None), (name, day)
