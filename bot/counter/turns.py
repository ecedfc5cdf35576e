"""A turn as the engine's action takes it: never silent, whatever goes wrong inside."""

from __future__ import annotations

import logging

from bot.counter.counter import Answered, Counter
from bot.dialogue.turn import Pressed, Said
from bot.dialogue.understanding import Heard
from bot.errors import OkienkoError

log = logging.getLogger(__name__)


def take_turn(
    counter: Counter, conversation_id: str, text: str, heard: Heard, choice: str | None, client_id: str | None
) -> Answered:
    """The kept replies; after a fault of ours an apology that is kept too. Faults of the store are raised."""
    try:
        return counter.take(conversation_id, Pressed(choice) if choice else Said(heard), client_id=client_id)
    except OkienkoError:
        raise
    except Exception:
        log.exception("a turn failed", extra={"conversation": conversation_id})
        return counter.apologise(conversation_id, text, client_id=client_id)
