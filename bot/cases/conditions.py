"""Conditions of steps, questions and outcomes: mappings of answers, evaluated in three values.

``{student: nie}`` holds when the question ``student`` was answered ``nie``; ``{tytul: [etat, zlecenie]}`` for either;
several keys all have to hold; ``{any: [{…}, {…}]}`` for one of several, ``{not: {…}}`` for the opposite;
``{zgon: {before: 2026-01-01}}`` / ``{from: …}`` for dates, ``{osoby: {over: 5}}`` / ``{up_to: 5}`` for numbers.
A condition on a question that has no answer (yet, or because it was skipped) is ``None``: not decided; on one that was
passed over because it does not concern the client, it does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Union

BOUNDS = ("before", "from", "over", "up_to")
SKIPPED = "_skip"
"""The stored answer of a question the client chose to leave out: conditions on it stay undecided."""
NOT_ASKED = "_none"
"""Stands for the answer of a question that the client's route passed over: conditions on it do not hold."""


class ConditionError(ValueError):
    """A condition is not written as the schema says; the message names what is wrong."""


@dataclass(frozen=True)
class Is:
    """The answer to ``question`` is one of ``answers``."""

    question: str
    answers: frozenset[str]


@dataclass(frozen=True)
class Bound:
    """The date or number answered to ``question`` lies on one side of ``value``."""

    question: str
    side: str
    value: Union[date, Decimal]


@dataclass(frozen=True)
class Not:
    """The opposite of ``part``."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Every part holds; no part at all holds too."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Union[Is, Bound, Not, All, AnyOf]
ALWAYS = All()


def parse_condition(raw: Any) -> Condition:
    """Read a condition as written in YAML; ``None`` is the condition that always holds.

    Raises ConditionError with a sentence for the editor.
    """
    if raw is None:
        return ALWAYS
    if not isinstance(raw, Mapping):
        raise ConditionError("warunek ma być odwzorowaniem, na przykład {student: nie}")
    parts = tuple(_parse_part(str(key), value) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _parse_part(key: str, value: Any) -> Condition:
    if key == "any":
        if not isinstance(value, list) or len(value) < 2:
            raise ConditionError("po „any” ma stać lista co najmniej dwóch warunków")
        return AnyOf(tuple(parse_condition(item) for item in value))
    if key == "not":
        return Not(parse_condition(value))
    if isinstance(value, Mapping):
        bounds = tuple(Bound(key, str(side), _bound_value(str(side), limit)) for side, limit in value.items())
        return bounds[0] if len(bounds) == 1 else All(bounds)
    answers = value if isinstance(value, list) else [value]
    if not answers or not all(isinstance(answer, (str, int)) and not isinstance(answer, bool) for answer in answers):
        raise ConditionError(f"przy pytaniu „{key}” ma stać identyfikator odpowiedzi albo ich lista")
    return Is(key, frozenset(str(answer) for answer in answers))


def _bound_value(side: str, limit: Any) -> Union[date, Decimal]:
    if side not in BOUNDS:
        raise ConditionError(f"granica „{side}” nie istnieje; możliwe: {', '.join(BOUNDS)}")
    if side in ("before", "from"):
        if isinstance(limit, date):
            return limit
        try:
            return date.fromisoformat(str(limit))
        except ValueError:
            raise ConditionError(f"„{limit}” nie jest datą RRRR-MM-DD") from None
    try:
        return Decimal(str(limit))
    except InvalidOperation:
        raise ConditionError(f"„{limit}” nie jest liczbą") from None


def holds(condition: Condition, answers: Mapping[str, str]) -> bool | None:
    """Whether the condition holds under the answers; None when they do not decide it."""
    if isinstance(condition, Is):
        answer = answers.get(condition.question)
        return None if answer in (None, SKIPPED) else answer in condition.answers
    if isinstance(condition, Bound):
        return _within(condition, answers.get(condition.question))
    if isinstance(condition, Not):
        inner = holds(condition.part, answers)
        return None if inner is None else not inner
    values = [holds(part, answers) for part in condition.parts]
    decisive = isinstance(condition, AnyOf)
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _within(bound: Bound, answer: str | None) -> bool | None:
    if answer in (None, SKIPPED):
        return None
    if answer == NOT_ASKED:
        return False
    if isinstance(bound.value, date):
        day = date.fromisoformat(answer)
        return day < bound.value if bound.side == "before" else day >= bound.value
    number = Decimal(answer)
    return number > bound.value if bound.side == "over" else number <= bound.value


def leaves(condition: Condition) -> Iterator[Union[Is, Bound]]:
    """Every elementary condition inside, for checks and for telling a client what a step depends on."""
    if isinstance(condition, (Is, Bound)):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        for part in condition.parts:
            yield from leaves(part)


def mentioned(condition: Condition) -> frozenset[str]:
    """The ids of the questions a condition depends on."""
    return frozenset(leaf.question for leaf in leaves(condition))
