"""The calls of the WhatsApp Cloud API."""

from __future__ import annotations

from bot.channels.meta import Graph
from bot.channels.port import Parcel


class Calls:
    """Calls in the name of a number."""

    def __init__(self, api_url: str, token: str, phone_id: str) -> None:
        self._graph = Graph(api_url, token, "whatsapp")
        self._path = f"{phone_id}/messages"

    async def message(self, peer: str, parcel: Parcel) -> None:
        """Send a message."""
        await self._graph.post(self._path, {"messaging_product": "whatsapp", "recipient_type": "individual", "to": peer, **parcel.body})

    async def seen(self, message: str) -> None:
        """Show that it was read, and that we write."""
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": message, "typing_indicator": {"type": "text"}}
        await self._graph.try_post(self._path, body)

    async def stop(self) -> None:
        """Close connections."""
        await self._graph.stop()
