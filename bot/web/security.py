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
    "Access-Control-Expose-Headers": "RateLimit, RateLimit-Policy, Retry-After, X-Request-ID",
}


def own_origin(request: web.Request) -> bool:
    """Whether the page that calls is ours, or no page at all (a program)."""
    origin = request.headers.get("Origin")
    return origin is None or origin.rstrip("/") in {request.app[SETTINGS].address, f"{request.scheme}://{request.host}"}


def origin_allowed(request: web.Request) -> bool:
    """Whether the page that calls is ours, an allowed one, or no page at all (a program)."""
    allowed = request.app[SETTINGS].origins
    return own_origin(request) or request.headers["Origin"].rstrip("/") in allowed or "*" in allowed


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
        try:
            response = await handler(request)
        except web.HTTPRedirection as elsewhere:
            if request.path.startswith("/obsluga"):
                elsewhere.headers["Cache-Control"] = "no-store"
            raise
    if response.prepared:
        return response
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.app[SETTINGS].address.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.path.startswith("/obsluga"):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    if public and origin and origin_allowed(request):
        response.headers.update(_CORS)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    elif not public:
        response.headers.setdefault("Content-Security-Policy", CSP)
    return response
