"""Finding tickets: the same answers from memory, SQLite and, where it runs, PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from alembic import command
from msgspec.structs import replace
from sqlalchemy import text

from bot.counter.ports import CounterStore
from bot.dialogue.handover import Handover
from bot.store.engine import connect
from bot.store.migrate import _config, upgrade
from bot.store.sql import SqlStore
from bot.tickets import queue
from bot.tickets.finding import NOBODY, TicketQuery
from bot.tickets.intake import make_ticket
from bot.tickets.model import Ticket
from tests.store.test_contract import NOW, postgres, store

__all__ = ["postgres", "store"]


@pytest.fixture
def kept(store: CounterStore) -> list[Ticket]:
    """Four tickets under a label of their own, so that what others keep in the database does not count."""
    label = f"próba_%_{uuid.uuid4().hex[:10]}"
    serial = store.ticket_numbers("OK-2611-")
    found = []
    for place, (title, question) in enumerate((("Umowa zlecenia", "Kiedy ZUA?"), ("Świadczenie wspierające", None), (None, "Płatnik nie działa"), ("Renta", "100% pewności"))):
        ticket, _ = make_ticket(Handover(reason="asked", title=title, question=question, entry=f"sprawa_{place}"), [], None, serial + place + 1, NOW + timedelta(minutes=place))
        ticket = replace(ticket, labels=(label, "pilne") if place == 1 else (label,), team="platnik" if place == 2 else ticket.team, promised_on={2: date(2026, 11, 26), 3: date(2026, 11, 25)}.get(place))
        store.add_ticket(ticket)
        found.append(ticket)
    taken = queue.take(found[3], "ewa", NOW)
    store.change_ticket(taken)
    return [*found[:3], taken.after]


def asked(store: CounterStore, kept: list[Ticket], **fields: object) -> list[int]:
    found, total = store.find_tickets(TicketQuery(**{"label": kept[0].labels[0], **fields}))  # type: ignore[arg-type]
    numbers = [ticket.number for ticket in kept]
    places = [numbers.index(ticket.number) for ticket in found if ticket.number in numbers]
    assert fields.get("limit") or total == len(found)
    return places


def test_each_field_narrows_the_tickets(store: CounterStore, kept: list[Ticket]) -> None:
    assert asked(store, kept, status=frozenset({"open"})) == [0, 1, 2]
    assert asked(store, kept, status=frozenset({"taken"}), assignee="ewa") == [3]
    assert 3 not in asked(store, kept, assignee=NOBODY)
    assert asked(store, kept, team="platnik") == [2]
    assert asked(store, kept, label="pilne")[-1:] == [1]
    assert asked(store, kept, entry="sprawa_0") == [0]


def test_words_are_found_without_accents_and_signs_mean_themselves(store: CounterStore, kept: list[Ticket]) -> None:
    assert asked(store, kept, words="swiadczenie WSPIER") == [1]
    assert asked(store, kept, words="płatnik") == [2]
    assert asked(store, kept, words="100%") == [3]
    assert asked(store, kept, words=kept[0].number.lower()) == [0]
    assert asked(store, kept, words="zlecenia renta") == []


def test_orders_pages_and_totals(store: CounterStore, kept: list[Ticket]) -> None:
    own = frozenset({"open", "taken"})
    assert asked(store, kept, status=own, order="newest", limit=4) == [3, 2, 1, 0]
    due = asked(store, kept, status=own, order="due")
    assert due.index(3) < due.index(2) < due.index(0) < due.index(1)
    page, total = store.find_tickets(TicketQuery(label=kept[0].labels[0], limit=1, offset=1))
    assert len(page) == 1 and total == 4


def test_counts_and_events_come_for_many_at_once(store: CounterStore, kept: list[Ticket]) -> None:
    counts = store.count_tickets()
    assert counts["open"] >= 3 and counts["taken"] >= 1
    events = store.events_of([kept[0].number, kept[3].number, "nie-ma"])
    assert [event.kind for event in events[kept[3].number]] == ["opened", "taken"]
    assert set(events) == {kept[0].number, kept[3].number}
    newest, changed = store.newest_ticket()
    assert newest is not None and newest >= kept[3].number
    assert changed is not None and changed >= NOW


def test_tickets_kept_before_are_found_after_the_upgrade(tmp_path: Path) -> None:
    """A database of the revision before this one, with a ticket in it."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(_config(url), "0003")
    ticket, _ = make_ticket(Handover(reason="asked", title="Świadczenie", question="Gdzie?"), [], None, 1, NOW)
    row = {"number": ticket.number, "code_hash": "x", "status": "open", "reason": "asked", "packet": msgspec.json.encode(ticket.packet).decode(), "at": NOW.replace(tzinfo=None)}
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO tickets (number, code_hash, status, reason, packet, created_at, updated_at) VALUES (:number, :code_hash, :status, :reason, :packet, :at, :at)"), row
        )
    upgrade(url)
    assert [found.number for found in SqlStore(engine).find_tickets(TicketQuery(words="swiadczenie gdzie"))[0]] == [ticket.number]
