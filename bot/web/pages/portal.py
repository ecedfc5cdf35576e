"""The first page: profiles, what to do when…, and the window."""

from __future__ import annotations

from aiohttp import web

from bot.cases.model import PROFILES
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.entries import path_of
from bot.web.pages.render import page

routes = web.RouteTableDef()


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """The counter."""
    desk = request.app[COUNTER].desk
    profile = request.query.get("profil", "")
    profile = profile if profile in PROFILES else ""
    tabs = [{"id": name, "label": desk.phrase(f"profile_{name}"), "active": name == profile} for name in PROFILES]
    cases = [
        {"path": path_of(entry), "title": entry.title, "when": entry.when}
        for entry in desk.knowledge.cases.values()
        if not profile or profile in entry.profiles
    ]
    platnik = [{"path": path_of(entry), "title": entry.title} for entry in desk.knowledge.platnik.values() if profile in ("", "platnik")]
    return page(
        "index.html",
        request,
        tag=desk.knowledge.fingerprint,
        title="Okienko – sprawy w ZUS krok po kroku",
        description="Napisz, co się stało. Okienko poprowadzi Cię przez sprawę w ZUS krok po kroku: formularze, terminy, miejsca.",
        canonical=request.app[SETTINGS].address + ("/" if not profile else f"/?profil={profile}"),
        tabs=tabs,
        profile=profile,
        cases=sorted(cases, key=lambda item: item["when"]),
        platnik=sorted(platnik, key=lambda item: item["title"]),
    )
