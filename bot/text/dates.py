"""A day said in Polish: ``1 grudnia``, ``od pierwszego``, ``w poniedziałek``, ``za dwa tygodnie``, ``15.11.2026``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.text.normalise import fold, normalise

MONTHS = {
    stem: number
    for number, stem in enumerate(
        ("stycz", "lut", "mar", "kwie", "maj", "czerw", "lip", "sierp", "wrze", "pazdz", "listop", "grud"), start=1
    )
}
WEEKDAYS = {"poniedzial": 0, "wtor": 1, "srod": 2, "czwart": 3, "piat": 4, "sobot": 5, "niedziel": 6}
_UNITS = {"dzien": 1, "dni": 1, "dzis": 0, "tydzien": 7, "tygodni": 7, "tygodnie": 7}
_NUMBERS = {
    "jeden": 1, "jedna": 1, "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4, "piec": 5, "szesc": 6, "siedem": 7, "osiem": 8,
    "dziewiec": 9, "dziesiec": 10, "pare": 2, "kilka": 3,
}  # fmt: skip
_ORDINALS = {
    "pierwsz": 1, "drugi": 2, "trzeci": 3, "czwart": 4, "piat": 5, "szost": 6, "siodm": 7, "osm": 8, "dziewiat": 9,
    "dziesiat": 10, "pietnast": 15, "dwudziest": 20, "ostatni": 31,
}  # fmt: skip
_NEAR = {"przedwczoraj": -2, "wczoraj": -1, "dzisiaj": 0, "dzis": 0, "jutro": 1, "jutra": 1, "pojutrze": 2}


def find_date(text: str, today: date) -> date | None:
    """The day that a text names, counted from ``today``; None when it names none or an impossible one.

    A day without a year is the nearest such day, past or future; a weekday without "zeszły" or "przyszły" the next one.
    """
    plain = fold(normalise(text))
    for read in (_iso, _numeric, _named_month, _relative, _near, _weekday, _ordinal):
        found = read(plain, today)
        if found is not None:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, today: date) -> date | None:
    around = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _day(year, month, day))]
    return min(around, key=lambda found: abs((found - today).days)) if around else None


def _iso(text: str, _today: date) -> date | None:
    match = re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text)
    return _day(*map(int, match.groups())) if match else None


def _numeric(text: str, today: date) -> date | None:
    match = re.search(r"\b(\d{1,2})[./ -](0?[1-9]|1[0-2])(?:[./ -](\d{4}|\d{2}))?\b", text)
    if not match:
        return None
    day, month = int(match[1]), int(match[2])
    if match[3] is None:
        return _nearest(month, day, today)
    year = int(match[3])
    return _day(year + 2000 if year < 100 else year, month, day)


def _named_month(text: str, today: date) -> date | None:
    match = re.search(r"\b(?:(\d{1,2})|([a-z]{4,}))\.?\s+([a-z]{3,})\b(?:\s+(\d{4}))?", text)
    while match:
        month = next((number for stem, number in MONTHS.items() if match[3].startswith(stem)), None)
        day = int(match[1]) if match[1] else _ordinal_value(match[2])
        if month and day:
            return _day(int(match[4]), month, day) if match[4] else _nearest(month, day, today)
        match = re.compile(r"\b(?:(\d{1,2})|([a-z]{4,}))\.?\s+([a-z]{3,})\b(?:\s+(\d{4}))?").search(text, match.start() + 1)
    return None


def _ordinal_value(word: str) -> int | None:
    return next((value for stem, value in _ORDINALS.items() if word.startswith(stem)), None)


def _relative(text: str, today: date) -> date | None:
    match = re.search(r"\bza (?:(\d{1,4}|[a-z]+) )?(dzien|dni|tydzien|tygodnie|tygodni)\b", text)
    sign = 1
    if not match:
        match = re.search(r"\b(?:(\d{1,4}|[a-z]+) )?(dzien|dni|tydzien|tygodnie|tygodni) temu\b", text)
        sign = -1
    if not match:
        return None
    count = match[1]
    number = 1 if count is None else int(count) if count.isdigit() else _NUMBERS.get(count, 1)
    return today + timedelta(days=sign * number * _UNITS[match[2]])


def _near(text: str, today: date) -> date | None:
    for word, shift in _NEAR.items():
        if re.search(rf"\b{word}\b", text):
            return today + timedelta(days=shift)
    return None


def _weekday(text: str, today: date) -> date | None:
    for stem, number in WEEKDAYS.items():
        if re.search(rf"\b{stem}", text):
            ahead = (number - today.weekday()) % 7
            if re.search(r"\b(zeszl|ubiegl|poprzedni|minion|byl)", text):
                return today + timedelta(days=ahead - 7)
            return today + timedelta(days=ahead or 7)
    return None


def _ordinal(text: str, today: date) -> date | None:
    match = re.search(r"\b(?:od|do|dnia|na) (\d{1,2})(?:-?go|\.)?(?=\s|$)", text)
    day = int(match[1]) if match else None
    if day is None:
        match = re.search(r"\b(?:od|do|dnia|na) ([a-z]{4,}ego)\b", text)
        day = _ordinal_value(match[1]) if match else None
    if day is None:
        return None
    if day == 31 and match and match[1].startswith("ostatni"):
        after = date(today.year + today.month // 12, today.month % 12 + 1, 1)
        return after - timedelta(days=1)
    candidates = [
        found
        for shift in (-1, 0, 1)
        if (found := _day(today.year + (today.month - 1 + shift) // 12, (today.month - 1 + shift) % 12 + 1, day))
    ]
    return min(candidates, key=lambda found: abs((found - today).days)) if candidates else None
