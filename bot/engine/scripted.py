"""An engine for tests: rankings are given by hand, everything after understanding is real."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.dialogue.understanding import Heard, Ranked
from bot.engine.port import Incoming, Outgoing
from bot.errors import TemporaryError

Take = Callable[[str, Incoming, Heard], Outgoing]


class ScriptedEngine:
    """Hears what the script says for a text, else nothing; ``failing`` makes every turn fail."""

    ready = True
    starting = False

    def __init__(self, take: Take, script: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self._take = take
        self.script = dict(script or {})
        self.failing = False
        self.before_turn: Callable[[], Awaitable[None]] | None = None

    async def start(self) -> None:
        """Nothing to load."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def understand(self, text: str) -> Heard:
        """What the script says."""
        ranking = sorted(self.script.get(text, {}).items(), key=lambda item: -item[1])
        return Heard(text, tuple(Ranked(name, confidence) for name, confidence in ranking))

    async def turn(self, conversation_id: str, incoming: Incoming) -> Outgoing:
        """A real turn on the scripted ranking."""
        if self.before_turn is not None:
            await self.before_turn()
        if self.failing:
            raise TemporaryError("Silnik rozmowy nie odpowiada. Spróbuj ponownie za chwilę.")
        return self._take(conversation_id, incoming, await self.understand(incoming.text))
