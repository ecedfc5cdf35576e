"""The branching engine by properties, over every entry of the real knowledge: whatever is answered, done, taken back, changed or edited."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.conditions import NOT_ASKED, SKIPPED, holds
from bot.cases.deadlines import due
from bot.cases.loader import load_knowledge
from bot.cases.model import Case, Guide, Problem
from bot.cases.routes import sample_answers
from bot.cases.walk import CHECK, NO, YES, Kind, Position, possible, step_id, walk
from bot.dialogue.session import Frame
from tests.conftest import DAY, ROOT

KNOWLEDGE = load_knowledge(ROOT / "knowledge")
KINDS = frozenset(get_args(Kind))
GOING_ON = ("question", "check", "step")
ODD = ("", "tak", "nie", "dawna", SKIPPED, NOT_ASKED, "2024-02-29", "2026-02-29", "2026-12-01", "0001-01-01", "9999-12-31", "1.12.2026",
       "0", "5", "2.50", "-1", "1e3", "1e999999", "NaN", "Infinity", "\x00", "\ud800")  # fmt: skip
"""Stored answers that fit some questions and not others, or none."""
MOST_COMBINATIONS = 2_000
SEED = 20261124

Acts = Sequence[tuple[int, int]]
"""What a client does, as pairs of numbers: what kind of act, and which of those possible there."""


def checks(entry: Guide) -> list[str]:
    """The keys under which the answers to "does it work?" are kept."""
    names = entry.causes if isinstance(entry, Problem) else [entry.id] if entry.check else []
    return [CHECK + name for name in names]


def steps(entry: Guide) -> list[str]:
    if isinstance(entry, Case):
        return [step.id for step in entry.steps]
    return [step_id(act, index, name) for name, cause in entry.causes.items() for index, act in enumerate(cause.remedy)]


def choices(entry: Guide, name: str) -> list[str]:
    """Answers that take every branch of a question, or of a check."""
    return sample_answers(entry, Position("question", question=name))


def most_moves(entry: Guide) -> int:
    return len(entry.questions) + len(checks(entry)) + len(steps(entry)) + 1


def valid_place(entry: Guide, frame: Frame) -> Position:
    """Where the answers and done steps lead, found to be a place of the entry."""
    place = walk(entry, frame.answers, frame.done)
    asked = [item.id for item in place.asked]
    assert place.kind in KINDS
    assert len(asked) == len(set(asked)) and set(asked) <= {*entry.questions, *checks(entry)}
    assert all(item.answer is not None for item in place.asked[:-1])
    assert set(place.known) <= set(entry.questions)
    assert all(answer == NOT_ASKED or possible(entry.questions[name], answer) for name, answer in place.known.items())
    assert place.refused is None or place.refused == place.question
    if place.kind == "question":
        assert place.question in entry.questions and place.asked[-1].id == place.question and place.asked[-1].answer is None
    if place.kind == "check":
        assert place.question in checks(entry) and place.asked[-1].answer is None
    if place.kind == "goto":
        assert KNOWLEDGE.entry(place.target or "") is not None
    assert_on_route(entry, frame, place)
    return place


def assert_on_route(entry: Guide, frame: Frame, place: Position) -> None:
    whole = entry.steps if isinstance(entry, Case) else entry.causes[place.cause].remedy if place.cause else ()
    assert [step for step in whole if step in place.route] == list(place.route)
    if place.kind == "step":
        assert place.step is not None and 0 <= place.index < len(place.route) and place.route[place.index] is place.step
        assert step_id(place.step, place.index, place.cause) not in frame.done
    else:
        assert place.step is None and place.index == len(place.route)


def go_on(entry: Guide, frame: Frame, place: Position, choice: int) -> None:
    """What a client does at a place: answers or skips the question, or does the step."""
    if place.step is not None:
        frame.finish(step_id(place.step, place.index, place.cause))
    elif place.question and place.kind in GOING_ON:
        possible_here = [*choices(entry, place.question), *([SKIPPED] if place.kind == "question" else [])]
        frame.answer(place.question, possible_here[choice % len(possible_here)])


def led(entry: Guide, acts: Acts) -> Frame:
    """A client who went on so many times."""
    frame = Frame(entry.id)
    for _, choice in acts:
        go_on(entry, frame, walk(entry, frame.answers, frame.done), choice)
    return frame


def any_acts_leave_a_valid_place(entry: Guide, acts: Acts) -> None:
    frame = Frame(entry.id)
    questions, ids = [*entry.questions, *checks(entry), "dawne_pytanie"], [*steps(entry), "dawny_krok"]
    for number, choice in acts:
        place = valid_place(entry, frame)
        if number % 4 == 0:
            frame.finish(ids[choice % len(ids)])
        elif number % 4 == 1:
            name = questions[(number // 4) % len(questions)]
            known = [*entry.questions[name].answers, *ODD] if name in entry.questions else ODD
            frame.answer(name, known[choice % len(known)])
        else:
            go_on(entry, frame, place, choice)
    valid_place(entry, frame)


def back_then_the_same_gives_the_same_place(entry: Guide, acts: Acts) -> None:
    frame = Frame(entry.id)
    for number, choice in acts:
        before = valid_place(entry, frame)
        if before.kind not in GOING_ON:
            break
        go_on(entry, frame, before, choice)
        after = valid_place(entry, frame)
        assert frame.undo()
        assert valid_place(entry, frame) == dataclasses.replace(before, refused=None)
        go_on(entry, frame, before, choice)
        assert valid_place(entry, frame) == after
        if number % 3 == 0:
            change_some_answer(entry, frame, number, choice)
    back_to_the_beginning(entry, frame)


def back_to_the_beginning(entry: Guide, frame: Frame) -> None:
    for _ in range(len(frame.trail)):
        assert frame.undo()
        valid_place(entry, frame)
    assert not frame.undo()
    assert (frame.answers, frame.done) == ({}, [])


def change_some_answer(entry: Guide, frame: Frame, number: int, choice: int) -> None:
    given_so_far = [item.id for item in walk(entry, frame.answers, frame.done).asked if item.answer is not None]
    if given_so_far:
        name = given_so_far[number % len(given_so_far)]
        other = [*choices(entry, name), *([SKIPPED, "dawna"] if name in entry.questions else [])]
        frame.answer(name, other[choice % len(other)])


def a_changed_answer_contradicts_nothing(entry: Guide, acts: Acts) -> None:
    frame = led(entry, acts)
    for number, choice in acts:
        change_some_answer(entry, frame, number, choice)
        assert_nothing_contradicted(entry, frame)
        go_on(entry, frame, valid_place(entry, frame), choice)


def assert_nothing_contradicted(entry: Guide, frame: Frame) -> None:
    """Only answers to questions that are asked now count; all others might as well be different, or not there."""
    place = valid_place(entry, frame)
    used = {item.id: item.answer for item in place.asked if item.answer is not None}
    assert used.items() <= frame.answers.items()
    known = place.known or {name: used.get(name, NOT_ASKED) for name in _met(entry, place)}
    assert {name: answer for name, answer in known.items() if answer != NOT_ASKED} == {name: used[name] for name in used if name in entry.questions}
    for name, question in entry.questions.items():
        if holds(question.when_true, known) is False:
            assert known.get(name, NOT_ASKED) == NOT_ASKED
    refused = {place.refused: frame.answers[place.refused]} if place.refused else {}
    assert walk(entry, {**used, **refused}, frame.done) == place
    others = {name: choices(entry, name)[-1] for name in entry.questions if name not in used and name != place.question}
    assert walk(entry, {**others, **used, **refused}, frame.done) == place
    for step in place.route if isinstance(entry, Case) else ():
        if step.deadline and known.get(step.deadline.question or "") == NOT_ASKED:
            assert due(step.deadline, known, DAY) is None


def _met(entry: Guide, place: Position) -> list[str]:
    """The questions up to the last one asked: of a problem, whose position keeps no more."""
    names = list(entry.questions)
    asked = [names.index(item.id) for item in place.asked if item.id in entry.questions and item.answer is not None]
    return names[: max(asked, default=-1) + 1]


def every_route_ends(entry: Guide, acts: Acts) -> None:
    ended_in(entry, Frame(entry.id), [choice for _, choice in acts])


def ended_in(entry: Guide, frame: Frame, numbers: Sequence[int]) -> Position:
    """Where a client ends who goes on from a place; in no more moves than there are things to answer and do."""
    for number in itertools.islice(itertools.cycle(numbers or [0]), most_moves(entry)):
        place = valid_place(entry, frame)
        if place.kind not in GOING_ON:
            return place
        go_on(entry, frame, place, number)
    place = valid_place(entry, frame)
    assert place.kind not in GOING_ON
    return place


def an_entry_edited_meanwhile_gives_a_valid_place(entry: Guide, acts: Acts) -> None:
    frame = led(entry, acts)
    for edited in edits(entry):
        old = Frame(entry.id, dict(frame.answers), list(frame.done))
        valid_place(edited, old)
        ended_in(edited, old, [choice for _, choice in acts])


def edits(entry: Guide) -> Iterator[Guide]:
    """The entry without one of its questions, without one of their answers, without one of its steps; conditions may name what is gone."""
    for name, question in entry.questions.items():
        yield msgspec.structs.replace(entry, questions={key: item for key, item in entry.questions.items() if key != name})
        for option in question.answers if len(question.answers) > 1 else ():
            fewer = {key: item for key, item in question.answers.items() if key != option}
            if any(item.help is None for item in fewer.values()):
                yield msgspec.structs.replace(entry, questions={**entry.questions, name: msgspec.structs.replace(question, answers=fewer)})
    if isinstance(entry, Case):
        for step in entry.steps:
            yield msgspec.structs.replace(entry, steps=tuple(item for item in entry.steps if item is not step))


PROPERTIES = [
    any_acts_leave_a_valid_place,
    back_then_the_same_gives_the_same_place,
    a_changed_answer_contradicts_nothing,
    every_route_ends,
    an_entry_edited_meanwhile_gives_a_valid_place,
]
NUMBERS = st.integers(0, 999)


@pytest.mark.parametrize("holds_true", PROPERTIES)
@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(KNOWLEDGE.entries)), st.lists(st.tuples(NUMBERS, NUMBERS), max_size=30))
def test_whatever_a_client_does(holds_true: Callable[[Guide, Acts], None], name: str, acts: Acts) -> None:
    holds_true(KNOWLEDGE.entries[name], acts)


@pytest.mark.parametrize("holds_true", PROPERTIES)
def test_in_every_entry(holds_true: Callable[[Guide, Acts], None]) -> None:
    dice = random.Random(SEED)
    for name, entry in KNOWLEDGE.entries.items():
        acts = [(dice.randrange(1000), dice.randrange(1000)) for _ in range(15)]
        try:
            holds_true(entry, acts)
        except AssertionError as error:
            raise AssertionError(name, acts) from error


def test_all_answers_together_lead_to_an_end() -> None:
    """Every combination of answers, also those that no client gives one after another, with every step done and every check the same."""
    dice = random.Random(SEED)
    for name, entry in KNOWLEDGE.entries.items():
        for answers in combinations(entry, dice):
            for verdict in (YES, NO) if checks(entry) else (YES,):
                frame = Frame(name, {**answers, **dict.fromkeys(checks(entry), verdict)}, steps(entry))
                assert valid_place(entry, frame).kind not in GOING_ON, (name, answers)


def combinations(entry: Guide, dice: random.Random) -> Iterator[dict[str, str]]:
    """All combinations of answers of an entry, or, where they are too many, so many drawn ones."""
    options = {name: choices(entry, name) for name in entry.questions}
    if math.prod(map(len, options.values())) <= MOST_COMBINATIONS:
        for answers in itertools.product(*options.values()):
            yield dict(zip(options, answers, strict=True))
    else:
        for _ in range(MOST_COMBINATIONS):
            yield {name: dice.choice(possible_here) for name, possible_here in options.items()}
