"""The store contract: the same promises kept in memory, on SQLite and, where it runs, on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.counter.ports import CounterStore, NewCode, NewMessage, StaleError
from bot.dialogue.handover import Handover
from bot.dialogue.session import Carried, Frame, Session
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.migrate import state, upgrade
from bot.store.sql import SqlStore
from bot.tickets.intake import make_ticket
from tests.lacking import NO_POSTGRES, lacking

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
POSTGRES = "postgresql://postgres@127.0.0.1:5432"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str | None]:
    """A database of our own on the local server; None where there is no server."""
    name = f"okienko_{uuid.uuid4().hex[:10]}"
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        yield None
        return
    upgrade(f"{POSTGRES}/{name}")
    yield f"{POSTGRES}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, postgres: str | None) -> CounterStore:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'o.db'}"
        upgrade(url)
        return SqlStore(connect(url))
    if postgres is None:
        lacking(NO_POSTGRES)
    return SqlStore(connect(postgres))


def begun(store: CounterStore) -> str:
    name = uuid.uuid4().hex
    assert store.create(name, "hash", Session(profile="platnik"), [NewMessage("bot", {"kind": "text", "text": "Dzień dobry"})], NOW) == 1
    return name


def test_a_conversation_comes_back_as_it_was_kept(store: CounterStore) -> None:
    name = begun(store)
    kept = store.read(name)
    assert kept is not None
    assert (kept.session.profile, kept.cursor, store.token_hash(name)) == ("platnik", 1, "hash")
    kept.session.stack.append(Frame("konto_ezus", {"sposob": "nic"}))
    said = [NewMessage("client", {"text": "zażółć"}, "m1"), NewMessage("bot", {"kind": "text", "text": "ok"})]
    assert store.keep_turn(kept, kept.session, said, NOW) == 3
    again = store.read(name)
    assert again is not None
    assert again.session.stack[0].answers == {"sposob": "nic"}
    assert [(message.seq, message.author) for message in store.said(name, after=1)] == [(2, "client"), (3, "bot")]
    assert store.said(name)[1].body == {"text": "zażółć"}
    assert store.said(name)[0].created_at == NOW


def test_of_two_turns_at_once_one_is_told_to_repeat(store: CounterStore) -> None:
    name = begun(store)
    first, second = store.read(name), store.read(name)
    assert first and second
    store.keep_turn(first, first.session, [NewMessage("client", {"text": "a"})], NOW)
    with pytest.raises(StaleError):
        store.keep_turn(second, second.session, [NewMessage("client", {"text": "b"})], NOW)
    assert len(store.said(name)) == 2


def test_the_same_client_id_is_taken_once_and_its_replies_are_found(store: CounterStore) -> None:
    name = begun(store)
    for text_, client_id in (("a", "m1"), ("b", "m2")):
        kept = store.read(name)
        assert kept
        said = [NewMessage("client", {"text": text_}, client_id), NewMessage("bot", {"kind": "text", "text": text_.upper()})]
        store.keep_turn(kept, kept.session, said, NOW)
    assert [message.body["text"] for message in store.answered(name, "m1") or []] == ["A"]
    assert store.answered(name, "m3") is None
    kept = store.read(name)
    assert kept
    with pytest.raises(StaleError):
        store.keep_turn(kept, kept.session, [NewMessage("client", {"text": "a"}, "m1")], NOW)


def test_a_ticket_is_kept_with_its_turn_or_not_at_all(store: CounterStore) -> None:
    name = begun(store)
    prefix = f"T-{name[:6]}-"
    kept = store.read(name)
    assert kept
    ticket, _ = make_ticket(Handover(reason="asked"), [{"author": "client", "text": "x"}], name, 1, NOW)
    store.keep_turn(kept, kept.session, [], NOW, ticket=None)
    with pytest.raises(StaleError):
        store.keep_turn(kept, kept.session, [], NOW, ticket=ticket)
    assert store.ticket(ticket.number) is None or store.ticket(ticket.number).conversation_id != name
    assert store.ticket_numbers(prefix) == 0


def test_tickets_are_numbered_listed_and_found(store: CounterStore) -> None:
    serial = store.ticket_numbers("OK-2611-") + 1
    ticket, _ = make_ticket(Handover(reason="asked", title="Sprawa"), [], None, serial, NOW)
    store.add_ticket(ticket)
    assert store.ticket(ticket.number) == ticket
    assert store.ticket_numbers("OK-2611-") == serial
    assert ticket in store.tickets("open")
    with pytest.raises(StaleError):
        store.add_ticket(ticket)


def test_erasure_removes_every_word_and_counts_it(store: CounterStore) -> None:
    name = begun(store)
    kept = store.read(name)
    assert kept
    ticket, _ = make_ticket(Handover(reason="asked"), [{"author": "client", "text": "słowa"}], name, store.ticket_numbers("OK-2611-") + 1, NOW)
    code = NewCode("f" * 64, Carried("platnik", [Frame("konto_ezus", {"dla_kogo": "siebie"})]), NOW + timedelta(days=1))
    store.keep_turn(kept, kept.session, [NewMessage("client", {"text": "słowa"})], NOW, ticket, code)
    assert store.carried("f" * 64, NOW) == code.carried
    assert store.carried("f" * 64, NOW + timedelta(days=2)) is None
    assert store.erase(name).counts == {"conversations": 1, "messages": 2, "ticket_transcripts": 1, "codes": 1, "outcomes": 0, "chat_addresses": 0}
    assert store.read(name) is None
    assert store.said(name) == []
    left = store.ticket(ticket.number)
    assert left is not None
    assert left.packet.transcript == []
    assert left.conversation_id is None


def test_silent_conversations_are_found(store: CounterStore) -> None:
    name = begun(store)
    assert name in store.stale_before(NOW + timedelta(seconds=1))
    assert name not in store.stale_before(NOW - timedelta(seconds=1))
    store.ping()


def test_forty_writers_on_one_conversation_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    store = SqlStore(connect(url))
    name = begun(store)

    def write(number: int) -> None:
        while True:
            kept = store.read(name)
            assert kept
            try:
                store.keep_turn(kept, kept.session, [NewMessage("client", {"text": str(number)}, f"m{number}")], NOW)
                return
            except StaleError:
                continue

    threads = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = store.said(name, after=1)
    assert [message.seq for message in said] == list(range(2, 42))
    assert {message.body["text"] for message in said} == {str(number) for number in range(40)}


def test_a_fresh_database_and_an_old_one_reach_the_same_shape(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    upgrade(url)
    current, newest = state(url)
    assert current == newest


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_several_processes_that_start_together_one_makes_the_tables(kind: str, tmp_path: Path, postgres: str | None) -> None:
    if kind == "postgres":
        if postgres is None:
            lacking(NO_POSTGRES)
        name = f"okienko_{uuid.uuid4().hex[:10]}"
        admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = f"{POSTGRES}/{name}"
    else:
        url = f"sqlite:///{tmp_path / 'new.db'}"
    code = "import sys; from bot.store.migrate import upgrade; upgrade(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, url], stderr=subprocess.PIPE) for _ in range(3)]
    faults = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], faults
    current, newest = state(url)
    assert current == newest
    if kind == "postgres":
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
