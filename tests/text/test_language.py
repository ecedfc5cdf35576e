"""The language of a message; a doubt is Polish."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.measure.sentences import read_sentences
from bot.text.language import language_of


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Як отримати допомогу на дитину 800 плюс?", "uk"),
        ("Я працюю в Польщі, чи можу отримати лікарняний?", "uk"),
        ("Как получить пособие на ребёнка?", "ru"),
        ("я работаю на заводе и заболел что делать", "ru"),
        ("How do I register my employee with ZUS?", "en"),
        ("I am sick and my employer did not pay me, what should I do", "en"),
        ("zatrudniłam studentkę na zlecenie, co teraz?", "pl"),
        ("start up company Warszawa składki", "pl"),
        ("jak wypelnic formularz A1 for Germany", "pl"),
        ("zus zua", "pl"),
        ("the best", "pl"),
        ("register sole proprietorship ceidg", "en"),
        ("sick leave pay employee percentage", "en"),
        ("termin DRA RCA", "pl"),
        ("wniosek o emeryture", "pl"),
        ("лікарняний", "uk"),
        ("больничный", "ru"),
        ("", "pl"),
    ],
)
def test_the_language_is_told(said: str, language: str) -> None:
    assert language_of(said) == language


def test_the_test_sentences_are_told_apart() -> None:
    sentences = list(read_sentences(Path(__file__).parents[1] / "utterances"))
    polish = [item for item in sentences if item.language == "pl"]
    wrong = [item.text for item in polish if language_of(item.text) != "pl"]
    assert len(wrong) <= len(polish) / 500, wrong
    others = [item for item in sentences if item.language != "pl"]
    missed = [item.text for item in others if language_of(item.text) != item.language]
    assert len(missed) <= len(others) / 15, missed
