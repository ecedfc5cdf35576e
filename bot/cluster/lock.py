"""One turn of a conversation at a time in all processes (redis-py's lock: SET NX PX with a token, released by a script that compares it).

The store repeats a turn that another overtook, so the lock only saves work and keeps order; while Redis is away turns go on without it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import LockError, LockNotOwnedError, RedisError

from bot.errors import TemporaryError

log = logging.getLogger(__name__)
LEASE = 30.0
"""Seconds after which the lock of a process that died is free; longer than any turn takes."""
PATIENCE = 15.0
"""Seconds that a message waits for the one before it."""
LOOK = 0.02
QUIET = 60.0
PREFIX = "okienko:turn:"


class Locks(Protocol):
    """Holds a conversation."""

    def held(self, name: str) -> AbstractAsyncContextManager[None]:
        """For as long as the block lasts. Raises TemporaryError when it does not get free."""

    async def close(self) -> None:
        """Close connections."""


class NoLocks:
    """A single process needs none beside its own."""

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """At once."""
        yield

    async def close(self) -> None:
        """There are none."""


class RedisLocks:
    """Locks in Redis."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
        self._away_until = 0.0
        self._told = 0.0

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Hold a conversation in all processes; without Redis in none but this."""
        lock = self._redis.lock(PREFIX + name, timeout=LEASE, blocking_timeout=PATIENCE, sleep=LOOK)
        mine = await self._taken(lock)
        try:
            yield
        finally:
            if mine:
                await self._released(lock)

    async def _taken(self, lock: object) -> bool:
        if time.monotonic() < self._away_until:
            return False
        try:
            taken = await lock.acquire()  # type: ignore[attr-defined]
        except (RedisError, OSError):
            self._away()
            return False
        if not taken:
            raise TemporaryError("Poprzednia wiadomość w tej rozmowie jeszcze czeka na odpowiedź. Spróbuj ponownie za chwilę.")
        return True

    async def _released(self, lock: object) -> None:
        try:
            await lock.release()  # type: ignore[attr-defined]
        except (LockNotOwnedError, LockError):
            log.warning("a turn took longer than its lock; the store's check of versions kept the order")
        except (RedisError, OSError):
            self._away()

    def _away(self) -> None:
        """Ask Redis again only after a second, so that every turn does not wait for its time-out; say so once a minute."""
        self._away_until = time.monotonic() + 1.0
        if time.monotonic() - self._told > QUIET:
            self._told = time.monotonic()
            log.warning("Redis does not answer; turns go on with this process's own lock and the store's check of versions")

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()
