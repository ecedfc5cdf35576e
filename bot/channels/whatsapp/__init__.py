"""WhatsApp: a number of ours, over the Cloud API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.channels import meta
from bot.channels.port import Arrival, Pace, Parcel, Reach
from bot.channels.whatsapp.client import Calls
from bot.channels.whatsapp.incoming import arrivals
from bot.channels.whatsapp.outgoing import parcels
from bot.errors import ConfigurationError
from bot.settings import Settings

WINDOW = timedelta(hours=24)
"""The customer service window ("Conversations", WhatsApp Cloud API); afterwards only approved templates go."""


class WhatsApp:
    """See ``bot.channels.port.Channel``."""

    name = "whatsapp"
    pace = Pace(overall=60, each=0.5)
    """The platform takes 80 messages a second from a number, and one in six seconds to one client with bursts of 45; between them a talk has room."""

    def __init__(self, secret: str, word: str, token: str, phone_id: str, template: str, api_url: str) -> None:
        self._secret, self._word, self._phone_id, self._template = secret, word, phone_id, template
        self._calls = Calls(api_url, token, phone_id)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Meta's check of the address."""
        return meta.challenge(query, self._word)

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        """What a call tells."""
        return arrivals(body, headers, self._secret, self._phone_id)

    def parcels(self, reply: Mapping[str, Any], author: str) -> Sequence[Parcel]:
        """A reply as messages."""
        return parcels(reply, author)

    def reach(self, author: str, heard_at: datetime, now: datetime) -> Reach:
        """Freely for a day, then not until the client writes."""
        return "open" if now - heard_at < WINDOW else "closed"

    def knock(self) -> Parcel | None:
        """The approved template without parameters."""
        if not self._template:
            return None
        return Parcel({"type": "template", "template": {"name": self._template, "language": {"code": "pl"}}})

    async def send(self, peer: str, parcel: Parcel, *, tagged: bool = False) -> None:
        """One message."""
        await self._calls.message(peer, parcel)

    async def noticed(self, arrival: Arrival) -> None:
        """Read, and typing."""
        await self._calls.seen(arrival.event)

    async def stop(self) -> None:
        """Close connections."""
        await self._calls.stop()


def of(settings: Settings) -> WhatsApp | None:
    """The number that the settings name; None where there is none. Raises ConfigurationError."""
    given = (settings.whatsapp_app_secret, settings.whatsapp_verify_token, settings.whatsapp_token, settings.whatsapp_phone_id)
    if not any(given):
        return None
    if not all(given):
        raise ConfigurationError("WhatsApp wymaga czterech ustawień naraz: OKIENKO_WHATSAPP_APP_SECRET, _VERIFY_TOKEN, _TOKEN i _PHONE_ID.")
    return WhatsApp(*given, settings.whatsapp_template, settings.whatsapp_api_url)
