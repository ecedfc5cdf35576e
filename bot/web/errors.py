"""One error shape for every route: ``{"error": {"code", "message", "request_id"}}``; never a stack trace."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from typing import Any

from aiohttp import web

from bot import tracing
from bot.errors import OkienkoError
from bot.web.keys import METRICS
from bot.web.pages.render import page

_TITLES = {403: "Tego nie wolno", 404: "Nie ma takiej strony", 405: "Tego nie można tu zrobić", 413: "Za dużo danych"}
log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[\w-]{8,64}\Z")
_CODES = {
    400: ("bad_request", "Tego żądania nie da się odczytać."),
    401: ("unauthorized", "Brakuje tokenu rozmowy. Podaj go w nagłówku Authorization: Bearer."),
    404: ("not_found", "Nie ma takiego adresu."),
    405: ("method_not_allowed", "Tej metody nie można tu użyć."),
    413: ("too_large", "To, co przysłano, jest za duże. Skróć wiadomość."),
    415: ("unsupported_media_type", "Treść ma być w formacie JSON."),
}


def error_body(code: str, message: str, request_id: str) -> dict[str, Any]:
    """The one shape."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def error_response(request: web.Request, status: int, code: str, message: str) -> web.Response:
    """A response with the one shape."""
    return web.json_response(error_body(code, message, request.get("request_id", "")), status=status)


def wants_page(request: web.Request) -> bool:
    """Whether a person in a browser asked, and not a program."""
    return request.method in ("GET", "HEAD", "POST") and not request.path.startswith(("/api/", "/widget/", "/assets/")) and "text/html" in request.headers.get("Accept", "")


def fault_response(request: web.Request, status: int, code: str, message: str) -> web.Response:
    """The one shape for programs, a page with a way on for people."""
    if not wants_page(request):
        return error_response(request, status, code, message)
    return page("error.html", request, title=_TITLES.get(status, "Coś poszło nie tak"), description=message, path=request.path,
                message=message, number=request.get("request_id", ""), status=status)  # fmt: skip


def route_of(request: web.Request) -> str:
    """The route's pattern, so that metrics and logs hold no ids."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


@web.middleware
async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
    """Number the request, measure it, and turn what is raised into the one shape."""
    given = request.headers.get("X-Request-ID", "")
    request["request_id"] = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
    started = time.perf_counter()
    with tracing.span(f"{request.method} {route_of(request)}", request.headers, request_id=request["request_id"]) as opened:
        response = await _answer(request, handler)
        if opened is not None:
            opened.set_attribute("http.response.status_code", response.status)
    metrics = request.app[METRICS]
    metrics.requests.labels(request.method, route_of(request), response.status).inc()
    metrics.seconds.labels(route_of(request)).observe(time.perf_counter() - started)
    if not response.prepared:
        response.headers["X-Request-ID"] = request["request_id"]
        if "standing" in request and request.path.startswith("/api/"):
            response.headers.update(request["standing"].headers)
    return response


async def _answer(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        return await handler(request)
    except OkienkoError as error:
        if error.status >= 500:
            log.exception("request failed", extra={"request": request["request_id"], "route": route_of(request)})
        response = fault_response(request, error.status, error.code, str(error))
        if wait := getattr(error, "wait", None):
            response.headers["Retry-After"] = str(wait)
        return response
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        code, message = _CODES.get(error.status, ("error", "Nie udało się tego zrobić. Spróbuj ponownie."))
        response = fault_response(request, error.status, code, message)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (ConnectionResetError, asyncio.CancelledError):
        raise
    except Exception:
        log.exception("request failed", extra={"request": request["request_id"], "route": route_of(request)})
        message = f"Coś się u nas zepsuło. Spróbuj ponownie; jeśli to nie pomoże, podaj numer {request['request_id']}."
        return fault_response(request, 500, "internal", message)

