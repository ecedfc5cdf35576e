"""Signing in with login and password, the second factor, signing out."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from aiohttp import web

from bot.staff.service import Entered
from bot.staff.sessions import new_token
from bot.web.keys import PROVIDER
from bot.web.limits import limit
from bot.web.staff.access import (
    COOKIE,
    ENTRY,
    HOME,
    LEAVE,
    NEXT,
    OUTSIDE,
    SECOND,
    give_token,
    next_page,
    optional_staff,
    own_form,
    see_other,
    staff_address,
    staff_of,
    token_of,
)  # fmt: skip
from bot.web.staff.frame import staff_page

routes = web.RouteTableDef()
_REFUSED = {
    "refused": "Login albo hasło są inne, albo konto jest wyłączone.",
    "locked": "Za dużo nieudanych prób. To konto jest zamknięte na 15 minut; potem spróbuj jeszcze raz.",
}
_SECOND_REFUSED = {**_REFUSED, "refused": "Ten kod jest zły albo już użyty. Poczekaj na następny i spróbuj jeszcze raz."}


@routes.get(ENTRY)
async def entry_page(request: web.Request) -> web.Response:
    """The form; whoever is signed in already goes on."""
    staff_of(request)
    onward = next_page(request.query.get(NEXT, ""))
    if optional_staff(request):
        raise see_other(onward)
    return entry_form(request, onward)


@routes.post(ENTRY)
async def sign_in(request: web.Request) -> web.Response:
    """With login and password."""
    staff = staff_of(request)
    fields = await own_form(request)
    limit(request, "sign_in")
    onward = next_page(fields.get(NEXT, ""))
    login = fields.get("login", "")
    entered = await asyncio.to_thread(staff.sign_in, login, fields.get("haslo", ""), staff_address(request))
    if entered.outcome in _REFUSED:
        return entry_form(request, onward, login=login[:60], fault=_REFUSED[entered.outcome], status=429 if entered.outcome == "locked" else 401)
    return let_in(request, entered, onward)


@routes.get(SECOND)
async def second_page(request: web.Request) -> web.Response:
    """The form for the code, where one is awaited."""
    onward = next_page(request.query.get(NEXT, ""))
    if not staff_of(request).awaits_second(token_of(request)):
        raise see_other(ENTRY)
    return _second_form(request, onward)


@routes.post(SECOND)
async def second_factor(request: web.Request) -> web.Response:
    """With a code."""
    staff = staff_of(request)
    fields = await own_form(request)
    limit(request, "sign_in")
    if not staff.awaits_second(token_of(request)):
        raise see_other(ENTRY)
    onward = next_page(fields.get(NEXT, ""))
    entered = staff.second_factor(token_of(request), fields.get("kod", "")[:60], staff_address(request))
    if entered.outcome in _SECOND_REFUSED:
        return _second_form(request, onward, fault=_SECOND_REFUSED[entered.outcome], status=429 if entered.outcome == "locked" else 401)
    return let_in(request, entered, onward)


@routes.post(LEAVE)
async def sign_out(request: web.Request) -> web.Response:
    """End the session."""
    staff = staff_of(request)
    await own_form(request)
    staff.sign_out(token_of(request), staff_address(request))
    response = web.Response(status=303, headers={"Location": ENTRY})
    response.del_cookie(COOKIE, path=HOME)
    return response


def let_in(request: web.Request, entered: Entered, onward: str) -> web.Response:
    """A new token in the cookie, and on to the page asked for or to the second factor."""
    place = f"{SECOND}?{urlencode({NEXT: onward})}" if entered.outcome == "needs_totp" else onward
    response = web.Response(status=303, headers={"Location": place})
    give_token(request, response, entered.token)
    return response


def entry_form(request: web.Request, onward: str, *, login: str = "", fault: str = "", status: int = 200) -> web.Response:
    """The form, bound to this browser by the cookie before anybody is signed in."""
    fresh = "" if token_of(request) else new_token()
    outside = f"{OUTSIDE}?{urlencode({NEXT: onward})}" if PROVIDER in request.app else ""
    response = staff_page("staff_login.html", request, "Wejście dla obsługi", ENTRY, token=fresh, onward=onward, login=login, fault=fault, outside=outside, status=status)
    if fresh:
        give_token(request, response, fresh)
    return response


def _second_form(request: web.Request, onward: str, *, fault: str = "", status: int = 200) -> web.Response:
    return staff_page("staff_second.html", request, "Drugi składnik", SECOND, onward=onward, fault=fault, status=status)
