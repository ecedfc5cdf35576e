"""Staff accounts, their sessions and tries, and the audit log on SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.errors import TemporaryError
from bot.staff.audit import START, Entry, Query, Row, digest
from bot.staff.model import Account
from bot.staff.sessions import Session
from bot.store.common import aware, naive, transaction
from bot.store.tables import audit, sign_in_failures, staff_sessions, users

T = TypeVar("T")
TRIES = 50
"""Of writers at once, one takes the audit log's next number and the others go again."""
BATCH = 1000


class StaffSql:
    """See ``bot.staff.model.StaffStore`` and ``bot.staff.audit.AuditLog``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def account(self, login: str) -> Account | None:
        with transaction(self._engine) as connection:
            row = connection.execute(select(users).where(users.c.login == login)).one_or_none()
        return _account(row) if row else None

    def accounts(self) -> list[Account]:
        with transaction(self._engine) as connection:
            return [_account(row) for row in connection.execute(select(users).order_by(users.c.login))]

    def add_account(self, account: Account, entry: Entry) -> bool:
        same = users.c.login == account.login
        if account.oidc_subject is not None:
            same = same | (users.c.oidc_subject == account.oidc_subject)
        taken = select(users.c.login).where(same)

        def add(connection: Connection) -> bool:
            if connection.execute(taken).first():
                return False
            connection.execute(insert(users).values(login=account.login, created_at=naive(account.created_at), **_values(account)))
            _append(connection, entry)
            return True

        return self._write(add)

    def change(self, before: Account, after: Account, entry: Entry | None, *, ends: bool = False, keep: str = "") -> bool:
        unchanged = [users.c[name].is_not_distinct_from(value) for name, value in _values(before).items()]

        def swap(connection: Connection) -> bool:
            if not connection.execute(update(users).where(users.c.login == before.login, *unchanged).values(**_values(after))).rowcount:
                return False
            if ends:
                connection.execute(delete(staff_sessions).where(staff_sessions.c.login == before.login, staff_sessions.c.hash != keep))
            if entry is not None:
                _append(connection, entry)
            return True

        return self._write(swap)

    def open_session(self, session: Session, entry: Entry, instead: str = "") -> None:
        row = {"hash": session.hash, "login": session.login, "stage": session.stage, "way": session.way, "pending": session.pending,
               "created_at": naive(session.created_at), "seen_at": naive(session.seen_at)}  # fmt: skip

        def begin(connection: Connection) -> None:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.hash == instead))
            connection.execute(insert(staff_sessions).values(**row))
            _append(connection, entry)

        self._write(begin)

    def session(self, session_hash: str) -> tuple[Session, Account] | None:
        with transaction(self._engine) as connection:
            row = connection.execute(select(staff_sessions).where(staff_sessions.c.hash == session_hash)).one_or_none()
            owner = connection.execute(select(users).where(users.c.login == row.login)).one_or_none() if row else None
        if row is None or owner is None:
            return None
        return Session(row.hash, row.login, row.stage, row.way, aware(row.created_at), aware(row.seen_at), row.pending), _account(owner)

    def touch(self, session_hash: str, now: datetime) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(staff_sessions).where(staff_sessions.c.hash == session_hash).values(seen_at=naive(now)))

    def set_pending(self, session_hash: str, secret: str | None) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(staff_sessions).where(staff_sessions.c.hash == session_hash).values(pending=secret))

    def end_session(self, session_hash: str, entry: Entry | None) -> None:
        def end(connection: Connection) -> None:
            ended = connection.execute(delete(staff_sessions).where(staff_sessions.c.hash == session_hash)).rowcount
            if ended and entry is not None:
                _append(connection, entry)

        self._write(end)

    def add_try(self, key: str, name: str, now: datetime) -> list[datetime]:
        others = select(sign_in_failures.c.at).where(sign_in_failures.c.key == key, sign_in_failures.c.id != name)
        with transaction(self._engine) as connection:
            connection.execute(insert(sign_in_failures).values(id=name, key=key, at=naive(now)))
        with transaction(self._engine) as connection:
            return [aware(at) for at in connection.execute(others).scalars()]

    def drop_try(self, name: str) -> None:
        with transaction(self._engine) as connection:
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.id == name))

    def drop_tries(self, key: str) -> None:
        with transaction(self._engine) as connection:
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.key == key))

    def forget(self, before: datetime) -> None:
        with transaction(self._engine) as connection:
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.at < naive(before)))
            connection.execute(delete(staff_sessions).where(staff_sessions.c.seen_at < naive(before)))

    def append(self, entry: Entry) -> None:
        self._write(lambda connection: _append(connection, entry))

    def rows(self, query: Query, limit: int) -> list[Row]:
        found = select(audit).where(*_narrowed(query)).order_by(audit.c.seq.desc()).limit(limit)
        with transaction(self._engine) as connection:
            return [_row(row) for row in connection.execute(found)]

    def every_row(self) -> Iterator[Row]:
        last = None
        while True:
            further = select(audit).order_by(audit.c.seq).limit(BATCH)
            with transaction(self._engine) as connection:
                batch = [_row(row) for row in connection.execute(further if last is None else further.where(audit.c.seq > last))]
            yield from batch
            if len(batch) < BATCH:
                return
            last = batch[-1].seq

    def _write(self, work: Callable[[Connection], T]) -> T:
        for _ in range(TRIES):
            try:
                with transaction(self._engine) as connection:
                    return work(connection)
            except IntegrityError:
                continue
        raise TemporaryError("Baza danych jest zajęta. Spróbuj ponownie za chwilę.")


def _append(connection: Connection, entry: Entry) -> None:
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, START)
    connection.execute(
        insert(audit).values(
            seq=seq, at=naive(entry.at), actor=entry.actor, action=entry.action, object=entry.object, address=entry.address,
            detail=msgspec.json.encode(dict(entry.detail)).decode(), hash=digest(previous, seq, entry),
        )
    )  # fmt: skip


def _narrowed(query: Query) -> Iterator[Any]:
    if query.actor:
        yield (audit.c.actor == query.actor) | (audit.c.object == query.actor)
    if query.action:
        yield audit.c.action == query.action
    if query.since is not None:
        yield audit.c.at >= naive(query.since)
    if query.until is not None:
        yield audit.c.at < naive(query.until)
    if query.before is not None:
        yield audit.c.seq < query.before


def _row(row: Any) -> Row:
    entry = Entry(aware(row.at), row.actor, row.action, row.object, msgspec.json.decode(row.detail, type=dict[str, str]), row.address)
    return Row(row.seq, entry, row.hash)


def _values(account: Account) -> dict[str, Any]:
    """Everything of an account that may change."""
    return {
        "password_hash": account.password_hash,
        "role": account.role,
        "active": account.active,
        "name": account.name,
        "email": account.email,
        "oidc_subject": account.oidc_subject,
        "must_change": account.must_change,
        "totp_secret": account.totp_secret,
        "totp_last": account.totp_last,
        "recovery": msgspec.json.encode(account.recovery).decode(),
    }


def _account(row: Any) -> Account:
    return Account(
        row.login, row.password_hash, row.role, row.active, aware(row.created_at), row.name, row.email, row.oidc_subject, row.must_change,
        row.totp_secret, row.totp_last, msgspec.json.decode(row.recovery, type=tuple[str, ...]),
    )  # fmt: skip
