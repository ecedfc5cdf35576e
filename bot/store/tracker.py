"""What Rasa itself keeps of a conversation, when the engine runs apart: its event table, which no call of Rasa clears."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import MetaData, Table, delete, inspect, select
from sqlalchemy.engine import Engine

from bot.store.common import transaction


class RasaEvents:
    """Rasa's table ``events`` of a tracker store on SQL; ``sender_id`` is the conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, conversation_id: str) -> list[Any]:
        """A conversation's events as Rasa wrote them, in order. Raises TemporaryError."""
        with transaction(self._engine) as connection:
            if not inspect(connection).has_table("events"):
                return []
            events = Table("events", MetaData(), autoload_with=connection)
            return [json.loads(data) for data in connection.execute(select(events.c.data).where(events.c.sender_id == conversation_id).order_by(events.c.id)).scalars()]

    def erase(self, conversation_id: str) -> int:
        """Remove a conversation's events; how many there were. Raises TemporaryError."""
        with transaction(self._engine) as connection:
            if not inspect(connection).has_table("events"):
                return 0
            events = Table("events", MetaData(), autoload_with=connection)
            return int(connection.execute(delete(events).where(events.c.sender_id == conversation_id)).rowcount)
