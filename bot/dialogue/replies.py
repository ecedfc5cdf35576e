"""Replies that no channel owns: plain dictionaries of the shapes in ``docs/api.md``, built in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Reply = dict[str, Any]
"""``{"kind": "text|choices|step|card|checklist|notice|ticket|survey", …}``; a choice is ``{"id", "label"}``."""

ChoiceOut = dict[str, str]


def _without_empty(reply: Reply) -> Reply:
    return {key: value for key, value in reply.items() if value not in (None, "", [], {}, ())}


def text(message: str, choices: Sequence[ChoiceOut] = ()) -> Reply:
    """A plain sentence, with buttons if any."""
    return _without_empty({"kind": "text", "text": message, "choices": list(choices)})


def notice(message: str, *, level: str = "info") -> Reply:
    """A sentence that stands out: ``info``, ``warning`` or ``understood``."""
    return _without_empty({"kind": "notice", "text": message, "level": level})


def choices(message: str, options: Sequence[ChoiceOut], **more: Any) -> Reply:
    """A question with buttons; ``question`` names the question of a case."""
    return _without_empty({"kind": "choices", "text": message, "choices": list(options), **more})


def step(**fields: Any) -> Reply:
    """One act of a matter, with its form, place and deadline."""
    return _without_empty({"kind": "step", **fields})


def card(card_kind: str, title: str, message: str, **fields: Any) -> Reply:
    """A form, term, office or entry at a glance."""
    return _without_empty({"kind": "card", "card": card_kind, "title": title, "text": message, **fields})


def checklist(**fields: Any) -> Reply:
    """The whole route of the client on one page."""
    return _without_empty({"kind": "checklist", **fields})


def survey(message: str, options: Sequence[ChoiceOut], **more: Any) -> Reply:
    """A question about how a settled matter went."""
    return _without_empty({"kind": "survey", "text": message, "choices": list(options), **more})


def ticket(number: str, code: str, message: str, **fields: Any) -> Reply:
    """The matter was handed to people: number, code, and what happens next."""
    return _without_empty({"kind": "ticket", "number": number, "code": code, "text": message, **fields})


def plain(reply: Reply) -> str:
    """The reply as text only, for the terminal, transcripts and channels without buttons."""
    parts = [reply.get("title"), reply.get("text")]
    if reply["kind"] == "step":
        head = f"Krok {reply['position']} z {reply['of']}: {reply['title']}" if reply.get("position") else reply.get("title")
        due = (reply.get("deadline") or {}).get("text")
        parts = [head, reply.get("text"), f"Termin: {due}" if due else None, reply.get("late"), reply.get("caution")]
    if reply["kind"] == "ticket":
        parts = [reply["text"], f"Numer zgłoszenia: {reply['number']}, kod: {reply['code']}"]
    if reply["kind"] == "checklist":
        parts += [f"{item['position']}. {item['title']}" for item in reply.get("items", ())]
    lines = [str(part) for part in parts if part]
    lines += [f"  [{number}] {choice['label']}" for number, choice in enumerate(reply.get("choices", ()), start=1)]
    return "\n".join(lines)
