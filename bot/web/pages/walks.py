"""The walk through a matter on pages, without JavaScript: every answer stands in the address, so that it can be kept, shared and
gone back in; the place is replayed from them exactly as in a conversation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.cases.conditions import SKIPPED
from bot.cases.knowledge import is_current
from bot.cases.model import Case, Guide, Problem, Step
from bot.cases.walk import CHECK, NO, YES, Position, cautions_of, outcomes_of, walk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER
from bot.web.pages.addresses import form_path, path_of, walk_path
from bot.web.pages.entries import BLANK, crumbs_of, entry_or_404
from bot.web.pages.layout import PROFILE
from bot.web.pages.render import page

routes = web.RouteTableDef()
ANSWER = "o."
"""Prefix of the query parameters that hold answers, by question id."""
MAX_ANSWER = 40


class _Everything(Collection[str]):
    """The done steps of a page: all, since a page shows the whole route at once."""

    def __contains__(self, _: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@routes.get("/sprawy/{id}/krok-po-kroku")
@routes.get("/platnik/{id}/krok-po-kroku")
async def walk_page(request: web.Request) -> web.Response:
    """The next question, or the client's whole route with dates."""
    desk = request.app[COUNTER].desk
    entry = entry_or_404(desk, request.match_info["id"])
    address = walk_path(entry)
    if request.path != address:
        raise web.HTTPMovedPermanently(f"{address}?{request.query_string}")
    given = {key.removeprefix(ANSWER): value for key, value in request.query.items() if key.startswith(ANSWER) and len(value) <= MAX_ANSWER}
    place = walk(entry, given, _Everything())
    show = Presenter(desk, Session())
    other = desk.knowledge.entry(place.target) if place.kind == "goto" and place.target else None
    return page(
        "walk.html",
        request,
        title=f"{entry.title} – krok po kroku",
        description=show.say(entry.summary) or entry.title,
        path=address,
        crumbs=[*crumbs_of(desk, entry), (path_of(entry), entry.title)],
        entry=entry,
        current=is_current(entry, desk.today),
        place=place,
        question=_question(entry, place, show),
        kept=[(ANSWER + name, value) for name, value in given.items() if name != place.question],
        answered=_answered(entry, place, given, show, request),
        skip=_address(address, {**given, place.question: SKIPPED}, request) if place.question and not place.question.startswith(CHECK) else None,
        steps=_route(entry, place, show),
        cause=show.say(entry.causes[place.cause].cause) if isinstance(entry, Problem) and place.cause else None,
        cautions=[show.say(item.text) for item in cautions_of(entry, place.known)] if isinstance(entry, Case) else [],
        outcomes=[show.say(item.text) for item in outcomes_of(entry, place.known)] if isinstance(entry, Case) and place.kind == "end" else [],
        solved=show.ending(entry, place) if place.kind == "solved" else [],
        other=(walk_path(other), path_of(other), other.title) if other else None,
        following=[(path_of(item), item.title) for name in entry.next if (item := desk.knowledge.entry(name))],
        form_path=form_path,
        verified=show.verified(entry),
    )


def _question(entry: Guide, place: Position, show: Presenter) -> dict[str, Any] | None:
    """The question to ask, for the form; None at the end of the way."""
    if place.question is None or place.kind not in ("question", "check"):
        return None
    if place.question.startswith(CHECK):
        ask = entry.causes[place.cause or ""].check if isinstance(entry, Problem) else entry.check
        options = [(YES, "Tak", None), (NO, "Nie", None)]
        return {"name": ANSWER + place.question, "ask": show.say(ask), "kind": "choice", "options": options, "why": None, "hint": None}
    question = entry.questions[place.question]
    return {
        "name": ANSWER + place.question,
        "ask": show.say(question.ask),
        "why": show.say(question.why),
        "hint": show.say(question.hint),
        "kind": question.kind,
        "options": [(name, show.say(answer.label), show.say(answer.help)) for name, answer in question.answers.items()],
    }


def _answered(entry: Guide, place: Position, given: Mapping[str, str], show: Presenter, request: web.Request) -> list[dict[str, str]]:
    """The answers in force, each with the address on which it is asked again and the others stay."""
    found = []
    for item in place.asked:
        if item.answer is None:
            continue
        if item.id in entry.questions:
            question, label = show.answered(entry, item.id, item.answer)
        else:
            question, label = "Czy pomogło", "Tak" if item.answer == YES else "Nie"
        without = {name: value for name, value in given.items() if name != item.id}
        found.append({"question": question, "answer": label, "change": _address(walk_path(entry), without, request)})
    return found


def _route(entry: Guide, place: Position, show: Presenter) -> list[dict[str, Any]]:
    """The client's steps with dates; for a problem, the acts of the remedy to try now."""
    if place.kind == "question":
        return []
    if isinstance(entry, Case):
        return [{**BLANK, **show.step_fields(step, place.known, entry)} for step in place.route if isinstance(step, Step)]
    acts = [act for act in place.route if not isinstance(act, Step)]
    return [{**BLANK, "text": show.say(act.do), "caution": show.say(act.caution), "links": act.links} for act in acts]


def _address(path: str, answers: Mapping[str, str], request: web.Request) -> str:
    query = {ANSWER + name: value for name, value in answers.items()}
    if PROFILE in request.query:
        query[PROFILE] = request.query[PROFILE]
    return f"{path}?{urlencode(query)}" if query else path
