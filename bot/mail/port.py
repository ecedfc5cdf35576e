"""The ways out: whoever carries letters, and the store in which they wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.mail.letter import Letter


class RefusedError(Exception):
    """The mail server will never take this letter (no such address, too large)."""


class Carrier(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter over. Raises TemporaryError to try again later, RefusedError when that is useless."""


@dataclass(frozen=True)
class Waiting:
    """A letter in the outbox; ``not_before`` is also what its claim is compared with."""

    id: str
    letter: Letter
    attempts: int
    not_before: datetime


class OutboxStore(Protocol):
    """Letters that wait to be sent."""

    def put_letter(self, name: str, letter: Letter, now: datetime) -> None:
        """Keep a letter under a name of its own."""

    def due_letters(self, now: datetime, limit: int) -> list[Waiting]:
        """Letters whose time has come, oldest first."""

    def claim_letter(self, waiting: Waiting, until: datetime) -> bool:
        """Put a letter aside until a moment, unless another process did; True when it is ours."""

    def letter_failed(self, name: str, attempts: int, not_before: datetime) -> None:
        """Try again at a moment."""

    def letter_gone(self, name: str) -> None:
        """Forget a letter that was sent or can never be."""
