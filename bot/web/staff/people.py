"""Accounts of staff, for administrators."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.errors import UsageError
from bot.staff.model import PERMISSIONS, ROLES, By
from bot.staff.people import People
from bot.web.staff.access import by_whom, own_form, require_staff, staff_of
from bot.web.staff.frame import PEOPLE, staff_page

routes = web.RouteTableDef()
ROLE_NAMES = {"consultant": "konsultant", "editor": "redaktor", "supervisor": "kierownik", "administrator": "administrator"}
PERMISSION_NAMES = {"tickets": "zgłoszenia", "knowledge_proposals": "propozycje zmian w wiedzy", "measures": "pomiary", "users": "osoby", "audit": "dziennik",
                    "settings": "ustawienia"}  # fmt: skip
_DONE = {"role": "Rola zmieniona.", "disable": "Dostęp odebrany, sesje zakończone.", "enable": "Dostęp przywrócony.", "totp": "Drugi składnik wyłączony.",
         "identity": "Dane zapisane."}  # fmt: skip


@routes.get(PEOPLE)
async def people_page(request: web.Request) -> web.Response:
    """Everybody, and a form for somebody new."""
    require_staff(request, "users")
    return _shown(request, done=_DONE.get(request.query.get("zrobione", ""), ""))


@routes.post(PEOPLE)
async def add_person(request: web.Request) -> web.Response:
    """A new account; its first password is shown once."""
    person = require_staff(request, "users")
    fields = await own_form(request)
    people, by, login = staff_of(request).people, by_whom(request, person), fields.get("login", "")
    name, email, subject, role = (fields.get(field, "") for field in ("name", "email", "subject", "role"))
    try:
        password = await asyncio.to_thread(lambda: people.add(by, login, role, name=name, email=email, subject=subject))
    except UsageError as error:
        return _shown(request, fault=str(error), typed=fields)
    return _shown(request, password=password, whose=login.strip().lower())


@routes.post(PEOPLE + "/{login}")
async def change_person(request: web.Request) -> web.Response:
    """One act on one account."""
    person = require_staff(request, "users")
    fields = await own_form(request)
    people, by, login = staff_of(request).people, by_whom(request, person), request.match_info["login"]
    act = fields.get("co", "")
    try:
        if act == "password":
            password = await asyncio.to_thread(people.reset_password, by, login)
            return _shown(request, password=password, whose=login)
        _do(people, by, login, act, fields)
    except UsageError as error:
        return _shown(request, fault=str(error))
    return web.Response(status=303, headers={"Location": f"{PEOPLE}?zrobione={act}"})


def _do(people: People, by: By, login: str, act: str, fields: Mapping[str, str]) -> None:
    if act == "role":
        people.set_role(by, login, fields.get("role", ""))
    elif act in ("disable", "enable"):
        people.set_active(by, login, act == "enable")
    elif act == "totp":
        people.reset_totp(by, login)
    elif act == "identity":
        people.set_identity(by, login, fields.get("name", ""), fields.get("email", ""), fields.get("subject", ""))
    else:
        raise UsageError("Nie ma takiej czynności.")


def _shown(
    request: web.Request, *, done: str = "", fault: str = "", password: str = "", whose: str = "", typed: Mapping[str, str] = {}
) -> web.Response:
    rights = {role: ", ".join(PERMISSION_NAMES[name] for name in PERMISSION_NAMES if name in PERMISSIONS[role]) for role in ROLES}
    return staff_page(
        "staff_people.html", request, "Osoby", PEOPLE, accounts=staff_of(request).people.all(), roles=ROLE_NAMES, rights=rights, people=PEOPLE,
        done=done, fault=fault, password=password, whose=whose, typed=typed, status=400 if fault else 200,
    )  # fmt: skip
