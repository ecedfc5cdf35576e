"""Replies as messages of Messenger: text, and the choices as quick replies under the last piece.

Limits: Messenger Platform, "Send API" (text: 2000 characters in UTF-8) and "Quick Replies" (13, titles of 20 characters, payloads of 1000),
as published in 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.port import Parcel
from bot.channels.texts import block_of, pieces, utf16_units, with_numbers

MAX_TEXT = 2000
MAX_QUICK = 13
MAX_TITLE = 20
MAX_BUTTONS = 3
"""Buttons of a button template, which, unlike quick replies, stay when something else is said."""
ASK = "Wybierz:"
MORE = "Więcej możliwości:"


def parcels(reply: Mapping[str, Any], author: str) -> list[Parcel]:
    """The reply as calls of the Send API."""
    block = block_of(reply, author)
    short = all(utf16_units(choice["label"]) <= MAX_TITLE for choice in block.choices)
    texts = pieces(block.text if short else with_numbers(block), MAX_TEXT, utf16_units) or ([ASK] if block.choices else [])
    if not block.choices:
        return [Parcel({"text": text}) for text in texts]
    labels = [choice["label"] if short else str(number) for number, choice in enumerate(block.choices, start=1)]
    options = list(zip(labels, (choice["id"] for choice in block.choices), strict=True))
    head, rest = (options, []) if len(options) <= MAX_QUICK else (options[-MAX_QUICK:], options[:-MAX_QUICK])
    lead = [Parcel({"text": text}) for text in texts[:-1]]
    if not rest:
        return [*lead, _quick(texts[-1], head)]
    return [*lead, Parcel({"text": texts[-1]}), *_templates(rest), _quick(MORE, head)]


def _quick(text: str, options: Sequence[tuple[str, str]]) -> Parcel:
    return Parcel({"text": text, "quick_replies": [{"content_type": "text", "title": title, "payload": name} for title, name in options]})


def _templates(options: Sequence[tuple[str, str]]) -> Iterator[Parcel]:
    """What does not fit in quick replies, three at a time, since quick replies vanish once anything is said after them."""
    for start in range(0, len(options), MAX_BUTTONS):
        buttons = [{"type": "postback", "title": title, "payload": name} for title, name in options[start : start + MAX_BUTTONS]]
        yield Parcel({"attachment": {"type": "template", "payload": {"template_type": "button", "text": ASK, "buttons": buttons}}})

