"""The knowledge for programs: cases, forms, terms, offices, search."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from bot.cases.figures import fill
from bot.cases.knowledge import is_current
from bot.cases.model import Guide, understanding_kind
from bot.errors import NotAllowedError, UsageError
from bot.web.keys import COUNTER, SEARCH
from bot.web.limits import limit

routes = web.RouteTableDef()
MAX_QUERY = 300


def _json(data: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(data), content_type="application/json", status=status)


def _query(request: web.Request, name: str) -> str:
    value = request.query.get(name, "").strip()
    if len(value) > MAX_QUERY:
        raise UsageError(f"Parametr „{name}” jest za długi (najwyżej {MAX_QUERY} znaków).")
    return value


def case_line(entry: Guide) -> dict[str, Any]:
    """An entry on a list."""
    return {
        "id": entry.id,
        "kind": understanding_kind(entry),
        "title": entry.title,
        "when": entry.when,
        "profiles": list(entry.profiles),
        "topic": entry.topic,
    }


@routes.get("/api/v1/cases")
async def cases(request: web.Request) -> web.Response:
    """Every entry, or those of a profile, topic or kind."""
    limit(request, "read")
    desk = request.app[COUNTER].desk
    profile, topic, kind = _query(request, "profile"), _query(request, "topic"), _query(request, "kind")
    found = [
        case_line(entry)
        for entry in desk.knowledge.entries.values()
        if (not profile or profile in entry.profiles)
        and (not topic or topic == entry.topic)
        and (not kind or kind == understanding_kind(entry))
    ]
    return _json({"cases": found})


@routes.get("/api/v1/cases/{id}")
async def case(request: web.Request) -> web.Response:
    """One entry whole, figures written out for today; an alias gives the entry that serves it."""
    limit(request, "read")
    desk = request.app[COUNTER].desk
    entry = desk.knowledge.entry(request.match_info["id"])
    if entry is None:
        raise NotAllowedError("Nie ma takiej sprawy. Listę daje /api/v1/cases.")
    data = _filled(msgspec.to_builtins(entry), desk)
    for hidden in ("to_check", "owner", "status", "reviewed_by"):
        data.pop(hidden, None)
    return _json({**case_line(entry), **data, "kind": understanding_kind(entry), "current": is_current(entry, desk.today)})


def _filled(value: Any, desk: Any) -> Any:
    if isinstance(value, str):
        return fill(value, desk.knowledge.figures, desk.today)
    if isinstance(value, dict):
        return {key: _filled(inner, desk) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(inner, desk) for inner in value]
    return value


@routes.get("/api/v1/forms")
async def forms(request: web.Request) -> web.Response:
    """Forms by symbol however typed; without a symbol, all."""
    limit(request, "read")
    desk = request.app[COUNTER].desk
    symbol = _query(request, "symbol")
    names = desk.knowledge.forms if not symbol else (found.ids if (found := desk.finder.form(symbol)) else ())
    listed = []
    for name in names:
        form = desk.knowledge.forms[name]
        data = msgspec.to_builtins(form)
        data.pop("to_check", None)
        listed.append({**data, "needed_in": [entry.id for entry in desk.knowledge.needing_form(form.symbol)]})
    return _json({"forms": listed})


@routes.get("/api/v1/terms")
async def terms(request: web.Request) -> web.Response:
    """Terms matching the words; without words, all."""
    limit(request, "read")
    desk = request.app[COUNTER].desk
    query = _query(request, "q")
    exact = desk.finder.term(query) if query else None
    names = list(desk.knowledge.terms) if not query else [hit.id for hit in request.app[SEARCH].find(query) if hit.kind == "term"]
    ordered = dict.fromkeys([*(exact.ids if exact else ()), *names])
    found = [{"id": name, "term": term.term, "definition": desk.knowledge.say(term.definition, desk.today), "see": list(term.see)}
             for name in ordered for term in (desk.knowledge.terms[name],)]  # fmt: skip
    return _json({"terms": found})


@routes.get("/api/v1/offices")
async def offices(request: web.Request) -> web.Response:
    """Offices of a city in any form; without a city, all. What is not confirmed is null."""
    limit(request, "read")
    desk = request.app[COUNTER].desk
    city = _query(request, "city")
    names = list(desk.knowledge.offices) if not city else list(found.ids if (found := desk.finder.office(city)) else ())
    listed = []
    for name in names:
        office = desk.knowledge.offices[name]
        listed.append({"id": name, "name": office.name, "kind": office.kind, "city": office.city, "address": office.address,
                       "postcode": office.postcode, "voivodeship": office.voivodeship, "serves": list(office.serves)})  # fmt: skip
    return _json({"offices": listed, "finder": "https://www.zus.pl/", "phone": "22 560 16 00"})


@routes.get("/api/v1/search")
async def search(request: web.Request) -> web.Response:
    """The best results over everything."""
    limit(request, "read")
    query = _query(request, "q")
    if not query:
        raise UsageError("Podaj, czego szukasz, w parametrze „q”.")
    return _json({"results": request.app[SEARCH].find(query)})
