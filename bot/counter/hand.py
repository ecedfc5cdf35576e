"""What a turn has at hand: the conversation as it was read before the engine was asked, and how it stands after it was kept.

The counter is called again from the engine's action. Where that runs in this process, what was read need not be read again; an
engine apart finds nothing here and reads for itself. That the conversation is still as it was read is seen when it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Optional

from bot.counter.ports import Kept
from bot.dialogue.session import Session


@dataclass
class Hand:
    """``kept`` until somebody takes it; ``after`` once the turn is kept."""

    kept: Optional[Kept]
    after: Optional[Session] = None


_HAND: ContextVar[Optional[Hand]] = ContextVar("hand", default=None)


@contextmanager
def at_hand(kept: Kept) -> Iterator[Hand]:
    """Have a conversation at hand, in everything that is called from here."""
    hand = Hand(kept)
    token = _HAND.set(hand)
    try:
        yield hand
    finally:
        _HAND.reset(token)


def taken(conversation_id: str) -> Kept | None:
    """What is at hand of this conversation, once: a turn changes it, so that a second try reads anew."""
    hand = _HAND.get()
    if hand is None or hand.kept is None or hand.kept.id != conversation_id:
        return None
    kept, hand.kept = hand.kept, None
    return kept


def left(kept: Kept) -> None:
    """Tell whoever had it at hand how the conversation stands now."""
    hand = _HAND.get()
    if hand is not None:
        hand.after = kept.session
