"""Conversations: begin, say, read, erase."""

from __future__ import annotations

from typing import Any, Optional, Union

import msgspec
from aiohttp import web

from bot.counter.codes import find_code
from bot.counter.counter import Answered, Chosen, Counter
from bot.counter.ports import Message
from bot.dialogue.session import Session
from bot.engine.port import Incoming
from bot.errors import NotAllowedError, UsageError
from bot.tickets.reading import find_number
from bot.web.body import bearer, number, read
from bot.web.keys import COUNTER, DESK, METRICS, PRIVACY
from bot.web.limits import limit

routes = web.RouteTableDef()


class Begin(msgspec.Struct):
    """Body of ``POST /conversations``."""

    profile: Optional[str] = None
    page: Optional[str] = None
    channel: Optional[str] = None


class Say(msgspec.Struct):
    """Body of ``POST /conversations/{id}/messages`` and of a frame of the socket: one of the four, and an id against repeats."""

    text: Optional[str] = None
    choice: Optional[str] = None
    open: Optional[str] = None
    profile: Optional[str] = None
    client_id: Optional[str] = None

    def act(self) -> Union[Incoming, Chosen]:
        """What the client does. Raises UsageError unless it is just one thing."""
        given = [name for name in ("text", "choice", "open", "profile") if getattr(self, name) is not None]
        if len(given) != 1:
            raise UsageError("Podaj jedno z pól: „text”, „choice”, „open” albo „profile”.")
        if self.open is not None:
            return Chosen("open", self.open)
        if self.profile is not None:
            return Chosen("profile", self.profile)
        return Incoming(self.text or "", self.choice, self.client_id)


async def take(request: web.Request, name: str, said: Say) -> Answered:
    """One thing that the client says or chooses. Raises UsageError, TooOftenError."""
    limit(request, "address")
    limit(request, "say", name)
    limit_codes(request, said.text)
    act, desk = said.act(), request.app[DESK]
    return await (desk.choose(name, act, said.client_id) if isinstance(act, Chosen) else desk.take(name, act))


def limit_codes(request: web.Request, text: str | None) -> None:
    """A message that is a code, or a ticket's number with its code, counts as a try. Raises TooOftenError."""
    if text and find_code(text):
        limit(request, "code")
    elif text and find_number(text):
        limit(request, "ticket_code")


CHANNELS = ("widget", "api", "text")


@routes.post("/api/v1/conversations")
async def begin(request: web.Request) -> web.Response:
    """Begin a conversation; the token is told only here."""
    limit(request, "begin")
    body = await read(request, Begin)
    channel = body.channel or "api"
    if channel not in CHANNELS:
        raise UsageError(f"Nieznany kanał. Możliwe: {', '.join(CHANNELS)}.")
    opened = request.app[COUNTER].open(profile=body.profile, page=body.page, channel=channel)
    request.app[METRICS].conversations.labels(channel).inc()
    data = {"id": opened.id, "token": opened.token, "replies": opened.replies, "cursor": opened.cursor}
    return web.json_response(data, status=201, headers={"Location": f"/api/v1/conversations/{opened.id}/messages"})


@routes.post("/api/v1/conversations/{id}/messages")
async def say(request: web.Request) -> web.Response:
    """One message; the same ``client_id`` again gives the same replies again."""
    name = request.match_info["id"]
    request.app[COUNTER].recognise(name, bearer(request))
    answered = await take(request, name, await read(request, Say))
    return web.json_response({"replies": answered.replies, "cursor": answered.cursor, **standing(request.app[COUNTER], name, answered.session)})


@routes.post("/api/v1/conversations/{id}/resume")
async def resume(request: web.Request) -> web.Response:
    """The client opens the window again: after a while away, the offer to go on where they left off; else no replies."""
    name = request.match_info["id"]
    counter = request.app[COUNTER]
    counter.authorise(name, bearer(request))
    answered = counter.come_back(name)
    return web.json_response({"replies": answered.replies, "cursor": answered.cursor})


@routes.get("/api/v1/conversations/{id}/messages")
async def said(request: web.Request) -> web.Response:
    """What was said after a cursor."""
    name = request.match_info["id"]
    counter = request.app[COUNTER]
    counter.authorise(name, bearer(request))
    after = number(request, "after")
    found = counter.said(name, after)
    return web.json_response({"messages": [message_out(message) for message in found], "cursor": found[-1].seq if found else after, **standing(counter, name)})


@routes.delete("/api/v1/conversations/{id}")
async def erase(request: web.Request) -> web.Response:
    """Erase the conversation; the receipt says what, where and how many."""
    name = request.match_info["id"]
    counter = request.app[COUNTER]
    counter.authorise(name, bearer(request))
    counts = counter.erase(name)
    items = [{"what": what, "where": "engine" if what == "rasa_events" else "database", "count": count} for what, count in counts.items()]
    receipt = {"conversation": name, "erased_at": counter.desk.clock.now().isoformat(), "items": items}
    return web.json_response({"receipt": receipt})


@routes.get("/api/v1/conversations/{id}/export")
async def export(request: web.Request) -> web.Response:
    """A copy of everything kept of the conversation and its tickets, to be saved; what only guards is not in it."""
    name = request.match_info["id"]
    request.app[COUNTER].authorise(name, bearer(request))
    limit(request, "export", name)
    if PRIVACY not in request.app:
        raise NotAllowedError("Ten serwis niczego nie przechowuje poza pamięcią, więc nie ma czego wydać.")
    headers = {"Content-Disposition": 'attachment; filename="okienko-moje-dane.json"', "Cache-Control": "no-store"}
    return web.json_response(request.app[PRIVACY].export_conversation(name), headers=headers)


def standing(counter: Counter, name: str, session: Session | None = None) -> dict[str, Any]:
    """How the conversation stands, read unless it is known: ``live`` when people may speak at any moment (``person``: one has the window; or a ticket is not closed), the open matters, the profile."""
    if session is None:
        kept = counter.store.read(name)
        if kept is None:
            return {"live": False, "person": False, "matters": [], "profile": None}
        session = kept.session
    last = counter.store.ticket(session.tickets[-1]) if session.tickets else None
    live = session.person is not None or (last is not None and last.status != "closed")
    return {"live": live, "person": session.person is not None, "matters": counter.matters(session), "profile": session.profile}


def message_out(message: Message) -> dict[str, Any]:
    """A message as the API shows it."""
    return {
        "seq": message.seq,
        "author": message.author,
        "body": message.body,
        "client_id": message.client_id,
        "created_at": message.created_at.isoformat(),
    }
