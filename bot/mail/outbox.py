"""The outbox: a letter is kept before it is sent, tried again for about two days, and forgotten once it is gone."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import TemporaryError
from bot.mail.letter import Letter
from bot.mail.port import Carrier, OutboxStore, RefusedError, Waiting

log = logging.getLogger(__name__)
WAITS = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes before the next try; after the last the letter is given up."""
CLAIM = timedelta(minutes=10)
"""So long a letter is left alone by others while one process sends it."""
BATCH = 20
PAUSE = 20.0
"""Seconds between two looks into the outbox."""


class Outbox:
    """Takes letters and sees to it that they go."""

    def __init__(self, store: OutboxStore, carrier: Carrier, now: Callable[[], datetime]) -> None:
        self._store, self._carrier, self._now = store, carrier, now
        self._woken = asyncio.Event()

    def put(self, letter: Letter) -> None:
        """Keep a letter to be sent soon."""
        self._store.put_letter(secrets.token_hex(16), letter, self._now())
        self.wake()

    def wake(self) -> None:
        """Look into the outbox now: somebody else put a letter there."""
        self._woken.set()

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            try:
                await self.send_due()
            except TemporaryError:
                log.warning("the outbox could not be read; trying again")
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), PAUSE)
            except asyncio.TimeoutError:
                continue

    async def send_due(self) -> int:
        """Send the letters whose time has come; returns how many went."""
        sent = 0
        for waiting in self._store.due_letters(self._now(), BATCH):
            until = self._now() + CLAIM
            if self._store.claim_letter(waiting, until):
                sent += await self._send(waiting)
        return sent

    async def _send(self, waiting: Waiting) -> bool:
        try:
            await self._carrier.send(waiting.letter, self._now())
        except RefusedError:
            log.warning("a letter was refused for good", extra={"purpose": waiting.letter.purpose})
        except TemporaryError:
            self._later(waiting)
            return False
        else:
            log.info("a letter was sent", extra={"purpose": waiting.letter.purpose})
            self._store.letter_gone(waiting.id)
            return True
        self._store.letter_gone(waiting.id)
        return False

    def _later(self, waiting: Waiting) -> None:
        if waiting.attempts >= len(WAITS):
            log.error("a letter was given up after many tries", extra={"purpose": waiting.letter.purpose})
            self._store.letter_gone(waiting.id)
            return
        moment = self._now() + timedelta(minutes=WAITS[waiting.attempts])
        self._store.letter_failed(waiting.id, waiting.attempts + 1, moment)
