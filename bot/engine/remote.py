"""The engine apart: ``rasa run`` and ``rasa run actions`` on the same project, reached over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from bot.dialogue.understanding import Heard
from bot.engine.payload import as_rasa_text, heard_of, metadata_of, outgoing_of
from bot.engine.port import TURN_SECONDS, Incoming, Outgoing
from bot.errors import ConfigurationError, TemporaryError


class RemoteEngine:
    """Talks to a Rasa server that has the okienko channel (credentials.yml) and its API enabled."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    starting = False
    """Somebody else starts it."""

    @property
    def ready(self) -> bool:
        """Whether the connection is set up."""
        return self._session is not None

    async def start(self) -> None:
        """Open the session and see that the server answers."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_SECONDS))
        try:
            async with self._session.get(f"{self._url}/") as response:
                response.raise_for_status()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            await self.stop()
            raise ConfigurationError(
                f"Silnik pod adresem {self._url} nie odpowiada. Uruchom go albo usuń OKIENKO_ENGINE_URL."
            ) from error

    async def stop(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def understand(self, text: str) -> Heard:
        """What is heard in one text."""
        parsed = await self._post("/model/parse", {"text": as_rasa_text(Incoming(text))})
        return heard_of(parsed, text)

    async def turn(self, conversation_id: str, incoming: Incoming) -> Outgoing:
        """Carry a conversation one turn further."""
        body = {"sender": conversation_id, "message": as_rasa_text(incoming), "metadata": metadata_of(incoming)}
        return outgoing_of(await self._post("/webhooks/okienko/webhook", body))

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        if self._session is None:
            raise TemporaryError("Silnik rozmowy dopiero się uruchamia. Spróbuj ponownie za chwilę.")
        try:
            async with self._session.post(self._url + path, json=body) as response:
                response.raise_for_status()
                return await response.json()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TemporaryError("Silnik rozmowy nie odpowiada. Spróbuj ponownie za chwilę.") from error
