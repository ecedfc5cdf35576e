"""How a turn travels through Rasa: the text or choice in, the kept replies out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.dialogue.understanding import Correction, Heard, Ranked
from bot.engine.port import Incoming, Outgoing
from bot.errors import TemporaryError
from bot.text.normalise import MAX_CHARS, clean

CHOICE_INTENT = "choice"
KEY = "okienko"
"""The key of the custom payload in which the action returns the turn."""


def as_rasa_text(incoming: Incoming) -> str:
    """The message as Rasa reads it. A leading slash of a client never reaches Rasa: it would bypass understanding."""
    if incoming.choice is not None:
        return f"/{CHOICE_INTENT}{json.dumps({CHOICE_INTENT: incoming.choice})}"
    return clean(incoming.text)[:MAX_CHARS].lstrip("/ \n\t") or " "


def metadata_of(incoming: Incoming) -> dict[str, Any]:
    """What travels beside the text: the words as written and the client's own id of the message."""
    return {"client_id": incoming.client_id, "text": incoming.text, "choice": incoming.choice}


def incoming_of(metadata: Mapping[str, Any]) -> Incoming:
    """The other way round, in the action."""
    return Incoming(str(metadata.get("text") or ""), metadata.get("choice"), metadata.get("client_id"))


def heard_of(parsed: Mapping[str, Any], text: str) -> Heard:
    """What was heard, from Rasa's parse data."""
    heard = parsed.get("heard") or {"ranking": parsed.get("intent_ranking") or ()}
    corrections = tuple(Correction(item["from"], item["to"]) for item in parsed.get("corrections") or ())
    parts = tuple(_heard(part, part["text"]) for part in heard.get("parts") or ())
    return msgspec.structs.replace(_heard(heard, text), corrections=corrections, parts=parts)


def _heard(heard: Mapping[str, Any], text: str) -> Heard:
    ranked = tuple(Ranked(item["name"], float(item.get("confidence", 0.0))) for item in heard["ranking"] if item.get("name"))
    return Heard(text, ranked, outside=heard.get("outside"))


def outgoing_of(messages: Sequence[Mapping[str, Any]]) -> Outgoing:
    """The turn among what Rasa uttered. Raises TemporaryError when there is none: Rasa itself would stay silent."""
    for message in messages:
        turn = (message.get("custom") or {}).get(KEY)
        if turn:
            return Outgoing(turn["replies"], turn["cursor"])
    raise TemporaryError("Silnik rozmowy nie odpowiedział. Spróbuj ponownie za chwilę.")
