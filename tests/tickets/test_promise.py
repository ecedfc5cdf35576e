"""The promised day, from hand-made response times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.desk import Desk
from bot.tickets.deskfile import read_desk
from bot.tickets.hours import OfficeHours
from bot.tickets.promise import Pace, Promise, kept, known_pace, live, measured_pace, percentile, promise
from bot.tickets.words import Phrase, people_phrase
from tests.tickets.desks import BREAKS, NIGHTS, OFFICE, at, span

HOUR = 3600
QUICK = Pace(30, 30 * 600)
"""Ten minutes a ticket."""
MORNING = at("2026-11-24 9:00")
"""A Tuesday; the desk closes at 15."""


def day(
    now: datetime = MORNING, history: list[float] | None = None, waiting: int = 0, present: int = 1, pace: Pace = QUICK, hours: OfficeHours = OFFICE
) -> Promise:
    return promise(now, history or [], waiting, present, hours, target=4 * HOUR, pace=pace)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([5], 80, 5), (list(range(1, 11)), 80, 8), (list(range(1, 6)), 80, 4), (list(range(1, 7)), 80, 5),
        ([9, 1, 5, 3, 7], 80, 7), ([2, 2, 2, 9], 80, 9), ([1, 2], 50, 1), ([1, 2], 100, 2),
    ],
)  # fmt: skip
def test_the_percentile_is_one_of_the_values(values: list[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 80)


def test_with_few_measured_times_the_target_is_promised() -> None:
    assert day(history=[60.0] * 19) == Promise(date(2026, 11, 24), "default", None)
    assert day(at("2026-11-24 12:00"), [60.0] * 19).day == date(2026, 11, 25)


def test_with_enough_times_four_in_five_of_them_make_the_promise() -> None:
    """16 answers within the hour, 4 after eight hours: the 16th of 20 counts."""
    assert day(history=[1.0 * HOUR] * 16 + [8.0 * HOUR] * 4) == Promise(date(2026, 11, 24), "measured", 0.8)
    assert day(history=[1.0 * HOUR] * 15 + [8.0 * HOUR] * 5) == Promise(date(2026, 11, 25), "measured", 1.0)


def test_only_the_latest_two_hundred_count() -> None:
    slow, fast = [30.0 * HOUR] * 500, [1.0 * HOUR] * 200
    assert day(history=slow + fast).day == date(2026, 11, 24)
    assert day(history=fast + slow).day > date(2026, 11, 27)


def test_a_queue_is_divided_among_people_and_counts_work_and_not_waiting() -> None:
    """41 more of ten minutes with the client's own are seven hours for one person, and under four for two."""
    times = [1.0 * HOUR] * 20
    assert day(history=times, waiting=41, present=1) == Promise(date(2026, 11, 25), "measured", None)
    assert day(history=times, waiting=41, present=2).day == date(2026, 11, 24)
    assert day(history=times, waiting=41, present=0) == day(history=times, waiting=41, present=1)


def test_the_ticket_of_the_client_is_work_too() -> None:
    """Six hours are left today: 36 tickets of ten minutes fit, the client's own among them."""
    times = [1.0 * HOUR] * 20
    assert day(history=times, waiting=35).day == date(2026, 11, 24)
    assert day(history=times, waiting=36).day == date(2026, 11, 25)


def test_a_usual_queue_is_not_counted_twice() -> None:
    assert day(history=[3.0 * HOUR] * 20, waiting=17) == Promise(date(2026, 11, 24), "measured", 1.0)


def test_more_tickets_served_do_not_make_a_ticket_longer() -> None:
    """The mean is taken per served ticket: twice the tickets in twice the work is the same pace."""
    assert Pace(10, 6000).per_ticket == Pace(20, 12000).per_ticket == 600
    assert day(waiting=20, pace=Pace(10, 6000)) == day(waiting=20, pace=Pace(1000, 600000))


def test_the_pace_is_what_people_did_in_their_working_time() -> None:
    """Two people, Tuesday and Wednesday: 28 hours of work for 28 tickets; one answered later is not counted."""
    served = [at("2026-11-24 8:00") + timedelta(minutes=15 * number) for number in range(28)] + [at("2026-11-26 0:00")]
    pace = measured_pace(served, at("2026-11-24 0:00"), at("2026-11-26 0:00"), 2, OFFICE)
    assert pace == Pace(28, 28 * HOUR)
    assert pace.per_ticket == HOUR


def test_until_enough_was_served_the_written_pace_counts() -> None:
    assert known_pace(Pace(0, 9 * HOUR), 20).per_ticket == 1200
    assert known_pace(Pace(19, 9 * HOUR), 20).per_ticket == 1200
    assert known_pace(QUICK, 20) == QUICK


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-11-24 7:00", "2026-11-24"), ("2026-11-24 15:00", "2026-11-25"), ("2026-11-27 20:00", "2026-11-30"),
        ("2026-11-28 12:00", "2026-11-30"), ("2026-04-30 16:00", "2026-05-04"), ("2026-12-23 15:30", "2026-12-28"), ("2026-12-31 13:00", "2027-01-04"),
    ],
)  # fmt: skip
def test_closed_now_the_promise_is_at_least_the_next_working_day(now: str, promised: str) -> None:
    assert day(at(now), [0.0] * 20).day == date.fromisoformat(promised)


def test_on_a_break_the_same_day_can_be_promised_and_work_until_midnight_is_that_day() -> None:
    assert day(at("2026-11-25 12:40"), hours=BREAKS).day == date(2026, 11, 25)
    late = OfficeHours({number: (span(20, 24),) for number in range(7)})
    assert day(at("2026-11-24 20:00"), hours=late).day == date(2026, 11, 24)
    assert day(at("2026-11-24 23:30"), hours=NIGHTS).day == date(2026, 11, 25)


def test_a_promise_is_kept_all_day() -> None:
    promised = Promise(date(2026, 11, 25), "default", None)
    assert kept(promised, at("2026-11-24 10:00"))
    assert kept(promised, at("2026-11-25 23:59"))
    assert not kept(promised, at("2026-11-26 0:00"))


times = st.lists(st.integers(0, 40 * HOUR).map(float), max_size=230)
moments = st.integers(0, 300 * 24 * 60).map(lambda number: at("2026-03-01 0:00") + timedelta(minutes=number))
desks = st.sampled_from([OFFICE, BREAKS, NIGHTS])


@settings(deadline=None)
@given(desks, moments, times, st.integers(0, 60), st.integers(0, 5))
def test_a_promise_is_a_working_day_that_is_not_over(desk: OfficeHours, now: datetime, history: list[float], waiting: int, present: int) -> None:
    promised = day(now, history, waiting, present, hours=desk)
    closing = desk.last_closing(promised.day)
    assert closing is not None
    assert closing > now
    assert promised.basis == ("measured" if len(history) >= 20 else "default")
    assert promised.share is None or promised.share >= 0.8
    if promised.share:
        within = sum(desk.after(now, value) <= closing for value in history[-200:])
        assert within >= 0.8 * len(history[-200:])


@settings(deadline=None)
@given(moments, times, st.integers(0, 60), st.integers(0, 5))
def test_more_waiting_is_not_sooner_and_more_people_is_not_later(now: datetime, history: list[float], waiting: int, present: int) -> None:
    promised = day(now, history, waiting, present).day
    assert day(now, history, waiting + 1, present).day >= promised
    assert day(now, history, waiting, present + 1).day <= promised


@settings(deadline=None)
@given(moments, moments, times)
def test_who_asks_later_is_not_promised_an_earlier_day(one: datetime, other: datetime, history: list[float]) -> None:
    first, second = sorted((one, other))
    assert day(first, history).day <= day(second, history).day


@pytest.mark.parametrize(
    ("now", "present", "offered"),
    [
        ("2026-11-25 9:00", 1, True), ("2026-11-25 9:00", 0, False), ("2026-11-25 7:59", 2, False), ("2026-11-25 12:25", 1, True),
        ("2026-11-25 12:26", 1, False), ("2026-11-25 12:40", 1, False), ("2026-11-25 16:55", 1, True), ("2026-11-25 16:56", 1, False),
    ],
)  # fmt: skip
def test_a_person_is_offered_while_there_and_open_for_five_minutes_more(now: str, present: int, offered: bool) -> None:
    assert live(at(now), BREAKS, present) is offered


def test_before_midnight_the_desk_that_works_on_stays_live() -> None:
    assert live(at("2026-11-24 23:58"), NIGHTS, 1)


PROMISED = Promise(date(2026, 12, 8), "default", None)


def test_what_is_said_of_people(desk: Desk) -> None:
    assert people_phrase(MORNING, OFFICE, 1, PROMISED) == Phrase("people_live", {})
    assert people_phrase(MORNING, OFFICE, 0, PROMISED) == Phrase("people_later", {"day": "8 grudnia 2026 (wtorek)"})
    closed = people_phrase(at("2026-11-27 15:00"), OFFICE, 1, PROMISED)
    assert closed == Phrase("people_closed", {"opens": "30 listopada 2026 (poniedziałek)", "at": "8.00", "day": "8 grudnia 2026 (wtorek)"})
    for now, present in ((MORNING, 1), (MORNING, 0), (at("2026-11-27 15:00"), 0)):
        said = people_phrase(now, OFFICE, present, PROMISED)
        text = desk.phrase(said.key, **said.values)
        assert "{" not in text
        assert all(value in text for value in said.values.values())


def test_the_written_pace_is_in_the_file(root: Path) -> None:
    assert read_desk(root / "knowledge" / "desk.yml").minutes_per_ticket > 0
