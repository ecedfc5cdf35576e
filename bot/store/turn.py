"""The statements by which a turn is kept: its state if nobody was first, what was said, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, union_all, update
from sqlalchemy.engine import Connection

from bot.counter.ports import Kept, NewMessage
from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Session, dump
from bot.store.common import naive
from bot.store.prepared import Prepared
from bot.store.tables import conversations, messages, outcomes

MOST_AT_ONCE = 20
"""Messages of one statement; a turn says a few."""
_CHANGED = (
    update(conversations).where(conversations.c.id == bindparam("conversation"), conversations.c.version == bindparam("before"))
    .values(state=bindparam("state"), version=bindparam("version"), cursor=bindparam("cursor"), updated_at=bindparam("at"))
)  # fmt: skip
_COUNTED = [column for column in outcomes.columns if column.name not in ("id", "conversation_id")]
_CHANGE = Prepared(_CHANGED)
_COUNT = Prepared(insert(outcomes).inline().values({"conversation_id": bindparam("conversation"), **{column.name: bindparam(column.name) for column in _COUNTED}}))


def keep_in_steps(connection: Connection, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, outcome: Outcome | None) -> bool:
    """Keep a turn within a transaction; False when another turn was first."""
    if _CHANGE.run(connection, _state(kept, session, said, now)).rowcount != 1:
        return False
    add_messages(connection, kept.id, kept.cursor, said, now)
    if outcome is not None:
        _COUNT.run(connection, {"conversation": kept.id, **_counted(session, outcome, now)})
    return True


def keep_at_once(connection: Connection, kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime, outcome: Outcome) -> bool:
    """The same as one statement, so that it needs no transaction and four ways to the server less; for PostgreSQL."""
    values = {**_state(kept, session, said, now), **_counted(session, outcome, now), **_rows(kept.id, kept.cursor, said, now)}
    return _whole(len(said)).run(connection, values).one_or_none() is not None


def add_messages(connection: Connection, conversation_id: str, cursor: int, said: Sequence[NewMessage], now: datetime) -> None:
    """Keep what was said after a cursor."""
    for start in range(0, len(said), MOST_AT_ONCE):
        part = said[start : start + MOST_AT_ONCE]
        _say(len(part)).run(connection, {"conversation": conversation_id, **_rows(conversation_id, cursor + start, part, now)})


@lru_cache(maxsize=MOST_AT_ONCE)
def _say(count: int) -> Prepared:
    rows = [{"conversation_id": bindparam("conversation", type_=messages.c.conversation_id.type), **dict(_said(row))} for row in range(count)]
    return Prepared(insert(messages).values(rows))


@lru_cache(maxsize=MOST_AT_ONCE)
def _whole(count: int) -> Prepared:
    kept = _CHANGED.returning(conversations.c.id).cte("kept")
    rows = union_all(*(select(kept.c.id, *dict(_said(row)).values()) for row in range(count)))
    said = insert(messages).from_select(["conversation_id", *dict(_said(0))], rows).cte("said")
    one = select(kept.c.id, *(bindparam(column.name, type_=column.type) for column in _COUNTED))
    counted = insert(outcomes).inline().from_select(["conversation_id", *(column.name for column in _COUNTED)], one).cte("counted")
    return Prepared(select(kept.c.id).add_cte(said).add_cte(counted))


def _said(row: int) -> Iterator[tuple[str, Any]]:
    """The columns of a message beside its conversation's, each with the parameter of one row."""
    for column in messages.columns:
        if column.name != "conversation_id":
            yield column.name, bindparam(f"{column.name}_{row}", type_=column.type)


def _rows(conversation_id: str, cursor: int, said: Sequence[NewMessage], now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"conversation": conversation_id}
    for row, message in enumerate(said):
        body = msgspec.json.encode(message.body).decode()
        values |= {f"seq_{row}": cursor + row + 1, f"author_{row}": message.author, f"client_id_{row}": message.client_id, f"body_{row}": body, f"created_at_{row}": naive(now)}
    return values


def _state(kept: Kept, session: Session, said: Sequence[NewMessage], now: datetime) -> Mapping[str, Any]:
    return {"conversation": kept.id, "before": kept.version, "state": dump(session).decode(), "version": kept.version + 1, "cursor": kept.cursor + len(said), "at": naive(now)}


def _counted(session: Session, outcome: Outcome, now: datetime) -> Mapping[str, Any]:
    return {"at": naive(now), "channel": session.channel, "profile": session.profile, **vars(outcome)}
