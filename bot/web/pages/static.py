"""Files served as they are: the widget's modules and the portal's style."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from aiohttp import web

_HERE = Path(__file__).parent
_WIDGET = _HERE.parents[2] / "widget" / "src"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
routes = web.RouteTableDef()


@lru_cache(maxsize=32)
def _content(path: Path) -> tuple[bytes, str]:
    body = path.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def _file(request: web.Request, folder: Path) -> web.Response:
    path = folder / request.match_info["name"]
    if path.suffix not in _TYPES or path.parent != folder or not path.is_file():
        raise web.HTTPNotFound
    body, tag = _content(path)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)


@routes.get("/widget/{name}")
async def widget(request: web.Request) -> web.Response:
    """A module of the widget; ``okienko.js`` is the one to embed."""
    return _file(request, _WIDGET)


@routes.get("/assets/{name}")
async def asset(request: web.Request) -> web.Response:
    """Style and icon of the portal."""
    return _file(request, _HERE / "assets")
