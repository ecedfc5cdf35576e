"""The service as text only, without stylesheet and script: its first page and the dialogue, led by form posts."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

from bot.clock import OFFICE_ZONE
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.errors import NotAllowedError
from bot.web.api.conversations import limit_codes
from bot.web.desk import MAX_TEXT
from bot.web.keys import COUNTER, DESK
from bot.web.limits import TooOftenError
from bot.web.pages.addresses import form_path, office_path, path_of, term_path, text_path
from bot.web.pages.catalogue import line
from bot.web.pages.layout import TEXT_START, layout_of
from bot.web.pages.plain_talk import COOKIE, Posted, Talk, begin, forget, posted, read_out, remember, talk_of
from bot.web.pages.render import page
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
TALK = f"{TEXT_START}/rozmowa"
ERASE = f"{TEXT_START}/usun"
GONE = "Tamtej rozmowy już nie ma: została usunięta albo minął jej czas. Możesz zacząć nową."
NO_BUTTON = "Tego przycisku nie da się już użyć, bo rozmowy, w której był, nie ma. Napisz, co się stało."
RENEWED = "Tamtej rozmowy już nie ma: została usunięta albo minął jej czas. To jest nowa."
TOO_LONG = f"Tekst jest za długi (najwyżej {MAX_TEXT} znaków). Podziel go albo skróć i wyślij jeszcze raz."
SECTIONS = (
    ("/sprawy", "Sprawy: co zrobić, gdy…"), ("/platnik", "Program Płatnik i ePłatnik"), ("/tematy", "Katalog tematyczny"), ("/formularze", "Formularze"),
    ("/slownik", "Słownik pojęć"), ("/placowki", "Placówki ZUS"), ("/aktualnosci", "Aktualności"), ("/szukaj", "Szukaj"), ("/mapa", "Mapa serwisu"),
    ("/uwagi", "Napisz do ludzi"), ("/zgloszenie", "Stan zgłoszenia"), ("/wroc", "Wróć z kodem"),
)  # fmt: skip


@routes.get(TEXT_START)
async def home(request: web.Request) -> web.Response:
    """The counter as text."""
    return _home(request, talk_of(request))


@routes.get(TALK)
async def talk(request: web.Request) -> web.Response:
    """What was said, the last answer, and the forms to go on."""
    found = talk_of(request)
    if found is not None:
        request.app[COUNTER].come_back(found.id)
        return _talk(request, found, note=RENEWED if "nowa" in request.query else "")
    if COOKIE in request.cookies:
        return _gone(request, GONE)
    return _go(request, TEXT_START)


@routes.post(TALK)
async def say(request: web.Request) -> web.Response:
    """One message; the answer is read on the conversation's page, so that loading it again sends nothing."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    found = talk_of(request)
    try:
        sent = await posted(request)
    except web.HTTPRequestEntityTooLarge:
        return _refused(request, found, Posted(), TOO_LONG)
    fault = sent.fault()
    if fault:
        return _refused(request, found, sent, fault)
    if found is None and sent.choice:
        return _gone(request, NO_BUTTON)
    return await _take(request, found, sent)


async def _take(request: web.Request, found: Talk | None, sent: Posted) -> web.Response:
    """Carry the conversation on, or begin one, and go to its page."""
    renewed = found is None and COOKIE in request.cookies
    try:
        limit_codes(request, sent.text)
        ours = found or begin(request, sent.sending)
        await request.app[DESK].take(ours.id, sent.incoming())
    except NotAllowedError:
        return _gone(request, GONE, sent)
    except TooOftenError as error:
        return _refused(request, found, sent, str(error), error.status)
    response = _go(request, f"{TALK}{'?nowa=1' if renewed else ''}#koniec")
    remember(request, response, ours)
    return response


@routes.get(ERASE)
async def ask_to_erase(request: web.Request) -> web.Response:
    """Ask once more, since it cannot be undone."""
    if talk_of(request) is None:
        return _go(request, TEXT_START)
    return _page("plain_erase.html", request, title="Usunąć rozmowę?", description="Usunięcie rozmowy z Okienkiem.", path=ERASE, erased=None)


@routes.post(ERASE)
async def erase(request: web.Request) -> web.Response:
    """Erase the conversation and say what was erased."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    found = talk_of(request)
    if found is None:
        return _gone(request, "Nie ma rozmowy do usunięcia.")
    counter = request.app[COUNTER]
    erased = counter.erase(found.id)
    response = _page("plain_erase.html", request, title="Rozmowa usunięta", description="Usunięcie rozmowy z Okienkiem.", path=ERASE,
                     erased=erased, moment=counter.desk.clock.now().astimezone(OFFICE_ZONE))  # fmt: skip
    forget(response)
    return response


def _home(request: web.Request, found: Talk | None, *, note: str = "", sent: Posted = Posted(), fault: str = "", status: int = 200) -> web.Response:
    desk = request.app[COUNTER].desk
    profile = layout_of(request, desk).profile or None
    return _page(
        "plain_home.html",
        request,
        title="Okienko – wersja tekstowa",
        description="Okienko bez grafiki i skryptów: rozmowa o sprawach w ZUS przez zwykły formularz, wszystkie sprawy, formularze i słownik.",
        path=TEXT_START,
        status=status,
        talking=found is not None,
        note=note,
        written=sent.text,
        fault=fault,
        popular=[line(desk.knowledge.entries[name]) for name in Presenter(desk, Session()).popular(profile)],
        sections=[*SECTIONS, *((text_path(name), item.title) for name, item in desk.knowledge.pages.items())],
    )


def _talk(request: web.Request, found: Talk, *, note: str = "", sent: Posted = Posted(), fault: str = "", status: int = 200) -> web.Response:
    counter = request.app[COUNTER]
    earlier, newest = read_out(counter, found)
    return _page(
        "plain_talk.html",
        request,
        title="Rozmowa z Okienkiem",
        description="Rozmowa z Okienkiem przez zwykły formularz.",
        path=TALK,
        status=status,
        earlier=earlier,
        newest=newest,
        note=note,
        written=sent.text,
        fault=fault,
        asked=next((item["body"]["input"] for item in reversed(newest) if item["body"]["input"] in ("date", "number")), None),
        entry_path=lambda name: _entry_path(counter.desk, name),
        form_path=form_path,
        term_path=term_path,
        office_path=office_path,
    )


def _entry_path(desk: Desk, name: str) -> str | None:
    entry = desk.knowledge.entry(name)
    return path_of(entry) if entry else None


def _refused(request: web.Request, found: Talk | None, sent: Posted, fault: str, status: int = 400) -> web.Response:
    """The form again, with the fault beside what was written."""
    if found is None:
        return _home(request, None, sent=sent, fault=fault, status=status)
    return _talk(request, found, sent=sent, fault=fault, status=status)


def _gone(request: web.Request, note: str, sent: Posted = Posted()) -> web.Response:
    """A new start with a sentence, for one whose conversation is no more."""
    response = _home(request, None, note=note, sent=sent)
    forget(response)
    return response


def _page(name: str, request: web.Request, **values: Any) -> web.Response:
    """A page that nobody may keep: it holds a conversation, or a form that is good for one sending."""
    response = page(name, request, tag=secrets.token_urlsafe(12), fresh=lambda: secrets.token_urlsafe(16), talk_path=TALK, erase_path=ERASE, longest=MAX_TEXT, **values)
    response.headers["Cache-Control"] = "no-store"
    response.headers.popall("ETag", None)
    return response


def _go(request: web.Request, path: str) -> web.Response:
    """On to another page of ours, asked for anew."""
    target = layout_of(request, request.app[COUNTER].desk).link(path)
    return web.Response(status=303, headers={"Location": target, "Cache-Control": "no-store"})
