"""What every fake vendor does alike: waiting for something to come true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any


class Waiting:
    """A vendor with phones, which a test waits for."""

    phones: dict[Any, Any]

    async def until(self, true: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until something is so; what the phones show otherwise is the fault."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"it did not come: {dict(self.phones)}")
            await asyncio.sleep(0.01)
