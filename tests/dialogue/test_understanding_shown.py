"""What was understood is shown and changed with one tap; several matters are done one after another; others are told who helps."""

from __future__ import annotations

import msgspec
import pytest

from bot.dialogue.desk import Desk
from bot.dialogue.turn import Said
from bot.dialogue.understanding import Correction, Heard, Ranked, decide
from tests.dialogue.talk import Talk

ZLECENIE, KONTO, POGRZEB = "zgloszenie_zleceniobiorcy", "konto_ezus", "zasilek_pogrzebowy"


def heard(text: str, **ranking: float) -> Heard:
    return Heard(text, tuple(Ranked(name, chance) for name, chance in ranking.items()))


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


def labels(talk: Talk, place: int = 0) -> list[str]:
    return [choice["label"] for choice in talk.replies[place].get("choices", ())]


def test_the_alternatives_are_one_tap_away(talk: Talk) -> None:
    talk.say("zlecenie dla studenta", **{ZLECENIE: 0.7, "zgloszenie_pracownika": 0.2, KONTO: 0.001})
    other = talk.desk.knowledge.entries["zgloszenie_pracownika"].title
    assert labels(talk) == [f"Raczej: {other}", "To nie to"]
    talk.press(labels(talk)[0])
    assert talk.session.current is not None
    assert talk.session.current.entry == "zgloszenie_pracownika"


def test_corrections_of_spelling_are_shown(talk: Talk) -> None:
    said = msgspec.structs.replace(heard("umowa zlecnie", **{ZLECENIE: 0.9}), corrections=(Correction("zlecnie", "zlecenie"),))
    talk._take(Said(said))
    assert "„zlecnie” → „zlecenie”" in talk.replies[0]["text"]


def both(talk: Talk) -> Talk:
    parts = (heard("jak zgłosić zlecenie", **{ZLECENIE: 0.9}), heard("jak założyć konto", **{KONTO: 0.8}))
    whole = msgspec.structs.replace(heard("jak zgłosić zlecenie i jeszcze jak założyć konto", **{ZLECENIE: 0.5, KONTO: 0.4}), parts=parts)
    return talk._take(Said(whole))


def test_two_matters_are_named_and_done_one_after_another(talk: Talk) -> None:
    both(talk)
    titles = [talk.desk.knowledge.entries[name].title for name in (ZLECENIE, KONTO)]
    assert labels(talk)[:2] == titles
    talk.press(titles[0])
    assert titles[1] in talk.replies[1]["text"]
    talk.say("tak, studiuje")
    for _ in range(12):
        if talk.session.offer is not None:
            break
        talk.say("pomiń")
    assert talk.session.offer is not None
    assert talk.session.offer.target == KONTO
    talk.say("tak")
    assert talk.session.current is not None
    assert talk.session.current.entry == KONTO
    assert talk.session.waiting == []


def test_what_waits_can_be_left(talk: Talk) -> None:
    both(talk).press(talk.desk.knowledge.entries[ZLECENIE].title).say("przerwij")
    assert talk.session.offer is not None
    talk.say("nie")
    assert talk.session.waiting == []


def test_clauses_of_one_sure_matter_stay_together(talk: Talk) -> None:
    parts = (heard("zmarł mąż, co teraz", smierc_bliskiej_osoby=0.7), heard("ile dostanę na pogrzeb", **{POGRZEB: 0.9}))
    talk._take(Said(msgspec.structs.replace(heard("zmarł mąż. ile dostanę na pogrzeb?", **{POGRZEB: 0.95, "smierc_bliskiej_osoby": 0.01}), parts=parts)))
    assert talk.session.current is not None
    assert talk.session.current.entry == POGRZEB


def test_what_is_not_ours_is_told_who_deals_with_it(desk: Desk) -> None:
    said = msgspec.structs.replace(heard("jak rozliczyć PIT", outside_skarbowy=0.7, outside_bank=0.1, **{ZLECENIE: 0.1}), outside=0.9)
    understood = decide(said, desk.knowledge, desk.finder)
    assert (understood.kind, understood.id) == ("out_of_scope", None)
    assert {"kind": "addressee", "value": "skarbowy"} in understood.entities
    talk = Talk(desk)._take(Said(said))
    assert talk.replies[0]["text"] == desk.phrase("outside_skarbowy")
    assert not any("outside" in str(reply.get("text")) for reply in talk.replies)


@pytest.mark.parametrize(("text", "language"), [("Як отримати допомогу на похорон?", "uk"), ("как получить пособие на похороны", "ru"), ("how do I get money for the funeral", "en")])
def test_a_foreigner_gets_the_case_and_a_sentence_in_their_language_and_people(desk: Desk, text: str, language: str) -> None:
    talk = Talk(desk).say(text, **{POGRZEB: 0.8})
    assert talk.replies[0]["lang"] == language
    assert labels(talk) == ["Konsultant"]
    assert talk.session.current is not None
    assert talk.session.current.entry == POGRZEB
