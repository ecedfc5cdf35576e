"""Tickets without a conversation, and their state for the client who has the code."""

from __future__ import annotations

from typing import Optional

import msgspec
from aiohttp import web

from bot.cases.model import PROFILES
from bot.engine.port import Incoming
from bot.errors import NotAllowedError, UsageError
from bot.web.body import read
from bot.web.desk import check
from bot.web.keys import CONSOLE, COUNTER, MAILROOM, METRICS
from bot.web.limits import limit
from bot.web.pages.remarks import contact_of

routes = web.RouteTableDef()


class NewTicket(msgspec.Struct):
    """Body of ``POST /tickets``."""

    question: str
    profile: Optional[str] = None
    page: Optional[str] = None
    email: Optional[str] = None
    consent: bool = False
    """Consent to use the address for the answer in this ticket; without it no address is taken."""


@routes.post("/api/v1/tickets")
async def create(request: web.Request) -> web.Response:
    """Hand a question to people; the code is told only here."""
    limit(request, "ticket")
    body = await read(request, NewTicket)
    if body.profile is not None and body.profile not in PROFILES:
        raise UsageError(f"Nieznany profil. Możliwe: {', '.join(PROFILES)}.")
    check(Incoming(body.question))
    counter = request.app[COUNTER]
    contact = contact_of(body.email or "", agreed=body.consent, desk=counter.desk)
    ticket, code = counter.tickets.open(body.question, profile=body.profile, page=body.page, contact=contact)
    request.app[METRICS].tickets.inc()
    if CONSOLE in request.app:
        request.app[CONSOLE].opened(ticket.number)
    if MAILROOM in request.app:
        request.app[MAILROOM].opened(ticket.number)
    data = {"number": ticket.number, "code": code, "status": ticket.status, "created_at": ticket.created_at.isoformat(),
            "promised_on": ticket.promised_on.isoformat() if ticket.promised_on else None}  # fmt: skip
    return web.json_response(data, status=201, headers={"Location": f"/api/v1/tickets/{ticket.number}"})


@routes.get("/api/v1/tickets/{number}")
async def state(request: web.Request) -> web.Response:
    """The state of a ticket; the code comes in ``X-Ticket-Code`` or in ``?code=``."""
    counter = request.app[COUNTER]
    ticket = counter.tickets.find(request.match_info["number"], _code(request))
    data = {
        "number": ticket.number,
        "status": ticket.status,
        "case": ticket.packet.handover.entry,
        "title": ticket.packet.handover.title,
        "created_at": ticket.created_at.isoformat(),
        "updated_at": ticket.updated_at.isoformat(),
        "promised_on": ticket.promised_on.isoformat() if ticket.promised_on else None,
        "written": [{"at": at.isoformat(), "author": who, "text": text} for at, who, text in counter.tickets.exchange(ticket)],
    }
    return web.json_response(data)


@routes.delete("/api/v1/tickets/{number}/contact")
async def withdraw(request: web.Request) -> web.Response:
    """Take the address for the answer back; the ticket stays, and its answer is read with number and code."""
    ticket = request.app[COUNTER].tickets.withdraw_address(request.match_info["number"], _code(request))
    return web.json_response({"number": ticket.number, "contact": None})


def _code(request: web.Request) -> str:
    """Raises NotAllowedError, TooOftenError."""
    code = request.headers.get("X-Ticket-Code") or request.query.get("code")
    if not code:
        raise NotAllowedError("Podaj kod zgłoszenia w nagłówku X-Ticket-Code albo w parametrze „code”.")
    limit(request, "ticket_code")
    return code
