"""Remarks about the service and questions to people, by a plain form."""

from __future__ import annotations

from aiohttp import web

from bot.engine.port import Incoming
from bot.errors import NotAllowedError, UsageError
from bot.tickets.model import Ticket
from bot.web.desk import check
from bot.web.keys import CONSOLE, COUNTER, METRICS
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
PATH = "/uwagi"
TITLE = "Napisz do ludzi"
LONGEST = 4000


def _form(request: web.Request, *, said: str = "", fault: str = "", status: int = 200) -> web.Response:
    return page("remark.html", request, title=TITLE, description="Prześlij pytanie, którego Okienko nie rozwiązało, albo uwagę o serwisie.", path=PATH,
                said=said, fault=fault, about=request.query.get("o", "")[:200], longest=LONGEST, status=status)  # fmt: skip


@routes.get(PATH)
async def ask(request: web.Request) -> web.Response:
    """The form."""
    return _form(request)


@routes.post(PATH)
async def take(request: web.Request) -> web.Response:
    """Take the words as a ticket and tell its number and code; a fault is told beside what was written."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    data = await request.post()
    said = str(data.get("tresc", "")).strip()
    if not said:
        return _form(request, fault="Napisz, o co chodzi – pole jest puste.", status=400)
    if len(said) > LONGEST:
        return _form(request, said=said, fault=f"Tekst jest za długi. Skróć go do {LONGEST} znaków.", status=400)
    try:
        check(Incoming(said))
    except UsageError as error:
        return _form(request, said=said, fault=str(error), status=400)
    counter = request.app[COUNTER]
    profile = layout_of(request, counter.desk).profile or None
    ticket, code = counter.open_ticket(said, profile=profile, page=str(data.get("o", ""))[:200] or None)
    if CONSOLE in request.app:
        request.app[CONSOLE].opened(ticket.number)
    request.app[METRICS].tickets.inc()
    return page("remark_taken.html", request, title="Przyjęliśmy Twoje słowa", description=TITLE, path=PATH, ticket=ticket, code=code, status=201)


STATE = "/zgloszenie"


def _state_form(request: web.Request, *, fault: str = "", ticket: Ticket | None = None, number: str = "", status: int = 200) -> web.Response:
    return page("ticket.html", request, title="Stan zgłoszenia", description="Sprawdź po numerze i kodzie, co dzieje się z Twoim zgłoszeniem.", path=STATE,
                fault=fault, ticket=ticket, number=number, status=status)  # fmt: skip


@routes.get(STATE)
async def ask_state(request: web.Request) -> web.Response:
    """The form for number and code."""
    return _state_form(request)


@routes.post(STATE)
async def state(request: web.Request) -> web.Response:
    """The state of a ticket; the code travels in the body, so that no address or log holds it."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    data = await request.post()
    number = str(data.get("numer", "")).strip()[:40]
    try:
        ticket = request.app[COUNTER].ticket(number, str(data.get("kod", "")))
    except NotAllowedError as error:
        return _state_form(request, fault=str(error), number=number, status=404)
    return _state_form(request, ticket=ticket, number=number, status=201)
