"""A stop that a proxy sees coming: ``/readyz`` says so for a while, everything is served meanwhile, then the process ends."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from aiohttp.web_runner import GracefulExit

log = logging.getLogger(__name__)


@dataclass
class Stopping:
    """``seconds`` between the word to stop (SIGTERM) and the stop; a second word stops at once."""

    seconds: int
    begun: bool = False

    async def watch(self, _: web.Application) -> AsyncIterator[None]:
        """Listen for the word while the application runs; without a wait aiohttp's own way is kept."""
        if self.seconds > 0:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.told)
        yield

    def told(self) -> None:
        """The word to stop came."""
        if self.begun:
            _end()
        self.begun = True
        log.info("stopping soon", extra={"seconds": self.seconds})
        asyncio.get_running_loop().call_later(self.seconds, _end)


def _end() -> None:
    raise GracefulExit
