"""The deadlines of a checklist as calendar events, with reminders; nothing in them says whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from icalendar import Alarm, Calendar, Event

from bot.papers.parts import Checklist, clean
from bot.papers.words import WORDS

PRODID = "-//Okienko//Lista kontrolna//PL"
REMIND_DAYS = (3, 1)
"""How many days before the last day a reminder comes."""
REMIND_HOUR = 9
"""An all-day event begins at midnight; reminders come in the morning instead."""


def as_calendar(checklist: Checklist, *, address: str, now: datetime) -> bytes | None:
    """One all-day event for each step with a computed last day, as iCalendar; None when there is none.

    ``address`` is where the list can be opened again, ``now`` an aware moment.
    """
    return _calendar(checklist.get("items", ()), checklist["case"], address, now)


def event_as_calendar(item: Mapping[str, Any], *, case: Mapping[str, str], address: str, now: datetime) -> bytes | None:
    """The last day of one item of a checklist as iCalendar; ``case`` is the checklist's ``{"id", "title"}``."""
    return _calendar([item], case, address, now)


def _calendar(items: Iterable[Mapping[str, Any]], case: Mapping[str, str], address: str, now: datetime) -> bytes | None:
    due = [item for item in items if (item.get("deadline") or {}).get("date")]
    if not due:
        return None
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for item in due:
        calendar.add_component(_event(clean(item), clean(case), address, now))
    return bytes(calendar.to_ical())


def _event(item: Mapping[str, Any], case: Mapping[str, str], address: str, now: datetime) -> Event:
    day = date.fromisoformat(item["deadline"]["date"])
    event = Event()
    event.add("uid", _uid(case["id"], item["id"], day))
    event.add("dtstamp", now.astimezone(timezone.utc).replace(microsecond=0))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{WORDS['deadline']} {item['title']}")
    event.add("description", _description(item, case, address))
    event.add("url", address)
    event.add("categories", ["ZUS"])
    event.add("transp", "TRANSPARENT")
    for days in REMIND_DAYS:
        event.add_component(_alarm(str(event["summary"]), days))
    return event


def _alarm(text: str, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", timedelta(hours=REMIND_HOUR) - timedelta(days=days))
    return alarm


def _uid(case: str, step: str, day: date) -> str:
    """The same for everybody with this step on this day, so a second download replaces the event instead of doubling it."""
    return f"{hashlib.sha256(f'{case}|{step}|{day.isoformat()}'.encode()).hexdigest()[:32]}@okienko"


def _description(item: Mapping[str, Any], case: Mapping[str, str], address: str) -> str:
    deadline = item["deadline"]
    labelled = [("deadline", deadline.get("text")), ("reason", deadline.get("reason")), ("basis", deadline.get("basis")),
                ("late", item.get("late")), ("caution", item.get("caution")), ("address", address)]  # fmt: skip
    lines = [case["title"], item.get("text"), *(f"{WORDS[key]} {text}" for key, text in labelled if text)]
    return "\n".join(line for line in lines if line)
