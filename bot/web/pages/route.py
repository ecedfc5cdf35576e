"""A client's place in a matter as it stands in an address: the answers in the query, the place replayed from them, and what
pages show of it. The walk of the portal and the guide of the consultants share it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from aiohttp import web

from bot.cases.model import Case, Guide, Problem, Step
from bot.cases.walk import CHECK, NO, YES, Asked, Position, cautions_of, outcomes_of, walk
from bot.dialogue.present import Presenter
from bot.web.pages.addresses import ANSWER
from bot.web.pages.entries import BLANK

MAX_ANSWER = 40


class _Everything(Collection[str]):
    """The done steps of a page: all, since a page shows the whole route at once."""

    def __contains__(self, _: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def answers_in(request: web.Request) -> dict[str, str]:
    """The answers in an address, by question id, as they were given; ``walk`` judges them."""
    return {key.removeprefix(ANSWER): value for key, value in request.query.items() if key.startswith(ANSWER) and len(value) <= MAX_ANSWER}


def place_of(entry: Guide, given: Mapping[str, str]) -> Position:
    """Where the answers lead, all steps of the route at once: never ``step``."""
    return walk(entry, given, _Everything())


def question_fields(entry: Guide, place: Position, show: Presenter) -> dict[str, Any] | None:
    """The question to ask, for a form: ``{"name", "ask", "why", "simple", "hint", "kind", "options": [(id, label, help)]}``.

    None at the end of the way.
    """
    if place.question is None or place.kind not in ("question", "check"):
        return None
    if place.question.startswith(CHECK):
        ask = entry.causes[place.cause or ""].check if isinstance(entry, Problem) else entry.check
        options = [(YES, "Tak", None), (NO, "Nie", None)]
        return {"name": ANSWER + place.question, "ask": show.say(ask), "kind": "choice", "options": options, "why": None, "simple": None, "hint": None}
    question = entry.questions[place.question]
    return {
        "name": ANSWER + place.question,
        "ask": show.say(question.ask),
        "why": show.say(question.why),
        "simple": show.say(question.simple),
        "hint": show.say(question.hint),
        "kind": question.kind,
        "options": [(name, show.say(answer.label), show.say(answer.help)) for name, answer in question.answers.items()],
    }


def in_words(entry: Guide, item: Asked, show: Presenter) -> tuple[str, str]:
    """A question that was met and its answer, in short; the answer is one that the question takes."""
    if item.id in entry.questions:
        return show.answered(entry, item.id, item.answer)
    return "Czy pomogło", {YES: "Tak", NO: "Nie"}.get(item.answer or "", "")


def acts_of(entry: Guide, place: Position, show: Presenter) -> list[dict[str, Any]]:
    """The client's steps with dates; for a problem, the acts of the remedy to try now; in the order of ``place.route``."""
    if place.kind == "question":
        return []
    if isinstance(entry, Case):
        return [{**BLANK, **show.step_fields(step, place.known, entry)} for step in place.route if isinstance(step, Step)]
    acts = [act for act in place.route if not isinstance(act, Step)]
    return [{**BLANK, "text": show.say(act.do), "caution": show.say(act.caution), "links": act.links} for act in acts]


def cautions_said(entry: Guide, place: Position, show: Presenter) -> list[str]:
    """The warnings for the whole matter that the answers do not rule out."""
    return [show.say(item.text) or "" for item in cautions_of(entry, place.known)] if isinstance(entry, Case) else []


def outcomes_said(entry: Guide, place: Position, show: Presenter) -> list[str]:
    """What happens when a case is walked to its end; nothing before."""
    return [show.say(item.text) or "" for item in outcomes_of(entry, place.known)] if isinstance(entry, Case) and place.kind == "end" else []
