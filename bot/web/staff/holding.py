"""Keeping a ticket from being removed while a proceeding lasts: for supervisors and administrators, written into the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.counter.privacy import Hold
from bot.errors import NotAllowedError, UsageError
from bot.staff.model import Person
from bot.web.keys import CONSOLE, PRIVACY
from bot.web.staff.access import by_whom, own_form, require_staff, staff_of
from bot.web.staff.frame import onward
from bot.web.staff.queue import QUEUE_PATH
from bot.web.staff.ticket import holds_of, shown

routes = web.RouteTableDef()
Fields = Mapping[str, str]


@routes.post(f"{QUEUE_PATH}/{{number}}/zabezpiecz")
async def place(request: web.Request) -> web.Response:
    """Hold the ticket with its conversation."""
    return await _act(request, "zabezpiecz", "hold_placed", lambda person, number, fields: request.app[PRIVACY].hold(fields.get("powod", ""), person.login, ticket=number))


@routes.post(f"{QUEUE_PATH}/{{number}}/zwolnij")
async def release(request: web.Request) -> web.Response:
    """End a hold of this ticket."""

    def act(person: Person, number: str, fields: Fields) -> Hold:
        raw = fields.get("id", "")
        if not raw.isascii() or not raw.isdigit() or int(raw) not in {hold.id for hold in holds_of(request, number)}:
            raise UsageError("Takiego zabezpieczenia już nie ma. Odśwież stronę.")
        return request.app[PRIVACY].release(int(raw), person.login)[0]

    return await _act(request, "zwolnij", "hold_released", act)


async def _act(request: web.Request, name: str, written: str, act: Callable[[Person, str, Fields], Hold]) -> web.Response:
    person = require_staff(request, "audit")
    fields = await own_form(request)
    if PRIVACY not in request.app:
        raise NotAllowedError("Ten serwis nie ma bazy danych, więc nie ma czego zabezpieczyć.")
    ticket = request.app[CONSOLE].people.ticket(request.match_info["number"])
    try:
        act(person, ticket.number, fields)
    except UsageError as error:
        return shown(request, person, ticket, fault=str(error), status=400)
    staff_of(request).record(by_whom(request, person), written, ticket.number)
    return onward(f"{QUEUE_PATH}/{ticket.number}?zrobione={name}")
