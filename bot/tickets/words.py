"""What a client is told of people at the desk: the key of a phrase of ``knowledge/phrases/desk.yml`` and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.clock import OFFICE_ZONE
from bot.dialogue.present import long_date
from bot.tickets.hours import OfficeHours, local_day
from bot.tickets.promise import Promise, live


@dataclass(frozen=True)
class Phrase:
    """To be said with ``desk.phrase(key, **values)``."""

    key: str
    values: Mapping[str, str]


def people_phrase(now: datetime, hours: OfficeHours, present: int, promised: Promise) -> Phrase:
    """Whether somebody is there now; otherwise the promised day, and outside hours also when the desk opens."""
    if live(now, hours, present):
        return _phrase("people_live")
    if hours.is_open(now):
        return _phrase("people_later", day=long_date(promised.day))
    opens = hours.next_opening(now)
    return _phrase("people_closed", opens=long_date(local_day(opens)), at=clock_time(opens), day=long_date(promised.day))


def clock_time(moment: datetime) -> str:
    """The time of the office's clock as people write it: ``8.00``."""
    local = moment.astimezone(OFFICE_ZONE)
    return f"{local.hour}.{local.minute:02d}"


def _phrase(key: str, **values: str) -> Phrase:
    return Phrase(key, values)
