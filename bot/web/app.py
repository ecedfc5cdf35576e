"""The composition root of the service: settings in, application out. Importing it opens nothing and loads no Rasa."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from bot.cases.search import Search
from bot.counter.counter import Counter
from bot.dialogue.understanding import Heard, decide
from bot.engine.port import Engine
from bot.settings import Settings
from bot.web import errors, health, keys, security
from bot.web.api import ask, conversations, knowledge, openapi, socket, tickets
from bot.web.body import MAX_BODY
from bot.web.desk import ConversationDesk
from bot.web.metrics import Metrics
from bot.web.pages import catalogue, entries, feeds, portal, references, remarks, searching, static, texts, walks

log = logging.getLogger(__name__)
TABLES = (
    ask, conversations, socket, knowledge, tickets, openapi, health,
    portal, catalogue, walks, entries, references, searching, remarks, feeds, static, texts,
)  # fmt: skip
"""Every table of routes; ``texts`` last, since it takes any short address."""


def create_app(settings: Settings, counter: Counter, engine: Engine) -> web.Application:
    """The application; the engine is started and stopped with it."""
    app = web.Application(middlewares=[security.middleware, errors.middleware], client_max_size=MAX_BODY)
    metrics = Metrics()
    app[keys.SETTINGS] = settings
    app[keys.COUNTER] = counter
    app[keys.ENGINE] = engine
    app[keys.METRICS] = metrics
    app[keys.DESK] = ConversationDesk(counter, engine, metrics)
    app[keys.SEARCH] = Search(counter.desk.knowledge)
    for table in TABLES:
        app.add_routes(table.routes)
    app.cleanup_ctx.append(_engine)
    return app


async def _engine(app: web.Application) -> AsyncIterator[None]:
    """Load the engine beside serving: pages and /healthz answer at once, /readyz when the model is there."""
    task = asyncio.create_task(_start(app))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await app[keys.ENGINE].stop()


async def _start(app: web.Application) -> None:
    try:
        await app[keys.ENGINE].start()
        desk = app[keys.COUNTER].desk
        decide(Heard("gdzie jest placówka w Krakowie"), desk.knowledge, desk.finder)
        log.info("engine ready")
    except Exception:
        log.exception("the engine did not start; conversations are answered with an apology and the offer of a person")
