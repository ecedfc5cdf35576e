"""A page for each matter: whole, with every branch, useful without the conversation and without JavaScript."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cases.conditions import AnyOf, Bound, Condition, Is, Not
from bot.cases.knowledge import is_current
from bot.cases.model import Case, Guide, Problem
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.errors import NotAllowedError
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.render import page

routes = web.RouteTableDef()
_BOUNDS = {"before": "przed", "from": "od", "over": "więcej niż", "up_to": "najwyżej"}


@routes.get("/sprawy/{id}")
@routes.get("/platnik/{id}")
async def entry_page(request: web.Request) -> web.Response:
    """A case, or a problem or procedure of the program Płatnik; under another address it moves to its own."""
    desk = request.app[COUNTER].desk
    entry = desk.knowledge.entry(request.match_info["id"])
    if entry is None:
        raise NotAllowedError("Nie ma takiej sprawy. Lista spraw jest na stronie głównej.")
    address = path_of(entry)
    if request.path != address:
        raise web.HTTPMovedPermanently(address)
    show = Presenter(desk, Session())
    return page(
        "entry.html",
        request,
        tag=f"{desk.knowledge.fingerprint}-{desk.today}",
        title=entry.title,
        description=show.say(entry.summary),
        canonical=request.app[SETTINGS].address + address,
        entry=entry,
        current=is_current(entry, desk.today),
        say=show.say,
        steps=_steps(entry, show),
        outcomes=[(spoken(entry, item.when_true), show.say(item.text)) for item in entry.outcome] if isinstance(entry, Case) else [],
        cautions=[(spoken(entry, item.when_true), show.say(item.text)) for item in entry.cautions] if isinstance(entry, Case) else [],
        causes=list(entry.causes.values()) if isinstance(entry, Problem) else [],
        following=[(path_of(other), other.title) for name in entry.next if (other := desk.knowledge.entry(name))],
        verified=show.verified(entry),
    )


def path_of(entry: Guide) -> str:
    """The address of an entry's page."""
    return f"/sprawy/{entry.id}" if entry.kind == "case" else f"/platnik/{entry.id}"


def _steps(entry: Guide, show: Presenter) -> list[dict[str, Any]]:
    if not isinstance(entry, Case):
        return []
    return [{**show.step_fields(step, {}, entry), "for": spoken(entry, step.when_true)} for step in entry.steps]


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
