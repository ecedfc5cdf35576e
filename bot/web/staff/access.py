"""Who may open the pages for staff; decided here and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlencode, urlsplit

from aiohttp import web

from bot.errors import OkienkoError
from bot.staff.model import By, Permission, Person
from bot.staff.service import Staff
from bot.staff.sessions import form_is_ours
from bot.web.errors import wants_page
from bot.web.keys import SETTINGS, STAFF
from bot.web.limits import address_of
from bot.web.security import own_origin

COOKIE = "okienko_obsluga"
HOME = "/obsluga"
"""Where the cookie goes, and what every page for staff lies under."""
ENTRY = "/obsluga/wejscie"
SECOND = "/obsluga/drugi-skladnik"
LEAVE = "/obsluga/wyjscie"
OUTSIDE = f"{ENTRY}/dostawca"
"""To the office's provider of identity."""
ACCOUNT = "/obsluga/konto"
GUIDE = "/obsluga/przewodnik"
"""The guide for consultants on the phone, which needs no account."""
AFTER = "/obsluga/zgloszenia"
"""Where one comes after signing in, when no other page was asked for."""
NEXT = "dalej"
"""The parameter that holds the page asked for."""
FORM = "formularz"
"""The field that holds the form's token."""
_LONGEST_NEXT = 2000


class SignedOutError(OkienkoError):
    """Nobody is signed in."""

    code = "signed_out"
    status = 401


class ForbiddenError(OkienkoError):
    """The person is known and may not do this, or the form is not ours."""

    code = "forbidden"
    status = 403


def staff_of(request: web.Request) -> Staff:
    """The console's accounts. Answers 404 where the console is not served."""
    if STAFF not in request.app:
        raise web.HTTPNotFound
    return request.app[STAFF]


def token_of(request: web.Request) -> str:
    """What the cookie holds; it may be no session's."""
    return request.cookies.get(COOKIE, "")[:100]


def optional_staff(request: web.Request) -> Person | None:
    """Who is signed in, if anybody; looked up once in a request."""
    if "person" not in request:
        request["person"] = request.app[STAFF].person(token_of(request)) if STAFF in request.app else None
    found: Person | None = request["person"]
    return found


def require_staff(request: web.Request, permission: Permission | None = None, *, own_account: bool = False) -> Person:
    """Who is signed in and has the permission; whoever must change the password first sees only the own account.

    A person in a browser is sent to sign in and comes back here; a program gets 401. Raises ForbiddenError without permission.
    """
    staff_of(request)
    person = optional_staff(request)
    if person is None:
        if not wants_page(request):
            raise SignedOutError("Zaloguj się w obsłudze.")
        raise see_other(entry_for(request.path_qs if request.method == "GET" else ""))
    if person.must_change and not own_account:
        raise see_other(ACCOUNT)
    if permission is not None and not person.may(permission):
        raise ForbiddenError("Twoje konto nie ma do tego uprawnień. Jeśli to pomyłka, poproś administratora o inną rolę.")
    return person


def see_other(path: str) -> web.HTTPSeeOther:
    """A way on that no browser keeps, to be raised."""
    return web.HTTPSeeOther(path, headers={"Cache-Control": "no-store"})


async def own_form(request: web.Request) -> dict[str, str]:
    """The fields of a form that we gave to the holder of this cookie. Raises ForbiddenError for any other."""
    fields = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if not own_origin(request) or not form_is_ours(token_of(request), fields.get(FORM, "")):
        raise ForbiddenError("Ten formularz wygasł. Otwórz stronę jeszcze raz i spróbuj ponownie.")
    return fields


def by_whom(request: web.Request, person: Person) -> By:
    """Who does this, for the audit log."""
    return By(person.login, staff_address(request))


def staff_address(request: web.Request) -> str:
    """The network address, as long as the audit log can hold it."""
    return "".join(letter for letter in address_of(request) if letter.isprintable())[:64]


def entry_for(path: str) -> str:
    """The page to sign in on, from which one comes back to ``path``."""
    return f"{ENTRY}?{urlencode({NEXT: path})}" if next_page(path) != AFTER else ENTRY


def next_page(asked: str) -> str:
    """Where to go after signing in: the page asked for if it is one of ours for staff, else the guide."""
    plain = unquote(unquote(asked))
    parts = urlsplit(asked) if asked.isprintable() and len(asked) <= _LONGEST_NEXT else None
    ours = parts is not None and not parts.scheme and not parts.netloc and parts.path.startswith(f"{HOME}/")
    strange = "\\" in plain or ".." in plain or "//" in urlsplit(plain).path or not plain.isprintable()
    if not ours or strange or parts is None or parts.path.startswith((ENTRY, SECOND, LEAVE)):
        return AFTER
    return asked


def give_token(request: web.Request, response: web.Response, token: str) -> None:
    """Put the token into the person's cookie, for as long as the browser is open."""
    secure = request.app[SETTINGS].address.startswith("https://")
    response.set_cookie(COOKIE, token, path=HOME, httponly=True, samesite="Lax", secure=secure)
