"""How the service does: from the rows of the store's views to figures. Pure; ``docs/measures.md`` says what each means."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Optional, Protocol, Union

from bot.tickets.hours import OfficeHours, local_day
from bot.tickets.promise import percentile

SILENT = timedelta(days=1)
"""A conversation that came to no end is abandoned after so long a silence."""
Rows = Sequence[Mapping[str, Any]]
Cell = Union[str, int, float, None]


class Views(Protocol):
    """Where the rows come from."""

    def rows(self, view: str, since: date, until: date) -> list[dict[str, Any]]:
        """The rows of a view whose day is in the period, both days included, oldest first."""


class NoRows:
    """The views of a store that keeps none, like the one in memory."""

    def rows(self, view: str, since: date, until: date) -> list[dict[str, Any]]:
        """Nothing."""
        return []


@dataclass(frozen=True)
class Share:
    """A part of a whole, always with both counts, since a share of few says little."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Containment:
    """How conversations ended. ``name``: a channel or a day; every conversation is in exactly one of the four last."""

    name: str
    conversations: int
    with_ticket: int
    finished: int
    quiet: int
    missed: int

    @property
    def contained(self) -> Share:
        """Without people, and without a miss at the end."""
        return Share(self.finished + self.quiet, self.conversations)


def containment(rows: Rows, by: str) -> list[Containment]:
    """By ``channel`` or ``day``, in the order of names."""
    names = sorted({row[by] for row in rows})
    return [_contained(name, [row for row in rows if row[by] == name]) for name in names]


def _contained(name: str, rows: Rows) -> Containment:
    counts = ("conversations", "with_ticket", "finished", "quiet", "missed")
    return Containment(name, *(sum(row[count] for row in rows) for count in counts))


@dataclass(frozen=True)
class Part:
    """One of several parts of a whole; ``names`` are the values that the rows were grouped by."""

    names: tuple[Optional[str], ...]
    share: Share


def parts(rows: Rows, by: Sequence[str], count: str) -> list[Part]:
    """The sums of a column by other columns, largest first."""
    sums: Counter[tuple[Optional[str], ...]] = Counter()
    for row in rows:
        sums[tuple(row[name] for name in by)] += row[count]
    total = sum(sums.values())
    return [Part(names, Share(found, total)) for names, found in sorted(sums.items(), key=lambda item: (-item[1], [name or "" for name in item[0]]))]


def abandoned(rows: Rows, now: datetime) -> list[Part]:
    """By matter and step, among the conversations that have been silent for long enough; largest first."""
    return parts([{**row, "one": 1} for row in rows if now - row["silent_since"] > SILENT], ("entry", "step"), "one")


@dataclass(frozen=True)
class Wait:
    """How long tickets waited, in hours of the desk's work and in hours on the wall; ``open``: those that still wait."""

    name: str
    count: int
    open: int
    median: float | None
    p80: float | None
    median_wall: float | None
    p80_wall: float | None


def waits(rows: Rows, hours: OfficeHours) -> list[Wait]:
    """To the first answer by a person, and to the closing."""
    return [_wait(name, end, rows, hours) for name, end in (("first_answer", "first_answer_at"), ("solution", "closed_at"))]


def _wait(name: str, end: str, rows: Rows, hours: OfficeHours) -> Wait:
    ended = [(row["opened_at"], row[end]) for row in rows if row[end] is not None]
    waiting = sum(row[end] is None and row["status"] != "closed" for row in rows)
    work = [hours.working_seconds(start, stop) / 3600 for start, stop in ended]
    wall = [(stop - start).total_seconds() / 3600 for start, stop in ended]
    return Wait(name, len(ended), waiting, *middle_and_p80(work), *middle_and_p80(wall))


def middle_and_p80(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The median, and the smallest value that 80 percent do not exceed; None of nothing."""
    return (statistics.median(values), percentile(values, 80)) if values else (None, None)


@dataclass(frozen=True)
class Rated:
    """What clients think of a matter; ``entry`` None: of the service, or of a ticket without a matter. ``ease``: mean of 1 to 5."""

    channel: str
    entry: str | None
    solved: Share
    partly: int
    unsolved: int
    scores: int
    ease: float | None


def rated(rows: Rows) -> list[Rated]:
    """By channel and matter, most ratings first."""
    groups: defaultdict[tuple[str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["channel"], row["entry"]].append(row)
    found = [_rated(channel, entry, group) for (channel, entry), group in groups.items()]
    return sorted(found, key=lambda item: (-item.solved.of, item.channel, item.entry or ""))


def _rated(channel: str, entry: str | None, rows: Rows) -> Rated:
    names = ("ratings", "solved", "partly", "unsolved", "scores", "score_sum")
    ratings, solved, partly, unsolved, scores, score_sum = (sum(row[name] for row in rows) for name in names)
    return Rated(channel, entry, Share(solved, ratings), partly, unsolved, scores, score_sum / scores if scores else None)


@dataclass(frozen=True)
class Promises:
    """Promised answers: kept, broken (late, or not there and the day is over), and those whose day has not passed."""

    kept: int
    broken: int
    running: int

    @property
    def share(self) -> Share:
        """Kept among those that are decided."""
        return Share(self.kept, self.kept + self.broken)


def promises(rows: Rows, now: datetime) -> Promises:
    """Days are the office's. A ticket closed without an answer kept its promise if it was closed by that day."""
    verdicts = Counter(_verdict(row, now) for row in rows)
    return Promises(verdicts[True], verdicts[False], verdicts[None])


def _verdict(row: Mapping[str, Any], now: datetime) -> bool | None:
    promised = date.fromisoformat(row["promised_on"])
    answered = row["first_answer_at"] or row["closed_at"]
    if answered is not None:
        return local_day(answered) <= promised
    return False if local_day(now) > promised else None


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table by RFC 4180, beginning with the mark by which Excel knows UTF-8; no cell is taken for a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(head)
    table.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
