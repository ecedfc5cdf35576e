"""The first page: profiles, what to do when…, and the window."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from bot.cases.model import PROFILES
from bot.web.keys import COUNTER

routes = web.RouteTableDef()


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(name: str, **values: Any) -> web.Response:
    """A page from a template."""
    return web.Response(text=_templates().get_template(name).render(**values), content_type="text/html", charset="utf-8")


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """The counter."""
    desk = request.app[COUNTER].desk
    profile = request.query.get("profil", "")
    profile = profile if profile in PROFILES else ""
    tabs = [{"id": name, "label": desk.phrase(f"profile_{name}"), "active": name == profile} for name in PROFILES]
    listed = [
        {"id": entry.id, "title": entry.title, "when": entry.when}
        for entry in desk.knowledge.cases.values()
        if not profile or profile in entry.profiles
    ]
    return render("index.html", tabs=tabs, profile=profile, cases=sorted(listed, key=lambda item: item["when"]))
