"""Understanding one message; keeps nothing."""

from __future__ import annotations

from typing import Optional

import msgspec
from aiohttp import web

from bot.cases.model import PROFILES
from bot.dialogue.understanding import Setting, decide
from bot.engine.port import Incoming
from bot.errors import UsageError
from bot.web.body import read
from bot.web.desk import check
from bot.web.keys import COUNTER, ENGINE
from bot.web.limits import limit

routes = web.RouteTableDef()


class Ask(msgspec.Struct):
    """Body of ``POST /ask``."""

    text: str
    profile: Optional[str] = None


@routes.post("/api/v1/ask")
async def ask(request: web.Request) -> web.Response:
    """What the text means."""
    limit(request, "ask")
    body = await read(request, Ask)
    if body.profile is not None and body.profile not in PROFILES:
        raise UsageError(f"Nieznany profil. Możliwe: {', '.join(PROFILES)}.")
    check(Incoming(body.text))
    heard = await request.app[ENGINE].understand(body.text)
    desk = request.app[COUNTER].desk
    understanding = decide(heard, desk.knowledge, desk.finder, Setting(profile=body.profile))
    return web.Response(body=msgspec.json.encode(understanding), content_type="application/json")
