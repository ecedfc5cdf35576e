"""Messenger: a page of Facebook, over the Messenger Platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.channels import meta
from bot.channels.messenger.client import Calls
from bot.channels.messenger.incoming import arrivals
from bot.channels.messenger.outgoing import parcels
from bot.channels.port import Arrival, Pace, Parcel, Reach
from bot.errors import ConfigurationError
from bot.settings import Settings

WINDOW = timedelta(hours=24)
"""After the client's last message anything may be sent for so long ("Messenger Platform Policy")."""
PERSONS_WINDOW = timedelta(days=7)
"""And a person's answer for so long."""


class Messenger:
    """See ``bot.channels.port.Channel``."""

    name = "messenger"
    pace = Pace(overall=100, each=2)
    """The platform takes 300 texts a second for a page; we stay well below, and do not flood one person's phone."""

    def __init__(self, secret: str, word: str, token: str, api_url: str) -> None:
        self._secret, self._word = secret, word
        self._calls = Calls(api_url, token)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Meta's check of the address."""
        return meta.challenge(query, self._word)

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        """What a call tells."""
        return arrivals(body, headers, self._secret)

    def parcels(self, reply: Mapping[str, Any], author: str) -> Sequence[Parcel]:
        """A reply as messages."""
        return parcels(reply, author)

    def reach(self, author: str, heard_at: datetime, now: datetime) -> Reach:
        """Freely for a day, a person for a week, then not until the client writes."""
        if now - heard_at < WINDOW:
            return "open"
        return "tagged" if author == "person" and now - heard_at < PERSONS_WINDOW else "closed"

    def knock(self) -> Parcel | None:
        """The platform has no notice for that."""
        return None

    async def send(self, peer: str, parcel: Parcel, *, tagged: bool = False) -> None:
        """One message."""
        await self._calls.message(peer, parcel, tagged=tagged)

    async def noticed(self, arrival: Arrival) -> None:
        """Read, and typing."""
        await self._calls.seen(arrival.peer)

    async def stop(self) -> None:
        """Close connections."""
        await self._calls.stop()


def of(settings: Settings) -> Messenger | None:
    """The page that the settings name; None where there is none. Raises ConfigurationError."""
    given = (settings.messenger_app_secret, settings.messenger_verify_token, settings.messenger_page_token)
    if not any(given):
        return None
    if not all(given):
        raise ConfigurationError("Messenger wymaga trzech ustawień naraz: OKIENKO_MESSENGER_APP_SECRET, OKIENKO_MESSENGER_VERIFY_TOKEN i OKIENKO_MESSENGER_PAGE_TOKEN.")
    return Messenger(*given, settings.messenger_api_url)
