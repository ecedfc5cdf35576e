"""What the staff store promises, on SQLite and, where it runs, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.engine import Engine

from bot.staff.audit import AuditLog, Entry, Query, verify
from bot.staff.model import Account
from bot.staff.sessions import Session
from bot.store.engine import connect
from bot.store.migrate import _config, upgrade
from bot.store.staff import StaffSql
from bot.store.tables import audit, sign_in_failures, staff_sessions, users
from tests.lacking import NO_POSTGRES, lacking
from tests.store.test_contract import postgres

__all__ = ["postgres"]
NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=timezone.utc)
EWA = Account("ewa", "hash", "consultant", True, NOW)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, postgres: str | None) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'o.db'}" if request.param == "sqlite" else postgres
    if url is None:
        lacking(NO_POSTGRES)
    upgrade(url)
    engine = connect(url)
    yield engine
    with engine.begin() as connection:
        for table in (staff_sessions, sign_in_failures, audit, users):
            connection.execute(delete(table))
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> StaffSql:
    return StaffSql(engine)


def entry(action: str = "act", actor: str = "szef", at: datetime = NOW) -> Entry:
    return Entry(at, actor, action, "ewa", {"b": "ż", "a": "1"}, "10.0.0.1")


def test_accounts_come_back_as_they_were_kept(store: StaffSql) -> None:
    full = replace(EWA, name="Ewa", email="e@x.pl", oidc_subject="s", must_change=True, totp_secret="S", totp_last=59_000_000, recovery=("a", "b"))
    assert store.add_account(full, entry())
    assert store.account("ewa") == full
    assert store.accounts() == [full]
    assert not store.add_account(EWA, entry())
    assert not store.add_account(replace(EWA, login="jan", oidc_subject="s"), entry())
    assert store.add_account(replace(EWA, login="jan"), entry())
    assert store.account("nikt") is None
    assert len(store.rows(Query(), 9)) == 2


def test_an_account_is_changed_only_from_what_it_was_and_with_its_entry(store: StaffSql) -> None:
    store.add_account(EWA, entry("added"))
    after = replace(EWA, totp_secret="S", active=False)
    assert store.change(EWA, after, entry("changed"))
    assert not store.change(EWA, replace(EWA, role="editor"), entry("late"))
    assert store.account("ewa") == after
    assert [row.entry.action for row in store.rows(Query(), 9)] == ["changed", "added"]


def test_sessions_end_with_the_change_but_the_kept_one(store: StaffSql) -> None:
    store.add_account(EWA, entry())
    for name in ("a", "b", "c"):
        store.open_session(Session(name, "ewa", "open", "password", NOW, NOW), entry(), instead="a" if name == "b" else "")
    assert store.session("a") is None
    store.touch("b", NOW + timedelta(minutes=5))
    store.set_pending("b", "SECRET")
    assert store.session("b") == (Session("b", "ewa", "open", "password", NOW, NOW + timedelta(minutes=5), "SECRET"), EWA)
    store.change(EWA, replace(EWA, role="editor"), None, ends=True, keep="c")
    assert store.session("b") is None
    assert store.session("c") is not None
    store.end_session("c", entry("out"))
    store.end_session("c", entry("out"))
    assert [row.entry.action for row in store.rows(Query(), 9)].count("out") == 1


def test_tries_are_counted_by_key(store: StaffSql) -> None:
    assert store.add_try("k", "1", NOW) == []
    assert store.add_try("k", "2", NOW) == [NOW]
    assert store.add_try("other", "3", NOW) == []
    store.drop_try("1")
    assert store.add_try("k", "4", NOW) == [NOW]
    store.drop_tries("k")
    assert store.add_try("k", "5", NOW) == []
    store.forget(NOW + timedelta(seconds=1))
    assert store.add_try("k", "6", NOW) == []


def test_the_log_is_found_by_person_act_and_time(store: StaffSql) -> None:
    for hour, (action, actor) in enumerate((("in", "szef"), ("out", "szef"), ("in", "jan"))):
        store.append(entry(action, actor, NOW + timedelta(hours=hour)))
    assert [row.seq for row in store.rows(Query(), 9)] == [3, 2, 1]
    assert [row.seq for row in store.rows(Query(actor="szef"), 9)] == [2, 1]
    assert [row.seq for row in store.rows(Query(actor="ewa"), 9)] == [3, 2, 1]
    assert [row.seq for row in store.rows(Query(action="in", before=3), 9)] == [1]
    assert [row.seq for row in store.rows(Query(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)), 9)] == [2]
    assert len(store.rows(Query(), 2)) == 2
    assert store.rows(Query(), 1)[0].entry == entry("in", "jan", NOW + timedelta(hours=2))


def test_a_row_changed_or_removed_behind_our_back_is_found(store: StaffSql, engine: Engine) -> None:
    for number in range(5):
        store.append(entry(str(number)))
    assert verify(store.every_row()).good == 5
    with engine.begin() as connection:
        connection.execute(update(audit).where(audit.c.seq == 3).values(actor="jan"))
    assert verify(store.every_row()).broken == 3
    with engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.seq == 3))
    assert verify(store.every_row()).broken == 3
    assert {name for name in vars(AuditLog) if not name.startswith("_")} == {"append", "rows", "every_row"}


def test_many_writers_make_one_chain(store: StaffSql) -> None:
    threads = [threading.Thread(target=lambda: [store.append(entry()) for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(store.every_row()).good == 20


def test_old_accounts_are_kept_and_the_way_back_is_there(tmp_path: Path) -> None:
    from alembic import command

    url = f"sqlite:///{tmp_path / 'o.db'}"
    command.upgrade(_config(url), "0002")
    with connect(url).begin() as connection:
        connection.execute(text("INSERT INTO users VALUES ('ewa', 'hash', 'consultant', 1, '2026-11-24 12:00:00.123456')"))
    upgrade(url)
    assert StaffSql(connect(url)).account("ewa") == EWA
    command.downgrade(_config(url), "0002")
    with connect(url).begin() as connection:
        assert connection.execute(text("SELECT login FROM users")).scalars().all() == ["ewa"]
