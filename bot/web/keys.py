"""Typed keys of what the application carries."""

from __future__ import annotations

from aiohttp import web

from bot.cases.search import Search
from bot.counter.counter import Counter
from bot.engine.port import Engine
from bot.settings import Settings
from bot.web.desk import ConversationDesk
from bot.web.metrics import Metrics

SETTINGS = web.AppKey("settings", Settings)
COUNTER = web.AppKey("counter", Counter)
ENGINE = web.AppKey("engine", Engine)
DESK = web.AppKey("desk", ConversationDesk)
METRICS = web.AppKey("metrics", Metrics)
SEARCH = web.AppKey("search", Search)
