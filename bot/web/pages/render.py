"""Templates to pages, with validators so that a browser need not load an unchanged page again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
import markdown
from aiohttp import web
from markupsafe import Markup, escape

from bot.cases.glossary import Glossary, Mention
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.addresses import term_path
from bot.web.pages.layout import layout_of

_HERE = Path(__file__).parent
NAME = "Okienko"
Crumbs = list[tuple[str, str]]
"""The way from the first page: ``(address, title)``."""
Link = Callable[[str], str]
"""An address of ours to the same that keeps profile and view."""
_OURS = re.compile(r'href="(/(?!/|rss[.]xml)[^"]*)"')


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(_HERE / "templates")
    found = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["json_ld"] = _json_ld
    return found


@lru_cache(maxsize=1)
def looks() -> str:
    """A short hash of the templates; a page that only looks different is a different page too."""
    digest = hashlib.sha256()
    for path in sorted((_HERE / "templates").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _json_ld(data: Any) -> Markup:
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - every "<" is escaped above


def from_markdown(text: str) -> Markup:
    """A text of the editors as HTML; what looks like HTML in it is shown, not obeyed."""
    quoted = str(escape(text)).replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    return Markup(markdown.markdown(quoted, extensions=["tables", "sane_lists"], output_format="html"))  # noqa: S704


def explained(glossary: Glossary, show: Presenter, text: str | None, without: tuple[str, ...] = (), link: Link | None = None) -> Markup:
    """A text in which the terms of the glossary open their explanation in place, or, given ``link``, lead to their page."""
    if not text:
        return Markup("")
    parts: list[Markup | str] = []
    place = 0
    for mention in glossary.mentions(text, without=without):
        parts += [text[place : mention.start], _in_place(show, mention) if link is None else Markup('<a href="{}">{}</a>').format(link(term_path(mention.term)), mention.said)]
        place = mention.end
    parts.append(text[place:])
    return Markup("").join(escape(part) for part in parts)


def _in_place(show: Presenter, mention: Mention) -> Markup:
    definition = show.say(show.desk.knowledge.terms[mention.term].definition) or ""
    return Markup('<details class="term"><summary>{}</summary> <span>{}</span></details>').format(mention.said, definition)


def keeping(text: Markup, link: Link) -> Markup:
    """A text of the editors whose links to our own pages keep what every link of the page keeps."""
    return Markup(_OURS.sub(lambda found: str(Markup('href="{}"').format(link(unescape(found[1])))), text))  # noqa: S704 - addresses are escaped by format


def page(
    name: str, request: web.Request, /, *, title: str, description: str, path: str, crumbs: Crumbs = [], status: int = 200, tag: str = "", **values: Any  # noqa: B006
) -> web.Response:
    """A page from a template; ``path`` is its canonical address, ``tag`` what it depends on beside the knowledge and the day."""
    desk = request.app[COUNTER].desk
    layout = layout_of(request, desk)
    base = request.app[SETTINGS].address
    depends = f"{name}-{desk.knowledge.fingerprint}-{desk.today}-{looks()}-{tag}-{request.path_qs}"
    etag = f'"{hashlib.sha256(depends.encode()).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"} if status == 200 else {"Cache-Control": "no-store"}
    if status == 200 and request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    show = Presenter(desk, Session())
    text = _templates().get_template(name).render(
        title=title,
        full_title=title if title.startswith(NAME) else f"{title} – {NAME}",
        description=description,
        canonical=base + path,
        base=base,
        crumbs=crumbs,
        layout=layout,
        link=layout.link,
        say=show.say,
        phrase=desk.phrase,
        explained=lambda text, without=(): explained(desk.glossary, show, text, without, layout.link if layout.plain else None),
        markdown=lambda text: keeping(from_markdown(text), layout.link),
        here=path,
        preview=request.app[SETTINGS].drafts,
        **values,
    )
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
