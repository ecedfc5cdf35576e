"""One look into the store for everybody who waits, so that an open window costs nothing while nothing is said in it.

What is said here is told at once, what is said elsewhere comes through Redis. The look is for what neither told: another process
without Redis, a word lost on the way, a command.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.counter.ports import CounterStore
from bot.errors import OkienkoError
from bot.web.fanout import LOOK, Fanout

log = logging.getLogger(__name__)
OVERLAP = timedelta(seconds=5)
"""How far a look reaches back behind the last one: a turn is kept a little after the moment it carries, and clocks differ."""


class Looking:
    """Wakes those whose conversation went further than they were told."""

    def __init__(self, store: CounterStore, fanout: Fanout, now: Callable[[], datetime]) -> None:
        self._store, self._fanout, self._now = store, fanout, now
        self._since = now()

    async def run(self) -> None:
        """Look until cancelled; a store that is away is looked into again, as far back as the last look that was answered."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except OkienkoError:
                log.warning("the store could not be looked into; trying again")

    async def look(self) -> None:
        """One look, beside the loop. Raises TemporaryError."""
        began = self._now()
        if self._fanout.waiting():
            for name, cursor in await asyncio.to_thread(self._store.changed_since, min(self._since, began) - OVERLAP):
                self._fanout.reached(name, cursor)
        self._since = began
