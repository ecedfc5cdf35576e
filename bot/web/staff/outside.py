"""Signing in at the office's provider of identity: there and back."""

from __future__ import annotations

import logging

from aiohttp import web

from bot.errors import TemporaryError
from bot.staff.sessions import new_token
from bot.web.keys import PROVIDER, SETTINGS
from bot.web.limits import limit
from bot.web.staff.access import ENTRY, NEXT, OUTSIDE, give_token, next_page, staff_address, staff_of, token_of
from bot.web.staff.entry import entry_form, let_in
from bot.web.staff.oidc import Attempt, OidcError, Provider

log = logging.getLogger(__name__)
routes = web.RouteTableDef()
BACK = f"{ENTRY}/powrot"
_UNKNOWN = "Dostawca tożsamości Cię zna, ale w Okienku nie masz czynnego konta. Poproś administratora, żeby je założył."
_FAILED = "Logowanie u dostawcy tożsamości się nie udało. Spróbuj jeszcze raz."


@routes.get(OUTSIDE)
async def there(request: web.Request) -> web.Response:
    """To the provider, with an attempt bound to this browser's cookie."""
    provider = _provider(request)
    limit(request, "sign_in")
    token = token_of(request) or new_token()
    attempt = Attempt.begin(token, next_page(request.query.get(NEXT, "")))
    response = web.Response(status=303, headers={"Location": await provider.authorization(attempt, _return(request))})
    if token != token_of(request):
        give_token(request, response, token)
    return response


@routes.get(BACK)
async def back(request: web.Request) -> web.Response:
    """From the provider: only an attempt of this browser counts, and only a person who has an account here."""
    provider, staff = _provider(request), staff_of(request)
    limit(request, "sign_in")
    try:
        attempt = Attempt.of(token_of(request), request.query.get("state", ""))
        if "error" in request.query:
            raise OidcError(_FAILED)
        known = await provider.known(attempt, request.query.get("code", ""), _return(request), request.query.get("iss"))
    except (OidcError, TemporaryError) as error:
        log.warning("sign-in at the provider failed: %s", error.__cause__ or error)
        return entry_form(request, next_page(""), fault=_FAILED if isinstance(error, OidcError) else str(error), status=error.status)
    entered = staff.sign_in_known(known.subject, known.email, staff_address(request))
    if entered.outcome == "refused":
        return entry_form(request, attempt.onward, fault=_UNKNOWN, status=403)
    return let_in(request, entered, next_page(attempt.onward))


def _provider(request: web.Request) -> Provider:
    staff_of(request)
    if PROVIDER not in request.app:
        raise web.HTTPNotFound
    return request.app[PROVIDER]


def _return(request: web.Request) -> str:
    return request.app[SETTINGS].address + BACK
