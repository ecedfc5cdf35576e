"""News, and the pages of text that no matter owns: help, rights and duties, privacy, accessibility…"""

from __future__ import annotations

from datetime import date

from aiohttp import web

from bot.cases.knowledge import Knowledge
from bot.cases.model import News
from bot.errors import NotAllowedError
from bot.web.keys import COUNTER
from bot.web.pages.addresses import news_path, path_of, text_path
from bot.web.pages.layout import layout_of
from bot.web.pages.render import page

routes = web.RouteTableDef()


def current_news(knowledge: Knowledge, day: date, profile: str = "") -> list[News]:
    """The news to show on a day, newest first: published, still valid, for the profile or for everybody."""
    found = [
        item
        for item in knowledge.news.values()
        if item.published <= day and (item.valid_to is None or day <= item.valid_to) and (not profile or not item.profiles or profile in item.profiles)
    ]
    return sorted(found, key=lambda item: (item.published, item.id), reverse=True)


@routes.get("/aktualnosci")
async def news(request: web.Request) -> web.Response:
    """What is new."""
    desk = request.app[COUNTER].desk
    found = current_news(desk.knowledge, desk.today, layout_of(request, desk).profile)
    return page("news.html", request, title="Aktualności", description="Co zmienia się w sprawach ZUS i w Okienku.", path="/aktualnosci", news=found, news_path=news_path)


@routes.get("/aktualnosci/{id}")
async def news_item(request: web.Request) -> web.Response:
    """One piece of news; past its days it says so."""
    desk = request.app[COUNTER].desk
    item = desk.knowledge.news.get(request.match_info["id"])
    if item is None or item.published > desk.today:
        raise NotAllowedError("Nie ma takiej wiadomości. Obecne są na stronie Aktualności.")
    structured = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": item.title, "datePublished": item.published.isoformat(), "inLanguage": "pl"}
    entries = [(path_of(entry), entry.title) for name in item.entries if (entry := desk.knowledge.entry(name))]
    return page("news_item.html", request, title=item.title, description=item.text.split("\n")[0], path=news_path(item.id), crumbs=[("/aktualnosci", "Aktualności")],
                item=item, current=item.valid_to is None or desk.today <= item.valid_to, entries=entries, structured=structured)  # fmt: skip


@routes.get("/{page:[a-z][a-z0-9-]*}")
async def text(request: web.Request) -> web.Response:
    """A page of text; registered last, since its pattern takes any short address."""
    desk = request.app[COUNTER].desk
    item = desk.knowledge.pages.get(request.match_info["page"].replace("-", "_"))
    if item is None:
        raise web.HTTPNotFound
    return page("text.html", request, title=item.title, description=item.description, path=text_path(item.id), item=item)
