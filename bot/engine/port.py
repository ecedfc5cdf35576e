"""What the service needs of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Protocol

from bot.dialogue.replies import Reply
from bot.dialogue.understanding import Heard

TURN_SECONDS = 10.0
"""After this a turn counts as failed: the client gets an apology and the offer of a person."""


@dataclass(frozen=True)
class Incoming:
    """What the client did: wrote ``text``, or pressed ``choice``."""

    text: str = ""
    choice: Optional[str] = None
    client_id: Optional[str] = None


@dataclass(frozen=True)
class Outgoing:
    """The replies of a turn, kept already, and the cursor after them."""

    replies: list[Reply]
    cursor: int


class Engine(Protocol):
    """Understands messages and drives turns."""

    async def start(self) -> None:
        """Load what is needed. Raises ConfigurationError with what to do."""

    async def stop(self) -> None:
        """Let go of connections."""

    async def understand(self, text: str) -> Heard:
        """What is heard in one text; keeps nothing. Raises TemporaryError."""

    async def turn(self, conversation_id: str, incoming: Incoming) -> Outgoing:
        """Carry a conversation one turn further. Raises TemporaryError when it came to nothing."""

    @property
    def starting(self) -> bool:
        """Whether the first model is being loaded: another process, or a moment later this one, answers better than an apology."""

    @property
    def ready(self) -> bool:
        """Whether a model is loaded."""
