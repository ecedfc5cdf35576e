"""The engine in our own process: Rasa's agent on a trained model, its custom actions called without HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from bot.dialogue.understanding import Heard
from bot.engine.payload import as_rasa_text, heard_of, metadata_of, outgoing_of
from bot.engine.port import TURN_SECONDS, Incoming, Outgoing
from bot.errors import ConfigurationError, TemporaryError

log = logging.getLogger(__name__)
WARM_UP = "dzień dobry"
"""Understood once before the first client, so that nobody waits for weights and dictionaries to be read."""
ActionServer = Callable[[Dict[Text, Any]], Awaitable[Optional[Dict[Text, Any]]]]
"""Takes the body Rasa would post to an action server, gives back the answer."""


class EmbeddedEngine:
    """Rasa in this process. Rasa is imported when the engine starts, not when this module is imported."""

    def __init__(self, model: Path, actions: ActionServer) -> None:
        self._model = model
        self._actions = actions
        self._processor: Any = None

    @property
    def ready(self) -> bool:
        """Whether a model is loaded."""
        return self._processor is not None

    async def start(self) -> None:
        """Load the model."""
        if not self._model.exists():
            raise ConfigurationError(f"Nie ma modelu {self._model}. Uruchom „okienko train”.")
        from bot.engine.processor import load_processor

        processor = await asyncio.to_thread(load_processor, self._model, self._actions)
        await processor.parse(WARM_UP)
        self._processor = processor

    async def stop(self) -> None:
        """Forget the model."""
        self._processor = None

    async def understand(self, text: str) -> Heard:
        """What is heard in one text."""
        parsed = await self._loaded().parse(as_rasa_text(Incoming(text)))
        return heard_of(parsed, text)

    async def turn(self, conversation_id: str, incoming: Incoming) -> Outgoing:
        """Carry a conversation one turn further."""
        try:
            messages: List[Dict[Text, Any]] = await asyncio.wait_for(
                self._loaded().handle(conversation_id, as_rasa_text(incoming), metadata_of(incoming)), TURN_SECONDS
            )
        except asyncio.TimeoutError:
            raise TemporaryError("Silnik rozmowy odpowiada zbyt długo. Spróbuj ponownie za chwilę.") from None
        return outgoing_of(messages)

    def _loaded(self) -> Any:
        if self._processor is None:
            raise TemporaryError("Silnik rozmowy dopiero się uruchamia. Spróbuj ponownie za chwilę.")
        return self._processor
