"""Deadlines as dates; each case names the provision it rests on."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.deadlines import add_months, due, is_day_off
from bot.cases.model import Deadline

TODAY = date(2026, 11, 24)


def on(deadline: Deadline, **answers: str) -> str | None:
    found = due(deadline, answers, TODAY)
    return found.day.isoformat() if found else None


@pytest.mark.parametrize(
    ("deadline", "start", "expected"),
    [
        (Deadline(text="7 dni", after="d", days=7), "2026-12-01", "2026-12-08"),  # art. 57 § 1 KPA: the day itself does not count
        (Deadline(text="7 dni", after="d", days=7), "2026-11-28", "2026-12-07"),  # ends on Saturday: art. 57 § 4 KPA
        (Deadline(text="7 dni", after="d", days=7), "2026-12-18", "2026-12-28"),  # 25 December, holidays and weekend
        (Deadline(text="7 dni", after="d", days=7, law="ordynacja"), "2026-12-25", "2027-01-04"),  # New Year: art. 12 § 5 Ordynacji
        (Deadline(text="12 miesięcy", after="d", months=12, law="materialny"), "2024-02-29", "2025-02-28"),  # art. 112 KC; a right that lapses does not move
        (Deadline(text="miesiąc", after="d", months=1, law="kpc"), "2026-01-31", "2026-03-02"),  # 28 February is a Saturday: art. 165 § 1 KPC, art. 115 KC
        (Deadline(text="3 dni robocze", after="d", working_days=3), "2026-12-23", "2026-12-30"),  # 24-26 December are days off from 2025 on
        (Deadline(text="do 20.", after="d", day_of_next_month=20, law="ordynacja"), "2026-11-15", "2026-12-21"),  # 20 December 2026 is a Sunday
        (Deadline(text="do 15.", after="d", day_of_next_month=15, law="ordynacja"), "2026-12-03", "2027-01-15"),  # over the year's end
        (Deadline(text="przed wyjazdem", before="d", law="ue"), "2026-12-01", "2026-11-30"),
        (Deadline(text="2 tygodnie", after="d", weeks=2), "2026-11-24", "2026-12-08"),
    ],
)
def test_a_deadline_falls_on_the_day_the_law_says(deadline: Deadline, start: str, expected: str) -> None:
    assert on(deadline, d=start) == expected


def test_a_moved_deadline_says_from_where_and_by_which_rule() -> None:
    found = due(Deadline(text="7 dni", after="d", days=7), {"d": "2026-11-28"}, TODAY)
    assert found is not None
    assert found.moved_from == date(2026, 12, 5)
    assert "art. 57 § 4" in (found.rule or "")


def test_a_yearly_deadline_is_the_next_one() -> None:
    assert on(Deadline(text="do 20 maja", yearly="05-20")) == "2027-05-20"
    assert on(Deadline(text="do końca lutego", yearly="02-29", law="materialny")) == "2027-02-28"


def test_without_the_day_there_is_no_date() -> None:
    assert on(Deadline(text="7 dni", after="d", days=7)) is None
    assert on(Deadline(text="kiedyś")) is None


def test_polish_holidays_are_days_off() -> None:
    assert is_day_off(date(2026, 4, 6))  # Easter Monday
    assert is_day_off(date(2026, 6, 4))  # Corpus Christi
    assert is_day_off(date(2026, 11, 11))
    assert not is_day_off(date(2026, 11, 24))
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
