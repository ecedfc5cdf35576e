"""Letters that were taken, and their files, on SQL; see ``bot.counter.letters.LetterStore``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.counter.letters import Attached, Thread
from bot.store.common import naive, transaction
from bot.store.tables import attachments, letters_in


class LettersSql:
    """Letters and files in the database of the tickets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def letter_taken(self, key: str) -> bool:
        with transaction(self._engine) as connection:
            return connection.execute(select(letters_in.c.key).where(letters_in.c.key == key)).first() is not None

    def keep_letter(self, key: str, sender: str, kind: str, ticket: str | None, thread: Thread, files: Sequence[Attached], now: datetime) -> None:
        row = {"key": key, "sender": sender, "kind": kind, "ticket": ticket, "thread": thread.message_id[:998], "subject": thread.subject[:200], "at": naive(now)}
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(letters_in).values(**row))
                for item in files if ticket else ():
                    content = {"id": secrets.token_hex(16), "ticket": ticket, "name": item.name[:120], "type": item.type, "size": len(item.content), "content": item.content, "at": naive(now)}
                    connection.execute(insert(attachments).values(**content))
        except IntegrityError:
            return

    def letters_of(self, sender: str, since: datetime) -> int:
        query = select(func.count()).select_from(letters_in).where(letters_in.c.sender == sender, letters_in.c.at >= naive(since))
        with transaction(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def thread_of(self, ticket: str) -> Thread | None:
        query = select(letters_in.c.thread, letters_in.c.subject).where(letters_in.c.ticket == ticket, letters_in.c.kind == "letter").order_by(letters_in.c.at.desc()).limit(1)
        with transaction(self._engine) as connection:
            row = connection.execute(query).first()
        return Thread(row.thread, row.subject) if row else None

    def attachments(self, ticket: str) -> list[tuple[str, str, int]]:
        query = select(attachments.c.id, attachments.c.name, attachments.c.size).where(attachments.c.ticket == ticket).order_by(attachments.c.at, attachments.c.name)
        with transaction(self._engine) as connection:
            return [(row.id, row.name, row.size) for row in connection.execute(query)]

    def attachment(self, ticket: str, name: str) -> Attached | None:
        query = select(attachments).where(attachments.c.ticket == ticket, attachments.c.id == name)
        with transaction(self._engine) as connection:
            row = connection.execute(query).first()
        return Attached(row.name, row.type, row.content, row.id) if row else None
