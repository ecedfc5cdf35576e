"""What the actions work with, built on first use (an action server has no other place to build it)."""

from __future__ import annotations

from typing import Optional

from bot.counter.counter import Counter

_counter: Optional[Counter] = None


def use(counter: Optional[Counter]) -> None:
    """Work with this counter; ``okienko serve`` shares its own."""
    global _counter
    _counter = counter


def counter() -> Counter:
    """The shared counter, or one built from the settings of this process."""
    global _counter
    if _counter is None:
        from bot.compose import build_counter
        from bot.settings import Settings

        _counter = build_counter(Settings.from_env())
    return _counter
