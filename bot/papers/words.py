"""What stands printed on every paper, told once for the text and the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

WORDS: Mapping[str, str] = {
    "printed": "Wydruk z dnia",
    "answers": "Twoje odpowiedzi",
    "needs": "Najpierw przygotuj",
    "take_along": "Weź ze sobą",
    "forms": "Formularze",
    "steps": "Co zrobić po kolei",
    "places": "Gdzie to załatwisz",
    "outcome": "Co będzie dalej",
    "again": "Jak wrócić do tej listy",
    "why": "Po co:",
    "form": "Formularz:",
    "attach": "Dołącz:",
    "where": "Gdzie:",
    "deadline": "Termin:",
    "reason": "Dlaczego ten dzień:",
    "basis": "Podstawa prawna:",
    "late": "Po terminie:",
    "caution": "Uwaga!",
    "ask_there": "Zapytaj tam:",
    "link": "Strona:",
    "address": "Adres listy:",
    "code": "Kod powrotu:",
    "qr": "Kod QR z adresem tej listy",
    "scan": "Zeskanuj kod telefonem albo wpisz adres w przeglądarce.",
    "page": "strona",
    "of": "z",
}
"""Headings and labels by key; a label ends with its own mark."""


def short_date(day: date) -> str:
    """A day in figures: ``24.11.2026``."""
    return f"{day:%d.%m.%Y}"
