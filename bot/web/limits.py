"""How often one address may do what costs or could be guessed (pyrate-limiter); counted in this process's memory."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from aiohttp import web
from pyrate_limiter import Duration, InMemoryBucket, Rate, RateItem

from bot.errors import OkienkoError
from bot.web.keys import LIMITS, SETTINGS

RATES: Mapping[str, Sequence[Rate]] = {
    "code": [Rate(10, Duration.MINUTE * 10)],
    "ticket_code": [Rate(60, Duration.HOUR)],
    "letter": [Rate(5, Duration.HOUR), Rate(20, Duration.DAY)],
    "recipient": [Rate(3, Duration.DAY)],
    "sign_in": [Rate(20, Duration.MINUTE * 10)],
    "survey": [Rate(5, Duration.HOUR)],
}
"""By purpose: tries of a code, looks at a ticket by its code, letters asked for from one address, letters to one recipient, staff coming in, surveys."""
MOST_KEYS = 20_000


class TooOftenError(OkienkoError):
    """The caller did this too often; later it will work again."""

    code = "too_often"
    status = 429


class Limits:
    """Counts, by purpose and key. An unknown purpose is a fault of ours."""

    def __init__(self, rates: Mapping[str, Sequence[Rate]] = RATES) -> None:
        self._rates = rates
        self._buckets: dict[tuple[str, str], InMemoryBucket] = {}

    def take(self, purpose: str, key: str) -> None:
        """Count one. Raises TooOftenError when the limit is reached."""
        now = int(time.time() * 1000)
        if len(self._buckets) >= MOST_KEYS:
            self._forget_empty(now)
        bucket = self._buckets.setdefault((purpose, key), InMemoryBucket(list(self._rates[purpose])))
        bucket.leak(now)
        if not bucket.put(RateItem(purpose, now)):
            raise TooOftenError("Za dużo prób w krótkim czasie. Odczekaj kilka minut i spróbuj jeszcze raz.")

    def _forget_empty(self, now: int) -> None:
        for key in list(self._buckets):
            self._buckets[key].leak(now)
            if not self._buckets[key].count():
                del self._buckets[key]


def address_of(request: web.Request) -> str:
    """Where a request comes from: past as many of our own proxies as the settings say."""
    behind = request.app[SETTINGS].trusted_proxies
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if behind and len(passed) >= behind:
        return passed[-behind]
    return request.remote or "-"


def limit(request: web.Request, purpose: str, key: str | None = None) -> None:
    """Count one for the caller's address, or for a key. Raises TooOftenError."""
    request.app[LIMITS].take(purpose, key if key is not None else address_of(request))
