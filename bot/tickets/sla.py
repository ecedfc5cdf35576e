"""Service targets: three clocks over a ticket's history, counted in the desk's working time.

* ``first_answer`` runs from the opening to the first answer by a person.
* ``next_answer`` runs from a client's message, or a reopening, to the next answer by a person; each round starts at zero.
* ``solution`` runs from the opening to the closing.

While the client is awaited (a person has answered last) and while the ticket is closed, no clock runs. Closing a ticket
answers what was open in it; when a ticket nobody answered is reopened, its first answer is due again, with the time used so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from bot.tickets.deskfile import USUAL, Targets, read_desk
from bot.tickets.hours import OfficeHours, in_utc

EventKind = Literal["opened", "taken", "answered_by_person", "answered_by_client", "closed", "reopened"]
ClockName = Literal["first_answer", "next_answer", "solution"]
ClockStanding = Literal["idle", "running", "paused", "met", "breached"]
CLOCKS: tuple[ClockName, ...] = ("first_answer", "next_answer", "solution")


@dataclass(frozen=True)
class Event:
    """What happened to a ticket, and when. ``taken`` is no answer and moves no clock."""

    kind: EventKind
    at: datetime


@dataclass(frozen=True)
class ClockState:
    """How a clock stands at a moment.

    ``due`` is when the target is, or was, used up (UTC); None when that is open because the clock is idle or paused.
    ``share`` is the used part of the target (1.0: all of it). ``breaches`` counts the rounds over target, this one included.
    """

    standing: ClockStanding
    due: datetime | None
    share: float
    breaches: int = 0


def read_targets(path: Path) -> Mapping[str, Targets]:
    """The targets of ``knowledge/desk.yml`` by label. Raises ConfigurationError."""
    return read_desk(path).targets


def targets_for(known: Mapping[str, Targets], labels: Iterable[str] = ()) -> Targets:
    """The targets of a ticket with these labels: of each clock the strictest; a label without targets changes nothing."""
    mine = [known[USUAL], *(known[label] for label in labels if label in known)]
    return Targets(min(one.first_answer for one in mine), min(one.next_answer for one in mine), min(one.solution for one in mine))


@dataclass(frozen=True)
class Sla:
    """The clocks of one ticket's targets."""

    hours: OfficeHours
    targets: Targets

    def state(self, events: Iterable[Event], now: datetime) -> dict[ClockName, ClockState]:
        """Each clock as it stands now; events may come in any order, later ones than now are not seen yet."""
        history = _History(self.hours, self.targets)
        at = in_utc(now)
        for event in sorted((event for event in events if in_utc(event.at) <= at), key=lambda event: in_utc(event.at)):
            history.take(event)
        history.pass_to(at)
        return {name: clock.state() for name, clock in history.clocks.items()}

    def about_to_breach(self, events: Iterable[Event], now: datetime, share: float = 0.8) -> tuple[ClockName, ...]:
        """The clocks that run and have used at least this share of their target, but not more than all of it."""
        return tuple(name for name, state in self.state(events, now).items() if state.standing == "running" and state.share >= share)


class _Clock:
    """One clock while a history is read."""

    def __init__(self, hours: OfficeHours, target: timedelta) -> None:
        self.hours, self.target = hours, target
        self.used = timedelta()
        self.due: datetime | None = None
        self.started = self.runs = self.done = False
        self.earlier_breaches = 0

    @property
    def over(self) -> bool:
        return self.used > self.target

    def run(self, at: datetime) -> None:
        if self.runs:
            return
        self.started = self.runs = True
        self.done = False
        if not self.over:
            self.due = self.hours.after_work(at, self.target - self.used)

    def pause(self) -> None:
        if self.runs and not self.over:
            self.due = None
        self.runs = False

    def finish(self) -> None:
        """Stop with the round settled; one that does not run stays as it is."""
        if self.runs:
            self.runs, self.done = False, True

    def settle(self) -> None:
        """Count the round as settled, whether it runs or waits."""
        self.runs, self.done = False, self.started

    def again(self) -> None:
        """Begin a new round at zero."""
        self.earlier_breaches += self.over
        self.used, self.due, self.done = timedelta(), None, False

    def state(self) -> ClockState:
        standing: ClockStanding = "idle"
        if self.over:
            standing = "breached"
        elif self.runs:
            standing = "running"
        elif self.done:
            standing = "met"
        elif self.started:
            standing = "paused"
        return ClockState(standing, self.due, self.used / self.target, self.earlier_breaches + self.over)


class _History:
    """A ticket's events taken one after another."""

    def __init__(self, hours: OfficeHours, targets: Targets) -> None:
        self.hours = hours
        self.clocks: dict[ClockName, _Clock] = {name: _Clock(hours, timedelta(hours=getattr(targets, name))) for name in CLOCKS}
        self.at: datetime | None = None
        self.answered = self.closed = False

    def pass_to(self, moment: datetime) -> None:
        """Let time pass on the clocks that run."""
        if self.at is not None and any(clock.runs for clock in self.clocks.values()):
            work = self.hours.worked(self.at, moment)
            for clock in self.clocks.values():
                clock.used += work if clock.runs else timedelta()
        self.at = moment

    def take(self, event: Event) -> None:
        """Move the clocks by an event."""
        at = in_utc(event.at)
        self.pass_to(at)
        if event.kind == "answered_by_person":
            self._person_answered()
        elif event.kind == "closed":
            self._close()
        elif event.kind == "reopened" or (event.kind in ("opened", "answered_by_client") and not self.closed):
            self.closed = False
            self._work_waits(at)

    def _work_waits(self, at: datetime) -> None:
        """The desk has something to answer."""
        self.clocks["solution"].run(at)
        waiting = self.clocks["next_answer" if self.answered else "first_answer"]
        if self.answered and not waiting.runs:
            waiting.again()
        waiting.run(at)

    def _person_answered(self) -> None:
        self.answered = True
        self.clocks["first_answer"].finish()
        self.clocks["next_answer"].finish()
        self.clocks["solution"].pause()

    def _close(self) -> None:
        self.closed = True
        self.clocks["first_answer"].finish()
        self.clocks["next_answer"].finish()
        self.clocks["solution"].settle()
