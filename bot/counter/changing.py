"""Changing a ticket that others may change meanwhile: it is looked at again until the change fits, a few times."""

from __future__ import annotations

from collections.abc import Callable

from bot.counter.ports import CounterStore, StaleError
from bot.tickets.model import Change, Ticket

TRIES = 5


def change_ticket(store: CounterStore, find: Callable[[], Ticket], act: Callable[[Ticket], Change | None]) -> Ticket:
    """The ticket after the change, or as found where there is nothing to change (None). Raises StaleError, and what ``find`` and ``act`` raise."""
    number = ""
    for _ in range(TRIES):
        found = find()
        number, change = found.number, act(found)
        if change is None:
            return found
        try:
            store.change_ticket(change)
            return change.after
        except StaleError:
            continue
    raise StaleError(number)
