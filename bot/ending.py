"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 0.5
"""Seconds before a task that did not end is cancelled once more."""


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they ended, whatever they end with.

    ``asyncio.wait_for`` of Python 3.10 loses a cancellation that meets the very moment in which what it waits for comes (bpo-37658); a task that
    loops over it would go on for ever, and whoever waits for it too. So it is cancelled until it ends.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=AGAIN)
        for task in done:
            if not task.cancelled():
                task.exception()
