"""Telling the staff of a new ticket outside the console: a letter and a signed call to an address of theirs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable

import aiohttp

from bot.ending import end
from bot.errors import ConfigurationError
from bot.mail.letter import Letter
from bot.mail.outbox import Outbox
from bot.settings import Settings
from bot.tickets.model import Ticket

log = logging.getLogger(__name__)
WAITS = (1.0, 5.0, 25.0, 125.0)
"""Seconds before each further try of the call."""
TIMEOUT = aiohttp.ClientTimeout(total=10)
SIGNATURE = "X-Okienko-Signature"
MOST_AT_ONCE = 200
"""Calls that wait at once; more are dropped, since the queue shows every ticket anyway."""


def signature(key: str, body: bytes) -> str:
    """What the receiver compares with: HMAC-SHA256 of the body, in hexadecimal."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


class Notifier:
    """Sends word of new tickets. Nothing of the client's words leaves with it."""

    def __init__(self, settings: Settings, outbox: Outbox | None, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        if settings.staff_webhook and not settings.secret_key:
            raise ConfigurationError("OKIENKO_STAFF_WEBHOOK wymaga OKIENKO_SECRET_KEY: bez klucza odbiorca nie sprawdzi podpisu.")
        self._settings, self._outbox, self._pause = settings, outbox, pause
        self._tasks: set[asyncio.Task[None]] = set()

    def opened(self, ticket: Ticket) -> None:
        """A ticket was opened; returns at once."""
        data = self._data(ticket)
        if self._settings.staff_mail and self._outbox is not None:
            text = f"Czeka nowe zgłoszenie {ticket.number}.\n\n{data['url']}\n"
            self._outbox.put(Letter(self._settings.staff_mail, f"Nowe zgłoszenie {ticket.number}", text, "staff"))
        if self._settings.staff_webhook and len(self._tasks) < MOST_AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._call(json.dumps(data, ensure_ascii=False).encode()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def told(self) -> None:
        """Wait until everybody was told, or it was given up; for a process that ends afterwards."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Give up what still waits."""
        await end(self._tasks)

    def _data(self, ticket: Ticket) -> dict[str, str | None]:
        handover = ticket.packet.handover
        return {"number": ticket.number, "reason": handover.reason, "entry": handover.entry, "created_at": ticket.created_at.isoformat(),
                "url": f"{self._settings.address}/obsluga/zgloszenia/{ticket.number}"}  # fmt: skip

    async def _call(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._settings.secret_key, body)}
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for wait in (*WAITS, None):
                if await self._reached(session, body, headers):
                    return
                if wait is not None:
                    await self._pause(wait)
        log.error("the staff's webhook did not take a new ticket after many tries")

    async def _reached(self, session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> bool:
        """Whether there is nothing more to try: taken, or refused for good (4xx but 408 and 429)."""
        try:
            async with session.post(self._settings.staff_webhook, data=body, headers=headers, allow_redirects=False) as response:
                refused = 400 <= response.status < 500 and response.status not in (408, 429)
                if refused:
                    log.error("the staff's webhook refuses new tickets", extra={"status": response.status})
                return refused or response.status < 300
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False
