"""What a consultant does with a ticket, each act a form of its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.errors import NotAllowedError, OkienkoError, UsageError
from bot.staff.model import Person
from bot.tickets.model import Resolution, Ticket
from bot.web.errors import wants_page
from bot.web.fanout import PERSON_TYPES
from bot.web.keys import CONSOLE
from bot.web.staff.access import own_form, require_staff
from bot.web.staff.console import Console
from bot.web.staff.frame import onward
from bot.web.staff.queue import QUEUE_PATH
from bot.web.staff.ticket import PARAMETER, Box, known_parameters, name_of, send_transcript, shown

routes = web.RouteTableDef()
Fields = Mapping[str, str]
Act = Callable[[Console, str, Person, Fields], Ticket]


@routes.post(f"{QUEUE_PATH}/{{number}}/pisze")
async def typing(request: web.Request) -> web.Response:
    """The consultant types; shown to the client while they speak in the window, and not kept."""
    person = require_staff(request, "tickets")
    await own_form(request)
    console = request.app[CONSOLE]
    ticket = console.people.ticket(request.match_info["number"])
    if ticket.assignee == person.login and ticket.conversation_id:
        console.fanout.tell(ticket.conversation_id, what=PERSON_TYPES)
    return web.Response(status=204)


@routes.post(f"{QUEUE_PATH}/{{number}}/szablon")
async def canned(request: web.Request) -> web.Response:
    """Choose a canned reply: what it lacks is asked, then it stands in the answer box."""
    person = require_staff(request, "tickets")
    fields = await own_form(request)
    console = request.app[CONSOLE]
    ticket = console.people.ticket(request.match_info["number"])
    reply = console.replies.get(fields.get("szablon", ""))
    if reply is None:
        return shown(request, person, ticket, fault="Wybierz gotową odpowiedź z listy.", status=400)
    typed = {name.removeprefix(PARAMETER): value for name, value in fields.items() if name.startswith(PARAMETER)}
    given = {**known_parameters(request, person, ticket), **{name: value for name, value in typed.items() if value.strip()}}
    missing = reply.missing(given)
    if missing:
        return shown(request, person, ticket, box=Box(fields.get("tekst", ""), reply.id, missing, typed))
    before = fields.get("tekst", "").strip()
    return shown(request, person, ticket, box=Box("\n\n".join(filter(None, (before, reply.fill(given))))))


@routes.post(f"{QUEUE_PATH}/{{number}}/{{act}}")
async def act(request: web.Request) -> web.Response:
    """Do it, tell everybody who looks, and show the ticket as it is now."""
    person = require_staff(request, "tickets")
    fields = await own_form(request)
    console, name, number = request.app[CONSOLE], request.match_info["act"], request.match_info["number"]
    if name != "list" and name not in ACTS:
        raise NotAllowedError("Nie ma takiej czynności.")
    try:
        if name == "list":
            _letter(request, number)
        else:
            console.changed(ACTS[name](console, number, person, fields))
    except NotAllowedError:
        raise
    except OkienkoError as error:
        return _refused(request, person, number, fields, error)
    if not wants_page(request):
        return web.json_response({"done": name})
    return onward(f"{QUEUE_PATH}/{number}?zrobione={name}")


def _refused(request: web.Request, person: Person, number: str, fields: Fields, error: OkienkoError) -> web.Response:
    """The page again with the reason, and what was typed; programs get the one error shape."""
    if not wants_page(request):
        raise error
    ticket = request.app[CONSOLE].people.ticket(number)
    return shown(request, person, ticket, box=Box(fields.get("tekst", "")), fault=str(error), status=error.status)


def _letter(request: web.Request, number: str) -> None:
    if not send_transcript(request, request.app[CONSOLE].people.ticket(number)):
        raise UsageError("Klient nie podał adresu e-mail albo poczta nie jest ustawiona. Pobierz przebieg rozmowy jako tekst.")


def _forward(console: Console, number: str, person: Person, fields: Fields) -> Ticket:
    team = fields.get("zespol", "")
    if team not in console.teams:
        raise UsageError("Wybierz zespół z listy.")
    return console.people.forward(number, person.login, team, fields.get("dlaczego", "").strip())


def _close(console: Console, number: str, person: Person, fields: Fields) -> Ticket:
    """``wynik``: an entry as ``case:id``, ``new`` or ``outside``; nothing chosen is refused."""
    kind, _, entry = fields.get("wynik", "").partition(":")
    if kind == "case":
        return console.people.close(number, person.login, Resolution("case", entry or None))
    if kind == "new":
        return console.people.close(number, person.login, Resolution("new"))
    if kind == "outside":
        return console.people.close(number, person.login, Resolution("outside"))
    raise UsageError("Zanim zamkniesz zgłoszenie, zaznacz, czego dotyczyło: sprawę, „nowa sprawa” albo „nie nasza”.")


ACTS: Mapping[str, Act] = {
    "wez": lambda console, number, person, _: console.people.take(number, person.login),
    "oddaj": lambda console, number, person, fields: console.people.give_back(number, person.login, fields.get("dlaczego", "").strip()),
    "przekaz": _forward,
    "odpowiedz": lambda console, number, person, fields: console.people.answer(number, person.login, fields.get("tekst", ""), name_of(person)),
    "notatka": lambda console, number, person, fields: console.people.note(number, person.login, fields.get("notatka", "")),
    "etykiety": lambda console, number, person, fields: console.people.label(number, person.login, fields.get("etykiety", "").split(",")),
    "sprawa": lambda console, number, person, fields: console.people.send_entry(number, person.login, fields.get("sprawa", "")),
    "rozmowa": lambda console, number, person, _: console.people.begin_talk(number, person.login),
    "koniec": lambda console, number, person, _: console.people.end_talk(number, person.login),
    "zamknij": _close,
}
"""By the last part of the form's address; rights and the form's token are checked before."""
