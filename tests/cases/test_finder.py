"""Names found in messages: forms however typed, terms, offices, commands, pasted Płatnik messages."""

from __future__ import annotations

import pytest

from bot.cases.finder import Finder
from bot.cases.knowledge import Knowledge


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> Finder:
    return Finder(knowledge)


@pytest.mark.parametrize(
    ("said", "forms"),
    [
        ("z3", ("z_3",)),
        ("druk zus zua", ("zus_zua",)),
        ("erp 7", ("erp_7",)),
        ("rp-7", ("rp_7",)),
        ("Z-3a", ("z_3a",)),
        ("ZUS Z-12", ("z_12",)),
        ("zus zau", ("zus_zaa", "zus_zua")),
        ("ol9", ("ol_9",)),
    ],
)
def test_a_form_is_found_however_it_is_typed_and_a_doubt_is_kept(finder: Finder, said: str, forms: tuple[str, ...]) -> None:
    found = finder.form(said)
    assert found is not None
    assert found.ids == forms
    assert found.alone


@pytest.mark.parametrize("said", ["moja mama umarła", "pracuje w zus", "dom", "mam pytanie o etat"])
def test_everyday_words_are_no_forms(finder: Finder, said: str) -> None:
    assert finder.form(said) is None


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("co to jest kapitał początkowy?", "kapital_poczatkowy"),
        ("kapitał początkowy", "kapital_poczatkowy"),
        ("co to kapital poczatkowy", "kapital_poczatkowy"),
        ("co to jest kapitał początkwy", "kapital_poczatkowy"),
        ("okres wyczekiwania co to", "okres_wyczekiwania"),
    ],
)
def test_a_term_is_found_when_it_is_asked_about_or_named_alone(finder: Finder, said: str, term: str) -> None:
    found = finder.term(said)
    assert found is not None
    assert found.ids == (term,)


@pytest.mark.parametrize(
    ("said", "office"),
    [("zus w krakowie", "krakowie"), ("gdzie jest zus w Białymstoku", "bialymstoku"), ("oddział w poznanu", "poznaniu"), ("zus zielona góra", "zielonej_gorze")],
)
def test_a_city_is_found_in_any_form_and_with_a_slip(finder: Finder, said: str, office: str) -> None:
    found = finder.office(said)
    assert found is not None
    assert found.alone
    assert office in found.ids[0]


def test_a_whole_message_can_be_a_command(finder: Finder) -> None:
    assert finder.command("Dalej!") == "next"
    assert finder.command("to nie to") == "no"
    assert finder.command("dalej nie wiem co zrobić z pracownikiem") is None
