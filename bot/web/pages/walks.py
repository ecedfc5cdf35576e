"""The walk through a matter on pages, without JavaScript: every answer stands in the address, so that it can be kept, shared and
gone back in; the place is replayed from them exactly as in a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from bot.cases.conditions import SKIPPED
from bot.cases.knowledge import is_current
from bot.cases.model import Case, Guide, Problem
from bot.cases.walk import CHECK, Position
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER
from bot.web.pages.addresses import ANSWER, answers_query, form_path, list_path, path_of, walk_path
from bot.web.pages.entries import crumbs_of, entry_or_404
from bot.web.pages.layout import PROFILE, VIEW
from bot.web.pages.render import page
from bot.web.pages.route import acts_of, answers_in, cautions_said, in_words, outcomes_said, place_of, question_fields

routes = web.RouteTableDef()


@routes.get("/sprawy/{id}/krok-po-kroku")
@routes.get("/platnik/{id}/krok-po-kroku")
async def walk_page(request: web.Request) -> web.Response:
    """The next question, or the client's whole route with dates."""
    desk = request.app[COUNTER].desk
    entry = entry_or_404(desk, request.match_info["id"])
    address = walk_path(entry)
    if request.path != address:
        raise web.HTTPMovedPermanently(f"{address}?{request.query_string}")
    given = answers_in(request)
    place = place_of(entry, given)
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
        question=question_fields(entry, place, show),
        kept=[(ANSWER + name, value) for name, value in given.items() if name != place.question],
        answered=_answered(entry, place, given, show, request),
        skip=_address(address, {**given, place.question: SKIPPED}, request) if place.question and not place.question.startswith(CHECK) else None,
        steps=acts_of(entry, place, show),
        cause=show.say(entry.causes[place.cause].cause) if isinstance(entry, Problem) and place.cause else None,
        cautions=cautions_said(entry, place, show),
        outcomes=outcomes_said(entry, place, show),
        solved=show.ending(entry, place) if place.kind == "solved" else [],
        other=(walk_path(other), path_of(other), other.title) if other else None,
        following=[(path_of(item), item.title) for name in entry.next if (item := desk.knowledge.entry(name))],
        form_path=form_path,
        list=list_path(entry) + answers_query(place.answers) if isinstance(entry, Case) and place.kind in ("check", "end") else None,
        verified=show.verified(entry),
    )


def _answered(entry: Guide, place: Position, given: Mapping[str, str], show: Presenter, request: web.Request) -> list[dict[str, str]]:
    """The answers in force, each with the address on which it is asked again and the others stay."""
    found = []
    for item in place.asked:
        if item.answer is None:
            continue
        question, label = in_words(entry, item, show)
        without = {name: value for name, value in given.items() if name != item.id}
        found.append({"question": question, "answer": label, "change": _address(walk_path(entry), without, request)})
    return found


def _address(path: str, answers: Mapping[str, str], request: web.Request) -> str:
    query = {ANSWER + name: value for name, value in answers.items()}
    query.update({name: request.query[name] for name in (PROFILE, VIEW) if name in request.query})
    return f"{path}?{urlencode(query)}" if query else path
