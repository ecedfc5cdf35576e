"""The outbox and the reminders on SQL."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.mail.letter import Letter
from bot.mail.port import Waiting
from bot.reminders.model import Reminder
from bot.store import consents
from bot.store.common import aware, naive, transaction
from bot.store.tables import outbox, reminders


class PostStore:
    """See ``bot.mail.port.OutboxStore`` and ``bot.reminders.model.ReminderStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put_letter(self, name: str, letter: Letter, now: datetime) -> None:
        with transaction(self._engine) as connection:
            _put_letter(connection, name, letter, now)

    def due_letters(self, now: datetime, limit: int) -> list[Waiting]:
        query = select(outbox).where(outbox.c.not_before <= naive(now)).order_by(outbox.c.not_before).limit(limit)
        with transaction(self._engine) as connection:
            return [Waiting(row.id, msgspec.json.decode(row.letter, type=Letter), row.attempts, aware(row.not_before)) for row in connection.execute(query)]

    def claim_letter(self, waiting: Waiting, until: datetime) -> bool:
        mine = (outbox.c.id == waiting.id, outbox.c.not_before == naive(waiting.not_before))
        with transaction(self._engine) as connection:
            return bool(connection.execute(update(outbox).where(*mine).values(not_before=naive(until))).rowcount)

    def letter_failed(self, name: str, attempts: int, not_before: datetime) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(outbox).where(outbox.c.id == name).values(attempts=attempts, not_before=naive(not_before)))

    def letter_gone(self, name: str) -> None:
        with transaction(self._engine) as connection:
            connection.execute(delete(outbox).where(outbox.c.id == name))

    def put_reminder(self, reminder: Reminder) -> None:
        with transaction(self._engine) as connection:
            known = connection.execute(update(reminders).where(reminders.c.id == reminder.id).values(**_row(reminder))).rowcount
            if not known:
                connection.execute(insert(reminders).values(id=reminder.id, created_at=naive(reminder.created_at), **_row(reminder)))
            if reminder.state == "active" and reminder.confirmed_at is not None:
                consents.give(connection, "reminders", reminder.id, "email", reminder.words, reminder.confirmed_at)

    def reminded(self, before: Reminder, after: Reminder | None, letter: Letter | None, name: str, now: datetime) -> bool:
        unchanged = (reminders.c.id == before.id, reminders.c.reminder == _row(before)["reminder"])
        change = delete(reminders).where(*unchanged) if after is None else update(reminders).where(*unchanged).values(**_row(after))
        with transaction(self._engine) as connection:
            if not connection.execute(change).rowcount:
                return False
            if after is None:
                consents.finish(connection, "reminders", [before.id], "over", now)
            if letter is not None:
                _put_letter(connection, name, letter, now)
        return True

    def reminder(self, name: str) -> Reminder | None:
        with transaction(self._engine) as connection:
            found = connection.execute(select(reminders.c.reminder).where(reminders.c.id == name)).scalar_one_or_none()
        return msgspec.json.decode(found, type=Reminder) if found else None

    def due_reminders(self, today: date, limit: int) -> list[Reminder]:
        query = select(reminders.c.reminder).where(reminders.c.state == "active", reminders.c.next_on <= today.isoformat()).order_by(reminders.c.next_on).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.json.decode(found, type=Reminder) for found in connection.execute(query).scalars()]

    def erase_reminder(self, name: str) -> bool:
        with transaction(self._engine) as connection:
            consents.finish(connection, "reminders", [name], "withdrawn", datetime.now(timezone.utc))
            return bool(connection.execute(delete(reminders).where(reminders.c.id == name)).rowcount)

    def forget_unconfirmed(self, before: datetime) -> int:
        old = (reminders.c.state == "asked", reminders.c.created_at < naive(before))
        with transaction(self._engine) as connection:
            return int(connection.execute(delete(reminders).where(*old)).rowcount)


def _put_letter(connection: Connection, name: str, letter: Letter, now: datetime) -> None:
    written = msgspec.json.encode(letter).decode()
    connection.execute(insert(outbox).values(id=name, purpose=letter.purpose, letter=written, attempts=0, not_before=naive(now), created_at=naive(now)))


def _row(reminder: Reminder) -> dict[str, Any]:
    next_on = reminder.next_on.isoformat() if reminder.next_on else None
    return {"state": reminder.state, "reminder": msgspec.json.encode(reminder).decode(), "next_on": next_on}
