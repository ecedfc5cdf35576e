"""The tree of a matter beside the talk: every question with its answer or the reason it no longer matters, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Union

from bot.cases.conditions import NOT_ASKED, SKIPPED, All, AnyOf, Bound, Condition, Is, Not, holds
from bot.cases.model import Case, Guide
from bot.cases.walk import CHECK, NO, YES, Asked, Position, matters, possible, route_of
from bot.dialogue.present import Presenter
from bot.web.pages.route import in_words
from bot.web.staff.spot import Spot

Leaf = Union[Is, Bound]
State = Literal["answered", "now", "later", "void"]
"""Answered and in force; asked now; may still be asked; no longer of any weight on this client's way."""


@dataclass(frozen=True)
class Branch:
    """A question in the tree."""

    name: str
    ask: str
    state: State
    answer: str | None = None
    """What stands in the address, in words; in force only in the state ``answered``."""
    change: str | None = None
    """The address on which it is asked again."""
    because: tuple[tuple[str, str], ...] = ()
    """For ``void``: the answers that ruled it out, ``(question, answer)``; none when nothing depends on it any more."""
    ended: bool = False
    """For ``void``: the way has ended before it."""
    detail: str | None = None
    """For the check of a remedy: the cause that it was tried on."""


@dataclass(frozen=True)
class Ahead:
    """A step or a cause that follows."""

    name: str
    title: str
    state: Literal["sure", "maybe", "now", "failed", "helped"]
    done: bool = False


def tree(spot: Spot, place: Position, show: Presenter) -> list[Branch]:
    """Every question in order; the checks of remedies stand where they were asked."""
    entry = spot.entry
    met = {item.id for item in place.asked}
    names = list(entry.questions)
    known = _known(entry, place)
    found: list[Branch] = []
    for item in place.asked:
        while item.id in entry.questions and names[0] not in met:
            found.append(_void(spot, names.pop(0), known, show))
        if item.id in entry.questions:
            names.pop(0)
        found.append(_met(spot, item, show))
    return [*found, *(_unmet(spot, name, known, place, show) for name in names)]


def _known(entry: Guide, place: Position) -> Mapping[str, str]:
    """The answers in force, with NOT_ASKED for the questions that were passed over on the way."""
    given = {item.id: item.answer for item in place.asked if item.answer and item.id in entry.questions}
    names = list(entry.questions)
    reached = max((names.index(item.id) for item in place.asked if item.id in entry.questions), default=-1)
    met = {item.id for item in place.asked}
    return {**{name: NOT_ASKED for name in names[:reached] if name not in met}, **given}


def _met(spot: Spot, item: Asked, show: Presenter) -> Branch:
    detail = None
    if item.id.startswith(CHECK) and not isinstance(spot.entry, Case):
        detail = show.say(spot.entry.causes[item.id.removeprefix(CHECK)].cause)
    ask, answer = in_words(spot.entry, item, show)
    if item.answer is None:
        return Branch(item.id, ask, "now", detail=detail)
    return Branch(item.id, ask, "answered", answer, spot.without(item.id), detail=detail)


def _unmet(spot: Spot, name: str, known: Mapping[str, str], place: Position, show: Presenter) -> Branch:
    """A question behind the place: still to come, unless the answers have ruled it out or the way has ended."""
    entry = spot.entry
    open_way = place.kind in ("question", "check") and not (isinstance(entry, Case) and place.kind == "check")
    alive = matters(entry, name, known) if isinstance(entry, Case) else holds(entry.questions[name].when_true, known) is not False
    if not open_way or not alive:
        return replace(_void(spot, name, known, show), ended=alive)
    return Branch(name, _short(entry, name, show), "later", _stored(spot, name, show))


def _void(spot: Spot, name: str, known: Mapping[str, str], show: Presenter) -> Branch:
    because = dict(_decisive(spot.entry, name, known, show))
    return Branch(name, _short(spot.entry, name, show), "void", _stored(spot, name, show), because=tuple(because.items()))


def _decisive(entry: Guide, name: str, known: Mapping[str, str], show: Presenter) -> Iterator[tuple[str, str]]:
    """The answers by which the condition of a question does not hold; through passed-over questions to those that passed them over."""
    for leaf in _deciding(entry.questions[name].when_true, known, want=False):
        answer = known.get(leaf.question)
        if answer == NOT_ASKED and leaf.question != name:
            yield from _decisive(entry, leaf.question, known, show)
        elif answer not in (None, SKIPPED, NOT_ASKED):
            yield show.answered(entry, leaf.question, answer)


def _deciding(condition: Condition, known: Mapping[str, str], *, want: bool) -> Iterator[Leaf]:
    """The elementary conditions that make a condition come out as it does; nothing unless it comes out as wanted."""
    if holds(condition, known) is not want:
        return
    if isinstance(condition, Not):
        yield from _deciding(condition.part, known, want=not want)
    elif isinstance(condition, (All, AnyOf)):
        parts = condition.parts
        if isinstance(condition, AnyOf) == want:
            parts = next(((part,) for part in parts if holds(part, known) is want), ())
        for part in parts:
            yield from _deciding(part, known, want=want)
    else:
        yield condition


def _short(entry: Guide, name: str, show: Presenter) -> str:
    return show.answered(entry, name)[0]


def _stored(spot: Spot, name: str, show: Presenter) -> str | None:
    answer = spot.answers.get(name)
    if answer is None or not possible(spot.entry.questions[name], answer):
        return None
    return show.answered(spot.entry, name, answer)[1]


def ahead(spot: Spot, place: Position, show: Presenter) -> list[Ahead]:
    """The steps that the answers leave, sure or possible; for a problem its causes and what became of them."""
    entry = spot.entry
    if not isinstance(entry, Case):
        verdicts = {item.id: item.answer for item in place.asked}
        return [Ahead(name, show.say(cause.cause) or name, _fate(name, verdicts.get(CHECK + name), place)) for name, cause in entry.causes.items()]
    if place.kind in ("goto", "people"):
        return []
    known = _known(entry, place) if place.kind == "question" else place.known
    return [
        Ahead(step.id, show.say(step.title) or step.id, "sure" if holds(step.when_true, known) else "maybe", step.id in spot.done)
        for step in route_of(entry, known)
    ]


def _fate(name: str, verdict: str | None, place: Position) -> Literal["maybe", "now", "failed", "helped"]:
    if verdict == YES:
        return "helped"
    if verdict == NO:
        return "failed"
    return "now" if name == place.cause else "maybe"
