"""Where chat platforms call us: checked by their signature, kept, and answered at once; the work is done behind."""

from __future__ import annotations

import logging

from aiohttp import web

from bot.channels.port import MalformedError, UnsignedError
from bot.channels.service import ChannelService
from bot.errors import NotAllowedError
from bot.web.errors import error_response
from bot.web.keys import CHANNELS

routes = web.RouteTableDef()
log = logging.getLogger(__name__)
MAX_WEBHOOK = 1024 * 1024
"""Bytes of one call: Meta sends up to a thousand events at once, Telegram one."""


@routes.get("/webhooks/{channel}")
async def check(request: web.Request) -> web.Response:
    """The platform asks whether the address is ours."""
    answer = _service(request).channel.challenge(request.query)
    if answer is None:
        return error_response(request, 403, "forbidden", "To nie jest znak, który ustawiono w Okienku. Porównaj go z ustawieniem VERIFY_TOKEN.")
    return web.Response(text=answer, content_type="text/plain")


@routes.post("/webhooks/{channel}")
async def receive(request: web.Request) -> web.Response:
    """Something happened there."""
    service = _service(request)
    body = await request.clone(client_max_size=MAX_WEBHOOK).read()
    try:
        service.receive(body, request.headers)
    except UnsignedError:
        return error_response(request, 403, "forbidden", "Brakuje podpisu platformy albo jest zły.")
    except MalformedError:
        log.warning("a signed call of a platform could not be read", extra={"channel": service.channel.name, "size": len(body)})
        return error_response(request, 400, "bad_request", "Tej wiadomości platformy nie da się odczytać.")
    return web.Response(text="ok")


def _service(request: web.Request) -> ChannelService:
    found = request.app[CHANNELS].get(request.match_info["channel"])
    if found is None:
        raise NotAllowedError("Ten kanał nie jest włączony.")
    return found
