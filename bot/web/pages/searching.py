"""One search over everything: results in their kinds."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cases.knowledge import Knowledge, form_slug
from bot.cases.search import Hit
from bot.web.keys import COUNTER, SEARCH
from bot.web.pages.addresses import form_path, office_path, path_of, term_path
from bot.web.pages.render import page

routes = web.RouteTableDef()
MAX_QUERY = 300
LISTED = 30
KINDS = (("case", "Sprawy"), ("platnik", "Program Płatnik"), ("form", "Formularze"), ("term", "Słownik"), ("office", "Placówki"))


@routes.get("/szukaj")
async def search(request: web.Request) -> web.Response:
    """Results in their kinds; a symbol, a word or a city that is meant stands first."""
    desk = request.app[COUNTER].desk
    query = request.query.get("q", "").strip()[:MAX_QUERY]
    hits = request.app[SEARCH].find(query, LISTED) if query else []
    meant = {(kind, name) for kind, name in _meant(desk.finder, query)} if query else set()
    groups = [(title, [*_named(desk.knowledge, kind, meant), *_lines(desk.knowledge, kind, hits, meant)]) for kind, title in KINDS]
    return page("search.html", request, title=f"Szukaj: {query}" if query else "Szukaj", description="Wyszukiwanie we wszystkich sprawach, formularzach, słowniku i placówkach.",
                path="/szukaj", query=query, groups=[(title, lines) for title, lines in groups if lines])  # fmt: skip


def _meant(finder: Any, query: str) -> list[tuple[str, str]]:
    found = [("form", finder.form(query)), ("term", finder.term(query)), ("office", finder.office(query))]
    named = [(kind, name) for kind, item in found if item for name in item.ids]
    return [*named, *(("platnik", name) for name in finder.pasted(query))]


def _address(knowledge: Knowledge, kind: str, name: str) -> str:
    if kind in ("case", "platnik"):
        return path_of(knowledge.entries[name])
    return {"form": form_path, "term": term_path, "office": office_path}[kind](name)


def _named(knowledge: Knowledge, kind: str, meant: set[tuple[str, str]]) -> list[dict[str, str]]:
    names = sorted(name for other, name in meant if other == kind)
    return [{"path": _address(knowledge, kind, name), **_told(knowledge, kind, name)} for name in names]


def _told(knowledge: Knowledge, kind: str, name: str) -> dict[str, str]:
    if kind == "form":
        form = knowledge.forms[name]
        return {"title": f"{form.symbol} – {form.title}", "text": form.purpose}
    if kind == "term":
        return {"title": knowledge.terms[name].term, "text": knowledge.terms[name].definition}
    if kind == "office":
        return {"title": knowledge.offices[name].name, "text": knowledge.offices[name].city}
    return {"title": knowledge.entries[name].title, "text": knowledge.entries[name].summary}


def _lines(knowledge: Knowledge, kind: str, hits: list[Hit], meant: set[tuple[str, str]]) -> list[dict[str, str]]:
    mine = [hit for hit in hits if hit.kind == kind and (kind, form_slug(hit.id) if kind == "form" else hit.id) not in meant]
    return [{"path": _address(knowledge, kind, hit.id), "title": hit.title, "text": hit.text} for hit in mine]
