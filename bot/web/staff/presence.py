"""Who is at the desk now: whoever has a page of the console open, or asked for one a short while ago, in this process or, as it was told, in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

STAYS = timedelta(minutes=2)
"""Between two pages no stream is open; so long one still counts as present."""


class Presence:
    """Logins, by open streams and by the last sign of life."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._streams: Counter[str] = Counter()
        self._seen: dict[str, datetime] = {}

    def seen(self, login: str) -> None:
        """The person did something, here or in another process."""
        self._seen[login] = self._now()

    def here_now(self) -> list[str]:
        """Logins with a page open in this process, for the others to know."""
        return [login for login, count in self._streams.items() if count > 0]

    @contextmanager
    def here(self, login: str) -> Iterator[None]:
        """The person has a page open for as long as the block lasts."""
        self._streams[login] += 1
        try:
            yield
        finally:
            self._streams[login] -= 1
            self.seen(login)

    def present(self) -> list[str]:
        """Logins, in order."""
        limit = self._now() - STAYS
        self._seen = {login: at for login, at in self._seen.items() if at >= limit}
        return sorted({login for login, count in self._streams.items() if count > 0} | set(self._seen))

    def count(self) -> int:
        """How many people."""
        return len(self.present())
