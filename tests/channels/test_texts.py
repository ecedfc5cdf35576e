"""Long texts in pieces: nothing lost, nothing too long, broken where it hurts least."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.texts import block_of, pieces, utf16_units
from bot.channels.typed import wants_erasing


@given(st.text(max_size=600), st.integers(1, 90))
def test_pieces_keep_every_character_but_space_at_breaks(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)


@given(st.text(alphabet="aż 😀.\n", max_size=300), st.integers(2, 50))
def test_pieces_fit_in_the_platforms_units(text: str, limit: int) -> None:
    assert all(utf16_units(piece) <= limit for piece in pieces(text, limit, utf16_units))


def test_a_break_between_sentences_is_better_than_one_between_words() -> None:
    assert pieces("Pierwsze zdanie. Drugie zdanie, dłuższe. Trzecie.", 42) == ["Pierwsze zdanie. Drugie zdanie, dłuższe.", "Trzecie."]
    assert pieces("a" * 10, 4) == ["aaaa", "aaaa", "aa"]


def test_a_step_says_everything_a_client_needs() -> None:
    reply = {"kind": "step", "position": 2, "of": 5, "title": "Zgłoś zleceniobiorcę", "text": "Wyślij ZUS ZUA.", "forms": [{"symbol": "ZUS ZUA", "title": "zgłoszenie"}],
             "deadline": {"text": "8 grudnia 2026 r."}, "links": [{"title": "eZUS", "url": "https://www.zus.pl/ezus"}], "choices": [{"id": "x", "label": "Zrobione"}]}  # fmt: skip
    block = block_of(reply, "bot")
    for words in ("Krok 2 z 5: Zgłoś zleceniobiorcę", "Wyślij ZUS ZUA.", "ZUS ZUA – zgłoszenie", "Termin: 8 grudnia 2026 r.", "https://www.zus.pl/ezus"):
        assert words in block.text
    assert block.choices == ({"id": "x", "label": "Zrobione"},)


def test_a_person_is_named_and_a_ticket_shows_number_and_code() -> None:
    assert block_of({"kind": "text", "text": "Dzień dobry.", "name": "Marta"}, "person").text == "Konsultant Marta:\n\nDzień dobry."
    assert "OK-2611-00001" in block_of({"kind": "ticket", "text": "Przekazane.", "number": "OK-2611-00001", "code": "ABCD-EFGH"}, "bot").text


def test_only_the_very_words_erase() -> None:
    words = ["usuń rozmowę"]
    assert wants_erasing("Usun rozmowe!", words) and not wants_erasing("jak usunąć rozmowę z konsultantem", words)
