"""Polish text: normal form, lemmas, distances, dates, spelling, readability."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.dates import find_date
from bot.text.distance import NearWords, is_swap, near
from bot.text.lemmas import content, lemma
from bot.text.normalise import clean, fold, normalise, slug
from bot.text.readability import fog_pl, longest_sentence, sentences, syllables
from bot.text.spelling import Speller, vocabulary

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("1 grudnia", "2026-12-01"),
        ("od pierwszego", "2026-12-01"),
        ("pierwszego grudnia", "2026-12-01"),
        ("zaczyna jutro", "2026-11-25"),
        ("wczoraj", "2026-11-23"),
        ("w poniedziałek", "2026-11-30"),
        ("w zeszły piątek", "2026-11-20"),
        ("za dwa tygodnie", "2026-12-08"),
        ("3 dni temu", "2026-11-21"),
        ("15.11", "2026-11-15"),
        ("01.12.2026", "2026-12-01"),
        ("2026-12-01", "2026-12-01"),
        ("5 stycznia", "2027-01-05"),
        ("20 listopada 2025", "2025-11-20"),
        ("31.02.2026", None),
        ("nie wiem", None),
        ("29 lutego 2027", None),
        ("29 lutego 2028", "2028-02-29"),
    ],
)
def test_a_day_said_in_polish_is_found(said: str, day: str | None) -> None:
    found = find_date(said, TODAY)
    assert (found.isoformat() if found else None) == day


@given(st.text(max_size=200))
def test_any_text_has_a_normal_form_and_no_date_crashes(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert clean(clean(text)) == clean(text)
    find_date(text, TODAY)
    assert fold(text) == fold(fold(text))


def test_invisible_and_direction_characters_are_removed() -> None:
    assert clean("a\u200bb\u202ec\u0000d\ufeff") == "abcd"


def test_polish_letters_and_inflection_fall_away() -> None:
    assert fold("ZAŻÓŁĆ gęślą jaźń") == "zazolc gesla jazn"
    assert lemma("zleceniobiorców") == lemma("zleceniobiorca")
    assert content("czy mam zgłosić pracownika?") == ["zglosic", "pracownik"]
    assert slug("kapitał początkowy") == "kapital_poczatkowy"


def test_a_neighbouring_swap_is_one_slip() -> None:
    assert near("zua", "zau") == 1
    assert near("zlecenie", "zlecnie") == 1
    assert near("zua", "rca") is None
    assert is_swap("ab", "ba")
    assert not is_swap("ab", "ab")
    assert NearWords(["emerytura", "renta"]).nearest("emeryutra") == ["emerytura"]


def test_spelling_corrects_unknown_words_and_never_those_that_exist() -> None:
    speller = Speller(vocabulary(["umowa zlecenie emerytura składki"] * 3))
    spelled = speller.correct("zlecnie i emeryutra")
    assert spelled.corrections == (("zlecnie", "zlecenie"), ("emeryutra", "emerytura"))
    assert spelled.text == "zlecenie i emerytura"
    assert speller.correct("zlecanie prac").corrections == ()
    assert speller.correct("skladki").corrections == ()


def test_spelling_costs_little_on_long_input() -> None:
    speller = Speller(vocabulary(["umowa zlecenie emerytura składki"] * 3))
    assert len(speller.correct("xyzabcdef " * 5000).corrections) <= 1


def test_readability_counts_sentences_and_hard_words() -> None:
    assert sentences("Masz 7 dni, zob. art. 36 ust. 2. Złóż ZUS ZUA.") == ["Masz 7 dni, zob. art. 36 ust. 2.", "Złóż ZUS ZUA."]
    assert [syllables(word) for word in ("dom", "praca", "emerytura", "wie")] == [1, 2, 5, 1]
    assert longest_sentence("Raz dwa trzy. Cztery pięć.") == 3
    easy, hard = "Złóż wniosek w ZUS.", "Przedłożenie dokumentacji potwierdzającej okoliczności niepodlegania ubezpieczeniom następuje niezwłocznie."
    assert fog_pl(easy) < 8 < 18 < fog_pl(hard)
    assert fog_pl("") == 0


@pytest.mark.parametrize("piece", ["0", "1,", ".", "-", "ż", "x"])
def test_no_message_brings_morfeusz_down(piece: str) -> None:
    """Asked about twenty thousand digits it ends the process; in a process of its own, so that this one goes on to say so."""
    code = f"from bot.text.lemmas import inflections, is_word, lemma, lemmas; word = {piece!r} * 20000; lemma(word), is_word(word), inflections(word), lemmas(word)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=Path(__file__).parents[2], capture_output=True).returncode == 0
