"""Files served as they are: the widget's bundle and the portal's style; and the page that holds the widget alone, for frames."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from bot.web.keys import SETTINGS
from bot.web.pages.render import page

_HERE = Path(__file__).parent
_WIDGET = _HERE.parents[2] / "widget" / "dist"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
MAX_GIVEN = 300
FRAMED = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
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


@routes.get("/widget/ramka")
async def frame(request: web.Request) -> web.Response:
    """The widget alone on a page, for sites that embed it in a frame; only those that may embed the widget may frame it."""
    given = {name: request.query[name][:MAX_GIVEN] for name in ("profile", "page", "lang", "theme") if request.query.get(name)}
    allowed = request.app[SETTINGS].origins
    ancestors = "*" if "*" in allowed else " ".join(["'self'", *sorted(allowed)])
    response = page("frame.html", request, title="Okienko", description="Rozmowa z Okienkiem", path="/widget/ramka", given=given)
    response.headers["Content-Security-Policy"] = f"{FRAMED} {ancestors}"
    return response


@routes.get("/widget/{name}")
async def widget(request: web.Request) -> web.Response:
    """The widget: ``okienko.js`` is the one to embed."""
    return _file(request, _WIDGET)


@routes.get("/assets/{name}")
async def asset(request: web.Request) -> web.Response:
    """Style and icon of the portal."""
    return _file(request, _HERE / "assets")
