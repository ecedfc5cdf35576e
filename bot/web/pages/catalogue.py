"""Lists of matters: for each profile what to do when…, by topic, the program Płatnik by phase, and the map of everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from bot.cases.knowledge import Knowledge
from bot.cases.model import PROFILES, Guide
from bot.dialogue.desk import Desk
from bot.errors import NotAllowedError
from bot.web.keys import COUNTER, SEARCH
from bot.web.pages.addresses import path_of, text_path, topic_path
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page

routes = web.RouteTableDef()
MAX_PASTED = 4000
Group = dict[str, Any]
"""``{"id", "title", "entries": [{"path", "title", "when"}]}``."""


def line(entry: Guide) -> dict[str, str]:
    """An entry on a list."""
    return {"path": path_of(entry), "title": entry.title, "when": entry.when}


def by_topic(knowledge: Knowledge, entries: Iterable[Guide]) -> list[Group]:
    """Entries in the order of the topics, each group by title."""
    groups: dict[str, list[Guide]] = defaultdict(list)
    for entry in entries:
        groups[entry.topic].append(entry)
    order = {name: place for place, name in enumerate(knowledge.topics)}
    return [
        {"id": topic, "title": knowledge.topics.get(topic, topic), "path": topic_path(topic), "entries": [line(entry) for entry in sorted(groups[topic], key=lambda item: item.title)]}
        for topic in sorted(groups, key=lambda name: order.get(name, len(order)))
    ]


def cases_of(knowledge: Knowledge, profile: str) -> list[Guide]:
    """The cases of a profile: those that name it, its own first; all without one."""
    found = [entry for entry in knowledge.cases.values() if not profile or profile in entry.profiles]
    return sorted(found, key=lambda entry: (bool(profile) and entry.profiles[0] != profile, entry.title))


@routes.get("/sprawy")
async def cases(request: web.Request) -> web.Response:
    """What to do when…: for the profile of the tab, or for each."""
    desk = request.app[COUNTER].desk
    profile = layout_of(request, desk).profile
    shown = [profile] if profile else list(PROFILES)
    parts = [{"title": desk.phrase(f"profile_{name}"), "id": name, "groups": by_topic(desk.knowledge, _own(desk, name, alone=bool(profile)))} for name in shown]
    title = f"Co powinieneś zrobić, gdy… – {desk.phrase(f'tab_{profile}')}" if profile else "Co powinieneś zrobić, gdy…"
    return page("cases.html", request, title=title, description="Sprawy w ZUS według tego, co się wydarzyło, dla każdego profilu klienta.", path="/sprawy", parts=parts)


def _own(desk: Desk, profile: str, *, alone: bool) -> list[Guide]:
    """On the page of all profiles a case stands once, under its main profile."""
    return [entry for entry in cases_of(desk.knowledge, profile) if alone or entry.profiles[0] == profile]


@routes.get("/tematy")
async def topics(request: web.Request) -> web.Response:
    """The subject catalogue of the service."""
    desk = request.app[COUNTER].desk
    groups = by_topic(desk.knowledge, desk.knowledge.entries.values())
    return page("topics.html", request, title="Katalog tematyczny", description="Wszystkie sprawy Okienka według tematów.", path="/tematy", groups=groups)


@routes.get("/tematy/{topic}")
async def topic(request: web.Request) -> web.Response:
    """One topic: its matters for every profile."""
    desk = request.app[COUNTER].desk
    name = request.match_info["topic"]
    groups = [group for group in by_topic(desk.knowledge, desk.knowledge.entries.values()) if group["id"] == name]
    if not groups:
        raise NotAllowedError("Nie ma takiego tematu. Wszystkie są w katalogu tematycznym.")
    title = desk.knowledge.topics.get(name, name)
    return page("topics.html", request, title=title, description=f"Sprawy w ZUS: {title}.", path=topic_path(name), crumbs=[("/tematy", "Katalog tematyczny")], groups=groups)


@routes.get("/platnik")
async def platnik(request: web.Request) -> web.Response:
    """The program Płatnik: a box for a pasted message, troubles and procedures by phase."""
    desk = request.app[COUNTER].desk
    pasted = request.query.get("komunikat", "").strip()[:MAX_PASTED]
    told: list[Guide] = []
    if pasted:
        names = [*desk.finder.pasted(pasted), *(hit.id for hit in request.app[SEARCH].find(pasted) if hit.kind == "platnik")]
        told = [desk.knowledge.entries[name] for name in dict.fromkeys(names)][:5]
    problems = [entry for entry in desk.knowledge.platnik.values() if entry.kind == "problem"]
    procedures = [entry for entry in desk.knowledge.platnik.values() if entry.kind == "procedure"]
    return page(
        "platnik.html",
        request,
        title="Program Płatnik i ePłatnik",
        description="Kłopoty z programem Płatnik i ePłatnikiem: wklej komunikat albo wybierz, co się dzieje. Procedury krok po kroku.",
        path="/platnik",
        pasted=pasted,
        told=[line(entry) for entry in told],
        problems=by_topic(desk.knowledge, problems),
        procedures=by_topic(desk.knowledge, procedures),
    )


@routes.get("/mapa")
async def site_map(request: web.Request) -> web.Response:
    """Everything that the service has."""
    desk = request.app[COUNTER].desk
    return page(
        "map.html",
        request,
        title="Mapa serwisu",
        description="Wszystkie strony Okienka na jednej liście.",
        path="/mapa",
        groups=by_topic(desk.knowledge, desk.knowledge.entries.values()),
        texts=[(text_path(name), item.title) for name, item in desk.knowledge.pages.items()],
    )
