"""Memory that a model left behind goes back to the system; otherwise a process would keep the most it ever held, and more with each model."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Collect what nobody needs and hand freed memory back; where the C library cannot (musl, macOS), only the first. Takes a few hundred milliseconds."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
