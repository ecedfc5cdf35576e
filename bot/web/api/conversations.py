"""Conversations: begin, say, read, erase."""

from __future__ import annotations

from typing import Any, Optional

import msgspec
from aiohttp import web

from bot.counter.codes import find_code
from bot.counter.counter import Counter
from bot.counter.ports import Message
from bot.engine.port import Incoming
from bot.errors import UsageError
from bot.tickets.reading import find_number
from bot.web.body import bearer, number, read
from bot.web.keys import COUNTER, DESK, METRICS
from bot.web.limits import limit

routes = web.RouteTableDef()


class Begin(msgspec.Struct):
    """Body of ``POST /conversations``."""

    profile: Optional[str] = None
    page: Optional[str] = None
    channel: Optional[str] = None


class Say(msgspec.Struct):
    """Body of ``POST /conversations/{id}/messages`` and of a frame of the socket."""

    text: Optional[str] = None
    choice: Optional[str] = None
    client_id: Optional[str] = None

    def incoming(self) -> Incoming:
        """The message. Raises UsageError when it is neither text nor choice."""
        if (self.text is None) == (self.choice is None):
            raise UsageError("Podaj jedno z pól: „text” albo „choice”.")
        return Incoming(self.text or "", self.choice, self.client_id)


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
    request.app[COUNTER].authorise(name, bearer(request))
    body = await read(request, Say)
    limit_codes(request, body.text)
    answered = await request.app[DESK].take(name, body.incoming())
    return web.json_response({"replies": answered.replies, "cursor": answered.cursor, "live": is_live(request.app[COUNTER], name)})


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
    return web.json_response({"messages": [message_out(message) for message in found], "cursor": found[-1].seq if found else after, "live": is_live(counter, name)})


@routes.delete("/api/v1/conversations/{id}")
async def erase(request: web.Request) -> web.Response:
    """Erase the conversation; the receipt says what, where and how many."""
    name = request.match_info["id"]
    counter = request.app[COUNTER]
    counter.authorise(name, bearer(request))
    counts = counter.erase(name)
    items = [{"what": what, "where": "database", "count": count} for what, count in counts.items()]
    receipt = {"conversation": name, "erased_at": counter.desk.clock.now().isoformat(), "items": items}
    return web.json_response({"receipt": receipt})


def is_live(counter: Counter, name: str) -> bool:
    """Whether people may say something here at any moment: one speaks in the window, or a ticket is not closed."""
    kept = counter.store.read(name)
    if kept is None:
        return False
    last = counter.store.ticket(kept.session.tickets[-1]) if kept.session.tickets else None
    return kept.session.person is not None or (last is not None and last.status != "closed")


def message_out(message: Message) -> dict[str, Any]:
    """A message as the API shows it."""
    return {
        "seq": message.seq,
        "author": message.author,
        "body": message.body,
        "client_id": message.client_id,
        "created_at": message.created_at.isoformat(),
    }
