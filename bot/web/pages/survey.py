"""The survey of the whole service, by a plain form that works without scripts."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.cases.model import PROFILES
from bot.dialogue.patterns.surveying import LONGEST_REMARK, SCORES, SOLVED
from bot.web.keys import COUNTER
from bot.web.limits import TooOftenError, limit
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
PATH = "/ankieta"
TITLE = "Oceń serwis"


@routes.get(PATH)
async def ask(request: web.Request) -> web.Response:
    """The form; the profile of the address is chosen beforehand."""
    return _form(request, {"kim": layout_of(request, request.app[COUNTER].desk).profile})


@routes.post(PATH)
async def take(request: web.Request) -> web.Response:
    """Keep the answers; a fault is told beside what was filled in."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    filled = {name: value.strip() for name, value in (await request.post()).items() if isinstance(value, str)}
    fault = _fault(filled)
    if fault:
        return _form(request, filled, fault=fault, status=400)
    try:
        limit(request, "survey")
    except TooOftenError:
        return _form(request, filled, fault="Z tego adresu przyszło już kilka ankiet w ciągu godziny. Spróbuj ponownie później.", status=429)
    score = filled.get("latwosc", "")
    request.app[COUNTER].rate(filled["znalazlem"], profile=filled.get("kim") or None, score=int(score) if score else None, remark=filled.get("uwaga", ""))
    return page("survey_taken.html", request, title="Dziękujemy za ocenę", description=TITLE, path=PATH, status=201)


def _fault(filled: Mapping[str, str]) -> str:
    """What is wrong with the answers, in a sentence; nothing when they are good."""
    if filled.get("znalazlem") not in SOLVED:
        return "Zaznacz, czy udało się znaleźć to, czego szukasz."
    if filled.get("kim", "") not in ("", *PROFILES) or filled.get("latwosc", "") not in ("", *map(str, SCORES)):
        return "Zaznacz jedną z podanych odpowiedzi."
    remark = filled.get("uwaga", "")
    return f"Uwaga jest za długa. Skróć ją do {LONGEST_REMARK} znaków." if len(remark) > LONGEST_REMARK else ""


def _form(request: web.Request, filled: Mapping[str, str], *, fault: str = "", status: int = 200) -> web.Response:
    return page("survey.html", request, title=TITLE, description="Powiedz, czy Okienko pomogło znaleźć to, czego szukasz, i co poprawić.", path=PATH,
                filled=filled, fault=fault, profiles=PROFILES, solved=SOLVED, scores=SCORES, longest=LONGEST_REMARK, status=status)  # fmt: skip
