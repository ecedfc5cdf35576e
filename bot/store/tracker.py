"""What Rasa itself keeps of a conversation, when the engine runs apart: its event table, which no call of Rasa clears."""

from __future__ import annotations

from sqlalchemy import MetaData, Table, delete, inspect
from sqlalchemy.engine import Engine

from bot.store.common import transaction


class RasaEvents:
    """Rasa's table ``events`` of a tracker store on SQL; ``sender_id`` is the conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def erase(self, conversation_id: str) -> int:
        """Remove a conversation's events; how many there were. Raises TemporaryError."""
        with transaction(self._engine) as connection:
            if not inspect(connection).has_table("events"):
                return 0
            events = Table("events", MetaData(), autoload_with=connection)
            return int(connection.execute(delete(events).where(events.c.sender_id == conversation_id)).rowcount)
