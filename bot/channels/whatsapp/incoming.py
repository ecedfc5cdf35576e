"""WhatsApp's webhook events as arrivals (WhatsApp Cloud API, "Webhooks": messages)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Optional

import msgspec

from bot.channels.meta import check_signature, moment
from bot.channels.port import Arrival, MalformedError

NOT_SAID = frozenset({"reaction", "system", "unsupported", "request_welcome", "errors"})
"""Kinds of messages that say nothing to us: a reaction, a changed number, what WhatsApp itself could not deliver."""


class Text(msgspec.Struct):
    """Words."""

    body: str = ""


class Chosen(msgspec.Struct):
    """A button or a row of a list."""

    id: str
    title: str = ""


class Interactive(msgspec.Struct):
    """What was chosen of ours."""

    button_reply: Optional[Chosen] = None
    list_reply: Optional[Chosen] = None


class Button(msgspec.Struct):
    """A button of a template was pressed."""

    payload: str = ""
    text: str = ""


class Media(msgspec.Struct):
    """A picture, film or document."""

    caption: Optional[str] = None


class Message(msgspec.Struct):
    """What a client did; ``timestamp`` in seconds, as a string."""

    id: str
    sender: str = msgspec.field(name="from")
    timestamp: str = "0"
    type: str = ""
    text: Optional[Text] = None
    interactive: Optional[Interactive] = None
    button: Optional[Button] = None
    image: Optional[Media] = None
    video: Optional[Media] = None
    document: Optional[Media] = None


class Metadata(msgspec.Struct, frozen=True):
    """Whose number it was sent to."""

    phone_number_id: str = ""


class Value(msgspec.Struct):
    """What changed."""

    metadata: Metadata = Metadata()
    messages: list[Message] = []


class Change(msgspec.Struct):
    """One of a batch; other fields than ``messages`` do not concern us, whatever their value looks like."""

    field: str = ""
    value: msgspec.Raw = msgspec.Raw(b"{}")


class Entry(msgspec.Struct):
    """One account's changes."""

    changes: list[Change] = []


class Call(msgspec.Struct):
    """One call of the webhook."""

    object: str
    entry: list[Entry] = []


def arrivals(body: bytes, headers: Mapping[str, str], secret: str, phone_id: str) -> list[Arrival]:
    """What clients wrote to our number. Raises UnsignedError, MalformedError."""
    check_signature(body, headers, secret)
    try:
        call = msgspec.json.decode(body, type=Call)
        values = [msgspec.json.decode(change.value, type=Value) for entry in call.entry for change in entry.changes if change.field == "messages"]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedError from None
    if call.object != "whatsapp_business_account":
        return []
    ours = [value for value in values if value.metadata.phone_number_id == phone_id]
    return [found for value in ours for message in value.messages for found in _arrival(message)]


def _arrival(message: Message) -> Iterator[Arrival]:
    if message.type in NOT_SAID:
        return
    at = moment(int(message.timestamp) if message.timestamp.isascii() and message.timestamp.isdigit() else -1e20)
    chosen = message.interactive and (message.interactive.button_reply or message.interactive.list_reply)
    if chosen:
        yield Arrival(message.id, message.sender, at, "pressed", text=chosen.title, choice=chosen.id)
        return
    words = _words(message)
    yield Arrival(message.id, message.sender, at, text=words) if words else Arrival(message.id, message.sender, at, "unread")


def _words(message: Message) -> str:
    """What can be read: words, a caption, or the button of a template, which is a wish to hear the answer that waits."""
    media = message.image or message.video or message.document
    said = (message.text and message.text.body) or (media and media.caption) or (message.button and message.button.text) or ""
    return said.strip()
