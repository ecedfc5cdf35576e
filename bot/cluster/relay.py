"""Telling the other processes what happened here, through Redis publish and subscribe.

What is missed while Redis is away is found by looking into the store every few seconds, as without Redis.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
CHANNEL = "okienko:told"
MOST_WAITING = 10_000
"""Words that wait to be published; the oldest are dropped, since they are found by looking anyway."""
AGAIN = 1.0
QUIET = 60.0
Heard = Callable[[list[str], str], None]
"""Called with topics and what was told of them, in the event loop."""


class Relay:
    """Words to and from the other processes. ``heard`` gets only what others said."""

    def __init__(self, url: str, heard: Heard) -> None:
        self._url, self._heard, self._me = url, heard, secrets.token_hex(8)
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._told = 0.0

    def tell(self, topics: Iterable[str], what: str) -> None:
        """Tell the others soon; returns at once."""
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(json.dumps([self._me, list(topics), what]))

    async def run(self) -> None:
        """Publish and listen until cancelled."""
        await asyncio.gather(self._again(self._publish), self._again(self._listen))

    async def _again(self, work: Callable[[Redis], Any]) -> None:
        while True:
            redis: Redis = Redis.from_url(self._url, socket_connect_timeout=1.0, health_check_interval=15)
            try:
                await work(redis)
            except (RedisError, OSError, asyncio.TimeoutError):
                if time.monotonic() - self._told > QUIET:
                    self._told = time.monotonic()
                    log.warning("Redis does not answer; other processes are noticed by looking")
                await asyncio.sleep(AGAIN)
            finally:
                await redis.close()

    async def _publish(self, redis: Redis) -> None:
        while True:
            word = await self._waiting.get()
            await redis.publish(CHANNEL, word)

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub(ignore_subscribe_messages=True) as line:
            await line.subscribe(CHANNEL)
            while True:
                message = await line.get_message(timeout=5.0)
                if message is not None:
                    self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            who, topics, what = json.loads(data)
        except ValueError:
            return
        if who != self._me:
            self._heard(topics, what)
