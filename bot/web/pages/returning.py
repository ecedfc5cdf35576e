"""Coming back with a code: the matter opens where it was left, on pages or, by typing the code there, in a conversation."""

from __future__ import annotations

from aiohttp import web

from bot.cases.model import Guide
from bot.counter.codes import find_code
from bot.dialogue.session import Carried
from bot.papers.qr import as_svg
from bot.web.keys import COUNTER, SETTINGS
from bot.web.limits import limit
from bot.web.pages.addresses import BACK, answers_query, code_address, walk_path
from bot.web.pages.render import page
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
LONGEST = 40


def _form(request: web.Request, *, typed: str = "", fault: str = "", status: int = 200) -> web.Response:
    return page("return.html", request, title="Wróć do swojej sprawy", description="Wpisz kod i wróć do sprawy w miejscu, w którym ją przerwano.", path=BACK,
                typed=typed, fault=fault, found=[], status=status)  # fmt: skip


@routes.get(BACK)
async def ask(request: web.Request) -> web.Response:
    """The form, with the code filled in when the address has one; opening the address alone looks nothing up."""
    return _form(request, typed=request.query.get("kod", "")[:LONGEST])


@routes.get(f"{BACK}/qr.svg")
async def square(request: web.Request) -> web.Response:
    """The address that opens a code, as a QR code, for a window on another site or device; nothing is looked up."""
    code = find_code(request.query.get("kod", "")[:LONGEST])
    if code is None:
        raise web.HTTPNotFound
    picture = as_svg(code_address(code, request.app[SETTINGS].address), title="Kod QR: otwórz tę sprawę na innym urządzeniu")
    return web.Response(text=picture, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=600", "Cross-Origin-Resource-Policy": "cross-origin"})


@routes.post(BACK)
async def come_back(request: web.Request) -> web.Response:
    """The matters that the code stands for."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    typed = str((await request.post()).get("kod", ""))[:LONGEST]
    code = find_code(typed)
    if code is None:
        return _form(request, typed=typed, fault="Kod ma dziesięć liter i cyfr, na przykład 7K3QF-9M2XD. Sprawdź, czy jest cały.", status=400)
    limit(request, "code")
    carried = request.app[COUNTER].carried(code)
    if carried is None:
        return _form(request, typed=typed, fault="Nie znam tego kodu. Sprawdź go litera po literze. Kod mógł też wygasnąć.", status=404)
    found = opened(request, carried)
    return page("return.html", request, title="Wróć do swojej sprawy", description="Sprawy zapisane pod tym kodem.", path=BACK, typed=code, fault="", found=found, status=201)


def opened(request: web.Request, carried: Carried) -> list[tuple[str, str]]:
    """The matters of a code, newest first: the address of each with its answers, and its title."""
    knowledge = request.app[COUNTER].desk.knowledge
    entries: list[tuple[Guide, dict[str, str]]] = [(entry, frame.answers) for frame in reversed(carried.stack) if (entry := knowledge.entry(frame.entry))]
    return [(walk_path(entry) + answers_query(answers), entry.title) for entry, answers in entries]
