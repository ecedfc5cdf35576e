"""A conversation over WebSocket: the same messages both ways, with what others say pushed.

The token comes in the ``Authorization`` header, or, from a page, in the first frame ``{"token": "…", "after": 0}``.
Frames to the client: ``{"type": "messages"|"replies"|"typing"|"error", …}``; ``{"type": "typing"}`` goes both ways and is not kept.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from bot.counter.counter import Answered
from bot.ending import end
from bot.errors import NotAllowedError, OkienkoError, TemporaryError, UsageError
from bot.web.api.conversations import Say, message_out, take
from bot.web.body import MAX_BODY
from bot.web.fanout import CLIENT_TYPES, CLOSED, LOOK, PERSON_TYPES
from bot.web.keys import COUNTER, FANOUT, METRICS

routes = web.RouteTableDef()
HELLO_SECONDS = 10
HEARTBEAT = 30


class Hello(msgspec.Struct):
    """The first frame from a page."""

    token: str
    after: int = 0


class Kind(msgspec.Struct):
    """What every frame of the client may name; without it, it is something said."""

    type: str = ""


@dataclass
class Line:
    """An open socket of a conversation; ``sent`` is the place up to which everything was sent.

    The lock keeps an answer to the client's own message and what is pushed apart, so that nothing is sent twice.
    """

    request: web.Request
    connection: web.WebSocketResponse
    name: str
    sent: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, data: dict[str, Any]) -> None:
        """One frame."""
        await self.connection.send_str(json.dumps(data, ensure_ascii=False))

    async def send_error(self, error: OkienkoError) -> None:
        """A refusal in the one shape."""
        await self.send({"type": "error", "error": {"code": error.code, "message": str(error), "request_id": self.request["request_id"]}})

    async def send_news(self, *, always: bool = False) -> None:
        """What was said since; nothing when nothing was, unless the client waits for a first frame."""
        found = self.request.app[COUNTER].said(self.name, self.sent)
        if found or always:
            self.sent = found[-1].seq if found else self.sent
            await self.send({"type": "messages", "messages": [message_out(item) for item in found], "cursor": self.sent})


@routes.get("/api/v1/conversations/{id}/socket")
async def socket(request: web.Request) -> web.WebSocketResponse:
    """Open, prove who you are, talk."""
    name = request.match_info["id"]
    connection = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_BODY)
    if not connection.can_prepare(request).ok:
        raise UsageError("Pod tym adresem rozmawia się przez WebSocket.")
    header = request.headers.get("Authorization", "")
    if header:
        request.app[COUNTER].authorise(name, header.partition(" ")[2].strip())
    await connection.prepare(request)
    request.app[METRICS].sockets.inc()
    line = Line(request, connection, name)
    try:
        if await _welcomed(line, proven=bool(header)):
            pushing = asyncio.create_task(_push(line))
            try:
                await _talk(line)
            finally:
                await end([pushing])
    finally:
        request.app[METRICS].sockets.dec()
    return connection


async def _welcomed(line: Line, *, proven: bool) -> bool:
    """See the token and send what was said since; close the socket otherwise."""
    counter = line.request.app[COUNTER]
    if proven:
        raw = line.request.query.get("after", "0")
        line.sent = int(raw) if raw.isascii() and raw.isdigit() else 0
    else:
        try:
            frame = await asyncio.wait_for(line.connection.receive(), HELLO_SECONDS)
            hello = msgspec.json.decode(frame.data if isinstance(frame.data, (str, bytes)) else b"", type=Hello)
            counter.authorise(line.name, hello.token)
            line.sent = max(0, hello.after)
        except (msgspec.MsgspecError, RecursionError, NotAllowedError, asyncio.TimeoutError):
            await line.send_error(NotAllowedError("Nie ma takiej rozmowy albo token jest zły."))
            await line.connection.close(code=WSCloseCode.POLICY_VIOLATION, message=b"token")
            return False
    await line.send_news(always=True)
    return True


async def _push(line: Line) -> None:
    """Send what others say, as soon as somebody tells of it; a person who types is a frame of its own."""
    with line.request.app[FANOUT].listening(line.name) as listener:
        told: frozenset[str] = frozenset()
        while CLOSED not in told:
            try:
                if PERSON_TYPES in told:
                    await line.send({"type": "typing"})
                async with line.lock:
                    listener.at = line.sent
                    await line.send_news()
                    listener.at = line.sent
                told = await listener.next(None)
            except TemporaryError:
                told = await listener.next(LOOK)
            except ConnectionResetError:
                return
        await line.connection.close(code=WSCloseCode.GOING_AWAY, message=b"stop")


async def _talk(line: Line) -> None:
    async for frame in line.connection:
        if frame.type is WSMsgType.ERROR:
            break
        try:
            if frame.type is not WSMsgType.TEXT:
                raise UsageError("Ramka ma być tekstem JSON.")
            await _take(line, frame.data)
        except NotAllowedError as error:
            await line.send_error(error)
            await line.connection.close(code=WSCloseCode.POLICY_VIOLATION, message=b"gone")
        except OkienkoError as error:
            await line.send_error(error)


async def _take(line: Line, data: str) -> None:
    """One frame of the client: that they type, or what they say."""
    app = line.request.app
    if _types(data):
        app[FANOUT].tell(line.name, what=CLIENT_TYPES)
        return
    say = _frame(data)
    async with line.lock:
        answered = await take(line.request, line.name, say)
        if not answered.repeated:
            await _send_between(line, answered)
            line.sent = max(line.sent, answered.cursor)
        await line.send({"type": "replies", "replies": answered.replies, "cursor": answered.cursor, "client_id": say.client_id})


async def _send_between(line: Line, answered: Answered) -> None:
    """What others said before this turn and was not sent yet."""
    first = answered.cursor - len(answered.replies)
    found = [item for item in line.request.app[COUNTER].said(line.name, line.sent) if item.seq < first]
    if found:
        await line.send({"type": "messages", "messages": [message_out(item) for item in found], "cursor": found[-1].seq})


def _types(data: str) -> bool:
    try:
        return msgspec.json.decode(data, type=Kind).type == "typing"
    except (msgspec.MsgspecError, RecursionError):
        return False


def _frame(data: str) -> Say:
    try:
        return msgspec.json.decode(data, type=Say)
    except (msgspec.MsgspecError, RecursionError):
        raise UsageError("Ramka ma być obiektem JSON, na przykład {\"text\": \"…\"}.") from None
