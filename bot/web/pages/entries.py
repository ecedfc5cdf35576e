"""A page for each matter: whole, with every branch, useful without the conversation and without JavaScript."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cases.conditions import AnyOf, Bound, Condition, Is, Not
from bot.cases.knowledge import forms_of, is_current
from bot.cases.model import Case, Guide, Problem
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.errors import NotAllowedError
from bot.web.keys import COUNTER
from bot.web.pages.addresses import form_path, path_of, topic_path, walk_path
from bot.web.pages.layout import layout_of
from bot.web.pages.render import Crumbs, page

routes = web.RouteTableDef()
BLANK: dict[str, Any] = dict.fromkeys(("title", "text", "for", "only_if", "why", "simple", "deadline", "forms", "attach", "where", "late", "ask_there", "caution", "links"))
"""A step on a page without anything; the templates know no other fields."""
_BOUNDS = {"before": "przed", "from": "od", "over": "więcej niż", "up_to": "najwyżej"}


@routes.get("/sprawy/{id}")
@routes.get("/platnik/{id}")
async def entry_page(request: web.Request) -> web.Response:
    """A case, or a problem or procedure of the program Płatnik; under another address it moves to its own."""
    desk = request.app[COUNTER].desk
    entry = entry_or_404(desk, request.match_info["id"])
    address = path_of(entry)
    if request.path != address:
        raise web.HTTPMovedPermanently(layout_of(request, desk).link(address))
    show = Presenter(desk, Session())
    steps = _steps(entry, show)
    return page(
        "entry.html",
        request,
        title=entry.title,
        description=show.say(entry.summary) or entry.title,
        path=address,
        crumbs=crumbs_of(desk, entry),
        entry=entry,
        current=is_current(entry, desk.today),
        steps=steps,
        outcomes=[(show.say(spoken(entry, item.when_true)), show.say(item.text)) for item in entry.outcome] if isinstance(entry, Case) else [],
        cautions=[(show.say(spoken(entry, item.when_true)), show.say(item.text)) for item in entry.cautions] if isinstance(entry, Case) else [],
        causes=list(entry.causes.values()) if isinstance(entry, Problem) else [],
        following=[(path_of(other), other.title) for name in entry.next if (other := desk.knowledge.entry(name))],
        forms=[(form_path(symbol), symbol) for symbol in forms_of(entry)],
        form_path=form_path,
        walk=walk_path(entry),
        verified=show.verified(entry),
        structured=_how_to(entry, steps, show) if steps and is_current(entry, desk.today) else None,
    )


def entry_or_404(desk: Desk, name: str) -> Guide:
    """The entry of an id or alias. Raises NotAllowedError (a 404 with a sentence)."""
    entry = desk.knowledge.entry(name)
    if entry is None:
        raise NotAllowedError("Nie ma takiej sprawy. Wpisz, czego szukasz, albo zajrzyj na mapę serwisu.")
    return entry


def crumbs_of(desk: Desk, entry: Guide) -> Crumbs:
    """The way to an entry: its list, its topic."""
    start = ("/sprawy", "Sprawy") if entry.kind == "case" else ("/platnik", "Program Płatnik")
    return [start, (topic_path(entry.topic), desk.knowledge.topics.get(entry.topic, entry.topic))]


def _steps(entry: Guide, show: Presenter) -> list[dict[str, Any]]:
    if not isinstance(entry, Case):
        return []
    return [{**BLANK, **show.step_fields(step, {}, entry), "for": show.say(spoken(entry, step.when_true))} for step in entry.steps]


def _how_to(entry: Guide, steps: list[dict[str, Any]], show: Presenter) -> dict[str, Any]:
    """The steps for machines (schema.org)."""
    return {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": entry.title,
        "description": show.say(entry.summary),
        "inLanguage": "pl",
        "dateModified": entry.verified_on.isoformat(),
        "step": [{"@type": "HowToStep", "position": place, "name": step["title"], "text": step["text"]} for place, step in enumerate(steps, 1)],
    }


def spoken(entry: Guide, condition: Condition) -> str:
    """A condition in words; empty for one that always holds."""
    if isinstance(condition, Is):
        question = entry.questions[condition.question]
        labels = " lub ".join(f"„{question.answers[name].label}”" for name in question.answers if name in condition.answers)
        return f"{question.short or question.ask}: {labels}"
    if isinstance(condition, Bound):
        question = entry.questions[condition.question]
        return f"{question.short or question.ask}: {_BOUNDS[condition.side]} {condition.value}"
    if isinstance(condition, Not):
        return f"nie dotyczy, gdy: {spoken(entry, condition.part)}"
    joint = " albo " if isinstance(condition, AnyOf) else "; "
    return joint.join(spoken(entry, part) for part in condition.parts)
