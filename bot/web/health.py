"""Alive, ready, measured."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.errors import OkienkoError
from bot.web.keys import COUNTER, ENGINE, METRICS, STOPPING

routes = web.RouteTableDef()


@routes.get("/healthz")
async def alive(_: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


@routes.get("/readyz")
async def ready(request: web.Request) -> web.Response:
    """The model is loaded, the store answers, and nobody told the process to stop; else 503 with which part is missing."""
    parts = {"model": "ok" if request.app[ENGINE].ready else "loading", "store": "ok"}
    try:
        request.app[COUNTER].store.ping()
    except OkienkoError:
        parts["store"] = "unreachable"
    if request.app[STOPPING].begun:
        parts["service"] = "stopping"
    fine = all(state == "ok" for state in parts.values())
    return web.json_response({"status": "ok" if fine else "unavailable", "parts": parts}, status=200 if fine else 503)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """For Prometheus."""
    return web.Response(body=request.app[METRICS].page(), headers={"Content-Type": CONTENT_TYPE_LATEST})
