"""What each turn is counted as: one word of a closed list, with the matter and the place, and none of the client's words."""

from __future__ import annotations

import pytest

from bot.counter.counter import Counter
from bot.counter.people import People
from bot.dialogue.outcomes import KINDS, Outcome
from bot.dialogue.turn import Pressed, Said
from bot.dialogue.understanding import Heard, Ranked
from bot.store.memory import MemoryStore

CASE = "zgloszenie_zleceniobiorcy"
PROBLEM = "certyfikat_niewidoczny"


class Talk:
    """A client at the counter; each act returns what it was counted as."""

    def __init__(self, counter: Counter, profile: str | None = "platnik") -> None:
        self.counter = counter
        opened = counter.open(profile=profile)
        self.id, self.replies = opened.id, opened.replies

    def say(self, text: str, **heard: float) -> Outcome:
        self.replies = self.counter.take(self.id, Said(Heard(text, tuple(Ranked(key, value) for key, value in heard.items())))).replies
        return self.last

    def press(self, label: str) -> Outcome:
        found = next(choice["id"] for reply in reversed(self.replies) for choice in reply.get("choices", ()) if label in choice["label"])
        return self.press_id(found)

    def press_id(self, name: str) -> Outcome:
        self.replies = self.counter.take(self.id, Pressed(name)).replies
        return self.last

    @property
    def last(self) -> Outcome:
        return self.counter.store.outcomes(self.id)[-1]


@pytest.fixture
def talk(counter: Counter) -> Talk:
    return Talk(counter)


def to_the_end(talk: Talk) -> Outcome:
    """Through the steps of a matter whose questions were answered."""
    for _ in range(20):
        found = talk.say("dalej")
        if found.kind != "step":
            return found
    raise AssertionError("no end")


def route(talk: Talk) -> Outcome:
    talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    talk.say("nie")
    return talk.say("tak")


def test_opening_the_window_is_no_turn(talk: Talk) -> None:
    assert talk.counter.store.outcomes(talk.id) == []


def test_a_matter_understood_is_an_answer_with_its_first_question(talk: Talk) -> None:
    found = talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    assert (found.kind, found.entry) == ("answered", CASE)
    assert (found.step or "").startswith("question:")
    assert found.confidence is not None and found.confidence > 0.5


def test_an_answer_to_a_question_is_a_step_with_the_next_place(talk: Talk) -> None:
    first = talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    second = talk.say("nie")
    assert (second.kind, second.entry, second.confidence) == ("step", CASE, None)
    assert second.step != first.step


def test_the_end_of_a_matter_is_counted_once(talk: Talk) -> None:
    assert (route(talk).step or "").startswith("step:")
    assert to_the_end(talk) == Outcome("completed", CASE)
    for text in ("dalej", "powtórz", "menu"):
        assert talk.say(text).kind == "command", text


def test_the_same_matter_may_end_twice(talk: Talk) -> None:
    route(talk)
    to_the_end(talk)
    assert talk.say("od nowa").kind == "command"
    talk.say("nie")
    talk.say("tak")
    assert to_the_end(talk) == Outcome("completed", CASE)


def test_a_remedy_that_helped_is_solved(talk: Talk) -> None:
    assert talk.say("nie widać certyfikatu", **{PROBLEM: 0.95}).entry == PROBLEM
    for _ in range(20):
        shown = talk.replies[-1] if talk.replies[-1].get("choices") else talk.replies[-2]
        if str(shown.get("question", "")).startswith("check:"):
            break
        talk.press_id(shown["choices"][0]["id"])
    found = talk.say("tak")
    assert (found.kind, found.entry) == ("solved", PROBLEM)


def test_a_changed_answer_is_a_correction(talk: Talk) -> None:
    talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    talk.say("nie")
    found = talk.say("a jednak tak, uczy się i nie ma 26 lat")
    assert (found.kind, found.entry) == ("correction", CASE)


def test_going_back_is_a_command_and_a_choice_of_what_to_change_is_a_correction(talk: Talk) -> None:
    route(talk)
    assert talk.say("cofnij").kind == "command"
    assert talk.press(": Nie").kind == "correction"


def test_an_answer_that_fits_none_is_asked_about(talk: Talk) -> None:
    talk.say("nie widać certyfikatu", **{PROBLEM: 0.95})
    assert talk.say("to nie to").kind == "clarification"


def test_what_was_understood_wrongly_is_a_correction_of_that_matter(talk: Talk) -> None:
    talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    found = talk.press("To nie to")
    assert (found.kind, found.entry) == ("correction", CASE)


def test_misses_of_both_kinds_and_a_question_back(counter: Counter) -> None:
    assert Talk(counter).say("jaka pogoda", out_of_scope=0.9).kind == "out_of_scope"
    assert Talk(counter).say("abrakadabra").kind == "not_understood"
    unsure = Talk(counter).say("umowa", **{CASE: 0.2, "zgloszenie_pracownika": 0.18})
    assert unsure.kind == "clarification"
    assert Talk(counter).say("...").kind == "not_understood"


def test_the_second_miss_is_a_miss_though_a_person_is_offered(talk: Talk) -> None:
    talk.say("abrakadabra")
    assert talk.say("hokus pokus").kind == "not_understood"
    assert talk.say("jaka pogoda", out_of_scope=0.9).kind == "out_of_scope"


def test_commands_steer(talk: Talk) -> None:
    for text in ("menu", "pomoc", "dziękuję"):
        assert talk.say(text).kind == "command", text
    assert talk.press_id("stary-przycisk").kind == "command"
    assert talk.say("jestem emerytem").kind == "command"


def test_a_card_is_an_answer(talk: Talk) -> None:
    assert talk.say("ZUS ZUA").kind == "answered"


def test_a_handoff_names_its_matter_and_the_consultants_talk_is_apart(counter: Counter) -> None:
    talk = Talk(counter)
    talk.say("zatrudniam na zlecenie", **{CASE: 0.9})
    assert talk.say("konsultant") == Outcome("handoff", CASE)
    people = People(counter.desk, counter.store)
    number = next(reply["number"] for reply in talk.replies if reply["kind"] == "ticket")
    people.take(number, "ewa")
    people.begin_talk(number, "ewa")
    assert talk.say("mój PESEL 44051401359").kind == "person"
    people.end_talk(number, "ewa")
    assert talk.say("menu").kind == "command"


def test_our_own_fault_is_an_error(talk: Talk) -> None:
    talk.counter.apologise(talk.id, "cokolwiek")
    assert talk.last.kind == "error"


def test_a_repeated_message_is_counted_once(talk: Talk) -> None:
    for _ in range(2):
        talk.counter.take(talk.id, Said(Heard("menu")), client_id="m1")
    assert len(talk.counter.store.outcomes(talk.id)) == 1


def test_nothing_of_the_clients_words_is_kept(talk: Talk) -> None:
    for text in ("tajne słowo 44051401359", "zatrudniam tajnie", "tajne"):
        talk.say(text, **{CASE: 0.9})
    assert "tajn" not in repr(talk.counter.store.outcomes(talk.id))
    assert {outcome.kind for outcome in talk.counter.store.outcomes(talk.id)} <= set(KINDS)


def test_an_erased_conversation_leaves_its_outcomes_without_a_link(talk: Talk) -> None:
    talk.say("menu")
    assert isinstance(talk.counter.store, MemoryStore)
    assert talk.counter.erase(talk.id)["outcomes"] == 1
    assert talk.counter.store.outcomes(talk.id) == []
    assert [outcome.kind for outcome in talk.counter.store.outcomes(None)] == ["command"]
