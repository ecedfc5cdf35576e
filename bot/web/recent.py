"""Conversations begun a moment ago: a form that is sent twice begins one conversation, though its second sending cannot carry
the cookie yet."""

from __future__ import annotations

import time
from collections.abc import Callable

KEPT_SECONDS = 60.0
Name = tuple[str, str]
"""A conversation: its id and its token."""


class Recent:
    """Remembers for a minute, in this process, which conversation a sending began."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._begun: dict[str, tuple[float, Name]] = {}

    def find(self, sending: str) -> Name | None:
        """The conversation that this very sending began; None when there is none or it was long ago."""
        self._forget_old()
        found = self._begun.get(sending)
        return found[1] if found else None

    def note(self, sending: str, name: Name) -> None:
        """Remember what a sending began."""
        self._forget_old()
        self._begun[sending] = (self._now(), name)

    def _forget_old(self) -> None:
        """Sendings stand in the order of time, so that the old ones are in front."""
        oldest = self._now() - KEPT_SECONDS
        while self._begun and next(iter(self._begun.values()))[0] < oldest:
            del self._begun[next(iter(self._begun))]
