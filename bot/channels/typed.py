"""What a client typed in a chat where a button was meant: its number or its very label; and the wish to be forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.counter.ports import Message
from bot.text.normalise import fold, normalise

_NUMBER = re.compile(r"(?:nr\s*)?(\d{1,2})\s*[.)]?\Z", re.IGNORECASE)


def chosen(text: str, said: Sequence[Message]) -> str | None:
    """The id of the button that the words stand for, of the newest reply that has buttons; None when they are words.

    Where a number is asked for, a number is the answer.
    """
    offered = _offered(said)
    if offered is None:
        return None
    choices: Sequence[Mapping[str, str]] = offered["choices"]
    number = _NUMBER.match(text.strip())
    if number and offered.get("input") not in ("number", "date") and 0 < int(number[1]) <= len(choices):
        return choices[int(number[1]) - 1]["id"]
    plain = _plain(text)
    same = [choice["id"] for choice in choices if _plain(choice["label"]) == plain]
    return same[0] if len(same) == 1 else None


def wants_erasing(text: str, words: Sequence[str]) -> bool:
    """Whether these are just the words that ask for the conversation to be erased."""
    return _plain(text) in {_plain(item) for item in words}


def _offered(said: Sequence[Message]) -> Mapping[str, Any] | None:
    """The newest reply with buttons since the client last spoke."""
    for message in reversed(said):
        if message.author == "client":
            return None
        if message.body.get("choices"):
            return message.body
    return None


def _plain(text: str) -> str:
    return fold(normalise(text)).strip(" .!?„”\"'")
