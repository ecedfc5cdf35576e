"""Replies as messages of WhatsApp: text, and the choices as reply buttons (up to three) or lists (ten rows each).

Limits: WhatsApp Cloud API, "Text messages" (4096 characters), "Interactive reply buttons messages" (3 buttons, titles of 20, ids of 256, body 1024)
and "Interactive list messages" (10 rows in all sections, titles of 24, descriptions of 72, ids of 200, body 4096, button 20), as published in 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.port import Parcel
from bot.channels.texts import Block, block_of, pieces, utf16_units, with_numbers

MAX_TEXT = 4096
MAX_BUTTONS_BODY = 1024
MAX_BUTTONS = 3
MAX_BUTTON = 20
MAX_ROWS = 10
MAX_ROW = 24
MAX_DESCRIPTION = 72
ASK = "Wybierz:"
OPEN = "Pokaż odpowiedzi"
"""The button that opens a list, at most twenty characters."""

Options = Sequence[tuple[int, Mapping[str, str]]]


def parcels(reply: Mapping[str, Any], author: str) -> list[Parcel]:
    """The reply as calls of the messages endpoint."""
    block = block_of(reply, author)
    if not block.choices:
        return [_text(piece) for piece in pieces(block.text, MAX_TEXT, utf16_units)]
    if len(block.choices) <= MAX_BUTTONS:
        return _with_buttons(block)
    return _with_lists(block)


def _with_buttons(block: Block) -> list[Parcel]:
    short = all(utf16_units(choice["label"]) <= MAX_BUTTON for choice in block.choices)
    text = block.text if short else with_numbers(block)
    *first, last = pieces(text, MAX_BUTTONS_BODY, utf16_units) if utf16_units(text) <= MAX_BUTTONS_BODY else [*pieces(text, MAX_TEXT, utf16_units), ASK]
    titles = [choice["label"] if short else str(number) for number, choice in enumerate(block.choices, start=1)]
    buttons = [{"type": "reply", "reply": {"id": choice["id"], "title": title}} for choice, title in zip(block.choices, titles, strict=True)]
    action = {"type": "button", "body": {"text": last or ASK}, "action": {"buttons": buttons}}
    return [*(_text(piece) for piece in first), Parcel({"type": "interactive", "interactive": action})]


def _with_lists(block: Block) -> list[Parcel]:
    told = all(utf16_units(choice["label"]) <= MAX_DESCRIPTION for choice in block.choices)
    parts = pieces(block.text if told else with_numbers(block), MAX_TEXT, utf16_units) or [ASK]
    options = list(enumerate(block.choices, start=1))
    lists = [options[start : start + MAX_ROWS] for start in range(0, len(options), MAX_ROWS)]
    return [*(_text(part) for part in parts[:-1]), *(_list(parts[-1] if number == 0 else ASK, mine, told=told) for number, mine in enumerate(lists))]


def _list(text: str, options: Options, *, told: bool) -> Parcel:
    rows = [_row(number, choice, told=told) for number, choice in options]
    action = {"type": "list", "body": {"text": text}, "action": {"button": OPEN, "sections": [{"title": "Odpowiedzi", "rows": rows}]}}
    return Parcel({"type": "interactive", "interactive": action})


def _row(number: int, choice: Mapping[str, str], *, told: bool) -> dict[str, str]:
    """The label as the title where it fits, else under its number."""
    label = choice["label"]
    if utf16_units(label) <= MAX_ROW and told:
        return {"id": choice["id"], "title": label}
    return {"id": choice["id"], "title": f"Odpowiedź {number}", **({"description": label} if told else {})}


def _text(text: str) -> Parcel:
    return Parcel({"type": "text", "text": {"body": text, "preview_url": False}})

