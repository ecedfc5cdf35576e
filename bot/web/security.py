"""What every response carries for the browser's protection, and which sites may call the API from a page."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.web.keys import SETTINGS

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " \
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CORS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


def origin_allowed(request: web.Request) -> bool:
    """Whether the page that calls is ours, an allowed one, or no page at all (a program)."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    settings = request.app[SETTINGS]
    own = {settings.address, f"{request.scheme}://{request.host}"}
    return origin.rstrip("/") in own or origin.rstrip("/") in settings.origins or "*" in settings.origins


@web.middleware
async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse strangers' pages, answer their preflight, set the headers."""
    public = request.path.startswith(("/api/", "/widget/"))
    origin = request.headers.get("Origin")
    if public and not origin_allowed(request):
        response: web.StreamResponse = web.json_response(
            {"error": {"code": "origin", "message": "Ta strona nie ma zgody na użycie Okienka. Administrator dodaje ją w OKIENKO_ALLOWED_ORIGINS.",
                       "request_id": request.get("request_id", "")}}, status=403)  # fmt: skip
    elif public and request.method == "OPTIONS":
        response = web.Response(status=204)
    else:
        response = await handler(request)
    if response.prepared:
        return response
    response.headers.update(_HEADERS)
    if public and origin and origin_allowed(request):
        response.headers.update(_CORS)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    elif not public:
        response.headers.setdefault("Content-Security-Policy", CSP)
    return response
