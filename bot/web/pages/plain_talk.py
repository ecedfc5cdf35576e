"""A conversation that lives in the browser's cookie: who it is, what was posted to it, and how it is read out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.counter.counter import Counter
from bot.counter.ports import Message
from bot.engine.port import Incoming
from bot.errors import NotAllowedError, UsageError
from bot.web.desk import MAX_TEXT, check
from bot.web.keys import COUNTER, METRICS, RECENT, SETTINGS
from bot.web.pages.layout import TEXT_START, layout_of

COOKIE = "okienko_tekst"
MAX_AGE = 30 * 24 * 3600
"""Seconds for which a browser keeps the way to its conversation."""
MAX_FORM = MAX_TEXT * 12 + 4096
"""Bytes of a posted form: the longest text with every letter written as four escaped bytes."""
MAX_KEY = 64
CHANNEL = "text"


@dataclass(frozen=True)
class Talk:
    """A conversation and the token to it."""

    id: str
    token: str


@dataclass(frozen=True)
class Posted:
    """What a client sent by a form: words, or a pressed button."""

    text: str = ""
    choice: str | None = None
    sending: str | None = None
    """The same for the same words from the same form, so that a form sent twice is answered once."""

    def incoming(self) -> Incoming:
        """The message for the engine."""
        return Incoming("" if self.choice else self.text, self.choice, self.sending)

    def fault(self) -> str:
        """What is wrong with it, as a sentence; empty when it can be taken."""
        if not self.choice and not self.text:
            return "Napisz, co się stało – pole jest puste."
        try:
            check(self.incoming())
        except UsageError as error:
            return str(error)
        return ""


async def posted(request: web.Request) -> Posted:
    """Read a form. Raises HTTPRequestEntityTooLarge, and HTTPBadRequest for what is no form."""
    try:
        data = await request.clone(client_max_size=MAX_FORM).post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None
    text = _field(data, "tekst").replace("\r\n", "\n").strip()
    choice = _field(data, "wybor")[:MAX_KEY] or None
    key = _field(data, "klient")[:MAX_KEY]
    told = f"{key}\n{choice or ''}\n{'' if choice else text}"
    return Posted(text, choice, hashlib.sha256(told.encode()).hexdigest()[:40] if key else None)


def _field(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def talk_of(request: web.Request) -> Talk | None:
    """The conversation that the cookie leads to; None without one, or when it is gone."""
    name, _, token = request.cookies.get(COOKIE, "").partition(".")
    try:
        request.app[COUNTER].authorise(name, token)
    except NotAllowedError:
        return None
    return Talk(name, token)


def begin(request: web.Request, sending: str | None) -> Talk:
    """A new conversation, or the one that the same sending began a moment ago."""
    counter, recent = request.app[COUNTER], request.app[RECENT]
    known = recent.find(sending) if sending else None
    if known is not None and counter.store.token_hash(known[0]) is not None:
        return Talk(*known)
    opened = counter.open(profile=layout_of(request, counter.desk).profile or None, page=TEXT_START, channel=CHANNEL)
    request.app[METRICS].conversations.labels(CHANNEL).inc()
    if sending:
        recent.note(sending, (opened.id, opened.token))
    return Talk(opened.id, opened.token)


def remember(request: web.Request, response: web.StreamResponse, talk: Talk) -> None:
    """Let the browser keep the way to its conversation; no script and no other site can use it."""
    secure = request.app[SETTINGS].address.startswith("https:")
    response.set_cookie(COOKIE, f"{talk.id}.{talk.token}", max_age=MAX_AGE, path=TEXT_START, httponly=True, samesite="Strict", secure=secure)


def forget(response: web.StreamResponse) -> None:
    """Take the cookie away."""
    response.del_cookie(COOKIE, path=TEXT_START, httponly=True, samesite="Strict")


Line = dict[str, Any]
"""``{"author": "client|bot|person", "body": reply or the client's words}``."""


def read_out(counter: Counter, talk: Talk) -> tuple[list[Line], list[Line]]:
    """What was said up to the client's last words, and the replies to them."""
    said = _all(counter, talk.id)
    last = max((place for place, message in enumerate(said, 1) if message.author == "client"), default=0)
    lines = [{"author": message.author, "body": lenient(message.body)} for message in said]
    return lines[:last], lines[last:]


def _all(counter: Counter, name: str) -> list[Message]:
    """The store gives a long conversation in parts."""
    found: list[Message] = []
    while part := counter.said(name, found[-1].seq if found else 0):
        found += part
    return found


class _Lenient(dict[str, Any]):
    """A reply for a template: a field that was left out is None."""

    def __missing__(self, key: str) -> None:
        return None


def lenient(value: Any) -> Any:
    """A reply in which fields that were left out, at any depth, are None instead of a fault."""
    if isinstance(value, dict):
        return _Lenient({key: lenient(item) for key, item in value.items()})
    return [lenient(item) for item in value] if isinstance(value, (list, tuple)) else value
