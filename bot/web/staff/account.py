"""The own account: the password, the second factor with its QR code, recovery codes shown once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiohttp import web
from markupsafe import Markup

from bot.errors import OkienkoError, UsageError
from bot.papers.qr import as_svg
from bot.staff.lockout import LockedError
from bot.staff.model import Person
from bot.staff.passwords import SHORTEST
from bot.staff.totp import uri
from bot.web.staff.access import ACCOUNT, own_form, require_staff, staff_address, staff_of
from bot.web.staff.frame import staff_page

routes = web.RouteTableDef()
PASSWORD = f"{ACCOUNT}/haslo"
TOTP = f"{ACCOUNT}/drugi-skladnik"
CONFIRM = f"{TOTP}/potwierdzenie"
DISABLE = f"{TOTP}/wylaczenie"
CODES = f"{ACCOUNT}/kody"
_DONE = {"haslo": "Hasło zmienione. Inne Twoje sesje są zakończone.", "wylaczono": "Drugi składnik jest wyłączony."}


@routes.get(ACCOUNT)
async def account_page(request: web.Request) -> web.Response:
    """Who one is here, and what one may change."""
    person = require_staff(request, own_account=True)
    return _shown(request, person, done=_DONE.get(request.query.get("zrobione", ""), ""))


@routes.post(PASSWORD)
async def change_password(request: web.Request) -> web.Response:
    """To a new one, with the present one."""
    person = require_staff(request, own_account=True)
    fields = await own_form(request)
    new = fields.get("nowe", "")
    try:
        if new != fields.get("powtorzone", ""):
            raise UsageError("Nowe hasło i powtórzone hasło są różne.")
        await asyncio.to_thread(staff_of(request).own.change_password, person, fields.get("obecne", ""), new, staff_address(request))
    except (UsageError, LockedError) as error:
        return _shown(request, person, fault=error)
    return _onward(f"{ACCOUNT}?zrobione=haslo")


@routes.post(TOTP)
async def start_totp(request: web.Request) -> web.Response:
    """Offer a secret and ask for a code made with it."""
    person = require_staff(request)
    await own_form(request)
    try:
        staff_of(request).own.start_totp(person)
    except UsageError as error:
        return _shown(request, person, fault=error)
    return _onward(f"{ACCOUNT}#drugi")


@routes.post(CONFIRM)
async def confirm_totp(request: web.Request) -> web.Response:
    """Switch the second factor on; the recovery codes are shown here and never again."""
    person = require_staff(request)
    fields = await own_form(request)
    try:
        codes = staff_of(request).own.confirm_totp(person, fields.get("kod", ""), staff_address(request))
    except UsageError as error:
        return _shown(request, person, fault=error)
    return _with_codes(request, person, codes)


@routes.post(DISABLE)
async def disable_totp(request: web.Request) -> web.Response:
    """Switch the second factor off, with a code."""
    person = require_staff(request)
    fields = await own_form(request)
    try:
        staff_of(request).own.disable_totp(person, fields.get("kod", ""), staff_address(request))
    except (UsageError, LockedError) as error:
        return _shown(request, person, fault=error)
    return _onward(f"{ACCOUNT}?zrobione=wylaczono")


@routes.post(CODES)
async def renew_codes(request: web.Request) -> web.Response:
    """New recovery codes, shown here and never again; the old ones no longer count."""
    person = require_staff(request)
    fields = await own_form(request)
    try:
        codes = staff_of(request).own.renew_codes(person, fields.get("kod", ""), staff_address(request))
    except (UsageError, LockedError) as error:
        return _shown(request, person, fault=error)
    return _with_codes(request, person, codes)


def _with_codes(request: web.Request, person: Person, codes: list[str]) -> web.Response:
    secret = person.account.totp_secret or person.session.pending
    kept = Person(replace(person.account, totp_secret=secret, recovery=tuple(codes)), replace(person.session, pending=None))
    return _shown(request, kept, codes=codes)


def _shown(request: web.Request, person: Person, *, done: str = "", fault: OkienkoError | None = None, codes: list[str] = []) -> web.Response:  # noqa: B006
    secret = person.session.pending if not person.account.totp_secret else None
    drawn = Markup(as_svg(uri(secret, person.login), title="Kod QR dla aplikacji z kodami")) if secret else ""  # noqa: S704 - our own drawing
    paths = {"password": PASSWORD, "totp": TOTP, "confirm": CONFIRM, "disable": DISABLE, "codes": CODES}
    return staff_page(
        "staff_account.html", request, "Moje konto", ACCOUNT, account=person.account, must_change=person.must_change, shortest=SHORTEST, paths=paths,
        secret=secret or "", drawn=drawn, done=done, fault=str(fault) if fault else "", codes=codes, status=fault.status if fault else 200,
    )  # fmt: skip


def _onward(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
