"""What the store of proposals promises, on SQLite and, where it runs, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import delete
from sqlalchemy.engine import Engine

from bot.counter.ports import NewMessage
from bot.dialogue.handover import Handover
from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Session
from bot.learning.model import Measured, Proposal
from bot.store.engine import connect
from bot.store.learning import LearningSql
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.store.tables import conversations, outcomes, proposals, tickets
from bot.tickets.intake import make_ticket
from bot.tickets.model import Change, Resolution
from tests.lacking import NO_POSTGRES, lacking
from tests.store.test_contract import postgres

__all__ = ["postgres"]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, postgres: str | None) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'o.db'}" if request.param == "sqlite" else postgres
    if url is None:
        lacking(NO_POSTGRES)
    upgrade(url)
    engine = connect(url)
    yield engine
    with engine.begin() as connection:
        for table in (proposals, outcomes, tickets, conversations):
            connection.execute(delete(table))
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> LearningSql:
    return LearningSql(engine)


def kept(engine: Engine, serial: int, resolution: Resolution | None, reason: str = "asked", entry: str | None = None) -> str:
    ticket, _ = make_ticket(Handover(reason=reason, entry=entry, question="pytanie"), [], None, serial, NOW)  # type: ignore[arg-type]
    counter = SqlStore(engine)
    counter.add_ticket(ticket)
    if resolution is not None:
        after = replace(ticket, status="closed", closed_at=NOW, resolution=resolution, version=1)
        counter.change_ticket(Change(ticket, after, ()))
    return ticket.number


def proposal(ticket: str, **more: object) -> Proposal:
    return replace(Proposal(0, ticket, "sentence", "proposed", "zdanie", "konto_ezus", NOW, NOW), **more)


def test_a_proposal_comes_back_as_it_was_kept(engine: Engine, store: LearningSql) -> None:
    number = kept(engine, 1, Resolution("case", "konto_ezus"))
    made = store.put(proposal(number, looked_at=NOW + timedelta(seconds=1)))
    assert made is not None and store.proposal(made.id) == made
    later = NOW + timedelta(hours=1)
    full = replace(made, state="taught", decided_by="rena", decided_at=NOW, taught_by="adam", taught_at=later, measured=Measured(later, None, 0.25))
    assert store.change(made, full)
    assert not store.change(made, replace(full, text="inne"))
    assert store.proposals("taught") == store.untold() == [replace(full, version=1)]
    assert store.change(replace(full, version=1), replace(full, told_at=later))
    assert store.untold() == []
    assert store.counts() == {"taught": 1}


def test_only_closed_tickets_with_a_resolution_wait_to_be_looked_at(engine: Engine, store: LearningSql) -> None:
    number = kept(engine, 1, Resolution("new"))
    kept(engine, 2, None)
    assert [ticket.number for ticket in store.unlooked(9)] == [number]
    store.put(proposal(number, state="nothing", text=""))
    assert store.unlooked(9) == []


def test_a_later_look_replaces_what_nobody_decided(engine: Engine, store: LearningSql) -> None:
    number = kept(engine, 1, Resolution("new"))
    first = store.put(proposal(number))
    second = store.put(proposal(number, text="drugie"))
    assert first and second and (second.id, second.text) == (first.id, "drugie")
    store.change(second, replace(second, state="rejected", text=""))
    third = store.put(proposal(number, text="trzecie", looked_at=NOW + timedelta(days=1)))
    assert third and (third.state, third.text, third.looked_at) == ("rejected", "", NOW + timedelta(days=1))


def test_unresolved_tickets_are_those_without_a_matter_of_ours(engine: Engine, store: LearningSql) -> None:
    expected = [kept(engine, 1, Resolution("new")), kept(engine, 2, None, "offered", "konto_ezus"), kept(engine, 3, None)]
    kept(engine, 4, Resolution("case", "konto_ezus"))
    kept(engine, 5, Resolution("outside"))
    kept(engine, 6, None, "needs_person", "konto_ezus")
    assert [ticket.number for ticket in store.unresolved(NOW - timedelta(days=1), 9)] == expected
    assert store.unresolved(NOW + timedelta(days=1), 9) == []


def test_what_was_not_understood_is_found_with_its_words_until_the_conversation_is_erased(engine: Engine, store: LearningSql) -> None:
    counter = SqlStore(engine)
    counter.create("a" * 32, "hash", Session(), [NewMessage("bot", {"text": "Dzień dobry"})], NOW)
    for place, kind in enumerate(("answered", "not_understood")):
        kept_one = counter.read("a" * 32)
        assert kept_one
        said = [NewMessage("client", {"text": f"słowa {kind}"}), NewMessage("bot", {"text": "?"})]
        counter.keep_turn(kept_one, kept_one.session, said, NOW + timedelta(minutes=place + 1), outcome=Outcome(kind))  # type: ignore[arg-type]
    assert [item.text for item in store.missed(NOW, 9)] == ["słowa not_understood"]
    counter.erase("a" * 32)
    assert store.missed(NOW, 9) == []
