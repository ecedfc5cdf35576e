"""Every route of an entry, found by giving each question each of its answers; for tests, checks and drawings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.cases.conditions import Bound, leaves
from bot.cases.model import Case, Conditional, Guide, Problem, Question
from bot.cases.walk import CHECK, NO, YES, Position, step_id, walk

SAMPLE_DAY = date(2026, 6, 1)
MAX_ROUTES = 20_000


@dataclass(frozen=True)
class Route:
    """One way through an entry: the answers that lead there and where it ends."""

    answers: dict[str, str]
    steps: tuple[str, ...]
    known: dict[str, str]
    """The answers with SKIPPED and NOT_ASKED, for conditions."""
    end: str
    """``end``, ``solved``, ``people`` or ``goto:<id>``."""


def routes(entry: Guide) -> Iterator[Route]:
    """All routes, in the order of the answers. Stops after MAX_ROUTES, which only a badly built entry reaches."""
    pending: list[tuple[dict[str, str], frozenset[str], tuple[str, ...]]] = [({}, frozenset(), ())]
    found = 0
    while pending and found < MAX_ROUTES:
        answers, done, steps = pending.pop()
        place = walk(entry, answers, done)
        if place.step is not None:
            name = step_id(place.step, place.index, place.cause)
            pending.append((answers, done | {name}, (*steps, name)))
        elif place.question is not None and place.kind in ("question", "check"):
            choices = sample_answers(entry, place)
            pending.extend((dict(answers, **{place.question: value}), done, steps) for value in reversed(choices))
        else:
            found += 1
            yield Route(answers, steps, dict(place.known), f"goto:{place.target}" if place.kind == "goto" else place.kind)


def sample_answers(entry: Guide, place: Position) -> list[str]:
    """Answers that between them take every branch of the question a position asks."""
    if place.question is None:
        return []
    if place.question.startswith(CHECK):
        return [YES, NO]
    question = entry.questions[place.question]
    if question.kind == "choice":
        return [name for name, answer in question.answers.items() if answer.help is None]
    return _around_bounds(entry, place.question, question)


def _around_bounds(entry: Guide, name: str, question: Question) -> list[str]:
    bounds = [leaf for item in conditional(entry) for leaf in leaves(item.when_true) if leaf.question == name]
    values = {leaf.value for leaf in bounds if isinstance(leaf, Bound)}
    if question.kind == "date":
        days = {day for value in values if isinstance(value, date) for day in (value - timedelta(days=1), value)}
        return sorted(day.isoformat() for day in days or {SAMPLE_DAY})
    numbers = {number for value in values if isinstance(value, Decimal) for number in (value, value + 1)}
    return [str(number) for number in sorted(numbers or {Decimal(1)})]


def conditional(entry: Guide) -> list[Conditional]:
    """Everything in an entry that carries a condition."""
    items: list[Conditional] = list(entry.questions.values())
    if isinstance(entry, Case):
        items += [*entry.steps, *entry.outcome, *entry.cautions]
    return items


def causes_reached(problem: Problem) -> frozenset[str]:
    """The causes that some answer, or a failed check of another cause, leads to."""
    named = {answer.cause for question in problem.questions.values() for answer in question.answers.values()}
    named |= {cause.otherwise for cause in problem.causes.values()}
    return frozenset(name for name in named if name in problem.causes)
