"""How often one address, conversation or recipient may do what costs or could be guessed (pyrate-limiter): counted in this process, or in Redis for all.

Answers of the API say how much is left, in the header fields of the IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from pyrate_limiter import AbstractBucket, Duration, InMemoryBucket, Rate, RateItem

from bot.errors import OkienkoError
from bot.web.keys import LIMITS, SETTINGS

log = logging.getLogger(__name__)
RATES: Mapping[str, Sequence[Rate]] = {
    "ask": [Rate(120, Duration.MINUTE)],
    "begin": [Rate(300, Duration.MINUTE)],
    "say": [Rate(20, Duration.SECOND * 10), Rate(60, Duration.MINUTE)],
    "export": [Rate(10, Duration.HOUR)],
    "address": [Rate(3000, Duration.MINUTE)],
    "read": [Rate(1200, Duration.MINUTE)],
    "ticket": [Rate(30, Duration.HOUR)],
    "code": [Rate(10, Duration.MINUTE * 10)],
    "ticket_code": [Rate(60, Duration.HOUR)],
    "letter": [Rate(5, Duration.HOUR), Rate(20, Duration.DAY)],
    "recipient": [Rate(3, Duration.DAY)],
    "sign_in": [Rate(20, Duration.MINUTE * 10)],
    "survey": [Rate(5, Duration.HOUR)],
}
"""By purpose. Of one address: questions understood, conversations begun, things said in all, reads of the knowledge, tickets without a conversation, tries of a code, looks at a ticket
by its code, letters asked for, staff coming in, surveys; of one conversation: things said, copies taken; of one recipient: letters. An address may be a whole office behind one router, so only what could be guessed is narrow."""
MOST_KEYS = 20_000
PREFIX = "okienko:limit"
AWAY = 5.0
"""Seconds in which a Redis that did not answer is not asked."""
QUIET = 60.0
"""Seconds between two lines in the log while Redis is away."""


class TooOftenError(OkienkoError):
    """The caller did this too often; after ``wait`` seconds it will work again."""

    code = "too_often"
    status = 429

    def __init__(self, message: str, wait: int = 60) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Standing:
    """How much of a limit is left: ``quota`` in a window of so many seconds, ``remaining``, and after how many seconds something is free again."""

    purpose: str
    quota: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As the draft writes them."""
        return {"RateLimit-Policy": f'"{self.purpose}";q={self.quota};w={self.window}', "RateLimit": f'"{self.purpose}";r={self.remaining};t={self.reset}'}


class Buckets(Protocol):
    """Where things are counted."""

    def bucket(self, purpose: str, key: str, rates: Sequence[Rate]) -> AbstractBucket:
        """The bucket of a purpose and key."""


class InMemory:
    """In this process; the emptied are forgotten when there are very many."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], InMemoryBucket] = {}

    def bucket(self, purpose: str, key: str, rates: Sequence[Rate]) -> AbstractBucket:
        """The bucket, emptied of what is past."""
        now = _now()
        if len(self._kept) >= MOST_KEYS:
            for name in list(self._kept):
                self._kept[name].leak(now)
                if not self._kept[name].count():
                    del self._kept[name]
        found = self._kept.setdefault((purpose, key), InMemoryBucket(list(rates)))
        found.leak(now)
        return found


class InRedis:
    """In Redis, for all processes together; each key expires by itself after its longest window."""

    def __init__(self, url: str) -> None:
        from redis import Redis

        self._redis = Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)

    def bucket(self, purpose: str, key: str, rates: Sequence[Rate]) -> AbstractBucket:
        """The bucket, emptied of what is past. Raises redis.RedisError."""
        from pyrate_limiter import RedisBucket

        name = f"{PREFIX}:{purpose}:{key}"
        found = RedisBucket.init(list(rates), self._redis, name)
        found.leak(_now())
        self._redis.pexpire(name, max(rate.interval for rate in rates))
        return found


class Limits:
    """Counts, by purpose and key. An unknown purpose is a fault of ours. While Redis is away, this process counts alone."""

    def __init__(self, rates: Mapping[str, Sequence[Rate]] = RATES, *, factor: float = 1.0, redis_url: str = "") -> None:
        """``factor`` multiplies every limit; 0 switches them off."""
        self._rates = {name: [Rate(max(1, int(rate.limit * factor)), rate.interval) for rate in found] for name, found in rates.items()}
        self._off = factor <= 0
        self._own = InMemory()
        self._shared: Buckets | None = InRedis(redis_url) if redis_url else None
        self._told = self._away_until = 0.0

    def take(self, purpose: str, key: str) -> Standing:
        """Count one. Raises TooOftenError when the limit is reached."""
        rates = self._rates[purpose]
        if self._off:
            return Standing(purpose, rates[-1].limit, rates[-1].interval // 1000, rates[-1].limit, 0)
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return self._counted(self._shared, purpose, key, rates)
            except _redis_faults():
                self._tell()
        return self._counted(self._own, purpose, key, rates)

    def _counted(self, buckets: Buckets, purpose: str, key: str, rates: Sequence[Rate]) -> Standing:
        bucket, now = buckets.bucket(purpose, key, rates), _now()
        item = RateItem(purpose, now)
        if not bucket.put(item):
            waiting: Any = bucket.waiting(item)
            raise TooOftenError("Za dużo prób w krótkim czasie. Odczekaj chwilę i spróbuj jeszcze raz.", max(1, math.ceil(waiting / 1000)))
        count: Any = bucket.count()
        widest, oldest = rates[-1], bucket.peek(count - 1)
        age = now - oldest.timestamp if isinstance(oldest, RateItem) else 0
        return Standing(purpose, widest.limit, widest.interval // 1000, max(0, widest.limit - count), max(0, math.ceil((widest.interval - age) / 1000)))

    def _tell(self) -> None:
        """Ask Redis again only after a while, since each asking may wait for its time-out while everybody waits; say so once a minute."""
        self._away_until = time.monotonic() + AWAY
        if time.monotonic() - self._told > QUIET:
            self._told = time.monotonic()
            log.warning("Redis does not answer; this process counts limits alone")


def _redis_faults() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def _now() -> int:
    return int(time.time() * 1000)


def address_of(request: web.Request) -> str:
    """Where a request comes from: past as many of our own proxies as the settings say."""
    behind = request.app[SETTINGS].trusted_proxies
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if behind and len(passed) >= behind:
        return passed[-behind]
    return request.remote or "-"


def limit(request: web.Request, purpose: str, key: str | None = None) -> None:
    """Count one for the caller's address, or for a key; the answer will say what is left. Raises TooOftenError."""
    standing = request.app[LIMITS].take(purpose, key if key is not None else address_of(request))
    kept: Standing | None = request.get("standing")
    if kept is None or standing.remaining < kept.remaining:
        request["standing"] = standing
