"""Live pages of the console (Server-Sent Events): what changes in the queue, and in one ticket and its conversation."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from bot.errors import OkienkoError, TemporaryError
from bot.staff.model import Person
from bot.web.fanout import CLIENT_TYPES, CLOSED, QUEUE
from bot.web.keys import CONSOLE, STAFF
from bot.web.staff.access import require_staff, token_of
from bot.web.staff.queue import QUEUE_PATH, people_said
from bot.web.staff.talk import events_after, messages_after, state_of

routes = web.RouteTableDef()
LASTS = 25 * 60.0
"""Seconds of one stream; the page opens another only if its reader has done something meanwhile, so that idle sessions end."""
STILL_IN = 15.0
"""Seconds between two looks whether the reader is still signed in, and between two signs of life."""
_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
Frame = tuple[str, Any, str]
"""Name of the event, data, id."""


@routes.get(f"{QUEUE_PATH}/na-zywo")
async def queue_live(request: web.Request) -> web.StreamResponse:
    """``zmiana`` whenever the queue looks different: counts, the newest ticket, who is there."""
    person = require_staff(request, "tickets")
    return await _stream(request, person, _queue_frames(request))


@routes.get(f"{QUEUE_PATH}/{{number}}/na-zywo")
async def ticket_live(request: web.Request) -> web.StreamResponse:
    """``wiadomosc``, ``zdarzenie``, ``stan`` and ``pisze`` of one ticket, from the places in ``Last-Event-ID`` or ``?od=``."""
    person = require_staff(request, "tickets")
    ticket = request.app[CONSOLE].people.ticket(request.match_info["number"])
    return await _stream(request, person, _ticket_frames(request, ticket.number, ticket.conversation_id))


async def _stream(request: web.Request, person: Person, frames: AsyncIterator[Frame | None]) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    started = looked = time.monotonic()
    with request.app[CONSOLE].presence.here(person.login):
        try:
            async for frame in frames:
                now = time.monotonic()
                if request.transport is None or request.transport.is_closing():
                    return response
                if frame is not None:
                    await response.write(_written(*frame))
                elif now - looked >= STILL_IN:
                    looked = now
                    if now - started > LASTS or not request.app[STAFF].is_in(token_of(request)):
                        await response.write(_written("koniec", {}, ""))
                        break
                    await response.write(b": jest\n\n")
        except (ConnectionResetError, OkienkoError):
            return response
    await response.write_eof()
    return response


def _written(name: str, data: Any, place: str) -> bytes:
    head = f"id: {place}\n" if place else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def _queue_frames(request: web.Request) -> AsyncIterator[Frame | None]:
    console = request.app[CONSOLE]
    shown: Any = None
    with console.fanout.listening(QUEUE) as listener:
        while True:
            try:
                state = _queue_state(request)
                if state != shown:
                    shown = state
                    yield "zmiana", state, ""
            except TemporaryError:
                pass
            yield None
            if CLOSED in await listener.next():
                return


def _queue_state(request: web.Request) -> dict[str, Any]:
    console = request.app[CONSOLE]
    newest, changed = console.counter.store.newest_ticket()
    return {"counts": console.counter.store.count_tickets(), "newest": newest, "changed": changed.isoformat() if changed else "", "present": people_said(console.presence.count())}


async def _ticket_frames(request: web.Request, number: str, conversation: str | None) -> AsyncIterator[Frame | None]:
    console = request.app[CONSOLE]
    said, happened = _places(request)
    shown: Any = None
    with console.fanout.listening(*filter(None, (number, conversation))) as listener:
        told: frozenset[str] = frozenset()
        while True:
            if CLIENT_TYPES in told:
                yield "pisze", {}, ""
            try:
                ticket = console.people.ticket(number)
                for message in messages_after(console, conversation, said):
                    said = message["seq"]
                    yield "wiadomosc", message, f"{said}.{happened}"
                for event in events_after(console, number, happened):
                    happened += 1
                    yield "zdarzenie", event, f"{said}.{happened}"
                state = state_of(console, ticket)
                if state != shown:
                    shown = state
                    yield "stan", state, ""
            except TemporaryError:
                await asyncio.sleep(0)
            yield None
            told = await listener.next()
            if CLOSED in told:
                return


def _places(request: web.Request) -> tuple[int, int]:
    raw = request.headers.get("Last-Event-ID") or request.query.get("od", "")
    said, _, happened = raw.partition(".")
    return (int(said), int(happened)) if said.isascii() and said.isdigit() and happened.isascii() and happened.isdigit() and len(raw) < 30 else (0, 0)
