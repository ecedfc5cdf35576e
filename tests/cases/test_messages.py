"""Pasted messages of Płatnik: found with slips and noise, never in everyday words."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from bot.cases.knowledge import Knowledge
from bot.cases.messages import Messages, is_code
from bot.cases.model import Problem


@dataclass(frozen=True)
class Told:
    """As much of a problem as the look-up reads."""

    id: str
    messages: tuple[str, ...]


SMALL = Messages(
    [
        Told("certyfikat", ("Brak certyfikatów spełniających kryteria wyszukiwania",)),
        Told("klucze", ("Zestaw kluczy nie istnieje", "0x80090016")),
        Told("prawa", ("Błąd 1925: nie masz wystarczających uprawnień do ukończenia tej instalacji", "błąd 1603")),
        Told("haslo", ("hasło wygasło",)),
        Told("jeden", ("nie można otworzyć pliku danych płatnika",)),
        Told("drugi", ("nie można otworzyć pliku danych płatnika",)),
    ]  # type: ignore[list-item]
)


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("wyskakuje: Brak certyfikatów spełniających kryteria wyszukiwania i koniec", "certyfikat"),
        ("brak certyfikatow spelniajacych kryteia wyszukwania", "certyfikat"),
        ("2026-11-20 10:12:33.451 ERROR CryptoApi 0x80090016 Keyset does not exist", "klucze"),
        ("platnik pisze zestaw kluczy nieistnieje... zestaw kluczy nie istnieje", "klucze"),
        ("instalator: błąd 1603 i cofa zmiany", "prawa"),
        ("blad 1925 nie masz wystarczajacych uprawnien do ukonczenia instalacji", "prawa"),
        ("hasło wygasło", "haslo"),
        ("w płatniku hasło wygasło", "haslo"),
    ],
)
def test_a_pasted_message_opens_its_problem(said: str, entry: str) -> None:
    assert SMALL.find(said) == (entry,)


@pytest.mark.parametrize(
    "said",
    [
        "moje hasło wygasło do eZUS",
        "brak mi certyfikatu",
        "w 1925 roku urodził się dziadek i nie ma uprawnień do renty",
        "zestaw mebli, a klucze do piwnicy nie istnieją",
        "błąd 1604",
        "",
    ],
)
def test_everyday_words_and_other_codes_open_nothing(said: str) -> None:
    assert SMALL.find(said) == ()


def test_a_message_that_two_problems_show_is_left_open() -> None:
    assert SMALL.find("nie można otworzyć pliku danych płatnika") == ("drugi", "jeden")


def test_codes_are_not_years_and_not_words() -> None:
    assert [word for word in ("1603", "0x80090016", "2026", "zua", "z3", "platnik") if is_code(word)] == ["1603", "0x80090016"]


def test_a_long_log_costs_little() -> None:
    log = "\n".join(f"2026-11-20 10:12:{second % 60:02} INFO przetwarzanie dokumentu numer {second}" for second in range(3000))
    SMALL.find(log)
    started = time.perf_counter()
    SMALL.find(log)
    assert time.perf_counter() - started < 0.2


def test_every_message_of_the_knowledge_opens_its_own_problem(knowledge: Knowledge) -> None:
    problems = [entry for entry in knowledge.entries.values() if isinstance(entry, Problem)]
    messages = Messages(problems)
    lost = [(entry.id, text, found) for entry in problems for text in entry.messages if entry.id not in (found := messages.find(f"Płatnik: {text}")) and len(text) >= 12]
    assert not lost
