"""What ages goes class by class and nothing else; erasing reaches what chats and Rasa keep; logs as JSON."""

from __future__ import annotations

import io
import json
import logging
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.engine import Engine

from bot.channels.port import Arrival
from bot.counter.counter import Counter
from bot.counter.letters import Attached, Thread
from bot.counter.people import People
from bot.dialogue.desk import Desk
from bot.logs import JsonLines
from bot.store.channels import PeersSql
from bot.store.engine import connect
from bot.store.mailbox import LettersSql
from bot.store.migrate import upgrade
from bot.store.privacy import PrivacySql
from bot.store.retention import Retention
from bot.store.sql import SqlStore
from bot.store.tables import codes, metadata, staff_sessions, users
from bot.store.tracker import RasaEvents
from bot.tickets.model import Contact, Resolution
from tests.conftest import ROOT

NOW = datetime.now(timezone.utc)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    return connect(url)


def filled(engine: Engine, desk: Desk) -> tuple[Counter, str, str]:
    """One of everything: a conversation from a chat, a closed ticket with a file, one that is open, a letter's trace, an old code, a session."""
    counter = Counter(desk, SqlStore(engine))
    opened = counter.open(channel="telegram")
    peers = PeersSql(engine)
    peers.keep("telegram", [Arrival("1", "42", NOW, text="x")], NOW)
    (peer,) = peers.due("telegram", NOW, 5)
    peers.begun(peer, opened.id)
    peers.taken(peer, Arrival("1", "42", NOW), NOW)
    closed = counter.tickets.open("zamknięte pytanie", contact=Contact(email="a@example.org", consent_at=NOW))[0].number
    people = People(desk, counter.store)
    people.take(closed, "ewa")
    people.close(closed, "ewa", Resolution("outside"))
    counter.tickets.open("otwarte pytanie")
    LettersSql(engine).keep_letter("k", "s", "letter", closed, Thread("<1@x>", "temat"), [Attached("a.pdf", "application/pdf", b"x")], NOW)
    with engine.begin() as connection:
        at = NOW.replace(tzinfo=None)
        connection.execute(insert(codes).values(hash="h", conversation_id=None, carried="{}", expires_at=at - timedelta(days=1)))
        connection.execute(insert(users).values(login="ewa", password_hash="x", role="consultant", created_at=at))
        connection.execute(insert(staff_sessions).values(hash="h", login="ewa", stage="in", way="password", created_at=at, seen_at=at))
    return counter, opened.id, closed


def counts(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        return {table: connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one() for table in metadata.tables}


def test_a_dry_run_tells_what_a_run_then_removes(engine: Engine, desk: Desk) -> None:
    counter, _, _ = filled(engine, desk)
    before = counts(engine)
    later = NOW + timedelta(days=400)
    retention = Retention(engine, 180, 365, counter.erase)
    told = [(item.name, item.count) for item in retention.run(later, dry=True)]
    assert counts(engine) == before
    done = [(item.name, item.count) for item in retention.run(later)]
    assert done == told and all(count == 1 for name, count in done if not any(word in name for word in ("logowania", "zgody", "zabezpieczenia")))
    after = counts(engine)
    gone = ("conversations", "messages", "peers", "arrivals", "attachments", "letters_in", "codes", "staff_sessions")
    assert not any(after[name] for name in gone) and after["tickets"] == 1
    assert [item.count for item in retention.run(later)] == [0] * len(done)


def test_consents_and_holds_go_when_they_ended_long_ago(engine: Engine, desk: Desk) -> None:
    counter, privacy = Counter(desk, SqlStore(engine)), PrivacySql(engine)
    agreed = Contact(email="a@example.org", consent_at=NOW, words="Zgadzam się")
    number, code = (made := counter.tickets.open("pytanie", contact=agreed))[0].number, made[1]
    kept = privacy.place(number, None, "sygn.", "karol", NOW)
    ended = privacy.place(number, None, "sygn.", "karol", NOW)
    privacy.release(ended.id, "karol", NOW)
    counter.tickets.withdraw_address(number, code)
    gone = {item.name: item.count for item in Retention(engine, 180, 365, counter.erase).run(NOW + timedelta(days=366))}
    assert (gone["zgody, które się skończyły"], gone["zakończone zabezpieczenia"]) == (1, 1)
    assert privacy.consents() == [] and [hold.id for hold in privacy.holds()] == [kept.id]


def test_what_is_young_stays(engine: Engine, desk: Desk) -> None:
    counter, _, _ = filled(engine, desk)
    assert sum(item.count for item in Retention(engine, 180, 365, counter.erase).run(NOW + timedelta(days=6))) == 1  # the code that was over already


def test_erasing_reaches_the_chats_address_and_rasas_events_and_leaves_no_word(engine: Engine, desk: Desk, tmp_path: Path) -> None:
    rasa = connect(f"sqlite:///{tmp_path / 'rasa.db'}")
    with rasa.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)"))
    counter, conversation, _ = filled(engine, desk)
    counter.elsewhere = RasaEvents(rasa).erase
    with rasa.begin() as connection:
        for sender in (conversation, conversation, "other"):
            connection.execute(text("INSERT INTO events (sender_id, data) VALUES (:s, 'słowa klienta')"), {"s": sender})
    erased = counter.erase(conversation)
    assert erased["rasa_events"] == 2 and erased["chat_addresses"] == 1 and erased["conversations"] == 1
    with rasa.begin() as connection:
        assert connection.execute(text("SELECT sender_id FROM events")).scalars().all() == ["other"]
    assert counts(engine)["peers"] == 0


def test_a_conversation_that_ages_goes_from_rasas_events_too(engine: Engine, desk: Desk) -> None:
    counter, conversation, _ = filled(engine, desk)
    asked: list[str] = []
    counter.elsewhere = lambda name: asked.append(name) or 0  # type: ignore[func-returns-value]
    list(Retention(engine, 180, 365, counter.erase).run(NOW + timedelta(days=400), dry=True))
    assert asked == []
    list(Retention(engine, 180, 365, counter.erase).run(NOW + timedelta(days=400)))
    assert asked == [conversation]


def test_without_rasas_table_nothing_is_there_to_erase(tmp_path: Path) -> None:
    assert RasaEvents(connect(f"sqlite:///{tmp_path / 'empty.db'}")).erase("x") == 0


def test_the_data_map_names_every_table_and_its_days() -> None:
    map_of = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", map_of, re.MULTILINE)) == set(metadata.tables)


def test_a_line_of_the_log_is_one_json_object_with_its_fields_and_trace() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("okienko.test")
    logger.addHandler(handler)
    try:
        raise ValueError("zażółć")
    except ValueError:
        logger.exception("it failed\nbadly", extra={"request": "abc"})
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert found["message"] == "it failed\nbadly" and found["request"] == "abc" and found["level"] == "ERROR" and "ValueError: zażółć" in found["trace"]
