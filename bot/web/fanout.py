"""Telling those who look at something that it changed; other processes are told through Redis, or noticed by looking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Optional

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

    at: Optional[int] = None
    """How far the listener knows a conversation, for those that leave looking to others; None: they look themselves."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._woken = asyncio.Event()

    def tell(self, what: str) -> None:
        """Wake the listener."""
        self._told.add(what)
        self._woken.set()

    async def next(self, seconds: float | None = LOOK) -> frozenset[str]:
        """What was told since the last time; empty when nothing was for so long (None: wait for ever)."""
        if seconds is None:
            await self._woken.wait()
        else:
            try:
                await asyncio.wait_for(self._woken.wait(), seconds)
            except asyncio.TimeoutError:
                return frozenset()
        told, self._told = frozenset(self._told), set()
        self._woken.clear()
        return told


class Fanout:
    """Listeners by topic. To be used within one event loop; what is told here is passed on to other processes where there is a way."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = {}
        self._pass_on: Callable[[list[str], str], None] | None = None
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

    def pass_on(self, by: Callable[[list[str], str], None]) -> None:
        """Pass on what is told here by a function that returns at once."""
        self._pass_on = by

    def close(self) -> None:
        """Tell everybody here that the service stops."""
        self.tell_here(list(self._listeners), CLOSED)

    def tell(self, *topics: str | None, what: str = NEWS) -> None:
        """Tell everybody who listens to one of the topics, in every process; None is nobody's."""
        named = [topic for topic in topics if topic]
        self.tell_here(named, what)
        if self._pass_on is not None and named:
            self._pass_on(named, what)

    def waiting(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def reached(self, topic: str, cursor: int) -> None:
        """Wake those who leave looking to others and know the conversation less far."""
        for listener in self._listeners.get(topic, ()):
            if listener.at is not None and listener.at < cursor:
                listener.tell(NEWS)

    def tell_here(self, topics: list[str], what: str) -> None:
        """Tell those who listen in this process."""
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.tell(what)
            for told in self._watchers if what == NEWS else ():
                told(topic)
