"""Replies as messages of Telegram: plain text, and the choices as an inline keyboard under the last piece.

Limits: Bot API, sendMessage (text: 1 to 4096 characters) and InlineKeyboardButton (callback_data: 1 to 64 bytes), as published in
2026. The documentation does not say in which unit the characters are counted; we count UTF-16 units, of which there are never fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.port import Parcel
from bot.channels.texts import block_of, pieces, utf16_units, with_numbers

MAX_TEXT = 4096
MAX_BUTTONS = 100
"""Buttons of one keyboard (the server refuses more)."""
SHOWN = 36
"""Characters of a label that a phone shows in a button as wide as the message; the documentation names no limit."""
IN_A_ROW = 5
"""Number buttons beside one another."""
ASK = "Wybierz:"
"""What stands over buttons that have no text of their own; the platform takes no empty message."""


def parcels(reply: Mapping[str, Any], author: str) -> list[Parcel]:
    """The reply as calls of sendMessage."""
    block = block_of(reply, author)
    short = all(len(choice["label"]) <= SHOWN for choice in block.choices)
    text = block.text if short else with_numbers(block)
    parts = pieces(text, MAX_TEXT, utf16_units) or ([ASK] if block.choices else [])
    keyboards = list(_keyboards(block.choices, short))
    plain = parts if not keyboards else parts[:-1]
    return [*(Parcel({"text": part}) for part in plain), *_last(parts[-1:], keyboards)]


def _last(parts: Sequence[str], keyboards: Sequence[Any]) -> Iterator[Parcel]:
    """The last piece with the first keyboard; a keyboard that does not fit in one goes on under a line of its own."""
    for number, keyboard in enumerate(keyboards):
        yield Parcel({"text": parts[0] if number == 0 else ASK, "buttons": keyboard})



def _keyboards(choices: Sequence[Mapping[str, str]], short: bool) -> Iterator[list[list[dict[str, str]]]]:
    labels = [choice["label"] if short else str(number) for number, choice in enumerate(choices, start=1)]
    buttons = [{"text": label, "data": choice["id"]} for label, choice in zip(labels, choices, strict=True)]
    width = 1 if short else IN_A_ROW
    for start in range(0, len(buttons), MAX_BUTTONS):
        mine = buttons[start : start + MAX_BUTTONS]
        yield [mine[row : row + width] for row in range(0, len(mine), width)]
