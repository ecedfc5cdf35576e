"""A conversation over WebSocket: the same messages both ways, with what others say pushed.

The token comes in the ``Authorization`` header, or, from a page, in the first frame ``{"token": "…", "after": 0}``.
Frames to the client: ``{"type": "messages"|"replies"|"error", …}``.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from bot.errors import NotAllowedError, OkienkoError, UsageError
from bot.web.api.conversations import Say, message_out
from bot.web.body import MAX_BODY
from bot.web.keys import COUNTER, DESK, METRICS

routes = web.RouteTableDef()
HELLO_SECONDS = 10
HEARTBEAT = 30


class Hello(msgspec.Struct):
    """The first frame from a page."""

    token: str
    after: int = 0


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
    try:
        if await _welcomed(request, connection, name, proven=bool(header)):
            await _talk(request, connection, name)
    finally:
        request.app[METRICS].sockets.dec()
    return connection


async def _welcomed(request: web.Request, connection: web.WebSocketResponse, name: str, *, proven: bool) -> bool:
    """See the token and send what was said since; close the socket otherwise."""
    after = 0
    if proven:
        raw = request.query.get("after", "0")
        after = int(raw) if raw.isdigit() else 0
    else:
        try:
            frame = await asyncio.wait_for(connection.receive(), HELLO_SECONDS)
            hello = msgspec.json.decode(frame.data if isinstance(frame.data, (str, bytes)) else b"", type=Hello)
            request.app[COUNTER].authorise(name, hello.token)
            after = max(0, hello.after)
        except (msgspec.MsgspecError, NotAllowedError, asyncio.TimeoutError):
            await _send_error(request, connection, NotAllowedError("Nie ma takiej rozmowy albo token jest zły."))
            await connection.close(code=WSCloseCode.POLICY_VIOLATION, message=b"token")
            return False
    found = request.app[COUNTER].said(name, after)
    await _send(connection, {"type": "messages", "messages": [message_out(item) for item in found], "cursor": found[-1].seq if found else after})
    return True


async def _talk(request: web.Request, connection: web.WebSocketResponse, name: str) -> None:
    async for frame in connection:
        if frame.type is WSMsgType.ERROR:
            break
        try:
            if frame.type is not WSMsgType.TEXT:
                raise UsageError("Ramka ma być tekstem JSON.")
            say = _frame(frame.data)
            answered = await request.app[DESK].take(name, say.incoming())
            await _send(connection, {"type": "replies", "replies": answered.replies, "cursor": answered.cursor, "client_id": say.client_id})
        except NotAllowedError as error:
            await _send_error(request, connection, error)
            await connection.close(code=WSCloseCode.POLICY_VIOLATION, message=b"gone")
        except OkienkoError as error:
            await _send_error(request, connection, error)


def _frame(data: str) -> Say:
    try:
        return msgspec.json.decode(data, type=Say)
    except msgspec.MsgspecError:
        raise UsageError("Ramka ma być obiektem JSON, na przykład {\"text\": \"…\"}.") from None


async def _send(connection: web.WebSocketResponse, data: dict[str, Any]) -> None:
    await connection.send_str(json.dumps(data, ensure_ascii=False))


async def _send_error(request: web.Request, connection: web.WebSocketResponse, error: OkienkoError) -> None:
    body = {"code": error.code, "message": str(error), "request_id": request["request_id"]}
    await _send(connection, {"type": "error", "error": body})
