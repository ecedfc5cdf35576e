"""Telegram: a bot in private talks, over the Bot API."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from bot.channels.port import Arrival, Pace, Parcel, Reach
from bot.channels.telegram.client import Calls
from bot.channels.telegram.incoming import arrivals
from bot.channels.telegram.outgoing import parcels
from bot.errors import ConfigurationError
from bot.settings import Settings

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
"""What setWebhook takes is 1 to 256 of these; shorter than sixteen is a secret only in name."""
_TOKEN = re.compile(r"\d+:[\w-]{20,}")


class Telegram:
    """See ``bot.channels.port.Channel``."""

    name = "telegram"
    pace = Pace(overall=30, each=1)
    """Bot API, "Broadcasting to users": about thirty messages a second, and one a second in one chat."""

    def __init__(self, token: str, secret: str, api_url: str) -> None:
        self._secret = secret
        self._calls = Calls(token, api_url)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Telegram checks no address."""
        return None

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        """What an update tells."""
        return arrivals(body, headers, self._secret, datetime.now(timezone.utc))

    def parcels(self, reply: Mapping[str, Any], author: str) -> Sequence[Parcel]:
        """A reply as messages."""
        return parcels(reply, author)

    def reach(self, author: str, heard_at: datetime, now: datetime) -> Reach:
        """A bot may write to one who began the talk, whenever it likes."""
        return "open"

    def knock(self) -> Parcel | None:
        """Never needed."""
        return None

    async def send(self, peer: str, parcel: Parcel, *, tagged: bool = False) -> None:
        """One message."""
        await self._calls.message(peer, parcel)

    async def noticed(self, arrival: Arrival) -> None:
        """The button stops waiting, and the client sees that we write."""
        await self._calls.seen(arrival.peer, arrival.token)

    async def register(self, url: str) -> None:
        """Tell Telegram where our webhook is."""
        await self._calls.register(url, self._secret)

    async def stop(self) -> None:
        """Close connections."""
        await self._calls.stop()


def of(settings: Settings) -> Telegram | None:
    """The bot that the settings name; None where there is none. Raises ConfigurationError."""
    if not settings.telegram_token and not settings.telegram_secret:
        return None
    if not _TOKEN.fullmatch(settings.telegram_token):
        raise ConfigurationError("Podaj w OKIENKO_TELEGRAM_TOKEN token bota z rozmowy z BotFather, w postaci 123456:ABC….")
    if not _SECRET.fullmatch(settings.telegram_secret):
        raise ConfigurationError("Podaj w OKIENKO_TELEGRAM_SECRET słowo z 16–256 liter, cyfr, znaków _ i -. Okienko przyjmuje tylko wywołania z tym słowem.")
    return Telegram(settings.telegram_token, settings.telegram_secret, settings.telegram_api_url)
