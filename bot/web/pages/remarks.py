"""Remarks about the service and questions to people, by a plain form."""

from __future__ import annotations

from aiohttp import web

from bot.clock import OFFICE_ZONE
from bot.dialogue.desk import Desk
from bot.dialogue.present import long_date
from bot.engine.port import Incoming
from bot.errors import NotAllowedError, UsageError
from bot.mail.letter import checked_address
from bot.tickets.model import Contact, Ticket
from bot.web.desk import check
from bot.web.keys import CONSOLE, COUNTER, MAILROOM, METRICS
from bot.web.limits import limit
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
PATH = "/uwagi"
TITLE = "Napisz do ludzi"
LONGEST = 4000


def _form(request: web.Request, *, said: str = "", email: str = "", fault: str = "", status: int = 200) -> web.Response:
    return page("remark.html", request, title=TITLE, description="Prześlij pytanie, którego Okienko nie rozwiązało, albo uwagę o serwisie.", path=PATH,
                said=said, email=email, fault=fault, about=request.query.get("o", "")[:200], longest=LONGEST, status=status)  # fmt: skip


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
    counter = request.app[COUNTER]
    email = str(data.get("email", "")).strip()[:300]
    try:
        check(Incoming(said))
        contact = contact_of(email, agreed=data.get("zgoda") == "tak", desk=counter.desk)
    except UsageError as error:
        return _form(request, said=said, email=email, fault=str(error), status=400)
    profile = layout_of(request, counter.desk).profile or None
    ticket, code = counter.tickets.open(said, profile=profile, page=str(data.get("o", ""))[:200] or None, contact=contact)
    if CONSOLE in request.app:
        request.app[CONSOLE].opened(ticket.number)
    if MAILROOM in request.app:
        request.app[MAILROOM].opened(ticket.number)
    request.app[METRICS].tickets.inc()
    return page("remark_taken.html", request, title="Przyjęliśmy Twoje słowa", description=TITLE, path=PATH, ticket=ticket, code=code, status=201)


def contact_of(email: str, *, agreed: bool, desk: Desk) -> Contact | None:
    """The address for the answer, only with consent to the sentence of the form; None when none was given. Raises UsageError."""
    if not email:
        return None
    if not agreed:
        raise UsageError("Zaznacz zgodę na użycie adresu albo zostaw pole adresu puste.")
    return Contact(email=checked_address(email), consent_at=desk.clock.now(), words=desk.phrase("consent_answer", 0))


STATE = "/zgloszenie"


def _state_form(
    request: web.Request, *, fault: str = "", told: str = "", ticket: Ticket | None = None, number: str = "", code: str = "", status: int = 200
) -> web.Response:
    counter = request.app[COUNTER]
    written = [(f"{at.astimezone(OFFICE_ZONE):%d.%m.%Y %H.%M}", who == "client", text) for at, who, text in counter.tickets.exchange(ticket)] if ticket else []
    promised = long_date(ticket.promised_on) if ticket and ticket.promised_on and ticket.first_answer_at is None else None
    return page("ticket.html", request, title="Stan zgłoszenia", description="Sprawdź po numerze i kodzie, co dzieje się z Twoim zgłoszeniem.", path=STATE,
                fault=fault, told=told, ticket=ticket, number=number, code=code, written=written, promised=promised, longest=LONGEST, status=status)  # fmt: skip


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
    number, code = str(data.get("numer", "")).strip()[:40], str(data.get("kod", "")).strip()[:40]
    counter = request.app[COUNTER]
    limit(request, "ticket_code")
    try:
        ticket = counter.tickets.find(number, code)
    except NotAllowedError as error:
        return _state_form(request, fault=str(error), number=number, status=404)
    if data.get("adres") == "usun":
        ticket = counter.tickets.withdraw_address(number, code)
        return _state_form(request, told="Usunęliśmy Twój adres ze zgłoszenia. Odpowiedź przeczytasz tutaj.", ticket=ticket, number=number, code=code, status=201)
    if "tresc" not in data:
        return _state_form(request, ticket=ticket, number=number, code=code, status=201)
    try:
        ticket = counter.tickets.write(number, code, str(data["tresc"])[:LONGEST])
    except UsageError as error:
        return _state_form(request, fault=str(error), ticket=ticket, number=number, code=code, status=400)
    return _state_form(request, told="Dopisaliśmy to do zgłoszenia.", ticket=ticket, number=number, code=code, status=201)
