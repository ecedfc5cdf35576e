"""Templates to pages, with validators so that a browser need not load an unchanged page again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(name: str, request: web.Request, *, tag: str, **values: Any) -> web.Response:
    """A page from a template; ``tag`` changes whenever the page could read differently."""
    etag = f'"{hashlib.sha256(f"{name}-{tag}-{request.path_qs}".encode()).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    text = _templates().get_template(name).render(**values)
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)
