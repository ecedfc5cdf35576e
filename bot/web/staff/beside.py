"""What lies beside the talk: what to say first and to collect, forms, words explained, where it is from, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.cases.knowledge import form_slug
from bot.cases.model import Case, Collected, Guide, Problem, Step
from bot.cases.walk import Position, route_of
from bot.dialogue.present import Presenter
from bot.web.pages.addresses import form_path, path_of
from bot.web.staff.spot import guide_path


def beside(entry: Guide, place: Position, texts: Iterable[str | None], show: Presenter) -> dict[str, Any]:
    """The right column; ``texts`` are those on the screen, whose terms are explained."""
    knowledge = show.desk.knowledge
    return {
        "first": first_words(entry, show),
        "collect": [show.say(item.ask if isinstance(item, Collected) else knowledge.collect[item].ask) for item in entry.collect],
        "needs": [show.say(item) for item in entry.needs] if isinstance(entry, Case) else [],
        "forms": [(form_path(symbol), symbol, _form_title(symbol, show)) for symbol in _forms(entry, place)],
        "terms": _terms(texts, show),
        "following": [(guide_path(other), other.title) for name in entry.next if (other := knowledge.entry(name))],
        "portal": path_of(entry),
        "verified": show.verified(entry),
    }


def first_words(entry: Guide, show: Presenter) -> list[str]:
    """What the client has to hear before anything else: a right that lapses, a danger to data."""
    danger = entry.danger if isinstance(entry, Problem) else None
    return [said for text in (entry.urgent, danger) if (said := show.say(text))]


def _forms(entry: Guide, place: Position) -> list[str]:
    """The forms of the steps that the answers leave."""
    steps = route_of(entry, place.known) if isinstance(entry, Case) else ()
    return list(dict.fromkeys(symbol for step in steps if isinstance(step, Step) for symbol in step.forms))


def _form_title(symbol: str, show: Presenter) -> str:
    form = show.desk.knowledge.forms.get(form_slug(symbol))
    return form.title if form else ""


def _terms(texts: Iterable[str | None], show: Presenter) -> list[dict[str, str]]:
    found = {term["id"]: term for text in texts if text for term in show.terms(text)}
    return list(found.values())
