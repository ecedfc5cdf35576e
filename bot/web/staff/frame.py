"""The frame of every page for staff: who is signed in, ways to the other pages, and the token that forms carry."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.staff.model import Permission, Person
from bot.staff.sessions import form_token
from bot.web.keys import STAFF
from bot.web.pages.render import page
from bot.web.staff.access import ACCOUNT, ENTRY, FORM, GUIDE, LEAVE, optional_staff, token_of

PEOPLE = "/obsluga/osoby"
JOURNAL = "/obsluga/dziennik"
MEASURES = "/obsluga/miary"
LEARN = "/obsluga/nauka"
_WAYS: tuple[tuple[str, str, Permission | None], ...] = (
    ("/obsluga/zgloszenia", "Zgłoszenia", "tickets"),
    (GUIDE, "Przewodnik", None),
    (LEARN, "Nauka", "knowledge_proposals"),
    (MEASURES, "Miary", "measures"),
    (PEOPLE, "Osoby", "users"),
    (JOURNAL, "Dziennik", "audit"),
    (ACCOUNT, "Moje konto", None),
)
"""Address, name, and what one must be allowed to see it."""


def staff_page(name: str, request: web.Request, title: str, path: str, /, *, description: str = "Strona dla obsługi.", token: str = "", **values: Any) -> web.Response:
    """A page that no machine lists and no browser keeps. ``token``: of the forms, when it is not yet in the request's cookie."""
    person = optional_staff(request)
    frame: dict[str, Any] = {"person": person, "ways": _ways(person), "entrance": ENTRY if STAFF in request.app else "", "leave": LEAVE,
             "form_field": FORM, "form_token": form_token(token or token_of(request))}  # fmt: skip
    response = page(name, request, title=title, description=description, path=path, start=GUIDE, **frame, **values)
    response.headers.popall("ETag", None)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def onward(path: str) -> web.Response:
    """To another page after a form was taken."""
    return web.Response(status=303, headers={"Location": path})


def _ways(person: Person | None) -> list[tuple[str, str]]:
    """Where the person may go."""
    if person is None or person.must_change:
        return []
    return [(path, label) for path, label, permission in _WAYS if permission is None or person.may(permission)]
