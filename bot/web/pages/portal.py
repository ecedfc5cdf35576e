"""The first page: profiles, what to do when…, news, and the window."""

from __future__ import annotations

from aiohttp import web

from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.addresses import news_path
from bot.web.pages.catalogue import by_topic, cases_of, line
from bot.web.pages.layout import TEXT_START, layout_of
from bot.web.pages.render import page
from bot.web.pages.texts import current_news

routes = web.RouteTableDef()
NEWS = 4


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """The counter."""
    desk = request.app[COUNTER].desk
    layout = layout_of(request, desk)
    if layout.plain:
        raise web.HTTPSeeOther(layout.link(TEXT_START))
    profile = layout.profile
    popular = [desk.knowledge.entries[name] for name in Presenter(desk, Session()).popular(profile or None)]
    base = request.app[SETTINGS].address
    structured = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Okienko",
        "url": base + "/",
        "inLanguage": "pl",
        "potentialAction": {"@type": "SearchAction", "target": f"{base}/szukaj?q={{q}}", "query-input": "required name=q"},
    }
    return page(
        "index.html",
        request,
        title="Okienko – sprawy w ZUS krok po kroku",
        description="Napisz, co się stało. Okienko poprowadzi Cię przez sprawę w ZUS krok po kroku: formularze, terminy, miejsca.",
        path="/",
        popular=[line(entry) for entry in popular],
        groups=by_topic(desk.knowledge, cases_of(desk.knowledge, profile)) if profile else [],
        platnik=[line(entry) for entry in desk.knowledge.platnik.values()] if profile == "platnik" else [],
        news=current_news(desk.knowledge, desk.today, profile)[:NEWS],
        news_path=news_path,
        structured=structured,
    )
