"""The branching engine: where a client stands, replayed from their answers; pure functions.

A conversation keeps the entry's id, the answers by question id and the ids of the steps done. ``walk`` goes from the
first question through the answers and finds the place. Unknown keys are ignored and the order of answers does not
matter, so going back, changing an answer, resuming next week and an entry edited meanwhile are all the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, Union

from bot.cases.conditions import NOT_ASKED, SKIPPED, holds, mentioned
from bot.cases.model import Act, Case, Cause, Caution, Guide, Outcome, Problem, Question, Step

YES, NO = "tak", "nie"
CHECK = "check:"
"""Prefix of the answer key under which the check of a cause ("Działa?") is kept."""

PEOPLE = "people"

Kind = Literal["question", "step", "check", "end", "solved", "goto", "people"]


@dataclass(frozen=True)
class Asked:
    """A question on the client's route, and the answer given so far (None: not yet; SKIPPED)."""

    id: str
    answer: str | None


@dataclass(frozen=True)
class Position:
    """Where a client stands in an entry."""

    kind: Kind
    asked: tuple[Asked, ...] = ()
    """The questions met on the way, in order; their answers are the ones in force."""
    question: str | None = None
    """Id of the question to ask, or ``check:<cause>``."""
    refused: str | None = None
    """Id of the question whose stored answer is no longer possible (it is asked again)."""
    step: Union[Step, Act, None] = None
    index: int = 0
    """0-based place of ``step`` in ``route``."""
    route: tuple[Union[Step, Act], ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    """The answers in force, with SKIPPED and NOT_ASKED; what conditions are evaluated on."""
    cause: str | None = None
    target: str | None = None
    """With ``goto``: the entry that the answer leads to."""

    @property
    def answers(self) -> dict[str, str]:
        """The answers in force, without the skipped ones."""
        return {name: answer for name, answer in self.known.items() if answer not in (SKIPPED, NOT_ASKED)}


def step_id(step: Union[Step, Act], index: int, cause: str | None = None) -> str:
    """The id under which a done step is remembered; acts of a remedy are numbered inside their cause."""
    return step.id if isinstance(step, Step) else f"{cause}:{index + 1}"


def walk(entry: Guide, answers: Mapping[str, str], done: Collection[str] = ()) -> Position:
    """Replay the answers from the first question and find the place."""
    return _walk_problem(entry, answers, done) if isinstance(entry, Problem) else _walk_case(entry, answers, done)


def possible(question: Question, answer: str) -> bool:
    """Whether a stored answer is one that the question (still) takes."""
    if answer == SKIPPED:
        return True
    try:
        if question.kind == "date":
            return bool(date.fromisoformat(answer))
        if question.kind == "number":
            return Decimal(answer).is_finite() and Decimal(answer) >= 0
    except (ValueError, InvalidOperation):
        return False
    return answer in question.answers and question.answers[answer].help is None


def _walk_case(case: Case, answers: Mapping[str, str], done: Collection[str]) -> Position:
    asked: list[Asked] = []
    known: dict[str, str] = {}
    for name, question in case.questions.items():
        if not matters(case, name, known):
            known[name] = NOT_ASKED
            continue
        stop = _meet(name, question, answers, asked, known)
        if stop is not None:
            return stop
    route = route_of(case, known)
    for index, step in enumerate(route):
        if step.id not in done:
            return Position("step", asked=tuple(asked), known=known, step=step, index=index, route=route)
    verdict = _verdict(case.id, answers, asked) if case.check else None
    if case.check and verdict != YES:
        kind: Kind = "people" if verdict == NO else "check"
        return Position(kind, asked=tuple(asked), known=known, question=CHECK + case.id, route=route, index=len(route))
    return Position("end", asked=tuple(asked), known=known, route=route, index=len(route))


def _meet(
    name: str, question: Question, answers: Mapping[str, str], asked: list[Asked], known: dict[str, str]
) -> Position | None:
    """Pass a question with its stored answer, or say why the walk stops here."""
    answer = answers.get(name)
    if answer is not None and not possible(question, answer):
        asked.append(Asked(name, None))
        return Position("question", asked=tuple(asked), known=known, question=name, refused=name)
    asked.append(Asked(name, answer))
    if answer is None:
        return Position("question", asked=tuple(asked), known=known, question=name)
    known[name] = answer
    chosen = question.answers.get(answer)
    if chosen and chosen.goto:
        return Position("goto", asked=tuple(asked), known=known, target=chosen.goto)
    if chosen and chosen.people:
        return Position("people", asked=tuple(asked), known=known)
    return None


def matters(case: Case, name: str, known: Mapping[str, str]) -> bool:
    """Whether asking the question can still change this client's route, given the answers before it."""
    question = case.questions[name]
    if holds(question.when_true, known) is False:
        return False
    if any(answer.goto or answer.people for answer in question.answers.values()):
        return True
    later = [other for other in case.questions.values() if other is not question]
    for item in (*case.steps, *case.outcome, *case.cautions, *later):
        state = holds(item.when_true, known)
        if state is None and name in mentioned(item.when_true):
            return True
        if state is not False and isinstance(item, Step) and item.deadline and item.deadline.question == name:
            return True
    return False


def route_of(case: Case, known: Mapping[str, str]) -> tuple[Step, ...]:
    """The client's steps: all but those that the answers rule out (skipped questions leave both branches)."""
    return tuple(step for step in case.steps if holds(step.when_true, known) is not False)


def outcomes_of(case: Case, known: Mapping[str, str]) -> tuple[Outcome, ...]:
    """The outcomes that the answers do not rule out."""
    return tuple(item for item in case.outcome if holds(item.when_true, known) is not False)


def cautions_of(case: Case, known: Mapping[str, str]) -> tuple[Caution, ...]:
    """The warnings for the whole matter that the answers do not rule out."""
    return tuple(item for item in case.cautions if holds(item.when_true, known) is not False)


def _walk_problem(problem: Problem, answers: Mapping[str, str], done: Collection[str]) -> Position:
    asked: list[Asked] = []
    known: dict[str, str] = {}
    tried: set[str] = set()
    for name, question in problem.questions.items():
        if holds(question.when_true, known) is False:
            known[name] = NOT_ASKED
            continue
        stop = _meet(name, question, answers, asked, known)
        if stop is not None:
            return stop
        chosen = question.answers.get(known.get(name, ""))
        cause = chosen.cause if chosen else None
        while cause and cause not in tried:
            tried.add(cause)
            stop = _remedy(problem.causes[cause], cause, answers, done, asked)
            if stop is not None:
                return stop
            following = problem.causes[cause].otherwise
            if following and following not in problem.causes:
                return _leave(following, asked)
            cause = following
    return Position("people", asked=tuple(asked))


def _leave(target: str, asked: list[Asked]) -> Position:
    if target == PEOPLE:
        return Position("people", asked=tuple(asked))
    return Position("goto", asked=tuple(asked), target=target)


def _remedy(
    cause: Cause, name: str, answers: Mapping[str, str], done: Collection[str], asked: list[Asked]
) -> Position | None:
    """Walk a remedy act by act, then its check; None when the check said it did not help."""
    for index, act in enumerate(cause.remedy):
        if step_id(act, index, name) not in done:
            return Position("step", asked=tuple(asked), step=act, index=index, route=cause.remedy, cause=name)
    key = CHECK + name
    verdict = _verdict(name, answers, asked)
    if verdict == YES:
        return Position("solved", asked=tuple(asked), cause=name, route=cause.remedy, index=len(cause.remedy))
    if verdict == NO:
        return None
    return Position(
        "check", asked=tuple(asked), question=key, cause=name, route=cause.remedy, index=len(cause.remedy)
    )


def _verdict(name: str, answers: Mapping[str, str], asked: list[Asked]) -> str | None:
    """The answer to the check of a cause or a procedure, noted among the questions met."""
    answer = answers.get(CHECK + name)
    verdict = answer if answer in (YES, NO) else None
    asked.append(Asked(CHECK + name, verdict))
    return verdict
