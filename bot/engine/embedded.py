"""The engine in our own process: Rasa's agent on a trained model, its custom actions called without HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from bot.dialogue.understanding import Heard
from bot.ending import end
from bot.engine.memory import give_back
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

    def __init__(self, find_model: Callable[[], Path], actions: ActionServer, *, look_again: float | None = None) -> None:
        """``find_model`` names the model to serve; every ``look_again`` seconds it is asked anew (None: never)."""
        self._find_model = find_model
        self._actions = actions
        self._look_again = look_again
        self._processor: Any = None
        self._model: Path | None = None
        self.starting = True
        self._watching: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether a model is loaded."""
        return self._processor is not None

    async def start(self) -> None:
        """Load the model, and from then on swap in any other that is let in."""
        try:
            await self._load(self._find_model())
        finally:
            self.starting = False
        if self._look_again is not None:
            self._watching = asyncio.create_task(self._watch(self._look_again))

    async def _load(self, model: Path) -> None:
        """Load a model beside the serving one, warm it up, then let it serve; turns under way end on the old one."""
        if not model.exists():
            raise ConfigurationError(f"Nie ma modelu {model}. Uruchom „okienko train”.")
        policy = asyncio.get_event_loop_policy()
        from bot.engine.processor import load_processor

        asyncio.set_event_loop_policy(policy)  # a library that Rasa imports puts in uvloop's, under which a loop that runs already cannot start a process
        processor = await asyncio.to_thread(load_processor, model, self._actions)
        await processor.parse(WARM_UP)
        replaced, self._processor, self._model = self._processor is not None, processor, model
        if replaced:
            await asyncio.to_thread(give_back)

    async def _watch(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                model = self._find_model()
                if model != self._model:
                    await self._load(model)
                    log.info("model swapped", extra={"model": model.name})
            except Exception:
                log.exception("the new model could not be loaded; the present one goes on serving")

    async def stop(self) -> None:
        """Forget the model."""
        if self._watching is not None:
            await end([self._watching])
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
