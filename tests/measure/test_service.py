"""Figures from rows made by hand, where each can be counted on paper."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.measure import service
from bot.measure.service import Containment, NoRows, Part, Promises, Share
from bot.tickets.hours import OfficeHours, read_hours

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)
"""Nine o'clock in Warsaw, a working day."""


@pytest.fixture(scope="module")
def hours(root: Path) -> OfficeHours:
    return read_hours(root / "knowledge" / "desk.yml")


def test_a_share_of_nothing_is_no_number() -> None:
    assert (Share(0, 0).value, Share(1, 4).value) == (None, 0.25)


def test_containment_is_summed_by_channel_and_by_day() -> None:
    counts = ("conversations", "with_ticket", "finished", "quiet", "missed")
    made = [("2026-11-24", "widget", 10, 2, 5, 2, 1), ("2026-11-25", "widget", 4, 0, 1, 3, 0), ("2026-11-24", "text", 1, 1, 0, 0, 0)]
    rows = [{"day": day, "channel": channel, **dict(zip(counts, found, strict=True))} for day, channel, *found in made]
    by_channel = service.containment(rows, "channel")
    assert by_channel == [Containment("text", 1, 1, 0, 0, 0), Containment("widget", 14, 2, 6, 5, 1)]
    assert by_channel[1].contained == Share(11, 14)
    assert [(item.name, item.conversations) for item in service.containment(rows, "day")] == [("2026-11-24", 11), ("2026-11-25", 4)]
    assert service.containment([], "day") == []


def test_parts_are_summed_and_sorted() -> None:
    rows = [{"reason": "asked", "entry": None, "tickets": 1}, {"reason": "asked", "entry": "a", "tickets": 2}, {"reason": "asked", "entry": None, "tickets": 5}]
    assert service.parts(rows, ("reason", "entry"), "tickets") == [Part(("asked", None), Share(6, 8)), Part(("asked", "a"), Share(2, 8))]
    assert service.parts([], ("reason",), "tickets") == []


def test_only_those_silent_for_more_than_a_day_have_abandoned() -> None:
    now = TUESDAY
    silent = [now - timedelta(days=2), now - timedelta(days=1, seconds=1), now - timedelta(days=1), now]
    rows = [{"entry": "a", "step": "question:kto", "silent_since": moment} for moment in silent]
    assert service.abandoned(rows, now) == [Part(("a", "question:kto"), Share(2, 2))]


def test_waits_are_told_in_hours_of_work_and_of_the_clock(hours: OfficeHours) -> None:
    def row(answered: float | None, closed: float | None = None) -> dict[str, object]:
        ends = [None if after is None else TUESDAY + timedelta(hours=after) for after in (answered, closed)]
        return {"opened_at": TUESDAY, "first_answer_at": ends[0], "closed_at": ends[1], "status": "closed" if closed else "open"}

    first, solution = service.waits([row(1), row(2), row(3), row(24, 48), row(None), row(None, 1)], hours)
    assert (first.name, first.count, first.open) == ("first_answer", 4, 1)
    assert (first.median_wall, first.p80_wall) == (2.5, 24)
    assert first.median == 2.5
    assert first.p80 == hours.working_seconds(TUESDAY, TUESDAY + timedelta(hours=24)) / 3600 < 24
    assert (solution.count, solution.open) == (2, 4)
    nothing = service.waits([], hours)[0]
    assert (nothing.count, nothing.median, nothing.p80) == (0, None, None)


@pytest.mark.parametrize(
    ("values", "found"), [([], (None, None)), ([3.0], (3.0, 3.0)), ([4.0, 1.0], (2.5, 4.0)), ([5.0, 4.0, 3.0, 2.0, 1.0], (3.0, 4.0)), ([float(n) for n in range(1, 101)], (50.5, 80.0))]
)
def test_the_middle_and_the_eightieth_percentile(values: list[float], found: tuple[float | None, float | None]) -> None:
    assert service.middle_and_p80(values) == found


def test_ratings_are_summed_over_days_and_ease_is_the_mean_of_those_who_gave_it() -> None:
    names = ("channel", "entry", "ratings", "solved", "partly", "unsolved", "scores", "score_sum")
    made = [("portal", None, 1, 0, 0, 1, 0, 0), ("widget", "a", 3, 2, 1, 0, 2, 9), ("widget", "a", 1, 0, 0, 1, 1, 1)]
    first, second = service.rated([dict(zip(names, row, strict=True)) for row in made])
    assert (first.entry, first.solved, first.partly, first.unsolved, first.scores) == ("a", Share(2, 4), 1, 1, 3)
    assert first.ease == pytest.approx(10 / 3)
    assert (second.entry, second.solved, second.ease) == (None, Share(0, 1), None)


def test_promises_are_kept_by_the_end_of_the_day_in_warsaw() -> None:
    def row(answered: datetime | None, closed: datetime | None = None) -> dict[str, object]:
        return {"promised_on": "2026-11-24", "first_answer_at": answered, "closed_at": closed}

    late = datetime(2026, 11, 24, 23, 30, tzinfo=timezone.utc)
    in_time = datetime(2026, 11, 24, 22, 30, tzinfo=timezone.utc)
    rows = [row(in_time), row(late), row(None, in_time), row(None)]
    assert service.promises(rows, in_time) == Promises(kept=2, broken=1, running=1)
    assert service.promises(rows, late) == Promises(kept=2, broken=2, running=0)
    assert service.promises(rows, late).share == Share(2, 4)


def test_a_file_for_a_spreadsheet_holds_no_formula() -> None:
    cells = ["=1+1", "+48", "-2", "@SUM", "\tx", "zwykły; tekst, \"w cudzysłowie\"\nw dwóch", "", 3, 2.5, -1, None]
    text = service.as_csv(["Kolumna"] * len(cells), [cells])
    assert text.startswith("\ufeffKolumna")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[1] == ["'=1+1", "'+48", "'-2", "'@SUM", "'\tx", cells[5], "", "3", "2.5", "-1", ""]


def test_a_store_without_views_has_no_rows() -> None:
    assert NoRows().rows("containment", date.min, date.max) == []
