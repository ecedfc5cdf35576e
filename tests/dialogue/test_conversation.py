"""Whole conversations, pattern by pattern."""

from __future__ import annotations

import pytest

from bot.dialogue.desk import Desk
from tests.dialogue.talk import Talk

ZLECENIE = "zgloszenie_zleceniobiorcy"


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


def opened(talk: Talk) -> Talk:
    return talk.say("zatrudniłam studentkę na zlecenie, co teraz?", **{ZLECENIE: 0.9, "zgloszenie_pracownika": 0.06})


def at_steps(talk: Talk) -> Talk:
    opened(talk).say("nie, już skończyła studia").say("osoba z zewnątrz").say("nie ma innej pracy").say("bez chorobowego")
    return talk.say("od 1 grudnia")


def test_the_first_words_invite_and_ask_who_the_client_is(talk: Talk) -> None:
    assert talk.replies[0]["kind"] == "text"
    assert len(talk.find("choices")["choices"]) == 6


def test_a_matter_opens_with_what_it_is_about_what_is_lost_and_the_first_question(talk: Talk) -> None:
    opened(talk)
    assert talk.replies[0]["understood"] == {"id": ZLECENIE, "title": "Umowa zlecenia – zgłoszenie i składki"}
    assert talk.find("notice")["level"] == "warning"
    assert talk.question == "student"
    assert talk.find("choices")["case"]["id"] == ZLECENIE


def test_a_case_is_led_to_its_end_with_a_deadline_date(talk: Talk) -> None:
    at_steps(talk)
    step = talk.find("step")
    assert (step["position"], step["of"], step["case"]["id"]) == (1, 5, ZLECENIE)
    talk.say("dalej")
    assert talk.find("step")["deadline"]["date"] == "2026-12-08"
    assert talk.find("step")["forms"][0]["symbol"] == "ZUS ZUA"
    for _ in range(4):
        talk.say("zrobione")
    assert talk.has("checklist")
    assert "22.11.2026" in talk.text


def test_an_answer_in_own_words_is_mapped_and_a_doubtful_one_asked_about(talk: Talk) -> None:
    opened(talk).say("nie").say("z zewnątrz")
    assert talk.question == "inny_tytul"
    talk.say("no ma etat")
    assert talk.question == "poczatek"


def test_an_unsure_client_is_told_how_to_find_out_and_may_skip(talk: Talk) -> None:
    opened(talk).say("nie wiem")
    assert "oświadczenie" in talk.text
    assert talk.question == "student"
    talk.press("Pomiń")
    assert talk.question == "wlasny_pracownik"


def test_steps_after_a_skipped_question_say_on_what_they_depend(talk: Talk) -> None:
    opened(talk).say("pomiń").say("z zewnątrz").say("pomiń").say("pomiń").say("pomiń").say("dalej")
    assert "Uczeń lub student" in talk.find("step")["only_if"]


def test_a_term_or_form_is_a_digression_that_returns_by_name_and_step(talk: Talk) -> None:
    opened(talk).say("nie").say("co to jest ZUS RCA")
    assert talk.find("card")["symbol"] == "ZUS RCA"
    assert "Wracamy do sprawy: Umowa zlecenia" in talk.text
    assert talk.question == "wlasny_pracownik"
    talk.say("co to jest kapitał początkowy?")
    assert talk.find("card")["card"] == "term"
    assert talk.question == "wlasny_pracownik"


def test_another_matter_interrupts_and_the_first_is_offered_again(talk: Talk) -> None:
    at_steps(talk).say("dalej")
    talk.say("a jak się umówić na wizytę w placówce?", umowienie_wizyty=0.92)
    assert "Odkładam na chwilę" in talk.text
    talk.say("wystarczy rozmowa").say("nie mam konta")
    while not talk.has("checklist"):
        talk.say("dalej")
    assert "Czy wracamy do odłożonej sprawy: Umowa zlecenia – zgłoszenie i składki (krok 2 z 5)?" in talk.text
    talk.say("tak")
    assert talk.find("step")["position"] == 2


def test_back_then_the_same_answer_gives_the_same_place(talk: Talk) -> None:
    opened(talk).say("nie").say("z zewnątrz")
    before = talk.question
    talk.say("wstecz")
    assert talk.question == "wlasny_pracownik"
    talk.say("z zewnątrz")
    assert talk.question == before


def test_back_leads_to_any_earlier_answer_and_the_others_stay(talk: Talk) -> None:
    at_steps(talk).say("wstecz")
    talk.press("Inna praca ze składkami co najmniej od minimalnego wynagrodzenia albo firma: Nie, zarabia tam mniej albo nie ma innej pracy")
    assert talk.question == "inny_tytul"
    talk.say("no ma etat").say("1 grudnia").say("dalej")
    assert talk.find("step")["forms"][0]["symbol"] == "ZUS ZZA"


def test_an_old_button_changes_its_answer(talk: Talk) -> None:
    opened(talk)
    yes = talk.find("choices")["choices"][0]["id"]
    talk.say("nie").say("z zewnątrz")
    talk.press_id(yes)
    talk.say("dalej")
    assert "Nie zgłaszaj studenta" in talk.find("step")["title"]


@pytest.mark.parametrize("word", ["ok", "aha", "dobra", "dziękuję"])
def test_an_early_word_of_assent_never_derails(talk: Talk, word: str) -> None:
    opened(talk).say(word)
    assert talk.question == "student"
    at_steps(talk).say(word)
    assert talk.find("step")["position"] == 1


def test_repeat_says_it_in_other_words(talk: Talk) -> None:
    opened(talk).say("nie rozumiem")
    assert "Prościej" in talk.text
    assert talk.question == "student"


def test_restart_forgets_the_answers_and_cancel_the_matter(talk: Talk) -> None:
    at_steps(talk).say("od nowa")
    assert talk.question == "student"
    talk.say("przerwij")
    assert talk.session.stack == []
    talk.say("dalej")
    assert "Nie mamy teraz otwartej sprawy" in talk.text


def test_two_misunderstandings_in_a_row_end_in_the_offer_of_a_person(talk: Talk) -> None:
    talk.say("xyz coś tam")
    assert not any("konsultantowi" in label for label in talk.labels)
    talk.say("blabla znów")
    assert "Czy mam przekazać sprawę konsultantowi?" in talk.text
    talk.say("tak")
    assert talk.handover is not None
    assert talk.handover.reason == "offered"


def test_not_this_twice_leads_to_people_with_the_path_and_what_was_considered(talk: Talk) -> None:
    at_steps(talk).say("to nie to").say("to nie to")
    assert talk.session.offer is not None
    talk.say("tak, proszę")
    assert talk.handover is not None
    assert talk.handover.entry == ZLECENIE
    assert [item["id"] for item in talk.handover.path][:2] == ["student", "wlasny_pracownik"]
    assert talk.handover.candidates[0].id == ZLECENIE
    assert ZLECENIE in talk.handover.rejected


def test_not_this_once_offers_what_else_was_considered(desk: Desk) -> None:
    talk = Talk(desk).say("nowa osoba w firmie", zgloszenie_pracownika=0.6, zgloszenie_zleceniobiorcy=0.2, rozpoczecie_dzialalnosci_ceidg=0.1)
    talk.press("To nie to")
    assert talk.labels[:2] == ["Umowa zlecenia – zgłoszenie i składki", "Rozpoczęcie jednoosobowej działalności (wpis do CEIDG)"]


def test_a_doubtful_message_is_asked_about_by_titles(desk: Desk) -> None:
    talk = Talk(desk).say("ktoś nowy", zgloszenie_pracownika=0.3, zgloszenie_zleceniobiorcy=0.28, konto_ezus=0.01)
    assert talk.labels == ["Zatrudnienie pracownika i zgłoszenie go do ubezpieczeń", "Umowa zlecenia – zgłoszenie i składki", "Żadne z tych"]
    talk.press("Umowa zlecenia – zgłoszenie i składki")
    assert talk.question == "student"


def test_what_is_not_ours_is_said_plainly(desk: Desk) -> None:
    talk = Talk(desk).say("jaka jutro pogoda", out_of_scope=0.9, konto_ezus=0.02)
    assert "To nie wygląda na sprawę, którą załatwia ZUS" in talk.text


def test_a_person_is_there_at_any_time(talk: Talk) -> None:
    opened(talk).say("nie").say("Chcę rozmawiać z człowiekiem")
    assert talk.handover is not None
    assert talk.handover.reason == "asked"
    assert talk.handover.standing == "pytanie: Zlecenie z własnym pracownikiem albo na rzecz jego pracodawcy"


def test_diagnostics_are_asked_once_before_people_and_go_with_the_matter(desk: Desk) -> None:
    talk = Talk(desk).say("Płatnik nie widzi certyfikatu", certyfikat_niewidoczny=0.9)
    talk.say("tak, przez pulpit zdalny").say("dalej").say("dalej").say("dalej")
    assert talk.question == "check:pulpit_zdalny"
    talk.say("nie działa")
    assert talk.question == "collect:wersja"
    talk.say("10.02.002 metryka 270").say("Windows 11, mój PESEL 44051401359").say("pomiń").say("brak")
    talk.press("Przekaż od razu")
    assert talk.handover is not None
    assert talk.handover.reason == "not_solved"
    assert talk.handover.collected["Wersja i metryka"] == "10.02.002 metryka 270"
    assert "[PESEL]" in talk.handover.collected["Windows"]
    talk.say("konsultant")
    assert talk.handover is not None or talk.question not in ("collect:wersja", "collect:windows")


def test_a_remedy_that_works_closes_the_problem(desk: Desk) -> None:
    talk = Talk(desk).say("nie znaleziono certyfikatu")
    assert talk.replies[0]["understood"]["id"] == "certyfikat_niewidoczny"
    talk.say("lokalnie").say("nie, tam też go nie ma").say("dalej").say("dalej").say("dalej").say("tak, działa")
    assert "problem rozwiązany" in talk.text


def test_a_profile_can_be_chosen_and_answers_stay(desk: Desk) -> None:
    talk = Talk(desk).press("Jestem lekarzem")
    assert talk.session.profile == "lekarz"
    assert any("e-ZLA" in label for label in talk.labels)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "???", "\x00\x01"])
def test_an_empty_message_gets_a_sentence_and_changes_nothing(talk: Talk, text: str) -> None:
    opened(talk)
    stack = talk.session.stack
    talk.say(text)
    assert talk.question == "student"
    assert talk.session.stack == stack


def test_a_button_of_another_conversation_changes_nothing(desk: Desk, talk: Talk) -> None:
    opened(talk)
    talk.press_id("cudzy")
    assert talk.question == "student"
    assert "już nie działa" in talk.text


def test_an_entry_past_its_date_is_not_shown_as_current(knowledge: object, desk: Desk) -> None:
    import datetime

    import msgspec

    old = msgspec.structs.replace(desk.knowledge.entries["konto_ezus"], valid_to=datetime.date(2026, 1, 1))
    from dataclasses import replace

    stale = replace(desk, knowledge=replace(desk.knowledge, entries={**desk.knowledge.entries, "konto_ezus": old}))
    talk = Talk(stale).say("chcę założyć dostęp przez internet", konto_ezus=0.95)
    assert "straciła ważność" in talk.text
    assert not talk.has("step")
