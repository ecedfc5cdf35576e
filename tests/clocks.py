"""A clock that tests put forward."""

from __future__ import annotations

from datetime import date, datetime, timezone


class Later:
    """Like ``bot.clock.Clock``; ``moment`` is now."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()
