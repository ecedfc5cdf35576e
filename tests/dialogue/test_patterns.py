"""Repair patterns beyond walking: corrections, who the client is, coming back, codes (docs/guidance.md lists them all)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.counter.codes import find_code, make_code
from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.dialogue.turn import Pressed, Said
from bot.dialogue.understanding import Heard, Ranked
from bot.store.memory import MemoryStore
from tests.clocks import Later
from tests.dialogue.talk import Talk
from tests.dialogue.test_conversation import ZLECENIE, at_steps, opened


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


def answers(talk: Talk) -> dict[str, str]:
    assert talk.session.current is not None
    return talk.session.current.answers


def test_a_correction_changes_that_answer_and_keeps_the_others(talk: Talk) -> None:
    at_steps(talk).say("a jednak studiuje i nie ma 26 lat")
    assert "Poprawiam" in talk.text and "Uczeń lub student" in talk.text
    assert answers(talk)["student"] == "tak"
    talk.say("pomyliłam się, jednak już nie studiuje")
    assert answers(talk) == {"student": "nie", "wlasny_pracownik": "nie", "inny_tytul": "nie", "chorobowe": "nie", "poczatek": "2026-12-01"}
    assert talk.find("step")["position"] == 1


def test_a_correction_tells_which_answers_no_longer_count(talk: Talk) -> None:
    at_steps(talk).say("jednak ma etat gdzie indziej na pełny etat")
    assert answers(talk)["inny_tytul"] == "tak"
    assert "Dobrowolne ubezpieczenie chorobowe" in talk.text
    place = talk.desk.knowledge.entries[ZLECENIE]
    assert place.id == ZLECENIE


def test_a_corrected_date_moves_the_deadline(talk: Talk) -> None:
    at_steps(talk).say("przepraszam, od 5 grudnia")
    assert answers(talk)["poczatek"] == "2026-12-05"
    talk.say("dalej")
    assert talk.find("step")["deadline"]["date"] == "2026-12-14"


def test_a_bare_change_of_mind_turns_the_last_yes_or_no(talk: Talk) -> None:
    at_steps(talk).say("a jednak tak")
    assert answers(talk)["chorobowe"] == "tak"


def test_a_correction_of_nothing_seen_lets_the_client_choose(talk: Talk) -> None:
    at_steps(talk).say("muszę poprawić")
    assert "Którą odpowiedź" in talk.text
    talk.press(next(label for label in talk.labels if label.startswith("Początek pracy")))
    assert talk.question == "poczatek"


def test_words_that_fit_an_earlier_answer_are_offered_as_a_correction(talk: Talk) -> None:
    at_steps(talk).say("chce chorobowe")
    assert "Czy mam zmienić wcześniejszą odpowiedź?" in talk.text
    talk.press("Dobrowolne ubezpieczenie chorobowe: Tak, chce")
    assert answers(talk)["chorobowe"] == "tak"
    at_steps(Talk(talk.desk))
    talk.say("bez chorobowego").press("Niczego nie zmieniaj")
    assert answers(talk)["chorobowe"] == "tak"


def test_a_word_of_correction_before_another_matter_corrects_nothing(talk: Talk) -> None:
    at_steps(talk).say("jednak chciałabym zapytać o emeryturę dla mamy", emerytura_wniosek=0.95)
    assert talk.session.current is not None and talk.session.current.entry == "emerytura_wniosek"


def test_a_word_of_correction_may_answer_the_open_question(talk: Talk) -> None:
    opened(talk).say("jednak nie")
    assert answers(talk) == {"student": "nie"}


@pytest.mark.parametrize(("said", "profile"), [("jestem lekarką", "lekarz"), ("prowadzę firmę", "platnik"), ("Jestem na emeryturze.", "swiadczeniobiorca")])
def test_who_the_client_is_may_be_said(talk: Talk, said: str, profile: str) -> None:
    talk.say(said)
    assert talk.session.profile == profile
    assert talk.has("choices")


def test_who_the_client_is_is_guessed_from_a_longer_message_and_can_be_changed(talk: Talk) -> None:
    talk.say("prowadzę firmę i biorę kogoś na zlecenie", **{ZLECENIE: 0.9})
    assert talk.session.profile == "platnik"
    assert talk.question == "student"
    talk.press("Jestem kimś innym")
    talk.press("Jestem lekarzem")
    assert talk.session.profile == "lekarz"
    assert talk.question == "student"


def test_who_the_client_is_said_to_a_question_is_the_answer(talk: Talk) -> None:
    talk.say("mam zwolnienie lekarskie", zwolnienie_lekarskie_zasilek_chorobowy=0.95)
    asked = talk.question
    talk.say("pracuję na etacie")
    assert asked is not None and answers(talk)[asked] == "etat"
    assert talk.question != asked


def test_who_the_client_is_not_says_nothing(talk: Talk) -> None:
    talk.say("nie jestem lekarzem", zzz=0.1)
    assert talk.session.profile is None


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def counter(desk: Desk, later: Later) -> Counter:
    return Counter(Desk(desk.knowledge, later), MemoryStore())  # type: ignore[arg-type]


def begun(counter: Counter) -> str:
    """A conversation in which the first question was answered."""
    name = counter.open(profile="platnik").id
    counter.take(name, Said(Heard("zatrudniam na zlecenie", (Ranked(ZLECENIE, 0.9),))))
    counter.take(name, Said(Heard("nie")))
    return name


def test_one_who_was_away_is_told_where_they_left_off(counter: Counter, later: Later) -> None:
    name = begun(counter)
    assert counter.come_back(name).replies == []
    later.moment += timedelta(hours=3)
    offered = counter.come_back(name).replies
    assert "Witaj ponownie" in offered[0]["text"] and "Wracamy?" in offered[0]["text"]
    assert counter.come_back(name).replies == []
    go_on = next(choice["id"] for choice in offered[0]["choices"] if choice["label"] == "Wracamy")
    assert counter.take(name, Pressed(go_on)).replies[-1]["question"] == "wlasny_pracownik"


def test_one_who_was_away_with_nothing_open_is_left_alone(counter: Counter, later: Later) -> None:
    name = counter.open().id
    later.moment += timedelta(hours=3)
    assert counter.come_back(name).replies == []


def code_of(counter: Counter, name: str) -> str:
    card = counter.take(name, Said(Heard("dokończę później"))).replies[-1]
    assert (card["kind"], card["card"]) == ("card", "code")
    return str(card["code"])


def test_a_code_takes_the_matter_elsewhere(counter: Counter) -> None:
    code = code_of(counter, begun(counter))
    other = counter.open().id
    counter.take(other, Said(Heard("mam dorabiać na emeryturze", (Ranked("dorabianie_limity", 0.9),))))
    replies = counter.take(other, Said(Heard(f"mam kod {code.lower().replace('-', ' ')}"))).replies
    assert "Wracamy do sprawy: Umowa zlecenia" in replies[0]["text"]
    assert replies[-1]["question"] == "wlasny_pracownik"
    kept = counter.store.read(other)
    assert kept is not None and [frame.entry for frame in kept.session.stack] == ["dorabianie_limity", ZLECENIE]


def test_a_code_expires_and_is_erased_with_its_conversation(counter: Counter, later: Later) -> None:
    name = begun(counter)
    code = code_of(counter, name)
    assert counter.carried(code) is not None
    assert counter.erase(name)["codes"] == 1
    assert counter.carried(code) is None
    code = code_of(counter, begun(counter))
    later.moment += timedelta(days=31)
    assert counter.carried(code) is None
    assert counter.store.forget_codes(later.now()) == 1


def test_wrong_codes_are_soon_not_even_looked_up(counter: Counter) -> None:
    code = code_of(counter, begun(counter))
    other = counter.open().id
    for _ in range(5):
        said = counter.take(other, Said(Heard(make_code()))).replies[0]["text"]
    assert "Za dużo" in said
    assert "Za dużo" in counter.take(other, Said(Heard(code))).replies[0]["text"]


def test_a_code_without_an_open_matter_is_not_made(talk: Talk) -> None:
    assert "nie ma do czego wracać" in talk.say("kod").text


@pytest.mark.parametrize("said", ["emerytura", "zwolnienie", "ZUS ZUA 2026", "1234567890123", "7K3QF9M2X", "dziesiec10", ""])
def test_what_is_no_code_is_not_taken_for_one(said: str) -> None:
    assert find_code(said) is None or said == "dziesiec10"


def test_a_code_is_read_as_people_type_it() -> None:
    for _ in range(50):
        code = make_code()
        for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), f"kod: {code}", code.replace("0", "O").replace("1", "l") if sum(map(str.isdigit, code)) - code.count("0") - code.count("1") >= 2 else code):
            assert find_code(typed) == code


def test_a_fault_of_ours_ends_in_an_apology_and_a_person(counter: Counter) -> None:
    name = begun(counter)
    replies = counter.apologise(name, "od 1 grudnia").replies
    assert "nie zginęła" in replies[0]["text"]
    assert any(choice["label"] == "Tak, proszę o konsultanta" for choice in replies[-1]["choices"])
    assert counter.said(name)[-len(replies) - 1].body == {"text": "od 1 grudnia"}
    handed = counter.take(name, Said(Heard("tak"))).replies
    assert handed[-1]["kind"] == "ticket"
