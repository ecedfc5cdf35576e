"""Telling those who look at something that it changed, within this process; other processes are noticed by looking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUEUE = "queue"
"""The topic of every ticket; a conversation's topic is its id, a ticket's its number."""
NEWS = "news"
CLIENT_TYPES = "client_types"
PERSON_TYPES = "person_types"
CLOSED = "closed"
"""The service stops: whoever listens should leave."""
LOOK = 2.0
"""Seconds after which one looks into the store although nobody told anything."""


class Subscription:
    """What was told to one listener and is not taken yet; telling the same twice is telling it once."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._woken = asyncio.Event()

    def tell(self, what: str) -> None:
        """Wake the listener."""
        self._told.add(what)
        self._woken.set()

    async def next(self, seconds: float = LOOK) -> frozenset[str]:
        """What was told since the last time; empty when nothing was for so long."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except asyncio.TimeoutError:
            return frozenset()
        told, self._told = frozenset(self._told), set()
        self._woken.clear()
        return told


class Fanout:
    """Listeners by topic. To be used within one event loop."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = {}
        self._watchers: list[Callable[[str], None]] = []

    def watch(self, told: Callable[[str], None]) -> None:
        """Call a function with every topic that is told of, for as long as the service runs; it must return at once."""
        self._watchers.append(told)

    @contextmanager
    def listening(self, *topics: str) -> Iterator[Subscription]:
        """Listen to some topics for as long as the block lasts."""
        mine = Subscription()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(mine)
        try:
            yield mine
        finally:
            for topic in topics:
                self._listeners[topic].discard(mine)
                if not self._listeners[topic]:
                    del self._listeners[topic]

    def close(self) -> None:
        """Tell everybody that the service stops."""
        self.tell(*self._listeners, what=CLOSED)

    def tell(self, *topics: str | None, what: str = NEWS) -> None:
        """Tell everybody who listens to one of the topics; None is nobody's."""
        for topic in topics:
            for listener in self._listeners.get(topic or "", ()):
                listener.tell(what)
            for told in self._watchers if topic and what == NEWS else ():
                told(topic)
