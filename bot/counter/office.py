"""What is true of the people at the desk: whether one is there, and by which day they answer, from how fast they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.counter.ports import CounterStore
from bot.tickets.deskfile import Targets, read_desk
from bot.tickets.hours import OfficeHours, read_hours
from bot.tickets.promise import LATEST, Promise, known_pace, measured_pace, promise
from bot.tickets.sla import targets_for
from bot.tickets.words import Phrase, people_phrase

MEASURED_OVER = timedelta(days=28)
HOUR = 3600.0


def _nobody() -> int:
    return 0


@dataclass(frozen=True)
class Office:
    """Hours and targets of ``knowledge/desk.yml``; ``present`` tells how many people are there now."""

    hours: OfficeHours
    targets: Mapping[str, Targets]
    minutes_per_ticket: float
    present: Callable[[], int] = _nobody

    @classmethod
    def of(cls, path: Path, present: Callable[[], int] = _nobody) -> Office:
        """Read the file. Raises ConfigurationError."""
        written = read_desk(path)
        return cls(read_hours(path), written.targets, written.minutes_per_ticket, present)

    def promise(self, store: CounterStore, now: datetime) -> Promise:
        """The day by which a ticket opened now is answered."""
        answered = store.first_answers(LATEST)
        history = [self.hours.working_seconds(opened, first) for opened, first in answered]
        present = self.present()
        pace = measured_pace((first for _, first in answered), now - MEASURED_OVER, now, max(1, present), self.hours)
        waiting = len(store.tickets("open", limit=1000))
        target = targets_for(self.targets).first_answer * HOUR
        return promise(now, history, waiting, present, self.hours, target=target, pace=known_pace(pace, self.minutes_per_ticket))

    def words(self, promised: Promise, now: datetime) -> Phrase:
        """What the client is told of it."""
        return people_phrase(now, self.hours, self.present(), promised)
