"""Telegram's updates as arrivals (Bot API, "Getting updates" and "setWebhook")."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Optional

import msgspec

from bot.channels.port import Arrival, MalformedError, UnsignedError

HEADER = "X-Telegram-Bot-Api-Secret-Token"
"""Carries the secret given at setWebhook; Telegram signs nothing else."""
COMMANDS = {"pomoc": "pomoc", "help": "pomoc", "menu": "menu", "konsultant": "konsultant", "wstecz": "wstecz", "lista": "lista kontrolna"}
"""Commands of the bot's menu, as the words that the dialogue knows; any other command is words without its slash."""
ERASE = frozenset({"/usun", "/usuń"})
"""Kept with its slash: the shared part knows it as the wish to be forgotten."""


class Chat(msgspec.Struct):
    """Where it was said; ``private`` is a talk with one person."""

    id: int
    type: str = ""


class Message(msgspec.Struct):
    """What was said. Pictures, recordings and the like come in fields of their own, which we do not read."""

    message_id: int
    date: int
    chat: Chat
    text: Optional[str] = None
    caption: Optional[str] = None


class User(msgspec.Struct):
    """Who pressed."""

    id: int
    is_bot: bool = False


class Pressed(msgspec.Struct):
    """A button of ours was pressed; ``message`` is missing for old ones."""

    id: str
    sender: User = msgspec.field(name="from")
    data: Optional[str] = None


class Update(msgspec.Struct):
    """One call of the webhook."""

    update_id: int
    message: Optional[Message] = None
    edited_message: Optional[Message] = None
    callback_query: Optional[Pressed] = None


def arrivals(body: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> list[Arrival]:
    """What happened in private talks. Raises UnsignedError, MalformedError.

    ``now`` stands for the time of a pressed button, which Telegram does not tell.
    """
    given = headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
        raise UnsignedError
    try:
        update = msgspec.json.decode(body, type=Update)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedError from None
    found = _pressed(update, now) if update.callback_query else _said(update)
    return [found] if found else []


def _pressed(update: Update, now: datetime) -> Arrival | None:
    query = update.callback_query
    if query is None or not query.data or query.sender.is_bot:
        return None
    return Arrival(str(update.update_id), str(query.sender.id), now, "pressed", choice=query.data, token=query.id)


def _said(update: Update) -> Arrival | None:
    """Words; a link ``t.me/bot?start=CODE`` arrives as ``/start CODE``, and the code is what was meant."""
    message = update.message or update.edited_message
    if message is None or message.chat.type != "private":
        return None
    event, peer, at = str(update.update_id), str(message.chat.id), _moment(message.date)
    words = (message.text or message.caption or "").strip()
    if not words:
        return Arrival(event, peer, at, "unread")
    command, _, rest = words.partition(" ")
    if command == "/start":
        return Arrival(event, peer, at, text=rest.strip()) if rest.strip() else Arrival(event, peer, at, "began")
    return Arrival(event, peer, at, text=_words(words))


def _words(text: str) -> str:
    if not text.startswith("/") or text in ERASE:
        return text
    command, _, rest = text[1:].partition(" ")
    name = command.partition("@")[0].lower()
    return f"{COMMANDS.get(name, name)} {rest}".strip()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise MalformedError from None
