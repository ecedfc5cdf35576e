"""The guide of a phone consultant: the client's matter on one screen, led by keyboard, every answer in the address."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cases.conditions import SKIPPED
from bot.cases.knowledge import is_current
from bot.cases.model import Guide, Problem
from bot.cases.walk import CHECK, Position, step_id
from bot.counter.codes import find_code
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER, SETTINGS
from bot.web.limits import limit
from bot.web.pages.entries import entry_or_404
from bot.web.pages.route import acts_of, cautions_said, outcomes_said, place_of, question_fields
from bot.web.staff.beside import beside
from bot.web.staff.finding import found, start
from bot.web.staff.frame import staff_page
from bot.web.staff.spot import START, Spot, guide_path, spot_of
from bot.web.staff.tree import ahead, tree

routes = web.RouteTableDef()
MAX_QUERY = 300


@routes.get(START)
async def search_page(request: web.Request) -> web.Response:
    """The box to search in; below it what was found, a topic, or what is asked most."""
    desk = request.app[COUNTER].desk
    query = request.query.get("q", "").strip()[:MAX_QUERY]
    brought = _brought(request, query)
    if brought is not None:
        raise web.HTTPSeeOther(brought.address)
    values = found(request, query) if query else start(desk, request.query.get("profil", ""), request.query.get("temat", ""))
    title = f"Szukaj: {query}" if query else "Przewodnik konsultanta"
    return _staff_page("staff_guide.html", request, title, START, query=query, **values)


def _brought(request: web.Request, query: str) -> Spot | None:
    """The client's place, when what was typed is the code they read out; a wrong code is searched for like any words."""
    code = find_code(query)
    if code is None:
        return None
    limit(request, "code")
    counter = request.app[COUNTER]
    carried = counter.carried(code)
    for frame in reversed(carried.stack if carried else ()):
        entry = counter.desk.knowledge.entry(frame.entry)
        if entry is not None:
            return Spot(entry, frame.answers, tuple(frame.done))
    return None


@routes.get(START + "/{id}")
async def matter_page(request: web.Request) -> web.Response:
    """A matter: what to ask now or what to do, between the tree of the matter and what lies beside it."""
    desk = request.app[COUNTER].desk
    entry = entry_or_404(desk, request.match_info["id"])
    spot = spot_of(entry, request)
    if request.match_info["id"] != entry.id:
        raise web.HTTPMovedPermanently(spot.address)
    if not is_current(entry, desk.today):
        return _staff_page("staff_outdated.html", request, entry.title, guide_path(entry), entry=entry)
    return _matter(request, spot, Presenter(desk, Session()))


def _matter(request: web.Request, spot: Spot, show: Presenter) -> web.Response:
    entry, place = spot.entry, place_of(spot.entry, spot.answers)
    question, acts = _question(spot, place, show), _acts(spot, place, show)
    shown = [question["ask"], question["why"], question["simple"]] if question else []
    return _staff_page(
        "staff_matter.html",
        request,
        f"{question['ask'] if question else 'Droga klienta'} – {entry.title}",
        guide_path(entry),
        entry=entry,
        place=place,
        question=question,
        acts=acts,
        tree=tree(spot, place, show),
        ahead=ahead(spot, place, show),
        cause=show.say(entry.causes[place.cause].cause) if isinstance(entry, Problem) and place.cause else None,
        cautions=cautions_said(entry, place, show),
        outcomes=outcomes_said(entry, place, show),
        solved=show.ending(entry, place) if place.kind == "solved" else [],
        other=_other(show.desk, place),
        back=_back(spot, place),
        client=spot.for_client(place, request.app[SETTINGS].address),
        beside=beside(entry, place, [*shown, *(act["text"] for act in acts)], show),
    )


def _staff_page(name: str, request: web.Request, title: str, path: str, /, **values: Any) -> web.Response:
    """A page that no machine lists and no browser keeps: its address holds a client's answers."""
    return staff_page(name, request, title, path, description="Przewodnik dla konsultantów.", **values)


def _question(spot: Spot, place: Position, show: Presenter) -> dict[str, Any] | None:
    """The question to ask, each answer with its address and where it leads when it leaves the matter."""
    fields = question_fields(spot.entry, place, show)
    if fields is None or place.question is None:
        return None
    options = [
        {"label": label, "help": aside, "href": spot.answering(place.question, name), **_leads(spot.entry, place.question, name, show.desk)}
        for name, label, aside in fields["options"]
    ]
    skip = None if place.question.startswith(CHECK) else spot.answering(place.question, SKIPPED)
    return {**fields, "options": options, "skip": skip, "kept": list(spot.fields(leaving_out=place.question))}


def _leads(entry: Guide, question: str, name: str, desk: Desk) -> dict[str, Any]:
    answer = entry.questions[question].answers.get(name) if question in entry.questions else None
    other = desk.knowledge.entry(answer.goto) if answer and answer.goto else None
    return {"goto": other.title if other else None, "people": bool(answer and answer.people)}


def _acts(spot: Spot, place: Position, show: Presenter) -> list[dict[str, Any]]:
    """What the client does, each act with its mark and the address that turns it."""
    if place.kind not in ("end", "check"):
        return []
    names = [step_id(step, index, place.cause) for index, step in enumerate(place.route)]
    acts = acts_of(spot.entry, place, show)
    return [{"simple": None, **act, "name": name, "done": name in spot.done, "turn": spot.turned(name)} for name, act in zip(names, acts, strict=True)]


def _other(desk: Desk, place: Position) -> tuple[str, str] | None:
    """The matter that this one turned out to be: its address in the guide and its title."""
    other = desk.knowledge.entry(place.target) if place.kind == "goto" and place.target else None
    return (guide_path(other), other.title) if other else None


def _back(spot: Spot, place: Position) -> str:
    """The address without the last answer in force; from the first question, the search."""
    answered = [item.id for item in place.asked if item.answer]
    return spot.without(answered[-1]) if answered else START
