"""The branching engine, on a small case and, by properties, on every entry."""

from __future__ import annotations

import random

import msgspec
import pytest

from bot.cases.knowledge import Knowledge
from bot.cases.model import Case, Problem
from bot.cases.routes import routes, sample_answers
from bot.cases.walk import SKIPPED, step_id, walk

BASE = {"title": "T", "when": "t", "summary": "S", "profiles": ["platnik"], "topic": "t", "owner": "o", "verified_on": "2026-01-01",
        "review_by": "2027-01-01", "sources": [{"note": "n"}]}  # fmt: skip


def case(**fields: object) -> Case:
    return msgspec.convert({**BASE, "id": "c", "outcome": [{"text": "koniec"}], **fields}, Case)


SMALL = case(
    questions={
        "a": {"ask": "A?", "answers": {"tak": {"label": "Tak"}, "nie": {"label": "Nie"}, "inna": {"label": "Inna", "goto": "x"}, "nw": {"label": "?", "help": "h"}}},
        "b": {"ask": "B?", "answers": {"tak": {"label": "Tak"}, "nie": {"label": "Nie"}}},
        "c": {"ask": "C?", "answers": {"tak": {"label": "Tak"}, "nie": {"label": "Nie"}}},
        "d": {"ask": "D?", "kind": "date"},
    },
    steps=[
        {"id": "s1", "title": "1", "do": "1"},
        {"id": "s2", "title": "2", "do": "2", "if": {"a": "tak", "b": "tak"}},
        {"id": "s3", "title": "3", "do": "3", "if": {"a": "nie"}, "deadline": {"text": "7 dni", "after": "d", "days": 7}},
    ],
)


def test_only_questions_that_still_matter_are_asked() -> None:
    assert walk(SMALL, {}).question == "a"
    assert walk(SMALL, {"a": "tak"}).question == "b"
    assert walk(SMALL, {"a": "nie"}).question == "d"
    assert walk(SMALL, {"a": "tak", "b": "nie"}).kind == "step"


def test_answers_that_still_hold_are_kept_when_an_earlier_one_changes() -> None:
    answers = {"a": "tak", "b": "tak"}
    assert [step.id for step in walk(SMALL, answers).route] == ["s1", "s2"]
    place = walk(SMALL, {**answers, "a": "nie", "d": "2026-01-01"})
    assert place.answers == {"a": "nie", "d": "2026-01-01"}
    assert [step.id for step in place.route] == ["s1", "s3"]
    assert walk(SMALL, answers).answers == answers


def test_an_answer_that_is_no_longer_possible_is_asked_again() -> None:
    place = walk(SMALL, {"a": "dawna"})
    assert (place.question, place.refused) == ("a", "a")
    assert walk(SMALL, {"a": "nw"}).question == "a"
    assert walk(SMALL, {"a": "nie", "d": "wczoraj"}).refused == "d"


def test_an_answer_can_lead_to_another_matter() -> None:
    assert walk(SMALL, {"a": "inna"}).target == "x"


def test_a_skipped_question_leaves_both_branches() -> None:
    place = walk(SMALL, {"a": "tak", "b": SKIPPED})
    assert [step.id for step in place.route] == ["s1", "s2"]
    assert "b" not in place.answers


def test_done_steps_are_passed() -> None:
    place = walk(SMALL, {"a": "tak", "b": "tak"}, {"s1"})
    assert (place.step.id, place.index) == ("s2", 1)
    assert walk(SMALL, {"a": "tak", "b": "tak"}, {"s1", "s2"}).kind == "end"


def test_the_order_of_answers_and_unknown_keys_do_not_matter() -> None:
    assert walk(SMALL, {"b": "tak", "zzz": "1", "a": "tak"}) == walk(SMALL, {"a": "tak", "b": "tak"})


PROBLEM = msgspec.convert(
    {
        **BASE,
        "id": "p",
        "kind": "problem",
        "questions": {"q": {"ask": "Q?", "answers": {"tak": {"label": "T", "cause": "one"}, "nie": {"label": "N"}}},
                      "r": {"ask": "R?", "answers": {"tak": {"label": "T", "cause": "two"}, "nie": {"label": "N", "people": True}}}},
        "causes": {"one": {"cause": "1", "remedy": [{"do": "a"}, {"do": "b"}], "check": "?"}, "two": {"cause": "2", "remedy": [{"do": "c"}], "check": "?", "otherwise": "people"}},
        "collect": ["wersja"],
    },
    Problem,
)  # fmt: skip


def test_a_remedy_is_walked_then_checked_and_a_failed_check_goes_on() -> None:
    assert walk(PROBLEM, {"q": "tak"}).step.do == "a"
    assert walk(PROBLEM, {"q": "tak"}, {"one:1", "one:2"}).kind == "check"
    assert walk(PROBLEM, {"q": "tak", "check:one": "tak"}, {"one:1", "one:2"}).kind == "solved"
    assert walk(PROBLEM, {"q": "tak", "check:one": "nie"}, {"one:1", "one:2"}).question == "r"
    assert walk(PROBLEM, {"q": "tak", "check:one": "nie", "r": "tak", "check:two": "nie"}, {"one:1", "one:2", "two:1"}).kind == "people"
    assert walk(PROBLEM, {"q": "nie", "r": "nie"}).kind == "people"


def test_every_route_of_every_entry_ends_in_something(knowledge: Knowledge) -> None:
    for entry in knowledge.entries.values():
        found = list(routes(entry))
        assert found, entry.id
        for route in found:
            assert route.end in ("end", "solved", "people") or knowledge.entry(route.end.removeprefix("goto:")), (entry.id, route)
            assert route.steps or route.end != "end", (entry.id, route)


@pytest.mark.parametrize("seed", range(5))
def test_random_walks_with_changed_answers_never_keep_a_contradicted_one(knowledge: Knowledge, seed: int) -> None:
    dice = random.Random(seed)
    for entry in knowledge.entries.values():
        answers: dict[str, str] = {}
        done: set[str] = set()
        for _ in range(40):
            place = walk(entry, answers, done)
            assert set(place.answers) <= set(answers)
            for item in place.asked:
                if item.answer and item.id in entry.questions and entry.questions[item.id].kind == "choice":
                    assert item.answer in entry.questions[item.id].answers
            if place.kind == "step":
                done.add(step_id(place.step, place.index, place.cause))
            elif place.question:
                before = place
                answers[place.question] = dice.choice(sample_answers(entry, place))
                after = walk(entry, answers, done)
                again = {key: value for key, value in answers.items() if key != before.question}
                assert walk(entry, again, done).question == before.question
                assert walk(entry, {**again, before.question: answers[before.question]}, done) == after
            elif answers:
                answers.pop(dice.choice(list(answers)))
            else:
                break
