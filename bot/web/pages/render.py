"""Templates to pages, with validators so that a browser need not load an unchanged page again."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import markdown
from aiohttp import web
from markupsafe import Markup, escape

from bot.cases.glossary import Glossary
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER, SETTINGS
from bot.web.pages.layout import layout_of

_HERE = Path(__file__).parent
NAME = "Okienko"
Crumbs = list[tuple[str, str]]
"""The way from the first page: ``(address, title)``."""


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


def explained(glossary: Glossary, show: Presenter, text: str | None, without: tuple[str, ...] = ()) -> Markup:
    """A text in which the terms of the glossary open their explanation in place."""
    if not text:
        return Markup("")
    parts: list[Markup | str] = []
    place = 0
    for mention in glossary.mentions(text, without=without):
        definition = show.say(show.desk.knowledge.terms[mention.term].definition) or ""
        parts += [text[place : mention.start], Markup('<details class="term"><summary>{}</summary> <span>{}</span></details>').format(mention.said, definition)]
        place = mention.end
    parts.append(text[place:])
    return Markup("").join(escape(part) for part in parts)


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
        explained=lambda text, without=(): explained(desk.glossary, show, text, without),
        markdown=from_markdown,
        here=path,
        preview=request.app[SETTINGS].drafts,
        **values,
    )
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
