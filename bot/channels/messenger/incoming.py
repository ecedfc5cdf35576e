"""Messenger's webhook events as arrivals (Messenger Platform, "Webhooks": messages, messaging_postbacks)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

import msgspec

from bot.channels.meta import check_signature, moment
from bot.channels.port import Arrival, MalformedError

GET_STARTED = "GET_STARTED"
"""The payload of the "get started" button, as our documentation tells the operator to set it."""


class Party(msgspec.Struct):
    """Somebody on the platform, by an id that only our page knows them by."""

    id: str


class QuickReply(msgspec.Struct):
    """A button under a message was pressed."""

    payload: str


class Message(msgspec.Struct):
    """What was said."""

    mid: str
    text: Optional[str] = None
    is_echo: bool = False
    quick_reply: Optional[QuickReply] = None
    attachments: list[Any] = []
    is_deleted: bool = False


class Postback(msgspec.Struct):
    """A button in a message, or "get started", was pressed."""

    payload: str = ""
    title: str = ""
    mid: str = ""


class Event(msgspec.Struct):
    """One of a batch."""

    sender: Optional[Party] = None
    timestamp: int = 0
    message: Optional[Message] = None
    postback: Optional[Postback] = None


class Entry(msgspec.Struct):
    """What happened on one page; what another app of the page has in hand comes as ``standby``, which we leave alone."""

    id: str
    messaging: list[Event] = []


class Call(msgspec.Struct):
    """One call of the webhook."""

    object: str
    entry: list[Entry] = []


def arrivals(body: bytes, headers: Mapping[str, str], secret: str) -> list[Arrival]:
    """What clients did. Raises UnsignedError, MalformedError."""
    check_signature(body, headers, secret)
    try:
        call = msgspec.json.decode(body, type=Call)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedError from None
    if call.object != "page":
        return []
    return [found for entry in call.entry for event in entry.messaging for found in _arrival(event)]


def _arrival(event: Event) -> Iterator[Arrival]:
    if event.sender is None:
        return
    peer, at = event.sender.id, moment(event.timestamp / 1000)
    if event.postback is not None:
        yield _postback(event, event.postback, peer)
    message = event.message
    if message is None or message.is_echo or message.is_deleted:
        return
    if message.quick_reply is not None:
        yield Arrival(message.mid, peer, at, "pressed", text=message.text or "", choice=message.quick_reply.payload)
    elif (message.text or "").strip():
        yield Arrival(message.mid, peer, at, text=(message.text or "").strip())
    else:
        yield Arrival(message.mid, peer, at, "unread")


def _postback(event: Event, postback: Postback, peer: str) -> Arrival:
    """Older postbacks have no id of their own: who and when stand for it."""
    name, at = postback.mid or f"postback-{peer}-{event.timestamp}-{postback.payload}", moment(event.timestamp / 1000)
    if postback.payload in (GET_STARTED, ""):
        return Arrival(name, peer, at, "began")
    return Arrival(name, peer, at, "pressed", text=postback.title, choice=postback.payload)
