"""When a login is locked after failures, and the tries that are counted for it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import OkienkoError

if TYPE_CHECKING:
    from bot.staff.model import StaffStore

FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCKED = timedelta(minutes=15)


class LockedError(OkienkoError):
    """Too many failures with this login; ``until`` says when it opens again."""

    code = "locked"
    status = 429

    def __init__(self, until: datetime) -> None:
        super().__init__("Za dużo nieudanych prób. To konto jest zamknięte na 15 minut; potem spróbuj jeszcze raz.")
        self.until = until


def locked_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When a login with these failures (any order) opens again; None when it is open."""
    times = sorted(failures)
    ends = [last + LOCKED for first, last in zip(times, times[FAILURES - 1 :], strict=False) if last - first <= WINDOW]
    return ends[-1] if ends and ends[-1] > now else None


class Guard:
    """Counts tries by login. A try counts as failed from its beginning, so that many at once get no further than five."""

    def __init__(self, store: StaffStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def begin(self, login: str) -> str:
        """A new try; its name. Raises LockedError."""
        now, name = self._now(), secrets.token_hex(16)
        until = locked_until(self._store.add_try(_key(login), name, now), now)
        if until is not None:
            self._store.drop_try(name)
            raise LockedError(until)
        return name

    def right(self, name: str) -> None:
        """That try was right."""
        self._store.drop_try(name)

    def forgive(self, login: str) -> None:
        """The person is in: the failures before no longer count."""
        self._store.drop_tries(_key(login))


def _key(login: str) -> str:
    """What is kept of a login that was tried: it may be anything, even a password typed in the wrong field."""
    return hashlib.sha256(b"okienko-try:" + login.encode()).hexdigest()
