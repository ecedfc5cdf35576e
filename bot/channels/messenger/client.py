"""The calls of Messenger's Send API."""

from __future__ import annotations

from typing import Any

from bot.channels.meta import Graph
from bot.channels.port import Parcel

TAG = "HUMAN_AGENT"
"""Lets a person's answer through for seven days after the client wrote (Messenger Platform, "Message Tags")."""


class Calls:
    """Calls in the name of a page."""

    def __init__(self, api_url: str, token: str) -> None:
        self._graph = Graph(api_url, token, "messenger")

    async def message(self, peer: str, parcel: Parcel, *, tagged: bool) -> None:
        """Send a message."""
        kind: dict[str, Any] = {"messaging_type": "MESSAGE_TAG", "tag": TAG} if tagged else {"messaging_type": "RESPONSE"}
        await self._graph.post("me/messages", {"recipient": {"id": peer}, "message": dict(parcel.body), **kind})

    async def seen(self, peer: str) -> None:
        """Show that it was read, and that we write."""
        for action in ("mark_seen", "typing_on"):
            await self._graph.try_post("me/messages", {"recipient": {"id": peer}, "sender_action": action})

    async def stop(self) -> None:
        """Close connections."""
        await self._graph.stop()
