"""What machines read: the feed of news and changed matters, the site map for search engines, robots.txt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time
from email.utils import format_datetime
from xml.etree import ElementTree

from aiohttp import web

from bot.cases.knowledge import Knowledge, is_current
from bot.clock import OFFICE_ZONE
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.addresses import form_path, news_path, office_path, path_of, term_path, text_path, topic_path
from bot.web.pages.render import from_markdown
from bot.web.pages.texts import current_news

routes = web.RouteTableDef()
LISTED = 60
Item = tuple[date, str, str, str]
"""Day, address, title, description."""


def _xml(request: web.Request, root: ElementTree.Element, content_type: str) -> web.Response:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)


def items(knowledge: Knowledge, day: date) -> Iterator[Item]:
    """News and changed matters; a matter without a noted change counts as new on the day it was checked."""
    for news in current_news(knowledge, day):
        yield news.published, news_path(news.id), news.title, from_markdown(knowledge.say(news.text, day)).striptags()
    for entry in knowledge.entries.values():
        if not is_current(entry, day):
            continue
        noted = [(change.on, change.what) for change in entry.changed if change.on <= day]
        for on, what in noted or [(entry.verified_on, entry.summary)]:
            yield on, path_of(entry), entry.title, knowledge.say(what, day)


@routes.get("/rss.xml")
async def rss(request: web.Request) -> web.Response:
    """RSS 2.0."""
    desk = request.app[COUNTER].desk
    base = request.app[SETTINGS].address
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    for name, text in (("title", "Okienko – aktualności i zmienione sprawy"), ("link", base + "/"), ("description", "Co nowego w sprawach ZUS"), ("language", "pl")):
        ElementTree.SubElement(channel, name).text = text
    newest = sorted(items(desk.knowledge, desk.today), key=lambda item: (item[0], item[1]), reverse=True)
    for day, path, title, text in newest[:LISTED]:
        item = ElementTree.SubElement(channel, "item")
        moment = datetime.combine(day, time(8), OFFICE_ZONE)
        for name, value in (("title", title), ("link", base + path), ("guid", f"{base}{path}#{day}"), ("pubDate", format_datetime(moment)), ("description", text)):
            ElementTree.SubElement(item, name).text = value
    return _xml(request, root, "application/rss+xml")


@routes.get("/sitemap.xml")
async def sitemap(request: web.Request) -> web.Response:
    """Every page, with the day it was last checked."""
    desk = request.app[COUNTER].desk
    base = request.app[SETTINGS].address
    root = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for path, day in addresses(desk.knowledge, desk.today):
        url = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(url, "loc").text = base + path
        if day:
            ElementTree.SubElement(url, "lastmod").text = day.isoformat()
    return _xml(request, root, "application/xml")


LISTS = ("/", "/sprawy", "/platnik", "/tematy", "/formularze", "/slownik", "/placowki", "/aktualnosci", "/mapa", "/szukaj", "/uwagi", "/zgloszenie", "/wroc", "/ankieta", "/tekst")


def addresses(knowledge: Knowledge, day: date) -> Iterator[tuple[str, date | None]]:
    """Every address of the portal, with the day of its last check where one is known."""
    yield from ((path, None) for path in LISTS)
    yield from ((text_path(name), item.verified_on) for name, item in knowledge.pages.items())
    yield from ((path_of(entry), entry.verified_on) for entry in knowledge.entries.values())
    yield from ((topic_path(topic), None) for topic in sorted({entry.topic for entry in knowledge.entries.values()}))
    yield from ((form_path(form.symbol), None) for form in knowledge.forms.values())
    yield from ((term_path(name), None) for name in knowledge.terms)
    yield from ((office_path(name), None) for name in knowledge.offices)
    yield from ((news_path(item.id), item.published) for item in knowledge.news.values() if item.published <= day)


@routes.get("/robots.txt")
async def robots(request: web.Request) -> web.Response:
    """Everything may be indexed but the API and the walks (their addresses hold answers)."""
    base = request.app[SETTINGS].address
    return web.Response(text=f"User-agent: *\nDisallow: /api/\nDisallow: /*/krok-po-kroku\nSitemap: {base}/sitemap.xml\n")
