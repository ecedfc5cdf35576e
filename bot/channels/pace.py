"""Sending as fast as a platform allows and no faster (aiolimiter: a leaky bucket)."""

from __future__ import annotations

from collections import OrderedDict

from aiolimiter import AsyncLimiter

from bot.channels.port import Pace

MOST_PEERS = 10_000
"""Clients whose pace is remembered; the one not sent to for longest is forgotten first."""


class PacedTurnstile:
    """In all and for each client."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all = _limiter(pace.overall)
        self._each: OrderedDict[str, AsyncLimiter] = OrderedDict()

    async def passed(self, peer: str) -> None:
        """Wait for one's turn."""
        mine = self._each.get(peer) or _limiter(self._pace.each)
        self._each[peer] = mine
        self._each.move_to_end(peer)
        while len(self._each) > MOST_PEERS:
            self._each.popitem(last=False)
        await mine.acquire()
        await self._all.acquire()


def _limiter(rate: float) -> AsyncLimiter:
    """So many a second; less than one a second is one in so many seconds."""
    return AsyncLimiter(max(rate, 1), 1 if rate >= 1 else 1 / rate)
