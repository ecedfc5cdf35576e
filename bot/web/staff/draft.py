"""The bot's draft of an answer: the client's own steps with forms and dates, for a person to approve or change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.cases.knowledge import forms_of
from bot.cases.model import Guide
from bot.cases.walk import Position
from bot.dialogue.present import Presenter
from bot.dialogue.session import Frame
from bot.tickets.model import Ticket
from bot.web.pages.addresses import list_links
from bot.web.pages.route import acts_of, outcomes_said, place_of, question_fields


def draft(ticket: Ticket, frame: Frame | None, show: Presenter, name: str, base: str) -> str:
    """The text. ``frame``: the client's place in the ticket's matter, if it is known; ``base``: where clients reach the service."""
    entry = _entry(ticket, show)
    others = [known for name in ticket.packet.handover.matters[1:] if (known := show.desk.knowledge.entry(name))]
    lines = [show.phrase("draft_greeting"), ""]
    if entry is None:
        lines += [show.phrase("draft_unknown", number=ticket.number)]
    else:
        lines += [show.phrase("draft_matters"), ""] if others else []
        lines += [show.phrase("draft_matter", number=ticket.number, title=entry.title), "", *_matter(entry, frame.answers if frame else {}, show, base)]
    for number, other in enumerate(others, start=2):
        lines += ["", show.phrase("draft_next_matter", number=number, title=other.title), "", *_matter(other, {}, show, base)]
    return "\n".join([*lines, "", show.phrase("draft_end", name=name)])


def _matter(entry: Guide, answers: Mapping[str, str], show: Presenter, base: str) -> list[str]:
    """One matter of the letter: the acts, or the question on which they depend, and where the whole list is."""
    place = place_of(entry, dict(answers))
    lines = [*_steps(entry, place, show)]
    return [*lines, "", show.phrase("draft_list", address=list_links(entry, place.answers, base)["html"])] if entry.kind == "case" else lines


def known_of(ticket: Ticket, frame: Frame | None, show: Presenter, name: str, base: str) -> dict[str, str]:
    """What the ticket knows of the parameters of canned replies; what it does not know is left out."""
    found = {"numer": ticket.number, "konsultant": name, "sprawa": ticket.packet.handover.title or ""}
    entry = _entry(ticket, show)
    if entry is not None:
        place = place_of(entry, frame.answers if frame else {})
        acts = acts_of(entry, place, show)
        dated = [act["deadline"] for act in acts if act["deadline"]]
        exact = [due for due in dated if due.get("date")]
        used = list(dict.fromkeys(form["symbol"] for act in acts for form in act["forms"] or ()))
        found |= {"sprawa": entry.title, "formularze": ", ".join(used or forms_of(entry)), "termin": exact[0]["text"] if exact else ""}
        if entry.kind == "case":
            found["lista"] = list_links(entry, place.answers, base)["html"]
    return {key: value for key, value in found.items() if value}


def _entry(ticket: Ticket, show: Presenter) -> Guide | None:
    return show.desk.knowledge.entry(ticket.packet.handover.entry or "")


def _steps(entry: Guide, place: Position, show: Presenter) -> Iterator[str]:
    """The client's acts in order; before the end of the questions, the question that is open."""
    question = question_fields(entry, place, show)
    if place.kind == "question" and question is not None:
        yield show.phrase("draft_open", ask=question["ask"])
        return
    acts = acts_of(entry, place, show)
    if acts:
        yield show.phrase("draft_todo")
    for number, act in enumerate(acts, start=1):
        yield from _act(number, act, show)
    for text in outcomes_said(entry, place, show):
        yield show.phrase("draft_outcome", text=text)


def _act(number: int, act: Mapping[str, Any], show: Presenter) -> Iterator[str]:
    title, text = act["title"], act["text"] or ""
    yield f"{number}. {title}. {text}" if title else f"{number}. {text}"
    if act["forms"]:
        yield "   " + show.phrase("draft_forms", forms=", ".join(f"{form['symbol']} ({form['title']})" for form in act["forms"]))
    if act["deadline"]:
        yield "   " + show.phrase("draft_due", due=act["deadline"]["text"])
