"""Forms, terms and offices on pages: found by symbol, word or city however typed."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from bot.cases.model import Form, Office
from bot.dialogue.desk import Desk
from bot.errors import NotAllowedError
from bot.text.normalise import fold, slug
from bot.web.keys import COUNTER, SEARCH
from bot.web.pages.addresses import form_path, office_path, path_of, term_path
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page

routes = web.RouteTableDef()
MAX_QUERY = 120


def _asked(request: web.Request, name: str) -> str:
    return request.query.get(name, "").strip()[:MAX_QUERY]


@routes.get("/formularze")
async def forms(request: web.Request) -> web.Response:
    """The box for a symbol, and the forms of the profile; one form found opens at once, several are asked about."""
    desk = request.app[COUNTER].desk
    symbol = _asked(request, "symbol")
    found = desk.finder.form(symbol) if symbol else None
    layout = layout_of(request, desk)
    if found and len(found.ids) == 1:
        raise web.HTTPSeeOther(layout.link(form_path(found.ids[0])))
    near = [hit.id for hit in request.app[SEARCH].find(symbol) if hit.kind == "form"][:6] if symbol and not found else []
    chosen = [form for form in desk.knowledge.forms.values() if not layout.profile or layout.profile in form.profiles]
    return page(
        "forms.html",
        request,
        title="Formularze ZUS",
        description="Znajdź formularz ZUS po symbolu, także dawnym albo wpisanym niedokładnie: do czego służy, kto go składa, w jakich sprawach.",
        path="/formularze",
        asked=symbol,
        doubtful=[_form_line(desk.knowledge.forms[name]) for name in (found.ids if found else ())],
        near=[_form_line(desk.knowledge.forms[slug(name)]) for name in near],
        forms=[_form_line(form) for form in sorted(chosen, key=lambda item: fold(item.symbol))],
    )


def _form_line(form: Form) -> dict[str, str]:
    return {"path": form_path(form.symbol), "symbol": form.symbol, "title": form.title, "status": form.status}


@routes.get("/formularze/{symbol}")
async def form(request: web.Request) -> web.Response:
    """One form: what for, who files it, in which matters, where to get it, and its successor."""
    desk = request.app[COUNTER].desk
    item = desk.knowledge.forms.get(slug(request.match_info["symbol"]))
    if item is None:
        raise NotAllowedError("Nie ma takiego formularza w katalogu. Wpisz symbol w wyszukiwarce formularzy.")
    heirs = [desk.knowledge.forms[slug(name)] for name in item.replaced_by if slug(name) in desk.knowledge.forms]
    return page(
        "form.html",
        request,
        title=f"{item.symbol} – {item.title}",
        description=item.purpose,
        path=form_path(item.symbol),
        crumbs=[("/formularze", "Formularze")],
        form=item,
        heirs=[_form_line(heir) for heir in heirs],
        places=[_channel(desk, name) for name in item.channels],
        needed=[(path_of(entry), entry.title) for entry in desk.knowledge.needing_form(item.symbol)],
    )


def _channel(desk: Desk, name: str) -> str:
    place = desk.knowledge.places.get(name)
    return place.label if place else name


@routes.get("/slownik")
async def terms(request: web.Request) -> web.Response:
    """The glossary, by letter."""
    desk = request.app[COUNTER].desk
    asked = _asked(request, "q")
    found = desk.finder.term(asked) if asked else None
    if found:
        raise web.HTTPSeeOther(layout_of(request, desk).link(term_path(found.ids[0])))
    near = [hit for hit in request.app[SEARCH].find(asked) if hit.kind == "term"][:6] if asked else []
    ordered = sorted(desk.knowledge.terms.items(), key=lambda pair: fold(pair[1].term))
    letters = [(letter, [(term_path(name), term.term, term.definition) for name, term in group]) for letter, group in groupby(ordered, key=lambda pair: fold(pair[1].term)[:1].upper())]
    return page("terms.html", request, title="Słownik pojęć", description="Co znaczą słowa, które spotkasz w ZUS, prostym językiem.", path="/slownik",
                asked=asked, near=[(term_path(hit.id), hit.title) for hit in near], letters=letters)  # fmt: skip


@routes.get("/slownik/{id}")
async def term(request: web.Request) -> web.Response:
    """One term, what it goes with, and the matters in which it plays a part."""
    desk = request.app[COUNTER].desk
    name = request.match_info["id"]
    item = desk.knowledge.terms.get(name)
    if item is None:
        raise NotAllowedError("Nie ma takiego słowa w słowniku. Wszystkie są na stronie słownika.")
    see = [(term_path(slug(other)), other) for other in item.see if slug(other) in desk.knowledge.terms]
    hits = [desk.knowledge.entries[hit.id] for hit in request.app[SEARCH].find(item.term, 12) if hit.kind in ("case", "platnik")]
    structured = {"@context": "https://schema.org", "@type": "DefinedTerm", "name": item.term, "description": item.definition, "inLanguage": "pl"}
    return page("term.html", request, title=item.term[:1].upper() + item.term[1:], description=item.definition, path=term_path(name),
                crumbs=[("/slownik", "Słownik")], term=item, name=name, see=see, matters=[(path_of(entry), entry.title) for entry in hits[:5]], structured=structured)  # fmt: skip


@routes.get("/placowki")
async def offices(request: web.Request) -> web.Response:
    """Offices by city in any form, or all by voivodeship; what is not confirmed is not shown."""
    desk = request.app[COUNTER].desk
    city = _asked(request, "miasto")
    found = desk.finder.office(city) if city else None
    listed = sorted(desk.knowledge.offices.items(), key=lambda pair: (pair[1].voivodeship or "", fold(pair[1].name)))
    regions = [(region, [_office_line(name, office) for name, office in group]) for region, group in groupby(listed, key=lambda pair: pair[1].voivodeship or "")]
    return page("offices.html", request, title="Placówki ZUS", description="Znajdź placówkę ZUS po nazwie miasta.", path="/placowki", asked=city,
                found=[_office_line(name, desk.knowledge.offices[name]) for name in (found.ids if found else ())], regions=regions)  # fmt: skip


def _office_line(name: str, office: Office) -> dict[str, str | None]:
    address = f"{office.address}, {office.postcode or ''} {office.city}".replace("  ", " ") if office.address else None
    return {"path": office_path(name), "name": office.name, "city": office.city, "address": address, "phone": office.phone}


@routes.get("/placowki/{id}")
async def office(request: web.Request) -> web.Response:
    """One office."""
    desk = request.app[COUNTER].desk
    name = request.match_info["id"]
    item = desk.knowledge.offices.get(name)
    if item is None:
        raise NotAllowedError("Nie ma takiej placówki na liście. Wpisz miasto w wyszukiwarce placówek.")
    structured = None
    if item.address:
        place = {"@type": "PostalAddress", "streetAddress": item.address, "postalCode": item.postcode, "addressLocality": item.city, "addressCountry": "PL"}
        structured = {"@context": "https://schema.org", "@type": "GovernmentOffice", "name": item.name, "address": place}
    return page("office.html", request, title=item.name, description=f"{item.name}: adres, godziny i obszar działania.", path=office_path(name),
                crumbs=[("/placowki", "Placówki")], office=item, line=_office_line(name, item), structured=structured)  # fmt: skip
