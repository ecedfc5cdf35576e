"""How a consultant comes to a matter: one search over matters, forms and words; topics; what is asked most, by profile."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiohttp import web

from bot.cases.knowledge import Knowledge, form_slug
from bot.cases.model import PROFILES, Guide
from bot.cases.search import Hit
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.web.keys import COUNTER, SEARCH
from bot.web.pages.addresses import form_path, term_path
from bot.web.staff.spot import guide_path

LISTED = 15
"""Most matters in an answer; the search seldom puts the right one further down."""
LISTED_BESIDE = 6
RELATED = 4
Line = dict[str, Any]
"""``{"href", "title", "text", "kind", "matters": [(address, title)]}``."""


def found(request: web.Request, query: str) -> dict[str, Any]:
    """What the search brings: a form whose symbol was typed, then matters (a pasted message of Płatnik finds its trouble), then the rest."""
    desk = request.app[COUNTER].desk
    knowledge = desk.knowledge
    hits = request.app[SEARCH].find(query, 2 * LISTED)
    meant = desk.finder.form(query)
    forms = [knowledge.forms[name].symbol for name in (meant.ids if meant else ())]
    needing = [entry.id for symbol in forms for entry in knowledge.needing_form(symbol)]
    matters = dict.fromkeys([*desk.finder.pasted(query), *needing, *(hit.id for hit in hits if hit.kind in ("case", "platnik"))])
    first = [_form(knowledge, symbol) for symbol in forms]
    rest = [line for hit in hits if hit.id not in forms for line in _other(knowledge, hit)]
    items = [*first, *(_matter(knowledge.entries[name]) for name in list(matters)[:LISTED]), *rest[:LISTED_BESIDE]]
    return {"items": items, "heading": None, "profiles": [], "popular": [], "topics": []}


def _matter(entry: Guide) -> Line:
    kind = "sprawa" if entry.kind == "case" else "Płatnik"
    return {"href": guide_path(entry), "title": entry.title, "text": entry.summary, "kind": kind, "matters": []}


def _form(knowledge: Knowledge, symbol: str, related: int = 0) -> Line:
    form = knowledge.forms[form_slug(symbol)]
    matters = [(guide_path(entry), entry.title) for entry in knowledge.needing_form(symbol)[:related]]
    return {"href": form_path(symbol), "title": f"{symbol} – {form.title}", "text": form.purpose, "kind": "formularz", "matters": matters}


def _other(knowledge: Knowledge, hit: Hit) -> list[Line]:
    """A form or a word that was found; nothing for any other kind."""
    if hit.kind == "form":
        return [_form(knowledge, hit.id, RELATED)]
    return [{"href": term_path(hit.id), "title": hit.title, "text": hit.text, "kind": "słownik", "matters": []}] if hit.kind == "term" else []


def start(desk: Desk, profile: str, topic: str) -> dict[str, Any]:
    """The matters of a topic; else what is asked most, for one profile or each, and the topics."""
    show = Presenter(desk, Session())
    knowledge = desk.knowledge
    if topic in knowledge.topics:
        entries = sorted((entry for entry in knowledge.entries.values() if entry.topic == topic), key=lambda entry: entry.title)
        return {"items": [_matter(entry) for entry in entries], "heading": knowledge.topics[topic], "profiles": [], "popular": [], "topics": []}
    chosen = [profile] if profile in PROFILES else list(PROFILES)
    popular = [(name, desk.phrase(f"tab_{name}"), [_matter(entry) for item in show.popular(name) if (entry := knowledge.entry(item))]) for name in chosen]
    counts = Counter(entry.topic for entry in knowledge.entries.values() if len(chosen) > 1 or profile in entry.profiles)
    return {
        "items": popular[0][2] if len(popular) == 1 else [],
        "heading": popular[0][1] if len(popular) == 1 else None,
        "profiles": [(name, desk.phrase(f"tab_{name}")) for name in PROFILES],
        "popular": popular if len(popular) > 1 else [],
        "topics": [(name, title, counts[name]) for name, title in knowledge.topics.items() if counts[name]],
    }
