"""A ticket's conversation and history as the console shows them, whole or from a place on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clock import OFFICE_ZONE
from bot.counter.counter import transcript_lines
from bot.counter.ports import Message
from bot.dialogue.replies import plain
from bot.tickets.model import Event, Ticket
from bot.tickets.queue import CLIENT, SYSTEM
from bot.web.staff.console import Console

SHOWN = 300
"""The latest messages of a conversation on the page."""
EVENT_NAMES = {
    "opened": "zgłoszenie otwarte", "added": "bot dopisał to, co doszło w rozmowie", "taken": "wzięte", "returned": "oddane", "forwarded": "przekazane do zespołu",
    "answered": "odpowiedź", "address_withdrawn": "klient wycofał adres", "client_wrote": "klient napisał", "note": "notatka", "labelled": "etykiety", "talk_begun": "początek rozmowy w okienku",
    "talk_ended": "koniec rozmowy w okienku", "closed": "zamknięte", "reopened": "otwarte ponownie", "promised": "obiecany dzień odpowiedzi",
}  # fmt: skip
_RESOLUTIONS = {"case": "sprawa", "new": "nowa sprawa, której nie mamy", "outside": "nie nasza sprawa"}


def messages_after(console: Console, conversation: str | None, place: int) -> list[dict[str, Any]]:
    """What was said after a place."""
    return [message_shown(message) for message in console.counter.said(conversation, place)] if conversation else []


def conversation_of(console: Console, ticket: Ticket) -> tuple[list[dict[str, Any]], int]:
    """What was said, and the place of the last; the transcript of the packet when the conversation is gone."""
    kept = console.counter.store.read(ticket.conversation_id) if ticket.conversation_id else None
    if kept is None:
        lines = [line.partition(": ") for line in transcript_lines(ticket.packet.transcript)]
        authors = {"Klient": "client", "Konsultant": "person"}
        return [{"seq": 0, "author": authors.get(who, "bot"), "who": who, "at": "", "iso": "", "text": text} for who, _, text in lines], 0
    found = messages_after(console, kept.id, max(0, kept.cursor - SHOWN))
    return found, found[-1]["seq"] if found else 0


def events_after(console: Console, number: str, place: int) -> list[dict[str, Any]]:
    """What happened after so many events."""
    return [event_shown(event, console) for event in console.people.events(number)[place:]]


def message_shown(message: Message) -> dict[str, Any]:
    """One thing said, as text."""
    body = message.body
    name = {"client": "Klient", "bot": "Okienko"}.get(message.author) or f"Konsultant {body.get('name') or ''}".strip()
    text = plain(body) if "kind" in body else str(body.get("text", ""))
    return {"seq": message.seq, "author": message.author, "who": name, "text": _no_code(text, body), **_times(message.created_at)}


def _no_code(text: str, body: dict[str, Any]) -> str:
    """The client's code to the ticket, or to go on elsewhere, is nobody else's."""
    return text.replace(str(body["code"]), "…") if body.get("code") else text


def event_shown(event: Event, console: Console) -> dict[str, Any]:
    """One event in words."""
    actor = {CLIENT: "klient", SYSTEM: "Okienko"}.get(event.actor, event.actor)
    return {"what": EVENT_NAMES.get(event.kind, event.kind), "kind": event.kind, "who": actor, "text": _detail(event, console), **_times(event.at)}


def _detail(event: Event, console: Console) -> str:
    body = event.body
    if event.kind == "labelled":
        return ", ".join(body.get("labels", ())) or "żadnych"
    if event.kind == "forwarded":
        return ": ".join(filter(None, (console.teams.get(body.get("team", ""), body.get("team", "")), body.get("why"))))
    if event.kind == "closed":
        known = console.counter.desk.knowledge.entry(body.get("entry") or "")
        return known.title if known else _RESOLUTIONS.get(body.get("resolution", ""), "")
    return str(body.get("text") or body.get("why") or "")


def state_of(console: Console, ticket: Ticket) -> dict[str, Any]:
    """What decides which acts the page offers; when it changes under one's hands, the page says so."""
    kept = console.counter.store.read(ticket.conversation_id) if ticket.conversation_id else None
    return {"status": ticket.status, "assignee": ticket.assignee or "", "team": ticket.team, "talking": kept is not None and kept.session.person == ticket.number}


def _times(moment: datetime) -> dict[str, str]:
    local = moment.astimezone(OFFICE_ZONE)
    return {"at": f"{local:%d.%m} {local.hour}.{local.minute:02d}", "iso": local.isoformat(timespec="seconds")}
