"""The clocks of a ticket over hand-made histories."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tickets.deskfile import Targets
from bot.tickets.sla import CLOCKS, ClockState, Event, EventKind, Sla, read_targets, targets_for
from tests.tickets.desks import OFFICE, at

SLA = Sla(OFFICE, Targets(4, 8, 24))
TUESDAY = "2026-11-24"


def history(*told: str) -> list[Event]:
    """Events written as ``opened 2026-11-24 8:00``."""
    return [Event(kind, at(moment)) for kind, moment in (one.split(" ", 1) for one in told)]  # type: ignore[arg-type]


OPENED = f"opened {TUESDAY} 13:00"
ANSWERED = "answered_by_person 2026-11-25 9:00"


def test_a_new_ticket_has_two_clocks_running() -> None:
    state = SLA.state(history(OPENED), at(f"{TUESDAY} 14:00"))
    assert state["first_answer"] == ClockState("running", at("2026-11-25 10:00"), 0.25)
    assert state["next_answer"] == ClockState("idle", None, 0)
    assert state["solution"] == ClockState("running", at("2026-11-30 9:00"), 1 / 24)


def test_to_take_a_ticket_is_no_answer() -> None:
    taken = [*history(OPENED), *history(f"taken {TUESDAY} 13:30")]
    assert SLA.state(taken, at(f"{TUESDAY} 14:00")) == SLA.state(history(OPENED), at(f"{TUESDAY} 14:00"))


def test_an_answer_in_time_is_kept_and_the_client_awaited() -> None:
    state = SLA.state(history(OPENED, ANSWERED), at("2026-12-10 9:00"))
    assert state["first_answer"] == ClockState("met", at("2026-11-25 10:00"), 0.75)
    assert state["next_answer"].standing == "idle"
    assert state["solution"] == ClockState("paused", None, 3 / 24)


def test_the_days_of_the_client_do_not_count() -> None:
    events = history(OPENED, ANSWERED, "answered_by_client 2026-12-10 9:00")
    state = SLA.state(events, at("2026-12-10 11:00"))
    assert state["next_answer"] == ClockState("running", at("2026-12-11 10:00"), 0.25)
    assert state["solution"] == ClockState("running", at("2026-12-14 16:00"), 5 / 24)


def test_a_second_message_of_the_client_gives_no_new_time() -> None:
    events = history(OPENED, ANSWERED, "answered_by_client 2026-12-10 9:00", "answered_by_client 2026-12-10 14:00")
    assert SLA.state(events, at("2026-12-10 14:30"))["next_answer"].due == at("2026-12-11 10:00")
    early = history(OPENED, f"answered_by_client {TUESDAY} 14:00")
    assert SLA.state(early, at(f"{TUESDAY} 14:30"))["next_answer"].standing == "idle"


def test_exactly_in_time_is_in_time_and_later_is_not() -> None:
    last = at("2026-11-25 10:00")
    assert SLA.state(history(OPENED), last)["first_answer"] == ClockState("running", last, 1.0)
    late = SLA.state(history(OPENED), last + timedelta(seconds=1))["first_answer"]
    assert (late.standing, late.due, late.breaches) == ("breached", last, 1)
    answered = [*history(OPENED), Event("answered_by_person", last)]
    assert SLA.state(answered, at("2026-12-01 9:00"))["first_answer"].standing == "met"


def test_a_breach_stays_a_breach_and_keeps_the_moment_it_was_due() -> None:
    events = history(OPENED, "answered_by_person 2026-11-25 11:00")
    state = SLA.state(events, at("2026-11-27 9:00"))["first_answer"]
    assert state == ClockState("breached", at("2026-11-25 10:00"), 1.25, 1)


def test_each_round_starts_anew_but_the_breaches_are_counted() -> None:
    events = history(
        OPENED, ANSWERED, "answered_by_client 2026-11-26 8:00", "answered_by_person 2026-11-27 10:00",
        "answered_by_client 2026-11-30 8:00", "answered_by_person 2026-11-30 9:00",
    )  # fmt: skip
    assert SLA.state(events, at("2026-11-30 9:30"))["next_answer"] == ClockState("met", at("2026-11-30 16:00"), 0.125, 1)


def test_a_closed_ticket_has_no_clock_running_and_a_reopened_one_goes_on() -> None:
    closed = history(OPENED, ANSWERED, "answered_by_client 2026-11-26 8:00", "closed 2026-11-26 9:00")
    state = SLA.state(closed, at("2026-12-20 9:00"))
    assert [state[name].standing for name in CLOCKS] == ["met", "met", "met"]
    reopened = [*closed, *history("reopened 2026-12-01 8:00")]
    state = SLA.state(reopened, at("2026-12-01 10:00"))
    assert state["first_answer"].standing == "met"
    assert state["next_answer"] == ClockState("running", at("2026-12-02 9:00"), 0.25)
    assert (state["solution"].standing, state["solution"].share) == ("running", 6 / 24)


def test_a_ticket_closed_without_an_answer_owes_it_again_when_reopened() -> None:
    events = history(OPENED, f"closed {TUESDAY} 14:00", "reopened 2026-11-25 9:00")
    assert SLA.state(events[:2], at("2026-11-25 8:00"))["first_answer"].standing == "met"
    assert SLA.state(events, at("2026-11-25 10:00"))["first_answer"] == ClockState("running", at("2026-11-25 12:00"), 0.5)


def test_a_message_to_a_closed_ticket_moves_nothing_until_it_is_reopened() -> None:
    closed = history(OPENED, ANSWERED, "closed 2026-11-25 10:00")
    told = [*closed, *history("answered_by_client 2026-11-26 9:00")]
    assert SLA.state(told, at("2026-11-27 9:00")) == SLA.state(closed, at("2026-11-27 9:00"))


def test_what_is_still_to_come_is_not_seen_and_the_order_of_the_list_does_not_matter() -> None:
    events = history(OPENED, ANSWERED, "answered_by_client 2026-12-10 9:00")
    assert SLA.state(events, at(f"{TUESDAY} 14:00")) == SLA.state(events[:1], at(f"{TUESDAY} 14:00"))
    assert SLA.state(events[::-1], at("2026-12-11 9:00")) == SLA.state(events, at("2026-12-11 9:00"))


def test_nothing_has_happened() -> None:
    assert {state.standing for state in SLA.state([], at(f"{TUESDAY} 9:00")).values()} == {"idle"}


@pytest.mark.parametrize(
    ("now", "soon"),
    [("2026-11-25 9:00", ()), ("2026-11-25 9:12", ("first_answer",)), ("2026-11-25 10:00", ("first_answer",)), ("2026-11-25 10:01", ())],
)
def test_a_warning_comes_before_the_breach_and_not_after(now: str, soon: tuple[str, ...]) -> None:
    assert SLA.about_to_breach(history(OPENED), at(now)) == soon


def test_urgent_tickets_have_shorter_targets(root: Path) -> None:
    known = read_targets(root / "knowledge" / "desk.yml")
    assert targets_for(known) == known["zwykle"]
    assert targets_for(known, ["platnik"]) == known["zwykle"]
    urgent = targets_for(known, ["platnik", "pilne"])
    assert urgent.first_answer < known["zwykle"].first_answer
    mixed = {"zwykle": Targets(4, 8, 24), "a": Targets(1, 9, 30), "b": Targets(6, 2, 12)}
    assert targets_for(mixed, ["a", "b"]) == Targets(1, 2, 12)


minutes = st.integers(0, 3000)
steps = st.lists(st.tuples(st.sampled_from(get_args(EventKind)), minutes), max_size=8)


def told(steps: list[tuple[EventKind, int]]) -> list[Event]:
    start: datetime = at("2026-12-21 10:00")
    moments = accumulate(step[1] for step in steps)
    return [Event("opened", start), *(Event(kind, start + timedelta(minutes=after)) for (kind, _), after in zip(steps, moments, strict=True))]


@settings(deadline=None)
@given(steps, minutes)
def test_a_running_clock_is_due_when_the_rest_of_its_target_is_worked_off(steps: list[tuple[EventKind, int]], later: int) -> None:
    events = told(steps)
    now = events[-1].at + timedelta(minutes=later)
    for name, state in SLA.state(events, now).items():
        target = timedelta(hours=getattr(SLA.targets, name))
        assert (state.standing == "breached") is (state.share > 1)
        if state.standing == "running":
            assert state.due is not None
            assert abs(OFFICE.worked(now, state.due) - target * (1 - state.share)) < timedelta(milliseconds=1)
        if state.standing == "paused":
            assert state.due is None


@settings(deadline=None)
@given(steps, minutes, minutes)
def test_time_alone_only_uses_up_targets(steps: list[tuple[EventKind, int]], later: int, still_later: int) -> None:
    events = told(steps)
    now = events[-1].at + timedelta(minutes=later)
    before, after = SLA.state(events, now), SLA.state(events, now + timedelta(minutes=still_later))
    for name in CLOCKS:
        assert before[name].share <= after[name].share
        assert before[name].breaches <= after[name].breaches
        if before[name].standing != "running":
            assert before[name].standing == after[name].standing
