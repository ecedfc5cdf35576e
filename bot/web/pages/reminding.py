"""The page of one reminder: its owner agrees, looks, and erases it with the address."""

from __future__ import annotations

from aiohttp import web

from bot.dialogue.present import long_date
from bot.reminders.reminders import PATH
from bot.web.keys import REMINDERS
from bot.web.limits import limit
from bot.web.pages.render import page

routes = web.RouteTableDef()
WHOLE = PATH + "/{name}/{secret}"
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""The address is the key: no other site may learn it."""


@routes.get(WHOLE)
async def look(request: web.Request) -> web.Response:
    """What is kept, and the buttons. Opening it agrees to nothing: mail programs open addresses by themselves."""
    return _page(request)


@routes.post(WHOLE)
async def act(request: web.Request) -> web.Response:
    """Agree, or erase; a mail program's one-click (RFC 8058) erases. The address is the key, so no page of another site can do it."""
    reminders = _reminders(request)
    data = await request.post()
    name, secret = request.match_info["name"], request.match_info["secret"]
    if data.get("co") == "potwierdz":
        reminders.confirm(name, secret)
        return _page(request, told="Dziękujemy. Przypomnimy o każdym z tych terminów.")
    if data.get("co") == "usun" or data.get("List-Unsubscribe") == "One-Click":
        reminders.erase(name, secret)
        return page("reminder_gone.html", request, title="Przypomnienia usunięte", description="Przypomnienia i adres zostały usunięte.", path=PATH, status=201)
    raise web.HTTPBadRequest


def _page(request: web.Request, told: str = "") -> web.Response:
    reminders = _reminders(request)
    limit(request, "code")
    found = reminders.find(request.match_info["name"], request.match_info["secret"])
    response = page(
        "reminder.html", request, title="Przypomnienia o terminach", description="Potwierdź albo usuń przypomnienia o terminach.", path=PATH,
        reminder=found, days=[(long_date(item.day), item.title, item.sent) for item in found.days], told=told, status=201,
    )  # fmt: skip
    response.headers.update(HEADERS)
    return response


def _reminders(request: web.Request):  # type: ignore[no-untyped-def]
    if REMINDERS not in request.app:
        raise web.HTTPNotFound
    return request.app[REMINDERS]
