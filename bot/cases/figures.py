"""Figures on a day: amounts and rates that change with time, and texts that name them.

``{figure:key}`` in a text is the value on the day of reading; ``{figure:key@2025-12-31}`` the value on that day.
A day that no value covers is an answer of its own, never last year's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.cases.model import Figure, FigureValue

PLACEHOLDER = re.compile(r"\{figure:([a-z0-9_]+)(?:@(\d{4}-\d{2}-\d{2}))?\}")
UNKNOWN = "(kwota na ten dzień nie jest jeszcze potwierdzona – sprawdź na zus.pl)"
UNSURE = " (wartość do potwierdzenia)"


def value_on(figure: Figure, day: date) -> FigureValue | None:
    """The value in force on the day; None when no period covers it."""
    for value in reversed(figure.values):
        if (value.valid_from is None or value.valid_from <= day) and (value.valid_to is None or day <= value.valid_to):
            return value
    return None


def amount(value: FigureValue, unit: str) -> str:
    """A value the way a Polish reader writes it: ``4806 zł``, ``1483,87 zł``, ``10,5%``."""
    number = f"{value.value:,.2f}" if value.value != int(value.value) else f"{int(value.value):,}"
    if unit != "zł":
        number = re.sub(r"(\.\d)0$", r"\1", number)
    text = number.replace(",", "\u00a0").replace(".", ",")
    if abs(value.value) < 10_000:
        text = text.replace("\u00a0", "")
    return f"{text}%" if unit == "%" else f"{text}\u00a0{unit}"


def fill(text: str, figures: Mapping[str, Figure], day: date) -> str:
    """The text with every figure written out for the day."""

    def written(match: re.Match[str]) -> str:
        figure = figures.get(match[1])
        value = value_on(figure, date.fromisoformat(match[2]) if match[2] else day) if figure else None
        if figure is None or value is None:
            return UNKNOWN
        return amount(value, figure.unit) + (UNSURE if value.unsure else "")

    return PLACEHOLDER.sub(written, text)


def named(text: str) -> Iterator[tuple[str, date | None]]:
    """The figures a text names, with the day it pins, if any."""
    for match in PLACEHOLDER.finditer(text):
        yield match[1], date.fromisoformat(match[2]) if match[2] else None
