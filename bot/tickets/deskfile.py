"""Reading ``knowledge/desk.yml``: opening hours and service targets, with a sentence for everything that is not right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import holidays
import msgspec

from bot.cases.faults import Fault, in_polish
from bot.cases.yamlfile import YamlFault, line_of, read_yaml
from bot.errors import ConfigurationError

DAYS = {
    "poniedziałek": 0, "poniedzialek": 0, "wtorek": 1, "środa": 2, "sroda": 2, "czwartek": 3, "piątek": 4, "piatek": 4,
    "sobota": 5, "niedziela": 6,
}  # fmt: skip
CLOSED = ("zamknięte", "zamkniete")
USUAL = "zwykle"
"""The targets of every ticket; the other keys are labels."""
DAY_MINUTES = 24 * 60
MOST_HOURS = 2000
"""About the working hours of a year: no target is longer."""
_PERIOD = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–—]\s*(\d{1,2})[.:](\d{2})")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_ONCE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAP_YEAR = 2024
"""A year that has every day which a yearly exception may name."""


class Period(NamedTuple):
    """Open hours inside one day, in minutes of the wall clock since midnight; ``end`` may be 1440."""

    start: int
    end: int


Periods = tuple[Period, ...]


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest time to the first answer, to a next one, and to the solution, in working hours."""

    first_answer: float
    next_answer: float
    solution: float


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as editors write it."""

    hours: dict[str, Any]
    targets: dict[str, Targets]
    exceptions: dict[str, Any] = {}
    minutes_per_ticket: float = 20


@dataclass(frozen=True)
class DeskFile:
    """The file as read: ``week`` by weekday (0 is Monday), ``once`` by day, ``yearly`` by (month, day), targets by label."""

    week: Mapping[int, Periods]
    once: Mapping[date, Periods]
    yearly: Mapping[tuple[int, int], Periods]
    targets: Mapping[str, Targets]
    minutes_per_ticket: float


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("PL", years=year))


def is_holiday(day: date) -> bool:
    """A Polish public holiday; an ordinary Saturday or Sunday is none, since a desk may be open then."""
    return day in _holidays(day.year)


def parse_desk(path: Path) -> tuple[DeskFile | None, list[Fault]]:
    """The file, or None when it cannot be used, and everything that is wrong with it."""
    reading = _Reading(path)
    written = reading.written()
    if written is None:
        return None, reading.faults
    week = reading.week(written.hours)
    once, yearly = reading.exceptions(written.exceptions)
    reading.targets(written)
    found = DeskFile(week, once, yearly, written.targets, written.minutes_per_ticket)
    return (None if any(not fault.warning for fault in reading.faults) else found), sorted(reading.faults)


def read_desk(path: Path) -> DeskFile:
    """The file to work with. Raises ConfigurationError with its faults."""
    found, faults = parse_desk(path)
    if found is None:
        told = "\n".join(str(fault) for fault in faults if not fault.warning)
        raise ConfigurationError(f"Godziny i terminy konsultantów mają błędy; popraw je i uruchom „okienko check”:\n{told}")
    return found


class _Reading:
    """One reading of the file, and what was found wrong on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str, *, warning: bool = False) -> None:
        place = Path(self.path.parent.name) / self.path.name
        self.faults.append(Fault(place, line_of(self.path, where), message, "hours", warning))

    def written(self) -> _Written | None:
        """The file by its schema."""
        try:
            return msgspec.convert(read_yaml(self.path), _Written)
        except OSError:
            self.fault("", "nie ma tego pliku albo nie da się go odczytać; bez niego nie wiadomo, kiedy pracują konsultanci")
        except YamlFault as error:
            self.faults.append(Fault(Path(self.path.parent.name) / self.path.name, error.line, str(error), "hours"))
        except msgspec.ValidationError as error:
            message, where = in_polish(str(error))
            self.fault(where.lstrip("$"), message)
        return None

    def week(self, written: Mapping[str, Any]) -> dict[int, Periods]:
        """Hours by weekday."""
        found: dict[int, Periods] = {}
        for name, hours in written.items():
            number = DAYS.get(name.strip().lower())
            if number is None:
                self.fault(f"hours.{name}", f"„{name}” nie jest dniem tygodnia; napisz na przykład „poniedziałek”")
            elif number in found:
                self.fault(f"hours.{name}", f"„{name}” stoi dwa razy, raz z polskimi znakami i raz bez nich; zostaw jeden wpis")
            else:
                found[number] = self.periods(f"hours.{name}", name, hours)
        if not any(found.values()) and not self.faults:
            self.fault("hours", "konsultanci nie pracują w żaden dzień; podaj godziny choć jednego dnia")
        return found

    def exceptions(self, written: Mapping[str, Any]) -> tuple[dict[date, Periods], dict[tuple[int, int], Periods]]:
        """Hours of single days, and of days of every year."""
        once: dict[date, Periods] = {}
        yearly: dict[tuple[int, int], Periods] = {}
        for name, hours in written.items():
            place = f"exceptions.{name}"
            day, every_year = _day(name)
            if day is None:
                self.fault(place, f"„{name}” nie jest dniem; napisz RRRR-MM-DD albo, dla każdego roku, MM-DD")
                continue
            periods = self.periods(place, name, hours)
            if every_year:
                yearly[day.month, day.day] = periods
                continue
            once[day] = periods
            if periods and is_holiday(day):
                self.fault(place, f"{name} to święto, a ten wpis każe wtedy pracować; usuń go, jeśli to pomyłka", warning=True)
        return once, yearly

    def periods(self, place: str, name: str, written: Any) -> Periods:
        """The hours of one day in order, those that touch joined; empty when closed."""
        if isinstance(written, str) and written.strip().lower() in CLOSED:
            return ()
        listed = [written] if isinstance(written, str) else written
        if not isinstance(listed, list):
            self.fault(place, f"{name}: brakuje godzin; napisz na przykład [\"8.00–15.00\"] albo „zamknięte”")
            return ()
        found = sorted(self._each(listed, place))
        joined: list[Period] = []
        for period in found:
            if joined and period.start < joined[-1].end:
                self.fault(place, f"{name}: okres {_said(period)} zachodzi na {_said(joined[-1])}; rozdziel je albo połącz")
            if joined and period.start <= joined[-1].end:
                joined[-1] = Period(joined[-1].start, max(period.end, joined[-1].end))
            else:
                joined.append(period)
        return tuple(joined)

    def _each(self, written: list[Any], place: str) -> Iterator[Period]:
        for index, text in enumerate(map(str, written)):
            where = f"{place}[{index}]"
            match = _PERIOD.fullmatch(text.strip())
            start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups()) if match else (99, 0, 99, 0)
            period = Period(60 * start_hour + start_minute, 60 * end_hour + end_minute)
            if max(period) > DAY_MINUTES or max(start_minute, end_minute) > 59:
                self.fault(where, f"„{text}” to nie godziny; napisz na przykład „8.00–15.00” albo „zamknięte”")
            elif period.end <= period.start:
                self.fault(where, f"okres „{text}” kończy się, zanim się zacznie; okres przez północ rozdziel na dwa dni")
            else:
                yield period

    def targets(self, written: _Written) -> None:
        """Targets that make no sense."""
        if USUAL not in written.targets:
            self.fault("targets", f"brakuje terminów „{USUAL}”, które dotyczą każdego zgłoszenia")
        for label, targets in written.targets.items():
            if not all(0 < hours <= MOST_HOURS for hours in (targets.first_answer, targets.next_answer, targets.solution)):
                self.fault(f"targets.{label}", f"„{label}”: każdy termin ma być dłuższy niż zero i nie dłuższy niż {MOST_HOURS} godzin pracy")
            elif targets.solution < targets.first_answer:
                self.fault(f"targets.{label}", f"„{label}”: załatwienie (solution) ma krótszy termin niż pierwsza odpowiedź (first_answer)")
        if not 0 < written.minutes_per_ticket <= DAY_MINUTES:
            self.fault("minutes_per_ticket", f"czas jednego zgłoszenia ma być dłuższy niż zero i nie dłuższy niż {DAY_MINUTES} minut")


def _day(name: str) -> tuple[date | None, bool]:
    """The day named by an exception (None: it names none), and whether it returns every year."""
    every_year = _YEARLY.fullmatch(name)
    if not every_year and not _ONCE.fullmatch(name):
        return None, False
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{name}" if every_year else name), bool(every_year)
    except ValueError:
        return None, False


def _said(period: Period) -> str:
    return f"{period.start // 60}.{period.start % 60:02d}–{period.end // 60}.{period.end % 60:02d}"
